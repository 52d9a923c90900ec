"""The report in Word: a copy to work on, and bringing it back with every difference looked at first."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.documents.from_word import manuscript_of
from cspr.documents.inspection.refused import UploadRefused
from cspr.documents.manuscript import Chapter
from cspr.pages import posted_nonce, posted_number
from cspr.ui.richtext import read
from cspr.workflow import Refused, Replayed, Stale, perform, why_not
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.shared import new_nonce
from reviews import actions
from reviews.chronology.codes import ImportState
from reviews.forms.bringing import BringReportForm, PlacesForm
from reviews.forms.writing import SectionForm, tidy
from reviews.models import PracticeReview, ReportImport, SectionVersion
from reviews.models.sections import last_numbers
from reviews.questions.commenting import read_anchor
from reviews.states import REPORT_SECTIONS
from reviews.views.differences import Run, differences, in_words
from reviews.views.reports import PRACTICE_REPORT

WORD, IMPORT = "working-copy", "report-import"
TAKE, KEEP = "take", "keep"
LINK = re.compile(r"\[([^\[\]\n]{1,400})\]\((https://[^)\s]{1,2000})\)")
AUTOLINK = re.compile(r"<(https://[^>\s]{1,2000})>")


class WordPage(View):
    """A working copy to take, and, for whoever writes, a file to bring back."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user, self.today = signed_in(request), timezone.localdate()
        self.review: PracticeReview = PRACTICE_REPORT.found(self.user, kwargs["ref"])
        self.refusal = actions.why_no_comment(self.review, self.user)
        self.bring_refusal = why_not(self.review, "write_report", self.user)

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self._refused(self.refusal)
        note_opening(self.review.case, self.user)
        return self._page(BringReportForm())

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        try:
            if request.POST.get("do") == "export":
                document = actions.export_report(self.review, by=self.user, today=self.today)
                return redirect("documents:progress", document.ref)
            return self._bring(request)
        except Replayed as replayed:
            return redirect(IMPORT, replayed.event.subject_ref)
        except Refused as refused:
            return self._refused(str(refused))

    def _bring(self, request: HttpRequest) -> HttpResponse:
        if self.bring_refusal:
            return self._refused(self.bring_refusal)
        form = BringReportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, 422)
        try:
            found = manuscript_of(form.cleaned_data["file"])
            brought = actions.bring_report(
                self.review,
                found,
                dataclasses.asdict(found),
                by=self.user,
                today=self.today,
                nonce=posted_nonce(request),
            )
        except (UploadRefused, Refused) as reason:
            form.add_error("file", str(reason))
            return self._page(form, 422)
        return redirect(brought.get_absolute_url())

    def _refused(self, reason: str | None) -> HttpResponse:
        back = reverse("practice-review-report", args=[self.review.ref])
        told = {"reason": reason, "label": "The report in Word", "case": self.review.case, "back": back}
        return render(self.request, "actions/refused.html", told, status=403)

    def _page(self, form: BringReportForm, status: int = 200) -> HttpResponse:
        case = self.review.case
        context = {
            "review": self.review,
            "case": case,
            "bar": case_bar(case, list(case.deadlines.all()), self.today),
            "today": self.today,
            "form": form,
            "nonce": new_nonce(),
            "back": reverse("practice-review-report", args=[self.review.ref]),
            "bring_refusal": self.bring_refusal,
            "waiting": ReportImport.objects.visible_to(self.user).filter(case=case, state=ImportState.READ),
        }
        return render(self.request, "reports/word.html", context, status=status)


# --- what differs ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """One section of the file beside the report. ``meanwhile``: what changed here since the copy was made."""

    code: str
    title: str
    number: int
    text: str
    runs: list[Run]
    meanwhile: list[Run]
    problem: str
    chosen: str

    @property
    def both(self) -> bool:
        return bool(self.meanwhile)


def canonical(text: str) -> str:
    """A text as it is compared: without what Word and a writer's own hand do differently and nobody reads."""
    lines = (_canonical(line) for line in re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", _unlinked(text)).splitlines())
    return "\n".join(line for line in lines if line and line != ">")


def alike(one: str, other: str) -> bool:
    """Whether two texts read the same."""
    return canonical(one) == canonical(other) or read(_unlinked(one)) == read(_unlinked(other))


def _unlinked(text: str) -> str:
    """Links as Word is given them: the words, and the address behind them."""
    return AUTOLINK.sub(r"\1", LINK.sub(r"\1 (\2)", text))


def with_links(text: str, *before: str) -> str:
    """The links of earlier texts, which Word was given as words with the address behind them."""
    for words, address in {found for old in before for found in LINK.findall(old)}:
        text = text.replace(f"{words} ({address})", f"[{words}]({address})")
    return text


def _canonical(line: str) -> str:
    said = re.sub(r"^\s*[*•]\s+", "- ", line)
    said = re.sub(r"^\s*\d{1,9}[.)]\s+", "1. ", said)
    said = re.sub(r"^#{3,6}(?= )", "###", re.sub(r"^#{1,2}(?= )", "##", said))
    if said.startswith("|"):
        said = "|".join(cell.strip(" -:") for cell in said.strip().strip("|").split("|"))
    return " ".join(said.split())


def sections_of(brought: ReportImport, review: PracticeReview, chosen: dict[str, str]) -> list[Section]:
    """The sections that the file would change, each against what it says now and against what was exported."""
    numbers = last_numbers(review)
    texts, exported = gathered_by_section(brought)
    old = exported_texts(review, exported)
    found = []
    for code, given in texts.items():
        now = review.report.get(code, "")
        base = old.get((code, exported.get(code, 0)), "" if exported.get(code) == 0 else now)
        if alike(given, now) or alike(given, base):
            continue
        text = with_links(given, now, base)
        form = SectionForm({"text": text})
        problem = "" if form.is_valid() else " ".join(str(error) for error in form.errors["text"])
        meanwhile = in_words(differences(base, now)) if not alike(base, now) else []
        default = KEEP if problem else "" if meanwhile else TAKE
        found.append(
            Section(
                code, REPORT_SECTIONS[code], numbers.get(code, 0), text, in_words(differences(now, text)), meanwhile,
                problem, KEEP if problem else chosen.get(code, default),
            )
        )  # fmt: skip
    return found


def exported_texts(review: PracticeReview, exported: dict[str, int]) -> dict[tuple[str, int], str]:
    """The texts that the working copy was made from, by section and version; one statement."""
    wanted = Q(pk__in=[])
    for section, number in exported.items():
        wanted |= Q(section=section, number=number)
    rows = SectionVersion.objects.filter(wanted, case_id=review.case_id, report=review._meta.model_name)
    return {(row.section, row.number): row.text for row in rows}


def gathered_by_section(brought: ReportImport) -> tuple[dict[str, str], dict[str, int]]:
    """The text of every section that is in the file, in the order of the report, and the version it was made from."""
    parts: dict[str, list[str]] = {}
    exported: dict[str, int] = {}
    for chapter, code in zip(brought.manuscript.chapters, brought.places, strict=True):
        if code in REPORT_SECTIONS:
            anchor = read_anchor(chapter.anchor)
            if anchor:
                exported[code] = anchor[1]
            headed = code in parts and chapter.heading
            parts.setdefault(code, []).append(
                f"## {chapter.heading}\n\n{chapter.text}" if headed else chapter.text
            )
    texts = {
        code: tidy("\n\n".join(filter(None, parts[code]))).strip()
        for code in REPORT_SECTIONS
        if code in parts
    }
    return texts, exported


def unplaced(brought: ReportImport) -> list[tuple[int, Chapter]]:
    """Chapters that say something and belong to no section yet; what only introduces a working copy is none."""
    chapters = brought.manuscript.chapters
    anchored = any(chapter.anchor for chapter in chapters)
    return [
        (number, chapter)
        for number, (chapter, code) in enumerate(zip(chapters, brought.places, strict=True))
        if code not in REPORT_SECTIONS
        and (chapter.text or chapter.heading)
        and not (anchored and number == 0)
    ]


class ImportPage(View):
    """What the file would change; then take it over, or not. Only whoever brought it sees it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user, self.today = signed_in(request), timezone.localdate()
        found = ReportImport.objects.visible_to(self.user).filter(ref=kwargs["ref"])
        brought = found.select_related("case__partnership", "case__practice_review").first()
        if brought is None:
            raise Http404
        self.brought, self.review = brought, brought.review
        self.up = reverse("practice-review-report", args=[self.review.ref])

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.brought.state != ImportState.READ:
            return redirect(self.up)
        note_opening(self.review.case, self.user)
        return self._page({})

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        do = {"take": self._take, "place": self._place, "drop": self._drop}
        try:
            return do.get(request.POST.get("do", ""), lambda: self._page({}))()
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(IMPORT, ref)
        except Stale:
            messages.error(
                request, "Somebody changed the report since you opened the page. Look at it again."
            )
            return redirect(IMPORT, ref)

    def _take(self) -> HttpResponse:
        version = posted_number(self.request, "version")
        if version is None:
            raise Stale([])  # what somebody did not see is not taken over
        chosen = {code: self.request.POST.get(f"choice-{code}", "") for code in REPORT_SECTIONS}
        rows = sections_of(self.brought, self.review, chosen)
        if any(row.chosen not in {TAKE, KEEP} for row in rows):
            return self._page(chosen, 422)
        taken = {row.code: row.text for row in rows if row.chosen == TAKE}
        bases = {row.code: posted_number(self.request, f"base-{row.code}") for row in rows}
        actions.take_over_report(
            self.brought, by=self.user, today=self.today, sections=taken, version=version,
            bases={code: -1 if base is None else base for code, base in bases.items()},
        )  # fmt: skip
        number = len(taken)
        messages.success(
            self.request, f"{number} section{'' if number == 1 else 's'} saved from the Word file."
        )
        return redirect(self.up)

    def _place(self) -> HttpResponse:
        form = PlacesForm(self.request.POST, chapters=unplaced(self.brought))
        if not form.is_valid():
            return self._page({}, 422, places=form)
        perform(
            self.brought, "place", by=self.user, today=self.today, places=form.places(self.brought.places)
        )
        return redirect(IMPORT, self.brought.ref)

    def _drop(self) -> HttpResponse:
        perform(self.brought, "drop", by=self.user, today=self.today)
        messages.success(self.request, "Nothing was taken over.")
        return redirect(self.up)

    def _page(
        self, chosen: dict[str, str], status: int = 200, *, places: PlacesForm | None = None
    ) -> HttpResponse:
        case, open_parts = self.review.case, unplaced(self.brought)
        rows = sections_of(self.brought, self.review, chosen)
        texts, _ = gathered_by_section(self.brought)
        context = {
            "brought": self.brought,
            "review": self.review,
            "case": case,
            "bar": case_bar(case, list(case.deadlines.all()), self.today),
            "today": self.today,
            "rows": rows,
            "same": [REPORT_SECTIONS[code] for code in texts if code not in {row.code for row in rows}],
            "missing": [title for code, title in REPORT_SECTIONS.items() if code not in texts],
            "unplaced": open_parts,
            "places": places or (PlacesForm(chapters=open_parts) if open_parts else None),
            "left_out": self.brought.manuscript.left_out,
            "margin": actions.margin_of(self.brought),
            "unchosen": [row for row in rows if status == 422 and row.chosen not in {TAKE, KEEP}],
            "refusal": why_not(self.brought, "take_over", self.user),
            "up": self.up,
        }
        return render(self.request, "reports/import.html", context, status=status)

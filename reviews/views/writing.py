"""Writing a report: the page of one section, and what is kept while somebody types.

The rapid review and the practice review are written with the same pages; ``reviews.views.reports`` says what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.pages import posted_number
from cspr.ui.richtext import problem
from cspr.workflow import Refused
from referrals.models import Deadline
from referrals.views.case import signed_in
from referrals.views.clocks import Face
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.forms.writing import SectionForm, tidy
from reviews.models import ReportComment, SectionDraft, SectionVersion
from reviews.models.checking import check_of
from reviews.prefill import Source, started
from reviews.views.reports import RAPID_REPORT, ReportKind, Review


@dataclass(frozen=True)
class Desk:
    """Who is at one section: the person's own draft, the others who have it open, and what others left unsaved."""

    number: int
    newest: SectionVersion | None
    own: SectionDraft | None
    here: list[SectionDraft]
    left: list[SectionDraft]

    @property
    def overtaken(self) -> bool:
        """Whether somebody saved a newer text than the one the person's draft began from."""
        return self.own is not None and self.own.typed and self.own.base != self.number


def desk_of(review: Review, section: str, user: User) -> Desk:
    """Two statements, however many people write."""
    newest = (
        SectionVersion.objects.of(review, section)
        .defer("text")
        .select_related("by")
        .order_by("-number")
        .first()
    )
    drafts = list(SectionDraft.objects.of(review, section).select_related("user"))
    others = [draft for draft in drafts if draft.user_id != user.pk]
    return Desk(
        number=newest.number if newest else 0,
        newest=newest,
        own=next((draft for draft in drafts if draft.user_id == user.pk), None),
        here=[draft for draft in others if draft.here],
        left=[draft for draft in others if draft.typed and not draft.here],
    )


def posted_base(request: HttpRequest) -> int:
    """The version the page was made from; one that never was when the form does not say."""
    given = posted_number(request, "base")
    return -1 if given is None else given


class WriteSection(VerbView):
    """One section. Two people may write two sections at once; two people in one section are told of each other."""

    kind: ReportKind = RAPID_REPORT
    verb = "write_report"
    template_name = "reports/section.html"
    button = "Save and go back to the list"
    done = "The section is saved."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.model = self.kind.model

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        """Writing moves nothing and tells nobody, so the page does not say so each time."""
        return []

    @property
    def section(self) -> str:
        code: str = self.kwargs["section"]
        self.kind.title(code)
        return code

    def label(self) -> str:
        return self.kind.titles[self.section]

    def form(self, subject: Review, data: Any = None, files: Any = None) -> forms.Form:
        written = self.written(subject) if data is None else subject.report.get(self.section, "")
        return SectionForm(data, initial={"text": written}, hint=self.kind.hints.get(self.section, ""))

    def desk(self, subject: Review) -> Desk:
        """Read once for a page."""
        known: dict[int, Desk] = self.__dict__.setdefault("_desks", {})
        if subject.version not in known:
            known[subject.version] = desk_of(subject, self.section, self.user)
        return known[subject.version]

    def context(self, subject: Review) -> dict[str, Any]:
        desk = self.desk(subject)
        return {
            **super().context(subject),
            "desk": desk,
            "base": desk.number,
            "saved": subject.report.get(self.section, ""),
            **self.preview(subject),
            "now": timezone.now(),
            "kept": self.request.method == "GET" and desk.own is not None and desk.own.typed,
            "sources": self.sources(subject),
            "finds": check_of(subject).finds(self.section),
            "accepts": self.kind.accepts and reverse(self.kind.accepts, args=[subject.ref]),
            **self._comments(subject),
            **self._figures(subject),
            "keep_url": self.kind.url("section-keep", subject, self.section),
            "drop_url": self.kind.url("section-drop", subject, self.section),
            "versions_url": self.kind.url("section-versions", subject, self.section),
        }

    def preview(self, subject: Review) -> dict[str, Any]:
        """What is in the box as it will read, and what has to be changed before it can be saved."""
        if "preview" not in self.request.GET:
            return {}
        text = self.written(subject)
        return {"preview": text, "preview_problem": problem(text)}

    def written(self, subject: Review) -> str:
        """What the box begins with: the person's own unsaved text, or else the saved one."""
        own = self.desk(subject).own
        return own.text if own and own.typed else subject.report.get(self.section, "")

    def _comments(self, subject: Review) -> dict[str, Any]:
        """Where what was said about the section stands, and how much of it is open."""
        if not self.kind.comments:
            return {}
        counted = ReportComment.objects.beside().open_by_section(subject.case_id)
        return {
            "comments_url": reverse(self.kind.comments, args=[subject.ref, self.section]),
            "open_comments": counted.get(self.section, 0),
        }

    def _figures(self, subject: Review) -> dict[str, Any]:
        """What the section can show, and where more is added; nothing for a report without figures."""
        if self.kind.figures is None:
            return {}
        return {
            "figures": self.kind.figures(subject),
            "figures_url": f"{self.kind.home_of(subject)}#figures",
        }

    def sources(self, subject: Review) -> list[Source]:
        """What stands beside the section; it is also what it can be started from."""
        return self.kind.sources(subject, self.section, self.user)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "start" in request.POST or "preview" in request.POST:
            return self.keep(request, preview="preview" in request.POST)
        return super().post(request, **kwargs)

    def keep(self, request: HttpRequest, *, preview: bool) -> HttpResponse:
        """Keep what is in the box as unsaved and show the page with it: how it reads, or with what the sources say."""
        subject = self.subject()
        reason = self.refusal(subject)
        if reason:
            return self._refused(subject, reason, 403)
        text = tidy(request.POST.get("text", ""))
        text = text if preview else started(text, self.sources(subject))
        base = max(posted_base(request), 0)
        actions.keep_draft(
            subject, by=self.user, today=self.today, section=self.section, text=text, base=base
        )
        here = self.kind.url("section", subject, self.section)
        return redirect(f"{here}?preview=yes#preview" if preview else here)

    def act(self, subject: Review, data: dict[str, Any]) -> Any:
        return actions.write_section(
            subject,
            by=self.user,
            today=self.today,
            section=self.section,
            text=data["text"],
            base=posted_base(self.request),
            nonce=self._nonce(),
        )

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        # After a clash the page starts from the newer text; after a mistake, from what was read before.
        if self.request.method == "POST" and "stale" not in extra:
            extra["base"] = posted_base(self.request)
        return super()._page(subject, form, status, **extra)

    def next(self, subject: Review) -> str:
        return self.kind.home_of(subject)


class KeepSection(View):
    """What the page sends by itself while it is open: what is typed so far, and that somebody is there.

    It answers with the parts of the page that say who else is here and when the text was kept.
    """

    kind: ReportKind = RAPID_REPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, ref: str, section: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        self.kind.title(section)
        review = self.kind.found(user, ref)
        text = request.POST.get("text")
        base = posted_base(request)
        try:
            actions.keep_draft(
                review,
                by=user,
                today=today,
                section=section,
                text=None if text is None else tidy(text),
                base=max(base, 0),
            )
        except Refused as refused:
            return render(request, "reports/not_kept.html", {"reason": str(refused)}, status=403)
        desk = desk_of(review, section, user)
        context = {"desk": desk, "newer": base not in {-1, desk.number}}
        return render(request, "reports/kept.html", context)


class DropSection(View):
    """Throw away one's own unsaved text and go back to the saved one."""

    kind: ReportKind = RAPID_REPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, ref: str, section: str) -> HttpResponse:
        user = signed_in(request)
        self.kind.title(section)
        review = self.kind.found(user, ref)
        try:
            actions.drop_draft(review, by=user, today=timezone.localdate(), section=section)
        except Refused as refused:
            return render(request, "reports/not_kept.html", {"reason": str(refused)}, status=403)
        return redirect(self.kind.url("section", review, section))

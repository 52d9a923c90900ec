"""An agency writes its account: the list of its parts, and one page a part, saved as it is typed."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cspr.accounts.models import User
from cspr.pages import typed
from cspr.ui.arriving import tidied
from cspr.workflow import Refused, perform, why_not
from referrals.forms.answers import AnswersForm, answers_form
from referrals.questions import NONE, Gap, Place, Section, changes
from referrals.questions.answers import missing_in, of
from referrals.views import writing
from referrals.views.case import note_opening, signed_in
from referrals.views.shared import anchor, today
from referrals.views.writing import digest
from reviews import actions
from reviews.chronology.codes import EntryState
from reviews.models import ChronologyEntry, InformationRequest
from reviews.permissions import answer as may_answer
from reviews.questions import GROUPS, PARTS, label_of, part_of
from reviews.states import RequestState

READERS = (
    "The partnership’s team, the chair, the three safeguarding partners and the reviewer read what you send. What is "
    "only saved nobody outside your agency can read. A family or a court may later ask to see it."
)


IN_CHRONOLOGY = "They are in our agency’s chronology."


def open_for(user: User, ref: str, day: dt.date) -> None:
    """Once somebody of the asked agency has it before them, and nobody else, the request counts as opened."""
    waiting = InformationRequest.objects.visible_to(user).filter(ref=ref, state=RequestState.SENT)
    request = waiting.select_related("rapid_review__case").first()
    if request is None or may_answer(request, user):
        return
    # Answered, withdrawn or opened by a colleague in this very moment: the page says how it stands.
    with contextlib.suppress(Refused):
        perform(request, "open_request", by=user, today=day)


def of_gap(gap: Gap) -> Section:
    """The part in which something is missing."""
    part = part_of(gap.section)
    assert part is not None
    return part


Address = Callable[..., str]


def for_author(request: InformationRequest) -> Address:
    """Where the pages of the account are, for somebody with an account of their own."""
    return lambda name, *which: reverse(f"request-{name}", args=[request.ref, *which])


def form_link(url: Address) -> Callable[[Place], str]:
    """Where each answer is changed: the page of its part, at the question."""

    def link(place: Place) -> str:
        code = place.section.code
        address = url("section", code) if place.item is None else url("item", code, place.item + 1)
        return f"{address}?check=1#{anchor(place)}" if place.question else address

    return link


def known_agencies(request: InformationRequest) -> list[str]:
    """Who else is asked, as the agency is told: the list is never complete."""
    left_out = {RequestState.NOT_SENT, RequestState.WITHDRAWN}
    others = request.rapid_review.requests.exclude(pk=request.pk).exclude(state__in=left_out)
    return list(others.order_by("agency__name").values_list("agency__name", flat=True))


@dataclass(frozen=True)
class Question:
    """What staff ask about one part: shown to the agency beside its own answer."""

    part: str
    title: str
    comment: str
    url: str
    changed: bool


def queried(request: InformationRequest, url: Address | None) -> list[Question]:
    """The questions about single parts that are open now. ``url``: for whoever may answer them, where the parts are."""
    if request.state != RequestState.QUERIED:
        return []
    rows = request.queried_parts.filter(times=request.times_queried)
    return [
        Question(
            row.part,
            label_of(row.part),
            row.comment,
            url("section", row.part) if url and part_of(row.part) else "",
            changed=request.writing.get(row.part) != request.answer.get(row.part),
        )
        for row in rows
    ]


class Account(writing.Writing):
    """A page of the account: only the asked agency's authors may open it."""

    prefix = "request"
    find = staticmethod(part_of)
    request_for: InformationRequest

    def load(self, ref: str) -> None:
        visible = InformationRequest.objects.visible_to(self.user)
        found = visible.select_related("agency", "rapid_review__case__partnership").filter(ref=ref).first()
        if found is None:
            raise Http404
        self.request_for = found

    def why_not(self) -> str | None:
        return why_not(self.request_for, "save_draft", self.user)

    def refused(self, reason: str) -> HttpResponse:
        context = {
            "label": "Change this account",
            "reason": reason,
            "back": self.up(),
            **self.base(),
            "typed": self.typed(),
        }
        return render(self.request, "actions/refused.html", context, status=403)

    def typed(self) -> list[tuple[str, str]]:
        """What was typed on a page that cannot be saved any more, so that it can be copied."""
        return []

    def base(self) -> dict[str, Any]:
        return {"request_for": self.request_for, "autosave": True}

    def home(self) -> str:
        return self.url("account")

    def up(self) -> str:
        """The page that says what is asked."""
        return self.request_for.get_absolute_url()


class TaskList(Account):
    """Which parts are done, and which are not."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        written = self.request_for.writing
        gaps = {part.code: len(missing_in(part, of(part, written))) for part in PARTS}
        groups = [
            (group, [self._task(p, gaps[p.code]) for p in PARTS if p.group == group]) for group in GROUPS
        ]
        context = {
            **self.base(),
            "groups": groups,
            "done": sum(1 for count in gaps.values() if not count),
            "all": len(PARTS),
            "queried": queried(self.request_for, self.url),
            "others": self.others(),
            "up": self.up(),
            "team": self.request_for.rapid_review.case.partnership,
            "send": self.url("answer_request"),
            "readers": READERS,
            "today": today(),
        }
        return render(request, "requests/task_list.html", context)

    def others(self) -> list[str]:
        """Who else is asked, as far as the reader may know."""
        return known_agencies(self.request_for)

    def _task(self, part: Section, gaps: int) -> dict[str, Any]:
        begun = bool(self.request_for.writing.get(part.code))
        hint = f"{gaps} answer{'s' if gaps > 1 else ''} still missing" if gaps and begun else ""
        untouched = not begun and not gaps
        return {
            "title": part.title,
            "url": self.url("section", part.code),
            "hint": hint,
            "state": "to do" if gaps else "" if untouched else "done",
            "note": "If it applies",
        }


class PartPage(Account, writing.SectionPage):
    """One part of the account. Whatever happens to the request meanwhile, what was typed is shown again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Http404:
            lines = self.typed()
            if not lines:
                raise
            # Said of every reference that is not open to the person, so that it tells nothing of this one.
            response = render(request, "requests/gone.html", {"typed": lines}, status=404)
        return self.said(response) if self.autosaves(request) else response

    def typed(self) -> list[tuple[str, str]]:
        part = part_of(self.kwargs.get("code", ""))
        if self.request.method != "POST" or part is None:
            return []
        self.section = part
        form = answers_form(part, part.questions, today())(tidied(self.request.POST))
        return typed(form)

    def stored(self) -> dict[str, Any]:
        return dict(of(self.section, self.request_for.writing))

    def answers(self) -> dict[str, Any]:
        return self.stored() or self.about_the_writer()

    def about_the_writer(self) -> dict[str, Any]:
        """What the account says already, offered on the first visit."""
        if self.section.code != "who":
            return {}
        user = self.user
        return {"name": user.name, "role": user.job_title, "contact": user.phone or user.email}

    def asked_for(self) -> list[tuple[str, str]]:
        return [("", q.comment) for q in queried(self.request_for, self.url) if q.part == self.section.code]

    def write(self, answers: dict[str, Any], before: dict[str, Any]) -> None:
        self.request_for = actions.write_part(
            self.request_for,
            by=self.user,
            today=today(),
            part=self.section.code,
            answers=answers,
            before=before,
        )

    def save(self, form: AnswersForm, before: dict[str, Any]) -> None:
        offered = {name: value for name, value in self.answers().items() if value not in (None, "", [])}
        if self.autosaves(self.request) and form.answers == offered:
            return  # nothing was typed: what a page offers is not yet what somebody wrote
        super().save(form, before)

    def autosaves(self, request: HttpRequest) -> bool:
        """Whether the script asks, which saves while somebody types."""
        return request.method == "POST" and "autosave" in request.GET

    def said(self, response: HttpResponseBase) -> HttpResponse:
        """What the script shows. It is always an answer: a refused saving is tried again only by the button."""
        if response.status_code in {302, 422}:
            at = timezone.localtime()
            told = {"said": f"Saved at {at:%H:%M}", "seen": digest(self.stored())}
        elif response.status_code == 409:
            told = {
                "said": "Not saved: a colleague changed this part meanwhile. Press “Save” to see both texts."
            }
        else:
            told = {
                "said": "Not saved: this is not open to you any more. Press “Save” to get your text for copying."
            }
        return render(self.request, "requests/saved.html", told)

    def page(self, form: AnswersForm, status: int = 200, **extra: Any) -> HttpResponse:
        if extra.get("conflict"):
            last = actions.written_last(self.request_for, self.section.code)
            others = [event.by for event in last if event.by and event.by != self.user]
            extra["changed_by"] = others[0].name if others else ""
        return super().page(form, status, **extra)


class ListPage(PartPage, writing.ListPage):
    """A part that repeats. Events that stand in the agency's chronology are not typed here again."""

    template_name = "requests/list.html"

    def answers(self) -> dict[str, Any]:
        """With entries in the chronology, the part is offered as answered by them; nothing is kept by offering."""
        found = self.chronology
        return self.stored() or ({NONE: IN_CHRONOLOGY} if found and found["entries"] else {})

    @cached_property
    def chronology(self) -> dict[str, Any] | None:
        """Where the agency's own chronology is, and how much it holds; only beside the key events."""
        if self.section.code != "events":
            return None
        request = self.request_for
        own = ChronologyEntry.objects.visible_to(self.user).filter(
            case=request.rapid_review.case_id, agency=request.agency_id, state=EntryState.STANDS
        )
        return {"url": reverse("agency-chronology", args=[request.ref]), "entries": own.count()}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "chronology": self.chronology}


class ItemPage(PartPage, writing.ItemPage):
    """One event or agency. The number after the last is a new one."""

    def answers(self) -> dict[str, Any]:
        return writing.ItemPage.answers(self)


class RemoveItem(PartPage, writing.RemoveItem):
    """Taking one event or agency out, after asking."""


def page_of_part(request: HttpRequest, ref: str, code: str) -> HttpResponseBase:
    """The page of a part, by what kind of part it is."""
    part = part_of(code)
    kind: type[PartPage] = ListPage if part and part.repeats else PartPage
    return kind.as_view()(request, ref=ref, code=code)


@require_safe
def changed(request: HttpRequest, ref: str) -> HttpResponse:
    """What the latest answer says differently from the one before, or from the one asked for."""
    user = signed_in(request)
    found = InformationRequest.objects.visible_to(user).select_related(
        "agency", "rapid_review__case__partnership"
    )
    subject = found.filter(ref=ref).first()
    versions = list(subject.versions.select_related("sent_by")) if subject else []
    if subject is None or len(versions) < 2:
        raise Http404
    note_opening(subject.case, user)
    later = versions[-1]
    wanted = request.GET.get("from", "")
    earlier = next((v for v in versions[:-1] if str(v.number) == wanted), versions[-2])
    context = {
        "subject": subject,
        "earlier": earlier,
        "later": later,
        "others": [v for v in versions[:-1] if v != earlier],
        "changes": changes(earlier.answer, later.answer, PARTS),
    }
    return render(request, "requests/changes.html", context)

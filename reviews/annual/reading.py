"""Reading the record for the yearly report: what is counted in a year, as it was known at the end of a chosen day.

Everything is counted from what cannot change afterwards: events that had been recorded by then, and columns that are
written once. Where a row holds only its present value (a due date), what was recorded since is taken back. So the same
year and day give the same figures whenever they are asked for. The number of statements is fixed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from cspr.accounts.models import Partnership
from cspr.audit.models import Event
from referrals.models import Case, Child, Deadline, Decision, Referral
from reviews.models import InformationRequest, Publication
from reviews.yearly.year import Year

# What puts something into a year: its day counts.
BEGINS = (
    "referral.submit",
    "referral.accept",
    "notification.submit",
    "informationrequest.send",
    "action.begin",
)
# What becomes of it, whenever that was.
FOLLOWS = (
    "referral.decide_notify",
    "referral.decide_not_met",
    "referral.transfer",
    "referral.withdraw",
    "referral.link",
    "referral.reopen",
    "notification.convert",
    "decision.approve",
    "rapidreview.submit",
    "rapidreview.cancel",
    "rapidreview.record_panel_response",
    "practicereview.begin",
    "practicereview.restart",
    "practicereview.publish",
    "practicereview.publish_improvements",
    "practicereview.withhold",
    "practicereview.discontinue",
    "practicereview.subsume",
    "practicereview.merge",
    "practicereview.answer_recommendation",
    "informationrequest.extend",
    "informationrequest.answer_request",
    "informationrequest.nil_return",
    "informationrequest.record_answer",
    "informationrequest.record_nil_return",
    "informationrequest.refuse",
    "informationrequest.withdraw",
    "action.amend_action",
    "action.assure",
    "action.complete",
    "action.end_action",
    "action.take_up",
)
DELAYS = ("rapidreview.record_delay", "practicereview.record_delay")
CLOCKS = ("SIN_5WD", "LAC_DEATH_5WD", "CARE_LEAVER_DEATH_5WD", "RR_15WD")


class Entry(NamedTuple):
    """One event, as far as it is counted."""

    kind: str
    ref: str
    case: str
    on: dt.date
    reason: str
    facts: dict[str, Any]

    @property
    def verb(self) -> str:
        return self.kind.partition(".")[2]


class Published(NamedTuple):
    """A report that was published."""

    review: str
    themes: list[str]
    recommendations: list[dict[str, Any]]


class Concerned(NamedTuple):
    """A child, without anything that says who."""

    case: str
    born_on: dt.date | None
    sex: str


@dataclass
class Record:
    """All that is counted from. ``entries``: by noun, then by the thing's reference, in the order recorded."""

    year: Year
    as_at: dt.date
    entries: dict[str, dict[str, list[Entry]]] = field(default_factory=dict)
    published: list[Published] = field(default_factory=list)
    children: list[Concerned] = field(default_factory=list)
    # By reference: the kind of agency of a referral or request, and the grounds of a decision.
    kinds: dict[str, str] = field(default_factory=dict)
    grounds: dict[str, dict[str, Any]] = field(default_factory=dict)
    due: dict[tuple[str, str], dt.date | None] = field(default_factory=dict)

    def of(self, noun: str) -> dict[str, list[Entry]]:
        return self.entries.get(noun, {})

    def within(self, day: dt.date) -> bool:
        """Whether a day belongs to the year."""
        return self.year.first <= day <= self.year.last


def end_of(day: dt.date) -> dt.datetime:
    """The moment at which a day is over in London."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), ZoneInfo(settings.TIME_ZONE))


def read(
    partnership: Partnership, year: Year, as_at: dt.date, *, only: QuerySet[Case] | None = None
) -> Record:
    """What was on record about ``year`` at the end of ``as_at``; of these cases ``only``, where it is given."""
    return _Reading(partnership, year, as_at, only).record()


class _Reading:
    """The statements, each asked once."""

    def __init__(
        self, partnership: Partnership, year: Year, as_at: dt.date, only: QuerySet[Case] | None
    ) -> None:
        self.partnership, self.year, self.as_at, self.end = partnership, year, as_at, end_of(as_at)
        of_partnership = Event.objects.filter(partnership=partnership)
        self.events = (
            of_partnership if only is None else of_partnership.filter(case_ref__in=only.values("ref"))
        )
        self.known = self.events.filter(at__lt=self.end)
        in_year = {"effective_on__range": year.days}
        self.begun = self.known.filter(kind__in=BEGINS, **in_year)
        self.delays = Q(kind__in=DELAYS, **in_year)
        reports = Publication.objects.beside().filter(
            review__case__partnership=partnership, created_at__lt=self.end
        )
        if only is not None:
            reports = reports.filter(review__case__in=only)
        self.reports = reports.filter(published_on__range=year.days)

    def record(self) -> Record:
        found = Record(self.year, self.as_at)
        for entry in self._entries():
            found.entries.setdefault(entry.kind.partition(".")[0], {}).setdefault(entry.ref, []).append(entry)
        reports = self.reports.order_by("pk").values_list("review__ref", "themes", "recommendations")
        found.published = [Published(*row) for row in reports]
        children = Child.objects.filter(
            case__partnership=self.partnership, case__ref__in=self._cases("referral.accept")
        )
        found.children = [
            Concerned(*row) for row in children.order_by("pk").values_list("case__ref", "born_on", "sex")
        ]
        found.kinds = self._kinds()
        found.grounds = self._grounds()
        found.due = self._due()
        return found

    def _cases(self, kind: str) -> QuerySet[Any]:
        return self.begun.filter(kind=kind).values("case_ref")

    def _entries(self) -> Iterator[Entry]:
        """Whatever began in the year and all that became of it; what followed from its cases; its delays."""
        concerned = (
            Q(subject_ref__in=self.begun.values("subject_ref"))
            | Q(subject_ref__in=self.reports.values("review__ref"))
            | Q(case_ref__in=self._cases("notification.submit"), kind__startswith="rapidreview.")
            | Q(case_ref__in=self._cases("notification.submit"), kind__startswith="practicereview.")
            | Q(case_ref__in=self._cases("notification.submit"), kind="decision.approve")
            | Q(case_ref__in=self._cases("referral.submit"), kind="decision.approve")
        )
        wanted = (Q(kind__in=(*BEGINS, *FOLLOWS)) & concerned) | self.delays
        rows = self.known.filter(wanted, effective_on__isnull=False).order_by("seq")
        columns = ("kind", "subject_ref", "case_ref", "effective_on", "reason_code", "facts")
        for kind, ref, case, on, reason, facts in rows.values_list(*columns).iterator():
            if on is not None:
                yield Entry(kind, ref, case, on, reason, facts)

    def _kinds(self) -> dict[str, str]:
        kinds: dict[str, str] = {}
        for model, kind in ((Referral, "referral.submit"), (InformationRequest, "informationrequest.send")):
            refs = self.begun.filter(kind=kind).values("subject_ref")
            kinds |= dict(model.objects.beside().filter(ref__in=refs).values_list("ref", "agency__type"))
        return kinds

    def _grounds(self) -> dict[str, dict[str, Any]]:
        """On which part of the legal test a decision not to notify was made. Fixed since it was approved."""
        cases = self._cases("referral.submit")
        decisions = Decision.objects.beside().filter(case__ref__in=cases, kind="notify")
        return dict(decisions.exclude(approved_on=None).values_list("ref", "grounds"))

    def _due(self) -> dict[tuple[str, str], dt.date | None]:
        """When each notification and rapid review was due, as it stood then: moves recorded since are taken back."""
        concerned = self._cases("notification.submit")
        rows = Deadline.objects.beside().filter(
            case__ref__in=concerned, partnership=self.partnership, code__in=CLOCKS
        )
        due: dict[tuple[str, str], dt.date | None] = {
            (case, code): day for case, code, day in rows.values_list("case__ref", "code", "due_on")
        }
        since = self.events.filter(at__gte=self.end, kind__in=("deadline.move", "case.set_dates"))
        # The newest first, so that the oldest has the last word: it holds what stood before all of them.
        for kind, case, facts in since.order_by("-seq").values_list("kind", "case_ref", "facts"):
            if kind == "deadline.move":
                due[case, facts["code"]] = _day(facts["due_before"])
            elif "la_aware_on" in facts["before"] and not facts["before"]["la_aware_on"]:
                due |= {(case, code): None for code in CLOCKS if code != "RR_15WD"}
        return due


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None

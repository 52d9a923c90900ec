"""Which cases have outlived their period: from which day it is counted, until when, and what stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Either
from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from cspr.accounts.models import Partnership, User
from cspr.clocks.calendar import add_months
from referrals.models.case import Case
from referrals.models.holding import LegalHold
from referrals.models.notification import Notification
from referrals.models.referral import Referral
from referrals.models.retaining import InForce, schedule_of
from referrals.questions.answers import of
from referrals.questions.table import section_of
from referrals.retention import CHILD_YEARS, Kind, Unit, over_on
from referrals.states import AbuseType, CaseState, LocalIndicator, Outcome, ReferralState

# A case is kept as one of these, whole.
WHOLE = (Kind.CASE_FILE, Kind.NOT_TAKEN_FURTHER)
NOT_TAKEN = (ReferralState.DECIDED_NOT_MET, ReferralState.WITHDRAWN)
NEUTRAL = (*NOT_TAKEN, ReferralState.LINKED)


@dataclass(frozen=True)
class Longer:
    """The longer period of the schedule (``besides``), where sexual abuse is involved. ``until``: ``None`` while the
    birth of a child is not recorded, so that nobody can work it out."""

    until: dt.date | None


@dataclass(frozen=True)
class Due:
    """A case whose period is over, as somebody reads it who may not read the case."""

    case: Case
    rule: InForce
    kept_from: dt.date
    holds: list[LegalHold]
    longer: Longer | None
    said_of_harm: bool
    # When the last of its referrals came; one can join a case that is long closed.
    last_received: dt.date | None

    @property
    def over_on(self) -> dt.date:
        return last_day_after(self.kept_from, self.rule)

    def against(self, today: dt.date) -> str | None:
        """Why it cannot be proposed whoever asks; ``None`` when its time has come. No day of it tells a birth."""
        if self.holds:
            return "A legal hold stands: nothing of it may be disposed of."
        if self.rule.said is None:
            return f"Nobody has confirmed the period “{self.rule.row.kind.label}” yet."
        if self.over_on > today:
            return "Its period is not over."
        if self.last_received and last_day_after(self.last_received, self.rule) > today:
            return "A referral came to it later, and the period is not over for that one."
        if self.longer and self.longer.until and self.longer.until > today:
            return "The longer period of the schedule counts for this case, and is not over."
        return None

    @property
    def warning(self) -> str:
        """What whoever proposes has to look into, because nothing here can say it."""
        if self.longer and self.longer.until is None:
            return (
                "The longer period of the schedule counts for this case, but the birth of a child is not recorded. "
                "Work it out from the file before you propose it."
            )
        if self.rule.row.kind is Kind.CASE_FILE and not self.said_of_harm:
            return "No referral says what harm it was: look whether the longer period of the schedule counts."
        return ""


def last_day_after(kept_from: dt.date, rule: InForce) -> dt.date:
    """The first day on which the period of ``rule`` is over."""
    assert rule.length is not None
    return over_on(kept_from, rule.length, rule.row.unit)


def whole_cases(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Each case with the kind it is ``kept_as`` and the day that period is counted from (``kept_from``, or none).

    Not taken further: every referral was withdrawn or did not meet the criteria, nobody chose to review it all the
    same, and the Panel was never notified. A case that was joined to another is part of that one.
    """
    referrals = Referral.objects.beside().filter(case=OuterRef("pk"))
    goes_on = referrals.filter(~Q(state__in=NEUTRAL) | Q(outcome=Outcome.LCSPR_DISCRETIONARY))
    notified = Notification.objects.beside().filter(case=OuterRef("pk"), submitted_on__isnull=False)
    decided = referrals.filter(state__in=NOT_TAKEN, decided_on__isnull=False).order_by("-decided_on")
    not_taken = Q(last_decided__isnull=False) & ~Exists(goes_on) & ~Exists(notified)
    return (
        rows.filter(merged_into=None)
        .annotate(last_decided=Subquery(decided.values("decided_on")[:1]))
        .annotate(
            kept_as=Either(
                When(not_taken, then=Value(Kind.NOT_TAKEN_FURTHER.value)),
                default=Value(Kind.CASE_FILE.value),
                output_field=CharField(),
            ),
        )
        .annotate(
            kept_from=Either(
                When(kept_as=Kind.NOT_TAKEN_FURTHER.value, then=F("last_decided")),
                When(state=CaseState.CLOSED, then=F("closed_on")),
                default=Value(None),
                output_field=DateField(),
            )
        )
    )


def rules_of(partnership: Partnership) -> dict[str, InForce]:
    """The periods of a whole case as they count in the partnership, by kind."""
    return {one.row.kind.value: one for one in schedule_of(partnership) if one.row.kind in WHOLE}


def began_before(rule: InForce, today: dt.date) -> dt.date:
    """The last day from which a period may be counted that is over ``today``."""
    assert rule.length is not None
    if rule.row.unit is Unit.DAYS:
        return today - dt.timedelta(days=rule.length)
    return add_months(today, -rule.length * (12 if rule.row.unit is Unit.YEARS else 1))


def kept_cases(user: User, partnership: Partnership) -> QuerySet[Case]:
    """The partnership's cases of which the person may know that their time has come."""
    return Case.objects.kept_by(user).filter(partnership=partnership)


def due_cases(rows: QuerySet[Case], rules: Mapping[str, InForce], today: dt.date) -> QuerySet[Case]:
    """Those of them whose period is over, confirmed or not; see ``whole_cases``."""
    of_kind = {kind: began_before(rule, today) for kind, rule in rules.items()}
    over = Q(pk__in=[])
    for kind, day in of_kind.items():
        over |= Q(kept_as=kind, kept_from__lte=day)
    # Most cases are open, or were closed lately: they are left out before anything is worked out for them.
    decided = Referral.objects.beside().filter(
        state__in=NOT_TAKEN, decided_on__lte=of_kind[Kind.NOT_TAKEN_FURTHER.value]
    )
    old = Q(closed_on__lte=of_kind[Kind.CASE_FILE.value]) | Q(pk__in=decided.values("case"))
    return whole_cases(rows.filter(old)).filter(over)


def next_due_on(rows: QuerySet[Case], rules: Mapping[str, InForce], today: dt.date) -> dt.date | None:
    """The day on which the next period will be over; ``None`` when none is counted."""
    whole: Any = whole_cases(rows)
    days = []
    for kind, rule in rules.items():
        later = whole.filter(kept_as=kind, kept_from__gt=began_before(rule, today))
        first = later.aggregate(first=Min("kept_from"))["first"]
        days += [last_day_after(first, rule)] if first else []
    return min(days, default=None)


BESIDE_THE_PERIOD = (
    Prefetch(
        "legal_holds",
        LegalHold.objects.filter(lifted_on=None).select_related("set_by"),
        to_attr="holds_that_stand",
    ),
    Prefetch(
        "referrals", Referral.objects.beside().only("case", "answers", "received_on"), to_attr="said_in"
    ),
    Prefetch("children", to_attr="all_children"),
    Prefetch("merged", Case.objects.beside().prefetch_related("legal_holds"), to_attr="joined"),
)
"""What ``due`` needs of each case of a page, in a statement each."""


def due(case: Case, rules: Mapping[str, InForce]) -> Due:
    """The case of ``whole_cases`` and ``BESIDE_THE_PERIOD``, with what stands against disposing of it."""
    found: Any = case
    referrals = [referral.answers for referral in found.said_in]
    joined = [hold for other in found.joined for hold in other.standing_holds()]
    sexual = found.kept_as == Kind.CASE_FILE.value and any(map(_sexual_abuse, referrals))
    return Due(
        case=case,
        rule=rules[found.kept_as],
        kept_from=found.kept_from,
        holds=[*found.holds_that_stand, *joined],
        longer=_longer(found.all_children) if sexual else None,
        said_of_harm=any(map(_says_what_harm, referrals)),
        last_received=max((one.received_on for one in found.said_in if one.received_on), default=None),
    )


def due_of(case: Case) -> Due | None:
    """One case, read anew; ``None`` when no period is counted for it."""
    rows = Case.objects.beside().filter(pk=case.pk)
    found: Any = whole_cases(rows).prefetch_related(*BESIDE_THE_PERIOD).first()
    if found is None or found.kept_from is None:
        return None
    return due(found, rules_of(case.partnership))


def _incident(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    section = section_of("incident")
    return of(section, answers) if section else {}


def _says_what_harm(answers: Mapping[str, Any]) -> bool:
    incident = _incident(answers)
    return bool(incident.get("harm_types") or incident.get("abuse_types"))


def _sexual_abuse(answers: Mapping[str, Any]) -> bool:
    """Whether a referral says that a child was sexually abused or exploited."""
    criteria, incident = section_of("criteria"), _incident(answers)
    indicators = of(criteria, answers).get("indicators") if criteria else None
    return (
        "sexual" in (incident.get("harm_types") or ())
        or AbuseType.SEXUAL in (incident.get("abuse_types") or ())
        or LocalIndicator.W3 in (indicators or ())
    )


def _longer(children: Iterable[Any]) -> Longer:
    births = [child.born_on for child in children]
    if not births or None in births:
        return Longer(None)
    return Longer(over_on(max(births), CHILD_YEARS, Unit.YEARS))

"""Whatever can be recorded has its row in a table: a year that holds it is told, and does not end in an error."""

import pytest

from cspr.accounts.roles import AgencyType
from referrals.states import OUTCOMES, STARTS_CSPR, DecisionKind, LateReason, NotificationType, Outcome, Sex
from reviews.annual.counting import NOTIFY_BY, OUTCOME_OF
from reviews.change import Grade
from reviews.states import DelayReason, Response, WithholdReason
from reviews.yearly.counted import AGES
from reviews.yearly.divisions import DIVISIONS, by_kind

ROWS = {name for division in DIVISIONS for name in (division.total, *division.parts)}
AFTER_TRIAGE = [o for o in OUTCOMES[DecisionKind.NOTIFY] if o != Outcome.NOTIFY]
AFTER_REVIEW = [o for o in OUTCOMES[DecisionKind.REVIEW] if o not in STARTS_CSPR]


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("referral", [*OUTCOME_OF.values(), "considered"]),
        ("not_met", AFTER_TRIAGE),
        ("decided", [*AFTER_REVIEW, "not_yet"]),
        ("late", [*LateReason.values, "unsaid"]),
        ("sin.type", NotificationType.values),
        ("child.sex", Sex.values),
        ("child.age", [*(code for code, *_ in AGES), "unknown"]),
        ("delay", DelayReason.values),
        ("improvements", WithholdReason.values),
        ("nothing", WithholdReason.values),
        ("grade", [grade.value for grade in Grade]),
        ("recommendation", [*Response.values, "unanswered"]),
    ],
)
def test_every_value_has_a_row(prefix, values):
    assert {f"{prefix}.{value}" for value in values} - ROWS == set()


@pytest.mark.parametrize("kind", AgencyType.values)
def test_every_kind_of_agency_has_a_row_once_it_occurs(kind):
    rows = {name for division in by_kind([kind]) for name in division.parts}
    assert {f"referral.by.{kind}", f"request.by.{kind}"} <= rows


def test_every_type_of_notification_has_the_clock_it_runs_under():
    assert set(NOTIFY_BY) == set(NotificationType)

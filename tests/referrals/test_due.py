"""Which cases have outlived their period, and what stands against disposing of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Referral
from referrals.models.due import Due, due_cases, due_of, kept_cases, next_due_on, rules_of
from referrals.retention import Kind
from referrals.states import Outcome
from tests import factories as make
from tests.factories import TODAY
from tests.outlived import LONG_AGO, born, confirmed, file_closed, not_taken

pytestmark = pytest.mark.django_db
SEXUAL = {"incident": {**make.answers()["incident"], "harm_types": ["sexual"]}}


def listed(a: make.Area, user: Any = None, today: dt.date = TODAY) -> list[int]:
    mine = kept_cases(user or a.staff, a.partnership)
    return list(due_cases(mine, rules_of(a.partnership), today).order_by("pk").values_list("pk", flat=True))


def looked_at(case: Case) -> Due:
    found = due_of(case)
    assert found is not None
    return found


@pytest.fixture
def client(settings: Any) -> Client:
    settings.MFA_REQUIRED = False
    return Client()


# --- whose period is over ---------------------------------------------------------------------------------


def test_a_case_file_is_due_on_the_day_its_period_is_over_and_not_a_day_before(a: make.Area) -> None:
    case = file_closed(a, on=dt.date(2001, 11, 23))
    assert listed(a, today=dt.date(2026, 11, 22)) == []
    assert listed(a, today=dt.date(2026, 11, 23)) == [case.pk]
    found = looked_at(case)
    assert (found.rule.row.kind, found.kept_from, found.over_on) == (
        Kind.CASE_FILE,
        dt.date(2001, 11, 23),
        dt.date(2026, 11, 23),
    )


def test_a_referral_not_taken_further_is_kept_for_six_years_whether_or_not_its_case_was_closed(
    a: make.Area,
) -> None:
    case = not_taken(a, on=dt.date(2020, 11, 23))
    assert listed(a, today=dt.date(2026, 11, 22)) == []
    assert listed(a) == [case.pk]
    assert looked_at(case).rule.row.kind is Kind.NOT_TAKEN_FURTHER
    closed = perform(case, "close", by=a.chair, today=TODAY, words="Nothing more to do.")
    assert listed(a) == [closed.pk]


@pytest.mark.parametrize("change", ["notified", "reviewed all the same", "open"])
def test_what_went_further_is_a_case_file_and_counted_from_its_closing(a: make.Area, change: str) -> None:
    case = not_taken(a)
    if change == "notified":
        type(case.notification).objects.filter(case=case).update(submitted_on=LONG_AGO)  # type: ignore[attr-defined]
    elif change == "reviewed all the same":
        Referral.objects.filter(case=case).update(outcome=Outcome.LCSPR_DISCRETIONARY)
    else:
        Referral.objects.filter(case=case).update(decided_on=None)
    assert listed(a) == []
    assert due_of(case) is None


def test_a_case_that_is_reopened_has_no_period_any_more(a: make.Area) -> None:
    case = file_closed(a)
    Case.objects.filter(pk=case.pk).update(set_aside_by=a.staff)
    perform(Case.objects.get(pk=case.pk), "reopen", by=a.chair, today=TODAY, words="A new report.")
    assert listed(a) == []
    assert due_of(case) is None


def test_a_changed_period_counts_at_once(a: make.Area) -> None:
    case = file_closed(a, on=dt.date(2000, 1, 1))
    assert listed(a) == [case.pk]
    actions.set_period(
        a.partnership, by=a.dpo, today=TODAY, kind=Kind.CASE_FILE, length=30, words="Our schedule."
    )
    assert listed(a) == []
    assert next_due_on(kept_cases(a.staff, a.partnership), rules_of(a.partnership), TODAY) == dt.date(
        2030, 1, 1
    )


# --- what stands against it -------------------------------------------------------------------------------


def test_nothing_is_due_under_a_period_that_nobody_confirmed(a: make.Area) -> None:
    case = file_closed(a)
    assert "Nobody has confirmed the period “Case file”" in (looked_at(case).against(TODAY) or "")
    confirmed(a)
    assert looked_at(case).against(TODAY) is None


def test_what_is_held_is_listed_and_never_due(a: make.Area) -> None:
    confirmed(a)
    case = file_closed(a)
    perform(case, "set_legal_hold", by=a.chair, today=TODAY, reason_code="inquest")
    assert listed(a) == [case.pk]
    assert "A legal hold stands" in (looked_at(case).against(TODAY) or "")


def test_a_hold_on_a_case_that_was_joined_to_this_one_holds_this_one(a: make.Area) -> None:
    confirmed(a)
    case, other = file_closed(a), make.accepted(a).case
    assert other is not None
    perform(other, "set_legal_hold", by=a.chair, today=TODAY, reason_code="inquest")
    Case.objects.filter(pk=other.pk).update(merged_into=case)
    assert listed(a) == [case.pk]
    assert "A legal hold stands" in (looked_at(case).against(TODAY) or "")


@pytest.mark.parametrize(
    ("births", "against", "warned"),
    [
        ([dt.date(1951, 11, 23)], False, False),
        ([dt.date(1951, 11, 24)], True, False),
        ([dt.date(1940, 1, 1), dt.date(1990, 1, 1)], True, False),  # the youngest counts
        ([dt.date(1940, 1, 1), None], False, True),
        ([], False, True),
    ],
)
def test_after_sexual_abuse_a_file_is_kept_until_75_years_after_the_youngest_birth(
    a: make.Area, births: list[dt.date | None], against: bool, warned: bool
) -> None:
    confirmed(a)
    found = looked_at(born(file_closed(a, **SEXUAL), *births))
    said = found.against(TODAY) or ""
    assert ("The longer period" in said, "is not recorded" in found.warning) == (against, warned)
    assert not any(str(day.year) in said + found.warning for day in births if day)


def test_without_a_word_on_the_harm_one_is_told_to_look(a: make.Area) -> None:
    case = file_closed(a)
    assert looked_at(case).warning == ""
    for referral in case.referrals.all():
        referral.answers = {**referral.answers, "incident": {}}
        referral.save()
    assert "No referral says what harm it was" in looked_at(case).warning


# --- the page ---------------------------------------------------------------------------------------------


def test_officer_and_chair_and_staff_see_what_is_theirs_and_the_officer_no_name(
    a: make.Area, client: Client
) -> None:
    case, address = file_closed(a), reverse("retention-due", args=[a.partnership.ref])
    for who, sees in (("staff", True), ("chair", True), ("dpo", False)):
        client.force_login(a.people[who])
        page = client.get(address).content.decode()
        assert case.ref in page
        assert (case.pseudonym in page) == sees
    for who in ("sysadmin", "author", "panel_member", "la"):
        client.force_login(a.people[who])
        assert client.get(address).status_code == 404
    other = make.area("Otherham")
    client.force_login(other.dpo)
    assert client.get(address).status_code == 404


def test_a_restricted_case_is_listed_for_its_own_people_alone(a: make.Area, client: Client) -> None:
    case = file_closed(a)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert listed(a, a.staff) == listed(a, a.chair) == [case.pk]
    assert listed(a, a.dpo) == []
    perform(Case.objects.get(pk=case.pk), "record_conflict", by=a.staff, today=TODAY, user=a.chair, words="x")
    assert listed(a, a.chair) == []


def test_an_empty_page_says_when_the_next_period_is_over(a: make.Area, client: Client) -> None:
    client.force_login(a.dpo)
    address = reverse("retention-due", args=[a.partnership.ref])
    assert "No period is running yet." in client.get(address).content.decode()
    file_closed(a, on=dt.date(2026, 11, 2))
    page = client.get(address).content.decode()
    assert "No case has outlived the period" in page
    assert "2 November 2051" in page


def test_the_page_asks_as_many_statements_for_many_cases_as_for_one(a: make.Area, client: Client) -> None:
    case = file_closed(a)
    client.force_login(a.staff)
    address = reverse("retention-due", args=[a.partnership.ref])

    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    client.get(address)
    one = asked()
    for number in range(30):
        Case.objects.create(
            partnership=a.partnership, pseudonym=f"Case {number}", state="closed", closed_on=LONG_AGO
        )
    assert asked() == one
    page = client.get(address)
    assert len(page.context["rows"]) == 25
    assert case.ref in page.content.decode()

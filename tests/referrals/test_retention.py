"""How long records are kept: the table, the dates, what a partnership has said, and legal holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from cspr.audit.models import Event
from cspr.workflow import Refused, perform, why_not
from referrals import actions
from referrals.models import Case, LegalHold, RetentionPeriod
from referrals.models.retaining import schedule_of
from referrals.retention import BY_KIND, SCHEDULE, Ends, Kind, Unit, is_over, over_on
from tests import factories as make
from tests.factories import TODAY


@pytest.fixture
def case(a: make.Area) -> Case:
    return make.accepted(a).case


# --- the table and its dates ------------------------------------------------------------------------------


@pytest.mark.once
def test_every_kind_of_record_has_one_row_with_a_reason_and_a_moment() -> None:
    assert [row.kind for row in SCHEDULE] == list(Kind)
    assert all(row.what and row.moment and row.why for row in SCHEDULE)
    assert {row.kind for row in SCHEDULE if row.length is None} == {Kind.RECORD}
    assert {row.kind for row in SCHEDULE if row.ends is Ends.TWO_PEOPLE} == {
        Kind.CASE_FILE,
        Kind.NOT_TAKEN_FURTHER,
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("moment", "length", "unit", "over"),
    [
        (dt.date(2026, 11, 23), 90, Unit.DAYS, dt.date(2027, 2, 21)),
        (dt.date(2026, 11, 23), 12, Unit.MONTHS, dt.date(2027, 11, 23)),
        (dt.date(2026, 11, 23), 25, Unit.YEARS, dt.date(2051, 11, 23)),
        (dt.date(2026, 8, 31), 6, Unit.MONTHS, dt.date(2027, 3, 1)),  # there is no 31 February
        (dt.date(2024, 2, 29), 1, Unit.YEARS, dt.date(2025, 3, 1)),
        (dt.date(2024, 2, 29), 4, Unit.YEARS, dt.date(2028, 2, 29)),
    ],
)
def test_a_period_is_over_on_the_corresponding_day_and_not_a_day_before(
    moment: dt.date, length: int, unit: Unit, over: dt.date
) -> None:
    assert over_on(moment, length, unit) == over
    assert not is_over(moment, length, unit, over - dt.timedelta(days=1))
    assert is_over(moment, length, unit, over)


@pytest.mark.once
def test_the_page_in_docs_says_what_the_table_says() -> None:
    page = (Path(project.BASE_DIR) / "docs" / "retention.md").read_text("utf-8")
    for row in SCHEDULE:
        assert f"| {row.kind.label} | {row.lasting(row.length)}" in page


# --- what a partnership says ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_period_counts_as_a_default_until_the_officer_confirms_it(a: make.Area) -> None:
    before = {one.row.kind: one for one in schedule_of(a.partnership)}
    assert (before[Kind.CASE_FILE].length, before[Kind.CASE_FILE].said) == (25, None)
    said = actions.set_period(a.partnership, by=a.dpo, today=TODAY, kind=Kind.CASE_FILE, length=25)
    after = {one.row.kind: one for one in schedule_of(a.partnership)}
    assert (after[Kind.CASE_FILE].said, after[Kind.CASE_FILE].changed) == (said, False)
    event = Event.objects.get(kind="retention.set")
    assert (event.by, event.facts) == (
        a.dpo,
        {"kind": "case_file", "unit": "year", "before": None, "after": 25},
    )


@pytest.mark.django_db
def test_a_changed_period_holds_in_one_partnership_alone_and_its_events_say_what_it_was(a: make.Area) -> None:
    other = make.area("Otherham")
    for length in (30, 40):
        actions.set_period(
            a.partnership, by=a.sysadmin, today=TODAY, kind=Kind.CASE_FILE, length=length, words="Ours."
        )
    assert {one.row.kind: one.length for one in schedule_of(a.partnership)}[Kind.CASE_FILE] == 40
    assert {one.row.kind: one.length for one in schedule_of(other.partnership)}[Kind.CASE_FILE] == 25
    assert RetentionPeriod.objects.count() == 1
    told = (
        Event.objects.filter(kind="retention.set").order_by("id").values_list("facts__before", "facts__after")
    )
    assert list(told) == [(None, 30), (30, 40)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "kind", "length", "words"),
    [
        ("staff", Kind.CASE_FILE, 25, ""),
        ("chair", Kind.CASE_FILE, 25, ""),
        ("dpo", Kind.CASE_FILE, 24, " "),  # another length, and no reason
        ("dpo", Kind.CASE_FILE, 0, "Ours."),
        ("dpo", Kind.CASE_FILE, 101, "Ours."),
        ("dpo", Kind.PUBLISHED, 0, "Ours."),  # a year at least is law
        ("dpo", Kind.RECORD, 25, "Ours."),
    ],
)
def test_what_no_partnership_may_say_changes_nothing(
    a: make.Area, by: str, kind: Kind, length: int, words: str
) -> None:
    with pytest.raises(Refused):
        actions.set_period(a.partnership, by=a.people[by], today=TODAY, kind=kind, length=length, words=words)
    assert not RetentionPeriod.objects.exists()
    assert not Event.objects.filter(kind="retention.set").exists()


@pytest.mark.django_db
def test_the_page_marks_defaults_and_takes_a_confirmation(a: make.Area, settings: Any) -> None:
    settings.MFA_REQUIRED = False
    client = Client()
    client.force_login(a.dpo)
    schedule = reverse("retention-schedule", args=[a.partnership.ref])
    with_period = [row for row in SCHEDULE if row.length]
    page = client.get(schedule).content.decode()
    assert page.count("Default, to be confirmed") == len(with_period)
    address = reverse("retention-set", args=[a.partnership.ref, "drafts"])
    assert client.post(address, {"length": "30", "words": ""}).status_code == 422
    answer = client.post(address, {"length": "30", "words": "Our schedule of 2025."})
    assert (answer.status_code, answer["Location"]) == (302, schedule)
    page = client.get(schedule).content.decode()
    assert page.count("Default, to be confirmed") == len(with_period) - 1
    assert "<strong>30 days</strong>" in page
    assert "The default is 90 days." in page
    assert BY_KIND[Kind.DRAFTS].length == 90


# --- legal hold -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["chair", "dpo"])
def test_whoever_set_a_hold_does_not_lift_it_and_somebody_else_does(
    a: make.Area, case: Case, by: str
) -> None:
    other = a.people[{"chair": "dpo", "dpo": "chair"}[by]]
    case = perform(case, "set_legal_hold", by=a.people[by], today=TODAY, reason_code="inquest")
    [hold] = case.standing_holds()
    lift = {"today": TODAY, "hold": hold.pk, "words": "It has concluded."}
    with pytest.raises(Refused, match="somebody else has to lift it"):
        perform(case, "lift_legal_hold", by=a.people[by], **lift)
    case = perform(case, "lift_legal_hold", by=other, **lift)
    assert case.standing_holds() == []
    hold.refresh_from_db()
    assert (hold.set_by, hold.lifted_by, hold.lifted_because) == (a.people[by], other, "It has concluded.")
    kinds = (
        Event.objects.filter(kind__contains="legal_hold").order_by("id").values_list("kind", "reason_code")
    )
    assert list(kinds) == [("case.set_legal_hold", "inquest"), ("case.lift_legal_hold", "")]


@pytest.mark.django_db
def test_of_two_holds_each_is_lifted_by_itself_and_never_by_its_own_setter(a: make.Area, case: Case) -> None:
    case = perform(case, "set_legal_hold", by=a.chair, today=TODAY, reason_code="inquest")
    case = perform(case, "set_legal_hold", by=a.dpo, today=TODAY, reason_code="criminal")
    inquest, criminal = case.standing_holds()
    assert why_not(case, "lift_legal_hold", a.chair) is None  # the other one
    with pytest.raises(Refused, match="You set this hold yourself"):
        perform(case, "lift_legal_hold", by=a.chair, today=TODAY, hold=inquest.pk, words="Over.")
    case = perform(case, "lift_legal_hold", by=a.chair, today=TODAY, hold=criminal.pk, words="Over.")
    assert case.standing_holds() == [inquest]


@pytest.mark.django_db
def test_a_hold_needs_its_reason_and_something_else_needs_words(a: make.Area, case: Case) -> None:
    for wrong in ({"reason_code": "because"}, {"reason_code": "other", "words": " "}):
        with pytest.raises(Refused):
            perform(case, "set_legal_hold", by=a.chair, today=TODAY, **wrong)
    assert not LegalHold.objects.exists()


@pytest.mark.django_db
def test_the_officer_holds_a_case_by_its_reference_and_never_a_restricted_one(
    a: make.Area, case: Case, settings: Any
) -> None:
    settings.MFA_REQUIRED = False
    client = Client()
    client.force_login(a.dpo)
    address = reverse("case-holds", args=[case.ref])
    for page in (address, reverse("case-set_legal_hold", args=[case.ref])):
        shown = client.get(page).content.decode()
        assert case.ref in shown
        assert case.pseudonym not in shown
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert client.get(address).status_code == 404
    assert why_not(Case.objects.get(pk=case.pk), "set_legal_hold", a.dpo) is not None


@pytest.mark.django_db
def test_the_case_says_at_its_top_that_a_hold_stands(a: make.Area, case: Case, settings: Any) -> None:
    settings.MFA_REQUIRED = False
    client = Client()
    client.force_login(a.staff)
    before = client.get(case.get_absolute_url()).content.decode()
    perform(case, "set_legal_hold", by=a.chair, today=TODAY, reason_code="inquiry")
    after = client.get(case.get_absolute_url()).content.decode()
    said = "Legal hold: nothing of this case may be disposed of."
    assert (said in before, said in after) == (False, True)
    assert "A legal hold was set: public inquiry" in after

"""Triage in the browser: safety first, what is complete, what is known already, and the verbs that follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Referral, ReturnedField
from referrals.states import DecisionKind, Outcome, ReferralState
from referrals.views.duplicates import likely
from tests import factories as make
from tests.referrals.browse import Browser, Page, verb

pytestmark = pytest.mark.django_db

UNSAFE = {"others_safe": "no", "passed_to": "The front door, at 10:05"}


@pytest.fixture
def staff(a: make.Area) -> Browser:
    return Browser(a.staff)


def where(referral: Referral) -> str:
    return reverse("referral", args=[referral.ref])


def box(name: str, day: int, month: int = 11) -> dict[str, str]:
    return {f"{name}_day": str(day), f"{name}_month": str(month), f"{name}_year": "2026"}


def order(page: Page, *words: str) -> bool:
    """Whether the words stand on the page in this order."""
    places = [page.words.index(one) for one in words]
    return places == sorted(places)


# --- the page ---------------------------------------------------------------------------------------------


def test_an_unclear_answer_about_safety_is_the_first_thing_on_the_page(a: make.Area, staff: Browser) -> None:
    page = staff.get(where(make.sent(a, safety=UNSAFE)))
    assert (
        "Ring the referrer on 01632 960002, or children’s social care, before you do anything else."
        in page.words
    )
    assert order(
        page, "Can this referral be accepted?", "It is not clear that everybody is safe", "What to do",
        "Is it complete?", "Is it known already?", "Clocks that run already", "Written here by",
    )  # fmt: skip


def test_a_clear_answer_about_safety_is_said_calmly(a: make.Area, staff: Browser) -> None:
    page = staff.get(where(make.sent(a)))
    assert "The referral says that everybody is safe" in page.words
    assert "before you do anything else" not in page.words


def test_what_is_not_known_yet_is_listed_with_its_reasons(a: make.Area, staff: Browser) -> None:
    page = staff.get(where(make.sent(a)))
    assert "Every required question is answered." in page.words
    assert "1 answer is not known yet: Child 1: ethnic group: The family has not been asked yet" in page.words


def test_the_clocks_that_run_already_are_shown_with_their_dates(a: make.Area, staff: Browser) -> None:
    page = staff.get(where(make.sent(a)))
    assert "Serious incident notification day 2 of 5" in page.words
    assert "Thursday 26 November 2026, in 3 working days" in page.words


def test_without_a_date_of_awareness_the_page_says_that_no_clock_runs(a: make.Area, staff: Browser) -> None:
    unaware = {"la_aware": "no", "la_aware_on": "", "la_suspected_on": ""}
    assert "No clock runs yet" in staff.get(where(make.sent(a, authority=unaware))).words


def test_opening_it_is_recorded(a: make.Area, staff: Browser) -> None:
    referral = make.sent(a)
    staff.get(where(referral))
    read = Event.objects.get(kind="read.referral")
    assert (read.by, read.subject_ref) == (a.staff, referral.ref)


def test_after_it_is_accepted_only_people_on_the_access_list_read_the_answers(
    a: make.Area, staff: Browser
) -> None:
    referral = make.accepted(a)
    assert "A baby was brought to hospital with fractures." in staff.get(where(referral)).words
    another = make.person(a.partnership, Role.STAFF)
    page = Browser(another).get(where(referral))
    assert "Names and dates of birth are shown only to people on this case’s access list." in page.words
    for hidden in ("Synthetic Child", "fractures", "01632 960002"):
        assert hidden not in page.words
    assert not Event.objects.filter(kind="read.referral", by=another).exists()


def test_somebody_with_a_conflict_of_interest_finds_nothing(a: make.Area, staff: Browser) -> None:
    referral = make.accepted(a)
    assert referral.case is not None
    perform(referral.case, "declare_conflict", by=a.staff, today=make.TODAY, words="I know the family.")
    staff.get(where(referral), 404)


def test_the_page_costs_the_same_however_much_there_is(
    a: make.Area, staff: Browser, django_assert_max_num_queries: Any
) -> None:
    referral, sizes = make.sent(a), []
    staff.get(where(referral))
    for number in (1, 12):
        for _ in range(number):
            make.sent(a)
        with django_assert_max_num_queries(30) as asked:
            staff.get(where(referral))
        sizes.append(len(asked.captured_queries))
    assert sizes[0] == sizes[1]


# --- what it may duplicate --------------------------------------------------------------------------------


def about(a: make.Area, incident_on: str = "2026-11-18", **changed: Any) -> Referral:
    (child,) = make.answers()["children"]["items"]
    return make.sent(a, children={"items": [{**child, **changed}]}, incident={"incident_on": incident_on})


@pytest.mark.parametrize("accept", [False, True], ids=["not accepted", "accepted"])
@pytest.mark.parametrize(
    ("changed", "incident_on", "why"),
    [
        ({"name": "CHILD, synthetic"}, "2026-01-01", "a child with the same name and date of birth"),
        (
            {"name": "Somebody Else"}, "2026-11-18",
            "a child with the same date of birth, and an incident on the same day",
        ),
        ({"name": "Somebody Else"}, "2026-01-01", None),
        ({"born_on": "2020-01-01"}, "2026-11-18", None),
        (
            {"name": "X", "born_on": "2020-01-01", "nhs_number": "9991234578"}, "2026-01-01",
            "a child with the same NHS number",
        ),
    ],
)  # fmt: skip
def test_the_same_child_is_found_by_name_and_birth_by_the_day_or_by_nhs_number(
    a: make.Area, changed: dict[str, str], incident_on: str, why: str | None, accept: bool
) -> None:
    other = about(a, incident_on, **changed)
    if accept:
        other = actions.accept(other, by=a.staff, today=make.TODAY)
    found = likely(about(a, nhs_number="9991234578"), a.staff)
    assert [(one.case, one.why) for one in found] == ([(other.case, why)] if why else [])


def test_a_case_one_may_not_see_is_never_offered(a: make.Area) -> None:
    other = make.accepted(a)
    assert other.case is not None
    perform(other.case, "restrict", by=a.chair, today=make.TODAY, words="A colleague is involved.")
    referral, another = make.sent(a), make.person(a.partnership, Role.STAFF)
    assert likely(referral, another) == []
    assert [one.case for one in likely(referral, a.staff)] == [other.case]
    assert other.case.pseudonym not in Browser(another).get(verb(referral, "link")).words


def test_another_partnerships_case_is_never_offered(a: make.Area) -> None:
    make.accepted(make.area("Elsewhere"))
    assert likely(make.sent(a), a.staff) == []


# --- accepting --------------------------------------------------------------------------------------------


def test_accepting_asks_about_safety_and_keeps_the_answer(a: make.Area, staff: Browser) -> None:
    referral = make.sent(a, safety=UNSAFE)
    assert staff.fill(verb(referral, "accept"), 422).messages == [
        "Answer the question “Are the child and everybody else safe now?”"
    ]
    assert staff.fill(verb(referral, "accept"), 422, safety_now="acted").messages == [
        "Answer the question “What have you done, and whom have you told?”"
    ]
    staff.fill(verb(referral, "accept"), safety_now="acted", safety_action="Rang the front door at 10:20.")
    accepted = Referral.objects.get()
    assert (accepted.state, accepted.accepted_by) == (ReferralState.TRIAGE, a.staff)
    facts = Event.objects.get(kind="referral.accept").facts
    assert (facts["safety_now"], facts["safety_action"]) == ("acted", "Rang the front door at 10:20.")


def test_the_day_the_authority_became_aware_starts_the_clock(a: make.Area, staff: Browser) -> None:
    referral = make.sent(a)
    staff.fill(verb(referral, "accept"), safety_now="safe", **box("la_aware_on", 20))
    assert referral.case is not None
    due = referral.case.deadlines.get(code="SIN_5WD")
    assert (due.trigger_on, due.due_on) == (dt.date(2026, 11, 20), dt.date(2026, 11, 27))


def test_awareness_cannot_lie_ahead(a: make.Area, staff: Browser) -> None:
    page = staff.fill(verb(make.sent(a), "accept"), 422, safety_now="safe", **box("la_aware_on", 24))
    assert page.messages == ["Date the authority became aware must be 23 November 2026 or earlier"]


def test_accepting_says_what_it_may_duplicate(a: make.Area, staff: Browser) -> None:
    other = make.accepted(a)
    assert other.case is not None
    page = staff.get(verb(make.sent(a), "accept"))
    assert f"This may be known already: {other.case.pseudonym}" in page.words


# --- returning --------------------------------------------------------------------------------------------


def test_a_return_is_marked_first_and_explained_then(a: make.Area, staff: Browser) -> None:
    referral = make.sent(a)
    address = verb(referral, "return_incomplete")
    first = staff.get(address)
    assert "A return never stops a clock." in first.words
    assert "Account of the incident" in first.words
    second = staff.get(f"{address}?mark=incident:narrative&mark=children:1.born_on&mark=children:")
    assert [second.sends[f"due_on_{part}"] for part in ("day", "month", "year")] == ["25", "11", "2026"]
    staff.post(address, {
        **second.sends, "mark": ["incident:narrative", "children:1.born_on", "children:"],
        "reason:incident:narrative": "criteria_not_evidenced", "comment:incident:narrative": "What did the X-ray show?",
        "reason:children:1.born_on": "missing_mandatory",
        "reason:children:": "other", "comment:children:": "Is there a twin?",
        "words": "Rang the ward.",
    })  # fmt: skip
    returned = Referral.objects.get()
    assert (returned.state, returned.return_due_on) == (ReferralState.RETURNED, dt.date(2026, 11, 25))
    assert list(ReturnedField.objects.values_list("section", "field", "reason", "comment")) == [
        ("incident", "narrative", "criteria_not_evidenced", "What did the X-ray show?"),
        ("children", "", "other", "Is there a twin?"),
        ("children", "1.born_on", "missing_mandatory", ""),
    ]
    assert Event.objects.get(kind="referral.return_incomplete").words == "Rang the ward."


def test_a_return_keeps_what_was_typed_and_says_what_is_missing(a: make.Area, staff: Browser) -> None:
    address = verb(make.sent(a), "return_incomplete")
    page = staff.fill(
        f"{address}?mark=incident:place&mark=incident:area", 422, mark=["incident:place", "incident:area"],
        **{"reason:incident:place": "other", "comment:incident:area": "Which council?"}, **box("due_on", 20),
    )  # fmt: skip
    assert page.messages == [
        "Date it should be complete by must be 23 November 2026 or later",
        "Say what you need for “Place of the incident”",
        "Choose why you return “Local authority area where it happened”",
    ]
    assert page.sends["comment:incident:area"] == "Which council?"
    assert page.sends["mark"] == "incident:area"  # the last of two hidden fields of that name


@pytest.mark.parametrize(
    "query", ["", "?mark=nonsense", "?mark=children:7.name&mark=incident:1.place&mark=%00"]
)
def test_without_a_mark_there_is_nothing_to_return(a: make.Area, staff: Browser, query: str) -> None:
    address = verb(make.sent(a), "return_incomplete")
    assert "What has to be completed?" in staff.get(f"{address}{query}").words
    page = staff.post(address, {"mark": "nonsense", **box("due_on", 25)}, 422)
    assert "Mark at least one answer, so that the agency knows what to complete" in page.words
    assert Referral.objects.get().state == ReferralState.SUBMITTED


def test_returning_while_safety_is_unclear_asks_what_was_done_and_alerts_the_team(
    a: make.Area, staff: Browser
) -> None:
    referral = make.sent(a, safety=UNSAFE)
    OutgoingEmail.objects.all().delete()
    address = f"{verb(referral, 'return_incomplete')}?mark=safety:others_safe"
    answers = {"mark": "safety:others_safe", "reason:safety:others_safe": "safety_unclear"}
    page = staff.fill(address, 422, **answers)
    assert "Safety first." in page.words
    assert page.messages == ["Answer the question “What have you done about safety now?”"]
    staff.fill(address, **answers, safety="Rang the front door at 10:20.")
    assert Event.objects.get(kind="referral.return_incomplete").words == "Rang the front door at 10:20."
    assert {mail.to for mail in OutgoingEmail.objects.filter(kind="safety_unclear")} == {a.colleague}


def test_a_return_stops_no_clock(a: make.Area, staff: Browser) -> None:
    referral = make.sent(a)
    assert referral.case is not None
    before = list(referral.case.deadlines.values_list("code", "due_on", "stopped_on").order_by("code"))
    staff.fill(
        f"{verb(referral, 'return_incomplete')}?mark=incident:place", mark="incident:place",
        **{"reason:incident:place": "missing_mandatory"},
    )  # fmt: skip
    assert (
        list(referral.case.deadlines.values_list("code", "due_on", "stopped_on").order_by("code")) == before
    )


def test_after_it_was_sent_again_the_page_shows_what_changed(a: make.Area, staff: Browser) -> None:
    referral = actions.return_incomplete(
        make.sent(a), by=a.staff, today=make.TODAY, due_on=make.TODAY,
        marks=[{"section": "incident", "field": "place", "reason": "other", "comment": "Which room?"}],
    )  # fmt: skip
    answers = {**referral.answers["incident"], "place": "The kitchen"}
    actions.write(referral, by=a.referrer, today=make.TODAY, section="incident", answers=answers)
    actions.submit(Referral.objects.get(), by=a.referrer, today=make.TODAY)
    page = staff.get(where(referral))
    assert "What changed since it was returned" in page.words
    assert "Place of the incident Home The kitchen" in page.words
    difference = staff.get(reverse("referral-changes", args=[referral.ref]))
    assert "What changed since version 1" in difference.words
    assert "Place of the incident Home The kitchen" in difference.words


def test_two_people_return_at_once_and_the_second_sees_who_was_quicker(a: make.Area, staff: Browser) -> None:
    referral = make.sent(a)
    address = f"{verb(referral, 'return_incomplete')}?mark=incident:place"
    stale = staff.get(address).sends
    Browser(a.colleague).fill(
        address, mark="incident:place", **{"reason:incident:place": "missing_mandatory"}
    )
    typed = {"reason:incident:place": "other", "comment:incident:place": "Which room exactly?"}
    page = staff.post(address, {**stale, "mark": "incident:place", **typed}, 409)
    assert a.colleague.name in page.words
    assert "Which room exactly?" in page.words
    assert ReturnedField.objects.count() == 1


# --- the other verbs --------------------------------------------------------------------------------------


def test_linking_offers_likely_cases_and_takes_any_other_by_its_reference(
    a: make.Area, staff: Browser
) -> None:
    like, other = make.accepted(a), about(a, "2026-01-01", name="Somebody Else", born_on="2019-01-01")
    other = actions.accept(other, by=a.staff, today=make.TODAY)
    assert like.case is not None
    assert other.case is not None
    referral = make.sent(a)
    page = staff.get(verb(referral, "link"))
    assert f"{like.case.pseudonym}: a child with the same name and date of birth" in page.words
    assert other.case.pseudonym not in page.words
    staff.fill(verb(referral, "link"), which="other", reference=f" {other.case.ref.lower()} ")
    linked = Referral.objects.get(pk=referral.pk)
    assert (linked.state, linked.case) == (ReferralState.LINKED, other.case)
    assert Case.objects.get(pk=referral.case_id).merged_into == other.case


@pytest.mark.parametrize("reference", ["", "K7QF3-MXRTW", "nonsense", "\x00", "9" * 500])
def test_a_reference_that_leads_nowhere_is_refused_and_kept(
    a: make.Area, staff: Browser, reference: str
) -> None:
    page = staff.fill(verb(make.sent(a), "link"), 422, which="other", reference=reference)
    assert len(page.messages) == 1
    assert page.sends["reference"] == reference.replace("\x00", "")
    assert Referral.objects.get().state == ReferralState.SUBMITTED


def test_a_case_of_another_partnership_cannot_be_linked_to(a: make.Area, staff: Browser) -> None:
    foreign = make.accepted(make.area("Elsewhere"))
    assert foreign.case is not None
    page = staff.fill(verb(make.sent(a), "link"), 422, which="other", reference=foreign.case.ref)
    assert page.messages == ["There is no case with this reference that you may see"]


def test_asking_for_more_and_recording_what_came(a: make.Area, staff: Browser) -> None:
    referral = make.accepted(a)
    page = staff.fill(verb(referral, "ask_more"), 422, **box("due_on", 20))
    assert page.messages == [
        "Answer the question “Whom are you asking?”",
        "Answer the question “What do you need to know?”",
        "Date you need it by must be 23 November 2026 or later",
    ]
    staff.fill(
        verb(referral, "ask_more"), asked_whom="The GP practice", words="When last seen?", **box("due_on", 25)
    )
    waiting = Referral.objects.get()
    assert (waiting.state, waiting.asked_whom) == (ReferralState.AWAITING_INFO, "The GP practice")
    staff.fill(verb(referral, "record_info"), words="Last seen in October.")
    assert Referral.objects.get().state == ReferralState.TRIAGE


def test_a_transfer_needs_the_other_areas_acceptance(a: make.Area, staff: Browser) -> None:
    referral = make.accepted(a)
    page = staff.fill(verb(referral, "transfer"), 422, to="Elsewhere", words="The family lives there.")
    assert page.messages == ["Enter the date they accepted it"]
    staff.fill(verb(referral, "transfer"), to="Elsewhere", words="They live there.", **box("accepted_on", 20))
    moved = Referral.objects.get()
    assert (moved.state, moved.transfer_accepted_on) == (ReferralState.TRANSFERRED, dt.date(2026, 11, 20))


def test_a_withdrawal_is_confirmed_only_with_the_authoritys_duty_considered(
    a: make.Area, staff: Browser
) -> None:
    referral = make.sent(a)
    perform(referral, "ask_to_withdraw", by=a.referrer, today=make.TODAY, words="It was the wrong child.")
    page = staff.get(where(referral))
    assert f"{a.referrer.name} asked to withdraw it" in page.words
    assert "It was the wrong child." in page.words
    assert staff.fill(verb(referral, "withdraw"), 422, words="A mix-up.").messages == [
        "Consider the authority’s own duty first, and confirm that you have"
    ]
    staff.fill(verb(referral, "withdraw"), words="A mix-up.", la_duty_considered="on")
    gone = Referral.objects.get()
    assert (gone.state, gone.la_duty_considered) == (ReferralState.WITHDRAWN, True)


def test_a_decided_referral_is_fed_back_and_can_be_reopened_with_a_new_date(
    a: make.Area, staff: Browser
) -> None:
    referral = make.accepted(a)
    assert referral.case is not None
    make.decided(a, referral.case, DecisionKind.NOTIFY, Outcome.NFA)
    staff.fill(verb(referral, "give_feedback"), words="By telephone.", **box("effective_on", 20))
    assert Referral.objects.get().feedback_on == dt.date(2026, 11, 20)
    page = staff.fill(verb(referral, "reopen"), 422, words="The inquest found neglect.")
    assert page.messages == [
        "Answer the question “Why is it reopened?”",
        "Enter the date the authority became aware",
    ]
    staff.fill(
        verb(referral, "reopen"),
        reason_code="inquest",
        words="The inquest found neglect.",
        **box("aware_on", 23),
    )
    opened = Referral.objects.get()
    assert opened.state == ReferralState.TRIAGE
    assert referral.case.deadlines.get(code="SIN_5WD").due_on == dt.date(2026, 11, 30)


# --- who may not ------------------------------------------------------------------------------------------

STAFF_VERBS = ("accept", "return_incomplete", "link", "withdraw")


@pytest.mark.parametrize("name", STAFF_VERBS)
def test_the_agency_that_sent_it_cannot_judge_it(a: make.Area, mine: Browser, name: str) -> None:
    referral = make.sent(a)
    assert "Only the partnership’s own staff can do this." in mine.get(verb(referral, name), 403).words
    mine.post(verb(referral, name), {"la_duty_considered": "on", "words": "x", "safety_now": "safe"}, 403)
    assert Referral.objects.get().state == ReferralState.SUBMITTED


@pytest.mark.parametrize("who", ["panel_member", "reviewer", "sysadmin", "dpo", "chair", "la", "author"])
def test_whoever_is_not_on_the_case_finds_nothing(a: make.Area, who: str) -> None:
    referral = make.sent(a)
    other = Browser(a.people[who])
    for address in (
        where(referral),
        reverse("referral-changes", args=[referral.ref]),
        *(verb(referral, v) for v in STAFF_VERBS),
    ):
        other.get(address, 404)


def test_a_verb_that_the_state_refuses_says_why_and_where_it_stands(a: make.Area, staff: Browser) -> None:
    page = staff.get(verb(make.accepted(a), "accept"), 403)
    assert "This cannot be done now. It is at the stage “Being considered”." in page.words


# --- bad input --------------------------------------------------------------------------------------------

HOSTILE = ("\x00", "x" * 60_000, "\u202etxt.exe", "٣", "-1", "9" * 400, "<b>", "{{ 1 }}", "\r\n" * 200)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_no_page_of_triage_breaks_whatever_is_typed(
    a: make.Area, staff: Browser, settings: Any, value: str
) -> None:
    settings.MFA_REQUIRED = False
    fresh, accepted = make.sent(a), make.accepted(a)
    pages = [*(verb(fresh, name) for name in STAFF_VERBS)]
    pages += [verb(accepted, name) for name in ("ask_more", "transfer")]
    pages += [f"{verb(fresh, 'return_incomplete')}?mark=incident:place", reverse("referral-received")]
    pages += [reverse("referral-la-notification")]
    for address in pages:
        sends = dict.fromkeys(staff.get(address).sends, value)
        answer = staff.client.post(address, {**sends, "which": value, "mark": ["incident:place", value]})
        assert answer.status_code in {302, 409, 422}, (address, answer.status_code)

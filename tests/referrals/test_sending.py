"""Sending a referral, signing it off, and where it stands afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from referrals import actions
from referrals.models import Case, Referral
from referrals.states import ReferralState
from referrals.views.referral import SENTENCES
from tests import factories as make
from tests.referrals.browse import DECLARED, SAFE, Browser, part, stored, verb

pytestmark = pytest.mark.django_db


# --- sending ----------------------------------------------------------------------------------------------


def test_while_something_is_missing_the_check_page_lists_it_with_links_and_offers_no_button(
    a: make.Area, mine: Browser
) -> None:
    referral = make.draft(a, incident={"place": ""})
    page = mine.get(verb(referral, "submit"))
    assert "1 answer still missing" in page.words
    assert page.links["Place of the incident"] == f"{part(referral, 'incident')}?check=1#id_place"
    assert "Declaration" not in page.words
    mine.post(verb(referral, "submit"), DECLARED, 422)
    assert Referral.objects.get().state == ReferralState.DRAFT
    errors = mine.get(page.links["Place of the incident"]).messages
    assert errors == ["Enter the place of the incident, or say why it is not known yet"]


def test_sending_needs_the_declaration_and_then_gives_a_reference(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    page = mine.fill(verb(referral, "submit"), 422)
    assert page.messages == ["Confirm that this is true and complete", "Enter your full name"]
    mine.fill(verb(referral, "submit"), **DECLARED)
    assert mine.went_to == reverse("referral-sent", args=[referral.ref])
    acknowledged = mine.get(mine.went_to)
    assert referral.ref in acknowledged.words
    assert "Keep your records safe" in acknowledged.words
    sent = Referral.objects.get()
    assert (sent.state, sent.received_on) == (ReferralState.SUBMITTED, make.TODAY)
    assert Event.objects.get(kind="referral.submit").facts["declared_by"] == "Person One"


def test_a_double_click_sends_once_and_opens_one_case(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    sends = {**mine.get(verb(referral, "submit")).sends, **DECLARED}
    mine.post(verb(referral, "submit"), sends)
    mine.post(verb(referral, "submit"), sends)
    assert mine.went_to == reverse("referral-sent", args=[referral.ref])
    assert (Case.objects.count(), Referral.objects.get().versions.count()) == (1, 1)


def test_what_was_sent_cannot_be_changed(a: make.Area, mine: Browser) -> None:
    referral = make.sent(a)
    for address in (
        reverse("referral-form", args=[referral.ref]),
        part(referral, "safety"),
        part(referral, "children", 1),
        reverse("referral-item-remove", args=[referral.ref, "children", 1]),
    ):
        assert "This referral has been sent." in mine.get(address, 403).words
        mine.post(address, {"seen": "", **SAFE}, 403)
    assert stored(referral, "safety") == SAFE


def test_an_unclear_answer_about_safety_alerts_staff_at_once(a: make.Area, mine: Browser) -> None:
    make.draft(a)
    unclear = make.draft(a, safety={"others_safe": "no", "passed_to": "The front door"})
    mine.fill(verb(unclear, "submit"), **DECLARED)
    alerts = OutgoingEmail.objects.filter(kind="safety_unclear")
    assert {alert.to for alert in alerts} == {a.staff, a.colleague}


# --- the safeguarding lead --------------------------------------------------------------------------------


@pytest.fixture
def with_lead(a: make.Area) -> make.Area:
    a.partnership.lead_signs_off = True
    a.partnership.save()
    return a


def test_where_leads_sign_off_the_writer_sends_it_to_the_lead_and_the_lead_to_the_partnership(
    with_lead: make.Area, mine: Browser
) -> None:
    referral = make.draft(with_lead)
    lead = Browser(with_lead.safeguarding_lead)
    lead.get(verb(referral, "submit"), 404)
    assert mine.get(reverse("referral-form", args=[referral.ref])).links[
        "Check your answers and send"
    ] == verb(referral, "send_to_lead")
    mine.get(verb(referral, "submit"), 403)
    mine.fill(verb(referral, "send_to_lead"))
    assert Referral.objects.get().state == ReferralState.WITH_LEAD
    mine.get(part(referral, "safety"), 403)
    lead.fill(part(referral, "referrer"), lead_comment="I support this.")
    lead.fill(verb(referral, "submit"), **DECLARED)
    sent = Referral.objects.get()
    assert (sent.state, sent.lead, sent.lead_signed_on) == (
        ReferralState.SUBMITTED, with_lead.safeguarding_lead, make.TODAY,
    )  # fmt: skip


def test_an_incomplete_form_does_not_go_to_the_lead(with_lead: make.Area, mine: Browser) -> None:
    referral = make.draft(with_lead, incident={"place": ""})
    mine.post(verb(referral, "send_to_lead"), {}, 422)
    assert Referral.objects.get().state == ReferralState.DRAFT


def test_the_lead_gives_it_back_with_words(with_lead: make.Area, mine: Browser) -> None:
    referral = make.draft(with_lead)
    mine.fill(verb(referral, "send_to_lead"))
    lead = Browser(with_lead.safeguarding_lead)
    assert lead.fill(verb(referral, "give_back"), 422).messages == [
        "Answer the question “What should be changed?”"
    ]
    lead.fill(verb(referral, "give_back"), words="Say who was on the ward.")
    assert Referral.objects.get().state == ReferralState.DRAFT
    assert "Say who was on the ward." in mine.get(reverse("referral", args=[referral.ref])).words


# --- where it stands --------------------------------------------------------------------------------------


def returned(a: make.Area) -> Referral:
    return actions.return_incomplete(
        make.sent(a), by=a.staff, today=make.TODAY, due_on=dt.date(2026, 11, 25),
        words="An internal note.",
        marks=[
            {"section": "incident", "field": "medical_opinion", "reason": "missing_mandatory", "comment": "From whom?"},
            {"section": "children", "field": "1.born_on", "reason": "child_not_identifiable", "comment": ""},
        ],
    )  # fmt: skip


def test_a_returned_referral_shows_exactly_the_marked_answers_with_comments_and_links(
    a: make.Area, mine: Browser
) -> None:
    referral = returned(a)
    page = mine.get(reverse("referral", args=[referral.ref]))
    assert "Please complete the answers below by Wednesday 25 November 2026." in page.words
    assert "From whom?" in page.words
    assert "We cannot tell which child this is about." in page.words
    assert "An internal note." not in page.words
    question = "What do doctors say about the injuries or the cause of death?"
    assert page.links[question] == f"{part(referral, 'incident')}?check=1#id_medical_opinion"
    assert page.links["Child 1: date of birth"] == f"{part(referral, 'children', 1)}?check=1#id_born_on_0"
    assert [label for label in page.links if label.startswith(("What ", "Child", "Who", "When", "Describe"))] == [
        question, "Child 1: date of birth",
    ]  # fmt: skip


def test_a_corrected_answer_is_ticked_off_and_the_referral_is_sent_again(a: make.Area, mine: Browser) -> None:
    referral = returned(a)
    address = reverse("referral", args=[referral.ref])
    assert mine.get(address).words.count("to do") == 2
    assert "A required answer is missing. From whom?" in mine.get(part(referral, "incident")).words
    assert "From whom?" not in mine.get(part(referral, "children", 1)).words
    mine.fill(part(referral, "incident"), medical_opinion="The consultant says inflicted.")
    assert mine.went_to == address
    page = mine.get(address)
    assert (page.words.count("to do"), page.words.count("done")) == (1, 1)
    mine.fill(page.links["Check and send again"], **DECLARED)
    again = Referral.objects.get()
    assert (again.state, again.versions.count(), again.return_due_on) == (ReferralState.SUBMITTED, 2, None)


def test_every_state_has_a_sentence_for_the_agency(a: make.Area) -> None:
    assert set(SENTENCES) == set(ReferralState)
    referral = make.sent(a)
    for sentence in SENTENCES.values():
        assert sentence(referral).endswith(".")


def test_the_agency_sees_nothing_of_the_case(a: make.Area, mine: Browser) -> None:
    referral = make.accepted(a)
    case = referral.case
    assert case is not None
    for address in (reverse("referral", args=[referral.ref]), verb(referral, "ask_to_withdraw")):
        words = mine.get(address).words
        assert case.pseudonym not in words
        assert case.ref not in words


def test_a_colleague_who_refers_for_the_same_agency_sees_what_was_sent_but_no_draft(a: make.Area) -> None:
    colleague = Browser(make.person(a.partnership, Role.REFERRER, a.agencies["hospital"]))
    colleague.get(reverse("referral", args=[make.draft(a).ref]), 404)
    sent = make.sent(a)
    assert "checking that it is complete" in colleague.get(reverse("referral", args=[sent.ref])).words
    assert "Synthetic Child" in colleague.get(reverse("referral-answers", args=[sent.ref])).words
    colleague.get(verb(sent, "ask_to_withdraw"), 403)


def test_another_agency_finds_nothing(a: make.Area) -> None:
    sent, stranger = make.sent(a), Browser(make.person(a.partnership, Role.REFERRER, a.agencies["school"]))
    for name in (
        "referral",
        "referral-sent",
        "referral-answers",
        "referral-changes",
        "referral-form",
        "referral-submit",
    ):
        stranger.get(reverse(name, args=[sent.ref]), 404)
    assert "Synthetic Child" not in stranger.get(reverse("referrals")).words


def test_staff_never_see_what_was_not_sent(a: make.Area) -> None:
    draft = make.draft(a)
    Browser(a.staff).get(reverse("referral", args=[draft.ref]), 404)
    assert draft.ref not in Browser(a.staff).get(reverse("referrals")).words


def test_asking_to_withdraw_asks_the_partnership_and_changes_nothing_else(
    a: make.Area, mine: Browser
) -> None:
    referral = make.sent(a)
    mine.fill(verb(referral, "ask_to_withdraw"), words="It was the wrong child.")
    asked = Referral.objects.get()
    assert (asked.state, asked.withdrawal_asked_on) == (ReferralState.SUBMITTED, make.TODAY)
    mine.get(verb(referral, "ask_to_withdraw"), 403)

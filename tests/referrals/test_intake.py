"""Writing a referral in the browser, and sending it: nothing typed is lost, and nobody else can write."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cspr.accounts.models import Agency, User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.documents.models import Document
from cspr.mail.models import OutgoingEmail
from referrals import actions
from referrals.models import Case, Referral
from referrals.questions import SECTIONS
from referrals.states import ReferralState, Route
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def mine(a: make.Area) -> Browser:
    """The referrer's browser."""
    return Browser(a.referrer)


def begun(a: make.Area) -> Referral:
    return actions.start(
        by=a.referrer, partnership=a.partnership, agency=a.agencies["hospital"], today=make.TODAY
    )


def part(referral: Referral, code: str, number: int | None = None) -> str:
    if number is None:
        return reverse("referral-section", args=[referral.ref, code])
    return reverse("referral-item", args=[referral.ref, code, number])


def verb(referral: Referral, name: str) -> str:
    return reverse(f"referral-{name}", args=[referral.ref])


def stored(referral: Referral, code: str) -> Any:
    return Referral.objects.get(pk=referral.pk).answers.get(code)


SAFE = {"child_safe": "yes", "others_safe": "yes", "done": "The child is on the ward."}


# --- beginning --------------------------------------------------------------------------------------------


def test_somebody_of_one_agency_starts_with_one_button(a: make.Area, mine: Browser) -> None:
    page = mine.fill(reverse("referral-new"))
    referral = Referral.objects.get()
    assert mine.went_to == reverse("referral-form", args=[referral.ref])
    assert (referral.agency, referral.referrer, referral.route) == (
        a.agencies["hospital"],
        a.referrer,
        Route.ONLINE,
    )
    assert page.words == ""


def test_a_double_click_starts_one_referral(mine: Browser) -> None:
    sends = mine.get(reverse("referral-new")).sends
    mine.post(reverse("referral-new"), sends)
    first = mine.went_to
    mine.post(reverse("referral-new"), sends)
    assert mine.went_to == first
    assert Referral.objects.count() == 1


def test_somebody_of_two_agencies_says_for_which(a: make.Area, mine: Browser) -> None:
    a.referrer.memberships.create(
        partnership=a.partnership,
        agency=a.agencies["school"],
        role=Role.REFERRER,
        starts_on=dt.date(2026, 1, 1),
    )
    assert mine.fill(reverse("referral-new"), 422).messages == [
        "Answer the question “Which agency are you referring for?”"
    ]
    school = a.referrer.memberships.get(agency=a.agencies["school"])
    mine.fill(reverse("referral-new"), membership=school.ref)
    assert Referral.objects.get().agency == a.agencies["school"]


def test_an_agency_that_is_not_ones_own_cannot_be_chosen(a: make.Area, mine: Browser) -> None:
    a.referrer.memberships.create(
        partnership=a.partnership,
        agency=a.agencies["school"],
        role=Role.REFERRER,
        starts_on=dt.date(2026, 1, 1),
    )
    mine.fill(reverse("referral-new"), 422, membership=a.author.memberships.get().ref)
    assert not Referral.objects.exists()


def test_somebody_who_may_not_refer_is_told_why(a: make.Area) -> None:
    page = Browser(a.panel_member).get(reverse("referral-new"), 403)
    assert "You can refer once somebody has given you the role of a referrer for your agency." in page.words


# --- the list of parts ------------------------------------------------------------------------------------


def test_the_list_of_parts_says_what_is_done_whom_to_ring_and_who_will_read_it(
    a: make.Area, mine: Browser
) -> None:
    referral = begun(a)
    mine.fill(part(referral, "safety"), **SAFE)
    page = mine.get(reverse("referral-form", args=[referral.ref]))
    assert f"1 of {len(SECTIONS)} parts are done." in page.words
    assert "This form is not for urgent concerns about a child." in page.words
    assert a.partnership.urgent_contact in page.words and "999" in page.words
    assert "Who will read this" in page.words
    assert {section.title for section in SECTIONS} <= set(page.links)


def test_a_part_begun_says_how_many_answers_are_missing(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    mine.fill(part(referral, "family_told"), 422, told="yes")
    assert "2 answers still missing" in mine.get(reverse("referral-form", args=[referral.ref])).words


# --- saving -----------------------------------------------------------------------------------------------


def test_a_half_filled_page_is_saved_and_then_says_what_is_wrong(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(part(referral, "family_told"), 422, told="no")
    assert page.messages == [
        "Say what the family was told, or why not yet",
        "Select interest from the media",
    ]
    assert "What you typed is saved." in page.words
    assert stored(referral, "family_told") == {"told": "no"}


def test_saving_to_come_back_later_asks_no_questions(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    mine.fill(part(referral, "family_told"), told="no", later="1")
    assert mine.went_to == reverse("referral-form", args=[referral.ref])
    assert stored(referral, "family_told") == {"told": "no"}


def test_a_date_that_does_not_exist_is_shown_again_as_it_was_typed(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(
        part(referral, "incident"), 422, incident_on_day="31", incident_on_month="2", incident_on_year="2026"
    )
    assert "Date of the incident must be a real date" in page.messages
    again = mine.get(part(referral, "incident")).sends
    assert [again[f"incident_on_{box}"] for box in ("day", "month", "year")] == ["31", "2", "2026"]
    assert "“31 2 2026”: this has to be corrected" in mine.get(verb(referral, "submit")).words


def test_a_corrected_date_leaves_nothing_of_the_wrong_one(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    mine.fill(
        part(referral, "incident"), 422, incident_on_day="31", incident_on_month="2", incident_on_year="2026"
    )
    mine.fill(
        part(referral, "incident"),
        422,
        incident_on_day="28",
        incident_on_month="feb",
        incident_on_year="2026",
    )
    assert stored(referral, "incident") == {"incident_on": "2026-02-28"}


def test_an_incident_cannot_lie_ahead(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(
        part(referral, "incident"), 422, incident_on_day="24", incident_on_month="11", incident_on_year="2026"
    )
    assert "Date of the incident must be 23 November 2026 or earlier" in page.messages


def test_a_page_saved_as_it_stands_changes_nothing(a: make.Area, mine: Browser) -> None:
    (child,) = make.answers()["children"]["items"]
    del child["born_on"]
    referral = make.draft(a, children={"items": [{
        **child, "born_on_unknown": "Not registered yet",
        "legal_status": "not_known", "legal_status_unknown": "We have asked", "sex": "U", "sex_unknown": "Unborn",
        "looked_after": "yes", "placement": "U4", "placing_la": "Testshire", "disability": ["MOB", "HEAR"],
    }]})  # fmt: skip
    before = Referral.objects.get(pk=referral.pk).answers
    for section in SECTIONS:
        mine.fill(part(referral, section.code))
        for number in range(len(section.items(before.get(section.code, {})))):
            mine.fill(part(referral, section.code, number + 1))
    assert Referral.objects.get(pk=referral.pk).answers == before


def test_an_answer_takes_the_place_of_the_reason_why_there_was_none(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    mine.fill(part(referral, "incident"), 422, place_unknown="The police have not said")
    assert stored(referral, "incident") == {"place_unknown": "The police have not said"}
    mine.fill(part(referral, "incident"), 422, place="A park")
    assert stored(referral, "incident") == {"place": "A park"}


def test_an_ethnic_group_is_given_or_its_absence_explained(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(part(referral, "children", 1), 422, name="Synthetic Child")
    assert "Select ethnic group, or say why it is not known yet" in page.messages
    mine.fill(part(referral, "children", 1), 422, ethnicity_reason="The parents have not been asked")
    (child,) = stored(referral, "children")["items"]
    assert (child["ethnicity"], child["ethnicity_reason"]) == (
        "not_yet_known",
        "The parents have not been asked",
    )


def test_not_known_without_a_reason_asks_for_the_reason(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(
        part(referral, "safety"), 422, **{**SAFE, "others_safe": "unknown", "passed_to": "Police"}
    )
    assert page.errors == [
        ("Say why it is not known yet: whether others are safe now", "#id_others_safe_unknown")
    ]


def test_an_nhs_number_is_checked_and_kept_without_spaces(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(part(referral, "children", 1), 422, nhs_number="999 123 4579")
    assert "Enter an NHS number with 10 digits that are right, like 999 123 4578" in page.messages
    assert mine.get(part(referral, "children", 1)).sends["nhs_number"] == "999 123 4579"
    mine.fill(part(referral, "children", 1), 422, nhs_number="999 123 4578")
    assert stored(referral, "children")["items"] == [{"nhs_number": "9991234578"}]


def test_the_account_fills_in_who_one_is_on_the_first_visit(a: make.Area, mine: Browser) -> None:
    User.objects.filter(pk=a.referrer.pk).update(job_title="Named nurse", phone="01632 960002")
    sends = mine.get(part(begun(a), "referrer")).sends
    assert (sends["name"], sends["job_title"], sends["phone"], sends["email"]) == (
        a.referrer.name, "Named nurse", "01632 960002", a.referrer.email,
    )  # fmt: skip


def test_somebody_elses_change_in_between_is_not_overwritten_unseen(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.get(part(referral, "safety"))
    actions.write(
        referral, by=a.referrer, today=make.TODAY, section="safety", answers={"done": "In another window"}
    )
    again = mine.post(part(referral, "safety"), {**page.sends, **SAFE}, 409)
    assert "This part was changed in another window while you had it open here." in again.words
    assert "In another window" in again.words
    assert again.sends["done"] == SAFE["done"]
    assert stored(referral, "safety") == {"done": "In another window"}
    mine.post(part(referral, "safety"), again.sends)
    assert stored(referral, "safety") == SAFE


# --- parts that repeat ------------------------------------------------------------------------------------


def test_children_are_added_changed_and_removed_one_by_one(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    for number, name in enumerate(("Synthetic One", "Synthetic Two"), 1):
        mine.fill(part(referral, "children", number), name=name, later="1")
    assert [child["name"] for child in stored(referral, "children")["items"]] == [
        "Synthetic One",
        "Synthetic Two",
    ]
    page = mine.get(part(referral, "children"))
    assert "Change Synthetic Two" in page.links and "Add another child" in page.links
    mine.fill(page.links["Remove Synthetic One"])
    assert [child["name"] for child in stored(referral, "children")["items"]] == ["Synthetic Two"]


def test_a_double_click_on_a_new_child_adds_one(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    sends = {**mine.get(part(referral, "children", 1)).sends, "name": "Synthetic Child", "later": "1"}
    mine.post(part(referral, "children", 1), sends)
    mine.post(part(referral, "children", 1), sends, 409)
    assert len(stored(referral, "children")["items"]) == 1


def test_removing_after_somebody_changed_the_list_removes_nothing(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    address = reverse("referral-item-remove", args=[referral.ref, "children", 1])
    page = mine.get(address)
    mine.fill(part(referral, "children", 2), name="Synthetic Two", later="1")
    mine.post(address, page.sends)
    assert len(stored(referral, "children")["items"]) == 2


def test_nobody_known_is_an_answer_once_it_has_a_reason(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    assert mine.fill(part(referral, "family"), 422).messages == ["Add a person, or say why none is known"]
    mine.fill(part(referral, "family"), none="The child was found alone")
    assert stored(referral, "family") == {"none": "The child was found alone"}
    mine.fill(part(referral, "family", 1), name="Synthetic Parent", later="1")
    assert stored(referral, "family") == {"items": [{"name": "Synthetic Parent"}]}


def test_a_referral_without_a_child_is_not_complete(a: make.Area, mine: Browser) -> None:
    assert "Add at least one child" in mine.fill(part(begun(a), "children"), 422).words


# --- files ------------------------------------------------------------------------------------------------


def letter(name: str = "letter.txt", content: bytes = b"A synthetic letter.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_several_files_are_kept_and_each_can_be_taken_away(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    mine.fill(part(referral, "attachments"), files=[letter(), letter("plan.txt")], confirmed="attached")
    assert sorted(Document.objects.values_list("name", flat=True)) == ["letter.txt", "plan.txt"]
    assert stored(referral, "attachments") == {"confirmed": "attached"}
    page = mine.get(part(referral, "attachments"))
    assert {"letter.txt", "plan.txt"} <= set(page.links)
    gone = Document.objects.get(name="plan.txt")
    mine.post(reverse("referral-file-remove", args=[referral.ref, gone.ref]), {})
    assert list(Document.objects.values_list("name", flat=True)) == ["letter.txt"]


def test_a_file_that_cannot_be_taken_keeps_no_other_from_being_kept(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(
        part(referral, "attachments"), 422, files=[letter("tool.exe"), letter()], confirmed="attached"
    )
    assert len(page.messages) == 1 and "“tool.exe” cannot be accepted" in page.messages[0]
    assert list(Document.objects.values_list("name", flat=True)) == ["letter.txt"]


def test_saying_that_files_are_attached_needs_a_file_and_saying_that_there_are_none_needs_none(
    a: make.Area, mine: Browser
) -> None:
    referral = begun(a)
    assert mine.fill(part(referral, "attachments"), 422, confirmed="attached").messages == [
        "Nothing is attached yet. Add the files, or say that there are none"
    ]
    assert mine.fill(part(referral, "attachments"), 422, files=[letter()], confirmed="none").messages == [
        "There are files. Remove them, or say that you have attached them"
    ]
    assert stored(referral, "attachments") in (None, {})


def test_a_file_that_was_sent_stays(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    mine.fill(part(referral, "attachments"), files=[letter()], confirmed="attached")
    sent = actions.submit(Referral.objects.get(pk=referral.pk), by=a.referrer, today=make.TODAY)
    actions.return_incomplete(
        sent, by=a.staff, today=make.TODAY, due_on=make.TODAY,
        marks=[{"section": "incident", "field": "place", "reason": "other", "comment": "Which room?"}],
    )  # fmt: skip
    mine.post(reverse("referral-file-remove", args=[referral.ref, Document.objects.get().ref]), {})
    assert Document.objects.count() == 1
    assert (
        "This file was sent with the referral. It stays with it."
        in mine.get(part(referral, "attachments")).words
    )


def test_a_file_of_another_referral_cannot_be_taken_away(a: make.Area, mine: Browser) -> None:
    one, other = begun(a), begun(a)
    mine.fill(part(other, "attachments"), files=[letter()], confirmed="attached")
    mine.post(reverse("referral-file-remove", args=[one.ref, Document.objects.get().ref]), {}, 404)
    assert Document.objects.count() == 1


# --- sending ----------------------------------------------------------------------------------------------

DECLARED = {"declared": "on", "declared_by": "Person One"}


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
    assert errors == ["Enter place of the incident, or say why it is not known yet"]


def test_sending_needs_the_declaration_and_then_gives_a_reference(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    page = mine.fill(verb(referral, "submit"), 422)
    assert page.messages == ["Confirm that this is true and complete", "Enter your full name"]
    mine.fill(verb(referral, "submit"), **DECLARED)
    assert mine.went_to == reverse("referral-sent", args=[referral.ref])
    acknowledged = mine.get(mine.went_to)
    assert referral.ref in acknowledged.words and "Keep your records safe" in acknowledged.words
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
    assert "From whom?" in page.words and "We cannot tell which child this is about." in page.words
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
    mine.fill(part(referral, "incident"), medical_opinion="The consultant says inflicted.")
    assert mine.went_to == address
    page = mine.get(address)
    assert (page.words.count("to do"), page.words.count("done")) == (1, 1)
    mine.fill(page.links["Check and send again"], **DECLARED)
    again = Referral.objects.get()
    assert (again.state, again.versions.count(), again.return_due_on) == (ReferralState.SUBMITTED, 2, None)


def test_every_state_has_a_sentence_for_the_agency(a: make.Area) -> None:
    from referrals.views.referral import SENTENCES  # noqa: PLC0415  (one test looks inside)

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
        assert case.pseudonym not in words and case.ref not in words


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


# --- what came another way --------------------------------------------------------------------------------


def received(a: make.Area, **changed: Any) -> dict[str, Any]:
    return {
        "route": "email", "agency": f"{a.partnership.pk}-{a.agencies['school'].pk}", "sender": "Head teacher",
        "received_on_day": "20", "received_on_month": "11", "received_on_year": "2026", **changed,
    }  # fmt: skip


def test_staff_record_what_came_by_e_mail_with_the_correspondence_and_fill_in_the_form(a: make.Area) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-received"), **received(a, files=[letter("mail.txt")]))
    referral = Referral.objects.get()
    assert staff.went_to == reverse("referral-form", args=[referral.ref])
    assert (referral.route, referral.sender, referral.received_on, referral.agency) == (
        Route.EMAIL, "Head teacher", dt.date(2026, 11, 20), a.agencies["school"],
    )  # fmt: skip
    assert Document.objects.get().kind == "correspondence"
    staff.fill(part(referral, "safety"), **SAFE)
    assert stored(referral, "safety") == SAFE


def test_recording_needs_how_who_and_when(a: make.Area) -> None:
    page = Browser(a.staff).fill(reverse("referral-received"), 422)
    assert page.messages == [
        "Answer the question “How did it come?”",
        "Answer the question “Which agency did it come from?”",
        "Answer the question “Who sent it?”",
        "Enter date it reached the partnership",
    ]


def test_what_staff_wrote_down_and_sent_is_theirs_to_judge(a: make.Area) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-received"), **received(a))
    referral = Referral.objects.get()
    for section, given in make.answers().items():
        referral = actions.write(referral, by=a.staff, today=make.TODAY, section=section, answers=given)
    staff.fill(verb(referral, "submit"), **DECLARED)
    assert "Can this referral be accepted?" in staff.get(reverse("referral", args=[referral.ref])).words


def test_only_staff_record_what_came_another_way(a: make.Area, mine: Browser) -> None:
    mine.get(reverse("referral-received"), 403)
    mine.post(reverse("referral-received"), received(a), 403)
    assert not Referral.objects.exists()


def test_a_refused_file_does_not_undo_what_was_recorded(a: make.Area) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-received"), **received(a, files=[letter("mail.msg")]))
    assert Referral.objects.count() == 1
    assert "but a file is not: “mail.msg” cannot be accepted" in staff.get(staff.went_to).words


def notification(a: make.Area, **changed: Any) -> dict[str, Any]:
    dates = {"submitted_on": (20, 11), "la_aware_on": (18, 11)}
    boxes = {
        f"{name}_{box}": str(value)
        for name, (day, month) in dates.items()
        for box, value in (("day", day), ("month", month), ("year", 2026))
    }
    return {
        "agency": f"{a.partnership.pk}-{a.agencies['la'].pk}", "panel_reference": "SIN-TEST-1", "area": "Testshire",
        "notifier": "Service manager", "type": "abuse_neglect", **boxes, **changed,
    }  # fmt: skip


def test_a_notification_by_the_authority_counts_as_a_referral_and_starts_the_rapid_review(
    a: make.Area,
) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-la-notification"), **notification(a, files=[letter("notification.txt")]))
    referral = Referral.objects.get()
    assert (referral.route, referral.state) == (Route.LA_NOTIFICATION, ReferralState.DECIDED_NOTIFY)
    assert referral.case is not None and referral.case.la_aware_on == dt.date(2026, 11, 18)
    assert referral.case.deadlines.filter(code="RR_15WD", trigger_on=dt.date(2026, 11, 20)).exists()
    assert Document.objects.get().subject_ref == referral.ref


def test_somebody_of_the_authority_records_it_and_adds_the_copy_later(a: make.Area) -> None:
    council = Browser(make.person(a.partnership, Role.REFERRER, a.agencies["la"]))
    council.fill(reverse("referral-la-notification"), **notification(a))
    referral = Referral.objects.get()
    council.post(reverse("referral-files", args=[referral.ref]), {"files": [letter()]})
    assert "letter.txt" in council.get(reverse("referral", args=[referral.ref])).links


def test_a_late_notification_needs_its_reason_and_keeps_what_was_typed(a: make.Area) -> None:
    staff = Browser(a.staff)
    page = staff.fill(reverse("referral-la-notification"), 422, **notification(a, la_aware_on_day="2"))
    assert "It was sent after the five working days." in page.words
    assert page.sends["panel_reference"] == "SIN-TEST-1"
    assert not Referral.objects.exists() and not Case.objects.exists()
    staff.post(reverse("referral-la-notification"), {**page.sends, "late_reason": "admin_error"})
    assert Referral.objects.count() == 1


def test_a_notification_cannot_come_before_the_authority_was_aware(a: make.Area) -> None:
    page = Browser(a.staff).fill(
        reverse("referral-la-notification"), 422, **notification(a, la_aware_on_day="21")
    )
    assert page.messages == ["The notification cannot have been sent before the authority was aware"]


def test_another_agency_cannot_notify_for_the_authority(a: make.Area, mine: Browser) -> None:
    mine.get(reverse("referral-la-notification"), 403)
    page = Browser(a.la).fill(
        reverse("referral-la-notification"), 422,
        **notification(a, agency=f"{a.partnership.pk}-{a.agencies['hospital'].pk}"),
    )  # fmt: skip
    assert page.messages == ["Select one of the options"]
    assert not Referral.objects.exists()


# --- bad input --------------------------------------------------------------------------------------------

HOSTILE = (
    "\x00\x00", "x" * 60_000, "‮txt.exe", "é" * 300, "𝕊" * 300, "<script>alert(1)</script>", "{{ 7*7 }}",
    "-1", "٣", "9" * 400, "' OR 1=1 --", "\ud7ff\ue000", "\r\n" * 300,
)  # fmt: skip


def every_address(referral: Referral) -> list[str]:
    addresses = [part(referral, section.code) for section in SECTIONS]
    return addresses + [part(referral, section.code, 1) for section in SECTIONS if section.repeats]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_no_page_of_the_form_breaks_whatever_is_typed(a: make.Area, mine: Browser, value: str) -> None:
    referral = make.draft(a)
    for address in every_address(referral):
        page = mine.get(address)
        sends: dict[str, Any] = {name: value for name in page.sends if name != "seen"}
        for name in (
            "harm_types",
            "disability",
            "confirmed",
            "type",
            "incident_on_day",
            "incident_on_year",
            "more",
        ):
            sends[name] = value
        assert_answers(mine, address, {**sends, "seen": page.sends["seen"]})
        mine.get(address)
        mine.get(f"{address}?check=1")
    mine.get(verb(referral, "submit"))
    mine.get(reverse("referral", args=[referral.ref]))


def assert_answers(browser: Browser, address: str, data: dict[str, Any]) -> None:
    """The page answers, whatever it answers."""
    status = browser.client.post(address, data).status_code
    assert status in {302, 422}, (address, status)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
def test_a_nonsense_item_is_not_found(a: make.Area, mine: Browser, number: str) -> None:
    referral = make.draft(a)
    address = f"/referrals/{referral.ref}/form/children/{number}/"
    mine.get(address, 404)
    before = stored(referral, "children")
    mine.post(address, {"seen": "", "name": "x"}, 409 if number != "0" else 409)
    mine.get(f"{address}remove/", 404)
    assert stored(referral, "children") == before


@pytest.mark.parametrize("code", ["nowhere", "items", "typed", "-", "submit"])
def test_a_part_that_does_not_exist_is_not_found(a: make.Area, mine: Browser, code: str) -> None:
    referral = make.draft(a)
    mine.get(f"/referrals/{referral.ref}/form/{code}/", 404)
    mine.post(f"/referrals/{referral.ref}/form/{code}/", {"seen": ""}, 404)


def test_a_part_without_items_has_no_item_page(a: make.Area, mine: Browser) -> None:
    mine.get(part(make.draft(a), "safety", 1), 404)


def test_characters_that_hide_something_are_taken_out_and_the_rest_is_kept(
    a: make.Area, mine: Browser
) -> None:
    referral = begun(a)
    mine.fill(part(referral, "incident"), 422, place="Home\x00 \u202egnp\u202c of e\u0301mile\u200d")
    assert stored(referral, "incident")["place"] == "Home gnp of émile\u200d"


def test_text_that_is_too_long_is_refused_with_both_numbers_and_kept(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(part(referral, "incident"), 422, place="p" * 201)
    assert "Place of the incident must be 200 characters or less; it has 201" in page.messages
    assert mine.get(part(referral, "incident")).sends["place"] == "p" * 201


# --- what it costs ----------------------------------------------------------------------------------------


def count(django_assert_max_num_queries: Any, browser: Browser, url: str, most: int) -> list[str]:
    with django_assert_max_num_queries(most) as asked:
        browser.get(url)
    return [query["sql"] for query in asked.captured_queries]


def test_the_list_is_one_page_whatever_the_number_of_referrals(
    a: make.Area, django_assert_max_num_queries: Any
) -> None:
    staff, sizes = Browser(a.staff), []
    staff.get(reverse("referrals"))  # what a process remembers is not counted
    for number in (3, 30):
        for _ in range(number):
            make.sent(a)
        statements = count(django_assert_max_num_queries, staff, reverse("referrals"), 10)
        assert len(statements) == len(set(statements)), "a statement is repeated"
        sizes.append(len(statements))
    assert sizes[0] == sizes[1]
    with_25 = staff.client.get(reverse("referrals"))
    assert len(with_25.content) <= 60 * 1024
    assert len(with_25.context["rows"]) == 25
    assert "Next page" in staff.get(reverse("referrals")).links


def test_the_pages_of_the_list_show_every_referral_once(a: make.Area) -> None:
    refs = {make.sent(a).ref for _ in range(28)}
    staff, seen, address = Browser(a.staff), [], reverse("referrals")
    while address:
        context = staff.client.get(address).context
        seen += [row.ref for row, _ in context["rows"]]
        cursor = context["page"].next_cursor
        address = f"{reverse('referrals')}?after={cursor}" if cursor else ""
    assert sorted(seen) == sorted(refs)


@pytest.mark.parametrize(
    "query",
    ["state=nowhere", "agency=999999999999999999999", "agency=x", "ref=%00", "ref=abc", "route=%F0%9F%98%80",
     "after=" + "A" * 600, "after=%00%00", "state=draft&state=triage"],
)  # fmt: skip
def test_a_nonsense_filter_finds_nothing_and_breaks_nothing(a: make.Area, query: str) -> None:
    make.sent(a)
    Browser(a.staff).get(f"{reverse('referrals')}?{query}")


def test_the_list_is_narrowed_by_what_stands_in_the_address(a: make.Area) -> None:
    one, other = make.sent(a), make.accepted(a)
    staff = Browser(a.staff)
    assert refs(staff, "state=triage") == [other.ref]
    assert refs(staff, f"ref={one.ref.lower().replace('-', '%20')}") == [one.ref]
    assert refs(staff, f"ref={one.ref[:8]}") == []
    assert refs(staff, f"agency={a.agencies['hospital'].pk}&route=online") == [other.ref, one.ref]
    assert refs(staff, f"agency={a.agencies['school'].pk}") == []
    page = staff.get(f"{reverse('referrals')}?state=triage")
    assert page.links["Remove this filter: Where it stands: Being considered ×"] == reverse("referrals")


def refs(browser: Browser, query: str) -> list[str]:
    return [row.ref for row, _ in browser.client.get(f"{reverse('referrals')}?{query}").context["rows"]]


def test_an_empty_list_says_why_and_what_to_do(a: make.Area, mine: Browser) -> None:
    assert "You have no referrals yet." in mine.get(reverse("referrals")).words
    make.sent(a)
    assert "No referral fits these filters." in mine.get(f"{reverse('referrals')}?state=withdrawn").words


def test_the_agency_sees_its_own_referrals_by_the_childs_name_and_staff_by_the_cases_name(
    a: make.Area, mine: Browser
) -> None:
    referral = make.sent(a)
    make_other(a)
    assert "Synthetic Child" in mine.get(reverse("referrals")).links
    assert refs(mine, "") == [referral.ref]
    staff = Browser(a.staff).get(reverse("referrals"))
    assert "Synthetic Child" not in staff.words
    assert referral.case is not None and referral.case.pseudonym in staff.links


def make_other(a: make.Area) -> Referral:
    """A referral by another agency of the same partnership."""
    school: Agency = a.agencies["school"]
    teacher = make.person(a.partnership, Role.REFERRER, school)
    referral = actions.start(by=teacher, partnership=a.partnership, agency=school, today=make.TODAY)
    for section, given in make.answers().items():
        referral = actions.write(referral, by=teacher, today=make.TODAY, section=section, answers=given)
    return actions.submit(referral, by=teacher, today=make.TODAY)


def test_the_form_costs_the_same_however_much_is_written(
    a: make.Area, django_assert_max_num_queries: Any
) -> None:
    referral, mine = make.draft(a), Browser(a.referrer)
    for address in (
        reverse("referral-form", args=[referral.ref]),
        part(referral, "children", 1),
        verb(referral, "submit"),
    ):
        count(django_assert_max_num_queries, mine, address, 12)

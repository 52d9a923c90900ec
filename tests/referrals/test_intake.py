"""Writing a referral in the browser: nothing typed is lost, and nobody else can write."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.documents.models import Document
from referrals import actions
from referrals.models import Referral
from referrals.questions import SECTIONS
from referrals.states import Route
from tests import factories as make
from tests.documents.clamd import VIRUS, Clamd, listening
from tests.referrals.browse import SAFE, Browser, begun, letter, part, stored, verb

pytestmark = pytest.mark.django_db


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
    assert a.partnership.urgent_contact in page.words
    assert "999" in page.words
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
        "Select the interest from the media",
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
    assert "Select the ethnic group, or say why it is not known yet" in page.messages
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
    assert "Change Synthetic Two" in page.links
    assert "Add another child" in page.links
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


def test_several_files_are_kept_and_each_can_be_taken_away(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    mine.fill(part(referral, "attachments"), uploads=[letter(), letter("plan.txt")], confirmed="attached")
    assert sorted(Document.objects.values_list("name", flat=True)) == ["letter.txt", "plan.txt"]
    assert stored(referral, "attachments") == {"confirmed": "attached"}
    page = mine.get(part(referral, "attachments"))
    assert {"letter.txt", "plan.txt"} <= set(page.links)
    gone = next(document for document in Document.objects.all() if document.name == "plan.txt")
    mine.post(reverse("referral-file-remove", args=[referral.ref, gone.ref]), {})
    assert list(Document.objects.values_list("name", flat=True)) == ["letter.txt"]
    mine.post(reverse("referral-file-remove", args=[referral.ref, Document.objects.get().ref]), {})
    assert stored(referral, "attachments") == {}  # it is asked again


def test_a_file_that_cannot_be_taken_keeps_no_other_from_being_kept(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(
        part(referral, "attachments"), 422, uploads=[letter("tool.exe"), letter()], confirmed="attached"
    )
    assert len(page.messages) == 1
    assert "“tool.exe” cannot be accepted" in page.messages[0]
    assert list(Document.objects.values_list("name", flat=True)) == ["letter.txt"]


def test_a_file_with_a_virus_is_refused_and_that_it_came_is_on_record(
    a: make.Area, mine: Browser, tmp_path: Path, settings: Any
) -> None:
    referral = begun(a)
    with listening(Clamd(), tmp_path / "s") as settings.CLAMAV:
        page = mine.fill(
            part(referral, "attachments"), 422, uploads=[letter(content=VIRUS)], confirmed="attached"
        )
    assert "something harmful in it. Nothing of it was kept" in page.words
    event = Event.objects.get(kind="document.infected")
    assert (event.by, event.subject_ref, event.facts) == (a.referrer, referral.ref, {"found": "Stub.Virus-1"})
    assert Document.objects.count() == 0


def test_saying_that_files_are_attached_needs_a_file_and_saying_that_there_are_none_needs_none(
    a: make.Area, mine: Browser
) -> None:
    referral = begun(a)
    assert mine.fill(part(referral, "attachments"), 422, confirmed="attached").messages == [
        "Nothing is attached yet. Add the files, or say that there are none"
    ]
    assert mine.fill(part(referral, "attachments"), 422, uploads=[letter()], confirmed="none").messages == [
        "There are files. Remove them, or say that you have attached them"
    ]
    assert stored(referral, "attachments") in (None, {})


def test_a_file_that_was_sent_stays(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    mine.fill(part(referral, "attachments"), uploads=[letter()], confirmed="attached")
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
    mine.fill(part(other, "attachments"), uploads=[letter()], confirmed="attached")
    mine.post(reverse("referral-file-remove", args=[one.ref, Document.objects.get().ref]), {}, 404)
    assert Document.objects.count() == 1


# --- discarding -------------------------------------------------------------------------------------------


def test_a_draft_begun_by_mistake_is_discarded_and_can_be_taken_up_again(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    here = referral.get_absolute_url()
    mine.fill(f"{here}discard/")
    assert referral.get_absolute_url() not in mine.get("/referrals/").links.values()
    assert "You discarded this before it was sent. Nobody else can read it." in mine.get(here).words
    assert referral.get_absolute_url() in mine.get("/referrals/?state=discarded").links.values()
    mine.fill(f"{here}take_up/")
    again = Referral.objects.get(pk=referral.pk)
    assert (again.state, again.answers) == ("draft", referral.answers)


def test_a_discarded_draft_is_its_writers_alone(a: make.Area, mine: Browser) -> None:
    referral = make.draft(a)
    mine.fill(f"{referral.get_absolute_url()}discard/")
    for other in (a.safeguarding_lead, a.staff, a.chair):
        Browser(other).get(referral.get_absolute_url(), 404)

"""The family in a practice review: asked, answered and promised; never written to by the system; read by very few."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals.models import FamilyMember
from reviews import actions
from reviews.models import FamilyContact, FamilyPromise, PracticeReview
from reviews.questions.family import Advocate, FamilyAnswer, PromiseKind
from reviews.states import SUITABILITY
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
D = dt.date
NAME, PHONE, SAID = "Synthetic Grandmother", "01632 960123", "I want Rowan remembered as the one who sang."
K = PromiseKind


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    """Decided on Monday 23 November 2026, with the reviewer appointed."""
    judgements = dict.fromkeys(SUITABILITY, "Yes.")
    return actions.appoint_reviewer(
        make.practice_review(a), by=a.chair, today=TODAY, user=a.reviewer, suitability=judgements
    )


@pytest.fixture
def contact(a, review):
    return actions.add_to_family(review, by=a.staff, today=TODAY, name=NAME, relationship="grandmother")


def at(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False)


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def page(review):
    return f"/practice-reviews/{review.ref}/family/"


def promise(contact, kind):
    return FamilyPromise.objects.get(contact=contact, kind=kind, state="open")


def told(contact, **given):
    known = {"answer": FamilyAnswer.WAITING, "advocate": Advocate.NOT_OFFERED, "suspect": False}
    return {**known, **given}


# --- promises -------------------------------------------------------------------------------------------------


def test_whoever_is_added_is_promised_four_things_on_days_that_follow_from_the_plan(contact):
    promised = dict(FamilyPromise.objects.filter(contact=contact).values_list("kind", "due_on"))
    assert promised == {
        K.TOLD_FIRST: D(2026, 11, 30),
        K.UPDATE: D(2026, 12, 28),
        K.READ_DRAFT: D(2027, 5, 4),
        K.TOLD_BEFORE: D(2027, 5, 10),
    }


def test_an_update_that_was_given_promises_the_next_until_the_draft_has_been_read(a, contact):
    perform(promise(contact, K.UPDATE), "keep", by=a.reviewer, today=TODAY)
    assert promise(contact, K.UPDATE).due_on == TODAY + dt.timedelta(days=28)
    perform(promise(contact, K.READ_DRAFT), "keep", by=a.staff, today=TODAY)
    perform(promise(contact, K.UPDATE), "keep", by=a.staff, today=TODAY)
    assert not FamilyPromise.objects.filter(contact=contact, kind=K.UPDATE, state="open").exists()


def test_a_promise_is_on_the_work_of_the_team_two_days_before_without_a_name(a, review, contact):
    with at(D(2026, 11, 26)):
        work = Browser(a.staff).get("/work/")
        assert "A promise to the family: told first" in work.words
        assert NAME not in work.words
        assert "A promise to the family" not in Browser(a.chair).get("/work/").words
    perform(promise(contact, K.TOLD_FIRST), "keep", by=a.staff, today=TODAY)
    with at(D(2026, 11, 26)):
        assert "A promise to the family: told first" not in Browser(a.staff).get("/work/").words


def test_the_plan_shows_the_promises_to_those_who_read_of_the_family_alone(a, review, contact):
    plan = f"/practice-reviews/{review.ref}/milestones/"
    assert "Told before publication Grandmother, by 10 May 2027" in Browser(a.reviewer).get(plan).words
    chair = Browser(a.chair).get(plan)
    assert ("Grandmother" in chair.words, "Told before publication" in chair.words) == (False, False)


def test_a_promise_moves_or_falls_away_with_a_reason(a, contact):
    moved = perform(
        promise(contact, K.UPDATE), "postpone", by=a.staff, today=TODAY, due_on=D(2027, 1, 8), why="Away"
    )
    assert (moved.due_on, moved.how) == (D(2027, 1, 8), "Away")
    with pytest.raises(Refused, match="That day is over"):
        perform(moved, "postpone", by=a.staff, today=TODAY, due_on=TODAY - dt.timedelta(days=1), why="x")
    released = perform(moved, "release", by=a.staff, today=TODAY, why="She asks us not to ring")
    assert perform(released, "renew", by=a.staff, today=TODAY).state == "open"


# --- who must not be contacted --------------------------------------------------------------------------------


def test_do_not_contact_stands_loud_on_every_page_about_the_family_and_stops_the_promises(a, review, contact):
    staff = Browser(a.staff)
    staff.fill(f"{contact.get_absolute_url()}stop_contact/", why="An injunction of 20 November")
    for address in (page(review), promise(contact, K.UPDATE).get_absolute_url()):
        assert "DO NOT CONTACT. An injunction of 20 November" in staff.get(address).words
    assert f"DO NOT CONTACT {NAME}." in staff.get(f"/practice-reviews/{review.ref}/milestones/").words
    with pytest.raises(Refused, match="must not be contacted"):
        perform(promise(contact, K.UPDATE), "keep", by=a.staff, today=TODAY)
    with at(D(2026, 12, 28)):
        assert "A promise to the family" not in Browser(a.staff).get("/work/").words


def test_a_suspect_is_not_contacted_before_the_police_agree(a, review, contact):
    perform(contact, "record", by=a.staff, today=TODAY, given=told(contact, suspect=True))
    assert "no contact until the police agree to a day" in Browser(a.staff).get(page(review)).words
    with pytest.raises(Refused, match="The police have not agreed"):
        perform(promise(contact, K.TOLD_FIRST), "keep", by=a.staff, today=TODAY)
    agreed = told(contact, suspect=True, police_agreed_on=TODAY)
    perform(contact, "record", by=a.staff, today=TODAY, given=agreed)
    assert perform(promise(contact, K.TOLD_FIRST), "keep", by=a.staff, today=TODAY).state == "kept"
    early = {**agreed, "police_agreed_on": TODAY, "invited_on": TODAY - dt.timedelta(days=1)}
    with pytest.raises(Refused, match="before the day the police agreed to"):
        perform(contact, "record", by=a.staff, today=TODAY, given=early)


# --- the gate -------------------------------------------------------------------------------------------------


def test_publication_waits_for_what_the_family_was_promised(a):
    review = make.sent_before_publication(a)
    assert review.may_publish() is None
    contact = actions.add_to_family(review, by=a.staff, today=TODAY, name=NAME, relationship="grandmother")
    review = PracticeReview.objects.get(pk=review.pk)
    assert review.may_publish() == "A promise to the family is still open."
    for kind in (K.READ_DRAFT, K.TOLD_BEFORE):
        perform(promise(contact, kind), "keep", by=a.staff, today=TODAY)
    assert PracticeReview.objects.get(pk=review.pk).may_publish() is None


def test_publication_does_not_wait_for_somebody_who_must_not_be_contacted(a):
    review = make.sent_before_publication(a)
    contact = actions.add_to_family(review, by=a.staff, today=TODAY, name=NAME, relationship="grandmother")
    perform(contact, "stop_contact", by=a.staff, today=TODAY, why="She asked for it")
    assert PracticeReview.objects.get(pk=review.pk).may_publish() is None


# --- who reads it, and what is kept where ---------------------------------------------------------------------


def test_the_chair_the_partners_and_the_panel_are_told_no_and_others_find_nothing(a, review, contact):
    for person in (a.chair, a.la, a.icb):
        Browser(person).get(page(review), status=403)
        Browser(person).get(promise(contact, K.UPDATE).get_absolute_url(), status=404)
    Browser(make.area("Elsewhere").staff).get(page(review), status=404)
    assert NAME in Browser(a.reviewer).get(page(review)).words


def test_opening_the_page_is_put_on_record(a, review, contact):
    Browser(a.reviewer).get(page(review))
    seen = Event.objects.filter(by=a.reviewer, subject_ref=review.ref).order_by("-id").first()
    assert seen.facts.get("what") == "family" or "family" in seen.kind


def test_nothing_about_the_family_is_in_an_event_an_email_or_an_address(a, review, contact):
    staff = Browser(a.staff)
    staff.fill(
        f"{contact.get_absolute_url()}record/", safe_contact=PHONE, answer="takes_part", answer_words=SAID,
        advocate="accepted", advocate_name="Advocate Example", wishes=SAID, **day("invited_on", TODAY),
    )  # fmt: skip
    staff.fill(
        f"{promise(contact, K.TOLD_FIRST).get_absolute_url()}keep/", how=SAID, **day("effective_on", TODAY)
    )
    kept = FamilyContact.objects.get(pk=contact.pk)
    assert (kept.safe_contact, kept.answer, kept.invited_on) == (PHONE, "takes_part", TODAY)
    events = Event.objects.filter(case_ref=review.case.ref)
    told_in = " ".join(f"{e.words} {e.reason_code} {e.facts}" for e in events)
    assert [secret for secret in (NAME, PHONE, SAID, "Advocate Example") if secret in told_in] == []
    lists = " ".join(staff.get(url).words for url in ("/work/", "/practice-reviews/", "/cases/", "/emails/"))
    assert [secret for secret in (NAME, PHONE, SAID) if secret in lists] == []
    assert OutgoingEmail.objects.exclude(to_address="").count() == 0


# --- adding ---------------------------------------------------------------------------------------------------


def test_a_member_of_the_family_the_case_knows_is_added_once(a, review):
    member = FamilyMember.objects.filter(case=review.case).first() or FamilyMember.objects.create(
        case=review.case, name=NAME, relationship="grandmother"
    )
    staff = Browser(a.staff)
    staff.fill(f"{page(review)}add/", who=str(member.pk), name="", relationship="")
    added = FamilyContact.objects.get()
    assert (added.name, added.member) == (member.name, member)
    with pytest.raises(Refused, match="on the list already"):
        actions.add_to_family(review, by=a.staff, today=TODAY, name="x", relationship="y", member=member)
    again = staff.get(f"{page(review)}add/")
    assert member.name not in again.words


def test_somebody_else_needs_a_name_and_nothing_typed_is_lost(a, review):
    staff = Browser(a.staff)
    answer = staff.client.post(
        f"{page(review)}add/", {"who": "other", "name": "", "relationship": "Stepfather"}
    )
    assert (answer.status_code, "Stepfather" in answer.content.decode()) == (422, True)
    assert "Enter their name" in answer.content.decode()
    with pytest.raises(Refused):
        actions.add_to_family(review, by=a.chair, today=TODAY, name=NAME, relationship="grandmother")


def test_the_page_asks_as_many_statements_for_many_people_as_for_one(
    a, review, contact, django_assert_max_num_queries
):
    staff = Browser(a.staff)
    staff.get(page(review))

    def count():
        with django_assert_max_num_queries(30) as asked:
            staff.get(page(review))
        return len(asked.captured_queries)

    one = count()
    for number in range(6):
        actions.add_to_family(review, by=a.staff, today=TODAY, name=f"Person {number}", relationship="aunt")
    assert count() == one

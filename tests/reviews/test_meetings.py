"""Meetings: planned, moved, cancelled, held only when quorate; conflicts act at once; calendars say nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from icalendar import Calendar

from cspr.documents.pdf import paper_kind
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals import actions
from referrals.models import Case, Decision
from referrals.states import DecisionKind, Outcome
from reviews.models import InformationRequest, Meeting, MeetingRules, RapidReview
from reviews.questions import by_part
from reviews.states import AGENDA
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
WHEN = {
    "day_day": "24",
    "day_month": "11",
    "day_year": "2026",
    "starts_at": "14:30",
    "ends_at": "16.00",
    "place": "Room 2",
}


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def review(a: make.Area) -> RapidReview:
    return RapidReview.objects.get(notification=make.notified(a))


def room(review: RapidReview) -> str:
    return reverse("rapid-review-meeting", args=[review.ref])


def at(meeting: Meeting, verb: str = "") -> str:
    return meeting.get_absolute_url() + (f"{verb}/" if verb else "")


def mails(kind: str) -> set[int]:
    return set(OutgoingEmail.objects.filter(kind=kind).values_list("to_id", flat=True))


def entry(meeting: Meeting, by) -> tuple[Calendar, dict]:
    with override_settings(MFA_REQUIRED=False):
        text = Browser(by).client.get(at(meeting, "calendar")).content
    calendar = Calendar.from_ical(text)
    return calendar, calendar.walk("VEVENT")[0]


# --- planning -------------------------------------------------------------------------------------------------


def test_planning_asks_everybody_on_the_list_with_the_agenda_everybody_begins_with(a, review):
    staff = Browser(a.staff)
    assert "No meeting has been planned yet." in staff.get(room(review)).words
    staff.fill(reverse("rapid-review-plan_meeting", args=[review.ref]), **WHEN)
    meeting = Meeting.objects.get()
    assert (meeting.on, meeting.starts_at, meeting.agenda) == (
        dt.date(2026, 11, 24),
        dt.time(14, 30),
        list(AGENDA),
    )
    asked = {p.user: (p.capacity, p.partner) for p in meeting.participants.all()}
    team = dict.fromkeys((a.staff, a.colleague, a.chair), ("member", ""))
    assert asked == {**team, **{a.people[p]: ("member", p) for p in ("la", "icb", "police")}}
    assert mails("meeting_planned") == {user.pk for user in asked} - {a.staff.pk}
    page = staff.get(room(review))
    assert "Tuesday 24 November 2026, 14:30 to 16:00" in page.words
    assert "The meeting is not quorate." in page.words


def test_only_who_keeps_the_rules_is_led_to_them(a, review):
    rules = f"/meeting-rules/{a.partnership.ref}/"
    led = [
        rules in Browser(who).get(f"{review.get_absolute_url()}meeting/").links.values()
        for who in (a.staff, a.chair)
    ]
    assert led == [True, False]


def test_one_meeting_is_planned_at_a_time(a, review):
    make.planned(a, review)
    with pytest.raises(Refused, match="planned already"):
        make.planned(a, review)
    Browser(a.staff).get(reverse("rapid-review-plan_meeting", args=[review.ref]), 403)


def test_a_meeting_ends_after_it_has_begun(a, review):
    address = reverse("rapid-review-plan_meeting", args=[review.ref])
    page = Browser(a.staff).fill(address, 422, **{**WHEN, "ends_at": "14:00"})
    assert page.messages == ["The meeting must end after it has begun"]


def test_a_named_person_is_asked_to_give_information_and_gets_no_mail(a, review):
    meeting = make.planned(a, review)
    OutgoingEmail.objects.all().delete()
    Browser(a.staff).fill(at(meeting, "invite"), name="Tenancy manager", role="Homes", capacity="information")
    named = meeting.participants.get(user=None)
    assert (named.name, named.capacity, OutgoingEmail.objects.count()) == (
        "Tenancy manager",
        "information",
        0,
    )


def test_the_agenda_can_be_changed_for_one_meeting(a, review):
    meeting = make.planned(a, review)
    Browser(a.staff).fill(at(meeting, "set_agenda"), items="First\n\n Second ")
    assert Meeting.objects.get().agenda == ["First", "Second"]


def test_moving_and_cancelling_tell_everybody_who_was_asked(a, review):
    meeting = make.planned(a, review)
    people = {a.people[p].pk for p in ("colleague", "chair", "la", "icb", "police")}
    staff = Browser(a.staff)
    staff.fill(at(meeting, "move"), **WHEN)
    assert mails("meeting_moved") == people
    staff.fill(at(meeting, "cancel"), words="Too few can come.")
    assert mails("meeting_cancelled") == people
    assert Meeting.objects.get().state == "cancelled"
    make.planned(a, review)


# --- calendar -------------------------------------------------------------------------------------------------


def test_a_calendar_entry_says_when_and_nothing_else(a, review):
    meeting = make.planned(a, review)
    calendar, event = entry(meeting, a.chair)
    text = calendar.to_ical().decode()
    for secret in (
        meeting.ref,
        review.ref,
        review.case.ref,
        review.case.pseudonym,
        "Room 1",
        "Testshire",
        "child",
    ):
        assert secret not in text
    assert (str(event["summary"]), str(calendar["method"]), event["sequence"]) == ("Meeting", "PUBLISH", 0)
    assert str(event["dtstart"].params["TZID"]) == "Europe/London"
    assert calendar.walk("VTIMEZONE")


def test_a_moved_meeting_is_the_same_entry_and_newer_and_a_cancelled_one_takes_itself_out(a, review):
    meeting = make.planned(a, review)
    _, first = entry(meeting, a.chair)
    Browser(a.staff).fill(at(meeting, "move"), **WHEN)
    _, moved = entry(meeting, a.chair)
    Browser(a.staff).fill(at(meeting, "cancel"), words="Off.")
    calendar, gone = entry(meeting, a.chair)
    assert first["uid"] == moved["uid"] == gone["uid"]
    assert [e["sequence"] for e in (first, moved, gone)] == [0, 1, 2]
    assert moved["dtstart"].dt.strftime("%d %H:%M") == "24 14:30"
    assert (str(calendar["method"]), str(gone["status"])) == ("CANCEL", "CANCELLED")


# --- quorum ---------------------------------------------------------------------------------------------------


def test_without_the_three_partners_it_cannot_be_recorded_as_held(a, review):
    meeting = make.attended(a, make.planned(a, review), police={"attendance": "apologies"})
    page = Browser(a.staff).get(at(meeting, "hold"), 403)
    assert "The meeting is not quorate. Still missing: Police is represented." in page.words
    with pytest.raises(Refused, match="not quorate"):
        perform(meeting, "hold", by=a.staff, today=TODAY)
    assert RapidReview.objects.get().state == "open"


def test_a_deputy_speaks_for_a_partner_and_whoever_only_gives_information_does_not_count(a, review):
    meeting = make.planned(a, review)
    meeting = make.attended(a, meeting, police={"attendance": "apologies"})
    deputy = {
        "attendance": "present",
        "capacity": "member",
        "partner": "police",
        "deputy_for": "The superintendent",
    }
    make.attended(
        a, meeting, police={"attendance": "apologies"}, colleague={**deputy, "capacity": "information"}
    )
    assert Meeting.objects.get().not_quorate() is not None
    meeting = make.attended(a, meeting, police={"attendance": "apologies"}, colleague=deputy)
    staff = Browser(a.staff)
    staff.fill(at(meeting, "hold"), decisions="A review is recommended.")
    review = RapidReview.objects.get()
    assert (review.state, review.meeting_on, review.represented) == (
        "meeting_held",
        TODAY,
        ["icb", "la", "police"],
    )
    assert f"{a.colleague.name}, for The superintendent" in review.attendees
    assert a.police.name in review.apologies
    assert "A review is recommended." in staff.get(room(review)).words


def test_a_partnership_can_ask_for_more_members_and_kinds_of_agency(a, review):
    rules = reverse("meeting-rules", args=[a.partnership.ref])
    staff = Browser(a.staff)
    staff.fill(rules, members_needed="7", agency_types=["health_visiting"], agenda="One\nTwo")
    meeting = make.attended(a, make.planned(a, review))
    assert meeting.agenda == ["One", "Two"]
    assert [c.words for c in meeting.quorum() if not c.met] == [
        "At least 7 members take part",
        "Health visiting or school nursing takes part",
    ]
    Browser(a.chair).get(rules, 404)
    Browser(make.area("Otherham").staff).get(rules, 404)


def test_where_the_rule_is_on_the_chair_approves_only_after_a_quorate_meeting(a, review):
    MeetingRules.objects.create(partnership=a.partnership, agenda=list(AGENDA), for_decision=True)
    with pytest.raises(Refused, match="No quorate meeting has been held"):
        make.decided(a, review.case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT)
    make.held(a, review)
    decision = Decision.objects.get(kind="review")
    with pytest.raises(Refused, match="The meeting of Monday 23 November 2026: added"):
        actions.approve(decision, by=a.chair, today=TODAY)


def test_a_second_click_records_the_meeting_once_and_a_stale_page_is_told(a, review):
    meeting = make.attended(a, make.planned(a, review))
    staff, other = Browser(a.staff), Browser(a.colleague)
    sends, stale = staff.get(at(meeting, "hold")).sends, other.get(at(meeting, "move")).sends
    staff.post(at(meeting, "hold"), sends)
    staff.post(at(meeting, "hold"), sends)
    assert Meeting.objects.get().version == meeting.version + 1
    other.post(at(meeting, "move"), stale, 409)


def test_recording_the_meeting_leads_from_the_review_to_where_it_was_planned(a, review):
    staff = Browser(a.staff)
    address = reverse("rapid-review-hold_meeting", args=[review.ref])
    staff.post(address, {})
    assert staff.went_to == room(review)
    meeting = make.planned(a, review)
    staff.post(address, {})
    assert staff.went_to == at(meeting)


# --- conflicts ------------------------------------------------------------------------------------------------


def test_a_conflict_declared_at_the_meeting_shuts_the_case_from_the_next_click_and_counts_no_more(a, review):
    meeting = make.attended(a, make.planned(a, review))
    police, staff = Browser(a.police), Browser(a.staff)
    police.get(room(review))
    person = meeting.participants.get(user=a.police)
    staff.fill(at(meeting, "note_conflict"), participant=str(person.pk), words="He led the earlier enquiry.")
    for place in (room(review), at(meeting), review.case.get_absolute_url(), at(meeting, "calendar")):
        police.get(place, 404)
    assert [c.user for c in review.case.conflicts.filter(lifted_on=None)] == [a.police]
    meeting = Meeting.objects.get()
    assert meeting.represented() == ["la", "icb"]
    assert "Conflict of interest: does not count and does not decide" in staff.get(room(review)).words
    with pytest.raises(Refused, match="Police is represented"):
        perform(meeting, "hold", by=a.staff, today=TODAY)


def test_a_conflict_recorded_on_the_case_counts_at_the_meeting_too(a, review):
    meeting = make.attended(a, make.planned(a, review))
    case = Case.objects.get(pk=review.case_id)
    perform(case, "record_conflict", by=a.staff, today=TODAY, user=a.icb, words="A relative.")
    assert Meeting.objects.get(pk=meeting.pk).represented() == ["la", "police"]


def test_whoever_declares_their_own_conflict_is_out_themselves(a, review):
    meeting = make.planned(a, review)
    chair = Browser(a.chair)
    person = meeting.participants.get(user=a.chair)
    chair.fill(at(meeting, "note_conflict"), participant=str(person.pk), words="Mine.")
    chair.get(room(review), 404)


# --- information-givers and papers ----------------------------------------------------------------------------


def asked_for_information(a: make.Area, review: RapidReview) -> InformationRequest:
    request = make.asked(a, review)
    account = by_part({"summary": "Seen at the gate.", "at_risk": "no"})
    return perform(request, "answer_request", by=a.author, today=TODAY, **account)


def test_an_agencys_author_sees_the_invitation_and_not_who_comes_or_what_was_decided(a, review):
    asked_for_information(a, review)
    meeting = make.held(a, review)
    perform(meeting, "write_minutes", by=a.staff, today=TODAY, decisions="What members decided.")
    page = Browser(a.author).get(at(meeting))
    assert AGENDA[0] in page.words
    for secret in ("What members decided.", a.police.name, "Quorum"):
        assert secret not in page.words
    assert meeting.participants.get(user=a.author).capacity == "information"
    Browser(a.author).get(room(review), 404)


def test_members_get_one_file_with_everything_and_information_givers_their_own_part(a, review):
    request = asked_for_information(a, review)
    meeting = make.planned(a, review)
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"incident": "The draft says."})
    pack = paper_kind("meeting_pack").builder(meeting, a.staff).html()
    for words in ("Agenda", "Seen at the gate.", "The draft says.", "The referral of", "Synthetic Child"):
        assert words in pack
    part = paper_kind("meeting_part").builder(request, a.author).html()
    assert "Seen at the gate." in part
    for words in ("The draft says.", "Synthetic Child", "The referral of"):
        assert words not in part


def test_minutes_hold_decisions_and_actions_with_owner_and_date(a, review):
    meeting = make.planned(a, review)
    staff = Browser(a.staff)
    day = {"due_on_day": "1", "due_on_month": "12", "due_on_year": "2026"}
    staff.fill(at(meeting, "add_action"), what="See the brother", owner="Social care", **day)
    page = staff.get(at(meeting))
    assert "See the brother – Social care, by Tuesday 1 December 2026" in page.words


def test_the_room_asks_for_the_same_number_of_statements_however_many_come(a, review):
    meeting = make.attended(a, make.planned(a, review))
    staff = Browser(a.staff)
    staff.get(room(review))
    counts = []
    for people in (0, 8):
        rows = [{"name": f"Manager {n}", "capacity": "information"} for n in range(people)]
        meeting = perform(meeting, "invite", by=a.staff, today=TODAY, people=rows)
        with CaptureQueriesContext(connection) as asked:
            staff.get(room(review))
        counts.append(len(asked))
    assert (counts[0] == counts[1], counts[0] <= 34) == (True, True), counts

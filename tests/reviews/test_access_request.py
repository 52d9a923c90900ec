"""A request for access to personal data: its date, its two people, and who gets to know of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from cspr.audit.models import Event
from cspr.clocks import CalendarChange
from cspr.clocks.models import BankHoliday, forget
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform, verbs
from referrals.reminders import _more
from reviews import actions
from reviews.access_reminders import remind_of_access_requests
from reviews.actions.access_request import recount_access_requests
from reviews.models import AccessRequest
from reviews.views.work_access import access_requests
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser
from tests.reviews.test_proving_oneself import asked_before, at_a_browser

pytestmark = pytest.mark.django_db
D = dt.date
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def a() -> make.Area:
    return make.area()


def received(a: make.Area, day: dt.date, **said: Any) -> AccessRequest:
    asked = {"about": "child", "name": "N", "asked_by": "themselves", "reply_to": "R", **said}
    return actions.receive_access_request(a.partnership, by=a.dpo, today=day, received_on=day, **asked)


# --- the date ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due", "extended"),
    [
        (D(2026, 9, 3), D(2026, 10, 5), D(2026, 12, 3)),  # 3 October is a Saturday
        (D(2025, 1, 31), D(2025, 2, 28), D(2025, 4, 30)),  # there is no 31 February
        (D(2024, 1, 31), D(2024, 2, 29), D(2024, 4, 30)),  # nor in a leap year
        (D(2026, 1, 31), D(2026, 3, 2), D(2026, 4, 30)),  # the last day, 28 February, is a Saturday
        (
            D(2026, 11, 25),
            D(2026, 12, 29),
            D(2027, 2, 25),
        ),  # Christmas, Saturday, Sunday and Boxing Day's Monday
        (D(2026, 12, 1), D(2027, 1, 4), D(2027, 3, 1)),  # New Year, then a weekend
        (D(2026, 3, 6), D(2026, 4, 7), D(2026, 6, 8)),  # Easter Monday; a Saturday
        (D(2026, 8, 31), D(2026, 9, 30), D(2026, 11, 30)),  # received on a bank holiday all the same
        (D(2026, 10, 31), D(2026, 11, 30), D(2027, 2, 1)),  # received on a Saturday; 31 January is a Sunday
    ],
)
def test_it_is_due_on_the_corresponding_day_or_the_next_working_day(
    a: make.Area, day: dt.date, due: dt.date, extended: dt.date
) -> None:
    request = received(a, day)
    assert request.due_on == due
    request = perform(request, "extend", by=a.dpo, today=day, reason_code="complex")
    assert request.due_on == extended
    told = Event.objects.get(kind="accessrequest.extend")
    assert told.facts == {"due_before": due.isoformat(), "due_after": extended.isoformat()}
    assert told.reason_code == "complex"


def test_it_is_extended_once_and_only_within_its_first_month(a: make.Area) -> None:
    request = received(a, TODAY)
    with pytest.raises(Refused, match="first month is over"):
        perform(request, "extend", by=a.dpo, today=request.due_on + A_DAY, reason_code="complex")
    request = perform(request, "extend", by=a.dpo, today=request.due_on, reason_code="several")
    with pytest.raises(Refused, match="three months is the longest"):
        perform(request, "extend", by=a.dpo, today=request.due_on, reason_code="several")


def test_a_new_bank_holiday_moves_the_date_and_leaves_an_event(a: make.Area) -> None:
    request = received(a, D(2026, 11, 9))
    assert request.due_on == D(2026, 12, 9)
    BankHoliday.objects.create(on=D(2026, 12, 9), title="A day of mourning", source="test")
    forget()
    said = recount_access_requests(CalendarChange((D(2026, 12, 9),), ()))
    request = AccessRequest.objects.get()
    assert (request.due_on, said) == (D(2026, 12, 10), "1 requests for access are due on another day.")
    assert Event.objects.filter(kind="accessrequest.move_due").count() == 1
    assert recount_access_requests(CalendarChange((), ())) == ""


def test_a_day_to_come_is_no_day_of_receipt(a: make.Area) -> None:
    with pytest.raises(Refused, match="has not come yet"):
        make.access_request(a, received_on=TODAY + A_DAY)
    assert not AccessRequest.objects.exists()


# --- the two people ---------------------------------------------------------------------------------------


def test_nobody_confirms_an_answer_that_they_prepared(a: make.Area) -> None:
    request = make.access_prepared(a)
    with pytest.raises(Refused, match="somebody else has to check it"):
        perform(request, "confirm", by=a.staff, today=TODAY)
    assert {v.name: v.reason for v in verbs(request, a.staff)}["confirm"]
    request = perform(request, "confirm", by=a.dpo, today=TODAY)
    assert (request.prepared_by, request.confirmed_by) == (a.staff, a.dpo)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequest.objects.filter(pk=request.pk).update(confirmed_by=a.staff)


def test_what_is_sent_back_is_prepared_and_confirmed_anew(a: make.Area) -> None:
    request = perform(make.access_prepared(a), "confirm", by=a.dpo, today=TODAY)
    request = perform(request, "send_back", by=a.colleague, today=TODAY, words="The letters are missing.")
    assert (request.state, request.prepared_by, request.confirmed_by) == ("received", None, None)
    request = perform(request, "prepare", by=a.dpo, today=TODAY, answer="nothing")
    with pytest.raises(Refused):
        perform(request, "confirm", by=a.dpo, today=TODAY)


def test_nothing_is_given_to_somebody_who_has_not_shown_who_they_are(a: make.Area) -> None:
    request = make.access_request(a, asked_by="parent", asker="Synthetic Father")
    with pytest.raises(Refused, match="how it was shown who asks"):
        perform(request, "prepare", by=a.staff, today=TODAY, answer="give")
    with pytest.raises(Refused, match="may ask for this person"):
        perform(request, "identify", by=a.staff, today=TODAY, identity="document")
    shown = {"identity": "document", "authority": "certificate"}
    request = perform(request, "identify", by=a.staff, today=TODAY, **shown)
    request = actions.search_for_person(request, by=a.staff, today=TODAY)
    request = actions.gather_passages(request, by=a.staff, today=TODAY)
    assert perform(request, "prepare", by=a.staff, today=TODAY, answer="give").state == "prepared"


def test_a_refused_request_is_not_handed_over_and_an_answered_one_not_refused(a: make.Area) -> None:
    refused = {"answer": "refuse", "reason_code": "unknown"}
    request = perform(make.access_request(a), "prepare", by=a.staff, today=TODAY, **refused)
    request = perform(request, "confirm", by=a.dpo, today=TODAY)
    with pytest.raises(Refused):
        perform(request, "hand_over", by=a.dpo, today=TODAY, handing="post")
    assert perform(request, "tell_refusal", by=a.dpo, today=TODAY).state == "refused"
    other = perform(make.access_prepared(a), "confirm", by=a.dpo, today=TODAY)
    with pytest.raises(Refused):
        perform(other, "tell_refusal", by=a.dpo, today=TODAY)
    assert perform(other, "hand_over", by=a.dpo, today=TODAY, handing="post").ended_on == TODAY


# --- reminders and work -----------------------------------------------------------------------------------


def test_the_officer_and_the_team_are_reminded_once_a_rung_in_words_that_say_nothing(a: make.Area) -> None:
    request = make.access_request(a)
    OutgoingEmail.objects.all().delete()
    assert remind_of_access_requests in _more
    assert remind_of_access_requests(TODAY + A_DAY) == 0
    week = request.due_on - dt.timedelta(days=7)
    assert remind_of_access_requests(week) == 3
    assert remind_of_access_requests(week) == 0
    assert set(OutgoingEmail.objects.values_list("to", "kind")) == {
        (one.pk, "access_near") for one in (a.dpo, a.staff, a.colleague)
    }
    assert remind_of_access_requests(request.due_on + A_DAY) == 3
    assert OutgoingEmail.objects.filter(kind="access_late").count() == 3
    perform(request, "withdraw", by=a.dpo, today=TODAY)
    assert remind_of_access_requests(request.due_on + 5 * A_DAY) == 0


def test_it_is_work_for_the_officer_and_the_team_and_for_nobody_else(a: make.Area) -> None:
    request = make.access_prepared(a)
    own, other = (next(iter(access_requests(user, TODAY))) for user in (a.staff, a.dpo))
    assert (own.waits_for, other.waits_for) == ("a second person to check it", "")
    assert (other.due_on, other.about, other.force) == (request.due_on, request.ref, "law")
    assert not [user for name, user in a.people.items() if name not in {"dpo", "staff", "colleague"}
                for _ in access_requests(user, TODAY)]  # fmt: skip


# --- the pages --------------------------------------------------------------------------------------------


def test_from_the_letter_to_the_answer_through_the_pages(a: make.Area) -> None:
    officer, staff = Browser(a.dpo), Browser(a.staff)
    new = reverse("access-request-new", args=[a.partnership.ref])
    page = staff.get(new)
    sent = {
        **page.sends, "about": "child", "name": "Synthetic Child", "asked_by": "parent", "asker": "Synthetic Mother",
        "received_on_0": "23", "received_on_1": "11", "received_on_2": "2026", "reply_to": "1 Example Road",
    }  # fmt: skip
    day = {k.replace("_0", "_day").replace("_1", "_month").replace("_2", "_year"): v for k, v in sent.items()}
    staff.post(new, sent | day)
    staff.post(new, sent | day)  # a double click
    request = AccessRequest.objects.get()
    at = request.get_absolute_url()
    assert staff.went_to == at
    staff.fill(f"{at}identify/", identity="document", authority="certificate")
    staff.fill(f"{at}search/")
    staff.fill(f"{at}tick/")
    staff.fill(f"{at}gather/")
    staff.fill(f"{at}prepare/", answer="give", words="Looked in both cases.")
    assert "somebody else has to check it" in staff.get(at).words
    officer.fill(f"{at}confirm/")
    next_ = officer.get(at).words
    assert "Record that it was handed over" in next_
    assert "refusal" not in next_
    officer.fill(f"{at}hand_over/", handing="secure")
    request = AccessRequest.objects.get()
    assert (request.state, request.ended_on) == ("answered", TODAY)
    page = officer.get(at)
    assert "The answer was handed over: secure e-mail or a secure file transfer" in page.words
    assert request.ref in officer.get(reverse("access-requests")).words


def test_every_reading_of_a_request_is_on_record_and_no_event_or_mail_names_anybody(a: make.Area) -> None:
    request = make.access_request(a, nhs_number="9434765919")
    Browser(a.dpo).get(request.get_absolute_url())
    read = Event.objects.get(kind="read.access_request")
    assert (read.by, read.subject_ref) == (a.dpo, request.ref)
    said = [
        *Event.objects.values_list("said__text", "facts", "reason_code"),
        *OutgoingEmail.objects.values_list(),
    ]
    for canary in ("Synthetic", "Example Road", "9434765919"):
        assert canary not in str(said)


@pytest.mark.parametrize("who", ["chair", "reviewer", "sysadmin", "referrer", "panel_member", "la"])
def test_to_everybody_else_a_request_was_never_there(a: make.Area, who: str) -> None:
    browser = Browser(a.people[who])
    at = make.access_request(a).get_absolute_url()
    never = at.replace(at.split("/")[2], "AAAAA-AAAAA")
    with_request, without = browser.get(at, 404), browser.get(never, 404)
    assert with_request.words == without.words
    browser.get(reverse("access-requests"), 404)
    browser.get(reverse("access-request-new", args=[a.partnership.ref]), 404)


def test_the_officer_of_another_partnership_finds_nothing(a: make.Area) -> None:
    other, request = make.area("Otherham"), make.access_request(a)
    elsewhere = Browser(other.dpo)
    elsewhere.get(request.get_absolute_url(), 404)
    elsewhere.get(f"{request.get_absolute_url()}confirm/", 404)
    assert request.ref not in elsewhere.get(reverse("access-requests")).words


def test_whoever_confirms_gives_the_password_again_after_five_minutes(a: make.Area, settings: Any) -> None:
    settings.MFA_REQUIRED = False
    client, page = at_a_browser(a.dpo), f"{make.access_prepared(a).get_absolute_url()}confirm/"
    assert client.get(page).status_code == 200
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 6, tzinfo=dt.UTC), tick=False):
        assert client.get(page).headers["Location"] == asked_before(page)

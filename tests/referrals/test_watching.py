"""Somebody who reads around: the thirty-first case within an hour and the sixth file in ten minutes are told.

Ten times as much is not shown at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.log import record_read
from cspr.audit.models import Event, ReadingAlarm
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.subjects import visible_pairs
from cspr.people.watching import TooMuchAtOnce, look_at
from cspr.workflow import Refused
from referrals.models import Case
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def insider(a: make.Area) -> User:
    return make.person(a.partnership, Role.STAFF, name="An Insider")


def cases(a: make.Area, many: int) -> list[Case]:
    """Cases of the partnership as staff see them in a list."""
    return Case.objects.bulk_create(
        Case(partnership=a.partnership, pseudonym=f"Alder {number}") for number in range(many)
    )


def opens(user: User, found: list[Case]) -> None:
    browser = Browser(user)
    for case in found:
        browser.get(case.get_absolute_url())


def takes(a: make.Area, user: User, files: int) -> None:
    for number in range(files):
        record_read(
            user, what="document", partnership=a.partnership, case_ref="22222-22222", subject_ref=str(number)
        )


def mails() -> Any:
    return OutgoingEmail.objects.filter(kind="account.unusual_reading")


def test_thirty_cases_within_an_hour_are_a_busy_day(a: make.Area, insider: User) -> None:
    found = cases(a, 30)
    opens(insider, found)
    opens(insider, found)  # the same ones again count once
    assert not ReadingAlarm.objects.exists()
    assert not mails().exists()


def test_the_thirty_first_raises_the_alarm_at_once(a: make.Area, insider: User) -> None:
    found = cases(a, 32)
    opens(insider, found[:31])
    alarm = ReadingAlarm.objects.get()
    assert (alarm.user, alarm.cases, alarm.files) == (insider, 31, 0)
    assert {mail.to for mail in mails()} == {a.chair, a.dpo}
    assert {(mail.state, mail.immediate) for mail in mails()} == {(MailState.QUEUED, True)}
    assert not mails().filter(created_at__gt=alarm.at + dt.timedelta(seconds=60)).exists()
    event = Event.objects.get(kind="readingalarm.begin")
    assert (event.case_ref, event.facts) == ("", {"user": insider.ref, "cases": 31, "files": 0})
    opens(insider, found[31:])
    assert ReadingAlarm.objects.count() == 1  # one for each person and hour


def test_the_next_hour_may_raise_another(a: make.Area, insider: User) -> None:
    found = cases(a, 31)
    opens(insider, found)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        opens(insider, found)
    assert ReadingAlarm.objects.count() == 2


def test_each_person_and_the_last_hour_count_for_themselves(a: make.Area, insider: User) -> None:
    found = cases(a, 40)
    opens(insider, found[:20])
    opens(a.staff, found[20:])
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        opens(insider, found[20:])
    assert not ReadingAlarm.objects.exists()


def test_each_partnership_counts_for_itself_and_is_told_whatever_others_were_told(
    a: make.Area, insider: User, settings: Any
) -> None:
    other = make.area("Otherham")
    make.person_also(insider, other.partnership, Role.STAFF)
    settings.READS_FILES = 1
    insider = User.objects.get(pk=insider.pk)
    takes(a, insider, 1)
    takes(other, insider, 1)
    assert not ReadingAlarm.objects.exists()
    takes(a, insider, 1)
    takes(other, insider, 1)
    alarms = ReadingAlarm.objects.order_by("id").values_list("partnership", "files")
    assert list(alarms) == [(a.partnership.pk, 2), (other.partnership.pk, 2)]


def test_the_sixth_file_within_ten_minutes_raises_the_alarm(a: make.Area, insider: User) -> None:
    takes(a, insider, 5)
    assert not ReadingAlarm.objects.exists()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=False):
        takes(a, insider, 5)
        assert not ReadingAlarm.objects.exists()
        takes(a, insider, 1)
    assert ReadingAlarm.objects.get().files == 6


def test_the_limits_are_settings(a: make.Area, insider: User, settings: Any) -> None:
    assert (project.READS_CASES, project.READS_FILES) == (30, 5)
    settings.READS_CASES = 2
    opens(insider, cases(a, 3))
    assert ReadingAlarm.objects.get().cases == 3


def test_at_ten_times_as_much_nothing_more_is_shown_until_the_hour_is_over(
    a: make.Area, insider: User, settings: Any
) -> None:
    settings.READS_CASES = 2
    found = cases(a, 21)
    opens(insider, found[:20])
    browser, last = Browser(insider), found[20]
    refused = browser.get(last.get_absolute_url(), 429).words
    assert "Too many records in a short time" in refused
    assert last.pseudonym not in refused
    assert not Event.objects.filter(kind="read.case", case_ref=last.ref).exists()
    browser.get(found[0].get_absolute_url())  # what was open stays open
    opens(a.staff, [last])
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        opens(insider, [last])


def test_files_are_held_back_too(a: make.Area, insider: User, settings: Any) -> None:
    settings.READS_FILES = 1
    takes(a, insider, 10)
    with pytest.raises(TooMuchAtOnce):
        takes(a, insider, 1)
    assert Event.objects.filter(kind="read.document").count() == 10


def test_whoever_is_watched_hears_nothing_of_it_and_does_not_look_at_it(a: make.Area, settings: Any) -> None:
    settings.READS_FILES = 0
    takes(a, a.chair, 1)
    alarm = ReadingAlarm.objects.get()
    assert {mail.to for mail in mails()} == {a.dpo}
    asked = [(user, alarm.ref) for user in (a.chair, a.dpo, a.sysadmin, a.staff)]
    assert visible_pairs("audit.readingalarm", asked) == {(a.dpo.pk, alarm.ref), (a.sysadmin.pk, alarm.ref)}
    with pytest.raises(Refused, match="about you"):
        look_at(alarm, by=a.chair, today=TODAY, words="All well")


def test_the_officer_says_what_they_found_and_the_page_names_no_case(
    a: make.Area, insider: User, settings: Any
) -> None:
    settings.READS_CASES = 0
    [case] = cases(a, 1)
    opens(insider, [case])
    officer = Browser(a.dpo)
    assert "Look at unusual reading" in officer.get(reverse("work")).links
    page = officer.get(reverse("accounts:alarms"))
    assert insider.name in page.words
    assert [words for words in (case.ref, case.pseudonym) if words in page.words] == []
    alarm = ReadingAlarm.objects.get()
    officer.fill(reverse("accounts:look_at_alarm", args=[alarm.ref]), words="They prepared a report.")
    assert "They prepared a report." in Browser(a.sysadmin).get(reverse("accounts:alarms")).words
    assert "Look at unusual reading" not in officer.get(reverse("work")).links
    with pytest.raises(Refused, match="already"):
        look_at(alarm, by=a.sysadmin, today=TODAY, words="Again")
    event = Event.objects.get(kind="readingalarm.look_at")
    assert (event.by, event.words) == (a.dpo, "They prepared a report.")
    Browser(a.staff).get(reverse("accounts:alarms"), 404)

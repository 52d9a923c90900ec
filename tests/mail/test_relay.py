"""Sending, against a real mail server on the loopback interface that does what each test tells it to."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cspr.accounts.models import Membership, User
from cspr.mail import relay as relay_module
from cspr.mail.models import MailState, OutgoingEmail, Trouble
from cspr.mail.outbox import compose_digests, queue, queue_account_mail, retry
from cspr.mail.relay import BACK_OFF, GIVE_UP_AFTER, LEASE, relay, take
from cspr.mail.tasks import relay as relay_task
from cspr.wall.scope import everything
from tests.mail.smtp import Fault

MINUTE = dt.timedelta(minutes=1)
TODAY = dt.date(2026, 3, 9)
# Reminders here are about an e-mail, a subject with a real visibility rule: its partnership's staff see it.
ABOUT = "mail.outgoingemail"


def states() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def three(person, message):
    """Three urgent e-mails to one person, in order."""
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(3)])
    return list(OutgoingEmail.objects.order_by("pk"))


@pytest.fixture
def about(person, message):
    """Queue an e-mail to somebody about something that only the partnership's staff may see."""

    def make(to: User, number: int = 1, **fields):
        if not (subject := OutgoingEmail.objects.filter(dedupe_key="about").first()):
            author = person("Author Example")
            queue([message(author, dedupe_key="about")])
            OutgoingEmail.objects.filter(dedupe_key="about").update(state=MailState.SENT)
            subject = OutgoingEmail.objects.get(dedupe_key="about")
        return message(to, number, subject_label=ABOUT, subject_ref=subject.ref, **fields)

    return make


# --- all is well ------------------------------------------------------------------------------------------
def test_a_batch_goes_over_one_connection_and_every_row_is_marked(server, three):
    assert relay() == 3
    assert server.connections == 1
    assert server.message_ids() == [row.message_id for row in three]
    assert [len(mail.recipients) for mail in server.received] == [1, 1, 1]
    assert states() == [MailState.SENT] * 3


def test_a_hundred_and_one_mails_take_two_connections(server, person, message):
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(101)])
    assert relay() == 101
    assert server.connections == 2
    assert len(set(server.message_ids())) == 101


def test_with_nothing_due_no_connection_is_opened(server, db):
    assert relay() == 0
    assert server.connections == 0


def test_the_task_and_the_command_are_the_same_relay(server, person, message, capsys):
    ada = person("Ada Example")
    queue([message(ada, 1)])
    relay_task()
    queue([message(ada, 2)])
    call_command("relay")
    assert capsys.readouterr().out == "1 sent\n"
    assert states() == [MailState.SENT] * 2
    assert relay_task.name == "cspr.mail.tasks.relay"


def test_urgent_mail_overtakes_the_summaries(server, person, message):
    ada = person("Ada Example")
    queue([message(ada, 1, immediate=False)])
    compose_digests(TODAY)
    queue([message(ada, 2)])
    urgent, summary = (
        OutgoingEmail.objects.get(immediate=True),
        OutgoingEmail.objects.get(dedupe_key=f"digest:{ada.pk}:{TODAY}"),
    )
    relay()
    assert server.message_ids() == [urgent.message_id, summary.message_id]


# --- the server misbehaves --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fault", "state", "trouble"),
    [
        (Fault("RCPT", "450 busy"), MailState.QUEUED, Trouble.PUT_OFF),
        (Fault("RCPT", "451 try later"), MailState.QUEUED, Trouble.PUT_OFF),
        (Fault("MAIL", "451 try later"), MailState.QUEUED, Trouble.PUT_OFF),
        (Fault("end_of_data", "452 disk full"), MailState.QUEUED, Trouble.PUT_OFF),
        (Fault("RCPT", "421 closing"), MailState.QUEUED, Trouble.LOST),
        (Fault("RCPT", "drop"), MailState.QUEUED, Trouble.LOST),
        (Fault("RCPT", "hang"), MailState.QUEUED, Trouble.LOST),
        (Fault("end_of_data", "drop"), MailState.QUEUED, Trouble.LOST),
        (Fault("RCPT", "550 no such person"), MailState.FAILED, Trouble.ADDRESS_REFUSED),
        (Fault("DATA", "554 no"), MailState.FAILED, Trouble.MESSAGE_REFUSED),
        (Fault("end_of_data", "552 too big"), MailState.FAILED, Trouble.MESSAGE_REFUSED),
    ],
    ids=lambda value: f"{value.step}-{value.how}" if isinstance(value, Fault) else "",
)
def test_one_mail_meets_trouble_and_the_others_are_sent(server, three, fault, state, trouble):
    server.faults.extend([None, fault])
    assert relay() == 2
    assert states() == [MailState.SENT, state, MailState.SENT]
    assert OutgoingEmail.objects.get(pk=three[1].pk).last_error == trouble
    assert server.message_ids() == [three[0].message_id, three[2].message_id]


def test_a_server_that_takes_a_mail_and_dies_gets_it_again_under_the_same_message_id(server, three):
    server.faults.extend([Fault("after_data", "drop")])
    start = timezone.now()
    assert relay(start) == 2
    assert relay(start + 2 * MINUTE) == 1
    first = three[0].message_id
    assert server.message_ids().count(first) == 2
    assert states() == [MailState.SENT] * 3


@pytest.mark.parametrize("fault", [Fault("MAIL", "530 sign in first"), Fault("EHLO", "554 go away")], ids=str)
def test_a_server_that_refuses_us_fails_nobodys_mail(server, three, fault):
    if fault.step == "EHLO":
        server.greeting = "554 go away"
    server.faults.append(fault)
    assert relay() == 0
    rows = OutgoingEmail.objects.values_list("state", "last_error", "attempts")
    assert list(rows) == [(MailState.QUEUED, Trouble.NOT_LET_IN, 1)] * 3


def test_a_server_that_is_not_there_costs_one_attempt_and_loses_nothing(server, three, settings):
    settings.EMAIL_PORT = 1
    start = timezone.now()
    assert relay(start) == 0
    rows = OutgoingEmail.objects.values_list("state", "last_error", "next_try_at")
    assert list(rows) == [(MailState.QUEUED, Trouble.UNREACHABLE, start + MINUTE)] * 3
    settings.EMAIL_PORT = server.port
    assert relay(start) == 0
    assert relay(start + MINUTE) == 3


def test_a_server_that_hangs_at_the_door_is_left_after_the_time_out(server, three, settings):
    settings.EMAIL_TIMEOUT = 0.2
    server.greeting = ""
    assert relay() == 0
    assert states() == [MailState.QUEUED] * 3


def test_waiting_grows_from_one_minute_to_an_hour_and_ends_after_a_day_in_plain_view(server, person, message):
    queue([message(person("Ada Example"))])
    now = timezone.now()
    waits = []
    while OutgoingEmail.objects.get().state == MailState.QUEUED:
        server.faults.append(Fault("RCPT", "451 try later"))
        assert relay(now) == 0
        row = OutgoingEmail.objects.get()
        waits.append(row.next_try_at - now)
        now = row.next_try_at
    assert waits[:5] == [*BACK_OFF, BACK_OFF[-1]]
    row = OutgoingEmail.objects.get()
    assert (row.state, row.last_error) == (MailState.FAILED, Trouble.PUT_OFF)
    assert now - row.put_off_since >= GIVE_UP_AFTER


def test_a_weekend_without_a_mail_server_does_not_fail_anybodys_mail(server, three, settings):
    settings.EMAIL_PORT = 1
    now = timezone.now()
    for hours in range(72):
        relay(now + dt.timedelta(hours=hours))
    assert states() == [MailState.QUEUED] * 3
    settings.EMAIL_PORT = server.port
    assert relay(now + dt.timedelta(hours=72)) == 3


def test_a_failed_summary_shows_at_each_of_its_parts(server, person, message):
    ada = person("Ada Example")
    queue([message(ada, n, immediate=False) for n in range(2)])
    compose_digests(TODAY)
    server.faults.append(Fault("RCPT", "550 no such person"))
    assert relay() == 0
    assert states() == [MailState.FAILED] * 3


def test_a_failed_invitation_keeps_no_link(server, db):
    queue_account_mail("new@agency.example", "account.invitation", "http://127.0.0.1:8000/join/once/")
    server.faults.append(Fault("RCPT", "550 no such person"))
    relay()
    row = OutgoingEmail.objects.get()
    assert (row.state, row.link, row.may_be_retried) == (MailState.FAILED, "", False)


def test_an_address_that_cannot_be_written_fails_alone(server, three):
    queue_account_mail(
        "two@agency.example\nBcc: all@agency.example", "account.invitation", "http://127.0.0.1:8000/join/x/"
    )
    assert relay() == 3
    row = OutgoingEmail.objects.get(kind="account.invitation")
    assert (row.state, row.last_error) == (MailState.FAILED, Trouble.ADDRESS_UNUSABLE)


def test_the_log_says_which_mail_and_which_code_and_nothing_else(server, three, caplog):
    caplog.set_level(logging.DEBUG)
    server.faults.append(Fault("RCPT", "550 ada.example@agency.example is unknown"))
    relay()
    told = [record.getMessage() for record in caplog.records if record.name.startswith("cspr")]
    assert told == [f"E-mail {three[0].ref} was not accepted: address_refused 550"]


# --- killed, doubled, slow --------------------------------------------------------------------------------
def test_a_relay_killed_with_rows_in_hand_loses_none_and_another_waits_for_the_lease(server, three):
    start = timezone.now()
    assert len(take(start).emails) == 3  # and then this relay dies
    assert relay(start + LEASE - MINUTE) == 0
    assert relay(start + LEASE) == 3
    assert server.message_ids() == [row.message_id for row in three]


def test_a_relay_killed_between_acceptance_and_mark_repeats_that_one_mail_under_its_message_id(
    server, three, monkeypatch
):
    def die(email):
        raise SystemExit

    start = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(relay_module, "mark_sent", die)
        with pytest.raises(SystemExit):
            relay(start)
    assert relay(start + LEASE) == 3
    ids = [row.message_id for row in three]
    assert server.message_ids() == [ids[0], *ids]


def test_two_relays_never_hold_the_same_row(person, message):
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(150)])
    now = timezone.now()
    first, second, third = take(now), take(now), take(now)
    assert (len(first.emails), len(second.emails), len(third.emails)) == (100, 50, 0)
    assert not {e.pk for e in first.emails} & {e.pk for e in second.emails}


def test_a_relay_whose_lease_ran_out_cannot_undo_what_the_next_one_did(server, person, message):
    queue([message(person("Ada Example"))])
    start = timezone.now()
    late = take(start)
    assert relay(start + LEASE) == 1
    relay_module.settle(late, late.emails[0], start, Trouble.ADDRESS_REFUSED)
    relay_module.put_off_all(late, late.emails, start, Trouble.LOST)
    relay_module.release(late, late.emails)
    assert states() == [MailState.SENT]


def test_what_relays_died_with_is_sent_after_all_others_and_in_ever_smaller_company(person, message):
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(12)])
    start = timezone.now()
    assert len(take(start).emails) == 12  # and then this relay dies
    queue([message(ada, 12)])
    later = start + LEASE
    assert [row.dedupe_key for row in take(later).emails] == [f"{ada.pk}:12"]
    OutgoingEmail.objects.filter(dedupe_key=f"{ada.pk}:12").update(state=MailState.SENT)
    assert [len(take(later).emails) for _ in range(3)] == [10, 2, 0]  # and these die as well
    assert [len(take(later + LEASE).emails) for _ in range(13)] == [1] * 12 + [0]


def test_a_mail_that_kills_its_relay_three_times_is_given_up_and_may_be_sent_again(person, message):
    ada = person("Ada Example")
    queue([message(ada)])
    start = timezone.now()
    assert [len(take(start + n * LEASE).emails) for n in range(4)] == [1, 1, 1, 0]
    given_up = OutgoingEmail.objects.get()
    assert (given_up.state, given_up.last_error) == (MailState.FAILED, Trouble.WORKER_DIED)
    assert given_up in OutgoingEmail.objects.visible_to(ada)
    assert retry(given_up, by=ada)
    again = OutgoingEmail.objects.get()
    assert (again.state, again.deaths) == (MailState.QUEUED, 0)


def test_a_mail_that_is_put_off_by_a_living_relay_is_no_longer_suspected(server, person, message):
    queue([message(person("Ada Example"))])
    start = timezone.now()
    take(start)
    server.faults.append(Fault("RCPT", "450 busy"))
    relay(start + LEASE)
    assert OutgoingEmail.objects.get().deaths == 0


def test_a_relay_whose_time_is_up_gives_back_the_rest_untried(server, three, monkeypatch):
    clock = iter([0.0, 0.0, 2.0])  # asked before each e-mail; the time is up before the third
    batch = take(timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(relay_module.time, "monotonic", lambda: next(clock))
        assert relay_module.deliver(batch, timezone.now(), stop_at=1.0) == (2, True)
    assert states() == [MailState.SENT, MailState.SENT, MailState.QUEUED]
    assert OutgoingEmail.objects.get(pk=three[2].pk).attempts == 0
    assert relay() == 1


def test_three_relays_at_the_same_time_send_each_mail_once(server, transactional_db, person, message):
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(120)])
    start = threading.Barrier(3)

    def run() -> int:
        start.wait()
        try:
            with everything():
                return relay()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        sent = [future.result() for future in [pool.submit(run) for _ in range(3)]]
    assert sum(sent) == 120
    assert sorted(server.message_ids()) == sorted(OutgoingEmail.objects.values_list("message_id", flat=True))
    assert set(states()) == {MailState.SENT}


# --- who may still know -----------------------------------------------------------------------------------
def test_somebody_who_lost_access_between_queueing_and_sending_gets_nothing(person, about):
    ada, ben = person("Ada Example"), person("Ben Example")
    queue([about(ada), about(ben)])
    Membership.objects.filter(user=ada).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert relay() == 1
    assert [m.to for m in mail.outbox] == [[ben.email]]
    row = OutgoingEmail.objects.get(to=ada)
    assert (row.state, row.last_error) == (MailState.DROPPED, Trouble.ACCESS_ENDED)


def test_somebody_whose_account_is_closed_gets_nothing(person, message):
    ada = person("Ada Example")
    queue([message(ada)])
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert relay() == 0
    row = OutgoingEmail.objects.get()
    assert (mail.outbox, row.state, row.last_error) == ([], MailState.DROPPED, Trouble.ACCOUNT_CLOSED)


def test_a_subject_that_is_no_more_is_not_written_about(person, about):
    ada = person("Ada Example")
    queue([about(ada)])
    OutgoingEmail.objects.filter(to=ada).update(subject_label="gone.model")
    assert relay() == 0
    assert OutgoingEmail.objects.get(to=ada).state == MailState.DROPPED


def test_a_summary_counts_only_what_may_still_be_seen_and_an_empty_one_is_not_sent(person, message, about):
    ada, ben = person("Ada Example"), person("Ben Example")
    queue([about(ada, 1, immediate=False), about(ben, 1, immediate=False), message(ben, 2, immediate=False)])
    compose_digests(TODAY)
    Membership.objects.filter(user__in=[ada, ben]).update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    assert relay() == 1
    assert [m.to for m in mail.outbox] == [[ben.email]]
    assert "There are" not in mail.outbox[0].body
    assert set(OutgoingEmail.objects.filter(to=ada).values_list("state", flat=True)) == {MailState.DROPPED}
    kept = OutgoingEmail.objects.filter(to=ben).values_list("subject_label", "state")
    assert sorted(kept) == [("", MailState.SENT), ("", MailState.SENT), (ABOUT, MailState.DROPPED)]


# --- cost -------------------------------------------------------------------------------------------------
def test_a_batch_costs_the_same_statements_whatever_its_size_but_for_one_mark_a_mail(person, about):
    costs = []
    for size in (2, 40):
        queue([about(person(f"Person {size} {n}"), n) for n in range(size)])
        with CaptureQueriesContext(connection) as asked:
            batch = take(timezone.now())
            assert relay_module.deliver(batch, timezone.now(), float("inf")) == (size, True)
        costs.append(len(asked) - size)
    assert costs[0] == costs[1] <= 8


def test_putting_off_a_whole_batch_is_one_statement(server, person, message, settings):
    settings.EMAIL_PORT = 1
    ada = person("Ada Example")
    costs = []
    for size in (1, 60):
        queue([message(ada, size * 1000 + n) for n in range(size)])
        batch = take(timezone.now())
        with CaptureQueriesContext(connection) as asked:
            relay_module.deliver(batch, timezone.now(), float("inf"))
        costs.append(len([q for q in asked if q["sql"].startswith("UPDATE")]))
    assert costs == [1, 1]

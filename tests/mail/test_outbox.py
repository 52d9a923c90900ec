"""Queueing: once per key, at once or in the daily summary."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cspr.mail import outbox
from cspr.mail.kinds import DIGEST, register_kind
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.outbox import compose_digests, oldest_waiting_age, queue, queue_account_mail
from cspr.mail.relay import relay
from tests.mail.conftest import APPROVAL

TODAY = dt.date(2026, 3, 9)


def test_a_message_queued_twice_is_one_row(person, message):
    ada = person("Ada Example")
    assert queue([message(ada, 1), message(ada, 2)]) == 2
    assert queue([message(ada, 1), message(ada, 2), message(ada, 3)]) == 1
    assert sorted(OutgoingEmail.objects.values_list("dedupe_key", flat=True)) == [
        f"{ada.pk}:{n}" for n in (1, 2, 3)
    ]


def test_a_message_repeated_in_one_call_is_one_row(person, message):
    ada = person("Ada Example")
    assert queue([message(ada), message(ada)]) == 1


def test_a_message_queued_again_after_it_was_sent_is_not_sent_again(person, message):
    ada = person("Ada Example")
    queue([message(ada)])
    assert relay() == 1
    assert queue([message(ada)]) == 0
    assert relay() == 0
    assert len(mail.outbox) == 1


def test_queueing_nothing_asks_the_database_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queue([]) == 0


def test_queueing_takes_one_insert_for_one_message_and_for_thirty_and_at_most_one_count(person, message):
    ada = person("Ada Example")
    for count in (1, 30):
        with CaptureQueriesContext(connection) as asked:
            queue([message(ada, count * 100 + n) for n in range(count)])
        inserts = [q for q in asked if q["sql"].startswith("INSERT")]
        selects = [q for q in asked if q["sql"].startswith("SELECT")]
        assert (len(inserts), len(selects)) == (1, connection.vendor == "sqlite")


def test_what_many_rows_do_not_say_is_as_in_a_row_made_alone(person, message):
    ada = person("Ada Example")
    queue([message(ada, immediate=False)])
    many = OutgoingEmail.objects.get()
    alone = OutgoingEmail.objects.create(to=ada, kind=many.kind, dedupe_key="alone")
    own = {"id", "ref", "message_id", "dedupe_key", "created_at", "waiting_since", "next_try_at"}
    said = {"partnership_id", "subject_label", "subject_ref", "due_on"}
    for field in OutgoingEmail._meta.concrete_fields:
        if field.attname not in own | said:
            assert getattr(many, field.attname) == getattr(alone, field.attname), field.attname
    assert len(many.ref) == len(alone.ref)
    assert len(many.message_id) == len(alone.message_id)
    assert many.created_at == many.waiting_since == many.next_try_at


def test_a_change_that_is_rolled_back_tells_nobody(person, message):
    ada = person("Ada Example")
    with transaction.atomic():
        assert queue([message(ada)]) == 1
        transaction.set_rollback(True)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "never.registered"},
        {"dedupe_key": ""},
        {"dedupe_key": "k" * 201},
        {"subject_label": "mail.outgoingemail"},
        {"subject_ref": "K7QF3-MXRTW"},
        {"subject_label": "no.suchmodel", "subject_ref": "K7QF3-MXRTW"},
        {"subject_label": "accounts.agency", "subject_ref": "K7QF3-MXRTW"},
    ],
)
def test_a_message_that_could_not_be_checked_or_worded_is_refused_at_once(person, message, fields):
    ada = person("Ada Example")
    with pytest.raises(ValueError, match=r".+"):
        message(ada, **fields)


@pytest.mark.parametrize(
    "sentence", ["Child {name} waits.", "Read %s.", "<b>Now</b>.", "No stop", "Two\nlines.", "Café."]
)
def test_a_sentence_that_is_not_fixed_plain_words_is_refused(sentence):
    with pytest.raises(ValueError, match="must be plain"):
        register_kind("test.bad", sentence)


def test_a_kind_keeps_its_first_sentence():
    register_kind(APPROVAL, "An approval waits for you.")
    with pytest.raises(ValueError, match="already has"):
        register_kind(APPROVAL, "Something else.")


def test_every_row_has_exactly_one_recipient(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingEmail.objects.create(kind=APPROVAL, dedupe_key="nobody")


# --- the daily summary ------------------------------------------------------------------------------------
def test_what_is_not_urgent_waits_for_one_summary_a_person_a_day(person, message):
    ada, ben = person("Ada Example"), person("Ben Example")
    queue([message(who, n, immediate=False) for who in (ada, ben) for n in range(3)])
    assert relay() == 0
    assert compose_digests(TODAY) == 2
    assert compose_digests(TODAY) == 0
    assert relay() == 2
    assert sorted(m.to[0] for m in mail.outbox) == [ada.email, ben.email]
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_very_many_are_written_and_summed_up_in_portions_and_none_is_left_out(person, message, monkeypatch):
    monkeypatch.setattr(outbox, "PORTION", 4)
    monkeypatch.setattr(outbox, "AT_A_TIME", 5)
    people = [person(f"Person {number}") for number in range(4)]
    held = [message(people[n % 4], n, immediate=False) for n in range(14)]
    with CaptureQueriesContext(connection) as asked:
        assert queue(iter(held)) == 14
    inserts = [line for line in asked.captured_queries if line["sql"].startswith("INSERT")]
    assert len(inserts) == 4
    assert queue(held) == 0
    with CaptureQueriesContext(connection) as asked:
        assert compose_digests(TODAY) == 4
    # Four have four rows, four, three and three: no two of them fit into one transaction of five.
    assert sum(line["sql"].startswith("UPDATE") for line in asked.captured_queries) == 4
    assert not OutgoingEmail.objects.filter(state=MailState.HELD, digest=None).exists()
    summaries = OutgoingEmail.objects.filter(kind=DIGEST).order_by("to")
    assert [summary.parts.count() for summary in summaries] == [4, 4, 3, 3]


def test_what_comes_after_todays_summary_goes_with_tomorrows(person, message):
    ada = person("Ada Example")
    queue([message(ada, 1, immediate=False)])
    compose_digests(TODAY)
    relay()
    queue([message(ada, 2, immediate=False)])
    assert compose_digests(TODAY) == 0
    assert relay() == 0
    assert compose_digests(TODAY + dt.timedelta(days=1)) == 1
    assert relay() == 1
    assert len(mail.outbox) == 2


def test_the_summary_counts_each_kind_and_names_the_earliest_due_date(person, message):
    ada = person("Ada Example")
    days = [dt.date(2026, 12, 29), dt.date(2026, 12, 4), None]
    queue([message(ada, n, immediate=False, due_on=day) for n, day in enumerate(days)])
    queue([message(ada, 9, immediate=False, kind=APPROVAL)])
    compose_digests(TODAY)
    relay()
    assert mail.outbox[0].body == (
        "Hello,\n\n"
        "This is your daily summary.\n\n"
        "The earliest due date: Friday 4 December 2026.\n\n"
        "- A deadline you look after is near. There are 3 of these.\n"
        "- An approval waits for you.\n\n"
        "Sign in to the case review system to see what it is:\n"
        "http://127.0.0.1:8000/work/\n\n"
        "Do not reply. Nothing about a child is ever in our e-mails.\n"
    )


def test_composing_takes_the_same_statements_for_one_person_and_for_twenty(person, message):
    counts = []
    for day, people in enumerate((1, 20)):
        queue([message(person(f"Person {day} {n}"), n, immediate=False) for n in range(people)])
        with CaptureQueriesContext(connection) as asked:
            assert compose_digests(TODAY + dt.timedelta(days=day)) == people
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


# --- mail about accounts ----------------------------------------------------------------------------------
def test_an_invitation_carries_its_link_and_keeps_it_only_until_it_is_sent(db):
    queue_account_mail(
        "new.person@agency.example", "account.invitation", "http://127.0.0.1:8000/join/once/?a=1&b=2"
    )
    assert relay() == 1
    sent = mail.outbox[0]
    assert sent.to == ["new.person@agency.example"]
    assert "http://127.0.0.1:8000/join/once/?a=1&b=2" in sent.body
    row = OutgoingEmail.objects.get()
    assert (row.state, row.link) == (MailState.SENT, "")


def test_a_notice_without_a_link_sends_the_person_to_the_sign_in(db):
    queue_account_mail("someone@agency.example", "account.password_reset")
    relay()
    assert "http://127.0.0.1:8000/work/" in mail.outbox[0].body


# --- lateness ---------------------------------------------------------------------------------------------
def test_the_age_of_the_oldest_waiting_mail_ignores_what_waits_for_the_summary_and_what_is_done(
    person, message
):
    ada = person("Ada Example")
    queue([message(ada, 1, immediate=False), message(ada, 2)])
    row = OutgoingEmail.objects.get(immediate=True)
    later = row.waiting_since + dt.timedelta(minutes=7)
    assert oldest_waiting_age(later) == dt.timedelta(minutes=7)
    relay()
    assert oldest_waiting_age(later) == dt.timedelta(0)

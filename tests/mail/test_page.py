"""/emails/: what partnership staff see, and what nobody else does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.roles import AGENCY_ROLES, Role
from cspr.audit.models import Event
from cspr.mail.models import STATUS, MailState, OutgoingEmail, Trouble
from cspr.mail.outbox import LATE_AFTER, compose_digests, queue, queue_account_mail
from cspr.mail.relay import relay
from cspr.mail.views import EMPTY, GROUPS, MAIL_IS_LATE
from tests.mail.smtp import Fault

TODAY = dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def staff(client, person):
    """A member of the partnership's staff, signed in."""
    user = person("Sam Staff")
    client.force_login(user)
    return user


@pytest.fixture
def failed(person, message, server):
    """One e-mail that the mail server refused."""
    queue([message(person("Ada Example"))])
    server.faults.append(Fault("RCPT", "550 no such person"))
    relay()
    return OutgoingEmail.objects.get()


def page(client, **query):
    return client.get(reverse("mail:outgoing"), query)


def shown(response) -> list[str]:
    return [email.ref for email in response.context["page"].items]


@pytest.mark.parametrize("role", sorted(set(Role.values) - AGENCY_ROLES - {Role.STAFF}))
def test_for_everybody_but_staff_there_is_no_such_page(client, person, role, failed):
    client.force_login(person("Pat Other", role))
    assert page(client).status_code == 404
    assert client.post(reverse("mail:send-again", args=[failed.ref])).status_code == 404
    failed.refresh_from_db()
    assert failed.state == MailState.FAILED


def test_staff_see_their_own_partnerships_mail_only(client, staff, person, message, elsewhere):
    ada = person("Ada Example")
    queue([message(ada, 1), message(ada, 2, partnership_id=elsewhere.pk)])
    mine = OutgoingEmail.objects.get(dedupe_key=f"{ada.pk}:1")
    theirs = OutgoingEmail.objects.get(dedupe_key=f"{ada.pk}:2")
    OutgoingEmail.objects.update(state=MailState.FAILED)
    assert shown(page(client)) == [mine.ref]
    assert client.post(reverse("mail:send-again", args=[theirs.ref])).status_code == 404


def test_mail_about_something_the_reader_may_not_see_is_not_listed(client, staff, person, message, elsewhere):
    """Otherwise the list would tell a conflicted person that there is something to know."""
    ada, far = person("Ada Example"), person("Far Away", where=elsewhere)
    about = {"subject_label": "accounts.user"}
    queue([message(ada, 1, subject_ref=ada.ref, **about), message(ada, 2, subject_ref=far.ref, **about)])
    OutgoingEmail.objects.update(state=MailState.FAILED)
    seen, hidden = OutgoingEmail.objects.order_by("pk")
    assert shown(page(client)) == [seen.ref]
    assert client.post(reverse("mail:send-again", args=[hidden.ref])).status_code == 404


def test_the_page_says_to_whom_of_which_kind_due_when_and_how_it_went(client, staff, person, message):
    queue([message(person("Ada Example"), due_on=dt.date(2026, 12, 29))])
    relay()
    words = page(client).content.decode()
    for expected in (
        "Ada Example",
        "A deadline you look after is near.",
        "Tuesday 29 December 2026",
        "done",
        "Sent ",
    ):
        assert expected in words


@pytest.mark.parametrize("group", GROUPS)
def test_the_filter_lives_in_the_address(client, staff, person, message, group):
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(len(MailState))])
    for row, state in zip(OutgoingEmail.objects.order_by("pk"), MailState, strict=True):
        OutgoingEmail.objects.filter(pk=row.pk).update(state=state)
    wanted = (
        OutgoingEmail.objects.filter(state__in=GROUPS[group]).order_by("-pk").values_list("ref", flat=True)
    )
    assert shown(page(client, state=group)) == list(wanted)


def test_the_list_can_be_asked_for_one_person(client, staff, person, message):
    queue([message(person("Ada Example")), message(person("Ben Sample"))])
    queue_account_mail(
        "ada.new@agency.example", "account.invitation", "http://x.example/", staff.standing[0].partnership_id
    )
    names = [email.recipient for email in page(client, who="ada").context["page"].items]
    assert names == ["ada.new@agency.example", "Ada Example"]


@pytest.mark.parametrize(
    "query", [{"state": "nonsense"}, {"who": "x" * 500}, {"after": "%%%"}, {"after": "x" * 900}]
)
def test_an_address_somebody_made_up_still_gives_a_page(client, staff, query):
    assert page(client, **query).status_code == 200


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_an_empty_list_says_what_that_means(client, staff, group):
    assert EMPTY[group] in page(client, state=group).content.decode()


def test_pages_follow_each_other_without_gap_or_repeat(client, staff, person, message):
    ada = person("Ada Example")
    queue([message(ada, n) for n in range(60)])
    found, after = [], ""
    while True:
        response = page(client, after=after)
        found += shown(response)
        after = response.context["page"].next_cursor
        if not after:
            break
    assert found == list(OutgoingEmail.objects.order_by("-pk").values_list("ref", flat=True))


def test_the_list_costs_the_same_statements_for_one_row_and_for_a_full_page(client, staff, person, message):
    page(client)  # the first page of a session notes its last use
    costs = []
    for count in (1, 40):
        queue([message(person(f"Person {count} {n}"), n) for n in range(count)])
        with CaptureQueriesContext(connection) as asked:
            assert page(client).status_code == 200
        costs.append(len(asked))
        assert len({query["sql"] for query in asked}) == len(asked)
    assert costs[0] == costs[1] <= 10


# --- sending again ----------------------------------------------------------------------------------------
def test_a_failed_mail_is_sent_again_at_the_press_of_a_button_and_that_is_recorded(
    client, staff, failed, server
):
    assert "The mail server refused the address." in page(client).content.decode()
    response = client.post(reverse("mail:send-again", args=[failed.ref]) + "?state=failed")
    assert (response.status_code, response.url) == (302, reverse("mail:outgoing") + "?state=failed")
    assert relay() == 1
    assert server.message_ids() == [failed.message_id]
    event = Event.objects.get(kind="outgoingemail.retry")
    assert (event.by, event.subject_ref, event.partnership) == (staff, failed.ref, failed.partnership)


def test_pressing_the_button_twice_sends_once(client, staff, failed, server):
    for _ in range(2):
        client.post(reverse("mail:send-again", args=[failed.ref]))
    assert relay() == 1
    assert Event.objects.filter(kind="outgoingemail.retry").count() == 1
    client.post(reverse("mail:send-again", args=[failed.ref]))
    assert relay() == 0


def test_one_part_of_a_failed_summary_brings_the_whole_summary_back(client, staff, person, message, server):
    ada = person("Ada Example")
    queue([message(ada, n, immediate=False) for n in range(2)])
    compose_digests(TODAY)
    server.faults.append(Fault("RCPT", "550 no such person"))
    relay()
    part = OutgoingEmail.objects.filter(digest__isnull=False).first()
    client.post(reverse("mail:send-again", args=[part.ref]))
    assert relay() == 1
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_opening_the_address_of_the_button_changes_nothing(client, staff, failed):
    assert client.get(reverse("mail:send-again", args=[failed.ref])).status_code == 405
    assert OutgoingEmail.objects.get().state == MailState.FAILED


def test_a_failed_invitation_says_to_invite_again_and_offers_no_button(client, staff, server, partnership):
    queue_account_mail(
        "new@agency.example", "account.invitation", "http://127.0.0.1:8000/join/once/", partnership.pk
    )
    server.faults.append(Fault("RCPT", "550 no such person"))
    relay()
    words = page(client).content.decode()
    assert "Invite the person again" in words
    assert "Send again" not in words


# --- words and lateness -----------------------------------------------------------------------------------
def test_every_state_and_every_trouble_has_its_words(person, message):
    assert set(STATUS) == set(MailState)
    for trouble in Trouble:
        assert trouble.label.endswith(".")


def test_staff_see_a_strip_on_the_page_while_mail_is_late_and_others_do_not(client, staff, person, message):
    queue([message(person("Ada Example"))])
    assert MAIL_IS_LATE not in page(client).content.decode()
    OutgoingEmail.objects.update(waiting_since=timezone.now() - LATE_AFTER - dt.timedelta(seconds=1))
    assert MAIL_IS_LATE in page(client).content.decode()
    relay()
    assert len(mail.outbox) == 1
    assert MAIL_IS_LATE not in page(client).content.decode()

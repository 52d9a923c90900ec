"""Answering without an account: by a link and a code that reach the contact by different ways."""

import datetime as dt
import logging
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from cspr.audit.models import Event
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.relay import relay
from cspr.workflow import Refused, perform
from referrals import reminders as sweeping
from reviews import actions
from reviews.actions.links import find_link
from reviews.models import Chase, InformationRequest, LinkPass, RapidReview, RequestLink
from reviews.states import LinkState, RequestState
from tests import factories as make
from tests.referrals.browse import Browser, Page

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
UNTIL = TODAY + dt.timedelta(days=21)
CONTACT = {"name": "Contact One", "role": "Head", "email": "head@school.example", "code_by": "telephone"}


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def asked(a):
    review = RapidReview.objects.get(notification=make.notified(a))
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    return actions.send(
        request, by=a.staff, today=TODAY, due_on=TODAY + dt.timedelta(days=7), question="What do you know?"
    )


@pytest.fixture
def handed(a, asked):
    return actions.send_link(asked, by=a.staff, today=TODAY, expires_on=UNTIL, **CONTACT)


class Contact:
    """Somebody without an account, in a browser of their own."""

    def __init__(self):
        self.client = Client()

    def get(self, url):
        return self.client.get(url)

    def read(self, url):
        response = self.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return Page(response.content.decode())

    def send(self, url, **answers):
        page = self.read(url)
        return self.client.post(url, {**page.sends, **answers})

    def enter(self, address, code):
        self.get(address)
        return self.client.post(reverse("by-link-code"), {"code": code})


def mailed():
    """The address in the e-mail that went out last."""
    relay()
    return re.findall(r"http://127.0.0.1:8000(/answer/open/\S+)", mail.outbox[-1].body)[-1]


@pytest.fixture
def address(handed):
    return mailed()


@pytest.fixture
def contact(handed, address):
    contact = Contact()
    assert contact.enter(address, handed.code).headers["Location"] == reverse("by-link")
    return contact


def fresh(subject):
    return type(subject)._base_manager.get(pk=subject.pk)


def page(name, *args):
    return reverse(f"by-link-{name}", args=args)


# --- the whole way ----------------------------------------------------------------------------------------


def test_staff_send_a_link_and_see_the_code_once(a, asked):
    browser = Browser(a.staff)
    url = f"{asked.get_absolute_url()}send_link/"
    before = browser.get(url).words
    assert ("They get one e-mail" in before, "Nobody is e-mailed" in before) == (True, False)
    shown = browser.fill(url, 200, **CONTACT)
    assert "Done" not in shown.words  # the page says itself what was done
    [code] = re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", shown.words)
    assert Contact().enter(mailed(), code.lower().replace("-", " ")).headers["Location"] == reverse("by-link")
    again = browser.get(asked.get_absolute_url()).words
    assert ("Contact One" in again, code in again) == (True, False)
    link = RequestLink.objects.get()
    assert link.expires_on == dt.date(2026, 12, 14)  # ten working days after Monday 30 November


def test_the_e_mail_names_nobody_and_the_code_is_not_in_it(handed, address):
    letter = mail.outbox[-1]
    assert letter.recipients() == ["head@school.example"]
    assert letter.body == (
        "Hello,\n\n"
        "You are asked for information for a review. If you had no involvement, please say so.\n\n"
        "Due date: Monday 30 November 2026.\n\n"
        "To go on, open this link. You also need the code that the team gives you another way:\n"
        f"http://127.0.0.1:8000{address}\n\n"
        "If you did not expect this e-mail, do nothing. Nothing will happen.\n\n"
        "Do not reply. Nothing about a child is ever in our e-mails.\n"
    )
    assert handed.code not in str(letter.message())


def test_a_contact_says_that_there_was_no_involvement(contact, asked, handed):
    assert "What do you know?" in contact.read("/answer/").words
    assert fresh(asked).state == RequestState.OPENED
    sent = contact.send(page("nil"))
    assert sent.headers["Location"] == page("thanks")
    assert "no involvement" in contact.read(page("thanks")).words
    answered = fresh(asked)
    assert (answered.state, answered.answered_by) == (RequestState.NIL_RETURN, None)
    assert answered.answer == {"nil": True, "name": "Contact One", "role": "Head"}
    event = Event.objects.get(kind="informationrequest.nil_return")
    assert (event.by, event.facts) == (None, {"by_link": handed.link.ref})
    assert fresh(handed.link).state == LinkState.ENDED


def test_a_contact_writes_part_by_part_comes_back_the_next_day_and_is_refused_while_answers_are_missing(
    contact, asked, handed, address
):
    contact.read(page("account"))
    assert contact.send(page("section", "summary"), summary="He was quiet.").status_code in {302, 422}
    written = fresh(asked)
    assert (written.state, written.draft["summary"]["summary"]) == (RequestState.IN_PROGRESS, "He was quiet.")
    assert Event.objects.get(kind="informationrequest.save_draft").facts["by_link"] == handed.link.ref
    tomorrow = dt.datetime.combine(TODAY + dt.timedelta(days=1), dt.time(9), ZoneInfo("Europe/London"))
    with time_machine.travel(tomorrow, tick=False):
        other = Contact()
        assert other.enter(address, handed.code).headers["Location"] == reverse("by-link")
        assert "He was quiet." in other.read(page("section", "summary")).sends.values()
        assert "still missing" in other.read(page("answer_request")).words


def test_a_contact_adds_and_removes_an_event_without_leaving_the_answer(contact, asked):
    first = contact.send(page("item", "events", 1))
    assert first.status_code in {302, 422}
    assert contact.client.get(page("section", "events")).status_code == 200
    assert contact.send(page("item-remove", "events", 1)).headers["Location"] == page("section", "events")
    assert fresh(asked).draft["events"].get("items") in (None, [])


def test_a_contact_sends_the_whole_account_with_the_manager_who_agreed(a, contact, asked, handed):
    make.written(a, asked)
    assert "still missing" not in contact.read(page("account")).words
    sent = contact.send(page("answer_request"), signed_by="Manager One", signed_role="Director")
    assert sent.headers["Location"] == page("thanks")
    answered = fresh(asked)
    assert (answered.state, answered.answered_by) == (RequestState.SUBMITTED, None)
    assert answered.versions.get().sent_by is None
    assert Event.objects.get(kind="informationrequest.answer_request").facts["by_link"] == handed.link.ref
    assert fresh(handed.link).state == LinkState.ENDED
    history = Browser(a.staff).get(f"/cases/{asked.case.ref}/events/").words
    assert "the agency, through its link" in history


def test_what_is_typed_is_saved_as_it_is_typed(contact, asked):
    url = page("section", "summary")
    form = contact.read(url).sends
    said = contact.client.post(f"{url}?autosave=1", {**form, "summary": "Half a sent"})
    assert "Saved at" in said.content.decode()
    assert fresh(asked).draft["summary"]["summary"] == "Half a sent"


# --- codes ------------------------------------------------------------------------------------------------


def test_five_wrong_codes_lock_the_link_also_for_the_right_one_and_the_team_is_told(a, handed, address):
    contact = Contact()
    answers = [contact.enter(address, "AAAA-AAAA").status_code for _ in range(6)]
    assert answers == [422, 422, 422, 422, 404, 404]
    assert contact.enter(address, handed.code).status_code == 404
    link = fresh(handed.link)
    assert (link.state, link.wrong_codes) == (LinkState.LOCKED, 5)
    assert OutgoingEmail.objects.filter(to=a.staff, kind="link_locked").count() == 1
    assert "Locked after five wrong codes" in Browser(a.staff).get(link.request.get_absolute_url()).words


def test_a_locked_link_is_renewed_with_another_address_and_another_code(a, handed, address):
    for _ in range(5):
        Contact().enter(address, "AAAA-AAAA")
    renewed = actions.renew_link(handed.link, by=a.staff, today=TODAY, expires_on=UNTIL)
    new = mailed()
    assert new != address
    assert Contact().enter(new, handed.code).status_code == 422
    assert Contact().enter(address, renewed.code).status_code == 404
    assert Contact().enter(new, renewed.code).headers["Location"] == reverse("by-link")


def test_a_right_code_forgets_the_wrong_ones_before_it(handed, address):
    for _ in range(4):
        Contact().enter(address, "AAAA-AAAA")
    Contact().enter(address, handed.code)
    assert fresh(handed.link).wrong_codes == 0


def test_from_one_network_address_only_so_many_codes_a_minute_are_tried(a, asked):
    for number in range(5):
        extra = actions.send_link(
            asked,
            by=a.staff,
            today=TODAY,
            expires_on=UNTIL,
            **{**CONTACT, "email": f"c{number}@school.example"},
        )
        assert extra.link.pk
    relay()
    links = [re.findall(r"8000(/answer/open/\S+)", sent.body)[0] for sent in mail.outbox[-5:]]
    answers = [Contact().enter(link, "AAAA-AAAA").status_code for link in links for _ in range(4)]
    assert answers == [422] * 20
    assert Contact().enter(links[0], "AAAA-AAAA").status_code == 429


def test_from_one_network_address_only_so_many_links_a_minute_are_opened_whatever_it_says_of_itself(
    handed, address, caplog
):
    stranger = Contact()
    for n in range(60):
        stranger.client.get(f"/answer/open/guess-{n}/", headers={"x-forwarded-for": f"192.0.2.{n}"})
    contact = Contact()
    first = contact.get(address)
    assert (first.status_code, first.headers["Cache-Control"]) == (302, "no-store")
    assert contact.get(first.headers["Location"]).status_code == 429
    assert contact.get(page("code")).status_code == 404
    assert address.rstrip("/").rpartition("/")[2] not in caplog.text


def test_neither_token_nor_code_is_kept_anywhere_once_the_mail_has_gone(handed, address):
    token = address.rstrip("/").rpartition("/")[2]
    code = handed.code.replace("-", "")
    kept = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept += [
                table
                for row in cursor.fetchall()
                if token in str(row) or code in str(row) or handed.code in str(row)
            ]
    assert kept == []


# --- when it opens nothing --------------------------------------------------------------------------------


def ended_pages(a, asked, handed, address):
    """What each dead link shows, by why it is dead."""
    pages = {"unknown": "/answer/open/nothing-like-it/"}
    stranger = Contact()
    yield "unknown", stranger.client.get(pages["unknown"], follow=True)
    perform(fresh(handed.link), "revoke", by=a.staff, today=TODAY)
    yield "revoked", Contact().client.get(address, follow=True)
    renewed = actions.renew_link(fresh(handed.link), by=a.staff, today=TODAY, expires_on=TODAY)
    second = mailed()
    with time_machine.travel(dt.datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield "expired", Contact().client.get(second, follow=True)
    contact = Contact()
    contact.enter(second, renewed.code)
    contact.send(page("nil"))
    yield "used", Contact().client.get(second, follow=True)


def test_unknown_revoked_expired_and_used_links_show_the_very_same_page(a, asked, handed, address):
    answers = dict(ended_pages(a, asked, handed, address))
    assert {why: answer.status_code for why, answer in answers.items()} == dict.fromkeys(answers, 404)
    assert [answer.redirect_chain for answer in answers.values()] == [[(page("code"), 302)]] * 4
    assert len({answer.content for answer in answers.values()}) == 1
    words = Page(answers["used"].content.decode()).words
    assert "This link no longer opens anything" in words
    assert "01632 960000" in words


def test_a_request_that_is_withdrawn_ends_its_links_at_once(a, asked, contact, handed, address):
    actions.withdraw(fresh(asked), by=a.staff, today=TODAY, words="Asked by mistake")
    assert contact.get("/answer/").status_code == 404
    assert Contact().enter(address, handed.code).status_code == 404
    assert fresh(handed.link).state == LinkState.ENDED


def test_an_answer_that_came_another_way_ends_the_link(a, asked, contact):
    perform(fresh(asked), "nil_return", by=a.author, today=TODAY, name="A", role="Head")
    assert contact.get(page("account")).status_code == 404


def test_revoked_while_a_part_is_open_what_was_typed_is_shown_and_nothing_is_saved(a, asked, contact, handed):
    form = contact.read(page("section", "summary")).sends
    perform(fresh(handed.link), "revoke", by=a.staff, today=TODAY)
    answer = contact.client.post(page("section", "summary"), {**form, "summary": "A long evening’s work"})
    assert answer.status_code == 403
    words = Page(answer.content.decode()).words
    assert ("A long evening’s work" in words, "could not be saved" in words) == (True, True)
    autosaved = contact.client.post(f"{page('section', 'summary')}?autosave=1", {**form, "summary": "More"})
    assert "Not saved" in autosaved.content.decode()
    assert fresh(asked).draft == {}


def test_revoked_while_no_involvement_is_being_confirmed_nothing_is_recorded(a, asked, contact, handed):
    form = contact.read(page("nil")).sends
    perform(fresh(handed.link), "revoke", by=a.staff, today=TODAY)
    answer = contact.client.post(page("nil"), {**form, "name": "Somebody Typed"})
    assert (answer.status_code, "Somebody Typed" in answer.content.decode()) == (403, True)
    assert fresh(asked).state == RequestState.SENT


def test_revoked_while_the_whole_is_being_sent_the_managers_name_is_shown_again(a, contact, asked, handed):
    make.written(a, asked)
    form = contact.read(page("answer_request")).sends
    perform(fresh(handed.link), "revoke", by=a.staff, today=TODAY)
    answer = contact.client.post(page("answer_request"), {**form, "signed_by": "Manager One"})
    assert (answer.status_code, "Manager One" in answer.content.decode()) == (403, True)
    assert fresh(asked).state == RequestState.IN_PROGRESS


def test_the_pass_itself_refuses_once_the_link_is_revoked(a, asked, handed):
    key = actions.enter_code(handed.link, handed.code, today=TODAY)
    held = actions.pass_for(handed.link.ref, key, TODAY)
    perform(fresh(handed.link), "revoke", by=a.staff, today=TODAY)
    with pytest.raises(Refused, match="no longer opens"):
        perform(fresh(asked), "nil_return", by=held, today=TODAY, name="A", role="Head")
    assert fresh(asked).state == RequestState.SENT


def test_a_pass_opens_its_own_request_and_no_other_verb_or_thing(a, asked, handed):
    key = actions.enter_code(handed.link, handed.code, today=TODAY)
    held = actions.pass_for(handed.link.ref, key, TODAY)
    review = asked.rapid_review
    other = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["hospital"])
    other = actions.send(other, by=a.staff, today=TODAY, due_on=UNTIL)
    tries = [
        (other, "nil_return", {"name": "A", "role": "Head"}),
        (fresh(asked), "withdraw", {"words": "No"}),
        (fresh(asked), "accept", {}),
        (review, "close", {}),
        (asked.case, "close", {"words": "No"}),
        (fresh(handed.link), "renew", {"token": "t", "code": "c", "expires_on": UNTIL}),
    ]
    for subject, verb, given in tries:
        with pytest.raises(Refused):
            perform(subject, verb, by=held, today=TODAY, **given)


# --- browsers ---------------------------------------------------------------------------------------------


def test_of_two_browsers_the_one_that_gave_the_code_last_may_answer(contact, handed, address, asked):
    form = contact.read(page("section", "summary")).sends
    second = Contact()
    second.enter(address, handed.code)
    assert contact.get("/answer/").headers["Location"] == page("code")
    answer = contact.client.post(page("section", "summary"), {**form, "summary": "Mine"})
    words = Page(answer.content.decode()).words
    assert (answer.status_code, "Mine" in words, "Enter your code again" in words) == (403, True, True)
    assert second.get("/answer/").status_code == 200


def test_a_browser_with_the_address_but_without_the_code_sees_nothing(handed, address):
    stranger = Contact()
    stranger.get(address)
    for url in ("/answer/", page("account"), page("nil"), page("section", "summary")):
        assert stranger.get(url).headers["Location"] == page("code")


def test_a_browser_left_alone_for_half_an_hour_has_to_give_the_code_again(contact):
    later = dt.datetime.combine(TODAY, dt.time(9, 31), ZoneInfo("Europe/London"))
    with time_machine.travel(later, tick=False):
        assert contact.get("/answer/").headers["Location"] == page("code")


def test_the_session_is_another_one_after_the_code_and_nobody_is_signed_in_by_it(handed, address):
    contact = Contact()
    contact.get(address)
    before = contact.client.session.session_key
    contact.enter(address, handed.code)
    assert contact.client.session.session_key != before
    assert "_auth_user_id" not in contact.client.session
    assert contact.client.cookies["sessionid"]["httponly"]


def test_closing_leaves_nothing_open_in_the_browser(contact):
    contact.client.post(page("close"))
    assert contact.get("/answer/").status_code == 404


def test_the_same_form_sent_twice_is_one_answer_and_both_times_thanks(contact, asked):
    form = contact.read(page("nil")).sends
    answers = [contact.client.post(page("nil"), form) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [page("thanks")] * 2
    assert Event.objects.filter(kind="informationrequest.nil_return").count() == 1
    assert fresh(asked).versions.count() == 1


def test_two_requests_in_the_same_moment_are_one_answer(contact, asked, handed):
    """Past the first look both hold a live pass; the request's own lock decides."""
    key = actions.enter_code(handed.link, handed.code, today=TODAY)
    held = actions.pass_for(handed.link.ref, key, TODAY)
    assert isinstance(held, LinkPass)
    perform(fresh(asked), "nil_return", by=held, today=TODAY, name="A", role="Head")
    with pytest.raises(Refused):
        perform(fresh(asked), "nil_return", by=held, today=TODAY, name="A", role="Head")
    assert fresh(asked).versions.count() == 1


# --- traces -----------------------------------------------------------------------------------------------


def test_the_token_stands_in_no_address_but_the_first_in_no_log_and_no_page(handed, address, caplog):
    token = address.rstrip("/").rpartition("/")[2]
    contact = Contact()
    with caplog.at_level(logging.DEBUG):
        first = contact.get(address)
        code_page = contact.get(first.headers["Location"])
        contact.get("/answer/open/dead-token-of-old/")
        contact.client.get(page("code"))
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert first.headers["Cache-Control"] == "no-store"
    assert code_page.headers["Cache-Control"] == "no-store"
    assert token not in first.headers["Location"] + code_page.content.decode() + caplog.text
    assert "dead-token-of-old" not in caplog.text


def test_every_page_of_the_answer_is_kept_nowhere_and_tells_other_sites_nothing(contact):
    for url in ("/answer/", page("account"), page("nil"), page("section", "summary"), page("answer_request")):
        headers = contact.get(url).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin"), url


def test_events_hold_no_name_and_no_address_of_the_contact(contact, asked):
    contact.send(page("nil"), name="Contact One")
    said = str([(event.content(), event.words) for event in Event.objects.all()])
    assert [word for word in ("head@school.example", "Contact One") if word in said] == []


# --- mail -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["revoked", "withdrawn", "expired"])
def test_a_link_that_ended_before_its_mail_went_out_is_not_mailed(a, asked, handed, end):
    day = TODAY
    if end == "revoked":
        perform(fresh(handed.link), "revoke", by=a.staff, today=TODAY)
    elif end == "withdrawn":
        actions.withdraw(fresh(asked), by=a.staff, today=TODAY, words="Asked by mistake")
    else:
        day = UNTIL + dt.timedelta(days=1)
    with time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        relay()
    email = OutgoingEmail.objects.get(kind="request_link")
    assert (email.state, email.link) == (MailState.DROPPED, "")
    assert "head@school.example" not in [to for sent in mail.outbox for to in sent.recipients()]


def test_a_contact_is_reminded_by_the_ladder_to_use_the_link_and_no_more_once_it_is_revoked(a, asked, handed):
    def night(day):
        now = dt.datetime.combine(day, dt.time(7), ZoneInfo("Europe/London"))
        with time_machine.travel(now, tick=False):
            sweeping.sweep(now)
            relay()

    night(dt.date(2026, 11, 26))
    night(dt.date(2026, 11, 30))
    perform(fresh(handed.link), "revoke", by=a.staff, today=dt.date(2026, 12, 1))
    night(dt.date(2026, 12, 2))
    reminded = Chase.objects.filter(address="head@school.example").order_by("on")
    assert [(chase.on, chase.step) for chase in reminded] == [
        (dt.date(2026, 11, 26), "before"),
        (dt.date(2026, 11, 30), "day"),
    ]
    kinds = set(OutgoingEmail.objects.filter(to_address="head@school.example").values_list("kind", flat=True))
    assert kinds == {"request_link", "chase_link_near"}


# --- who may ----------------------------------------------------------------------------------------------


def test_only_staff_on_the_case_send_a_link_and_only_while_the_agency_is_asked(a, asked):
    for who in (a.author, a.chair, a.police):
        with pytest.raises(Refused):
            actions.send_link(asked, by=who, today=TODAY, expires_on=UNTIL, **CONTACT)
    perform(fresh(asked), "nil_return", by=a.author, today=TODAY, name="A", role="Head")
    with pytest.raises(Refused, match="nothing to answer"):
        actions.send_link(fresh(asked), by=a.staff, today=TODAY, expires_on=UNTIL, **CONTACT)
    assert not RequestLink.objects.exists()


def test_a_link_is_found_only_by_its_own_token(handed, address):
    token = address.rstrip("/").rpartition("/")[2]
    assert find_link(token, TODAY) == handed.link
    assert [find_link(t, TODAY) for t in ("", token[:-1], token.swapcase(), handed.link.token_hash)] == [
        None
    ] * 4


def test_the_board_still_knows_the_request_as_one_of_the_agency(contact, asked):
    contact.send(page("nil"))
    assert InformationRequest.objects.get().answered

"""Agencies that owe an answer are reminded: exactly the steps of the ladder, each once, whatever happens at night."""

import datetime as dt
import io
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import Agency, Membership, User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.documents.failures import CannotRender
from cspr.documents.pdf import render
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.relay import relay
from cspr.workflow import Refused, perform
from referrals import reminders as sweeping
from referrals.models import Case, Deadline
from referrals.states import DecisionKind, Outcome
from reviews import actions, reminders
from reviews.ladder import LADDER
from reviews.models import Chase, InformationRequest, RapidReview
from reviews.papers import duty_letter
from reviews.states import ChaseLevel
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
TODAY = make.TODAY
D = dt.date
EXECUTIVE = "executive@school.example"


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def lead(a):
    return make.person(a.partnership, Role.SAFEGUARDING_LEAD, a.agencies["school"], "School Lead")


@pytest.fixture
def named(a):
    Agency.objects.filter(pk=a.agencies["school"].pk).update(
        executive_name="Head of the Trust", executive_email=EXECUTIVE
    )


@pytest.fixture
def request_(a):
    return asked(a)


def asked(a, due_on=None, review=None):
    """The school is asked on Monday 23 November 2026 and has five working days: until Monday the 30th."""
    review = review or RapidReview.objects.get(notification=make.notified(a))
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    return actions.send(request, by=a.staff, today=TODAY, due_on=due_on or working_days().add(TODAY, 5))


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def at(day, hour=7):
    return time_machine.travel(dt.datetime.combine(day, dt.time(hour), LONDON), tick=False)


def night(day, *, times=1, hour=7):
    """What the worker does in one night and the morning after it: sweep, then send."""
    with at(day, hour):
        for _ in range(times):
            sweeping.sweep(timezone.now())
        relay()


def nights(start, end, *, without=(), times=1):
    day = start
    while day <= end:
        if day not in without:
            night(day, times=times)
        day += dt.timedelta(days=1)


def steps(request):
    """The steps taken, as (day, step, who was reminded)."""
    rows = Chase.objects.filter(request=request).select_related("user").order_by("on", "id")
    found = {}
    for row in rows:
        who = row.user.name if row.user else row.name or "nobody"
        found.setdefault((row.on, row.step), []).append(who)
    return [(on, step, *people) for (on, step), people in found.items()]


def sent_reminders():
    """Every reminder that the mail server got, as (day, address)."""
    emails = OutgoingEmail.objects.filter(subject_label="reviews.chase", state=MailState.SENT)
    return [(timezone.localdate(e.sent_at), e.address) for e in emails.order_by("id").select_related("to")]


# --- the whole ladder on a moved clock --------------------------------------------------------------------


def test_over_25_working_days_exactly_these_reminders_go_out_each_once(a, lead, named, request_):
    """Asked on Monday 23 November, due on Monday the 30th.

    The team pauses from Friday 11 December up to and including Wednesday the 16th; in the night to Monday the 21st no
    worker runs; Friday 25 and Monday 28 December are bank holidays. Every night the sweep runs twice.
    """
    school, head, board = a.author.name, lead.name, "Head of the Trust"
    expected = [
        # day                 step       who
        (D(2026, 11, 26), "before", school),  # Thursday: two working days before
        (D(2026, 11, 30), "day", school),  # Monday: the date
        (D(2026, 12, 2), "late 1", school),  # Wednesday: two working days after
        (D(2026, 12, 4), "late 2", school, head),  # Friday: now the safeguarding lead, too
        (D(2026, 12, 8), "late 3", school, head, board),  # Tuesday, over a weekend: escalated
        (D(2026, 12, 10), "late 4", school, head, board),  # Thursday
        # Monday 14 December: paused
        (D(2026, 12, 17), "late 5", school, head, board),  # Thursday: the day after the pause
        # Monday 21 December: no worker
        (D(2026, 12, 22), "late 6", school, head, board),  # Tuesday: made up for, once
        (D(2026, 12, 24), "late 7", school, head, board),  # Thursday
        # Friday 25 and Monday 28 December: bank holidays
        (D(2026, 12, 30), "late 8", school, head, board),  # Wednesday: two working days on
    ]
    last = working_days().add(TODAY, 25)
    assert last == D(2026, 12, 30)
    nights(TODAY, D(2026, 12, 10), times=2)
    with at(D(2026, 12, 11)):
        perform(
            fresh(request_),
            "pause_reminders",
            by=a.staff,
            today=D(2026, 12, 11),
            until=D(2026, 12, 16),
            words="Ill",
        )
    nights(D(2026, 12, 11), last, without={D(2026, 12, 21)}, times=2)

    assert steps(request_) == expected
    address = {school: a.author.email, head: lead.email, board: EXECUTIVE}
    assert sent_reminders() == [(on, address[who]) for on, _, *people in expected for who in people]
    assert fresh(request_).escalated_on == D(2026, 12, 8)
    assert Event.objects.filter(kind="informationrequest.resume_reminders").get().by is None


def test_no_other_reminder_of_the_date_goes_out_beside_the_ladder(a, lead, named, request_):
    nights(TODAY, D(2026, 12, 10))
    deadline = Deadline.objects.get(code="INFO_REQUEST", key=request_.ref)
    assert not OutgoingEmail.objects.filter(dedupe_key__startswith=f"{deadline.ref}:").exists()


def test_the_ladder_page_and_the_document_show_the_same_steps(a):
    page = Browser(a.staff).get("/reminders/")
    document = (Path(settings.BASE_DIR) / "docs" / "chasing.md").read_text(encoding="utf-8")
    assert [step.when for step in LADDER if step.when not in page.words or step.when not in document] == []


# --- once, late, twice ------------------------------------------------------------------------------------


def test_two_sweeps_that_found_the_same_step_due_take_it_once(a, request_):
    with at(D(2026, 11, 26)):
        found = list(reminders.awaited())
        assert reminders.chase(D(2026, 11, 26)) == 1
        assert [reminders._chase(request, D(2026, 11, 26)) for request in found] == [0]
    assert steps(request_) == [(D(2026, 11, 26), "before", a.author.name)]


def test_after_a_week_without_a_worker_the_first_late_reminder_still_goes_to_the_agency_alone(
    a, lead, named, request_
):
    night(D(2026, 12, 14))
    assert steps(request_) == [(D(2026, 12, 14), "late 1", a.author.name)]


def test_of_two_steps_missed_before_the_date_only_the_nearer_is_made_up_for(a, request_):
    night(D(2026, 11, 30))
    assert steps(request_) == [(D(2026, 11, 30), "day", a.author.name)]


def test_nothing_goes_out_at_night_on_a_weekend_or_on_a_bank_holiday(a, request_):
    night(D(2026, 11, 30), hour=3)
    for day in (D(2026, 12, 5), D(2026, 12, 25), D(2026, 12, 28)):
        night(day)
    assert steps(request_) == []


def test_a_date_at_a_weekend_is_reminded_of_on_the_friday(a):
    request = asked(a, due_on=D(2026, 11, 28))
    nights(TODAY, D(2026, 12, 1))
    assert steps(request) == [
        (D(2026, 11, 26), "before", a.author.name),
        (D(2026, 11, 27), "day", a.author.name),
        (D(2026, 12, 1), "late 1", a.author.name),
    ]


def test_who_is_asked_by_tomorrow_is_reminded_on_the_day_and_not_on_the_day_they_were_asked(a):
    request = asked(a, due_on=D(2026, 11, 24))
    nights(TODAY, D(2026, 11, 25))
    assert steps(request) == [(D(2026, 11, 24), "day", a.author.name)]


def test_a_new_date_begins_the_steps_anew(a, lead, request_):
    nights(TODAY, D(2026, 12, 4))
    with at(D(2026, 12, 4), 12):
        perform(
            fresh(request_),
            "extend",
            by=a.staff,
            today=D(2026, 12, 4),
            due_on=D(2026, 12, 11),
            words="Half-term",
        )
    nights(D(2026, 12, 5), D(2026, 12, 15))
    assert steps(request_)[4:] == [
        (D(2026, 12, 9), "before", a.author.name),
        (D(2026, 12, 11), "day", a.author.name),
        (D(2026, 12, 15), "late 1", a.author.name),
    ]


# --- when it ends or pauses -------------------------------------------------------------------------------


def test_who_has_answered_is_reminded_no_more(a, request_):
    nights(TODAY, D(2026, 11, 30))
    with at(D(2026, 12, 1)):
        perform(fresh(request_), "nil_return", by=a.author, today=D(2026, 12, 1), name="A", role="Head")
    nights(D(2026, 12, 1), D(2026, 12, 10))
    assert [step for _, step, *_ in steps(request_)] == ["before", "day"]


@pytest.mark.parametrize(
    "end",
    [
        lambda a, r: perform(r, "nil_return", by=a.author, today=D(2026, 12, 8), name="A", role="Head"),
        lambda a, r: actions.withdraw(r, by=a.staff, today=D(2026, 12, 8), words="Asked by mistake"),
        lambda a, r: perform(
            r, "pause_reminders", by=a.staff, today=D(2026, 12, 8), until=D(2026, 12, 9), words="Rang"
        ),
        lambda a, r: Agency.objects.filter(pk=r.agency_id).update(executive_email="other@school.example"),
    ],
    ids=["answered", "withdrawn", "paused", "another executive"],
)
def test_a_reminder_that_is_no_longer_right_when_it_is_about_to_go_out_does_not_go_out(
    a, lead, named, request_, end
):
    nights(TODAY, D(2026, 12, 7))
    with at(D(2026, 12, 8)):
        sweeping.sweep(timezone.now())
        end(a, fresh(request_))
        mail.outbox.clear()
        relay()
        relay()
    email = OutgoingEmail.objects.get(to_address=EXECUTIVE)
    assert (email.state, email.get_last_error_display()) == (
        MailState.DROPPED,
        "It was no longer needed when it was about to go out.",
    )
    assert EXECUTIVE not in [address for sent in mail.outbox for address in sent.recipients()]


def test_reminders_that_are_paused_go_on_by_hand_and_what_is_due_goes_out_at_once(a, request_):
    nights(TODAY, D(2026, 12, 1))
    with at(D(2026, 12, 1), 12):
        perform(
            fresh(request_),
            "pause_reminders",
            by=a.staff,
            today=D(2026, 12, 1),
            until=D(2027, 1, 8),
            words="Ill",
        )
    nights(D(2026, 12, 2), D(2026, 12, 9))
    with at(D(2026, 12, 9), 12):
        perform(fresh(request_), "resume_reminders", by=a.colleague, today=D(2026, 12, 9))
    night(D(2026, 12, 9), hour=13)
    assert steps(request_)[2:] == [(D(2026, 12, 9), "late 1", a.author.name)]


def test_reminders_are_not_paused_into_the_past_or_without_a_reason(a, request_):
    for given, why in (
        ({"until": D(2026, 11, 22), "words": "Ill"}, "from today on"),
        ({"until": TODAY, "words": " "}, "Say why"),
    ):
        with pytest.raises(Refused, match=why):
            perform(request_, "pause_reminders", by=a.staff, today=TODAY, **given)


def test_a_rapid_review_that_was_cancelled_reminds_nobody(a, request_):
    make.decided(a, request_.case, DecisionKind.RETRACT, Outcome.RETRACT)
    perform(
        request_.rapid_review.notification,
        "retract",
        by=a.chair,
        today=TODAY,
        words="The criteria are not met",
        panel_told_on=TODAY,
    )
    nights(TODAY, D(2026, 12, 4))
    assert steps(request_) == []


# --- who hears ---------------------------------------------------------------------------------------------


def test_where_nobody_is_named_it_is_recorded_and_the_team_is_told(a, request_):
    nights(TODAY, D(2026, 12, 8))
    assert steps(request_)[3:] == [
        (D(2026, 12, 4), "late 2", a.author.name, "nobody"),
        (D(2026, 12, 8), "late 3", a.author.name, "nobody", "nobody"),
    ]
    told = OutgoingEmail.objects.filter(to=a.staff, kind="chase_nobody").count()
    escalated = OutgoingEmail.objects.filter(to=a.staff, kind="chase_escalated").count()
    assert (told, escalated) == (2, 1)


def test_nobody_with_a_conflict_of_interest_is_reminded(a, lead, named, request_):
    nights(TODAY, D(2026, 12, 2))
    case = Case.objects.get(pk=request_.case.pk)
    perform(case, "record_conflict", by=a.staff, today=D(2026, 12, 2), user=lead, words="A relative")
    nights(D(2026, 12, 3), D(2026, 12, 4))
    assert steps(request_)[-1] == (D(2026, 12, 4), "late 2", a.author.name, "nobody")


def test_a_conflict_recorded_after_the_reminder_was_queued_keeps_it_back(a, lead, request_):
    nights(TODAY, D(2026, 12, 3))
    with at(D(2026, 12, 4)):
        sweeping.sweep(timezone.now())
        case = Case.objects.get(pk=request_.case.pk)
        perform(case, "record_conflict", by=a.staff, today=D(2026, 12, 4), user=lead, words="A relative")
        relay()
    assert OutgoingEmail.objects.get(to=lead, kind="chase_lead").state == MailState.DROPPED


def test_somebody_who_is_author_and_safeguarding_lead_is_reminded_once(a, request_):
    Membership.objects.create(
        user=a.author,
        partnership=a.partnership,
        agency=a.agencies["school"],
        role=Role.SAFEGUARDING_LEAD,
        starts_on=TODAY,
    )
    nights(TODAY, D(2026, 12, 4))
    assert steps(request_)[-1] == (D(2026, 12, 4), "late 2", a.author.name, "nobody")


def test_the_safeguarding_lead_who_is_reminded_still_sees_nothing_of_the_case(a, lead, request_):
    nights(TODAY, D(2026, 12, 4))
    lead = User.objects.get(pk=lead.pk)
    assert list(InformationRequest.objects.visible_to(lead)) == []
    Browser(lead).get(request_.get_absolute_url(), 404)


def test_a_reminder_to_an_executive_names_nobody_and_gives_the_teams_number(a, lead, named, request_):
    nights(TODAY, D(2026, 12, 7))
    mail.outbox.clear()
    night(D(2026, 12, 8))
    letter = next(sent for sent in mail.outbox if sent.recipients() == [EXECUTIVE])
    assert letter.body == (
        "Hello,\n\n"
        "Your organisation has not answered a request for information for a safeguarding review. Please help that it "
        "is answered, or ring us.\n\n"
        "Due date: Monday 30 November 2026.\n\n"
        "To speak to the team that sent this, ring:\n01632 960000\n\n"
        "Do not reply. Nothing about a child is ever in our e-mails.\n"
    )


def test_events_of_reminders_hold_no_name_and_no_address(a, lead, named, request_):
    nights(TODAY, D(2026, 12, 8))
    said = str([(e.content(), e.words) for e in Event.objects.filter(kind__startswith="informationrequest.")])
    assert [word for word in (EXECUTIVE, "Head of the Trust", lead.name, lead.email) if word in said] == []


# --- what the team sees -----------------------------------------------------------------------------------


def test_the_page_of_the_request_shows_every_reminder_and_what_became_of_it(a, lead, named, request_):
    nights(TODAY, D(2026, 12, 8))
    executive = OutgoingEmail.objects.get(to_address=EXECUTIVE)
    OutgoingEmail.objects.filter(pk=executive.pk).update(state=MailState.FAILED, last_error="address_refused")
    with at(D(2026, 12, 8), 12):
        page = Browser(a.staff).get(request_.get_absolute_url()).words
    assert "Escalated on Tuesday 8 December 2026" in page
    assert "The agency's named executive (Head of the Trust). The mail server refused it." in page
    assert page.count("Sent.") == 7


def test_the_agency_does_not_see_who_else_was_reminded(a, lead, named, request_):
    nights(TODAY, D(2026, 12, 8))
    with at(D(2026, 12, 8), 12):
        page = Browser(a.author).get(request_.get_absolute_url())
    assert [word for word in ("Head of the Trust", lead.name, "Reminders") if word in page.words] == []


def test_the_page_asks_as_little_for_ten_reminders_as_for_two(a, lead, named, request_):
    counts = []
    for until in (D(2026, 11, 30), D(2026, 12, 10)):
        nights(TODAY, until)
        with at(until, 12):
            browser = Browser(a.staff)
            browser.get(request_.get_absolute_url())
            with CaptureQueriesContext(connection) as asked_:
                browser.get(request_.get_absolute_url())
        counts.append(len(asked_))
    assert counts[0] == counts[1]


def test_every_level_of_the_ladder_has_its_words(a):
    assert {level for step in LADDER for level in step.to} == set(ChaseLevel)


# --- the duty to answer -----------------------------------------------------------------------------------


def test_staff_invoke_the_duty_to_answer_once_and_its_letter_says_what_by_when_by_which_rule(
    a, named, request_
):
    with pytest.raises(CannotRender, match="Invoke the duty"):
        duty_letter(request_, a.staff)
    invoked = perform(request_, "invoke_duty", by=a.staff, today=TODAY)
    assert (invoked.duty_invoked_on, invoked.statutory) == (TODAY, True)
    with pytest.raises(Refused, match="invoked already"):
        perform(invoked, "invoke_duty", by=a.staff, today=TODAY)
    words = " ".join(re.sub(r"<[^>]+>", " ", duty_letter(invoked, a.staff).html()).split())
    wanted = (
        "Head of the Trust",
        "30 November 2026",
        "section 16H(4)",
        "only for the purpose",
        "injunction",
        "01632 960000",
    )
    assert [said for said in wanted if said not in words] == []
    assert "Invoked under section 16H" in Browser(a.staff).get(request_.get_absolute_url()).words


def test_a_letter_about_the_duty_after_the_date_does_not_ask_for_an_answer_by_a_day_that_has_passed(
    a, named, request_
):
    invoked = perform(request_, "invoke_duty", by=a.staff, today=D(2026, 12, 8))
    words = " ".join(re.sub(r"<[^>]+>", " ", duty_letter(invoked, a.staff).html()).split())
    assert "The answer was due on Monday 30 November 2026 That day has passed. Please answer now" in words
    assert "Please answer by" not in words


def test_the_letter_about_the_duty_is_one_page(a, named, request_):
    invoked = perform(request_, "invoke_duty", by=a.staff, today=TODAY)
    pdf = render(duty_letter(invoked, a.staff))
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert (len(read.pages), bool(read.Root.MarkInfo.Marked)) == (1, True)


def test_only_staff_on_the_case_invoke_the_duty(a, request_):
    for who in (a.author, a.chair, a.police):
        with pytest.raises(Refused):
            perform(request_, "invoke_duty", by=who, today=TODAY)


# --- by hand --------------------------------------------------------------------------------------------------


def test_staff_chase_now_from_the_board_and_it_is_recorded_with_who_sent_it_and_what_became_of_it(
    a, lead, request_
):
    day = D(2026, 12, 1)
    with at(day, 10):
        staff = Browser(a.staff)
        board = reverse("rapid-review-agencies", args=[request_.rapid_review.ref])
        assert "Chase now" in staff.get(board).words
        chase = reverse("request-chase_now", args=[request_.ref])
        assert f"An e-mail without any details goes to {a.author.name}" in staff.get(chase).words
        staff.fill(chase)
        relay()
        page = staff.get(request_.get_absolute_url()).words
        assert f"By hand, by {a.staff.name}" in page
        assert "Sent" in page
        assert "Reminded today" in staff.get(board).words
    assert steps(request_) == [(day, "by hand 2026-12-01", a.author.name)]
    assert Event.objects.get(kind="informationrequest.chase_now").by == a.staff


def test_nobody_is_chased_twice_on_one_day_and_the_page_says_when_again(a, request_):
    with at(D(2026, 12, 1), 10):
        actions.chase_now(request_, by=a.staff, today=D(2026, 12, 1))
        with pytest.raises(Refused, match="reminded today already"):
            actions.chase_now(fresh(request_), by=a.staff, today=D(2026, 12, 1))
        page = Browser(a.staff).get(reverse("request-chase_now", args=[request_.ref]), 403)
        assert "It can be reminded again tomorrow." in page.words
    with at(D(2026, 12, 3), 10):
        actions.chase_now(fresh(request_), by=a.staff, today=D(2026, 12, 3))
    assert len(steps(request_)) == 2


def test_a_pause_holds_for_a_reminder_by_hand_too(a, request_):
    with at(TODAY, 10):
        until = D(2026, 11, 27)
        paused = perform(
            fresh(request_),
            "pause_reminders",
            by=a.staff,
            today=TODAY,
            until=until,
            words="The school is closed.",
        )
        with pytest.raises(Refused, match="paused up to and including Friday 27 November 2026"):
            actions.chase_now(paused, by=a.staff, today=TODAY)


def test_a_reminder_by_hand_moves_no_step_of_the_ladder_and_goes_to_whom_its_next_step_would(
    a, lead, named, request_
):
    """Two late steps were taken: the next one would reach the executive, and so does the reminder by hand."""
    nights(TODAY, D(2026, 12, 4))
    before = steps(request_)
    with at(D(2026, 12, 7), 10):
        actions.chase_now(fresh(request_), by=a.staff, today=D(2026, 12, 7))
        relay()
    by_hand = (D(2026, 12, 7), "by hand 2026-12-07", a.author.name, "School Lead", "Head of the Trust")
    assert steps(request_) == [*before, by_hand]
    assert fresh(request_).escalated_on == D(2026, 12, 7)
    night(D(2026, 12, 8))
    assert steps(request_)[-1][:2] == (D(2026, 12, 8), "late 3")

"""A whole rapid review with six agencies, by pages alone: from its opening to the day the Panel agrees.

Two agencies answer with accounts, two by a link and a code, one was not involved, and one is silent until its
duty is invoked. In every night the worker sweeps and sends. Every page is looked at by ``tests.browser.looking``.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import Site
from tests.browser.journey import rapid, six
from tests.browser.journey.six_words import (
    COUNCIL,
    EXECUTIVE,
    HOSPITAL,
    HOUSING,
    ICB,
    LANDLORD,
    NURSE,
    POLICE,
)
from tests.browser.letters import letters_to, more_than_fixed_words, reminders, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEAM = {"staff", "colleague"}
DECIDERS = {"chair", "la", "icb", "police"}
AUTHORS = {"hospital.author", "community.author", "council.author", "police.author"}
REFERRER = {"nurse", "lead"}


def march(day: int) -> dt.date:
    return dt.date(2026, 3, day)


@pytest.mark.thorough
def test_six_agencies_and_the_panel_agrees(site: Site) -> None:
    case, review = six_agencies_are_asked(site)
    five_of_them_answer(site, review)
    one_is_silent_until_its_duty_is_invoked(site, review)
    they_meet_and_decide(site, review)
    the_panel_agrees(site, case, review)
    the_silent_one_was_reminded_step_by_step(site)
    everybody_was_told_what_was_theirs_to_know()


def six_agencies_are_asked(site: Site) -> tuple[str, str]:
    """Friday 6 March is day 0; the answers are due on Friday the 13th. Answers the addresses of case and review."""
    case = six.a_rapid_review_opens(site)
    six.staff_say_whom_the_last_reminder_goes_to(site)
    review = six.staff_choose_six_agencies(site, case)
    six.the_requests_go_out(site)
    return case, review


def five_of_them_answer(site: Site, review: str) -> None:
    nurses = six.staff_send_a_link(site, review, NURSE)
    landlords = six.staff_send_a_link(site, review, LANDLORD)
    site.nights(march(9))
    six.the_council_was_not_involved(site)
    six.a_meeting_is_planned(site, review, march(20))
    site.nights(march(10))
    six.the_hospital_answers(site)
    six.a_contact_answers_by_link(site, NURSE, *nurses)
    site.nights(march(11))
    six.the_health_visitors_answer(site)
    site.nights(march(12))
    six.staff_have_a_question(site, review)
    six.a_contact_answers_by_link(site, LANDLORD, *landlords)
    site.nights(march(13))
    six.the_health_visitors_explain(site)
    six.staff_see_what_changed_and_accept(site, review)
    rapid.staff_accept_the_answers(site, review, HOSPITAL, COUNCIL, ICB, HOUSING)


def one_is_silent_until_its_duty_is_invoked(site: Site, review: str) -> None:
    site.nights(march(17))
    six.the_board_says_who_is_late(site, review, held=7, reminded=march(17))
    site.nights(march(19))
    six.the_meeting_waits_for_the_police(site, review, march(24))
    site.nights(march(23))
    six.the_board_says_that_it_is_escalated(site, review)
    six.staff_invoke_the_duty_to_answer(site)
    site.nights(march(24))
    six.the_police_answer_at_last(site)
    six.all_have_answered(site, review)
    rapid.staff_accept_the_answers(site, review, POLICE)


def they_meet_and_decide(site: Site, review: str) -> None:
    """The police hold that the rapid review is enough; the chair approves a practice review all the same."""
    six.the_chronology_is_merged(site, review)
    six.the_meeting_is_quorate_with_a_deputy(site, review)
    site.nights(march(25))
    rapid.the_report_is_written(site, review)
    rapid.the_partners_decide_on_a_review(site, review)


def the_panel_agrees(site: Site, case: str, review: str) -> None:
    """Friday 27 March is day 15; its answer comes after Easter."""
    site.nights(march(27))
    rapid.it_is_sent_to_the_panel(site, review)
    six.it_was_in_time(site, review)
    site.nights(dt.date(2026, 4, 14))
    rapid.the_panel_agrees(site, review)
    rapid.everybody_is_told_and_it_is_closed(site)
    site.nights(dt.date(2026, 4, 15))
    six.the_agencies_read_the_outcome(site, case)


def the_silent_one_was_reminded_step_by_step(site: Site) -> None:
    """As docs/chasing.md says, in its sentences, and never on a weekend; nothing more once they had answered."""
    author, lead, (_, executive) = (
        "police.author@samplebury.example",
        "police.lead@samplebury.example",
        EXECUTIVE,
    )
    rows = reminders(POLICE)
    assert [(on, address) for on, address, _ in rows] == [
        (march(11), author),  # Wednesday: two working days before
        (march(13), author),  # Friday: the date
        (march(17), author),  # Tuesday: two working days after, over a weekend
        (march(19), author),
        (march(19), lead),
        (march(23), author),  # Monday
        (march(23), lead),
        (march(23), executive),
    ]
    documented = (Path(settings.BASE_DIR) / "docs" / "chasing.md").read_text(encoding="utf-8")
    assert [sentence for _, _, sentence in rows if f"| {sentence} |" not in documented] == []
    (letter,) = letters_to(executive)
    assert letter.body == (
        "Hello,\n\n"
        "Your organisation has not answered a request for information for a safeguarding review. Please help that it "
        "is answered, or ring us.\n\n"
        "Due date: Friday 13 March 2026.\n\n"
        "To speak to the team that sent this, ring:\n01632 960100\n\n"
        "Do not reply. Nothing about a child is ever in our e-mails.\n"
    )


def everybody_was_told_what_was_theirs_to_know() -> None:
    """By kind of e-mail, and in fixed words alone. Nobody is told of what they did themselves."""
    assert more_than_fixed_words("01632 960100") == []
    members = {"colleague"} | DECIDERS
    assert told() == {
        "referral_received": TEAM,
        "referral_acknowledged": REFERRER,
        "referral_moved_on": REFERRER,
        "notified": members,
        "rapid_review_open": members,
        "agency_asked": AUTHORS,
        "request_link": {NURSE.email, LANDLORD.email},
        "agency_answered": TEAM,
        "agency_queried": {"community.author"},
        "chase_near": {"community.author", "police.author"},
        "chase_link_near": {LANDLORD.email},
        "chase_late": {"police.author"},
        "chase_lead": {"police.lead"},
        "chase_executive": {EXECUTIVE[1]},
        "chase_escalated": TEAM,
        "meeting_planned": members | AUTHORS,
        "meeting_moved": members | AUTHORS,
        "plan_step_due": TEAM | {"chair"},
        "plan_step_late": TEAM | {"chair"},
        "deadline_near": TEAM | DECIDERS,
        "sign_off_wanted": DECIDERS,
        "decision_proposed": DECIDERS,
        "decision_approved": TEAM | DECIDERS - {"chair"},
        "practice_review_open": TEAM | DECIDERS - {"chair"},
        "milestone_in_time": TEAM | {"chair"},
        "review_moved_on": members,
        "outcome_told": AUTHORS | REFERRER,
    }

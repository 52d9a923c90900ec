"""The fifteen working days: agencies asked, a meeting, a report, a decision, the Panel's answer."""

from __future__ import annotations

import datetime as dt

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.clocks.models import working_days
from referrals.questions.criteria import criteria_of
from referrals.states import DecisionKind, Outcome
from reviews.management.rehearsal import baby
from reviews.management.rehearsal.accounts import account
from reviews.management.rehearsal.baby_words import RAPID_REVIEW, RETURNS
from reviews.states import RAPID_REVIEW_SECTIONS
from tests.browser.conftest import Site
from tests.browser.journey.accounts import (
    begins_the_account,
    opens_the_request,
    sends_the_account,
    was_not_involved,
    writes_the_account,
)
from tests.browser.journey.deciding import YES_NO, decide
from tests.browser.people import Person

HEALTH_VISITING = "Vale Community Health: health visiting"
POLICE = "Vale Police"
LETTER = b"The Panel agrees with the decision of the partnership. (A synthetic letter.)\n"


def two_agencies_are_asked(site: Site, case: str) -> str:
    """Answers the address of the rapid review."""
    staff = site.person("staff")
    due = working_days().add(site.calendar.today, 15)
    staff.open(case)
    staff.follow("Rapid review")
    staff.reads(f"Today is day 0 of 15. The Panel should have it by {in_full(due)}")
    review = staff.page.url
    staff.follow("Add agencies to ask")
    staff.choose("Which agencies may know the child or the family?", HEALTH_VISITING, POLICE)
    staff.press("Add them to the list")
    staff.reads("Whom else to ask", "The midwife saw the family before and after the birth.")
    staff.follow("Send the requests")
    staff.write("What do you want to tell and ask them?", "A baby was seriously harmed. What do you know?")
    staff.press("Send the requests")
    staff.reads("The requests are on their way.")
    return review


def one_agency_answers(site: Site) -> None:
    site.calendar.wait(2)
    author = site.person("community_author")
    opens_the_request(author)
    begins_the_account(author)
    author.reads("Please send it by", "2 of 13 parts need nothing more")
    writer = User.objects.get(email="community.author@samplebury.example")
    writes_the_account(author, account(writer, RETURNS["community"]))
    sends_the_account(author, "Demo Director of Nursing", "Director of nursing")
    author.reads("Thank you. Your account has been sent.")


def one_agency_was_not_involved(site: Site) -> None:
    author = site.person("police_author")
    opens_the_request(author)
    was_not_involved(author)


def staff_accept_the_answers(site: Site, review: str, *agencies: str) -> None:
    staff = site.person("staff")
    for agency in agencies or (HEALTH_VISITING, POLICE):
        staff.open(f"{review}agencies/")
        staff.follow(agency)
        staff.follow("Accept the answer")
        staff.press("Accept the answer")


def the_meeting_and_the_report(site: Site, review: str) -> None:
    site.calendar.wait(3)
    staff = site.person("staff")
    plans_the_meeting(staff, review, site.calendar.today)
    staff.reads("The meeting is not quorate.")
    staff.follow("Record who took part")
    for box in staff.page.get_by_label("Attendance:").all():
        box.select_option(label="Took part")
    staff.press("Save who took part")
    staff.follow("Record the meeting as held")
    staff.press("Record the meeting")
    staff.reads("The meeting is on record.")
    the_report_is_written(site, review)


def plans_the_meeting(staff: Person, review: str, day: dt.date) -> None:
    staff.open(review)
    staff.follow("Meeting")
    staff.follow("Plan the meeting")
    staff.date("Day", day)
    staff.write("Begins at", "14:00")
    staff.write("Ends at", "16:00")
    staff.write("Where, or the link", "Video call")
    staff.press("Plan the meeting")


def the_report_is_written(site: Site, review: str) -> None:
    """Section by section, until the partners are asked to sign it off."""
    staff = site.person("staff")
    staff.open(review)
    staff.follow("Write the report")
    for code, title in RAPID_REVIEW_SECTIONS.items():
        if RAPID_REVIEW[code]:
            staff.follow(title)
            staff.write("The text of this section", RAPID_REVIEW[code])
            staff.press("Save and go back to the list")
    staff.open(review)
    staff.follow("The draft is complete")
    staff.press("The draft is complete")
    staff.follow("Ask the partners to sign off")
    staff.press("Ask the partners to sign off")


def the_partners_decide_on_a_review(site: Site, review: str) -> str:
    """Police would rather not: their view stands in the record, and the chair approves all the same.

    Answers the address of the decision.
    """
    _each_criterion_is_answered(site, review)
    return decide(
        site, review, DecisionKind.REVIEW, Outcome.LCSPR,
        "The rapid review shows what happened, but not why a known protocol was not followed.", baby.REG_11,
        dissent={"police": "The rapid review is sufficient; the police do not oppose the review."},
    )  # fmt: skip


def _each_criterion_is_answered(site: Site, review: str) -> None:
    """One after the other, the evidence beside each; the first reason names a piece of it."""
    staff = site.person("staff")
    grounds = baby.CRITERIA
    staff.open(review)
    staff.follow("Decision")
    staff.follow(next(label for _, label in criteria_of(DecisionKind.REVIEW)))
    for code, label in criteria_of(DecisionKind.REVIEW):
        staff.reads(label)
        staff.choose("Is it met?", YES_NO[grounds[code]["met"]])
        staff.write("Why?", grounds[code]["reason"])
        if code == "R11A":
            staff.page.get_by_role("checkbox", name=RAPID_REVIEW_SECTIONS["learning"]).check()
        staff.press("Save this answer")
        staff.reads("The answer is saved.")
    staff.reads("11 of 11 answered")
    staff.reads(f"Rests on: Rapid review report: {RAPID_REVIEW_SECTIONS['learning']}")


def the_panel_is_told_and_answers(site: Site, review: str) -> None:
    it_is_sent_to_the_panel(site, review)
    site.calendar.wait(10)
    the_panel_agrees(site, review)
    everybody_is_told_and_it_is_closed(site)


def it_is_sent_to_the_panel(site: Site, review: str) -> None:
    staff = site.person("staff")
    staff.open(review)
    staff.follow("Record that it was sent to the Panel")
    staff.date("When was it sent to the Panel?", site.calendar.today)
    staff.write("What did you send?", "To the Panel's mailbox: the report and the decision, message 4711.")
    staff.write("Who else was told, and when?", "DfE and Ofsted, on the same day")
    staff.press("Record the sending")


def the_panel_agrees(site: Site, review: str) -> None:
    staff = site.person("staff")
    staff.open(review)
    staff.follow("Record the Panel’s answer")
    staff.date("What date is on the Panel’s letter?", site.calendar.today)
    staff.choose("What does the Panel say?", "Agrees with the decision")
    staff.attach("The letter", "panel-letter.txt", LETTER)
    staff.press("Record the answer")
    staff.reads("The Panel’s answer is recorded.")


def everybody_is_told_and_it_is_closed(site: Site) -> None:
    """From the page on which the Panel's answer was recorded."""
    staff = site.person("staff")
    staff.follow("Tell the referrer and the agencies the outcome")
    staff.write(
        "Is there anything you want to add?",
        "Thank you. What you told us is at the heart of what will change.",
    )
    staff.press("Tell them")
    staff.follow("Close the rapid review")
    staff.press("Close the rapid review")

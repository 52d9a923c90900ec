"""The practice review: planned, appointed, written, checked, decided, and sent ahead of its publication."""

from __future__ import annotations

import datetime as dt

from cspr.clocks.calendar import in_full
from cspr.clocks.models import working_days
from cspr.documents.making import make_waiting
from referrals.states import DecisionKind, Outcome
from reviews.actions.finished_files import check_waiting
from reviews.management.rehearsal.baby_words import RECOMMENDATIONS, REPORT
from reviews.states import REPORT_SECTIONS, SUITABILITY
from tests.browser.conftest import Site
from tests.browser.journey.deciding import decide


def it_is_planned_and_the_panel_told(site: Site, case: str) -> str:
    """Answers the address of the practice review."""
    staff = site.person("staff")
    staff.open(case)
    staff.follow("Practice review")
    review = staff.page.url
    staff.follow("Plan the review")
    staff.write("What the review looks at", "From the booking of the pregnancy to the day of the injury.")
    staff.write("How it is carried out", "Conversations with practitioners, two learning events, the family.")
    staff.choose("Which partner leads?", "Local authority")
    staff.press("Save the plan")
    staff.follow("Record who was told of the decision")
    for whom in ("The Panel was told", "The Department for Education was told", "Ofsted was told"):
        staff.date(whom, site.calendar.today)
    staff.press("Save the days")
    return review


def a_reviewer_is_appointed_and_begins(site: Site, review: str) -> None:
    chair, staff = site.person("chair"), site.person("staff")
    chair.open(review)
    chair.follow("Appoint the reviewer")
    chair.pick("Who is appointed?", "Demo Lead Reviewer")
    for question in SUITABILITY.values():
        chair.write(question, "Considered by the three partners from references and an interview: yes.")
    chair.press("Appoint the reviewer")
    site.calendar.wait(3)
    staff.open(review)
    staff.follow("The review has started")
    staff.press("Record that it has started")


def the_reviewer_writes(site: Site, review: str) -> None:
    reviewer = site.person("reviewer")
    site.calendar.wait(30)
    reviewer.open(review)
    reviewer.follow("Write the report")
    for code, title in REPORT_SECTIONS.items():
        reviewer.follow(title)
        reviewer.write("The text of this section", REPORT[code])
        reviewer.press("Save and go back to the list")
    reviewer.write("Title of the report", "Rowan")
    reviewer.press("Save the title")
    text, _, owner, _ = RECOMMENDATIONS[1]
    reviewer.follow("Add a recommendation")
    reviewer.write("What should change?", text)
    reviewer.choose("For whom is it?", "The partnership")
    reviewer.write("Who sees to it?", owner)
    reviewer.press("Add a recommendation")
    reviewer.open(review)
    reviewer.follow("Hand in the draft")
    reviewer.press("Hand in the draft")


def it_is_checked(site: Site, review: str) -> None:
    staff = site.person("staff")
    site.calendar.wait(5)
    staff.open(review)
    staff.follow("Start quality assurance")
    staff.press("Start quality assurance")
    staff.follow("Start the fact check")
    staff.write("Who reads it, and by when?", "The five agencies, and the mother through her solicitor.")
    staff.press("Start the fact check")


def two_people_sign_that_nobody_can_be_recognised(site: Site, review: str) -> None:
    """The key is begun, a find is replaced, both files are made and looked through, and two people sign."""
    staff, colleague = site.person("staff"), site.person("colleague")
    staff.open(f"{review}anonymity/")
    staff.press("Begin the identity key")
    staff.follow("Add to the key")
    staff.pick("What is it?", "Another person")
    staff.write("The real words", "Rosalind Quick")
    staff.write("What stands in the report instead?", "a friend of the family")
    staff.press("Add it")
    staff.open(f"{review}anonymity/")
    staff.reads("Nothing is left to look at in the report.")
    staff.press("Make the files")
    make_waiting()
    staff.open(f"{review}anonymity/")
    staff.follow("Check the files")
    staff.press("Check the finished files")
    staff.reads("The finished files are being checked.")
    check_waiting()
    staff.open(f"{review}anonymity/")
    staff.reads("Nothing was found in them that is not left in for a reason.")
    for person in (staff, colleague):
        person.open(f"{review}anonymity/")
        person.follow("Sign")
        person.press("Sign")
    colleague.reads("Two people have signed.")


def its_publication_is_decided_and_the_chair_signs_off(site: Site, review: str) -> None:
    decide(
        site,
        review,
        DecisionKind.PUBLICATION,
        Outcome.PUBLISH,
        "Nothing in the report identifies the family.",
        {},
    )
    chair = site.person("chair")
    chair.open(review)
    chair.follow("Sign off the report")
    chair.press("Sign off the report")


def it_is_sent_and_the_family_told(site: Site, review: str) -> dt.date:
    """Answers the first lawful day of publication: seven days from here."""
    staff, sent = site.person("staff"), site.calendar.today
    staff.open(review)
    staff.follow("Record that the full report was sent")
    for whom in ("Sent to the Secretary of State", "Sent to the Panel", "Sent to Ofsted"):
        staff.date(whom, sent)
    staff.date("Planned day of publication", working_days().add(sent, 7))
    staff.press("Record the sending")
    lawful = sent + dt.timedelta(days=7)
    staff.reads(f"The first lawful day of publication is {in_full(lawful)}")
    staff.follow("Record that the family was told")
    staff.write("Who told whom, and what did they say?", "The mother read the report with her advocate.")
    staff.press("Record this")
    return lawful

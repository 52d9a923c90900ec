"""A practice review that a trial holds up: the register, the hold, the letter about the delay, and the way on."""

from __future__ import annotations

import datetime as dt
import io

import docx
from playwright.sync_api import Locator
from pypdf import PdfReader

from cspr.clocks.calendar import add_months, in_full
from cspr.documents.making import make_waiting
from referrals.models import Deadline
from reviews.management.rehearsal import baby
from reviews.models import PracticeReview
from tests.browser.conftest import Site
from tests.browser.people import Visitor

TRIAL = "Police investigation or criminal proceedings"
LETTERS = (
    "The letter to the Panel and the Secretary of State about the delay",
    "The letter about the delay, as a Word document",
)
EXPLANATION = (
    "The trial takes two witnesses whom the reviewer needs. What was learned so far is put into practice."
)


def a_practice_review_is_decided(site: Site) -> tuple[str, str, dt.date]:
    """Everything up to the Panel's answer has happened; the addresses of case and review, and when it is due."""
    review: PracticeReview = site.rehearse(
        lambda stage: baby.rapid_review(stage, baby.to_rapid_review(stage))
    )
    site.deliver()
    return review.case.get_absolute_url(), review.get_absolute_url(), add_months(review.decided_on, 6)


def the_register_says_that_a_trial_bars_publication(site: Site, case: str, trial: dt.date) -> None:
    """The investigation is known since the referral; now there is a trial."""
    staff = site.person("staff")
    staff.open(case)
    staff.follow("The register of other proceedings")
    staff.follow(f"Change : {TRIAL}")
    staff.write("Court, force or organisation", "Samplebury Crown Court")
    staff.write("Where it stands", "Trial listed for three weeks")
    staff.date("What is its next date?", trial)
    staff.choose("What does it mean for the review?", "The review waits for it")
    staff.tick("It bars publication")
    staff.press("Save")
    staff.reads("Samplebury Crown Court", "Barred: until it ends")


def the_chair_puts_it_on_hold_for_the_trial(site: Site, review: str, look_again: dt.date) -> None:
    chair = site.person("chair")
    chair.open(f"{review}milestones/")
    chair.follow("Put on hold")
    chair.choose("Why?", "Trial")
    chair.pick("Does it wait for one of the other proceedings?", TRIAL)
    chair.write("Who agreed to this?", "The three partners and the police")
    chair.date("When is it looked at again?", look_again)
    chair.press("Put on hold")


def the_delay_is_explained_in_a_letter(site: Site, review: str, due: dt.date, expected: dt.date) -> None:
    """One press each for the PDF and the Word document. Both name the day it is due and the day it is expected."""
    staff = site.person("staff")
    staff.open(f"{review}milestones/")
    staff.follow("Record a delay")
    staff.choose("Why is it late?", "Criminal proceedings")
    staff.write("The explanation", EXPLANATION)
    staff.date("When do you now expect it to be published?", expected)
    staff.press("Record a delay")
    for kind in LETTERS:
        staff.open(f"{review}milestones/")
        staff.press(kind)
    make_waiting()
    staff.open(f"{review}milestones/")
    letters = staff.page.locator("main .govuk-task-list a")
    assert letters.count() == len(LETTERS)
    for letter in letters.all():
        words = words_of(download(staff, letter))
        assert EXPLANATION in words
        assert in_full(due) in words
        assert in_full(expected) in words


def download(person: Visitor, link: Locator) -> bytes:
    """What a link to a file brings."""
    with person.page.expect_download() as arrival:
        link.click(modifiers=["Alt"])
    return arrival.value.path().read_bytes()


def words_of(data: bytes) -> str:
    """The words of a PDF or a Word document, with single spaces."""
    if data.startswith(b"%PDF-"):
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    else:
        document = docx.Document(io.BytesIO(data))
        cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
        text = " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return " ".join(text.split())


def the_hold_is_looked_at_and_goes_on(site: Site, review: str, look_again: dt.date) -> None:
    chair = site.person("chair")
    chair.open(f"{review}milestones/")
    chair.follow("Keep it on hold")
    chair.choose("Why?", "Trial")
    chair.pick("Does it wait for one of the other proceedings?", TRIAL)
    chair.write("Who agreed to this?", "The three partners and the police")
    chair.date("When is it looked at again?", look_again)
    chair.press("Keep it on hold")


def the_trial_ends_and_the_work_goes_on(site: Site, case: str, review: str) -> None:
    staff, chair = site.person("staff"), site.person("chair")
    staff.open(f"{case}processes/")
    staff.follow(f"It has ended : {TRIAL}")
    staff.write("How did it end?", "Conviction after trial")
    staff.press("Record that it has ended")
    chair.open(f"{review}milestones/")
    chair.follow("Resume")
    chair.press("Resume")


def its_six_months_never_moved(review: str, due: dt.date) -> None:
    """Neither for the hold nor for the delay, nor once it is published."""
    rows = Deadline.objects.filter(
        case__practice_review__ref=review.strip("/").split("/")[-1], code="LCSPR_6M"
    )
    assert [row.due_on for row in rows] == [due]

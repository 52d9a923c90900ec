"""What the papers of reviews say: reports, letters, the papers of a meeting.

A builder gives words and a template. It checks nothing about access (``cspr.documents`` does) and uses only
what belongs to its subject. Titles and file names are neutral: they travel with the file.
"""

from cspr.documents.pdf import register_paper
from referrals.papers import add_to_record
from referrals.states import DecisionKind
from reviews.papers.access import access_bundle
from reviews.papers.anonymity import as_pdf, as_word
from reviews.papers.decision import declared, meetings_of
from reviews.papers.letters import (
    duty_letter,
    practice_review_delay,
    practice_review_delay_word,
    rapid_review_delay,
    rapid_review_delay_word,
)
from reviews.papers.meeting import meeting_pack, meeting_part
from reviews.papers.publication import (
    Recommended,
    about,
    citation,
    full_title,
    parts,
    published_report,
    recommended,
    report_before_publication,
)
from reviews.papers.rapid_review import rapid_review_report, rapid_review_word
from reviews.papers.sharing import briefing, briefing_word, nspcc_sheet
from reviews.papers.working_copy import WORKING_COPY, working_copy
from reviews.papers.yearly import yearly_excel, yearly_pdf, yearly_word

__all__ = ["Recommended", "about", "citation", "full_title", "parts", "recommended", "register"]


def register() -> None:
    """Make these papers known; called once, when the app is ready."""
    add_to_record(DecisionKind.REVIEW, meetings_of, declared)
    register_paper("meeting_pack", meeting_pack, "The papers of the meeting", subject_label="reviews.meeting")
    register_paper(
        "meeting_part",
        meeting_part,
        "The agenda of the meeting with this account",
        subject_label="reviews.informationrequest",
    )
    register_paper(
        "rapid_review", rapid_review_report, "The rapid review report", subject_label="reviews.rapidreview"
    )
    register_paper(
        "rapid_review_word",
        rapid_review_word,
        "The rapid review report, as a Word document",
        subject_label="reviews.rapidreview",
    )
    register_paper(
        "rapid_review_delay",
        rapid_review_delay,
        "The letter to the Panel about the delay",
        subject_label="reviews.rapidreview",
    )
    register_paper(
        "rapid_review_delay_word",
        rapid_review_delay_word,
        "The letter about the delay, as a Word document",
        subject_label="reviews.rapidreview",
    )
    register_paper(
        "duty_letter",
        duty_letter,
        "The letter about the duty to answer",
        subject_label="reviews.informationrequest",
    )
    register_paper(
        "practice_review",
        report_before_publication,
        "The whole report, to send before publication",
        subject_label="reviews.practicereview",
    )
    register_paper(
        "practice_review_delay",
        practice_review_delay,
        "The letter to the Panel and the Secretary of State about the delay",
        subject_label="reviews.practicereview",
    )
    register_paper(
        "practice_review_delay_word",
        practice_review_delay_word,
        "The letter about the delay, as a Word document",
        subject_label="reviews.practicereview",
    )
    register_paper(
        "anonymity_pdf", as_pdf, "The report to check, as PDF", subject_label="reviews.identitykey"
    )
    register_paper(
        "anonymity_word", as_word, "The report to check, as Word", subject_label="reviews.identitykey"
    )
    register_paper(
        "publication", published_report, "The published report", subject_label="reviews.publication"
    )
    # Asked for on a page of its own, which puts on record who took the draft out.
    register_paper(WORKING_COPY, working_copy, "The draft of the report, to work on in Word")
    # Made when a second person confirms the answer; nobody asks for it by itself.
    register_paper("access_bundle", access_bundle, "The answer to the request for access", proven=True)
    about = "reviews.practicereview"
    register_paper("briefing", briefing, "The seven-minute briefing", subject_label=about)
    register_paper(
        "briefing_word", briefing_word, "The seven-minute briefing, as a Word document", subject_label=about
    )
    register_paper(
        "nspcc_sheet", nspcc_sheet, "The sheet for the national collection (NSPCC)", subject_label=about
    )
    of_year = "reviews.yearlypack"
    register_paper("yearly_pdf", yearly_pdf, "The yearly figures, as PDF", subject_label=of_year)
    register_paper(
        "yearly_word", yearly_word, "The yearly figures, as a Word document", subject_label=of_year
    )
    register_paper(
        "yearly_excel", yearly_excel, "The yearly figures, as an Excel workbook", subject_label=of_year
    )

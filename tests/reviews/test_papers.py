"""The papers of reviews: complete, in order, one page where a letter is one, and naming nobody."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cspr.documents.failures import CannotRender
from cspr.documents.pdf import paper_kind, paper_kinds
from cspr.workflow import perform
from referrals import actions as case_actions
from referrals.models import Child, FamilyMember
from referrals.states import DecisionKind, Outcome, ReviewCriterion
from reviews import actions
from reviews.models import Publication, RapidReview
from reviews.papers import citation, parts, recommended
from reviews.states import OPTIONAL_SECTIONS, RAPID_REVIEW_SECTIONS, REPORT_SECTIONS, DelayReason
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.reading import set_and_read

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LATER = TODAY + dt.timedelta(days=7)


def paper(kind, subject, user):
    return paper_kind(kind).builder(subject, user)


def published(a, **more):
    """A report that is public since ``LATER``."""
    review = make.sent_before_publication(a, **more)
    with time_machine.travel(dt.datetime.combine(LATER, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        actions.publish(review, by=a.colleague, today=LATER)
    return Publication.objects.get(review=review)


def test_each_noun_offers_its_own_papers():
    labels = ("reviews.rapidreview", "reviews.practicereview", "reviews.publication")
    assert {label: [k.kind for k in paper_kinds(label)] for label in labels} == {
        "reviews.rapidreview": [
            "rapid_review",
            "rapid_review_word",
            "rapid_review_delay",
            "rapid_review_delay_word",
        ],
        "reviews.practicereview": [
            "practice_review",
            "practice_review_delay",
            "practice_review_delay_word",
            "briefing",
            "briefing_word",
            "nspcc_sheet",
        ],
        "reviews.publication": ["publication"],
    }


# --- the rapid review report ------------------------------------------------------------------------------


def decide(a, review, *, reasons="Learning is likely."):
    grounds = {"R11A": {"met": "yes", "reason": "Bruises were recommended on before."}}
    decision = case_actions.propose(
        review.case, by=a.staff, today=TODAY, kind=DecisionKind.REVIEW, outcome=Outcome.LCSPR, grounds=grounds,
        reasons=reasons, evidence_hash=review.report_hash,
    )  # fmt: skip
    for partner in ("la", "icb", "police"):
        decision = perform(
            decision, "give_view", by=a.people[partner], today=TODAY, partner=partner, view="agree", reason=""
        )
    return case_actions.approve(decision, by=a.chair, today=TODAY)


def test_the_rapid_review_report_has_every_section_in_order_and_leaves_out_only_an_optional_one_without_words():
    a = make.area()
    review = make.drafted(a)
    RapidReview.objects.filter(pk=review.pk).update(
        report={**review.report, "no_further_review": "", "limits": ""}
    )
    html = paper("rapid_review", RapidReview.objects.get(pk=review.pk), a.staff).html().replace("&#x27;", "'")
    places = [html.find(f"<h2>{title}</h2>") for title in RAPID_REVIEW_SECTIONS.values()]
    missing = [code for code, place in zip(RAPID_REVIEW_SECTIONS, places, strict=True) if place < 0]
    assert missing == ["no_further_review"]
    assert missing[0] in OPTIONAL_SECTIONS
    there = [place for place in places if place >= 0]
    assert there == sorted(there)
    assert html.count("Nothing has been written here yet.") == 1


def test_a_rapid_review_without_an_approved_decision_is_marked_as_a_draft():
    a = make.area()
    made = paper("rapid_review", make.drafted(a), a.staff)
    assert made.title == "Rapid review report, draft"
    assert "Nothing has been proposed yet." in made.html()


def test_the_rapid_review_report_holds_identifiers_decision_each_criterion_and_three_sign_offs():
    a = make.area()
    review = make.drafted(a)
    decide(a, review)
    made = paper("rapid_review", review, a.staff)
    html = made.html()
    assert made.title == "Rapid review report"
    assert [c.label for c in ReviewCriterion if c.label.replace("'", "&#x27;") not in html] == []
    assert "Bruises were recommended on before." in html
    assert html.count("Agrees") == 3
    assert "Sign-offs of the three safeguarding partners" in html
    assert review.attendees != ""
    assert [w for w in ("SIN-TEST", review.case.ref, *review.attendees.splitlines()) if w not in html] == []
    assert "The text has changed since." not in html


def test_a_decision_made_on_an_earlier_text_is_said_to_be_so():
    a = make.area()
    review = make.drafted(a)
    decide(a, review)
    review = perform(review, "reopen_report", by=a.staff, today=TODAY, words="A fact was wrong.")
    review = perform(review, "write_report", by=a.staff, today=TODAY, sections={"child": "Another account."})
    made = paper("rapid_review", review, a.staff)
    assert made.title == "Rapid review report, draft"
    assert "The text has changed since." in made.html()


@needs_pango
def test_the_rapid_review_report_is_set_with_cover_contents_and_its_pseudonym_in_the_head():
    a = make.area()
    review = make.drafted(a)
    decide(a, review)
    pdf = set_and_read(paper("rapid_review", review, a.staff))
    assert pdf.outline[:3] == ["Rapid review report", "Contents", "1. Identifiers and dates"]
    assert "Contents" in pdf.pages[1]
    assert [page for page in pdf.pages[1:] if review.case.pseudonym not in page] == []
    assert [page for page in pdf.pages if "Official – sensitive: personal" not in page] == []
    assert {"/H1", "/H2", "/Table", "/TH", "/Caption"} <= set(pdf.tags)


# --- letters about a delay --------------------------------------------------------------------------------

LONG = "The trial of one of the parents was listed for April and has been moved to September by the court. "


def delayed(a, words="The trial was moved.", times=1):
    review = make.practice_review(a)
    for n in range(times):
        review = perform(
            review, "record_delay", by=a.staff, today=TODAY, reason_code=DelayReason.CRIMINAL, words=words,
            expected_on=dt.date(2027, 7 + n, 1),
        )  # fmt: skip
    return review


def test_without_a_recorded_delay_there_is_no_letter_but_a_sentence():
    a = make.area()
    review = make.practice_review(a)
    for kind, subject in (
        ("practice_review_delay", review),
        ("rapid_review_delay", review.case.rapid_review),
    ):
        with pytest.raises(CannotRender, match="Record the delay first"):
            paper(kind, subject, a.staff)


def test_the_letter_on_a_late_review_goes_to_the_panel_and_the_secretary_of_state_and_names_its_rule():
    a = make.area()
    html = paper("practice_review_delay", delayed(a, times=2), a.staff).html()
    said = " ".join(html.split())
    assert "The Child Safeguarding Practice Review Panel<br>The Secretary of State for Education" in said
    assert "will not be completed and published within six months" in said
    assert "Sunday 23 May 2027 (six months later)" in said
    assert (
        "Sunday 1 August 2027, instead of Thursday 1 July 2027 as we told you on Monday 23 November 2026"
        in said
    )
    assert [
        w for w in ("Criminal proceedings", "The trial was moved.", "Working Together") if w not in said
    ] == []


def test_the_letter_on_a_late_rapid_review_goes_to_the_panel_alone():
    a = make.area()
    review = RapidReview.objects.get(notification=make.notified(a))
    review = perform(
        review, "record_delay", by=a.staff, today=TODAY, reason_code=DelayReason.OTHER, words="Records are merged.",
        expected_on=dt.date(2026, 12, 18),
    )  # fmt: skip
    said = " ".join(paper("rapid_review_delay", review, a.staff).html().split())
    assert "The Child Safeguarding Practice Review Panel</address>" in said
    assert "Secretary of State" not in said
    assert "Monday 14 December 2026 (15 working days later)" in said
    assert "it is not set by the Children Act 2004 or by SI 2018/789" in said


def test_a_letter_written_after_the_due_date_says_so():
    a = make.area()
    review = make.practice_review(a)
    after = dt.date(2027, 5, 24)
    with time_machine.travel(dt.datetime.combine(after, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        review = perform(
            review, "record_delay", by=a.staff, today=after, reason_code=DelayReason.INQUEST, words="Inquest.",
            expected_on=dt.date(2027, 9, 1),
        )  # fmt: skip
    assert (
        "this local review was not completed and published"
        in paper("practice_review_delay", review, a.staff).html()
    )


def test_the_letter_as_a_word_document_says_what_the_pdf_says():
    a = make.area()
    review = delayed(a, "The trial was moved.\n\n- by the court", times=2)
    html = " ".join(paper("practice_review_delay", review, a.staff).html().split())
    word = paper("practice_review_delay_word", review, a.staff)
    said = json.loads(word.source())
    paragraphs = [block["text"] for block in said["blocks"] if block["kind"] == "paragraph"]
    [facts] = [block["rows"] for block in said["blocks"] if block["kind"] == "table"]
    assert [words for words in (*paragraphs[2:], *(cell for row in facts for cell in row)) if "Yours" not in words
            and words not in html] == []  # fmt: skip
    assert ["Due", "Sunday 23 May 2027 (six months later)"] in facts
    assert any("The Secretary of State for Education" in words for words in paragraphs)
    with pytest.raises(CannotRender, match="Record the delay first"):
        paper("rapid_review_delay_word", review.case.rapid_review, a.staff)


@needs_pango
@pytest.mark.parametrize(
    ("words", "pages"),
    [
        (LONG * 4, 1),
        ("- One reason.\n" * 6, 1),
        (LONG * 12, 2),
        ("A line.\n\n" * 8, 2),
    ],
    ids=["a long paragraph", "a list", "too long", "too many paragraphs"],
)
def test_a_letter_is_one_page_and_reasons_too_long_for_it_stand_behind_it(words, pages):
    a = make.area(name="North and West Testshire")
    a.partnership.name = (
        "North and West Testshire, Example Dales and Sampleton Safeguarding Children Partnership"
    )
    a.partnership.save()
    pdf = set_and_read(paper("practice_review_delay", delayed(a, words.strip(), times=2), a.staff))
    assert len(pdf.pages) == pages
    assert "The rule: Working Together" in pdf.pages[0]
    assert ("The reasons in full" in pdf.pages[-1]) == (pages == 2)


# --- the published report ---------------------------------------------------------------------------------


def test_the_published_report_is_its_frozen_sections_in_the_order_of_the_report():
    a = make.area()
    publication = published(a)
    assert [part.code for part in parts(publication)] == list(REPORT_SECTIONS)
    publication.sections = {"reasons": "Why.", "introduction": "First.", "child": " "}
    assert [part.code for part in parts(publication)] == ["introduction", "reasons", "improvements"]


def test_recommendations_stand_with_number_owner_and_date():
    a = make.area()
    publication = published(a)
    only = recommended(publication)[0]
    assert (only.number, only.text, only.owner, only.due_on) == (1, "Include fathers.", "All partners", None)
    publication.recommendations = [{"number": 1, "text": "x", "owner": "y", "due_on": "2027-03-31"}]
    assert recommended(publication)[0].due_on == dt.date(2027, 3, 31)
    assert "31 March 2027" in paper("publication", publication, a.staff).html()


def test_the_citation_names_reviewer_partnership_year_and_title():
    a = make.area()
    publication = published(a)
    assert citation(publication) == (
        f"{a.reviewer.name}, for {a.partnership.name} (2026). Child Safeguarding Practice Review: Rowan."
    )


def test_the_report_to_send_before_publication_is_the_whole_text_as_it_reads_and_marked_as_not_public():
    a = make.area()
    review = make.sent_before_publication(a)
    made = paper("practice_review", review, a.staff)
    html = made.html()
    assert (made.marking, made.running_head) == ("Official – sensitive: personal", "Not public yet")
    assert [title for title in REPORT_SECTIONS.values() if f"<h2>{title}</h2>" not in html] == []
    assert "Planned publication</th><td>Monday 7 December 2026" in html
    assert "no later than seven days before it is published (regulation 16)" in html
    assert "To cite it" not in html
    assert not Publication.objects.exists()


def test_a_report_of_improvements_only_says_so_and_holds_nothing_else():
    a = make.area()
    review = make.sent_before_publication(a, outcome=Outcome.IMPROVEMENTS_ONLY)
    secret = "The sibling could be recognised."
    actions.publish_improvements(
        review, by=a.colleague, today=LATER, reason_code="risk_of_identification", words=secret
    )
    publication = Publication.objects.get()
    html = paper("publication", publication, a.staff).html()
    assert [part.code for part in parts(publication)] == ["improvements"]
    assert "publishing the whole report would not be appropriate" in html
    assert secret not in html


def test_what_somebody_typed_into_a_report_stays_text():
    a = make.area()
    publication = published(a)
    publication.sections["events"] = "<script>alert(1)</script>\n<h2>Forged</h2>"
    publication.recommendations[0]["text"] = '<img src="https://elsewhere.example/p.png">'
    publication.title = "<b>Rowan</b>"
    html = paper("publication", publication, a.staff).html()
    assert [tag for tag in ("<script", "<h2>Forged", "<img", "<b>") if tag in html] == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;h2&gt;Forged&lt;/h2&gt;" in html


def canaries(a, publication):
    """What is on record about this case and must never be public."""
    case = publication.case
    child, parent = Child.objects.get(case=case), FamilyMember.objects.get(case=case)
    review = publication.review
    return {
        "the child's name": child.name,
        "a parent's name": parent.name,
        "the date of birth": f"{child.born_on:%-d %B %Y}",
        "the date of birth, coded": child.born_on.isoformat(),
        "the day of the incident": f"{case.incident_on:%-d %B %Y}",
        "the address": "1 Example Street",
        "the practice": "Example Surgery",
        "the case": case.ref,
        "the name of the case inside": case.pseudonym,
        "the review": review.ref,
        "the publication": publication.ref,
        "the notification": "SIN-TEST",
        "who referred": a.referrer.name,
        "who published": a.colleague.name,
        "their address": a.colleague.email,
        "the partners' reasons": "Because of the evidence.",
        "the rapid review": "What the agencies told us.",
        "judgements on the reviewer": "Considered: yes.",
    }


@needs_pango
def test_nothing_that_could_name_anybody_is_in_the_published_pdf_its_metadata_or_its_name():
    for name in ("First", "Second", "Third"):
        make.area(name)  # so that the numbers in the names of invented people are not also page numbers
    a = make.area()
    publication = published(a)
    made = paper("publication", publication, a.colleague)
    pdf = set_and_read(made)
    searched = (
        f"{made.html()} {pdf.everything} {pdf.info} {made.title} {made.file_stem} {publication.pdf.name}"
    )
    assert "Child Safeguarding Practice Review: Rowan" in searched
    assert {what: word for what, word in canaries(a, publication).items() if word in searched} == {}


@needs_pango
def test_the_published_report_is_set_with_title_page_contents_and_tagged_tables():
    a = make.area()
    publication = published(a)
    pdf = set_and_read(paper("publication", publication, a.staff))
    assert set(pdf.info) == {"/Title", "/Producer"}
    assert pdf.info["/Title"] == "Child Safeguarding Practice Review: Rowan"
    assert pdf.outline[:3] == [
        "Child Safeguarding Practice Review: Rowan", "Contents", "1. In short",
    ]  # fmt: skip
    assert f"Lead reviewer {a.reviewer.name}" in pdf.pages[0]
    last = max(n for n, page in enumerate(pdf.pages, 1) if "About this publication" in page)
    assert f"About this publication {last}" in pdf.pages[1]
    assert (pdf.tags.count("/H1"), pdf.tags.count("/H2"), pdf.tags.count("/Table")) == (1, 13, 3)
    assert "Page 2 of" in pdf.pages[1]


def test_the_word_report_says_what_the_pdf_says_in_the_same_order():
    a = make.area()
    review = make.drafted(a)
    decide(a, review)
    made = paper("rapid_review_word", review, a.staff)
    headings = [block.text.partition(". ")[2] for block in made.blocks if getattr(block, "level", 0) == 1]
    html = paper("rapid_review", review, a.staff).html().replace("&#x27;", "'")
    assert [heading for heading in headings if f"<h2>{heading}</h2>" not in html] == []
    assert headings == sorted(headings, key=lambda heading: html.index(f"<h2>{heading}</h2>"))
    said = made.source()
    for words in ("Bruises were recommended on before.", "SIN-TEST", review.case.ref, "Learning is likely."):
        assert words in said


def test_the_word_report_before_a_decision_is_a_draft():
    a = make.area()
    made = paper("rapid_review_word", make.drafted(a), a.staff)
    assert made.title == "Rapid review report, draft"
    assert "Nothing has been proposed yet." in made.source()

"""The report in Word: a working copy goes out with its comments, and comes back with every difference looked at."""

from __future__ import annotations

import io
from dataclasses import asdict, replace

import docx
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from docx.oxml.ns import qn

from cspr.audit.models import Event
from cspr.documents.from_word import manuscript_of
from cspr.documents.making import make_waiting
from cspr.documents.models import Document, State
from cspr.documents.pdf import render
from cspr.workflow import perform
from reviews import actions
from reviews.models import CommentReply, PracticeReview, ReportComment, ReportImport, SectionVersion
from reviews.papers.working_copy import working_copy
from reviews.states import REPORT_SECTIONS
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TEXT = "Nobody asked the father.\n\nThe “health visitor” came twice 👩‍👧. See [the rule](https://example.org/rule)."
WORDS = "“health visitor” came twice 👩‍👧"


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return written(make.fact_checked(a), a, TEXT)


def written(review, a, text, section="reasons"):
    return perform(review, "write_report", by=a.reviewer, today=TODAY, sections={section: text})


def fresh(review):
    return PracticeReview.objects.get(pk=review.pk)


def exported(review, a):
    return render(working_copy(fresh(review), a.reviewer))


def edited(data, **replaced):
    """The same file; ``old=new`` for the text of whole paragraphs, ``None`` to take one out."""
    document, result = docx.Document(io.BytesIO(data)), io.BytesIO()
    for paragraph in document.paragraphs:
        if paragraph.text in replaced:
            new = replaced[paragraph.text]
            if new is None:
                paragraph._p.getparent().remove(paragraph._p)
                continue
            for run in paragraph.runs[1:]:
                run._r.getparent().remove(run._r)
            paragraph.runs[0].text = new
    document.save(result)
    return result.getvalue()


def bring(browser, review, data, name="report.docx", status=302):
    url = f"/practice-reviews/{review.ref}/report/word/"
    page = browser.get(url)
    file = SimpleUploadedFile(name, data)
    nonce = page.sends["nonce"]
    return browser.post(url, {"nonce": nonce, "do": "bring", "file": file}, status)


def waiting():
    return ReportImport.objects.get(state="read")


def take(browser, **choices):
    brought = waiting()
    page = browser.get(brought.get_absolute_url())
    return browser.post(brought.get_absolute_url(), {**page.sends, "do": "take", **choices})


def texts(review):
    return fresh(review).report


# --- out --------------------------------------------------------------------------------------------------------


def test_a_working_copy_is_asked_for_on_record_made_by_the_worker_and_marked_as_a_draft(a, review):
    actions.comment(review, by=a.la, today=TODAY, section="reasons", text="Really? 🎈", quote=WORDS)
    Browser(a.la).post(f"/practice-reviews/{review.ref}/report/word/", {"do": "export"})
    asked = Event.objects.get(kind="practicereview.export_report")
    assert (asked.by, asked.facts["versions"]["reasons"]) == (a.la, 2)
    make_waiting()
    document = Document.objects.get(kind="report_working_copy")
    assert (document.state, document.name) == (State.READY, f"report-draft-{review.ref.lower()}.docx")
    made = docx.Document(io.BytesIO(exported(review, a)))
    assert made.sections[0].header.paragraphs[0].text.endswith("Draft. Official – sensitive: personal")
    assert [(c.author, c.initials, c.text) for c in made.comments] == [(a.la.name, "C1", "Really? 🎈")]
    names = [mark.get(qn("w:name")) for mark in made.element.iter(qn("w:bookmarkStart"))]
    assert f"_cspr_reasons_2_{review.ref.replace('-', '')}" in names
    assert len(names) == len(REPORT_SECTIONS)


# --- and back ---------------------------------------------------------------------------------------------------


def test_a_file_that_was_not_changed_changes_nothing(a, review):
    actions.comment(review, by=a.la, today=TODAY, section="reasons", text="Really?", quote=WORDS)
    reviewer = Browser(a.reviewer)
    bring(reviewer, review, exported(review, a))
    assert (
        "No section differs. Nothing is saved yet."
        in reviewer.get(ReportImport.objects.get().get_absolute_url()).words
    )
    before = SectionVersion.objects.count()
    take(reviewer)
    assert (SectionVersion.objects.count(), ReportComment.objects.count()) == (before, 1)


def test_what_was_edited_is_seen_before_it_is_saved_and_becomes_a_new_version_with_its_comments_in_place(
    a, review
):
    said = actions.comment(review, by=a.la, today=TODAY, section="reasons", text="Really?", quote=WORDS)
    data = edited(exported(review, a), **{"Nobody asked the father.": "Nobody asked either parent."})
    document, result = docx.Document(io.BytesIO(data)), io.BytesIO()
    paragraph = next(p for p in document.paragraphs if p.text == "Nobody asked either parent.")
    document.add_comment(paragraph.runs, "New from Word 🎈", author="Somebody Else", initials="SE")
    document.save(result)
    reviewer = Browser(a.reviewer)
    bring(reviewer, review, result.getvalue())
    brought = ReportImport.objects.get()
    shown = reviewer.get(brought.get_absolute_url()).words
    assert ("1 section differs" in shown, "either" in shown, texts(review)["reasons"]) == (
        True,
        True,
        TEXT,
    )
    take(reviewer)
    assert texts(review)["reasons"] == TEXT.replace("the father", "either parent")
    kept, new = ReportComment.objects.order_by("number")
    assert (kept.pk, kept.quote, kept.by) == (said.pk, WORDS, a.la)
    assert (new.quote, new.text) == ("Nobody asked either parent.", "New from Word 🎈")
    assert (new.hand, new.by) == ("Somebody Else", a.reviewer)
    brought = ReportImport.objects.get()
    assert (brought.state, brought.read["chapters"]) == ("done", [])
    told = " ".join(f"{e.words} {e.facts}" for e in Event.objects.filter(case_ref=review.case.ref))
    assert ("New from Word" in told, "either parent" in told) == (False, False)


def test_where_both_changed_the_person_chooses_and_neither_text_is_lost(a, review):
    data = edited(exported(review, a), **{"Nobody asked the father.": "In Word."})
    here = TEXT.replace("Nobody asked the father.", "Meanwhile here.")
    written(review, a, here)
    reviewer = Browser(a.reviewer)
    bring(reviewer, review, data)
    brought = ReportImport.objects.get()
    page = reviewer.get(brought.get_absolute_url())
    assert "changed here, too, since the copy was made" in page.words
    unsaid = {name: value for name, value in page.sends.items() if not name.startswith("choice")}
    again = reviewer.post(brought.get_absolute_url(), {**unsaid, "do": "take"}, 422)
    assert ("Choose which text stays" in again.words, texts(review)["reasons"]) == (True, here)
    take(reviewer, **{"choice-reasons": "take"})
    assert texts(review)["reasons"].startswith("In Word.")
    assert SectionVersion.objects.filter(section="reasons", text=here).exists()


def test_what_somebody_saved_after_the_preview_is_not_overwritten(a, review):
    data = edited(exported(review, a), **{"Nobody asked the father.": "In Word."})
    reviewer = Browser(a.reviewer)
    bring(reviewer, review, data)
    brought = ReportImport.objects.get()
    page = reviewer.get(brought.get_absolute_url())
    written(review, a, "Saved meanwhile.")
    reviewer.post(brought.get_absolute_url(), {**page.sends, "do": "take", "choice-reasons": "take"})
    assert texts(review)["reasons"] == "Saved meanwhile."


def test_a_section_that_is_not_in_the_file_stays_and_a_renamed_heading_is_still_its_section(a, review):
    edits = {REPORT_SECTIONS["summary"]: None, REPORT_SECTIONS["reasons"]: "Why it happened"}
    edits["Nobody asked the father."] = "New."
    reviewer = Browser(a.reviewer)
    bring(reviewer, review, edited(exported(review, a), **edits))
    shown = reviewer.get(ReportImport.objects.get().get_absolute_url()).words
    assert f"Not in the file, so left as it is: {REPORT_SECTIONS['summary']}." in shown
    take(reviewer)
    assert (texts(review)["summary"], texts(review)["reasons"][:4]) == ("Text.", "New.")


def test_four_hundred_comments_go_out_and_come_back_once_and_replies_of_word_become_replies(
    a, review, django_assert_max_num_queries
):
    rows = [
        ReportComment(
            case=review.case, section="reasons", number=n, text=f"Number {n} “🎈”", quote=WORDS, by=a.la
        )
        for n in range(1, 401)
    ]
    ReportComment.objects.bulk_create(rows)
    data = exported(review, a)
    read = manuscript_of(ContentFile(data, "r.docx"))
    assert len(read.notes) == 400
    fifth = read.notes[4]
    reply = replace(fifth, id="900", initials="XY", author="Word Person", text="From Word", parent=fifth.id)
    raw = asdict(replace(read, notes=[*read.notes, reply]))
    brought = actions.bring_report(review, read, raw, by=a.reviewer, today=TODAY)
    with django_assert_max_num_queries(40):
        Browser(a.reviewer).get(brought.get_absolute_url())
    for _ in range(2):
        actions.take_over_report(brought, by=a.reviewer, today=TODAY, sections={}, bases={})
        brought = actions.bring_report(review, read, raw, by=a.reviewer, today=TODAY)
    assert ReportComment.objects.count() == 400
    answer = CommentReply.objects.get()
    assert (answer.comment.number, answer.text, answer.hand) == (5, "From Word", "Word Person")


# --- a report from elsewhere, and what is refused ---------------------------------------------------------------


def test_a_report_from_elsewhere_is_matched_by_its_headings_and_the_rest_is_placed_by_hand(a, review):
    document, result = docx.Document(), io.BytesIO()
    for heading, text in (
        ("7. " + REPORT_SECTIONS["reasons"].upper(), "Because."),
        ("Voices", "What she said."),
    ):
        document.add_heading(heading, 1)
        document.add_paragraph(text)
    document.save(result)
    reviewer = Browser(a.reviewer)
    bring(reviewer, review, result.getvalue())
    brought = ReportImport.objects.get()
    page = reviewer.get(brought.get_absolute_url())
    assert "Parts that belong to no section yet" in page.words
    assert brought.places == ["", "reasons", ""]
    reviewer.post(brought.get_absolute_url(), {"do": "place", "place2": "child"})
    take(reviewer, **{"choice-reasons": "take", "choice-child": "take"})
    assert (texts(review)["reasons"], texts(review)["child"]) == ("Because.", "What she said.")


def test_the_copy_of_another_report_and_a_broken_file_are_refused_and_nothing_is_kept(a, review):
    reviewer = Browser(a.reviewer)
    other = exported(review, a)
    elsewhere = make.area("Elsewhere")
    foreign = make.fact_checked(elsewhere)
    wrong = bring(Browser(elsewhere.reviewer), foreign, other, status=422)
    assert "a working copy of another report" in wrong.words
    broken = bring(reviewer, review, b"PK\x03\x04 nothing", status=422)
    assert "damaged" in broken.words
    assert "cannot be read" in bring(reviewer, review, b"MZ", name="report.doc", status=422).words
    assert not ReportImport.objects.exists()
    assert not Document.objects.filter(kind="attachment", case_ref=review.case.ref).exists()


def test_only_whoever_brought_it_sees_it_and_who_does_not_write_brings_nothing(a, review):
    bring(Browser(a.reviewer), review, exported(review, a))
    brought = ReportImport.objects.get()
    Browser(a.staff).get(brought.get_absolute_url(), status=404)
    words = Browser(a.la).get(f"/practice-reviews/{review.ref}/report/word/").words
    assert ("Make a working copy" in words, "See what differs" in words) == (True, False)
    Browser(a.reviewer).post(brought.get_absolute_url(), {"do": "drop"})
    brought = ReportImport.objects.get()
    assert (brought.state, brought.read["notes"]) == ("dropped", [])

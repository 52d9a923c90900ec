"""Headings, lists, tables, quotations and footnotes in a report: written, tried, checked, and read everywhere alike."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.documents.contents import contents_of
from cspr.documents.pdf import render
from cspr.workflow import perform
from reviews import actions
from reviews.models import PracticeReview, Publication, RapidReview, SectionDraft
from reviews.models.checking import check_of
from reviews.papers.anonymity import as_word
from reviews.papers.publication import published_report
from reviews.papers.rapid_review import rapid_review_report, rapid_review_word
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.reading import read
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
EVENTS = (
    "## In the autumn\nThe school saw **a change**.[^1]\n\nTable 1: Visits\n| Who | Times |\n|---|--:|\n"
    "| School | 5 |\n\n> “I wanted to go home.”\n\n[^1]: Minutes of the second meeting.\n"
)
REASONS = "Why.[^a] See [the guidance](https://www.gov.uk/guidance).\n\n[^a]: Another note."


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    review = make.fact_checked(a)
    written = {"events": EVENTS, "reasons": REASONS}
    return perform(review, "write_report", by=a.staff, today=TODAY, sections=written)


def at(review, page="", section="events"):
    return f"{review.get_absolute_url()}write_report/{section}/{page}"


def test_a_writer_tries_a_text_and_sees_how_it_reads_and_nothing_is_saved(a, review):
    staff = Browser(a.staff)
    staff.get(at(review))
    number = staff.context["base"]
    staff.post(at(review), {"text": "### New\n- one\n- *two*", "base": number, "preview": "yes"})
    with CaptureQueriesContext(
        connection,
    ) as plain:
        staff.get(at(review))
    with CaptureQueriesContext(connection) as tried:
        page = staff.get(at(review) + "?preview=yes")
    assert "How it will read New one two" in page.words
    assert staff.context["preview_problem"] is None
    assert len(tried) == len(plain)
    assert PracticeReview.objects.get().report["events"] == EVENTS
    assert SectionDraft.objects.get().text == "### New\n- one\n- *two*"


def test_pasted_markup_is_refused_with_what_to_do_and_the_text_kept(a, review):
    pasted = "<p class=MsoNormal>She said<o:p></o:p></p>"
    page = Browser(a.staff).fill(at(review), status=422, text=pasted, base="1")
    assert "paste it without formatting" in page.words
    assert page.sends["text"] == pasted
    assert PracticeReview.objects.get().report["events"] == EVENTS


def test_the_quiet_check_reads_across_the_marks(a):
    review = RapidReview.objects.get(notification=make.notified(a))
    name = "Tamsin"
    review.case.children.update(name=f"{name} Okonjo-Hale")
    text = f"**{name[:2]}**{name[2:]} came.\n\n| Who |\n|---|\n| {name} |\n\nSaid.[^1]\n\n[^1]: By {name}."
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"child": text})
    review = RapidReview.objects.get()
    assert [find.quote for find in check_of(review).finds("child") if find.rule == "name"] == [name]


@needs_pango
def test_the_papers_say_the_same(a, review):
    publication = Publication.of(review, on=TODAY)
    publication.slug = "rowan"
    pdf = read(render(published_report(publication, a.staff)))
    for said in (
        "In the autumn",
        "Table 1: Visits",
        "“I wanted to go home.”",
        "Minutes of the second meeting.",
        "the guidance (https://www.gov.uk/guidance)",
    ):
        assert said in pdf.words
    assert "**" not in pdf.words
    assert "[^" not in pdf.words
    assert {"BlockQuote", "TH", "H3", "Note"} <= {tag.removeprefix("/") for tag in pdf.tags}
    key = make.key_begun(a, review)
    word = contents_of(render(as_word(key, a.staff)), "docx")
    places = {said.where: said.text for said in word.said if not said.machine}
    assert any("Another note." in text for where, text in places.items() if where.startswith("Footnote"))


def test_the_rapid_review_report_takes_them_too(a):
    review = RapidReview.objects.get(notification=make.notified(a))
    actions.write_section(review, by=a.staff, today=TODAY, section="child", text=EVENTS, base=0)
    review = RapidReview.objects.get()
    html = rapid_review_report(review, a.staff).html()
    assert "<h3>In the autumn</h3>" in html
    assert '<table class="written">' in html
    assert "Minutes of the second meeting." in rapid_review_word(review, a.staff).source()


@needs_pango
def test_a_long_list_of_who_took_part_runs_on_under_its_heading(a):
    review = RapidReview.objects.get(notification=make.notified(a))
    review.attendees = "\n".join(f"A person {n}, of an agency with a name of its own" for n in range(80))
    pdf = read(render(rapid_review_report(review, a.staff)))
    first, last = ([n for n, page in enumerate(pdf.pages) if f"A person {k}," in page] for k in (0, 79))
    heading = [n for n, page in enumerate(pdf.pages) if "Who took part" in page and "Contents" not in page]
    assert first == heading
    assert last > first


@needs_pango
@pytest.mark.once
def test_long_reports_are_measured(tmp_path, capsys):
    call_command("measure_reports", pages=[1, 2], keep=tmp_path)
    said = capsys.readouterr().out
    assert "tagged" in said
    assert "A page of the longest takes" in said
    pdf = read((tmp_path / "report-2.pdf").read_bytes())
    assert "/Note" in pdf.tags

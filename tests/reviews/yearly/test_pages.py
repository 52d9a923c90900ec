"""The page of the yearly figures, the pack, and what its three papers say."""

from __future__ import annotations

import datetime as dt
import io
import re

import docx
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.audit.models import Event
from cspr.documents.models import Document
from cspr.documents.pdf import paper_kind, render
from cspr.workflow import Refused
from referrals.models import Case
from reviews import actions
from reviews.annual import figures
from reviews.models import YearlyPack
from reviews.yearly.pack import Pack
from reviews.yearly.year import Year
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.reading import read
from tests.referrals.browse import Browser
from tests.reviews.yearly import book as books

pytestmark = pytest.mark.django_db
TODAY, YEAR = make.TODAY, Year(2026)
REFERENCE = re.compile(r"\b[346789BCDFGHJKMNPQRTVWXY]{5}-[346789BCDFGHJKMNPQRTVWXY]{5}\b")


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a() -> make.Area:
    return make.area()


def address(a: make.Area, more: str = "") -> str:
    return f"/yearly-reports/{a.partnership.ref}/{more}"


def busy(a: make.Area) -> Pack:
    """Five notifications on time and one referral of another agency: some figures can be shown, some cannot."""
    book = books.opened(a)
    for day in range(5):
        books.notify(book, dt.date(2026, 5, 5) + dt.timedelta(days=7 * day), 2)
    make.accepted(a)
    return figures(a.partnership, YEAR, TODAY)


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_says_five_sentences_first_and_then_every_figure_that_may_be_shown(a):
    pack = busy(a)
    page = Browser(a.staff).get(address(a, "?year=2026"))
    assert len(pack.sentences) == 5
    for sentence in pack.sentences:
        assert sentence in page.words
    assert "Notifications made within five working days: 5 of 5 (100%)." in page.words
    assert "Numbers from 1 to 4 are hidden" in page.words
    assert "Referrals received hidden" in page.words


def test_a_year_of_which_nothing_is_known_says_so_and_offers_no_pack(a):
    page = Browser(a.chair).get(address(a))
    assert "Nothing was recorded about this year by then" in page.words
    assert "Make the pack" not in page.links


def test_a_day_that_does_not_exist_is_answered_with_what_is_wrong_and_nothing_typed_is_lost(a):
    asked = "?year=2026&as_at_day=31&as_at_month=6&as_at_year=2026"
    response = Browser(a.staff).client.get(address(a, asked))
    assert response.status_code == 400
    assert "must be a real date" in response.content.decode()
    assert 'value="31"' in response.content.decode()


@pytest.mark.parametrize(
    "day", ["as_at_day=1&as_at_month=3&as_at_year=2026", "as_at_day=1&as_at_month=1&as_at_year=2027"]
)
def test_a_day_before_the_year_or_after_today_is_refused(a, day):
    assert Browser(a.staff).client.get(address(a, f"?year=2026&{day}")).status_code == 400


def test_true_figures_are_marked_and_cannot_be_taken_out(a):
    busy(a)
    page = Browser(a.staff).get(address(a, "?year=2026&true=yes"))
    assert "Not for passing on." in page.words
    assert "Referrals received: 6." in page.words
    assert "Make the pack" not in page.links


def test_it_is_found_from_the_practice_reviews_by_those_who_read_it(a):
    found = {
        who: "Yearly report" in Browser(a.people[who]).get("/practice-reviews/").links
        for who in ("staff", "chair", "la", "reviewer", "panel_member")
    }
    assert found == {"staff": True, "chair": True, "la": True, "reviewer": False, "panel_member": False}


def test_the_page_asks_the_same_however_much_was_done(a):
    browser = Browser(a.staff)

    def statements() -> int:
        browser.get(address(a, "?year=2026"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(address(a, "?year=2026"))
        return len(asked)

    busy(a)
    few = statements()
    make.notified(a)
    assert (statements(), few <= 15) == (few, True), few


# --- the pack ---------------------------------------------------------------------------------------------


def test_making_the_pack_asks_for_its_three_papers_and_is_recorded(a):
    busy(a)
    browser = Browser(a.la)
    page = browser.get(address(a, "?year=2026"))
    response = browser.client.get(page.links["Make the pack"])
    assert response.status_code == 200
    made = browser.client.post(address(a, "pack/"), {"year": 2026, "as_at": TODAY.isoformat()})
    pack = YearlyPack.objects.get()
    assert made.headers["Location"] == pack.get_absolute_url()
    assert sorted(Document.objects.values_list("kind", flat=True)) == [
        "yearly_excel",
        "yearly_pdf",
        "yearly_word",
    ]
    event = Event.objects.get(kind="yearlypack.begin")
    assert (event.by, event.facts) == (a.la, {"year": 2026, "as_at": TODAY.isoformat()})
    again = actions.make_pack(a.partnership, by=a.staff, today=TODAY, year=YEAR, as_at=TODAY)
    assert (again.pk, Document.objects.count()) == (pack.pk, 3)


def test_a_pack_as_of_another_day_takes_the_place_of_the_earlier_one_once_that_is_called_back(a):
    busy(a)
    first = actions.make_pack(a.partnership, by=a.staff, today=TODAY, year=YEAR, as_at=TODAY)
    asked = {"year": 2026, "as_at": "2026-09-30"}
    refused = Browser(a.staff).client.post(address(a, "pack/"), asked)
    assert (refused.status_code, YearlyPack.objects.count()) == (400, 1)
    with pytest.raises(Refused, match="Two side by side would tell small numbers"):
        actions.make_pack(a.partnership, by=a.staff, today=TODAY, year=YEAR, as_at=dt.date(2026, 9, 30))
    Browser(a.staff).client.post(address(a, "pack/"), {**asked, "called_back": "on"})
    states = dict(YearlyPack.objects.values_list("as_at", "state"))
    assert states == {TODAY: "replaced", dt.date(2026, 9, 30): "in_use"}
    assert Event.objects.get(kind="yearlypack.replace").subject_ref == first.ref
    assert "Do not pass this one on" in Browser(a.staff).get(first.get_absolute_url()).words


@pytest.mark.parametrize("as_at", [TODAY + dt.timedelta(days=1), dt.date(2026, 3, 31)])
def test_a_pack_is_made_of_days_that_can_be_known(a, as_at):
    with pytest.raises(Refused):
        actions.make_pack(a.partnership, by=a.staff, today=TODAY, year=YEAR, as_at=as_at)


# --- the papers -------------------------------------------------------------------------------------------


def told(pack: Pack) -> list[str]:
    """What a paper has to say: every sentence, and every row of a table with what is shown of it."""
    rows = [
        f"{row.label} {row.shown}"
        for chapter in pack.chapters
        for table in chapter.tables
        for row in (*table.told, *filter(None, [table.total]))
        if not table.too_few
    ]
    return [*pack.sentences, *rows]


def plain(text: str) -> str:
    return " ".join(text.split())


def names_nobody(text: str, a: make.Area) -> None:
    people = [person.name for person in a.people.values()]
    pseudonyms = list(Case.objects.values_list("pseudonym", flat=True))
    for word in ("Synthetic", "Person One", *people, *pseudonyms):
        assert not re.search(rf"\b{re.escape(word)}\b", text), word
    assert REFERENCE.findall(text) == []


@needs_pango
def test_the_three_papers_say_the_figures_of_the_page_and_name_nobody(a):
    said = busy(a)
    pack = actions.make_pack(a.partnership, by=a.staff, today=TODAY, year=YEAR, as_at=TODAY)
    made = {
        kind: render(paper_kind(f"yearly_{kind}").builder(pack, a.staff)) for kind in ("pdf", "word", "excel")
    }
    pdf = read(made["pdf"])
    document = docx.Document(io.BytesIO(made["word"]))
    word = [p.text for p in document.paragraphs]
    word += [" ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    book = openpyxl.load_workbook(io.BytesIO(made["excel"]))
    lines = [
        " ".join(str(c or "") for c in row) for sheet in book for row in sheet.iter_rows(values_only=True)
    ]
    texts = {"pdf": pdf.words, "word": " ".join(word), "excel": " ".join(lines)}
    for text in texts.values():
        for words in told(said):
            assert plain(words) in plain(text), words
        names_nobody(text, a)
    assert {"/Table", "/TH", "/H2", "/Figure"} <= set(pdf.tags)
    assert book.sheetnames[:2] == ["About", "Referrals"]

"""The chronology as people meet it: entering, reading, importing all or nothing."""

import datetime as dt
import io

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.documents.cells import read_docx
from cspr.workflow import Refused, perform
from reviews import actions
from reviews.chronology.codes import EntryState, ImportState
from reviews.models import ChronologyEntry, ChronologyImport, InformationRequest, RapidReview
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
HEAD = "Date\tAgency\tWhat happened\tChild seen\tKey event\n"


@pytest.fixture
def there(settings, time_machine):
    settings.MFA_REQUIRED = False
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(9)), tick=False)
    a = make.area()
    review = RapidReview.objects.get(notification=make.notified(a))
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    actions.send(request, by=a.staff, today=TODAY, due_on=TODAY + dt.timedelta(days=7))
    return a, review


def page(client, user, name, ref, data=None, **more):
    client.force_login(User.objects.get(pk=user.pk))
    address = reverse(name, args=[ref])
    response = client.get(address, **more) if data is None else client.post(address, data)
    return response, response.content.decode()


def typed(**changes):
    return {
        "date": "about March 2026", "type": "health", "happened": "Weighed: 4.1 kg.", "seen": "yes", "spoken": "",
        "sensitivity": "ordinary", "lines": "Weight; Bruises", "themes": ["babies"], **changes,
    }  # fmt: skip


# --- entering -----------------------------------------------------------------------------------------------
def test_an_author_enters_for_their_agency_and_reads_only_what_it_entered(there, client):
    a, review = there
    request = InformationRequest.objects.get()
    make.entry(a, review.case, agency="police", happened="Something the police know.")
    response, _ = page(client, a.author, "agency-chronology-add", request.ref, typed())
    assert response.status_code == 302
    entry = ChronologyEntry.objects.get(agency=a.agencies["school"])
    assert (entry.when.words(), entry.theme_codes, entry.line_names) == (
        "about March 2026",
        ["babies"],
        ["Weight", "Bruises"],
    )
    assert entry.entered_by == a.author
    _, html = page(client, a.author, "agency-chronology", request.ref)
    assert ("Weighed: 4.1 kg." in html, "police know" in html) == (True, False)
    assert page(client, a.author, "chronology", review.ref)[0].status_code == 404
    _, whole = page(client, a.staff, "chronology", review.ref)
    assert ("Weighed: 4.1 kg." in whole, "police know" in whole) == (True, True)


def test_once_its_request_is_answered_an_agency_adds_and_corrects_no_more(there):
    a, review = there
    entry = make.entry(a, review.case, by=a.author)
    perform(InformationRequest.objects.get(), "nil_return", by=a.author, today=TODAY, name="One", role="Head")
    with pytest.raises(Refused, match="not open now"):
        make.entry(a, review.case, by=a.author)
    with pytest.raises(Refused, match="not open now"):
        perform(entry, "strike_out", by=a.author, today=TODAY, because="x")


def test_a_wrong_date_keeps_what_was_typed_and_says_what_to_do(there, client):
    a, review = there
    data = typed(date="the other day", agency=str(a.agencies["police"].pk))
    response, html = page(client, a.staff, "chronology-add", review.ref, data)
    assert response.status_code == 422
    assert "This is not a date we can read. Write it as 3 April 2025" in html
    assert "Weighed: 4.1 kg." in html
    assert not ChronologyEntry.objects.exists()


def test_an_entry_is_corrected_or_struck_out_and_both_stay_on_record_without_a_word_of_it(there, client):
    a, review = there
    entry = make.entry(a, review.case)
    data = typed(happened="A correction.", version=entry.version)
    response, _ = page(client, a.staff, "chronology-entry-correct", entry.ref, data)
    assert response.status_code == 302
    data = {"because": "It was a sibling.", "version": 2}
    page(client, a.staff, "chronology-entry-strike_out", entry.ref, data)
    entry = ChronologyEntry.objects.get()
    assert (entry.state, entry.happened) == (EntryState.STRUCK, "A correction.")
    _, html = page(client, a.staff, "chronology", review.ref)
    assert "A correction." not in html
    _, html = page(client, a.staff, "chronology", review.ref, QUERY_STRING="struck=yes")
    assert ("A correction." in html, "It was a sibling." in html) == (True, True)
    events = Event.objects.filter(subject_ref=entry.ref)
    assert [e.kind.partition(".")[2] for e in events.order_by("pk")] == ["begin", "correct", "strike_out"]
    assert [
        e for e in events if "sibling" in f"{e.facts}{e.words}" or "correction" in f"{e.facts}{e.words}"
    ] == []


def test_a_panel_member_reads_roles_where_others_read_names(there, client):
    a, review = there
    make.entry(
        a, review.case, happened="Synthetic Child and her mother Synthetic Parent were seen.", persons="Child"
    )
    perform(
        review.case, "grant_access", by=a.staff, today=TODAY, user=a.panel_member, capacity="panel_member"
    )
    _, names = page(client, a.chair, "chronology", review.ref)
    assert "Synthetic Child" in names
    _, roles = page(client, a.panel_member, "chronology", review.ref)
    assert "Child and her mother Mother were seen." in roles
    assert "Synthetic" not in roles


# --- reading ------------------------------------------------------------------------------------------------
def test_it_is_filtered_by_agency_person_theme_line_period_and_weight(there, client):
    a, review = there
    make.entry(
        a, review.case, happened="Aaa", date="1 March 2026", persons="Child", themes="Neglect", key="yes"
    )
    make.entry(a, review.case, agency="police", happened="Bbb", date="1 April 2026", lines="Men; Sleep")
    for query, found in {
        f"agency={a.agencies['police'].pk}": "Bbb", f"person=child:{review.case.children.get().pk}": "Aaa",
        "theme=neglect": "Aaa", "line=Men": "Bbb", "since=April 2026": "Bbb", "until=March 2026": "Aaa",
        "key=yes": "Aaa", "since=soon": "AaaBbb", "agency=x": "AaaBbb",
    }.items():  # fmt: skip
        _, html = page(client, a.staff, "chronology", review.ref, QUERY_STRING=query)
        assert "".join(w for w in ("Aaa", "Bbb") if f">{w}<" in html) == found, query


def test_the_page_shows_ages_gaps_a_series_and_the_picture_with_its_words(there, client):
    a, review = there
    for day in ("3 June 2026", "10 June 2026"):
        make.entry(
            a, review.case, agency="hospital", date=day, type="Was not brought", happened="An appointment."
        )
    make.entry(a, review.case, agency="hospital", date="20 October 2026", seen="yes", happened="The ward.")
    _, html = page(client, a.staff, "chronology", review.ref)
    assert "Not brought 2 times in a row" in html
    assert "nothing for 131 days" in html
    assert "The child was last seen on Tuesday 20 October 2026." in html
    assert ("2 days" in html, "4 months" in html) == (True, True)
    assert '<desc id="lanes-said">3 entries of 1 agency from 3 June 2026 to 20 October 2026' in html
    _, html = page(client, a.staff, "chronology", review.ref, QUERY_STRING="silence=200")
    assert "nothing for" not in html


KEY = ("", "x")


def many(a, review, number):
    first = dt.date(2024, 1, 1)
    rows = [["Date", "Agency", "What happened", "Key event", "Themes", "Lines of enquiry"]]
    for n in range(number):
        agency = list(a.agencies.values())[n % 5].name
        rows.append(
            [
                str(first + dt.timedelta(days=n * 900 // number)),
                agency,
                f"Event {n} " + "words " * 30,
                "x" * (n % 20 == 0),
                "Neglect",
                "One",
            ]
        )
    return actions.bring(
        review.case, by=a.staff, today=TODAY, agency=None, origin="pasted", rows=rows, heading=0,
        mapping=["date", "agency", "happened", "key", "themes", "lines"],
    )  # fmt: skip


def test_two_thousand_entries_take_as_many_statements_as_ten_and_a_page_of_moderate_size(there, client):
    a, review = there
    page(client, a.staff, "chronology", review.ref)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            _, html = page(client, a.staff, "chronology", review.ref)
        asked = [q for q in queries if q["sql"].startswith("SELECT")]
        return len(asked), html

    client.force_login(a.staff)
    for number in (10, 1990):
        brought = many(a, review, number)
        page(client, a.staff, "chronology-import", brought.ref, {"do": "import", "version": brought.version})
        if number == 10:
            few, _ = cost()
    assert ChronologyEntry.objects.count() == 2000
    much, html = cost()
    assert (much, much <= 28) == (few, True)
    picture = html[html.index('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000') :]
    picture = picture[: picture.index("</svg>")]
    assert len(picture) < 60_000
    assert html.count('id="entry-') == 50


# --- importing ----------------------------------------------------------------------------------------------
def bring(client, user, review, pasted="", file=None):
    data = {"pasted": pasted} | ({"file": file} if file else {})
    return page(client, user, "chronology-bring", review.ref, data)


def test_pasted_rows_are_shown_first_and_bad_ones_left_out_only_when_the_number_is_agreed_to(there, client):
    a, review = there
    police = a.agencies["police"].name
    text = (
        HEAD
        + f"3/4/2026\t{police}\tA call at night.\tyes\tx\nsoon\t{police}\tB\t\t\n\n4/23/2026\tNobody\tC\t\t\n"
    )
    response, _ = bring(client, a.staff, review, text)
    brought = ChronologyImport.objects.get()
    assert response.headers["Location"] == brought.get_absolute_url()
    _, html = page(client, a.staff, "chronology-import", brought.ref)
    assert "1 row can be imported; 2 cannot" in html
    assert ("Row 3" in html, "Row 5" in html, "It says “soon”." in html) == (True, True, True)
    assert "no such month" in html
    assert not ChronologyEntry.objects.exists()
    response, html = page(client, a.staff, "chronology-import", brought.ref, {"do": "import", "version": 1})
    assert (response.status_code, "Tick the box to leave out 2 rows" in html) == (422, True)
    assert not ChronologyEntry.objects.exists()
    response, _ = page(
        client, a.staff, "chronology-import", brought.ref, {"do": "import", "version": 1, "leave_out": "2"}
    )
    assert response.headers["Location"] == reverse("chronology", args=[review.ref])
    entry = ChronologyEntry.objects.get()
    assert (entry.happened, entry.agency.name, entry.seen, entry.key) == (
        "A call at night.",
        police,
        "yes",
        True,
    )
    brought = ChronologyImport.objects.get()
    assert (brought.state, brought.rows) == (ImportState.DONE, [])
    event = Event.objects.get(kind="chronologyimport.take_over")
    assert event.facts == {"taken": 1, "left_out": 2, "origin": "pasted"}


def test_a_column_that_was_not_recognised_is_named_by_hand(there, client):
    a, _ = there
    request = InformationRequest.objects.get()
    page(
        client,
        a.author,
        "agency-chronology-bring",
        request.ref,
        {"pasted": "Day seen at\tWhat we know\n3/4/2026\tA visit\n"},
    )
    brought = ChronologyImport.objects.get()
    _, html = page(client, a.author, "chronology-import", brought.ref)
    assert "No column says that it holds dates." in html
    response, html = page(
        client,
        a.author,
        "chronology-import",
        brought.ref,
        {"do": "columns", "column0": "date", "column1": "date"},
    )
    assert (response.status_code, "is chosen twice" in html) == (422, True)
    page(
        client,
        a.author,
        "chronology-import",
        brought.ref,
        {"do": "columns", "column0": "date", "column1": "happened"},
    )
    brought = ChronologyImport.objects.get()
    page(client, a.author, "chronology-import", brought.ref, {"do": "import", "version": brought.version})
    entry = ChronologyEntry.objects.get()
    assert (entry.when.words(), entry.happened, entry.agency) == (
        "3 April 2026",
        "A visit",
        a.agencies["school"],
    )


def test_an_author_cannot_import_for_another_agency_and_a_colleague_does_not_see_the_table(there, client):
    a, _ = there
    request = InformationRequest.objects.get()
    text = HEAD + f"3/4/2026\t{a.agencies['police'].name}\tA call.\t\t\n"
    page(client, a.author, "agency-chronology-bring", request.ref, {"pasted": text})
    brought = ChronologyImport.objects.get()
    _, html = page(client, a.author, "chronology-import", brought.ref)
    assert "not one of the agencies you can enter for" in html
    assert page(client, a.staff, "chronology-import", brought.ref)[0].status_code == 404


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def document(rows):
    made = docx.Document()
    table = made.add_table(0, len(rows[0])) if rows else None
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


ROWS = [["Date", "What happened"], ["3 April 2026", "First."], ["c. May 2026", "Second\nline."]]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "a.xlsx",
            workbook([["A title"], ["Date", "What happened"], [dt.date(2026, 4, 3), "First."], ROWS[2]]),
        ),
        ("a.docx", document(ROWS)),
        ("a.csv", b'Date;What happened\n3 April 2026;First.\nc. May 2026;"Second\nline."\n'),
        (
            "a.csv",
            'Date,What happened\r\n03/04/2026,First.\r\nc. May 2026,"Second\r\nline."\r\n'.encode("utf-16"),
        ),
        (
            "a.csv",
            b'\xef\xbb\xbf"Date","What happened"\n"2026-04-03","First."\n"c. May 2026","Second\nline."\n',
        ),
        ("a.txt", b'Date|What happened\n3-Apr-2026|First.\nc. May 2026|"Second\nline."\n'),
    ],
)
def test_excel_word_and_text_are_read_the_same(there, client, name, data):
    a, _ = there
    request = InformationRequest.objects.get()
    page(
        client,
        a.author,
        "agency-chronology-bring",
        request.ref,
        {"file": SimpleUploadedFile(name, data), "pasted": ""},
    )
    brought = ChronologyImport.objects.get()
    page(client, a.author, "chronology-import", brought.ref, {"do": "import", "version": 1})
    found = [(e.when.words(), e.happened) for e in ChronologyEntry.objects.order_by("starts_on")]
    assert found == [("3 April 2026", "First."), ("about May 2026", "Second\nline.")]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.xlsx", workbook([]), "There is nothing in it"),
        ("a.docx", document([]), "there is no table in it"),
        ("a.xlsx", b"PK\x03\x04 nonsense", "it is damaged"),
        ("a.xlsx", b"not a workbook", "its content is not what its name says"),
        ("a.xls", b"x", "save it as .xlsx"),
        ("a.pdf", b"%PDF-", "A table in a PDF cannot be read"),
        ("a.csv", b"Date,What\n" + b"3/4/2026,x\n" * 5100, "more than 5,000 rows"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ("a.csv", b",,,\n,,,\n", "There is nothing in it"),
        ("a.csv", b'Date,What\n3/4/2026,"never closed\n4/4/2026,swallowed\n', "opened and never closed"),
    ],
)
def test_what_cannot_be_read_says_why_on_the_same_page(there, client, name, data, sentence):
    a, review = there
    response, html = bring(client, a.staff, review, file=SimpleUploadedFile(name, data))
    assert (response.status_code, sentence in html) == (422, True)
    assert not ChronologyImport.objects.exists()


def framed(rows, frames):
    """A Word table that stands in so many others of one cell each."""
    made = docx.Document()
    place = made
    for _ in range(frames):
        place = place.add_table(1, 1).cell(0, 0)
    table = place.add_table(0, len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_a_table_in_a_cell_is_what_the_cell_says_and_one_in_a_frame_is_the_table():
    made = docx.Document(io.BytesIO(document(ROWS)))
    inner = made.tables[0].cell(1, 1).add_table(2, 2)
    inner.cell(0, 0).text, inner.cell(1, 1).text = "inner", "deep"
    data = io.BytesIO()
    made.save(data)
    rows = read_docx(data.getvalue(), 100)
    assert [row[0] for row in rows] == ["Date", "3 April 2026", "c. May 2026"]
    assert rows[1][1].split() == ["First.", "inner", "deep"]
    assert [read_docx(framed(ROWS, frames), 100) for frames in (1, 3)] == [ROWS, ROWS]


def test_an_import_without_the_version_of_its_page_imports_nothing(there, client):
    a, review = there
    bring(client, a.staff, review, file=SimpleUploadedFile("a.csv", b"Date,What happened,Agency\n"))
    brought = ChronologyImport.objects.get()
    response, _ = page(client, a.staff, "chronology-import", brought.ref, {"do": "import"})
    assert response.headers["Location"] == f"/chronology-imports/{brought.ref}/"
    assert not ChronologyEntry.objects.exists()

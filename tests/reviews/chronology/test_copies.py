"""Copies of the chronology: complete, safe, as little of people as is chosen, and read back as they were."""

import datetime as dt
import io
import random
import zipfile

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cspr.accounts.models import User
from cspr.documents.access import may_open
from cspr.documents.making import make_waiting
from cspr.documents.models import Document, State
from cspr.documents.pdf import paper_kind, render
from cspr.documents.storing import opened
from cspr.workflow import perform
from reviews import actions
from reviews.chronology.codes import EventType, Exactness, Sensitivity
from reviews.chronology.dates import When
from reviews.chronology.masking import Level
from reviews.chronology.people import people_of
from reviews.chronology.rows import Entry
from reviews.chronology_papers import MOST_IN_PDF, kind_of
from reviews.models import ChronologyEntry, ChronologyImport, RapidReview
from reviews.models.chronology import CORRECTED
from reviews.themes import THEME_NAMES
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.reading import set_and_read

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
AWKWARD = [
    "=SUM(A1:A9)", "+44 1632 960000", "-3 kg", "@home", "“quotes” and \"quotes\"", "two\nlines", "two\n\nparagraphs",
    "العربية and English", "שלום", "👶🏽 emoji 👩‍⚕️", "<b>&amp;</b>", "tab\there", "a, b; c | d", "'quoted", "1e5", "0",
    "https://example.org/?a=1&b=2", "Ŵyn, Łukasz, Siân", "\u200fmark", "{{ braces }} {% tag %}",
]  # fmt: skip


@pytest.fixture
def there(settings):
    settings.MFA_REQUIRED = False
    a = make.area()
    return a, RapidReview.objects.get(notification=make.notified(a))


def generated(a, case, number):
    """Entries of every kind, the same each time."""
    rng = random.Random(7)
    people = [p.key for p in people_of(case)]
    agencies = [agency.pk for agency in a.agencies.values()]
    day = lambda: dt.date(2019, 1, 1) + dt.timedelta(days=rng.randrange(2500))  # noqa: E731
    some = lambda: rng.choice([*AWKWARD, "", "", ""])  # noqa: E731
    for _ in range(number):
        exactness = rng.choice(list(Exactness))
        first = day()
        if exactness != Exactness.EXACT:
            first = first.replace(day=1)
        if exactness == Exactness.SEASON:
            first = first.replace(month=rng.choice([3, 6, 9, 12]))
        if exactness == Exactness.YEAR:
            first = first.replace(month=1)
        when = When(first, exactness, rng.random() < 0.2)
        yield Entry(
            when=when, at=rng.choice(["", "", "09:05", "14:30"]),
            ends_on=rng.choice([None, None, when.last + dt.timedelta(days=rng.randrange(1, 40))]),
            agency=rng.choice(agencies), source=some()[:20].strip(),
            happened=f"{rng.choice(AWKWARD)} and {rng.choice(AWKWARD)}",
            professional=rng.choice(["", "Health visitor", "=Nurse"]),
            persons=tuple(rng.sample(people, rng.randrange(3))),
            type=rng.choice(EventType.values), seen=rng.choice(["", "yes", "no"]), spoken=rng.choice(["", "yes", "no"]),
            voice=some(), action=some(), comment=some(), key=rng.random() < 0.1, good=rng.random() < 0.1,
            themes=tuple(rng.sample(sorted(THEME_NAMES), rng.randrange(3))),
            lines=rng.choice([(), ("Hidden men",), ("=One", "Two and more")]),
            sensitivity=rng.choice(Sensitivity.values),
        )  # fmt: skip


def fill(a, case, number):
    brought = actions.bring(
        case,
        by=a.staff,
        today=TODAY,
        agency=None,
        origin="pasted",
        rows=[["Date"], ["1"]],
        heading=0,
        mapping=["date"],
    )
    actions.take_over(brought, by=a.staff, today=TODAY, entries=list(generated(a, case, number)), left_out=0)


def everything(case):
    names = [name for name in CORRECTED if name != "exactness"]
    rows = ChronologyEntry.objects.filter(case=case).values_list("agency", "exactness", *names)
    return sorted(map(repr, rows))


@pytest.mark.parametrize("fmt", ["xlsx", "docx"])
def test_five_hundred_awkward_entries_leave_as_a_copy_and_come_back_the_same(there, client, fmt):
    a, review = there
    fill(a, review.case, 500)
    before = everything(review.case)
    data = render(paper_kind(kind_of(Level.NAMED, fmt, key=False)).builder(review, a.staff))
    ChronologyEntry.objects.all().delete()
    client.force_login(a.staff)
    file = SimpleUploadedFile(f"copy.{fmt}", data)
    response = client.post(reverse("chronology-bring", args=[review.ref]), {"file": file, "pasted": ""})
    brought = ChronologyImport.objects.latest("pk")
    assert response.headers.get("Location") == brought.get_absolute_url()
    page = client.get(brought.get_absolute_url()).content.decode()
    assert "500 rows can be imported." in page
    client.post(brought.get_absolute_url(), {"do": "import", "version": brought.version})
    assert everything(review.case) == before


def test_no_cell_of_an_excel_copy_is_a_formula(there):
    a, review = there
    fill(a, review.case, 60)
    data = render(paper_kind(kind_of(Level.NAMED, "xlsx", key=False)).builder(review, a.staff))
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    texts = [cell for row in page.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in texts} == {"s"}
    assert [
        c.value for c in texts if str(c.value).startswith(("=", "+", "-", "@")) and not c.quotePrefix
    ] == []


@pytest.mark.parametrize("fmt", ["pdf", "docx", "xlsx"])
def test_names_dates_and_agencies_leave_only_as_far_as_was_chosen(there, fmt):
    a, review = there
    make.entry(
        a, review.case, agency="police", date="3 April 2026", time="14:30", persons="Child; Mother", source="REC-1234",
        happened="Synthetic Child and synthetic parent’s friend met.", seen="yes",
    )  # fmt: skip
    said = {
        level: paper_kind(kind_of(level, fmt, key=False)).builder(review, a.staff).source() for level in Level
    }
    words = ("Synthetic Child", "3 April 2026", "REC-1234", a.agencies["police"].name)
    assert {level: [w for w in words if w in text] for level, text in said.items()} == {
        Level.NAMED: [w for w in words if w != "REC-1234" or fmt != "pdf"],
        Level.ROLES: [w for w in words[1:] if w != "REC-1234" or fmt != "pdf"],
        Level.ANONYMOUS: [],
    }
    assert all("April 2026" in text for text in said.values())
    assert "synthetic" not in said[Level.ANONYMOUS].lower()
    assert "before birth" in said[Level.ANONYMOUS] or fmt == "docx"


def test_a_copy_is_made_by_the_worker_and_opened_only_by_who_keeps_the_chronology(there, client):
    a, review = there
    make.entry(a, review.case)
    perform(
        review.case, "grant_access", by=a.staff, today=TODAY, user=a.panel_member, capacity="panel_member"
    )
    client.force_login(a.staff)
    chosen = {"what": "all", "level": "roles", "format": "docx"}
    response = client.post(reverse("chronology-export", args=[review.ref]), chosen)
    document = Document.objects.get(kind="chronology_roles_docx")
    assert response.headers["Location"] == reverse("documents:progress", args=[document.ref])
    make_waiting()
    document.refresh_from_db()
    assert (document.state, document.name) == (State.READY, f"chronology-roles-{review.ref.lower()}.docx")
    assert len(docx.Document(document_bytes(document)).tables[0].rows) == 2
    may = {
        who: may_open(document, User.objects.get(pk=a.people[who].pk))
        for who in ("staff", "chair", "panel_member", "la")
    }
    assert may == {"staff": True, "chair": False, "panel_member": False, "la": False}


def document_bytes(document):
    return io.BytesIO(opened(document).read())


def test_a_pdf_of_too_many_entries_is_refused_on_the_page_with_what_to_do(there, client):
    a, review = there
    fill(a, review.case, MOST_IN_PDF + 1)
    client.force_login(a.staff)
    chosen = {"what": "all", "level": "named", "format": "pdf"}
    response = client.post(reverse("chronology-export", args=[review.ref]), chosen)
    assert (response.status_code, "Choose the key events only" in response.content.decode()) == (422, True)
    chosen["what"] = "key"
    assert client.post(reverse("chronology-export", args=[review.ref]), chosen).status_code == 302


@needs_pango
def test_the_pdf_is_tagged_repeats_the_head_of_its_table_and_carries_its_marking(there):
    a, review = there
    for n in range(40):
        make.entry(
            a, review.case, agency=("police", "school")[n % 2], date=f"{n % 28 + 1} March 2026", key="yes"
        )
    pdf = set_and_read(paper_kind(kind_of(Level.ROLES, "pdf", key=False)).builder(review, a.staff))
    assert {"/H1", "/H2", "/Table", "/TH", "/Caption", "/Figure"} <= set(pdf.tags)
    assert len(pdf.pages) > 2
    assert [page for page in pdf.pages[1:] if "When Agency What happened" not in page] == []
    assert [page for page in pdf.pages if "Official – sensitive: personal" not in page] == []


@needs_pango
def test_an_entry_longer_than_a_page_runs_on_under_the_head_of_the_table(there):
    a, review = there
    make.entry(a, review.case, happened="It was written down what each of them said, and when. " * 160)
    make.entry(a, review.case, date="5 April 2026")
    pdf = set_and_read(paper_kind(kind_of(Level.ROLES, "pdf", key=False)).builder(review, a.staff))
    assert len(pdf.pages) > 3
    assert [page for page in pdf.pages[1:] if "When Agency What happened" not in page] == []


def test_the_picture_of_an_anonymised_copy_is_drawn_by_months(there):
    a, review = there
    for day in ("3 March 2026", "28 March 2026", "17 June 2026"):
        make.entry(a, review.case, date=day)
    paper = paper_kind(kind_of(Level.ANONYMOUS, "pdf", key=False)).builder(review, a.staff)
    picture = paper.context["picture"]
    assert "from March 2026 to June 2026" in picture.said
    assert [lane.path.count("M") for lane in picture.lanes] == [2]


# --- hostile files ------------------------------------------------------------------------------------------


def rezipped(data, **parts):
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return result.getvalue()


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


PLAIN = workbook(["Date", "What happened"], ["3 April 2026", "First."])
DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("macro.xlsx", rezipped(PLAIN, **{"xl/vbaProject.bin": b"x"}), "it contains macros"),
        ("links.xlsx", rezipped(PLAIN, **{"xl/externalLinks/externalLink1.xml": "<a/>"}), "takes values from other"),
        ("query.xlsx", rezipped(PLAIN, **{"xl/connections.xml": "<a/>"}), "takes values from other"),
        ("ole.xlsx", rezipped(PLAIN, **{"xl/embeddings/o.bin": b"x"}), "another file is embedded"),
        ("xxe.xlsx", rezipped(PLAIN, **{"xl/worksheets/sheet1.xml": DTD}), "definitions (a DTD)"),
        ("laughs.xlsx", rezipped(PLAIN, **{"xl/sharedStrings.xml": LAUGHS}), "definitions (a DTD)"),
        ("bomb.xlsx", rezipped(PLAIN, **{"xl/media/x.xml": b"0" * 30_000_000}), "unreasonable size"),
        ("long.xlsx", workbook(["Date", "What happened"], *[["3 April 2026", "x"]] * 5100), "more than 5,000 rows"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_kept(there, client, name, data, sentence):
    a, review = there
    client.force_login(a.staff)
    file = SimpleUploadedFile(name, data)
    response = client.post(reverse("chronology-bring", args=[review.ref]), {"file": file, "pasted": ""})
    page = response.content.decode()
    assert (response.status_code, sentence in page, "passwd" in page) == (422, True, False)
    assert not ChronologyImport.objects.exists()


def test_a_formula_in_a_file_is_text_and_is_never_worked_out(there, client):
    a, review = there
    data = workbook(
        ["Date", "What happened"], ["3 April 2026", '=HYPERLINK("https://example.org")'], ["=TODAY()", "x"]
    )
    client.force_login(a.staff)
    client.post(
        reverse("chronology-bring", args=[review.ref]),
        {"file": SimpleUploadedFile("f.xlsx", data), "pasted": ""},
    )
    brought = ChronologyImport.objects.get()
    assert [row[1] for row in brought.rows[1:]] == ['=HYPERLINK("https://example.org")', "x"]
    assert "It says “=TODAY()”." in client.get(brought.get_absolute_url()).content.decode()

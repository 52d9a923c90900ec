"""The chronology as a copy: PDF to read, Word to work on, Excel to sort; with as much of people as is allowed.

A copy in full names reads back through the import as it was. Builders check nothing about access
(``RapidReview.may_read_document`` does).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from cspr.accounts.models import User
from cspr.documents.failures import CannotRender
from cspr.documents.office import Paragraph, Sheet, SheetPaper, Table, WordPaper
from cspr.documents.pdf import OFFICIAL_SENSITIVE, AnyPaper, Paper, register_paper
from reviews.chronology.codes import EntryState, Exactness
from reviews.chronology.columns import NAMES
from reviews.chronology.dates import MONTHS, When
from reviews.chronology.lanes import draw
from reviews.chronology.masking import Level
from reviews.chronology.merging import Item, silences
from reviews.models import ChronologyEntry, RapidReview
from reviews.models.telling import Telling
from reviews.themes import THEME_NAMES

ORDER = ("starts_on", "at", "id")
FORMATS = ("pdf", "docx", "xlsx")
# What one PDF can be set from within a minute; Word and Excel hold everything.
MOST_IN_PDF = 800
TOO_MANY = f"A PDF holds {MOST_IN_PDF} entries of a chronology at most. Choose the key events only, or Word or Excel."
# An entry with more words than this may be divided between two pages.
LONG = 1200
SILENCE = 90
# With more columns than this a page of A4 breaks the words of their headings.
MOST_ON_A4 = 10
WIDE = {
    "happened": 5,
    "action": 3,
    "comment": 3,
    "voice": 3,
    "date": 2,
    "agency": 2,
    "professional": 2,
    "persons": 2,
    "themes": 3,
    "lines": 2,
    "sensitivity": 2,
}
CAUTION = (
    "Names on record were replaced in the words of the entries. Somebody may still be recognisable by what they "
    "say: read it before you pass it on."
)


def kind_of(level: str, fmt: str, *, key: bool) -> str:
    return f"chronology_{level}_{fmt}{'_key' if key else ''}"


def standing(review: RapidReview, *, key: bool) -> list[ChronologyEntry]:
    entries = review.case.chronology.filter(state=EntryState.STANDS).select_related("agency").order_by(*ORDER)
    return list(entries.filter(key=True) if key else entries)


def cells(entry: ChronologyEntry, telling: Telling, level: Level) -> dict[str, str]:
    """The entry by columns, as an import would read it; at ``level``."""
    row = telling.shown(entry)
    anonymous = level == Level.ANONYMOUS
    return {
        "date": month_of(entry.when).words() if anonymous else entry.when.words(),
        "time": "" if anonymous else entry.at,
        "until": _until(entry, anonymous=anonymous),
        "agency": entry.agency.get_type_display() if anonymous else entry.agency.name,
        "source": "" if anonymous else row.source,
        "professional": row.professional,
        "persons": "; ".join(telling.plainly(key) for key in entry.person_keys),
        "type": entry.get_type_display(),
        "happened": row.happened,
        "seen": entry.get_seen_display(),
        "spoken": entry.get_spoken_display(),
        "voice": row.voice,
        "action": row.action,
        "comment": row.comment,
        "key": "Yes" if entry.key else "",
        "good": "Yes" if entry.good else "",
        "themes": "; ".join(THEME_NAMES.get(code, code) for code in entry.theme_codes),
        "lines": "; ".join(telling.said(line) for line in entry.line_names),
        "sensitivity": entry.get_sensitivity_display() if entry.sensitivity != "ordinary" else "",
        "age": row.ages,
    }


def month_of(when: When) -> When:
    """No more exact than a month."""
    if when.exactness == Exactness.EXACT:
        return When(when.first.replace(day=1), Exactness.MONTH, when.circa)
    return when


def _until(entry: ChronologyEntry, *, anonymous: bool) -> str:
    if entry.ends_on is None:
        return ""
    month = f"{MONTHS[entry.ends_on.month - 1]} {entry.ends_on.year}"
    return month if anonymous else f"{entry.ends_on.day} {month}"


def builder(level: Level, fmt: str, *, key: bool) -> Callable[[RapidReview, User], AnyPaper]:
    """The builder of one kind of copy."""

    def build(review: RapidReview, user: User) -> AnyPaper:
        entries = standing(review, key=key)
        if not entries:
            raise CannotRender("There is nothing in the chronology to make a copy of yet.")
        telling = Telling(review.case, user, named=level == Level.NAMED)
        rows = [cells(entry, telling, level) for entry in entries]
        shared: dict[str, Any] = {
            "title": "Chronology, key events" if key else "Chronology",
            "file_stem": f"chronology-{level}-{review.ref}",
            "marking": OFFICIAL_SENSITIVE,
            "running_head": review.case.pseudonym,
        }
        if fmt == "xlsx":
            return _workbook(rows, shared)
        if fmt == "docx":
            return _document(rows, shared, review, level)
        return _printed(entries, rows, shared, review, level)

    return build


def _workbook(rows: list[dict[str, str]], shared: dict[str, Any]) -> SheetPaper:
    columns = [*NAMES, "age"]
    heads = [*NAMES.values(), "Age of the child"]
    widths = [WIDE.get(column, 1) * 10 + 6 for column in columns]
    return SheetPaper(
        sheets=[Sheet("Chronology", heads, [[row[c] for c in columns] for row in rows], widths)], **shared
    )


def _document(
    rows: list[dict[str, str]], shared: dict[str, Any], review: RapidReview, level: Level
) -> WordPaper:
    """One table; columns in which nobody wrote anything are left out, which reads back the same."""
    used = [name for name in NAMES if name in {"date", "happened"} or any(row[name] for row in rows)]
    table = Table(
        [NAMES[name] for name in used],
        [[row[name] for name in used] for row in rows],
        widths=[WIDE.get(name, 1.5) + 1 for name in used],
    )
    page = "A4 landscape" if len(used) <= MOST_ON_A4 else "A3 landscape"
    said = f"{review.partnership.name}. {Level(level).label}. {len(rows)} entries."
    caution = [] if level == Level.NAMED else [Paragraph(CAUTION, style="note")]
    return WordPaper(blocks=[Paragraph(said), *caution, table], page=page, **shared)


def _printed(
    entries: list[ChronologyEntry],
    rows: list[dict[str, str]],
    shared: dict[str, Any],
    review: RapidReview,
    level: Level,
) -> Paper:
    if len(entries) > MOST_IN_PDF:
        raise CannotRender(TOO_MANY)
    names = {e.agency_id: rows[place]["agency"] for place, e in enumerate(entries)}
    anonymous = level == Level.ANONYMOUS
    items = [_item(e, anonymous=anonymous) for e in entries]
    gaps = silences(items, SILENCE)
    key = frozenset(e.pk for e in entries if e.key)
    context = {
        "partnership": review.partnership,
        "subtitle": review.case.pseudonym,
        "facts": [("Case", review.case.ref), ("Entries", str(len(rows))), ("People", Level(level).label)],
        "rows": [{**row, "long": sum(len(row[name]) for name in WIDE) > LONG} for row in rows],
        "caution": "" if level == Level.NAMED else CAUTION,
        "picture": draw(items, names, key, gaps, days=not anonymous),
    }
    return Paper("pdf/chronology.html", context, **shared)


def _item(entry: ChronologyEntry, *, anonymous: bool) -> Item:
    """An entry as the picture places it; without names it says no more than the months."""
    first, last = entry.starts_on, entry.ends_on
    return Item(
        entry.pk,
        entry.agency_id,
        first.replace(day=1) if anonymous else first,
        exact=entry.exactness == Exactness.EXACT,
        type=entry.type,
        text="",
        last=last.replace(day=1) if anonymous and last else last,
    )


def register() -> None:
    """Make every copy known: who is recognisable, in which form, all or the key events."""
    for level, fmt, key in itertools.product(Level, FORMATS, (False, True)):
        register_paper(
            kind_of(level, fmt, key=key), builder(level, fmt, key=key), f"Chronology: {Level(level).label}"
        )

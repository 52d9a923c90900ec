"""The yearly pack as PDF, Word and Excel: the figures of the page, small numbers hidden, and nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.safestring import SafeString

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full, in_short
from cspr.documents.office import Block, Bullets, Heading, Paragraph, Sheet, SheetPaper, WordPaper
from cspr.documents.office import Table as WordTable
from cspr.documents.pdf import Paper
from cspr.ui.bars import Count, bars
from reviews.annual import figures
from reviews.models import YearlyPack
from reviews.yearly.pack import Figure, Pack, Table

HOW = (
    "Figures from 1 to 4 are hidden, so that nobody can be recognised by them, and so are those from which one of them "
    "could be worked out. A nought is shown. A median is shown where five or more things are counted and nothing it is "
    "based on is hidden. What is published already is not hidden.",
    "Every figure is counted from the record as it was known at the end of the day given above. The same year and day "
    "give the same figures at any time.",
    "What happened belongs to the year in which it began: a referral when it was received; a rapid review, and the "
    "practice review that follows from it, when the Panel was notified; an action when it was planned.",
)
TOO_FEW = "Too few to be divided further."


def _of(pack: YearlyPack) -> tuple[Pack, dict[str, Any]]:
    """The figures, and what every form of the paper says about itself."""
    return figures(pack.partnership, pack.about, pack.as_at), {
        "title": f"Yearly figures {pack.about}",
        "file_stem": f"yearly-figures-{pack.year}-{pack.year + 1}",
        "running_head": pack.partnership.short_name,
    }


def yearly_pdf(pack: YearlyPack, user: User) -> Paper:
    """The figures with pictures, to be read."""
    said, shared = _of(pack)
    context = {
        "partnership": pack.partnership.name,
        "subtitle": f"{pack.about.words}, as known at the end of {in_full(pack.as_at)}",
        "pack": said,
        "chapters": [
            (chapter, [(table, _picture(table)) for table in chapter.tables]) for chapter in said.chapters
        ],
        "how": HOW,
        "too_few": TOO_FEW,
    }
    return Paper("pdf/yearly_pack.html", context, **shared)


def _picture(table: Table) -> SafeString:
    """Bars for the tables that have something to compare."""
    if len(table.told) < 2 or table.too_few:
        return SafeString("")
    return bars([Count(row.label, row.number) for row in table.told], table.title, table.code)


def yearly_word(pack: YearlyPack, user: User) -> WordPaper:
    """The same figures, to be written on."""
    said, shared = _of(pack)
    blocks: list[Block] = [
        Heading("In short"),
        Bullets(list(said.sentences)),
        Heading("How to read the figures"),
    ]
    blocks += [Paragraph(sentence) for sentence in HOW]
    for chapter in said.chapters:
        blocks.append(Heading(chapter.title))
        for table in chapter.tables:
            blocks += _word(table)
        if chapter.few:
            blocks.append(Paragraph(f"Too few to be shown: {'; '.join(chapter.few)}."))
        if not (chapter.tables or chapter.few):
            blocks.append(Paragraph("Nothing was recorded in this year."))
        elif chapter.none:
            blocks.append(Paragraph(f"Nothing to tell in this year: {'; '.join(chapter.none)}."))
    subtitle = f"{pack.partnership.name}. {pack.about.words}, as known at the end of {in_full(pack.as_at)}"
    return WordPaper(subtitle=subtitle, blocks=blocks, **shared)


def _word(table: Table) -> Iterator[Block]:
    yield Heading(table.title, 2)
    if table.too_few and table.total:
        yield Paragraph(f"{table.total.label}: {table.total.shown}. {TOO_FEW}")
    else:
        columns = ["What", "Number", *([table.took] if table.took else [])]
        rows = [_cells(table, row) for row in (*table.told, *([table.total] if table.total else []))]
        yield WordTable(columns, rows, widths=(6, 1.5, 2)[: len(columns)])
        if table.noughts:
            yield Paragraph(f"None: {'; '.join(table.noughts)}.")
    if table.note:
        yield Paragraph(table.note)


def _cells(table: Table, row: Figure) -> list[str]:
    return [row.label, row.shown, *([row.took or "–"] if table.took else [])]


def yearly_excel(pack: YearlyPack, user: User) -> SheetPaper:
    """The same figures, to be sorted and set beside other years: one sheet a chapter, and every nought."""
    said, shared = _of(pack)
    about = [
        ["Partnership", pack.partnership.name],
        ["Year", pack.about.words],
        ["As known at the end of", in_short(pack.as_at)],
        *(["In short", sentence] for sentence in said.sentences),
        *(["How to read the figures", sentence] for sentence in HOW),
    ]
    sheets = [Sheet("About", ["What", "Words"], about, (28, 110))]
    for chapter in said.chapters:
        tables = [table for table in said.tables if table.chapter == chapter.title]
        rows = [line for table in tables for line in _lines(table)]
        columns = ["Table", "What", "Number", "Median working days"]
        sheets.append(Sheet(chapter.title[:31], columns, rows, (48, 60, 12, 22)))
    return SheetPaper(sheets=sheets, **shared)


def _lines(table: Table) -> Iterator[list[str]]:
    for row in (*table.rows, *([table.total] if table.total else [])):
        yield [table.title, row.label, row.shown, row.took]

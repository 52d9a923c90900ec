"""A rich text (``cspr.ui.richtext``) as safe HTML: for pages, and for papers that are set as PDF.

Every word goes through ``escape``; there is no other way in. On a page the footnotes follow the text they belong to,
with a way back; in a paper each is handed to the foot of its page, and the address of a link is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from cspr.ui.richtext.blocks import (
    Block,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    RichText,
    Run,
    Table,
    Words,
    plain,
)
from cspr.ui.richtext.reading import read

NOTHING = SafeString("")
# Characters of a cell that fill half a page; letters of a word that a column makes room for.
LONG, LONGEST_WORD, MOST_WEIGHT = 700, 14, 36
# Up to so many columns a table is set as the text is, and up to so many smaller. Beyond, it depends on its words:
# in millimetres, a letter of the smallest type, the gap between columns, and the width of an upright page.
FEW, MANY = 4, 7
A_LETTER, A_GAP, UPRIGHT = 1.45, 1.5, 160


@dataclass(frozen=True)
class Picture:
    """What a figure shows: where its picture is, what it says to whoever does not see it, its caption, its dots."""

    src: str
    alt: str
    caption: str
    width: int
    height: int


Figures = Mapping[int, Picture]
NO_FIGURES: Figures = {}


def page(
    text: object,
    *,
    level: int = 3,
    name: str = "text",
    notes_before: int = 0,
    figures: Figures = NO_FIGURES,
) -> SafeString:
    """``text`` for a page: its headings begin with ``level``, its footnotes count on from ``notes_before``.

    ``name`` tells the footnotes of several texts on one page apart. A figure that is not among ``figures`` stays the
    words that it is.
    """
    rich = read(text)
    return OnPage(rich, level, name, notes_before, figures).whole()


def paper(
    text: object, *, level: int = 3, notes_before: int = 0, figures: Figures = NO_FIGURES
) -> SafeString:
    """``text`` for a paper that is set as PDF."""
    rich = read(text)
    return InPaper(rich, level, "", notes_before, figures).whole()


class OnPage:
    """One text on its way to a page."""

    body, quote, table = "govuk-body", "govuk-inset-text app-quote", "govuk-table"
    head_cell, cell, numeric = "govuk-table__header", "govuk-table__cell", "govuk-table__cell--numeric"
    bullets, numbers = "govuk-list govuk-list--bullet", "govuk-list govuk-list--number"

    def __init__(self, rich: RichText, level: int, name: str, notes_before: int, figures: Figures) -> None:
        self.rich, self.level, self.name, self.notes_before = rich, level, name, notes_before
        self.figures = figures

    def whole(self) -> SafeString:
        return _lines((*map(self.block, self.rich.blocks), self.notes()))

    def block(self, block: Block) -> SafeString:
        if isinstance(block, Paragraph):
            return _element("p", self.body, self.words(block.words))
        if isinstance(block, Heading):
            return self.heading(block)
        if isinstance(block, Quote):
            return _element("blockquote", self.quote, _lines(map(self.block, block.blocks)))
        if isinstance(block, Figure):
            return self.figure(block.number)
        return self.items(block) if isinstance(block, Items) else self.framed(block)

    def figure(self, number: int) -> SafeString:
        shown = self.figures.get(number)
        if shown is None:
            return _element("p", self.body, escape(f"[Figure {number}]"))
        return self.pictured(number, shown)

    def pictured(self, number: int, shown: Picture) -> SafeString:
        """The picture over its caption; its size is known before it comes, so that the text does not jump."""
        return format_html(
            '<figure class="app-figure"><img src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
            '<figcaption class="govuk-body-s"><strong>Figure {}:</strong> {}</figcaption></figure>',
            shown.src, shown.alt, shown.width, shown.height, number, shown.caption,
        )  # fmt: skip

    def heading(self, block: Heading) -> SafeString:
        level = min(self.level + block.level - 1, 6)
        size = "govuk-heading-m" if level < 4 else "govuk-heading-s"
        return _element(f"h{level}", self.body and size, self.words(block.words))

    def items(self, block: Items) -> SafeString:
        items = (_element("li", "", self.item(blocks)) for blocks in block.items)
        if not block.ordered:
            return _element("ul", self.bullets, _lines(items))
        start = format_html(' start="{}"', block.start) if block.start != 1 else NOTHING
        return _element("ol", self.numbers, _lines(items), start)

    def item(self, blocks: Sequence[Block]) -> SafeString:
        """The words of an item stand in it by themselves; only what follows them is a block."""
        if blocks and isinstance(blocks[0], Paragraph):
            return _lines((self.words(blocks[0].words), *map(self.block, blocks[1:])))
        return _lines(map(self.block, blocks))

    def framed(self, block: Table) -> SafeString:
        """A wide table moves in its own frame, so that the page does not."""
        label = plain(block.caption) or "Table"
        return format_html(
            '<div class="app-wide-table" role="region" aria-label="{}" tabindex="0">{}</div>',
            label,
            self.rows(block),
        )

    def rows(self, block: Table, classes: str = "") -> SafeString:
        caption = self.words(block.caption)
        said = _element("caption", self.body and "govuk-table__caption", caption) if caption else NOTHING
        head = _element("tr", "", _together(
            self.cell_of("th", words, right=right, more=' scope="col"')
            for words, right in zip(block.columns, block.numeric, strict=True)
        ))  # fmt: skip
        rows = [self.row(row, block.numeric) for row in block.rows]
        body = _element("tbody", "", _lines(rows)) if rows else NOTHING
        return _element(
            "table",
            classes or self.table,
            _lines((said, self.columns(block), _element("thead", "", head), body)),
        )

    def columns(self, block: Table) -> SafeString:
        """A browser works out by itself how wide each column is."""
        return NOTHING

    def row(self, row: Sequence[Words], numeric: Sequence[bool]) -> SafeString:
        return _element("tr", "", self.cells(row, numeric))

    def cells(self, row: Sequence[Words], numeric: Sequence[bool]) -> SafeString:
        return _together(
            self.cell_of("td", words, right=right) for words, right in zip(row, numeric, strict=True)
        )

    def cell_of(self, tag: str, words: Words, *, right: bool, more: str = "") -> SafeString:
        own = self.head_cell if tag == "th" else self.cell
        return _element(
            tag, f"{own} {self.numeric}".strip() if right else own, self.words(words), SafeString(more)
        )

    def words(self, words: Words) -> SafeString:
        return _together(self.run(run) for run in words)

    def run(self, run: Run) -> SafeString:
        if run.note:
            return self.mark(run)
        said = _together(_with_breaks(run.text))
        for tag, wanted in (("em", run.italic), ("strong", run.bold)):
            said = _element(tag, "", said) if wanted else said
        return self.link(run, said) if run.href else said

    def link(self, run: Run, said: SafeString) -> SafeString:
        return format_html('<a class="govuk-link" href="{}" rel="noreferrer nofollow">{}</a>', run.href, said)

    def mark(self, run: Run) -> SafeString:
        number = run.note + self.notes_before
        own = NOTHING if run.again else format_html(' id="{}-mark-{}"', self.name, number)
        return format_html(
            '<sup{}><a class="govuk-link" href="#{}-note-{}">'
            '<span class="govuk-visually-hidden">Note </span>{}</a></sup>',
            own, self.name, number, number,
        )  # fmt: skip

    def notes(self) -> SafeString:
        if not self.rich.notes:
            return NOTHING
        items = format_html_join("\n", (
            '<li id="{0}-note-{1}" value="{1}">{2} <a class="govuk-link" href="#{0}-mark-{1}">'
            'Back<span class="govuk-visually-hidden"> to the text of note {1}</span></a></li>'
        ), ((self.name, number, self.words(words))
            for number, words in enumerate(self.rich.notes, self.notes_before + 1)))  # fmt: skip
        return format_html(
            '<ol class="govuk-list govuk-list--number app-notes" aria-label="Notes">{}</ol>', items
        )


class InPaper(OnPage):
    """One text on its way to paper: without classes, and with what a reader of paper cannot press."""

    body = quote = table = head_cell = cell = bullets = numbers = ""
    numeric = "number"

    def pictured(self, number: int, shown: Picture) -> SafeString:
        return format_html(
            '<figure class="picture"><img src="{}" alt="{}"><figcaption><strong>Figure {}:</strong> {}'
            "</figcaption></figure>",
            shown.src, shown.alt, number, shown.caption,
        )  # fmt: skip

    def framed(self, block: Table) -> SafeString:
        """A table of many columns is set smaller; one that even so would not fit upright has a page on its side."""
        columns = len(block.columns)
        if columns <= MANY:
            return self.rows(block, "written many" if columns > FEW else "written")
        fits = sum(_longest(block, number) * A_LETTER + A_GAP for number in range(columns)) <= UPRIGHT
        table = self.rows(block, "written most" if fits else "written many")
        return table if fits else _element("div", "sideways", table)

    def columns(self, block: Table) -> SafeString:
        """What share of the width each column gets. Said here, it need not be worked out for every cell."""
        return format_html_join("", '<col style="width:{}%">', ((share,) for share in _shares(block)))

    def row(self, row: Sequence[Words], numeric: Sequence[bool]) -> SafeString:
        """A row as long as half a page may be divided; a shorter one stays whole."""
        long = max((sum(len(run.text) for run in words) for words in row), default=0) > LONG
        return _element("tr", "long" if long else "", self.cells(row, numeric))

    def link(self, run: Run, said: SafeString) -> SafeString:
        shown = NOTHING if run.text.strip() == run.href else format_html(" ({})", run.href)
        return format_html('<a href="{}">{}</a>{}', run.href, said, shown)

    def mark(self, run: Run) -> SafeString:
        if run.again:
            return format_html("<sup>{}</sup>", run.note + self.notes_before)
        return _element("span", "footnote", self.words(self.rich.notes[run.note - 1]))

    def notes(self) -> SafeString:
        return NOTHING


def _shares(block: Table) -> list[int]:
    """Of a hundred: more to a column that says more, by its root, and never less than its words need, with a gap."""
    weights = []
    for number in range(len(block.columns)):
        texts = [plain(words[number]) for words in (block.columns, *block.rows)]
        mean = sum(map(len, texts)) / len(texts)
        weights.append(max(min(mean**0.5 * 2, MOST_WEIGHT), min(_longest(block, number), LONGEST_WORD) + 3))
    return [max(int(weight * 100 / sum(weights)), 1) for weight in weights]


def _longest(block: Table, number: int) -> int:
    """The letters of the longest word of a column, and a third of its longest text: what it takes to read well."""
    texts = [plain(words[number]) for words in (block.columns, *block.rows)]
    word = max((len(word) for text in texts for word in text.split()), default=1)
    return max(min(word, LONGEST_WORD), max(map(len, texts)) // 3)


def _element(tag: str, classes: str, inner: SafeString, more: SafeString = NOTHING) -> SafeString:
    own = format_html(' class="{}"', classes) if classes else NOTHING
    return format_html("<{0}{1}{2}>{3}</{0}>", SafeString(tag), own, more, inner)


def _lines(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((part,) for part in parts if part))


def _together(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _with_breaks(text: str) -> Iterable[SafeString]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield SafeString("<br>")
        yield escape(line)

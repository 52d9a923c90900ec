"""From Markdown to blocks, within limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

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
)

LONGEST = 60_000
MOST_CELLS = 4000
# Lists in lists, quotations in lists: what a reader can still follow. In levels of the parser, two for each list.
DEEPEST = 8
# Each of these costs the parser time that grows faster than their number.
MOST_LINES, MOST_BRACKETS, MOST_STARS = 8000, 3000, 6000

ITEM = re.compile(r"\s*(?:[-*]|\d{1,9}[.)])\s")
BULLET = re.compile(r"^(\s*)[•·▪◦‣●○■][ \t]+")
PLUS = re.compile(r"^(\s*)\+(?=\s)")
NOTE = re.compile(r"\[\^[^\]\s]+\]:")
# How a text refers to a figure; it is shown where this stands alone in its paragraph.
FIGURE = re.compile(r"\[figure (\d{1,3})\]", re.IGNORECASE)
CAPTION = re.compile(r"Table(?: \d+)?[.:] ")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": DEEPEST + 4})
    parser.use(footnote_plugin, inline=False)
    parser.enable(
        ["table", "blockquote", "list", "heading", "newline", "escape", "emphasis", "link", "autolink"]
    )
    parser.enable(["balance_pairs", "fragments_join", "text_join"])
    parser.disable(["footnote_tail"])
    # The library has no option for it and documents that this method is replaced; a type checker forbids that of any.
    parser.validateLink = _https  # type: ignore[method-assign]
    return parser


def _https(url: str) -> bool:
    return url.lower().startswith("https://")


def read(text: object) -> RichText:
    """``text`` as blocks; nothing for nothing. Never raises, and takes a time that grows with the text alone."""
    source = prepared(str(text or ""))
    tokens = [] if heavy(source) else PARSER.parse(source)
    deep = any(token.level > DEEPEST for token in tokens)
    if not tokens or deep or cells(tokens) > MOST_CELLS:
        return RichText(tuple(as_it_stands(source)))
    return Reading(tokens, source.split("\n")).whole()


def prepared(text: str) -> str:
    """The lines as the parser needs them, so that plain prose reads as its writer sees it in the box.

    A dot that Word sets is a dash, a plus at the beginning is text, and an ordinary line after a list, a table, a
    quotation or a footnote is no part of it.
    """
    lines: list[str] = []
    before = ""
    for given in text.replace("\x00", "").splitlines():
        line = PLUS.sub(r"\1\\+", BULLET.sub(r"\1- ", given))
        kind = _kind(line, before)
        if before not in {"", "text"} and kind == "text":
            lines.append("")
        lines.append(line)
        before = kind
    return "\n".join(lines)


def _kind(line: str, before: str) -> str:
    """What a line begins with. One that is indented goes on with what stands before it."""
    if not line.strip():
        return ""
    if ITEM.match(line):
        return "item"
    if line[0].isspace() and before:
        return before
    if NOTE.match(line):
        return "note"
    return {">": "quote", "|": "row"}.get(line[0], "text")


def heavy(source: str) -> bool:
    return (
        len(source) > LONGEST + LONGEST // 10
        or source.count("\n") > MOST_LINES
        or source.count("[") > MOST_BRACKETS
        or source.count("*") + source.count("_") > MOST_STARS
        or source.count("|") > MOST_CELLS * 2 + 200
    )


def cells(tokens: Sequence[Token]) -> int:
    return sum(1 for token in tokens if token.type in {"th_open", "td_open"})


def as_it_stands(source: str) -> Iterator[Paragraph]:
    for part in re.split(r"\n(?:[ \t]*\n)+", source):
        if part.strip():
            yield Paragraph((Run(part.strip("\n")),))


class Reading:
    """Goes through the parser's tokens once."""

    def __init__(self, tokens: Sequence[Token], lines: Sequence[str]) -> None:
        self.tokens, self.lines, self.at = tokens, lines, 0
        self.numbers: dict[str, int] = {}
        self.too_many = ""
        self.said = dict(self._definitions())

    def whole(self) -> RichText:
        blocks = list(self._blocks(""))
        notes = tuple(self.said.get(label, ()) for label in self.numbers)
        for label, words in self.said.items():
            if label not in self.numbers:  # nothing that was written is left out
                blocks.append(Paragraph((Run(f"[^{label}]: "), *words)))
        return RichText(tuple(blocks), notes)

    def _definitions(self) -> Iterator[tuple[str, Words]]:
        label, words = "", list[Run]()
        for token in self.tokens:
            if token.type == "footnote_reference_open":
                label, words = token.meta["label"], []
            elif token.type == "footnote_reference_close":
                yield label, tuple(words)
                label = ""
            elif label and token.type == "inline":
                words += [*([Run("\n")] if words else []), *self._words(token, noting=False)]

    def _next(self) -> Token | None:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else None

    def _blocks(self, end: str) -> Iterator[Block]:
        readers: dict[str, Callable[[Token], Block]] = {
            "paragraph_open": self._paragraph,
            "heading_open": lambda token: Heading(1 if token.tag in {"h1", "h2"} else 2, self._inline()),
            "bullet_list_open": self._items,
            "ordered_list_open": self._items,
            "blockquote_open": lambda token: Quote(tuple(self._blocks("blockquote_close"))),
            "table_open": self._table,
        }
        captioned: Block | None = None
        while (token := self._next()) is not None and token.type != end:
            if token.type == "footnote_reference_open":
                self._pass_over("footnote_reference_close")
            elif reader := readers.get(token.type):
                block = reader(token)
                if isinstance(block, Table) and isinstance(captioned, Paragraph) and _captions(captioned):
                    block, captioned = replace(block, caption=captioned.words), None
                if captioned is not None:
                    yield captioned
                captioned = block
        if captioned is not None:
            yield captioned

    def _paragraph(self, opening: Token) -> Paragraph | Figure:
        """A figure has its place in the text itself, not in a list or a quotation."""
        first, end = opening.map or (0, 0)
        alone = (
            FIGURE.fullmatch(self.lines[first].strip()) if end == first + 1 and not opening.level else None
        )
        words = self._inline()
        return Figure(int(alone[1])) if alone else Paragraph(words)

    def _pass_over(self, end: str) -> None:
        while (token := self._next()) is not None and token.type != end:
            pass

    def _inline(self) -> Words:
        token = self._next()
        self._next()  # what closes it
        return self._words(token, noting=True) if token else ()

    def _items(self, opening: Token) -> Items:
        ordered = opening.type == "ordered_list_open"
        items = []
        while (token := self._next()) is not None and token.type == "list_item_open":
            items.append(tuple(self._blocks("list_item_close")))
        start = opening.attrs.get("start", 1) if ordered else 1
        return Items(ordered, int(start), tuple(items))

    def _table(self, opening: Token) -> Table:
        rows: list[list[Words]] = []
        numeric: list[bool] = []
        while (token := self._next()) is not None and token.type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type in {"th_open", "td_open"}:
                if token.type == "th_open":
                    numeric.append("right" in str(token.attrs.get("style", "")))
                rows[-1].append(self._inline())
            elif token.type == "tr_close" and len(rows) > 1:
                rows[-1] = self._with_the_rest(rows[-1], opening, len(rows))
        head, *body = rows
        return Table(tuple(head), tuple(tuple(row) for row in body), tuple(numeric))

    def _with_the_rest(self, row: list[Words], table: Token, number: int) -> list[Words]:
        """What stands in a row beyond the last column is part of the last cell: it was written, so it is read."""
        line = self.lines[(table.map or [0])[0] + number] if table.map else ""
        said = escapedSplit(line.strip().lstrip("> ").strip())
        said = said[1:] if said and not said[0].strip() else said
        beyond = [cell.strip() for cell in said[len(row) :] if cell.strip()]
        if beyond:
            self.too_many = self.too_many or line.strip()
            row[-1] = (*row[-1], Run(" " + " ".join(beyond)))
        return row

    def _words(self, token: Token, *, noting: bool) -> Words:
        runs: list[Run] = []
        bold = italic = 0
        href = ""
        for child in token.children or ():
            said = child.content
            if child.type in {"softbreak", "hardbreak"}:
                said = "\n"
            elif child.type == "link_open":
                href = str(child.attrs.get("href", ""))
            elif child.type == "link_close":
                href = ""
            elif child.type.startswith("strong_"):
                bold += child.nesting
            elif child.type.startswith("em_"):
                italic += child.nesting
            elif child.type == "footnote_ref" and noting:
                runs.append(self._mark(child.meta["label"]))
            elif child.type == "footnote_ref":
                said = f"[^{child.meta['label']}]"
            if said:
                runs.append(Run(said, bold > 0, italic > 0, href))
        return _joined(runs)

    def _mark(self, label: str) -> Run:
        again = label in self.numbers
        number = self.numbers.setdefault(label, len(self.numbers) + 1)
        return Run(str(number), note=number, again=again)


def _captions(paragraph: Paragraph) -> bool:
    return bool(CAPTION.match(paragraph.words[0].text)) if paragraph.words else False


def _joined(runs: Sequence[Run]) -> Words:
    """Neighbours that are set alike are one run."""
    found: list[Run] = []
    for _, alike in groupby(runs, key=lambda run: (run.bold, run.italic, run.href, run.note)):
        first, *more = alike
        found.append(replace(first, text=first.text + "".join(run.text for run in more)) if more else first)
    return tuple(found)


PARSER = _parser()

"""What a writer has to change before a text can be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cspr.ui.richtext.blocks import tables_in
from cspr.ui.richtext.reading import DEEPEST, LONGEST, MOST_CELLS, PARSER, Reading, cells, heavy, prepared

MOST_COLUMNS, MOST_NOTES = 12, 300
MARK = re.compile(r"\[\^([^\]\s]{1,40})\](?!:)")
PASTED = re.compile(
    r"</?(?:p|div|span|b|i|u|s|br|hr|a|img|font|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|strong|em|sup|sub|style"
    r"|script|iframe|html|head|body|meta|link|xml|o:p|w:\w+|v:\w+|st1:\w+)(?:\s[^<>]{0,400})?/?>|<!--|<!\[|<\?xml",
    re.IGNORECASE,
)
PICTURE = re.compile(r"!\[[^\]]{0,400}\]\(")
OTHER_LINK = re.compile(r"\]\((?!https://)\s*([^)\s]{1,60})")


def problem(text: str) -> str | None:
    """What has to be changed before such a text can be kept, in one sentence; ``None`` when it is well."""
    if len(text) > LONGEST:
        return f"This has {len(text):,} characters; at most {LONGEST:,} can be kept. Shorten or divide it."
    return next(_foreign(text), None) or next(_unreadable(text), None)


def _foreign(text: str) -> Iterator[str]:
    if pasted := PASTED.search(text):
        yield (
            f"“{pasted.group()[:60]}” is the markup of a web page or of Word. Copy the text again and paste it "
            "without formatting (Ctrl+Shift+V)."
        )
    if PICTURE.search(text):
        yield (
            "A picture cannot be shown in this way. Add it under Figures, write its number like [Figure 1] in a line "
            "of its own, and take out the part that begins with “![”."
        )
    if other := OTHER_LINK.search(text):
        yield f"A link has to begin with https://. Change “{other.group(1)}”, or write the address as text."


def _unreadable(text: str) -> Iterator[str]:
    source = prepared(text)
    if heavy(source):
        yield "There are too many lines, brackets, stars or table cells here to be read. Divide the section."
        return
    tokens = PARSER.parse(source)
    if any(token.level > DEEPEST for token in tokens):
        yield "Lists and quotations are nested too deeply to be read. Use three levels at the most."
    if cells(tokens) > MOST_CELLS:
        yield f"The tables have more than {MOST_CELLS:,} cells together. Put them in a file of their own."
    reading = Reading(tokens, source.split("\n"))
    found = reading.whole()
    if any(len(table.columns) > MOST_COLUMNS for table in tables_in(found.blocks)):
        yield f"A table has more than {MOST_COLUMNS} columns. Divide it, or turn rows into columns."
    if reading.too_many:
        yield f"A row of a table has more cells than its head: “{reading.too_many[:60]}”."
    yield from _notes(reading, source)


def _notes(reading: Reading, source: str) -> Iterator[str]:
    if len(reading.numbers) > MOST_NOTES:
        yield f"There are more than {MOST_NOTES} footnotes. Say more of it in the text."
    for label in reading.said:
        if label not in reading.numbers:
            yield f"The footnote [^{label}] is nowhere in the text. Write [^{label}] where it belongs."
    for label in MARK.findall(source):
        if label not in reading.said:
            yield f"The footnote [^{label}] says nothing yet. Add a line: [^{label}]: …"

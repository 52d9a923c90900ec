"""What people write in a report, read as blocks: the one door from Markdown to everything that shows it.

``read(text)`` gives a ``RichText`` (``blocks.py``): headings of two levels, paragraphs, lists, tables, quotations,
footnotes and the places of figures, whose words are runs (bold, italic, a link to an https address, the number of a
footnote). From it are made the HTML of pages and of PDFs (``html.py``) and the Word document
(``cspr.documents.richword``). Whoever makes Markdown from another source checks it with ``problem``. What is stored,
hashed and compared is always the text itself.

The rules are a fixed few of CommonMark, with GitHub's tables and footnotes. There is no HTML, no picture from
elsewhere and no code: it stays the text that it is. ``[Figure 1]`` in a paragraph of its own is where a figure stands.
Plain prose reads as it always did (a line break is one, ``- `` is a list wherever it stands). Nothing raises: a text
past the limits is read as plain paragraphs; ``problem`` is the sentence for its writer.
"""

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
    tables_in,
)
from cspr.ui.richtext.checking import problem
from cspr.ui.richtext.marks import in_words, unmarked, without_marks, without_tables
from cspr.ui.richtext.reading import FIGURE, LONGEST, read

__all__ = [
    "FIGURE",
    "LONGEST",
    "Block",
    "Figure",
    "Heading",
    "Items",
    "Paragraph",
    "Quote",
    "RichText",
    "Run",
    "Table",
    "Words",
    "in_words",
    "plain",
    "problem",
    "read",
    "tables_in",
    "unmarked",
    "without_marks",
    "without_tables",
]

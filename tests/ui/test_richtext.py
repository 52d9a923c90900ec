"""What people write in a report: read as blocks, shown safely, and never longer in the reading than it is worth."""

import re
import time

import pytest

from cspr.ui.richtext import (
    LONGEST,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quote,
    Run,
    Table,
    problem,
    read,
    without_marks,
    without_tables,
)  # fmt: skip
from cspr.ui.richtext.html import Picture, page, paper

OURS = frozenset(
    {
        "p",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "blockquote",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "col",
    }
    | {"em", "strong", "br", "a", "sup", "span"}
)
WHOLE = """## What was seen
Some **very *close* words**[^1]
on two lines, and [guidance](https://www.gov.uk/a?b=1&c=2).
### Later
- one
- two
  1. inside
After the list
> “I wanted to go home.”
Table 1: Visits
| Who | Times |
|-----|------:|
| School | 5 |
| Midwife[^b] | 2 |
The end.[^1]

[^1]: Minutes of the *second* meeting.
[^b]: From May.
"""


def words(text):
    return (Run(text),)


def test_headings_lists_tables_quotations_and_footnotes_are_read():
    rich = read(WHOLE)
    assert [type(block) for block in rich.blocks] == [
        Heading, Paragraph, Heading, Items, Paragraph, Quote, Table, Paragraph,
    ]  # fmt: skip
    first, said, later, items, after, quote, table, end = rich.blocks
    assert (first.level, later.level, after.words) == (1, 2, words("After the list"))
    assert said.words[:3] == (Run("Some "), Run("very ", bold=True), Run("close", bold=True, italic=True))
    assert said.words[4:7] == (
        Run("1", note=1),
        Run("\non two lines, and "),
        Run("guidance", href="https://www.gov.uk/a?b=1&c=2"),
    )
    assert items.items[1] == (Paragraph(words("two")), Items(True, 1, ((Paragraph(words("inside")),),)))
    assert quote.blocks == (Paragraph(words("“I wanted to go home.”")),)
    assert table.caption == words("Table 1: Visits")
    assert (table.numeric, table.columns) == ((False, True), (words("Who"), words("Times")))
    assert table.rows[1] == ((Run("Midwife"), Run("2", note=2)), words("2"))
    assert end.words == (Run("The end."), Run("1", note=1, again=True))
    assert rich.notes == (
        (Run("Minutes of the "), Run("second", italic=True), Run(" meeting.")),
        words("From May."),
    )
    assert problem(WHOLE) is None


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2 = 30, under_score_names and A*",
        "<18 years, >5 visits & “more”", "[sic] and (see [2])", "2 + 2\n+ 3 others",
        "    four spaces", "--- \n***\n===", "Title\n=====", "`code` and ```", "&amp; &lt;b&gt; &nbsp;", "[a]: https://x.org/",
        "a | b without a line under it", "~~not~~ #5 ##x", "http://www.gov.uk/ and www.gov.uk",
    ],
)  # fmt: skip
def test_plain_prose_reads_as_it_is(text):
    [block] = read(text).blocks
    assert block == Paragraph(words("\n".join(line.strip() for line in text.splitlines())))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<p class=MsoNormal>Text<o:p></o:p></p>",
        "[x](javascript:alert(1))", "[x](data:text/html;base64,PHNj)", "[x](http://example.org)", "![x](https://example.org/a.png)",
        '[x](https://example.org/"onmouseover="alert(1))', "<https://example.org/<script>>", "[^1]: <b>x</b>\n\nx[^1]",
        '| <b> | " onx="1 |\n|--|--|\n| <i> | {{ secret }} |', "> <h1>x</h1>", "## <h1>x", "- <li>",
    ],
)  # fmt: skip
def test_markup_is_shown_and_never_obeyed_and_no_link_leads_elsewhere_than_to_https(hostile):
    for html in (page(hostile), paper(hostile)):
        tags = re.findall(r"<[^>]*>", html)
        assert {re.match(r"</?(\w+)", tag).group(1) for tag in tags} <= OURS
        assert not [tag for tag in tags if re.search(r"""\son|href="(?!https://|#)|MsoN""", tag)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p class=MsoNormal>She</p>", "paste it without formatting"),
        ("![her](https://example.org/x.png)", "Add it under Figures"),
        ("[site](http://example.org)", "begin with https://"),
        ("Said.[^2]", "[^2] says nothing yet"),
        ("Said.\n\n[^2]: Unused.", "[^2] is nowhere in the text"),
        ("| a |\n|---|\n| b | c |", "more cells than its head"),
        ("|a" * 13 + "|\n" + "|-" * 13 + "|", "12 columns"),
        (("|a|b|\n|-|-|\n" + "|c|d|\n" * 500 + "\n") * 5, "cells"),
        ("> " * 10_000 + "deep", "nested too deeply"),
        ("x" * (LONGEST + 1), "at most 60,000"),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence_and_still_read(text, words):
    assert words in problem(text)
    assert read(text).blocks


def test_nothing_that_was_written_is_left_out():
    text = "| a |\n|---|\n| b | beyond |\n\nSaid.[^nowhere]\n\n[^unused]: A note."
    html = page(text)
    assert all(said in html for said in ("beyond", "[^nowhere]", "A note."))


@pytest.mark.parametrize(
    "bomb",
    [
        "> " * 10_000, ">" * 60_000, "- " * 30_000, "[" * 60_000, "![" * 30_000, "^[" * 30_000, "[^1]" * 15_000,
        "*_" * 30_000,
        "**a" * 20_000, "|" * 60_000, "|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "|b|\n" * 10_000,
        "<" * 60_000, "\n" * 60_000,
        "a\n" * 30_000, "\\" * 60_000, "x" * 2_000_000, "\x00" * 1000 + "a\x00b", "[a](https://x" * 5000,
        "<p>" * 20_000,
    ],
)  # fmt: skip
def test_a_bomb_is_read_in_little_time(bomb):
    began = time.process_time()
    read(bomb)
    problem(bomb[:LONGEST])
    without_marks(bomb[:LONGEST])
    assert time.process_time() - began < 2
    assert "\x00" not in page(bomb[:2000])


def test_footnotes_are_counted_on_and_lead_there_and_back():
    html = page("One.[^a]\n\n[^a]: Said.", name="events", notes_before=3)
    assert '<sup id="events-mark-4"><a class="govuk-link" href="#events-note-4">' in html
    assert '<li id="events-note-4" value="4">Said.' in html
    assert paper("One.[^a]\n\n[^a]: Said.") == '<p>One.<span class="footnote">Said.</span></p>'


def test_the_address_of_a_link_is_printed():
    assert "guidance</a> (https://www.gov.uk/a?b=1&amp;c=2)" in paper(WHOLE)


def test_who_does_not_set_the_text_reads_it_without_its_marks():
    assert (
        without_marks("**Jane** Smi[^1]th\n- a * b\n\\*x\n[her](https://x.org/jane)\n")
        == "Jane Smith\n- a * b\n*x\nher\n"
    )
    assert without_tables(WHOLE).splitlines()[:2] == ["## What was seen", ""]
    assert "Midwife" not in without_tables(WHOLE)
    assert "Minutes" not in without_tables(WHOLE)


@pytest.mark.parametrize(
    ("columns", "cell", "expected"),
    [
        (3, "word", '<table class="written">'),
        (6, "word", '<table class="written many">'),
        (10, "2 visits", '<table class="written most">'),
        (
            10,
            "a whole sentence about what was seen there",
            '<div class="sideways"><table class="written many">',
        ),
    ],
)
def test_a_wide_table_is_set_so_that_it_can_be_read(columns, cell, expected):
    lines = ["|" + f" {cell} |" * columns, "|" + "---|" * columns, "|" + f" {cell} |" * columns]
    assert paper("\n".join(lines)).startswith(expected)


def test_only_a_row_that_fills_half_a_page_may_be_divided():
    said = paper("| a |\n|---|\n| short |\n| " + "long " * 200 + "|")
    assert (said.count("<tr>"), said.count('<tr class="long">')) == (2, 1)


# --- figures ------------------------------------------------------------------------------------------------


def test_a_figure_stands_where_its_number_is_alone_in_a_paragraph():
    said = read("Before.\n\n[Figure 2]\n\nAfter.\n\n  [figure 10]  \n")
    assert said.blocks == (
        Paragraph((Run("Before."),)), Figure(2), Paragraph((Run("After."),)), Figure(10),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "See [Figure 1].", "[Figure 1] shows it", "- [Figure 1]", "> [Figure 1]", "[Figure 1]\n[Figure 2]",
        "\\[Figure 1\\]", "**[Figure 1]**", "[Figure one]", "[Figure 1234]", "[Figure 1](https://example.org)",
    ],
)  # fmt: skip
def test_anywhere_else_it_stays_the_words_that_it_is(text):
    assert "Figure" not in {type(block).__name__ for block in read(text).blocks}
    assert re.sub(r"<[^>]+>", "", paper(text)).strip()


def test_a_picture_is_shown_with_its_words_and_a_figure_without_one_stays_its_words():
    shown = {1: Picture("/a?b=1&c=2", 'A "line" <b>', "Falls & rises", 20, 10)}
    assert page("[Figure 1]\n\n[Figure 2]", figures=shown) == (
        '<figure class="app-figure"><img src="/a?b=1&amp;c=2" alt="A &quot;line&quot; &lt;b&gt;" width="20" height="10"'
        ' loading="lazy"><figcaption class="govuk-body-s"><strong>Figure 1:</strong> Falls &amp; rises</figcaption>'
        '</figure>\n<p class="govuk-body">[Figure 2]</p>'
    )


def test_a_summary_leaves_the_places_of_figures_out():
    assert without_tables("One.\n\n[Figure 1]\n\nTwo.") == "One.\n\nTwo."

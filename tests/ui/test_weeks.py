"""The six months as bars: well formed, told in words, marked by shape and not by colour alone."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest

from cspr.ui.weeks import Bar, Line, Shade, weeks_chart

pytestmark = pytest.mark.once
SVG = "{http://www.w3.org/2000/svg}"
D = dt.date
LONG = "Ask the agencies for their chronologies and their reports"
BARS = [
    Bar("Appoint <the> reviewer", D(2026, 11, 23), D(2026, 12, 14), "done"),
    Bar(LONG, D(2026, 12, 14), D(2027, 1, 18), "late", D(2027, 2, 1)),
    Bar("Publish", D(2027, 5, 17), D(2027, 5, 17), "to do", D(2027, 5, 31)),
]  # fmt: skip
LINES = [Line(D(2027, 2, 1), "today", "today"), Line(D(2027, 5, 23), "due 23 May 2027", "due")]
HOLD = Shade(D(2027, 1, 4), D(2027, 1, 11), "On hold: Trial")


def drawn(*bars: Bar, shades: tuple[Shade, ...] = ()) -> ET.Element:
    return ET.fromstring(weeks_chart(bars, LINES, shades, "The plan"))


def kinds(svg: ET.Element, name: str) -> list[str]:
    return [one.get("class", "") for one in svg.iter() if one.get("class", "").startswith(name)]


def test_it_is_an_image_and_says_in_words_what_it_shows() -> None:
    svg = drawn(*BARS, shades=(HOLD,))
    description = svg.find(f"{SVG}desc")
    assert description is not None
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", "weeks-title weeks-words")
    assert description.text == (
        "3 milestones: 1 done, 1 late, 1 to do. today: 1 February 2027. due 23 May 2027: 23 May 2027. "
        "On hold: Trial from 4 January 2027 to 11 January 2027."
    )


def test_done_and_late_have_a_sign_of_their_own_and_what_slips_a_dashed_line() -> None:
    svg = drawn(*BARS)
    assert kinds(svg, "weeks-sign") == ["weeks-sign weeks-sign--done", "weeks-sign weeks-sign--late"]
    assert len(kinds(svg, "weeks-slip")) == 2


def test_everything_stays_within_the_picture() -> None:
    svg = drawn(*BARS, shades=(Shade(D(2026, 1, 1), D(2028, 1, 1), "On hold"),))
    rects = [(float(r.get("x", 0)), float(r.get("width", 0))) for r in svg.iter(f"{SVG}rect")]
    assert all(x >= 0 and x + width <= 1000 for x, width in rects)


def test_names_are_escaped_and_long_ones_shortened() -> None:
    words = [text.text for text in drawn(*BARS).iter(f"{SVG}text")]
    assert "Appoint <the> reviewer" in words
    assert "Ask the agencies for their chronologies and t…" in words


def test_without_milestones_there_is_no_picture() -> None:
    assert weeks_chart([], LINES, [], "The plan") == ""


def test_the_word_of_today_gives_way_to_a_due_date_that_is_near() -> None:
    def heights(today: D) -> tuple[str | None, ...]:
        lines = [Line(today, "today", "today"), LINES[1]]
        svg = ET.fromstring(weeks_chart(BARS, lines, [], "The plan"))
        return tuple(t.get("y") for t in svg.iter(f"{SVG}text") if "weeks-word" in t.get("class", ""))

    far, near = heights(D(2026, 12, 1)), heights(D(2027, 5, 12))
    assert far[0] == far[1]
    assert near[0] != near[1]


def test_between_two_later_lines_the_word_of_today_ends_at_its_own() -> None:
    later = [LINES[1], Line(D(2027, 6, 1), "expected 1 June 2027", "expected")]
    svg = ET.fromstring(weeks_chart(BARS, [Line(D(2027, 5, 12), "today", "today"), *later], [], "The plan"))
    [today] = [text for text in svg.iter(f"{SVG}text") if text.text == "today"]
    assert today.get("text-anchor") == "end"


@pytest.mark.parametrize("year", [1, 202, 2035, 2206, 9999])
def test_a_mistyped_year_makes_a_picture_with_few_rules(year: int) -> None:
    """It is still drawn, and the page stays light, so that the year can be seen and put right."""
    far = Bar("Trial", *sorted((D(2026, 11, 23), D(year, 12, 31))), "to do")
    assert 1 <= len(kinds(drawn(far), "weeks-rule")) <= 24

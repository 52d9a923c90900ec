"""The strip of days: well formed, told in words, without a style of its own."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest

from cspr.ui.days import StripDay, day_strip

pytestmark = pytest.mark.once
SVG = "{http://www.w3.org/2000/svg}"
FRIDAY = dt.date(2026, 11, 27)
DAYS = [
    StripDay(FRIDAY, 4, marks=("done", "late")),
    StripDay(dt.date(2026, 11, 28), None, "Saturday"),
    StripDay(dt.date(2026, 11, 29), None, "Sunday"),
    StripDay(dt.date(2026, 11, 30), 5, flags=("today",), marks=("to do",)),
    StripDay(dt.date(2026, 12, 1), 6, flags=("due",)),
    StripDay(dt.date(2026, 12, 2), 7),
]


def drawn(*days: StripDay) -> ET.Element:
    return ET.fromstring(day_strip(days, "The <plan>"))


def test_it_is_an_image_with_a_title_and_says_in_words_what_it_shows() -> None:
    svg = drawn(*DAYS)
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (svg.get("role"), title.text) == ("img", "The <plan>")
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert description.text == "Day 4: 1 done, 1 late. Day 5: today, 1 to do. Day 6: due."


def test_days_that_do_not_count_say_why() -> None:
    why = [title.text for rect in drawn(*DAYS).iter(f"{SVG}rect") for title in rect.iter(f"{SVG}title")]
    assert why == [
        "Saturday 28 November 2026: not counted, Saturday",
        "Sunday 29 November 2026: not counted, Sunday",
    ]


def test_no_part_carries_a_style_or_a_script() -> None:
    parts = list(drawn(*DAYS).iter())
    assert [part.tag for part in parts if part.get("style") or part.tag.endswith("script")] == []


def test_a_mark_is_told_by_its_shape_and_not_by_its_colour_alone() -> None:
    signs = [path.get("d") for path in drawn(*DAYS).iter(f"{SVG}path") if path.get("class") == "days-sign"]
    assert len(signs) == len(set(signs)) == 2


def test_no_days_are_no_error() -> None:
    assert drawn().get("viewBox") == "0 0 0 118"

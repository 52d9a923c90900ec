"""The drawing of a case's road: well formed, told in words, and the same every time."""

import datetime as dt
from xml.etree import ElementTree as ET

import pytest

from cspr.ui.road import Station, road
from tests.ui.gallery import ROAD

TODAY = dt.date(2026, 12, 24)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*stations: Station, today: dt.date = TODAY) -> ET.Element:
    return ET.fromstring(road(stations, today))


def words(element: ET.Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{SVG}text")]


def test_the_drawing_is_an_image_with_a_title_and_a_description() -> None:
    svg = drawn(*ROAD)
    assert svg.get("role") == "img"
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert description.text == (
        "Referral: done on Tuesday 1 December 2026. "
        "Notification to the Panel: done on Tuesday 8 December 2026, it was due by Wednesday 9 December 2026 (law). "
        "Rapid review: here since Tuesday 8 December 2026. "
        "Decision sent: to come, due Monday 4 January 2027 (guidance). "
        "Practice review: to come. "
        "Published: to come, due Tuesday 8 June 2027 (law)."
    )


def test_no_part_carries_a_style_or_a_script() -> None:
    parts = list(drawn(*ROAD).iter())
    assert [p.tag for p in parts if p.get("style") or any(name.startswith("on") for name in p.attrib)] == []
    assert {p.tag.removeprefix(SVG) for p in parts} == {
        "svg",
        "title",
        "desc",
        "line",
        "circle",
        "path",
        "text",
    }


def test_lateness_is_a_word_and_not_only_a_colour() -> None:
    station = Station("Decision", "now", due=dt.date(2026, 12, 1), force="law", late=True)
    assert words(drawn(station)) == ["Decision", "now", "late: due 1 Dec 2026", "by law"]
    assert station.sentence == "here now, due Tuesday 1 December 2026 (law), late"


@pytest.mark.parametrize(
    ("today", "place"),
    [
        (dt.date(2026, 12, 8), 396),
        (dt.date(2027, 1, 4), 504),
        (dt.date(2027, 3, 1), 504),
        (dt.date(2026, 12, 1), 396),
    ],
)
def test_today_is_a_place_between_two_stations_and_never_outside(today: dt.date, place: int) -> None:
    (dot,) = [
        c for c in drawn(*ROAD, today=today).iter(f"{SVG}circle") if "road-dot" in (c.get("class") or "")
    ]
    assert dot.get("cx") == str(place)


def test_today_has_no_place_without_two_dates() -> None:
    undated = [Station("Referral", "now", on=TODAY), Station("Rapid review", "to come")]
    assert "today" not in words(drawn(*undated))
    assert "today" not in words(drawn(Station("Stopped", "stopped", on=TODAY)))


def test_names_are_escaped_and_long_ones_broken() -> None:
    assert words(drawn(Station("A <b> & a long name of a stage", "to come"))) == [
        "A <b> & a long",
        "name of a stage",
    ]


def test_a_road_without_stations_is_nothing() -> None:
    assert road([], TODAY) == ""

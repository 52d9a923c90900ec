"""The bars: one for each figure that is shown, a mark and a word for each that is not."""

from __future__ import annotations

from xml.etree.ElementTree import XML

from cspr.ui.bars import PLOT, Count, bars

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = [Count("By the hospital", 10), Count("By a school", 5), Count("By the police", None)]


def test_the_longest_bar_is_the_largest_figure_and_what_is_hidden_is_drawn_as_hidden():
    picture = XML(bars(COUNTS, "Referrals", "referrals"))
    drawn = {rect.get("class"): rect for rect in picture.iter(f"{SVG}rect")}
    widths = [int(r.get("width", "")) for r in picture.iter(f"{SVG}rect") if r.get("class") == "bars-bar"]
    assert widths == [PLOT, round(PLOT / 2)]
    assert set(drawn) == {"bars-bar", "bars-hidden"}
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert words == ["By the hospital", "10", "By a school", "5", "By the police", "hidden"]


def test_it_says_in_words_what_it_shows():
    picture = XML(bars(COUNTS, "Referrals", "referrals"))
    assert picture.findtext(f"{SVG}title") == "Referrals"
    assert picture.findtext(f"{SVG}desc") == "By the hospital: 10; By a school: 5; By the police: not shown."


def test_without_a_bar_there_is_no_picture():
    assert bars([Count("None", 0), Count("Hidden", None)], "Nothing", "nothing") == ""
    assert bars([], "Nothing", "nothing") == ""

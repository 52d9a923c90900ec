"""Template tags: dates in full, five status words, rows that say when there is nothing."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory

from cspr.ui.templatetags import ui

TODAY = dt.date(2026, 12, 24)


def rendered(text: str, **context: object) -> str:
    return str(engines["django"].from_string(text).render(context))


@pytest.mark.parametrize(
    ("day", "working_days", "sentence"),
    [
        (dt.date(2026, 12, 24), 0, "Thursday 24 December 2026, today"),
        (dt.date(2026, 12, 25), 0, "Friday 25 December 2026, tomorrow"),
        (dt.date(2026, 12, 23), -1, "Wednesday 23 December 2026, yesterday"),
        (dt.date(2026, 12, 29), 1, "Tuesday 29 December 2026, in 1 working day"),
        (dt.date(2026, 12, 31), 3, "Thursday 31 December 2026, in 3 working days"),
        (dt.date(2026, 12, 18), -4, "Friday 18 December 2026, 4 working days ago"),
        (dt.date(2026, 12, 31), None, "Thursday 31 December 2026, in 7 days"),
        (dt.date(2026, 12, 26), 0, "Saturday 26 December 2026, in 0 working days"),
        (None, None, "no date yet"),
    ],
)
def test_a_date_is_given_in_full_with_its_distance(
    day: dt.date | None, working_days: int | None, sentence: str
) -> None:
    assert ui.date_with_distance(day, TODAY, working_days) == sentence


@pytest.mark.parametrize("text", ["2026-02-30", "2026-12-29, later", "Seen at home", ""])
def test_only_a_text_that_is_a_day_is_told_as_one(text: str) -> None:
    assert ui.day_told("2026-12-29") == "Tuesday 29 December 2026"
    assert ui.day_told(text) == text


def test_a_moment_is_told_in_london_time() -> None:
    summer = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    assert ui.moment(summer) == "2 July 2026 at 00:30"
    assert ui.long_date(summer) == "Thursday 2 July 2026"


@pytest.mark.parametrize("state", ["to do", "waiting for Police", "late", "done", "stopped"])
def test_a_tag_says_one_of_five_words(state: str) -> None:
    assert f">{state}<" in ui.tag(state)


@pytest.mark.parametrize("state", ["open", "waiting for ", "waiting", "DONE", ""])
def test_a_sixth_word_is_refused(state: str) -> None:
    with pytest.raises(ValueError, match="five status words"):
        ui.tag(state)


def test_a_summary_row_says_when_nothing_was_given_and_escapes_what_was() -> None:
    text = rendered(
        '{% summary_list %}{% summary_row "Name" name href="/x/" %}{% summary_row "Born" none %}'
        '{% summary_row "Told" true_ %}{% endsummary_list %}',
        name="<b>",
        none=None,
        true_=True,
    )
    assert "&lt;b&gt;" in text
    assert 'Change<span class="govuk-visually-hidden"> name</span>' in text
    assert "Not given" in text
    assert ">Yes<" in text
    assert text.startswith('<dl class="govuk-summary-list ">')


def test_a_button_sends_once_and_a_link_can_look_like_one() -> None:
    assert 'data-prevent-double-click="true"' in rendered('{% button "Send" name="go" value="<1>" %}')
    assert "&lt;1&gt;" in rendered('{% button "Send" name="go" value=value %}', value="<1>")
    assert rendered('{% button "Start" href="/x/" %}').startswith('<a href="/x/" role="button"')


def test_a_telephone_number_can_be_rung() -> None:
    link = '<a class="govuk-link app-nowrap" href="tel:+441632960100">+44 1632 960100</a>'
    assert ui.phone("+44 1632 960100") == link
    assert ui.phone("") == ""


def test_the_first_verb_that_may_be_done_is_the_main_one() -> None:
    verbs = [
        SimpleNamespace(label=n, effect="", reason=r, url="#")
        for n, r in (("A", "no."), ("B", None), ("C", None))
    ]
    text = rendered('{% include "components/verbs.html" %}', verbs=verbs)
    assert "<strong>A</strong> is not possible now: no." in text
    assert text.count("govuk-button--secondary") == 1


def test_a_page_link_keeps_the_filters() -> None:
    request = RequestFactory().get("/referrals/", {"state": "late", "after": "old"})
    text = engines["django"].from_string('{% with_parameter "after" "new" %}').render({}, request)
    assert text == "?state=late&amp;after=new"

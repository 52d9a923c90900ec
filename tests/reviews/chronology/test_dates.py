"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.chronology.codes import Exactness
from reviews.chronology.dates import NotADate, When, age_on, parse_span, parse_time, parse_when

E = Exactness


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3/4/2025", "3 April 2025"),
        ("03.04.25", "3 April 2025"),
        ("03-04-2025", "3 April 2025"),
        ("3 April 2025", "3 April 2025"),
        ("3rd of April, 2025", "3 April 2025"),
        ("Thurs 3rd Apr 2025", "3 April 2025"),
        ("Thursday, 3 April 2025", "3 April 2025"),
        ("April 3, 2025", "3 April 2025"),
        ("3-Apr-25", "3 April 2025"),
        ("2025-04-03", "3 April 2025"),
        ("45750", "3 April 2025"),
        ("45750.0", "3 April 2025"),
        ("1/9/98", "1 September 1998"),
        ("Mar 2025", "March 2025"),
        ("Sept 2024", "September 2024"),
        ("03/2025", "March 2025"),
        ("2025-03", "March 2025"),
        ("2025", "2025"),
        ("c. March 2025", "about March 2025"),
        ("circa March 2025", "about March 2025"),
        ("approx 2019", "about 2019"),
        ("about 3/4/2025", "about 3 April 2025"),
        ("~ 2025", "about 2025"),
        ("March 2025?", "about March 2025"),
        ("mid-March 2025", "about March 2025"),
        ("late 2024", "about 2024"),
        ("spring 2025", "spring 2025"),
        ("Winter 2024/25", "winter 2024/25"),
        ("winter 2024", "winter 2024/25"),
        ("Autumn 2023 (approx)", "about autumn 2023"),
    ],
)
def test_what_people_type_is_understood(typed, said):
    assert parse_when(typed).words() == said


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "31/2/2025",
        "04/23/2025",
        "13/13/2025",
        "3/4",
        "March",
        "12345",
        "99999",
        "3/4/1066",
        "=1+1",
        "٣/٤/٢٠٢٥x",
    ],
)
def test_what_is_not_a_date_is_refused_with_a_sentence(typed):
    with pytest.raises(NotADate, match=r"\.$"):
        parse_when(typed)


days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 11, 30))
whens = st.one_of(
    st.builds(When, days, st.just(E.EXACT), st.booleans()),
    st.builds(lambda d, c: When(d.replace(day=1), E.MONTH, c), days, st.booleans()),
    st.builds(lambda d, c: When(d.replace(month=1, day=1), E.YEAR, c), days, st.booleans()),
    st.builds(
        lambda d, m, c: When(d.replace(month=m, day=1), E.SEASON, c),
        days,
        st.sampled_from([3, 6, 9, 12]),
        st.booleans(),
    ),
)


@given(whens)
def test_what_is_written_reads_back_as_it_was(when):
    assert parse_when(when.words()) == when
    assert when.first <= when.last


@given(st.text(max_size=40))
def test_nothing_typed_does_worse_than_being_refused(text):
    for parse in (parse_when, parse_span, parse_time):
        refusals = []
        try:
            parse(text)
        except NotADate as no:
            refusals.append(str(no))
        assert all(refusals)


@pytest.mark.parametrize(
    ("typed", "first", "last", "time"),
    [
        ("3/4/2025 14:30", "3 April 2025", None, "14:30"),
        ("2025-04-03T09:05:00", "3 April 2025", None, "09:05"),
        ("3 April 2025 to 5 April 2025", "3 April 2025", dt.date(2025, 4, 5), ""),
        ("3-5 April 2025", "3 April 2025", dt.date(2025, 4, 5), ""),
        ("March 2025 – May 2025", "March 2025", dt.date(2025, 5, 31), ""),
    ],
)
def test_a_cell_may_hold_an_end_or_a_time_too(typed, first, last, time):
    when, end, at = parse_span(typed)
    assert (when.words(), end, at) == (first, last, time)


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("14:30", "14:30"), ("1430", "14:30"), ("2.30pm", "14:30"), ("2pm", "14:00"), ("12am", "00:00"),
        ("noon", "12:00"), ("09:05:00", "09:05"), ("0.5", "12:00"), ("0930 hrs", "09:30"), ("", ""),
    ],
)  # fmt: skip
def test_times_are_understood(typed, time):
    assert parse_time(typed) == time


@pytest.mark.parametrize("typed", ["25:00", "14", "13pm", "later", "10:75"])
def test_what_is_not_a_time_is_refused(typed):
    with pytest.raises(NotADate):
        parse_time(typed)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2025-06-01", "2025-05-01", "4 weeks before birth"),
        ("2025-06-01", "2025-06-01", "0 days"),
        ("2025-06-01", "2025-06-02", "1 day"),
        ("2025-06-01", "2025-07-01", "4 weeks"),
        ("2025-06-01", "2025-12-01", "6 months"),
        ("2022-06-15", "2025-08-14", "3 years 1 month"),
        ("2010-06-15", "2025-08-15", "15 years"),
        ("2020-02-29", "2021-02-28", "11 months"),
    ],
)
def test_an_age_is_said_as_people_say_it(born, day, age):
    assert age_on(dt.date.fromisoformat(born), dt.date.fromisoformat(day)) == age

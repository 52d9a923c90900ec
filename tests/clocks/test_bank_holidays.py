"""Bank holidays as rows: loaded, taken in, proclaimed, withdrawn; and the calendar that follows them."""

import datetime as dt
import json

import pytest

import cspr.clocks
from cspr.clocks import CalendarChange, on_calendar_change
from cspr.clocks.bank_holidays import Outcome, proclaim, take_in, withdraw
from cspr.clocks.calendar import OutsideCalendar
from cspr.clocks.govuk import BUNDLED, BankHolidaysRefused, bundled
from cspr.clocks.models import BankHoliday, calendar_end, calendar_warning, working_days

pytestmark = pytest.mark.django_db
D = dt.date
JUBILEE = D(2027, 6, 4)


def govuk(days: dict[D, str]) -> str:
    events = [
        {"title": title, "date": on.isoformat(), "notes": "", "bunting": True} for on, title in days.items()
    ]
    return json.dumps({"england-and-wales": {"division": "england-and-wales", "events": events}})


def year(number: int) -> dict[D, str]:
    """A made-up year of eight bank holidays."""
    return {D(number, month, 1): f"Holiday {month}" for month in range(1, 9)}


def table() -> list[tuple[D, str, str]]:
    return list(BankHoliday.objects.values_list("on", "title", "source"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[CalendarChange]:
    """What a listener was told; it answers with the due date that a clock would now have."""
    changes: list[CalendarChange] = []

    def listen(change: CalendarChange) -> str:
        changes.append(change)
        return f"now due {working_days().add(D(2027, 6, 3), 1)}"

    monkeypatch.setattr(cspr.clocks, "_LISTENERS", [])
    on_calendar_change(listen)
    on_calendar_change(listen)
    return changes


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the process believes to have run, in a list of one."""
    seconds = [1000.0]
    monkeypatch.setattr("cspr.clocks.models.monotonic", lambda: seconds[0])
    return seconds


def test_a_new_database_holds_the_committed_list() -> None:
    assert table() == [(on, title, "gov.uk") for on, title in bundled().items()]
    assert (working_days().first, working_days().last) == (D(2012, 1, 1), D(2028, 12, 31))


def test_taking_in_the_list_that_is_there_changes_nothing(heard: list) -> None:
    before = table()
    assert take_in(BUNDLED.read_text()) == Outcome()
    assert table() == before
    assert heard == []


def test_a_further_year_lets_deadlines_be_counted_further(heard: list) -> None:
    take_in(govuk(year(2029)))
    assert calendar_end() == D(2029, 12, 31)
    assert working_days().add(D(2028, 12, 29), 1) == D(2029, 1, 2)
    assert heard == [CalendarChange(tuple(year(2029)), ())]


def test_a_newer_list_adds_removes_and_renames_only_in_its_own_years(heard: list) -> None:
    newer = {on: title for on, title in bundled().items() if on.year == 2027}
    moved_from, moved_to = D(2027, 5, 3), D(2027, 5, 7)
    newer[moved_to] = newer.pop(moved_from)
    newer[D(2027, 8, 30)] = "Late summer holiday"
    outcome = take_in(govuk(newer))
    assert [row.on for row in outcome.added] == [moved_to]
    assert [row.on for row in outcome.removed] == [moved_from]
    assert [row.on for row in outcome.renamed] == [D(2027, 8, 30)]
    assert heard == [CalendarChange((moved_to,), (moved_from,))]
    assert dict(row[:2] for row in table()) == {
        **{on: title for on, title in bundled().items() if on.year != 2027},
        **newer,
    }


def test_a_day_entered_here_outlives_every_list(heard: list) -> None:
    proclaim(JUBILEE, "Made-up jubilee")
    assert take_in(BUNDLED.read_text()) == Outcome()
    assert take_in(govuk({**bundled(), JUBILEE: "The same jubilee"})) == Outcome()
    assert (JUBILEE, "Made-up jubilee", "local") in table()


def test_a_proclaimed_day_is_skipped_at_once_and_deadlines_are_counted_again(heard: list) -> None:
    assert working_days().add(D(2027, 6, 3), 1) == JUBILEE
    outcome = proclaim(JUBILEE, "Made-up jubilee")
    assert outcome.followed == ("now due 2027-06-07",)
    assert heard == [CalendarChange((JUBILEE,), ())]


def test_a_withdrawn_day_counts_again(heard: list) -> None:
    proclaim(JUBILEE, "Made-up jubilee")
    assert withdraw(JUBILEE).followed == ("now due 2027-06-04",)
    assert heard[1:] == [CalendarChange((), (JUBILEE,))]
    assert working_days().is_working(JUBILEE)


def test_a_day_cannot_be_proclaimed_twice_nor_without_a_title(heard: list) -> None:
    with pytest.raises(BankHolidaysRefused, match="Monday 30 August 2027 is a bank holiday already"):
        proclaim(D(2027, 8, 30), "Again")
    with pytest.raises(BankHolidaysRefused, match="title"):
        proclaim(JUBILEE, "  ")
    assert heard == []


@pytest.mark.parametrize("year", [1066, 2011, 2031, 9999])
def test_a_day_in_a_year_that_can_only_be_mistyped_is_not_taken(heard: list, year: int) -> None:
    with pytest.raises(BankHolidaysRefused, match=f"{year} lies outside 2012 to 2030"):
        proclaim(D(year, 12, 31), "Made-up jubilee")
    assert heard == []


def test_a_day_of_the_list_cannot_be_withdrawn_by_hand(heard: list) -> None:
    with pytest.raises(BankHolidaysRefused, match="not a bank holiday that was entered here"):
        withdraw(D(2027, 8, 30))
    assert heard == []


def test_if_the_deadlines_cannot_follow_the_calendar_does_not_change(heard: list) -> None:
    def fail(change: CalendarChange) -> str:
        raise RuntimeError

    on_calendar_change(fail)
    before = table()
    with pytest.raises(RuntimeError):
        proclaim(JUBILEE, "Made-up jubilee")
    assert table() == before
    assert working_days().is_working(JUBILEE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", 'no "england-and-wales" list'),
        ('{"scotland": {"events": []}}', 'no "england-and-wales" list'),
        ('{"england-and-wales": {"events": []}}', 'no "england-and-wales" list'),
        ('{"england-and-wales": {"events": [3]}}', "not a date with a title"),
        ('{"england-and-wales": {"events": [{"date": "2027-02-30", "title": "x"}]}}', "impossible date"),
        ('{"england-and-wales": {"events": [{"date": "20270301", "title": "x"}]}}', "impossible date"),
        ('{"england-and-wales": {"events": [{"date": 20270301, "title": "x"}]}}', "impossible date"),
        ('{"england-and-wales": {"events": [{"date": "2027-03-01"}]}}', "no usable title"),
        (
            '{"england-and-wales": {"events": [{"date": "2027-03-01", "title": "x"}]}}',
            "lists 1 bank holidays in 2027",
        ),
        (govuk({**year(2027), **year(2029)}), "lists 0 bank holidays in 2028"),
        (govuk(year(2031)), "the years between would be unknown"),
        (govuk(year(2001)), "the years between would be unknown"),
        (govuk(year(2027)).replace("2027-02-01", "2027-01-01"), "twice"),
    ],
)
def test_nonsense_is_refused_with_the_reason_and_nothing_changes(text: str, why: str, heard: list) -> None:
    before = table()
    with pytest.raises(BankHolidaysRefused, match=why):
        take_in(text)
    assert table() == before
    assert heard == []


def test_days_entered_here_never_make_a_year_known() -> None:
    for on, title in year(2029).items():
        proclaim(on, title)
    assert calendar_end() == D(2028, 12, 31)


def test_a_year_that_lost_its_days_is_no_longer_counted_over() -> None:
    BankHoliday.objects.filter(on__year=2020).delete()
    assert working_days().first == D(2021, 1, 1)
    with pytest.raises(OutsideCalendar):
        working_days().add(D(2020, 5, 1), 5)


def test_an_empty_table_is_an_error_that_says_what_to_do() -> None:
    BankHoliday.objects.all().delete()
    with pytest.raises(OutsideCalendar, match="import_bank_holidays FILE"):
        working_days()
    assert calendar_end() is None
    assert calendar_warning(D(2027, 1, 1)) == "No bank holidays are loaded, so no deadline can be counted."


def test_the_strip_warns_when_twelve_months_or_fewer_are_left() -> None:
    assert calendar_warning(D(2027, 12, 30)) == ""
    warning = "Bank holidays are known only until 31 December 2028. Load the newer list from GOV.UK."
    assert calendar_warning(D(2027, 12, 31)) == warning
    assert calendar_warning(D(2030, 1, 1)) == warning


def test_another_process_sees_a_change_within_a_minute(
    stopwatch: list[float], django_assert_num_queries
) -> None:
    first = working_days()
    # Written as another process would: this one is not told.
    BankHoliday.objects.create(on=JUBILEE, title="Made-up jubilee", source="local")
    stopwatch[0] += 59
    with django_assert_num_queries(0):
        assert working_days() is first
    stopwatch[0] += 2
    with django_assert_num_queries(1):
        assert not working_days().is_working(JUBILEE)


def test_an_unchanged_table_is_read_once_a_minute_and_built_once(
    stopwatch: list[float], django_assert_num_queries
) -> None:
    first = working_days()
    stopwatch[0] += 61
    with django_assert_num_queries(1):
        assert working_days() is first
        assert working_days() is first

"""The commands: what they print, and that nonsense is one line and exit 2."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.management import ManagementUtility

from cspr.clocks.govuk import BUNDLED
from cspr.clocks.models import BankHoliday, working_days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command closes its connection at the end; here that is the test's own, in mid-transaction."""
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error, as from a shell."""
    status = 0
    try:
        ManagementUtility(["manage.py", *words]).execute()
    except SystemExit as end:
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_due_prints_the_working_day_by_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "due", "SIN_5WD", "2026-12-18") == (
        0,
        """\
SIN_5WD: Serious incident notification (5 working days; guidance; WT2023)
  Friday 18 December 2026: day 0. The local authority became aware that the incident had occurred, and knows \
or suspects abuse or neglect.
  Saturday 19 December 2026: skipped, Saturday
  Sunday 20 December 2026: skipped, Sunday
  Monday 21 December 2026: day 1
  Tuesday 22 December 2026: day 2
  Wednesday 23 December 2026: day 3
  Thursday 24 December 2026: day 4
  Friday 25 December 2026: skipped, Christmas Day
  Saturday 26 December 2026: skipped, Saturday
  Sunday 27 December 2026: skipped, Sunday
  Monday 28 December 2026: skipped, Boxing Day (substitute day)
  Tuesday 29 December 2026: day 5
Due Tuesday 29 December 2026; 25 and 28 December skipped
""",
        "",
    )


def test_due_counts_back_from_the_planned_day_of_publication(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "due", "PREPUB_7D", "2027-04-06")
    assert out.splitlines()[:3] == [
        "PREPUB_7D: Report to the Secretary of State and the Panel (7 days before; law; SI2018/789)",
        "  Tuesday 6 April 2027: day 0. The planned day of publication, counted backwards.",
        "  Monday 5 April 2027: day 1",
    ]
    assert out.splitlines()[-1] == "Due Tuesday 30 March 2027"


@pytest.mark.parametrize(
    ("code", "trigger", "last_line"),
    [
        ("LCSPR_6M", "2026-08-31", "Due Sunday 28 February 2027"),
        ("YEARLY_REPORT_SEP", "2026-03-31", "Due Wednesday 30 September 2026"),
        ("RR_DECISION_NOTICE", "2026-03-31", "Due as soon as possible; no number of days is laid down."),
    ],
)
def test_due_tells_months_dates_and_as_soon_as_in_three_lines(
    code: str, trigger: str, last_line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "due", code, trigger)
    assert len(out.splitlines()) == 3
    assert out.splitlines()[2] == last_line


def test_due_in_json_is_one_object_a_line_in_the_order_asked(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "due", "RR_15WD", "2026-12-29", "2026-12-18", "--json")
    assert (status, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "code": "RR_15WD",
            "trigger": "2026-12-29",
            "due_on": "2027-01-20",
            "skipped": ["2027-01-01"],
            "rule_set": "WT2023",
        },
        {
            "code": "RR_15WD",
            "trigger": "2026-12-18",
            "due_on": "2027-01-13",
            "skipped": ["2026-12-25", "2026-12-28", "2027-01-01"],
            "rule_set": "WT2023",
        },
    ]


def test_due_in_json_has_no_date_for_as_soon_as(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "due", "--json", "RR_DECISION_NOTICE", "2026-12-29")
    assert json.loads(out)["due_on"] is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["RR_15WD", "2026-12-29", "2029-01-02"], "known only from 1 January 2012 to 31 December 2028"),
        (["RR_15WD", "2028-12-20"], "Cannot count 15 working days after 20 December 2028"),
        (["PREPUB_7WD", "2012-01-05"], "Cannot count 7 working days before 5 January 2012"),
        (["LCSPR_6M", "2035-01-01"], "Cannot count 1 January 2035"),
        (
            ["rr_15wd", "2026-12-29"],
            "There is no clock 'rr_15wd'. The clocks are: ACCESS_1M, ACCESS_3M, CARE_LEAVER_DEATH_5WD, INFO_",
        ),
        (["RR_15WD", "2026-12-29", "2027-02-30"], "'2027-02-30' is not a date. Write YYYY-MM-DD"),
        (["RR_15WD", "29/12/2026"], "'29/12/2026' is not a date."),
        (["RR_15WD", "20261229"], "'20261229' is not a date."),
        (["RR_15WD", ""], "'' is not a date."),
        ([], "the following arguments are required: CODE, DATE"),
        (["RR_15WD"], "the following arguments are required: DATE"),
        (["RR_15WD", "2026-12-29", "--jsn"], "unrecognized arguments: --jsn"),
    ],
)
@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_due_answers_nonsense_with_one_line_and_exit_2_and_prints_nothing_else(
    words: list[str], why: str, json_too: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "due", *words, *json_too)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert why in err


def test_importing_a_newer_list_prints_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = json.loads(BUNDLED.read_text())
    newer["england-and-wales"]["events"].append(
        {"title": "Made-up jubilee", "date": "2027-06-04", "notes": ""}
    )
    (tmp_path / "newer.json").write_text(json.dumps(newer))
    lines = ["Added 4 June 2027: Made-up jubilee", "Bank holidays are known until 31 December 2028."]
    status, out, err = run(capsys, "import_bank_holidays", str(tmp_path / "newer.json"))
    assert (status, out.splitlines()[0], out.splitlines()[-1], err) == (0, lines[0], lines[1], "")
    assert not working_days().is_working(dt.date(2027, 6, 4))
    status, out, err = run(capsys, "import_bank_holidays", str(tmp_path / "newer.json"))
    assert (status, out.splitlines(), err) == (0, ["Nothing changed.", lines[1]], "")


def test_a_list_that_begins_with_a_byte_order_mark_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.json").write_bytes(b"\xef\xbb\xbf" + BUNDLED.read_bytes())
    assert run(capsys, "import_bank_holidays", str(tmp_path / "list.json"))[0] == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "Cannot read"),
        (b"", "The file is not JSON."),
        (b"\xff\xfe\x00", "is not text"),
        (b'{"england-and-wales": {"events": []}}', 'no "england-and-wales" list'),
    ],
)
def test_importing_nonsense_is_one_line_and_exit_2_and_changes_nothing(
    content: bytes | None, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(BankHoliday.objects.values())
    if content is not None:
        (tmp_path / "list.json").write_bytes(content)
    status, out, err = run(capsys, "import_bank_holidays", str(tmp_path / "list.json"))
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert why in err
    assert list(BankHoliday.objects.values()) == before


def test_a_folder_is_not_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "import_bank_holidays", str(tmp_path))
    assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_a_day_is_proclaimed_and_withdrawn_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "proclaim_bank_holiday", "2027-06-04", "Made-up jubilee")
    assert out.splitlines()[0] == "Added 4 June 2027: Made-up jubilee"
    _, out, _ = run(capsys, "proclaim_bank_holiday", "2027-06-04", "--withdraw")
    assert out.splitlines()[0] == "Removed 4 June 2027: Made-up jubilee"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["2027-06-04"],
        ["2027-06-04", "A title", "--withdraw"],
        ["2027-06-31", "A title"],
        ["2027-06-04", "--withdraw"],
        ["2027-08-30", "A title"],
        ["2027-06-04", " "],
    ],
)
def test_a_proclamation_that_cannot_be_is_one_line_and_exit_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "proclaim_bank_holiday", *words)
    assert (status, out, len(err.splitlines())) == (2, "", 1)

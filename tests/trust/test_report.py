"""The trust report claims nothing that no run showed."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest

from tests.faults.shape import FAULTS
from tests.trust import report
from tests.trust.numbers import NUMBERS
from tests.trust.report import KEPT, PAGE, ROOT, lines_of, reached, told_line, written

pytestmark = pytest.mark.once


def ran(number, **changes):
    run = {
        "well": True,
        "value": "3 passed",
        "seconds": 1,
        "on": "2026-11-30",
        "commit": "abc",
        "where": "here",
    }
    return {**run, "line": told_line(number), **changes}


def test_the_numbers_are_the_twenty_eight():
    assert [number.number for number in NUMBERS] == list(range(1, 29))


def test_what_a_number_runs_is_there():
    for number in NUMBERS:
        for path in (word for word in number.tests.split() if not word.startswith("--")):
            assert (ROOT / path).exists(), path
        if number.program:
            assert find_spec(number.program.split()[0]), number.program
        assert set(number.faults.split()) <= {fault.code for fault in FAULTS}


def test_a_fault_counts_only_where_it_was_done_in_full_size(tmp_path, monkeypatch):
    [races] = [number for number in NUMBERS if number.faults == "F8"]
    kept = tmp_path / "faults.json"
    monkeypatch.setattr(report, "FAULTS", kept)
    run = {
        "ran": "200 races",
        "figures": {"one winner": "200 of 200"},
        "wrong": [],
        "size": "full",
        **ran(races),
    }
    found = []
    for changes in ({"size": "smoke"}, {}, {"well": False, "wrong": ["two winners\nand a log"]}):
        kept.write_text(json.dumps({"F8": run | changes}))
        found.append(report.kept_faults(races))
    assert found[0] is None
    assert [(one["well"], one["value"]) for one in found[1:]] == [
        (True, "200 races: one winner: 200 of 200."),
        (False, "200 races: one winner: 200 of 200. Wrong: two winners."),
    ]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number.number))
def test_a_number_without_a_run_or_with_something_missing_is_not_reached(number):
    assert not reached(number, None)
    measured = bool(lines_of(number) or number.faults)
    assert reached(number, ran(number)) == (measured and not number.missing)
    assert not reached(number, ran(number, well=False))
    assert not reached(number, ran(number, line="python -m pytest something/easier.py"))


def test_the_page_is_what_the_kept_runs_give():
    assert PAGE.read_text() == written(json.loads(KEPT.read_text()))

"""The trust report claims nothing that no run showed."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.trust.numbers import NUMBERS
from tests.trust.report import KEPT, PAGE, ROOT, line_of, reached, written

pytestmark = pytest.mark.once


def ran(number, **changes):
    line = shlex.join(["python", *line_of(number)])
    run = {
        "well": True,
        "value": "3 passed",
        "seconds": 1,
        "on": "2026-11-30",
        "commit": "abc",
        "where": "here",
    }
    return {**run, "line": line, **changes}


def test_the_numbers_are_the_twenty_eight():
    assert [number.number for number in NUMBERS] == list(range(1, 29))


def test_what_a_number_runs_is_there():
    for number in NUMBERS:
        for path in (word for word in number.tests.split() if not word.startswith("--")):
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number.number))
def test_a_number_without_a_run_or_with_something_missing_is_not_reached(number):
    assert not reached(number, None)
    assert reached(number, ran(number)) == (not number.missing and line_of(number) != [])
    assert not reached(number, ran(number, well=False))
    assert not reached(number, ran(number, line="python -m pytest something/easier.py"))


def test_the_page_is_what_the_kept_runs_give():
    assert PAGE.read_text() == written(json.loads(KEPT.read_text()))

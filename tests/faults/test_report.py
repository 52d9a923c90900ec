"""The page of faults claims nothing that no run showed."""

from __future__ import annotations

import json

import pytest

from tests.faults.report import KEPT, PAGE, reached, why_not, written
from tests.faults.shape import FAULTS

pytestmark = pytest.mark.once


def ran(**changes):
    run = {"well": True, "ran": "It was done", "figures": {}, "wrong": [], "size": "full", "seed": 1}
    return {
        **run,
        "seconds": 1,
        "on": "2026-12-01",
        "commit": "abc",
        "where": "here",
        "line": "it",
        **changes,
    }


def test_the_faults_are_the_twenty():
    assert [fault.code for fault in FAULTS] == [f"F{number}" for number in range(1, 21)]


def test_only_a_run_in_full_size_that_found_nothing_wrong_counts():
    assert reached(ran())
    assert not reached(None)
    assert not reached(ran(size="smoke"))
    assert not reached(ran(well=False))


def test_a_fault_that_did_not_pass_says_why():
    page = written({"F7": ran(well=False, wrong=["two mails are missing"])})
    assert f"**0 of {len(FAULTS)} passed.**" in page
    assert [line for line in page.splitlines() if line.startswith("- **F7,")] == [
        f"- **F7, {FAULTS[6].name}:** its run found: two mails are missing."
    ]
    assert why_not(FAULTS[0], None)


def test_the_page_is_what_the_kept_runs_give():
    assert PAGE.read_text() == written(json.loads(KEPT.read_text()))

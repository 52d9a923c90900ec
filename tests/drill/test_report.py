"""The page of the drill claims nothing that no run showed."""

from __future__ import annotations

import json

import pytest

from tests.drill.report import KEPT, PAGE, written

pytestmark = pytest.mark.once


def test_the_page_is_what_the_kept_runs_give() -> None:
    assert PAGE.read_text() == written(json.loads(KEPT.read_text()))


def test_what_was_not_run_says_so_and_what_was_wrong_is_named() -> None:
    run = {
        "well": False, "ran": "5 cases", "figures": {"RTO": "3 s"}, "parts": {"restoring": 1},
        "wrong": ["a file is gone"],
        "line": "./dev drill", "on": "2026-12-01", "commit": "abc", "where": "here", "seconds": 9,
    }  # fmt: skip
    page = written({"small": run})
    assert "## In full size\n\nNot run yet." in page
    assert "5 cases: **not passed**." in page
    assert "- WRONG: a file is gone" in page

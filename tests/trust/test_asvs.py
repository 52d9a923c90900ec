"""The ASVS ledger: all of levels 1 and 2 and the weightiest of level 3, once each, and nothing claimed in vain."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.trust.papers import DOCS, LINK, NAME, dead_links, known_tests, named, rows, settings

pytestmark = pytest.mark.once
PAGE = DOCS / "asvs.md"
TEXT = PAGE.read_text()
STATUSES = ("test", "configuration", "document", "deployer", "not applicable", "open")
LEDGER = [row for row in rows(TEXT) if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]

# ASVS 5.0.0: the requirements of level 1, then those of level 2, by section ("1.2" has 1.2.1 and so on).
LEVEL_1 = """
1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8
6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1
14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_2 = """
1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 4.1.2-3 4.2.1
4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5
7.5.1-2 7.6.1-2 8.1.2 8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2
11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4 14.3.2-3
15.1.2-3 15.2.2-3 15.3.2-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2
"""
# Those of level 3 that a system with records like these is measured by. (16.3.2 stands among level 2.)
LEVEL_3 = """
1.2.10 2.3.5 3.4.8 3.5.8 5.2.4 5.2.6 5.3.3 6.3.6-8 6.4.6 6.5.6 7.5.3 8.3.2-3 13.3.4 14.2.6-8 15.2.5 15.4.2 16.5.4
"""


def numbers(listed: str) -> list[str]:
    """``1.2.1-3`` written out: ``1.2.1``, ``1.2.2``, ``1.2.3``."""
    found = []
    for each in listed.split():
        section, _, span = each.rpartition(".")
        first, _, last = span.partition("-")
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def lacks(status: str, evidence: str) -> str:
    """What is wrong with a row; nothing where its evidence is there."""
    if status == "test":
        gone = [name for name in named(evidence) if name not in known_tests()]
        return f"no such test: {gone}" if gone else "" if named(evidence) else "names no test"
    if status == "configuration":
        gone = [name for name in NAME.findall(evidence) if name not in settings()]
        return f"no such setting: {gone}" if gone else "" if NAME.findall(evidence) else "names no setting"
    if status in {"document", "deployer"}:
        page = "deploying.md#" if status == "deployer" else ".md#"
        return "" if page in evidence and LINK.search(evidence) else "leads to no heading"
    return "" if len(evidence.split()) >= 3 else "gives no reason"


def test_every_requirement_that_is_asked_for_has_one_row() -> None:
    wanted = [(n, "1") for n in numbers(LEVEL_1)] + [(n, "2") for n in numbers(LEVEL_2)]
    assert len(wanted) == 253
    wanted += [(n, "3") for n in numbers(LEVEL_3)]
    assert len(wanted) == 275
    assert sorted((row[0], row[1]) for row in LEDGER) == sorted(wanted)


def test_every_row_says_what_it_is_about_and_shows_its_evidence() -> None:
    assert {len(row) for row in LEDGER} == {5}
    assert {row[3] for row in LEDGER} <= set(STATUSES)
    assert [row[0] for row in LEDGER if not row[2]] == []
    wrong = {row[0]: lacks(row[3], row[4]) for row in LEDGER}
    assert {number: what for number, what in wrong.items() if what} == {}


def test_its_links_lead_somewhere() -> None:
    assert dead_links(PAGE) == []


def test_the_summary_counts_what_stands_below_it() -> None:
    counted = Counter(row[3] for row in LEDGER)
    summary = {row[0]: int(row[1]) for row in rows(TEXT) if row[0] in STATUSES}
    assert summary == {status: counted[status] for status in STATUSES}


def test_at_least_120_stand_on_an_automated_test() -> None:
    assert sum(row[3] == "test" for row in LEDGER) >= 120


@pytest.mark.parametrize(
    ("status", "evidence", "wrong"),
    [
        ("test", "`tests/trust/test_asvs.py::test_its_links_lead_somewhere`", ""),
        ("test", "`tests/trust/test_asvs.py::test_that_never_was`", "no such test"),
        ("test", "it is tested", "names no test"),
        ("configuration", "`LOGGING`", ""),
        ("configuration", "`NEVER_SET`", "no such setting"),
        ("deployer", "[Sessions](security.md#sessions)", "leads to no heading"),
        ("open", "soon", "gives no reason"),
    ],
)
def test_a_claim_that_is_not_there_is_found(status: str, evidence: str, wrong: str) -> None:
    assert lacks(status, evidence).startswith(wrong)
    assert bool(lacks(status, evidence)) is bool(wrong)

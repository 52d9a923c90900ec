"""The papers name tests that exist, lead to pages that exist, and leave nothing out that they promise."""

from __future__ import annotations

import re

import pytest

from tests.trust.papers import DOCS, ROOT, TEST, dead_links, known_tests, named, rows, section, settings

pytestmark = pytest.mark.once
THREATS, HAZARDS, DEPLOYING, LIMITS = (
    DOCS / f"{n}.md" for n in ("threat-model", "hazards", "deploying", "limits")
)
PAPERS = [ROOT / "SECURITY.md", ROOT / "README.md", DOCS / "security.md", THREATS, HAZARDS, DEPLOYING, LIMITS]
TOP_TEN = [f"A{number:02}" for number in range(1, 11)]


@pytest.mark.parametrize("page", PAPERS, ids=lambda page: page.name)
def test_every_test_that_a_paper_names_exists_and_every_link_leads_somewhere(page) -> None:
    assert [name for name in named(page.read_text()) if name not in known_tests()] == []
    assert dead_links(page) == []


def test_every_abuse_is_met_by_a_control_that_a_test_shows() -> None:
    tried = [row for row in rows(section(THREATS, "What could be tried")) if row[0].isdigit()]
    assert [row[0] for row in tried] == [str(n) for n in range(1, 21)]
    assert [row[0] for row in tried if not named(row[3])] == []


def test_each_of_the_top_ten_is_met_by_three_tests() -> None:
    listed = {
        row[0]: set(named(row[2])) for row in rows(section(THREATS, "OWASP Top 10:2025")) if row[0] in TOP_TEN
    }
    assert list(listed) == TOP_TEN
    assert [category for category, shown in listed.items() if len(shown) < 3] == []


def test_every_hazard_has_its_causes_its_controls_and_what_remains() -> None:
    hazards = [row for row in rows(HAZARDS.read_text()) if re.fullmatch(r"H\d+", row[0])]
    assert [row[0] for row in hazards] == [f"H{n}" for n in range(1, len(hazards) + 1)]
    assert len(hazards) >= 12
    assert [row[0] for row in hazards if len(row) != 6 or not all(row) or not TEST.search(row[4])] == []


def test_the_checklist_goes_through_the_fourteen_principles() -> None:
    principles = rows(section(DEPLOYING, "The fourteen NCSC cloud security principles"))
    assert [row[0] for row in principles if row[0].isdigit()] == [str(n) for n in range(1, 15)]
    assert [row[0] for row in principles if len(row) != 4 or not all(row[1:])] == []


@pytest.mark.parametrize("page", [DEPLOYING, DOCS / "security.md"], ids=lambda page: page.name)
def test_every_variable_that_is_named_is_one(page) -> None:
    wanted = set(re.findall(r"`(CSPR_[A-Z_]+)", page.read_text()))
    assert wanted
    assert wanted <= settings()


def test_the_readme_leads_to_every_paper() -> None:
    text = (ROOT / "README.md").read_text()
    missing = [
        page.name
        for page in [*PAPERS, *(DOCS / f"{n}.md" for n in ("asvs", "licences", "data-map"))]
        if f"{page.name})" not in text
    ]
    assert missing == ["README.md"]

"""What counts as a guard, and that one which nothing notices is named."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.guards.__main__ import START, told
from tests.guards.loosening import edits, without
from tests.run import ROOT, environment


def read(source: str) -> ast.FunctionDef:
    function = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


def ways(source: str) -> list[str]:
    """The line that is another, for each guard that is taken out."""
    function = read(source)
    before = ast.unparse(function).splitlines()
    after = [ast.unparse(without(function, number)).splitlines() for number in range(len(edits(function)))]
    return [next(line.strip() for line in lines if line not in before) for lines in after]


def test_a_rule_loses_each_refusal_and_each_part_of_what_it_asks() -> None:
    assert ways("""
        def approve(subject, user) -> str | None:
            if subject.by == user or user.conflicted:
                return SOMEBODY_ELSE
            return None if user.chair and user.listed else THE_CHAIR
    """) == [
        "if False:",
        "if False or user.conflicted:",
        "if subject.by == user or False:",
        "return None",
        "return None if True and user.listed else THE_CHAIR",
        "return None if user.chair and True else THE_CHAIR",
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("listed(case, user, Role.STAFF)", ["None", "listed(case, user, *Role.values)"]),
        ("administer(by) or apart(by)", ["None or apart(by)", "administer(by) or None"]),
        ("None", []),
    ],
)
def test_a_rule_that_asks_another_is_no_longer_asked_or_asks_for_any_role(
    answer: str, expected: list[str]
) -> None:
    assert ways(f"def rule(case, user) -> str | None:\n    return {answer}") == [
        f"return {one}" for one in expected
    ]


def test_what_is_seen_loses_each_condition_but_nothing_of_what_is_taken_away() -> None:
    assert ways("""
        def visible(user) -> Q:
            return (of_listed_cases(user, *READERS) | own & Q(user=user)) & ~conflicted
    """) == [
        "return ~conflicted",
        "return of_listed_cases(user, *READERS) | own & Q(user=user)",
        "return (of_listed_cases(user) | own & Q(user=user)) & ~conflicted",
        "return (of_listed_cases(user, *READERS) | Q(user=user)) & ~conflicted",
        "return (of_listed_cases(user, *READERS) | own) & ~conflicted",
    ]


def test_a_door_opens_to_everybody_and_everything_is_looked_up() -> None:
    assert ways("""
        def page(self, request) -> HttpResponse:
            case = get_object_or_404(Case.objects.visible_to(request.user), ref=ref)
            if reason:
                raise PermissionDenied(reason)
    """) == [
        "case = get_object_or_404(Case.objects.all(), ref=ref)",
        "if False:",
    ]


@pytest.mark.thorough
def test_a_guard_that_a_test_rests_on_is_noticed_and_one_that_none_calls_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Really: the plugin runs one file of tests, then twice more without a guard each."""
    found = []
    for guard in ("permissions._not_yourself:", "permissions.keep_executive:24"):
        into = tmp_path / "guards.json"
        line = [
            sys.executable,
            "-c",
            START,
            str(into),
            "inf",
            "0",
            "1",
            guard,
            "tests/accounts/test_roles.py",
        ]
        env = environment(DJANGO_SETTINGS_MODULE="tests.settings")
        done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        found += json.loads(into.read_text())["guards"]
    assert [one["noticed"] for one in found] == [True, False]
    assert told(found) == 1
    assert "guards: 1 of 2 noticed (50.0 %)" in capsys.readouterr().out

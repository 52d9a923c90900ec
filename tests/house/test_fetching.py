"""Views and tasks reach a readable noun only through ``visible_to(user)``: it alone knows who may see it.

The other doors say what they are: ``public()``, what anybody may read today; ``audited_by(user)``, cases whose access
list the person may look at; ``openable_by(user)``, cases they could open in an emergency by their reference;
``beside()``, what hangs on a subject that was itself fetched as visible.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent
DOORS = {"visible_to", "public", "audited_by", "openable_by", "kept_by", "beside"}
LAYERS = ("views", "tasks", "exports")
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404"}


def protected() -> set[str]:
    """The models whose manager says who may see a row."""
    return {model.__name__ for model in apps.get_models() if hasattr(model._default_manager, "visible_to")}


def sources() -> list[Path]:
    """Every module of the views and tasks layers, written as one file or as a package."""
    modules = [p for app in ("cspr", "referrals", "reviews") for p in (ROOT / app).rglob("*.py")]
    return sorted(p for p in modules if p.stem in LAYERS or p.parent.name in LAYERS)


def unguarded(code: str, models: set[str]) -> Iterator[str]:
    """Each place that fetches one of ``models`` without asking who is looking."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and _manager_of(node.value) in models and node.attr not in DOORS:
            yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and _name(node.func) in SHORTCUTS and _name(node.args[0]) in models:
            yield f"line {node.lineno}: {ast.unparse(node.func)}({ast.unparse(node.args[0])}, …)"


def _manager_of(node: ast.expr) -> str:
    """``Referral`` for ``Referral.objects`` and its like; otherwise nothing."""
    if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
        return _name(node.value)
    return ""


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@pytest.mark.once
def test_views_and_tasks_fetch_readable_nouns_only_through_visible_to() -> None:
    models = protected()
    guilty = {str(p.relative_to(ROOT)): list(unguarded(p.read_text(), models)) for p in sources()}
    assert {path: places for path, places in guilty.items() if places} == {}


@pytest.mark.once
def test_the_rule_has_something_to_guard() -> None:
    assert {"Case", "Referral", "Notification", "Decision", "RapidReview", "PracticeReview"} <= protected()
    assert sources()


@pytest.mark.once
@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("Referral.objects.visible_to(user).get(ref=ref)", []),
        ("get_object_or_404(Referral.objects.visible_to(user), ref=ref)", []),
        ("Referral.objects.public().filter(slug=slug)", []),
        ("Referral.objects.get(ref=ref)", ["line 1: Referral.objects.get"]),
        ("models.Referral._base_manager.all()", ["line 1: models.Referral._base_manager.all"]),
        ("get_object_or_404(Referral, ref=ref)", ["line 1: get_object_or_404(Referral, …)"]),
        ("BankHoliday.objects.all()", []),
    ],
)
def test_the_rule_finds_what_it_is_for(code: str, places: list[str]) -> None:
    assert list(unguarded(code, {"Referral"})) == places

"""The guards of this system: where they stand, and how one of them is taken out of the running program."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from cspr import workflow
from cspr.workflow import Subject, follows, transitions
from tests.guards.loosening import edits, without

RULES = (
    "cspr.accounts.permissions",
    "referrals.permissions",
    "referrals.emergency_permissions",
    "reviews.permissions",
    "reviews.fact_permissions",
)
DOORS = ("referrals.views", "reviews.views", "cspr.people", "cspr.documents.views", "cspr.mail.views")
# Of these every single one has to be noticed (docs/trust-report.md, number 3).
WEIGHTY = re.compile(r"approv|publi|releas|sign_|identity|[._]key|conflict|four_eyes|proposed_by|own_report")


@dataclass(frozen=True)
class Mutant:
    """One guard. ``place``: what has to be called for it to matter; ``take_out`` removes it from this process."""

    place: str
    line: int
    words: str
    take_out: Callable[[], None]

    def __str__(self) -> str:
        return f"{self.place}:{self.line} {self.words}"

    @property
    def weighty(self) -> bool:
        return bool(WEIGHTY.search(f"{self.place} {self.words}"))


def functions() -> dict[str, types.FunctionType]:
    """Every function that holds guards, by its place: rules, what is seen, guards of verbs, doors of views."""
    found = {place(one): one for name in RULES for one in _of_module(importlib.import_module(name))}
    found[place(follows)] = follows  # type: ignore[assignment]
    for name in DOORS:
        package = importlib.import_module(name)
        inside = [
            f"{name}.{module.name}" for module in pkgutil.iter_modules(getattr(package, "__path__", []))
        ]
        for module in [name, *inside]:
            if "migrations" not in module:
                found |= {place(one): one for one in _of_module(importlib.import_module(module))}
    for ways in ways_of_verbs().values():
        for guard in (guard for way in ways for guard in way.custom["guards"]):
            if inspect.isfunction(guard) and "<" not in guard.__qualname__:
                found[place(guard)] = guard
    return found


def place(function: types.FunctionType) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _of_module(module: types.ModuleType) -> Iterator[types.FunctionType]:
    """Its functions and the methods of its classes, but for those that need what is around them (a closure)."""
    for thing in vars(module).values():
        if getattr(thing, "__module__", "") != module.__name__:
            continue
        inside = vars(thing).values() if inspect.isclass(thing) else [thing]
        for one in inside:
            plain = one.fget if isinstance(one, property) else one
            if inspect.isfunction(plain) and not plain.__code__.co_freevars and hasattr(plain, "__code__"):
                yield plain


def tree_of(function: types.FunctionType) -> ast.FunctionDef | None:
    """The function as it stands in its file; None for what has no source of its own (a dataclass's, a lambda's)."""
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (OSError, TypeError, SyntaxError):
        return None
    if not isinstance(tree, ast.FunctionDef) or tree.name != function.__name__:
        return None
    tree.decorator_list = []
    ast.increment_lineno(tree, first - 1)
    return tree


def code_of(tree: ast.FunctionDef, filename: str) -> types.CodeType:
    module = ast.Module([ast.parse("from __future__ import annotations").body[0], tree], [])
    compiled = compile(ast.fix_missing_locations(module), filename, "exec")
    return next(
        one for one in compiled.co_consts if isinstance(one, types.CodeType) and one.co_name == tree.name
    )


def ways_of_verbs() -> dict[str, list[Any]]:
    """Every verb of every noun with the transitions it has, one for each state it leaves."""
    found: dict[str, list[Any]] = {}
    for model in apps.get_models():
        if issubclass(model, Subject) and hasattr(model, "state"):
            for name, ways in transitions(model).items():
                found[f"{model.__name__}.{name}"] = ways
    return found


def mutants() -> list[Mutant]:
    """Every guard, one after the other."""
    return [*_of_functions(), *_of_verbs()]


def _of_functions() -> Iterator[Mutant]:
    for where, function in functions().items():
        tree = tree_of(function)
        for number, edit in enumerate(edits(tree) if tree else []):

            def take_out(function: types.FunctionType = function, number: int = number) -> None:
                tree = tree_of(function)
                assert tree is not None
                function.__code__ = code_of(without(tree, number), function.__code__.co_filename)

            yield Mutant(where, edit.line, edit.words, take_out)


def _of_verbs() -> Iterator[Mutant]:
    """Each verb for everybody, and each without one of its guards."""
    for where, ways in ways_of_verbs().items():
        line = ways[0].method.__code__.co_firstlineno
        for guard in dict.fromkeys(guard for way in ways for guard in way.custom["guards"]):
            words = f"without {getattr(guard, '__name__', guard)}"
            yield Mutant(where, line, words, _without_guard(ways, guard))
        if ways[0].custom["rule"] is not workflow.follows:
            yield Mutant(where, line, "for everybody", _for_everybody(ways))


def _without_guard(ways: list[Any], guard: Any) -> Callable[[], None]:
    def take_out() -> None:
        for way in ways:
            kept = [number for number, one in enumerate(way.custom["guards"]) if one is not guard]
            way.conditions[:] = [way.conditions[number] for number in kept]
            way.custom["guards"] = tuple(way.custom["guards"][number] for number in kept)

    return take_out


def _for_everybody(ways: list[Any]) -> Callable[[], None]:
    def take_out() -> None:
        for way in ways:
            way.custom["rule"] = lambda subject, user: None
            way.permission = None

    return take_out

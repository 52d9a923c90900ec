"""Each way in which one guard can be taken out of a function, read from its source.

Only what *lets more through* is a mutant here: a refusal that is never given, a condition that loses one of its parts,
a list that is no longer narrowed. What makes a rule stricter hurts somebody at once and is noticed by itself.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Called with roles behind the second argument, these ask for one of the roles; without any, for whichever.
NARROWED_BY_ROLES = {
    "of_listed_cases": 1, "of_visible_cases": 1, "visible_cases": 1, "_on_list": 1, "grants": 1,
}  # fmt: skip
# These refuse unless a role is held; widened, every role will do.
ASKS_FOR_ROLES = {"listed": 2, "holds": 1}
ALWAYS, NEVER, ALLOWED = ast.Constant(True), ast.Constant(False), ast.Constant(None)


@dataclass(frozen=True)
class Edit:
    """One guard taken out: at which line, in words, and what does it to the tree that was read."""

    line: int
    words: str
    do: Callable[[], None]


def edits(function: ast.FunctionDef) -> list[Edit]:
    """Every guard of the function, in the order of its lines. What ``do`` changes is ``function`` itself."""
    kind = ast.unparse(function.returns) if function.returns else ""
    found: Iterator[Edit]
    if kind == "str | None":
        found = _rule(function)
    elif kind == "Q":
        found = _seen(function)
    elif kind == "bool":
        found = _yes_or_no(function)
    elif kind == "Standing":
        found = _standing(function)
    else:
        found = _doors(function)
    return sorted(found, key=lambda edit: edit.line)


def without(function: ast.FunctionDef, number: int) -> ast.FunctionDef:
    """A copy of the function with its guard ``number`` taken out."""
    tree = copy.deepcopy(function)
    edits(tree)[number].do()
    return ast.fix_missing_locations(tree)


def _put(owner: ast.AST, field: str, value: ast.expr, at: int | None = None) -> Callable[[], None]:
    def do() -> None:
        if at is None:
            setattr(owner, field, value)
        else:
            getattr(owner, field)[at] = value

    return do


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:69] + "…"


# --- rules: None, or the sentence that refuses -------------------------------------------------------------


def _rule(function: ast.FunctionDef) -> Iterator[Edit]:
    answered = {node.body[0] for node in ast.walk(function) if isinstance(node, ast.If)}
    for node in ast.walk(function):
        if isinstance(node, ast.If):
            yield from _branch(node)
        elif isinstance(node, ast.Return) and node.value is not None and node not in answered:
            yield from _answer(node, "value", node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _named(node, "reason"):
            yield Edit(node.lineno, f"without {_short(node.value)}", _put(node, "value", ALLOWED))
            yield from _roles(node.value)


def _named(node: ast.Assign, name: str) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


def _branch(node: ast.If) -> Iterator[Edit]:
    """``if …: return …``: an answer that allows is given always, one that refuses never, one that asks is not asked.

    ``if reason: return reason`` is left: the reason is taken out where it comes from.
    """
    answer = node.body[0]
    if not isinstance(answer, ast.Return) or answer.value is None or ast.unparse(node.test) == "reason":
        return
    if isinstance(answer.value, ast.Call | ast.BoolOp | ast.IfExp):
        yield from _answer(answer, "value", answer.value)
    elif _allows(answer.value):
        yield Edit(node.lineno, f"always: {_short(node.test)}", _put(node, "test", ALWAYS))
        yield from _weaker(node, "test", node.test)
    else:
        yield Edit(node.lineno, f"never: {_short(node.test)}", _put(node, "test", NEVER))
        yield from _weaker(node, "test", node.test, wanted=False)


def _answer(owner: ast.AST, field: str, value: ast.expr, at: int | None = None) -> Iterator[Edit]:
    if isinstance(value, ast.IfExp):
        yield from _choice(owner, field, value, at)
    elif isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        for number, part in enumerate(value.values):
            yield from _answer(value, "values", part, number)
    elif not _allows(value) and ast.unparse(value) != "reason":
        yield Edit(value.lineno, f"allowed instead of {_short(value)}", _put(owner, field, ALLOWED, at))
        if isinstance(value, ast.Call):
            yield from _roles(value)


def _choice(owner: ast.AST, field: str, value: ast.IfExp, at: int | None) -> Iterator[Edit]:
    yield Edit(value.lineno, f"allowed instead of {_short(value)}", _put(owner, field, ALLOWED, at))
    if _allows(value.body):
        yield from _weaker(value, "test", value.test)
    elif _allows(value.orelse):
        yield from _weaker(value, "test", value.test, wanted=False)
    else:
        yield from _answer(value, "body", value.body)
        yield from _answer(value, "orelse", value.orelse)


def _allows(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


# --- conditions --------------------------------------------------------------------------------------------


def _weaker(
    owner: ast.AST, field: str, test: ast.expr, at: int | None = None, *, wanted: bool = True
) -> Iterator[Edit]:
    """The condition without one of its parts. ``wanted``: that it holds lets through; otherwise that it does not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _weaker(test, "operand", test.operand, wanted=not wanted)
    elif isinstance(test, ast.BoolOp):
        splits = isinstance(test.op, ast.And) == wanted
        for number, part in enumerate(test.values):
            # ``reason is None and …`` only hands on what was refused before.
            if splits and not ast.unparse(part).startswith("reason is"):
                neutral = ALWAYS if wanted else NEVER
                yield Edit(part.lineno, f"without {_short(part)}", _put(test, "values", neutral, number))
            yield from _weaker(test, "values", part, number, wanted=wanted)
    elif isinstance(test, ast.Call) and wanted:
        yield from _roles(test)


def _roles(call: ast.Call) -> Iterator[Edit]:
    """A question for certain roles, asked for any."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = NARROWED_BY_ROLES.get(name, ASKS_FOR_ROLES.get(name, 99))
    if name == "listed" and isinstance(call.func, ast.Attribute):
        first = 0
    if len(call.args) <= first or "Role.values" in ast.unparse(call):
        return
    any_role: list[ast.expr] = (
        []
        if name in NARROWED_BY_ROLES
        else [ast.Starred(ast.parse("Role.values", mode="eval").body, ast.Load())]
    )

    def do() -> None:
        call.args[first:] = any_role

    yield Edit(call.lineno, f"any role in {_short(call)}", do)


def _yes_or_no(function: ast.FunctionDef) -> Iterator[Edit]:
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            if not isinstance(node.value, ast.Constant):
                yield Edit(node.lineno, f"always yes: {_short(node.value)}", _put(node, "value", ALWAYS))
            yield from _weaker(node, "value", node.value)
        elif isinstance(node, ast.If) and isinstance(node.body[0], ast.Return):
            refuses = ast.unparse(node.body[0]) == "return False"
            words = f"{'never' if refuses else 'always'}: {_short(node.test)}"
            yield Edit(node.lineno, words, _put(node, "test", NEVER if refuses else ALWAYS))


def _standing(function: ast.FunctionDef) -> Iterator[Edit]:
    """What somebody is to a case: each yes that asks for several things, and the conflict."""
    for node in ast.walk(function):
        if isinstance(node, ast.keyword) and node.arg == "conflicted":
            yield Edit(node.value.lineno, "never conflicted", _put(node, "value", NEVER))
        elif isinstance(node, ast.keyword):
            yield from _weaker(node, "value", node.value)


# --- what is seen: a Q -------------------------------------------------------------------------------------


def _seen(function: ast.FunctionDef) -> Iterator[Edit]:
    taken_away = {
        node.operand.id
        for node in ast.walk(function)
        if isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.Invert)
        and isinstance(node.operand, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from _wider(node, "value", node.value)
        elif isinstance(node, ast.If):
            yield Edit(node.lineno, f"always: {_short(node.test)}", _put(node, "test", ALWAYS))
        elif isinstance(node, ast.Assign | ast.AugAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if not (isinstance(target, ast.Name) and target.id in taken_away | {"conflicts"}):
                yield from _wider(node, "value", node.value)


def _wider(owner: ast.AST, field: str, value: ast.expr, at: int | None = None) -> Iterator[Edit]:
    """The query without one of the things it asks for. What stands under ``~`` is left: less of it lets more through
    only as a whole, and that is an ``&`` of its own."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitAnd):
        yield Edit(value.lineno, f"without {_short(value.left)}", _put(owner, field, value.right, at))
        yield Edit(value.lineno, f"without {_short(value.right)}", _put(owner, field, value.left, at))
    if isinstance(value, ast.BinOp):
        yield from _wider(value, "left", value.left)
        yield from _wider(value, "right", value.right)
    elif isinstance(value, ast.Call):
        yield from _roles(value)
        asked = [*value.args, *value.keywords]
        if ast.unparse(value.func).endswith(("Q", ".filter")) and len(asked) > 1:
            for keyword in value.keywords:
                yield Edit(value.lineno, f"without {_short(keyword)}", _dropped(value, keyword))
        for number, argument in enumerate(value.args):
            yield from _wider(value, "args", argument, number)
        for keyword in value.keywords:
            yield from _wider(keyword, "value", keyword.value)
        if isinstance(value.func, ast.Attribute):
            yield from _wider(value.func, "value", value.func.value)


def _dropped(call: ast.Call, keyword: ast.keyword) -> Callable[[], None]:
    return lambda: call.keywords.remove(keyword)


# --- doors: views that look things up and send away ---------------------------------------------------------


def _doors(function: ast.FunctionDef) -> Iterator[Edit]:
    for node in ast.walk(function):
        if isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise) and _sends_away(node.body[0]):
            yield Edit(node.lineno, f"never: {_short(node.test)}", _put(node, "test", NEVER))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "visible_to"
        ):
            yield Edit(node.lineno, f"everything instead of {_short(node)}", _all_of(node))


def _sends_away(node: ast.Raise) -> bool:
    return bool(node.exc) and ast.unparse(node.exc).startswith(("PermissionDenied", "Http404", "Refused"))


def _all_of(call: ast.Call) -> Callable[[], None]:
    def do() -> None:
        call.func = ast.Attribute(call.func.value, "all", ast.Load())  # type: ignore[attr-defined]
        call.args = []

    return do

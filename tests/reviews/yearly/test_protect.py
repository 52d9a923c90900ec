"""Whoever knows every figure that is shown, in every table, can work out none that is hidden."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.yearly.protect import SMALL, Sum, check, hidden

MOST = 14  # of a figure, in what is tried out


@dataclass(frozen=True)
class Tables:
    """Made-up tables with their true figures; ``known``: what anybody can count elsewhere."""

    figures: dict[str, int]
    sums: tuple[Sum, ...]
    known: frozenset[str] = frozenset()


# --- the reader: tries out every way in which the hidden figures could be filled in -------------------------


def possible(tables: Tables, away: frozenset[str]) -> dict[str, set[int]]:
    """What each hidden figure may be, for a reader who tries everything that fits what is shown.

    Written without the module it checks: from the bottom of each tree every value of a figure with all the values
    below it that add up.
    """
    found: dict[str, set[int]] = {}
    tops = tables.figures.keys() - {part for one in tables.sums for part in one.parts}
    for top in sorted(tops):
        for values in ways(tables, away, top):
            for name, value in values.items():
                found.setdefault(name, set()).add(value)
    return {name: found[name] for name in away}


def ways(tables: Tables, away: frozenset[str], name: str) -> Iterator[dict[str, int]]:
    """Every assignment to a figure and all below it."""
    below = [one for one in tables.sums if one.total == name]
    choices = range(MOST * 3) if name in away else (tables.figures[name],)
    if not below:
        yield from ({name: value} for value in choices)
        return
    split = [list(parts_of(tables, away, one)) for one in below]
    by_sum = [{} for _ in split]
    for place, found in enumerate(split):
        for values, total in found:
            by_sum[place].setdefault(total, []).append(values)
    for value in choices:
        for together in itertools.product(*(found.get(value, []) for found in by_sum)):
            merged = {name: value}
            for values in together:
                merged |= values
            yield merged


def parts_of(tables: Tables, away: frozenset[str], one: Sum) -> Iterator[tuple[dict[str, int], int]]:
    for together in itertools.product(*(list(ways(tables, away, part)) for part in one.parts)):
        merged: dict[str, int] = {}
        for values in together:
            merged |= values
        total = sum(merged[part] for part in one.parts)
        if total <= MOST * 3:
            yield merged, total


# --- limits: the same question, for tables too large to try out ---------------------------------------------


def narrowed(tables: Tables, away: frozenset[str]) -> dict[str, tuple[int, int]]:
    """The least and the most of each hidden figure, found by leaving one sum after the other nothing to spare."""
    low = {name: 0 if name in away else number for name, number in tables.figures.items()}
    high = {name: 10**6 if name in away else number for name, number in tables.figures.items()}
    before: dict[str, int] = {}
    while before != low | {f"most {name}": number for name, number in high.items()}:
        before = low | {f"most {name}": number for name, number in high.items()}
        for one in tables.sums:
            low[one.total] = max(low[one.total], sum(low[part] for part in one.parts))
            high[one.total] = min(high[one.total], sum(high[part] for part in one.parts))
            for part in one.parts:
                others = [p for p in one.parts if p != part]
                low[part] = max(low[part], low[one.total] - sum(high[p] for p in others))
                high[part] = min(high[part], high[one.total] - sum(low[p] for p in others))
    return {name: (low[name], high[name]) for name in away}


# --- tables of every shape --------------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn, *, most: int, parts: int, depth: int, small: bool) -> Tables:
    """A total that is divided in one, two or three ways, whose parts may be divided again."""
    figures: dict[str, int] = {}
    sums: list[Sum] = []

    def divide(name: str, value: int, deep: int) -> None:
        figures[name] = value
        for way in range(draw(st.integers(0 if deep else 1, 1 if small and deep else 2))):
            names = [f"{name}.{way}{number}" for number in range(draw(st.integers(2, parts)))]
            cuts = sorted(
                draw(st.lists(st.integers(0, value), min_size=len(names) - 1, max_size=len(names) - 1))
            )
            values = [b - a for a, b in itertools.pairwise([0, *cuts, value])]
            sums.append(Sum(name, tuple(names)))
            for part, number in zip(names, values, strict=True):
                if deep + 1 < depth:
                    divide(part, number, deep + 1)
                else:
                    figures[part] = number

    divide("all", draw(st.integers(0, most)), 0)
    known = frozenset({"all"}) if draw(st.booleans()) else frozenset()
    return Tables(figures, tuple(sums), known)


@settings(max_examples=50, deadline=None)
@given(trees(most=MOST, parts=3, depth=2, small=True))
def test_a_reader_who_tries_out_everything_is_left_with_more_than_one_value_for_each_hidden_figure(tables):
    away = hidden(tables.figures, tables.sums, known=tables.known)
    left = possible_or_too_many(tables, away)
    assert {name: values for name, values in left.items() if len(values) < 2} == {}


def possible_or_too_many(tables: Tables, away: frozenset[str]) -> Mapping[str, set[int]]:
    free = sum(1 for name in away if all(one.total != name for one in tables.sums))
    return possible(tables, away) if free <= 3 else {}


@settings(max_examples=60, deadline=None)
@given(trees(most=60, parts=5, depth=3, small=False))
def test_large_tables_leave_more_than_one_value_for_each_hidden_figure(tables):
    away = hidden(tables.figures, tables.sums, known=tables.known)
    left = narrowed(tables, away)
    assert {name: limits for name, limits in left.items() if limits[0] >= limits[1]} == {}


@settings(max_examples=50, deadline=None)
@given(trees(most=60, parts=5, depth=3, small=False))
def test_no_small_figure_is_shown_but_those_that_anybody_knows(tables):
    away = hidden(tables.figures, tables.sums, known=tables.known)
    shown = tables.figures.keys() - away - tables.known
    assert [name for name in shown if 0 < tables.figures[name] < SMALL] == []
    assert away.isdisjoint(tables.known)


# --- what it does to a few tables ---------------------------------------------------------------------------


def shown(figures: dict[str, int], *sums: tuple[str, str], known: Sequence[str] = ()) -> dict[str, int]:
    away = hidden(figures, [Sum(total, tuple(parts.split())) for total, parts in sums], known=known)
    return {name: number for name, number in figures.items() if name not in away}


def test_a_single_small_part_takes_another_one_with_it():
    figures = {"all": 20, "a": 3, "b": 8, "c": 9, "d": 0}
    assert shown(figures, ("all", "a b c d")) == {"all": 20, "c": 9, "d": 0}


def test_two_small_parts_that_could_be_nothing_else_take_a_third_with_them():
    figures = {"all": 18, "a": 4, "b": 4, "c": 10}  # 18 - 10 leaves eight for two figures below five
    assert shown(figures, ("all", "a b c")) == {"all": 18}


def test_a_total_that_another_table_gives_away_does_not_help():
    figures = {"all": 9, "a": 9, "b": 0, "x": 4, "y": 5}
    assert shown(figures, ("all", "a b"), ("all", "x y")) == {"all": 9, "a": 9, "b": 0}


def test_below_a_small_total_nothing_is_told_not_even_a_nought():
    assert shown({"all": 3, "a": 3, "b": 0, "c": 0}, ("all", "a b c")) == {}


def test_a_small_total_that_everybody_knows_is_shown_and_its_parts_are_not():
    assert shown({"all": 2, "a": 2, "b": 0}, ("all", "a b"), known=["all"]) == {"all": 2}


def test_a_figure_that_mostly_agrees_with_a_hidden_one_is_hidden_with_it():
    figures = {"all": 7, "a": 6, "b": 1, "c": 0, "made": 6, "x": 6, "y": 0}
    sums = [Sum("all", ("a", "b", "c")), Sum("made", ("x", "y"))]
    assert hidden(figures, sums, alike=[frozenset({"a", "made"})]) == {"all", "b"}
    assert hidden({**figures, "c": 1, "all": 8}, sums, alike=[frozenset({"b", "made"})]) >= {"b", "made", "x"}


def test_nothing_is_hidden_where_nothing_is_small():
    figures = {"all": 12, "a": 7, "b": 5, "c": 0}
    assert shown(figures, ("all", "a b c")) == figures


@pytest.mark.parametrize(
    ("figures", "sums"),
    [
        ({"all": 2, "a": 1, "b": 2}, [Sum("all", ("a", "b"))]),
        ({"all": 2, "a": 2}, [Sum("all", ("a",))]),
        ({"all": 2, "a": 1, "b": 1, "x": 1, "y": 0}, [Sum("all", ("a", "b")), Sum("x", ("a", "y"))]),
        ({"a": 0, "b": 0, "c": 0, "d": 0}, [Sum("a", ("b", "c")), Sum("b", ("a", "d"))]),
    ],
)
def test_what_is_no_tree_of_sums_is_refused(figures, sums):
    with pytest.raises(ValueError, match=r"parts|part of"):
        check(figures, sums)

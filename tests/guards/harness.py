"""A pytest plugin: runs the tests once as they are, then again for each guard, with that guard taken out.

Each guard's turn is a fork of the process that ran the tests, with a copy of its database: nothing has to be started
or laid out anew, and only the tests that call the guard are run, until one of them fails.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import sys
import time
import types
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection

from cspr.workflow import follows
from tests.guards.mutants import Mutant, functions, mutants, ways_of_verbs

NOTICED, UNNOTICED, TOO_LONG = 0, 1, 2
Calls = defaultdict[str, set[str]]


@dataclass
class Listening:
    """Takes down which ``test`` calls which guard, and in which the guard refuses."""

    test: str = ""
    calls: Calls = field(default_factory=lambda: defaultdict(set))
    refused: Calls = field(default_factory=lambda: defaultdict(set))

    def heard(self, place: str, answer: Any) -> Any:
        self.calls[place].add(self.test)
        if isinstance(answer, str) or answer is False:
            self.refused[place].add(self.test)
        return answer

    def to_functions(self) -> list[Any]:
        """Listens to every function; what is returned puts them back as they were."""
        return [self._to_function(where, function) for where, function in functions().items()]

    def _to_function(self, where: str, function: types.FunctionType) -> Any:
        code, defaults, named = function.__code__, function.__defaults__, function.__kwdefaults__
        real = types.FunctionType(code, function.__globals__, function.__name__, defaults)
        real.__kwdefaults__ = named
        name = f"_listened_{id(function)}"
        function.__globals__[name] = lambda *given, **more: self.heard(where, real(*given, **more))
        made: dict[str, Any] = {}
        exec(f"def listened(*given, **more): return {name}(*given, **more)", made)
        function.__defaults__, function.__kwdefaults__ = None, None
        function.__code__ = made["listened"].__code__

        def put_back() -> None:
            function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, named
            del function.__globals__[name]

        return put_back

    def to_verbs(self) -> list[Any]:
        # One transition may leave several states: it is listened to once.
        found = {id(way): (where, way) for where, ways in ways_of_verbs().items() for way in ways}
        return [self._to_verb(where, way) for where, way in found.values()]

    def _to_verb(self, where: str, transition: Any) -> Any:
        rule, guards = transition.custom["rule"], transition.custom["guards"]
        if rule is not follows:
            transition.custom["rule"] = lambda *given: self.heard(where, rule(*given))
        transition.custom["guards"] = tuple(
            lambda subject, guard=guard: self.heard(where, guard(subject)) for guard in guards
        )

        def put_back() -> None:
            transition.custom["rule"], transition.custom["guards"] = rule, guards

        return put_back


@dataclass
class Harness:
    """The run as it is, then the guards one by one, as a plugin of pytest.

    ``share``, ``shares``: which part of the guards; ``only``: those whose name holds this; ``minutes``: after so many
    no further guard is taken out; ``longest``: for how many seconds one guard is looked for; ``into``: the file that
    takes the outcome.
    """

    into: Path
    minutes: float = math.inf
    share: int = 0
    shares: int = 1
    only: str = ""
    longest: int = 60
    seconds: dict[str, float] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)  # fails as it is, so it notices nothing
    sound: dict[str, bool] = field(
        default_factory=dict
    )  # whether what noticed passes in a fork without a change
    listening: Listening = field(default_factory=Listening)
    items: list[pytest.Item] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items, until = session.items, time.monotonic() + 60 * self.minutes
        self.as_it_is()
        session._setupstate.teardown_exact(session.items[0].session)  # what belongs to the whole run stays
        connection.close()
        found: list[dict[str, Any]] = []
        chosen = sorted((one for one in mutants() if self.only in str(one)), key=lambda one: not one.weighty)
        mine = chosen[self.share :: self.shares]
        for mutant in mine:
            if time.monotonic() > until:
                break
            found.append(self.outcome(mutant))
            say("." if found[-1]["noticed"] else f"\nNOT NOTICED  {found[-1]['guard']}\n")
            self.into.write_text(
                json.dumps(
                    {
                        "guards": found,
                        "left": len(mine) - len(found),
                        "bad": sorted(self.bad),
                        "seconds": self.seconds,
                    },
                    indent=1,
                )
            )
        return True

    def as_it_is(self) -> None:
        put_back = [*self.listening.to_functions(), *self.listening.to_verbs()]
        items = self.items
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            self.listening.test = item.nodeid
            began = time.monotonic()
            reports = runtestprotocol(item, nextitem=following, log=False)
            self.seconds[item.nodeid] = time.monotonic() - began
            if any(report.failed for report in reports):
                self.bad.add(item.nodeid)
        for undo in put_back:
            undo()

    def tests_of(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that call the guard: those first in which it refused, then those of access, the quick before the
        slow."""
        calls = self.listening.calls[mutant.place] - self.bad
        refused = self.listening.refused[mutant.place]

        def place(item: pytest.Item) -> tuple[bool, bool, float]:
            name = item.nodeid
            return name not in refused, not name.startswith("tests/access/"), self.seconds[name]

        return sorted((item for item in self.items if item.nodeid in calls), key=place)

    def turn(self, mutant: Mutant | None, items: list[pytest.Item], seconds: int) -> tuple[int, str]:
        """A fork of this process runs the items without the guard: whether a test fails, and which."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            signal.signal(signal.SIGALRM, lambda *_: os._exit(TOO_LONG))
            signal.alarm(seconds)
            try:
                os._exit(self._in_child(mutant, items, writing))
            finally:
                os._exit(UNNOTICED)
        os.close(writing)
        with os.fdopen(reading) as told:
            failed = told.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        database_of(child).unlink(missing_ok=True)
        return (code if code in {NOTICED, UNNOTICED, TOO_LONG} else UNNOTICED), failed

    def _in_child(self, mutant: Mutant | None, items: list[pytest.Item], writing: int) -> int:
        own_database()
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if mutant:
            mutant.take_out()
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                os.write(writing, item.nodeid.encode())
                return NOTICED
        return UNNOTICED

    def outcome(self, mutant: Mutant) -> dict[str, Any]:
        items, began = self.tests_of(mutant), time.monotonic()
        code, by = self.turn(mutant, items, self.longest) if items else (UNNOTICED, "")
        while code == NOTICED and not self._passes_unchanged(by):
            items = [item for item in items if item.nodeid != by]
            code, by = self.turn(mutant, items, self.longest)
        return {
            "guard": str(mutant), "weighty": mutant.weighty, "noticed": code == NOTICED, "by": by,
            "tests": len(items), "ran out of time": code == TOO_LONG, "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

    def _passes_unchanged(self, nodeid: str) -> bool:
        if nodeid not in self.sound:
            alone = [item for item in self.items if item.nodeid == nodeid]
            self.sound[nodeid] = self.turn(None, alone, 120)[0] == UNNOTICED
        return self.sound[nodeid]


def own_database() -> None:
    """The child's copy: it writes, and its parent's other children must not see it."""
    copy = database_of(os.getpid())
    shutil.copyfile(connection.settings_dict["NAME"], copy)
    connection.connection = None
    connection.settings_dict["NAME"] = str(copy)


def database_of(child: int) -> Path:
    return Path(f"{connection.settings_dict['NAME']}.{child}")


def say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def main(into: str, minutes: str, share: str, shares: str, only: str, *tests: str) -> int:
    """One process: ``into`` and the rest as in ``Harness``; ``tests``: what pytest is to run, of it what takes no
    minutes."""
    line = ["-q", "-s", "-m", "not browser and not services and not thorough", *tests]
    plugin = Harness(Path(into), float(minutes), int(share), int(shares), only)
    return int(pytest.main(line, plugins=[plugin]))

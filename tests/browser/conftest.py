"""One browser for all these tests, the site served for real, and a calendar that can be moved."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from cspr.clocks.calendar import ONE_DAY
from cspr.clocks.models import working_days
from cspr.mail.relay import relay
from referrals.reminders import sweep
from reviews.management.rehearsal.people import company
from reviews.management.rehearsal.stage import Stage
from tests.browser.people import PASSWORD, Person, Visitor

LONDON = ZoneInfo("Europe/London")
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    path = os.environ.get("CSPR_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    # Playwright runs an event loop in this thread; the tests' own use of the database stays synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as engine:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = engine.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Calendar:
    """What day it is, in the test and in the server that it talks to."""

    def __init__(self, day: dt.date) -> None:
        self.hour = 9
        self._set(day)

    def _set(self, day: dt.date) -> None:
        self.today = day
        self.travel = time_machine.travel(dt.datetime.combine(day, dt.time(self.hour), LONDON), tick=False)
        self.travel.start()

    def until(self, day: dt.date) -> None:
        """It is nine in the morning of that day."""
        self.travel.stop()
        self._set(day)

    def wait(self, days: int) -> None:
        """So many working days pass."""
        self.until(working_days().add(self.today, days))


@pytest.fixture
def calendar(emptied: None) -> Iterator[Calendar]:
    """Monday 2 March 2026, until it is moved."""
    moved = Calendar(MONDAY)
    yield moved
    moved.travel.stop()


@dataclass
class Site:
    """The site with the invented partnership of the rehearsal, and its people as they come to their browsers."""

    browser: Browser
    url: str
    stage: Stage
    calendar: Calendar
    here: dict[str, Person] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)

    def person(self, name: str) -> Person:
        """One of ``reviews.management.rehearsal.people``, at a browser that stays open."""
        if name not in self.here:
            self.here[name] = Person(self.browser, self.url, self.stage.people[name])
        return self.here[name]

    def rehearse(self, play: Callable[[Stage], Any]) -> Any:
        """Let a part of a story happen by its verbs; it is the day on which that part ended."""
        self.stage.today = self.calendar.today
        self.calendar.until(self.calendar.today + dt.timedelta(days=400))  # a story is told afterwards
        done = play(self.stage)
        self.calendar.until(self.stage.today)
        return done

    def deliver(self) -> None:
        """The mail that waits goes out."""
        relay()

    def nights(self, until: dt.date) -> None:
        """It becomes that day. In every night before it the worker sweeps and sends, at weekends, too."""
        while self.calendar.today < until:
            self.calendar.until(self.calendar.today + ONE_DAY)
            sweep(timezone.now())
            relay()

    def visitor(self, **context: object) -> Visitor:
        """Somebody without an account, in a fresh browser."""
        self.visitors.append(Visitor(self.browser, self.url, **context))
        return self.visitors[-1]

    def close(self) -> None:
        for one in (*self.here.values(), *self.visitors):
            one.context.close()


@pytest.fixture
def site(browser: Browser, live_server: LiveServer, calendar: Calendar) -> Iterator[Site]:
    """The served site, on the calendar's day, with one person for every part."""
    made = Site(browser, live_server.url, company(calendar.today, PASSWORD), calendar)
    yield made
    made.close()

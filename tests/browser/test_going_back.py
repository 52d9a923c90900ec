"""Whoever comes to a browser that somebody has left: the Back button shows nothing of a case, nor does its history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from playwright.sync_api import expect

from cspr.accounts.middleware import IDLE
from cspr.accounts.models import SignInSession
from reviews.management.rehearsal import unfinished
from tests.browser.conftest import LONDON, Site
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The child, and the name the case goes by.
CANARIES = ("Notional Sample", "Tamarisk")
PAGES = 4


def inside(site: Site) -> Person:
    """Somebody of staff who has the names of the child on the screen, some pages into a case."""
    site.rehearse(unfinished.decision_that_waits)
    staff = site.person("staff")
    staff.page.route(re.compile("bbc.co.uk"), lambda route: route.fulfill(body="Weather"))
    staff.open("/cases/")
    staff.follow("Tamarisk")
    staff.follow("Names, dates of birth and circumstances")
    staff.reads(*CANARIES)
    return staff


def session(staff: Person) -> list[tuple[str, bool]]:
    """The cookie of the session: its value, and that no script sees it. A browser drops pages when it changes."""
    cookies = staff.context.cookies()
    return [(c["value"], c["httpOnly"]) for c in cookies if c["name"] == "sessionid"]


def sign_out(site: Site, staff: Person) -> None:
    staff.press("Sign out")


def gone(staff: Person) -> None:
    """They are elsewhere, and what the page sent on the way has arrived: it is no longer theirs to see."""
    staff.page.wait_for_url("https://www.bbc.co.uk/weather")
    for _ in range(50):
        if not SignInSession.objects.filter(user=staff.user).exists():
            return
        staff.page.wait_for_timeout(100)
    raise AssertionError("whoever left is still signed in")


def ready_to_leave(staff: Person) -> None:
    """A page for families whose way out listens: the module that does arrives after the page has loaded."""
    staff.open("/families/")
    way_out = staff.page.locator(".govuk-exit-this-page")
    expect(way_out).to_have_attribute("data-govuk-exit-this-page-init", "")


def exit_this_page(site: Site, staff: Person) -> None:
    ready_to_leave(staff)
    staff.page.get_by_role("button", name="Exit this page").click()
    gone(staff)


def exit_in_a_hurry(site: Site, staff: Person) -> None:
    """Before the module is there: the button is a plain link."""
    staff.page.route(re.compile("govuk-frontend"), lambda route: route.abort())
    staff.page.goto(f"{site.url}/families/")
    staff.page.locator("a.govuk-exit-this-page__button").click()
    gone(staff)


def exit_by_keyboard(site: Site, staff: Person) -> None:
    ready_to_leave(staff)
    for _ in range(3):
        staff.page.keyboard.press("Shift")
    gone(staff)


def go_elsewhere_and_be_away_too_long(site: Site, staff: Person) -> None:
    staff.page.goto("https://www.bbc.co.uk/weather")
    site.calendar.travel.stop()
    left = dt.datetime.combine(site.calendar.today, dt.time(site.calendar.hour), LONDON)
    site.calendar.travel = time_machine.travel(left + dt.timedelta(seconds=IDLE + 60), tick=False)
    site.calendar.travel.start()


@pytest.mark.parametrize(
    "leave",
    [sign_out, exit_this_page, exit_in_a_hurry, exit_by_keyboard, go_elsewhere_and_be_away_too_long],
)
def test_the_back_button_shows_nothing_of_a_case(site: Site, leave: Callable[[Site, Person], None]) -> None:
    staff = inside(site)
    before = session(staff)
    assert [hidden for _, hidden in before] == [True]
    leave(site, staff)
    titles = []
    for _ in range(PAGES):
        staff.page.go_back()
        staff.page.wait_for_load_state()
        for canary in CANARIES:
            expect(staff.page.locator("html")).not_to_contain_text(canary)
        assert not any(canary in staff.page.content() for canary in CANARIES)
        titles.append(staff.page.title())
    staff.page.goto("/cases/")
    assert staff.title() == "Sign in"
    assert session(staff) != before
    assert "Sign in" in " ".join(titles)


def test_while_the_session_lasts_the_back_button_comes_to_the_case_and_its_titles_name_nobody(
    site: Site,
) -> None:
    """The test above would see a canary; and what the browser's history lists says what pages are for, not of whom."""
    staff = inside(site)
    staff.open("/families/")
    titles = []
    for _ in range(PAGES - 1):
        staff.page.go_back()
        staff.page.wait_for_load_state()
        expect(staff.page.locator("body")).to_contain_text("Tamarisk")
        titles.append(staff.page.title())
    assert len(titles) == PAGES - 1
    assert [title for title in titles for canary in CANARIES if canary in title] == []

"""The public: refused a day too early, released by two people, published by the worker, found and read."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cspr.clocks.calendar import in_full
from cspr.documents.making import make_waiting
from reviews.actions.releasing import release_due
from reviews.management.rehearsal.baby_words import RECOMMENDATIONS
from tests.browser.conftest import Site


def a_day_too_early_it_is_refused(site: Site, review: str, lawful: dt.date) -> None:
    """The day before is refused with the law's sentence."""
    staff = site.person("staff")
    staff.open(f"{review}publication/")
    staff.reads("Yes, from")
    staff.follow("Propose the release")
    staff.choose("When does it become public?", "On a day, at a time")
    staff.date("Day of publication", lawful - dt.timedelta(days=1))
    staff.write("Time of day", "09:00")
    staff.press("Propose the release", answer=422)
    staff.reads(f"The first lawful day is {in_full(lawful)}")


def two_people_release_it(site: Site, review: str, lawful: dt.date) -> None:
    """One proposes and is told that somebody else confirms; the other confirms, and nothing is public yet."""
    staff, colleague = site.person("staff"), site.person("colleague")
    staff.date("Day of publication", lawful)
    staff.press("Propose the release")
    staff.reads("Demo Review Officer can confirm it.")
    colleague.open(f"{review}publication/")
    colleague.follow("Confirm the release")
    colleague.press("Confirm the release")
    colleague.reads(f"It will be published on {in_full(lawful)} at 09:00")


def the_worker_publishes_it_at_its_time(site: Site, review: str, lawful: dt.date) -> None:
    site.calendar.until(lawful - dt.timedelta(days=1))
    assert release_due(timezone.now()) == 0
    site.calendar.until(lawful)
    assert release_due(timezone.now()) == 1
    colleague = site.person("colleague")
    colleague.open(f"{review}publication/")
    colleague.reads(f"It is public. Published on {in_full(lawful)}")


def anybody_reads_it(site: Site) -> None:
    """Without an account: found in the library, read as a page and as a PDF."""
    visitor = site.visitor()
    visitor.open("/")
    visitor.follow("Published reviews")
    visitor.follow("Rowan")
    visitor.reads("Before you read.", RECOMMENDATIONS[1][0], "She was my calm one.")
    make_waiting()
    visitor.page.reload()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="The report as PDF").click(modifiers=["Alt"])
    assert download.value.path().read_bytes().startswith(b"%PDF-")

"""The public: refused a day too early, published on the lawful day by a second person, found and read."""

from __future__ import annotations

import datetime as dt

from cspr.clocks.calendar import in_full
from cspr.documents.making import make_waiting
from reviews.management.rehearsal.baby_words import RECOMMENDATIONS
from tests.browser.conftest import Site


def a_day_too_early_it_is_refused(site: Site, review: str, lawful: dt.date) -> None:
    site.calendar.until(lawful - dt.timedelta(days=1))
    colleague = site.person("colleague")
    colleague.open(f"{review}publish/", answer=403)
    colleague.reads("Publish the report: this is not possible", f"The first lawful day is {in_full(lawful)}")


def the_proposer_does_not_release_it(site: Site, review: str, lawful: dt.date) -> None:
    site.calendar.until(lawful)
    staff = site.person("staff")
    staff.open(f"{review}publish/", answer=403)
    staff.reads("You proposed the publication, so somebody else has to release it.")


def a_second_person_publishes(site: Site, review: str) -> None:
    colleague = site.person("colleague")
    colleague.open(review)
    colleague.follow("Publish the report")
    colleague.press("Publish the report")
    colleague.reads("The report is public. Its PDF is being made.")


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

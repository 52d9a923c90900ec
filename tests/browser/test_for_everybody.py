"""The site for everybody: by keyboard, without scripts, enlarged, on a small screen, and left in a hurry."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from reviews.management.rehearsal import baby, unfinished
from tests.browser.conftest import Site
from tests.browser.looking import barriers, overflow
from tests.browser.people import Person, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# 1280 pixels enlarged to 200 % and to 400 %; and a telephone.
NARROW = [ViewportSize(width=width, height=700) for width in (640, 390, 320)]
PUBLIC = ("/", "/refer/", "/library/", "/families/", "/guidance/", "/accessibility/", "/privacy/")
STAFF = (
    "/work/", "/referrals/", "/referrals/new/", "/cases/", "/cases/access/", "/rapid-reviews/", "/practice-reviews/",
    "/people/", "/emails/", "/account/",
)  # fmt: skip


# --- seen in every way ------------------------------------------------------------------------------------


def fits(one: Visitor, *paths: str) -> None:
    """Each page shows all of itself however narrow the window, and keeps its contrast when more is asked for."""
    for path in paths:
        one.open(path)
        for size in NARROW:
            one.page.set_viewport_size(size)
            assert overflow(one.page) == [], f"{path} at {size['width']} pixels"
        one.page.get_by_role("button", name="High contrast").click()
        assert barriers(one.page) == [], f"{path} in high contrast"
        one.page.evaluate("localStorage.clear()")


def test_public_pages_fit(site: Site) -> None:
    fits(site.visitor(), *PUBLIC, "/account/login/")


def test_the_pages_of_work_under_way_fit(site: Site) -> None:
    site.rehearse(unfinished.rapid_review_on_day_six)
    site.rehearse(unfinished.decision_that_waits)
    staff, partner, author = site.person("staff"), site.person("icb"), site.person("council_author")
    fits(staff, *STAFF)
    staff.open("/referrals/?state=submitted")
    triage = staff.page.locator("main table a").first.get_attribute("href") or ""
    staff.open("/cases/?q=Linden")
    staff.follow("Linden")
    case = staff.page.url
    fits(staff, triage, case, f"{case}events/", f"{case}access/", f"{case}clocks/RR_15WD/", f"{case}people/")
    staff.open(case)
    staff.follow("Rapid review")
    fits(staff, staff.page.url)
    partner.open("/work/")
    partner.go(partner.page.get_by_role("link", name="Give your partner’s view"))
    fits(partner, partner.page.url, f"{partner.page.url}give_view/")
    author.open("/work/")
    author.go(author.page.get_by_role("link", name="Answer"))
    request = author.page.url
    parts = [f"{request}account/{code}/" for code in ("summary", "events", "events/1", "learning")]
    fits(author, request, f"{request}account/", *parts, f"{request}answer_request/")


def test_the_pages_of_a_practice_review_fit(site: Site) -> None:
    review = site.rehearse(lambda stage: baby.rapid_review(stage, baby.to_rapid_review(stage)))
    site.rehearse(lambda stage: baby.practice_review(stage, review))
    page = review.get_absolute_url()
    fits(site.person("staff"), page)
    fits(site.person("reviewer"), page)


# --- by keyboard ------------------------------------------------------------------------------------------


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus; every stop on the way can be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.count() == 1, "the focus is lost"
        assert focused.is_visible()
        if name in (
            focused.inner_text(),
            *focused.evaluate("(one) => [...(one.labels || [])].map((l) => l.innerText)"),
        ):
            return
    raise AssertionError(f"{name} is not reached with the Tab key")


def test_a_part_of_the_referral_is_written_with_the_keyboard_alone(site: Site) -> None:
    nurse = site.person("nurse")
    page = nurse.page
    nurse.open("/referrals/new/")
    tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "Start")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your referral")
    tab_to(page, "Whether everybody is safe now")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Whether everybody is safe now")
    tab_to(page, "Yes")
    page.keyboard.press("Space")
    tab_to(page, "Yes")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    tab_to(page, "Why is it not known yet?")
    page.keyboard.type("The grandmother has not been reached.")
    tab_to(page, "What has been done to keep them safe?")
    page.keyboard.type("A nurse stays with the child.")
    tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Who has been told of what still worries you?")).to_be_focused()
    page.keyboard.type("Children’s social care, at ten o’clock.")
    tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("1 of 11 parts are done.")


# --- without scripts --------------------------------------------------------------------------------------


def test_a_referral_is_begun_without_scripts(site: Site) -> None:
    nurse = Person(site.browser, site.url, site.stage.people["nurse"], java_script_enabled=False)
    site.visitors.append(nurse)
    nurse.open("/referrals/new/")
    nurse.press("Start")
    form = nurse.page.url
    nurse.follow("Whether everybody is safe now")
    why = nurse.page.get_by_label("Why is it not known yet?").first
    assert not why.is_visible()
    nurse.choose("Is the child safe now?", "Not known yet")
    assert why.is_visible()
    nurse.press("Save and continue", answer=422)
    nurse.reads("What you typed is saved.", "Say why it is not known yet: whether the child is safe now")
    nurse.choose("Is the child safe now?", "Yes")
    nurse.choose("Are brothers, sisters and others safe now?", "Yes")
    nurse.write("What has been done to keep them safe?", "The child is on the ward.")
    nurse.press("Save and continue")
    nurse.follow("Children")
    nurse.follow("Add a child")
    nurse.write("Full name", "Synthia Example")
    nurse.page.get_by_text("Not known yet: Date of birth").click()
    nurse.press("Save and come back later")
    nurse.open(form)
    nurse.reads("1 of 11 parts are done.")
    nurse.follow("Files")
    nurse.attach("Add files", "note.txt", b"A synthetic note.\n")
    nurse.choose("Is everything attached?", "I have attached what belongs to this referral")
    nurse.press("Save and continue")
    nurse.press("Remove note.txt")
    nurse.reads("No files yet.")


# --- leaving ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False])
def test_a_public_page_is_left_at_once(site: Site, script: bool) -> None:
    visitor = site.visitor(java_script_enabled=script)
    left: list[str] = []
    visitor.page.route(
        re.compile("bbc.co.uk"), lambda route: (left.append(route.request.url), route.fulfill(body="Weather"))
    )
    visitor.open("/library/")
    visitor.page.get_by_role("button", name="Exit this page").click()
    visitor.page.wait_for_url("https://www.bbc.co.uk/weather")
    assert left == ["https://www.bbc.co.uk/weather"]

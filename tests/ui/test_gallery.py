"""The gallery in a real browser: nothing that would keep a person with a disability out."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cspr.accounts.models import Membership, Partnership, User
from cspr.accounts.roles import Role

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.ui.urls"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE = 1280, 390


@pytest.fixture
def visitor(live_server: LiveServer, settings: Settings) -> Iterator[BrowserContext]:
    """A browser of a signed-in member of staff."""
    settings.MFA_REQUIRED = False
    user = User.objects.create_user("person@example.org", "Invented Person")
    home = Partnership.objects.create(
        name="Northtown Partnership",
        short_name="N",
        area="N",
        email="n@example.org",
        phone="1",
        urgent_contact="x",
    )
    Membership.objects.create(user=user, partnership=home, role=Role.STAFF)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    # Playwright runs an event loop in this thread; the tests' own use of the database stays synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        context.set_default_timeout(10_000)
        yield context
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in found]


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("high_contrast", [False, True])
def test_axe_finds_nothing_and_nothing_overflows(
    visitor: BrowserContext, width: int, high_contrast: bool
) -> None:
    page = visitor.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/gallery/", "/public/", "/children/"):
        page.goto(address)
        if high_contrast:
            page.locator("[data-contrast-switch]").click()
            assert page.locator("[data-contrast-switch]").get_attribute("aria-pressed") == "true"
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate("localStorage.clear()")
    assert complaints == []


def test_errors_take_the_focus_and_lead_to_the_field(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto("/ask/")
    page.get_by_role("button", name="Continue").click()
    assert page.title() == "Error: Ask"
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert violations(page) == []
    page.get_by_role("link", name="Enter the date of the incident").click()
    assert page.evaluate("document.activeElement.id") == "id_happened_on_0"


@pytest.mark.parametrize("script", [True, False])
def test_a_field_opens_under_its_option_with_or_without_script(
    visitor: BrowserContext, live_server: LiveServer, script: bool
) -> None:
    assert visitor.browser is not None
    context = visitor.browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{live_server.url}/ask/")
    why = page.get_by_label("Why it is not known yet")
    assert not why.is_visible()
    page.get_by_label("Not yet known").check()
    assert why.is_visible()
    context.close()


def test_work_in_progress_refreshes_itself_until_it_is_done(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    sent = page.goto("/progress/")
    assert sent is not None
    assert "Being made" in sent.text()  # of the page as it came: the script may have asked again already
    page.get_by_text("Ready").wait_for()
    assert page.locator("#paper").get_attribute("data-poll-url") is None


def test_three_presses_of_shift_leave_a_public_page(visitor: BrowserContext) -> None:
    page = visitor.new_page()
    left: list[str] = []
    page.route(
        "https://www.bbc.co.uk/**", lambda route: (left.append(route.request.url), route.fulfill(body="ok"))
    )
    page.goto("/public/")
    page.locator(".govuk-exit-this-page__indicator").wait_for(state="attached")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")
    assert left == ["https://www.bbc.co.uk/weather"]

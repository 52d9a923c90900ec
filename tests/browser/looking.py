"""What holds for every page, whoever looks at it: no barrier, no script error, nothing wider than a telephone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize

DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
# WCAG 2.0, 2.1 and 2.2 at levels A and AA.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,
}
_axe = Axe()
# What has been found in order on which page, so that it need not be looked at again for its other words: each
# kind of element by what it stands in, each field by its name.
_seen: dict[str, set[str]] = defaultdict(set)
KINDS = """() => [...new Set([...document.body.querySelectorAll("*")].map((one) => [
    one.parentElement.tagName, one.parentElement.className, one.tagName, one.className,
    one.type, one.name, one.getAttribute("role"), !one.childElementCount && one.textContent.trim() === "",
].join()))]"""


def watch(page: Page) -> list[str]:
    """Collect from now on what the browser complains of: script errors, refused content, failed requests."""
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        # The page itself may answer 403, 409 or 422 by intention: the caller says which answer it expects.
        own_answer = (
            message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        )
        if message.type in {"error", "warning"} and not own_answer:
            complaints.append(f"{page.url}: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            complaints.append(f"{response.url} answered {response.status}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("response", answered)
    return complaints


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds: each broken rule with the elements that break it."""
    found: list[dict[str, Any]] = _axe.run(page, options=RULES).response["violations"]
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found]


def overflow(page: Page) -> list[str]:
    """The elements that make the page wider than its window; none when it fits."""
    found: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.body.querySelectorAll("*")]
                .filter((one) => one.getBoundingClientRect().right > width + 1)
                .map((one) => one.outerHTML.slice(0, 160));
        }"""
    )
    return found


def look(page: Page, complaints: list[str]) -> None:
    """Assert that this page, at a desk and on a telephone, keeps nobody out and is whole."""
    page.wait_for_load_state()
    assert complaints == []
    view = resolve(urlsplit(page.url).path).view_name
    kinds = set(page.evaluate(KINDS))
    if kinds <= _seen[view]:
        return
    assert barriers(page) == [], f"{page.url}: a barrier"
    page.set_viewport_size(PHONE)
    assert overflow(page) == [], f"{page.url}: wider than a telephone"
    page.set_viewport_size(DESK)
    _seen[view] |= kinds

"""People at browsers of their own. They read and type as people do: by what the page calls things."""

from __future__ import annotations

import datetime as dt
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cspr.accounts.models import User
from tests.accounts.totp import code, enrol
from tests.browser.looking import DESK, look, watch

PASSWORD = "three green kettles"


class Visitor:
    """Somebody on the public pages, without an account."""

    def __init__(self, browser: Browser, site: str, **context: Any) -> None:
        self.context: BrowserContext = browser.new_context(base_url=site, viewport=DESK, **context)
        self.context.set_default_timeout(5_000)
        self.page: Page = self.context.new_page()
        self.complaints = watch(self.page)

    # --- going somewhere; every page on the way is looked at ------------------------------------------------
    def open(self, path: str, *, answer: int = 200) -> None:
        """Go to an address. ``answer``: the status the page is expected to have."""
        response = self.page.goto(path)
        self._arrived(response, answer)

    def press(self, button: str, *, answer: int = 200, within: Locator | None = None) -> None:
        """Press a button (or a link that looks like one) that leads to another page."""
        self._go((within or self.page).get_by_role("button", name=button, exact=True), answer)

    def follow(self, link: str, *, answer: int = 200, within: Locator | None = None) -> None:
        """Follow a link."""
        self._go((within or self.page).get_by_role("link", name=link, exact=True), answer)

    def _go(self, what: Locator, answer: int) -> None:
        assert what.count() == 1, f"{self.page.url}: {what.count()} of {what}\n{self.said()}"
        with self.page.expect_navigation() as arrival:
            what.click()
        self._arrived(arrival.value, answer)

    def _arrived(self, response: Any, answer: int) -> None:
        assert response is not None
        assert response.status == answer, f"{self.page.url}: {response.status}\n{self.said()}"
        look(self.page, self.complaints)

    # --- filling in -----------------------------------------------------------------------------------------
    def write(self, label: str, text: str) -> None:
        self._one(self.page.get_by_label(label, exact=True)).fill(text)

    def pick(self, label: str, option: str) -> None:
        """Choose from a list."""
        self._one(self.page.get_by_label(label, exact=True)).select_option(label=option)

    def choose(self, question: str, *options: str) -> None:
        """Choose among radio buttons, or tick boxes, under a question."""
        group = self.page.get_by_role("group", name=question, exact=True)
        for option in options:
            self._one(group.get_by_label(option, exact=True)).check()

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def date(self, question: str, day: dt.date) -> None:
        group = self.page.get_by_role("group", name=question, exact=True)
        for box, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(box, exact=True).fill(str(number))

    def attach(self, label: str, name: str, content: bytes, content_type: str) -> None:
        file = {"name": name, "mimeType": content_type, "buffer": content}
        self.page.get_by_label(label, exact=True).set_input_files(files=[file])  # type: ignore[list-item]

    @staticmethod
    def _one(found: Locator) -> Locator:
        """The one that can be seen: fields that open under other options carry the same words."""
        return found.filter(visible=True)

    # --- reading --------------------------------------------------------------------------------------------
    def said(self) -> str:
        """The words of the page."""
        return self.page.locator("main").inner_text()

    def reads(self, *sentences: str) -> None:
        """The page says each of these."""
        for sentence in sentences:
            expect(self.page.locator("main")).to_contain_text(sentence)

    def title(self) -> str:
        return self.page.locator("h1").inner_text()


class Person(Visitor):
    """Somebody with an account: signs in with the password and what the authenticator app shows."""

    def __init__(self, browser: Browser, site: str, user: User, **context: Any) -> None:
        super().__init__(browser, site, **context)
        self.user = user
        self.secret = enrol(user)

    def open(self, path: str, *, answer: int = 200) -> None:
        """Go to an address, signing in first where the session has not begun or has ended meanwhile."""
        response = self.page.goto(path)
        if "/account/login/" in self.page.url:
            self.sign_in(answer=answer)
        else:
            self._arrived(response, answer)

    def sign_in(self, *, answer: int = 200) -> None:
        """From the sign-in page to wherever it leads."""
        look(self.page, self.complaints)
        self.write("E-mail address", self.user.email)
        self.write("Password", PASSWORD)
        self.press("Continue")
        self.write("Code", code(self.secret))
        self.press("Sign in", answer=answer)

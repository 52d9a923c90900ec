"""People at browsers of their own. They read and type as people do: by what the page calls things."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cspr.accounts.models import User
from tests.accounts.totp import code, enrol
from tests.browser.looking import DESK, look, watch

PASSWORD = "three green kettles"


def asked(words: str) -> re.Pattern[str]:
    """A question, with or without what stands in brackets after it: that it is optional, or when it is not."""
    return re.compile(rf"^\s*{re.escape(words)}(\s+\((optional|if [^)]*)\))?\s*$")


class Visitor:
    """Somebody on the public pages, without an account."""

    def __init__(self, browser: Browser, site: str, **context: Any) -> None:
        self.context: BrowserContext = browser.new_context(base_url=site, viewport=DESK, **context)
        self.context.set_default_timeout(10_000)
        self.context.set_default_navigation_timeout(60_000)
        self.page: Page = self.context.new_page()
        self.complaints = watch(self.page)
        # Without scripts there is nothing that could look.
        self.looks: bool = context.get("java_script_enabled", True)

    # --- going somewhere; every page on the way is looked at ------------------------------------------------
    def open(self, path: str, *, answer: int = 200) -> None:
        """Go to an address. ``answer``: the status the page is expected to have."""
        response = self.page.goto(path)
        self._arrived(response, answer)

    def press(self, button: str, *, answer: int = 200) -> None:
        """Press a button that leads to another page."""
        self.go(self.page.get_by_role("button", name=button, exact=True), answer)

    def follow(self, words: str, *, answer: int = 200) -> None:
        """Follow a link, whether it looks like one or like a button. It may stand twice on the page."""
        link = self.page.get_by_role("link", name=words, exact=True)
        found = link.or_(self.page.get_by_role("button", name=words, exact=True))
        places = {one.get_attribute("href") for one in found.all()}
        self.go(found.first if len(places) == 1 else found, answer)

    def go(self, what: Locator, answer: int = 200) -> None:
        """Click what leads to another page."""
        assert what.count() == 1, f"{self.page.url}: {what.count()} of {what}\n{self.said()}"
        with self.page.expect_navigation() as arrival:
            what.click()
        self._arrived(arrival.value, answer)

    def _arrived(self, response: Any, answer: int) -> None:
        assert response is not None
        assert response.status == answer, f"{self.page.url}: {response.status}\n{self.said()}"
        self._look()

    def _look(self) -> None:
        if self.looks:
            look(self.page, self.complaints)

    # --- filling in: by the words that ask, with or without "(optional)" or "(if …)" after them -----------------
    def write(self, label: str, text: str) -> None:
        self._labelled(label).fill(text)

    def pick(self, label: str, option: str) -> None:
        """Choose from a list."""
        self._labelled(label).select_option(label=option)

    def choose(self, question: str, *options: str) -> None:
        """Choose among radio buttons, or tick boxes, under a question."""
        for option in options:
            self._group(question).get_by_label(option, exact=True).filter(visible=True).check()

    def tick(self, label: str) -> None:
        self._labelled(label).check()

    def date(self, question: str, day: dt.date) -> None:
        for box, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self._group(question).get_by_label(box, exact=True).fill(str(number))

    def attach(self, label: str, name: str, content: bytes) -> None:
        """Attach a text file."""
        self._labelled(label).set_input_files(
            files=[{"name": name, "mimeType": "text/plain", "buffer": content}]
        )

    def _labelled(self, label: str) -> Locator:
        """What can be seen under this label: fields that open under other options may carry the same words."""
        return self.page.get_by_label(asked(label)).filter(visible=True)

    def _group(self, question: str) -> Locator:
        return self.page.get_by_role("group", name=asked(question))

    # --- reading --------------------------------------------------------------------------------------------
    def said(self) -> str:
        """The words the page begins with."""
        return self.page.locator("main").inner_text()[:1500]

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
        self._look()
        self.write("E-mail address", self.user.email)
        self.write("Password", PASSWORD)
        self.press("Continue")
        self.write("Code", code(self.secret))
        self.press("Sign in", answer=answer)

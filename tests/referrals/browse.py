"""A person at the site: opens pages, reads them, fills in what they find there and sends it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from cspr.accounts.models import User
from referrals import actions
from referrals.models import Referral
from tests import factories as make

VOID = {"input", "br", "img", "link", "meta", "hr", "path"}


class Page(HTMLParser):
    """A page as a person and a browser see it: its words, its errors, its links, and what its form would send."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.errors: list[tuple[str, str]] = []
        self.links: dict[str, str] = {}
        self.sends: dict[str, Any] = {}
        self._stack: list[tuple[str, dict[str, str]]] = []
        self._select = self._textarea = ""
        self._href: str | None = None
        self._link = ""
        self.feed(html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in VOID:
            self._stack.append((tag, given))
        name = given.get("name", "")
        kind = given.get("type")
        if tag == "input" and name and kind in {"checkbox", "radio"}:
            if "checked" in given:
                self._send(name, given.get("value", "on"), several=kind == "checkbox")
        elif tag == "input" and name and kind not in {"file", "submit"}:
            self._send(name, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._send(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._textarea = name
            self.sends[name] = ""
        elif tag == "a":
            self._href, self._link = given.get("href", ""), ""

    def _send(self, name: str, value: str, *, several: bool = False) -> None:
        self.sends[name] = [*self.sends.get(name, []), value] if several else value

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href is not None:
            words = " ".join(self._link.split())
            self.links.setdefault(words, self._href)
            if any("error-summary__list" in given.get("class", "") for _, given in self._stack):
                self.errors.append((words, self._href))
            self._href = None
        if tag == "textarea":
            self._textarea = ""
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.sends[self._textarea] += data.removeprefix("\n") if not self.sends[self._textarea] else data
        if not any(tag in {"script", "style", "title"} for tag, _ in self._stack):
            self.words += f"{data} "
        if self._href is not None:
            self._link += data

    @property
    def messages(self) -> list[str]:
        """The lines of the error summary that lead to a field."""
        return [words for words, _ in self.errors]


class Browser:
    """One signed-in person."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user, backend="cspr.accounts.backends.People")

    def get(self, url: str, status: int = 200) -> Page:
        with override_settings(MFA_REQUIRED=False):
            response = self.client.get(url)
        assert response.status_code == status, (url, response.status_code)
        self.context, self.size = response.context, len(response.content)
        return Page(response.content.decode())

    def post(self, url: str, data: dict[str, Any], status: int = 302) -> Page:
        """Send, and see the page that answers; after a redirect, ``went_to`` says where."""
        with override_settings(MFA_REQUIRED=False):
            response = self.client.post(url, data)
        assert response.status_code == status, (
            url,
            response.status_code,
            Page(response.content.decode()).words,
        )
        self.went_to = response.headers.get("Location", "")
        return Page(response.content.decode())

    def fill(self, url: str, status: int = 302, **answers: Any) -> Page:
        """Open the page, change some answers, leave the others as they stand, and send."""
        page = self.get(url)
        return self.post(url, {**page.sends, **answers}, status)


# --- addresses and answers of the referral form -----------------------------------------------------------

SAFE = {"child_safe": "yes", "others_safe": "yes", "done": "The child is on the ward."}
DECLARED = {"declared": "on", "declared_by": "Person One"}


def begun(a: make.Area) -> Referral:
    """A referral that has just been started."""
    return actions.start(
        by=a.referrer, partnership=a.partnership, agency=a.agencies["hospital"], today=make.TODAY
    )


def part(referral: Referral, code: str, number: int | None = None) -> str:
    """The address of a part of the form, or of one item of it."""
    if number is None:
        return reverse("referral-section", args=[referral.ref, code])
    return reverse("referral-item", args=[referral.ref, code, number])


def verb(referral: Referral, name: str) -> str:
    return reverse(f"referral-{name}", args=[referral.ref])


def stored(referral: Referral, code: str) -> Any:
    """What a part of the form holds now."""
    return Referral.objects.get(pk=referral.pk).answers.get(code)


def letter(name: str = "letter.txt", content: bytes = b"A synthetic letter.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)

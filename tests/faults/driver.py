"""People at their browsers: they open a page, fill in its form, send it over HTTP, and write down what came of it."""

from __future__ import annotations

import html.parser
import secrets
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from cspr.accounts.models import User
from cspr.accounts.sessions import SessionStore
from tests.faults.history import History

Fields = dict[str, Any]
PATIENCE = 30  # seconds until a browser gives up


class FormReader(html.parser.HTMLParser):
    """The fields of the page's form (the one with a one-time number) with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self._text, self._select = "", ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        said = dict(given)
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name:
            if said.get("type") not in {"checkbox", "radio"} or "checked" in said:
                self.forms[-1].setdefault(name, value)
        elif tag in {"textarea", "select"} and name:
            self.forms[-1][name] = ""
            self._text, self._select = (name, "") if tag == "textarea" else ("", name)
        elif tag == "option" and self._select and "selected" in said:
            self.forms[-1][self._select] = value

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._text = self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data


def form_in(page: str) -> Fields:
    """What a browser would send of the page's form; nothing when the page offers none."""
    reader = FormReader()
    reader.feed(page)
    return next((form for form in reader.forms if "nonce" in form), {})


@dataclass
class Answer:
    """``status`` 0: there was none."""

    status: int
    seconds: float
    text: str = ""
    location: str = ""
    nonce: str = ""
    at: float = field(default_factory=time.time)

    @property
    def acknowledged(self) -> bool:
        return self.status == 302


@dataclass
class Browser:
    """One signed-in person. Speaks as the proxy would: by the public name, and that outside it was encrypted."""

    base: str
    user: User
    history: History
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wire = requests.Session()
        self._token = secrets.token_hex(16)
        self.cookies |= {settings.CSRF_COOKIE_NAME: self._token}

    def sign_in(self) -> Browser:
        """A session in the database, with its second factor behind it."""
        Authenticator.objects.get_or_create(
            user=self.user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "only-for-tests"}}
        )
        session, now = SessionStore(), int(time.time())
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session["started_at"] = session["last_seen_at"] = now
        session.create()
        self.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
        return self

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: Fields, files: Fields | None = None) -> Answer:
        """Sends just this, and keeps what came of it in the history. ``files``: name of the field → (name, bytes)."""
        answer = self._ask("POST", path, {**fields, "csrfmiddlewaretoken": self._token}, files)
        answer.nonce = str(fields.get("nonce", ""))
        self.history.note(
            "post", who=self.user.pk, path=path, nonce=answer.nonce, status=answer.status,
            seconds=round(answer.seconds, 4), acknowledged=answer.acknowledged,
        )  # fmt: skip
        return answer

    def fill_in(self, path: str, fields: Fields) -> Answer:
        """Opens the page, fills in its form and sends it. Where there is no form, the page is the answer."""
        page = self.get(path)
        form = form_in(page.text) if page.status == 200 else {}
        return self.post(path, {**form, **fields}) if form else page

    def _ask(self, method: str, path: str, data: Fields | None = None, files: Fields | None = None) -> Answer:
        host = settings.ALLOWED_HOSTS[0]
        headers = {
            "Host": host,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{host}{path}",
            "User-Agent": "Firefox Linux",
            # By hand: a browser would not send these cookies over the plain connection behind the proxy.
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        started = time.monotonic()
        try:
            answer = self._wire.request(
                method, self.base + path, data=data, files=files, headers=headers, timeout=PATIENCE,
                allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException:
            return Answer(0, time.monotonic() - started)
        location = answer.headers.get("Location", "")
        return Answer(answer.status_code, time.monotonic() - started, answer.text, location)


def side_by_side(jobs: Iterable[Any], hands: int) -> list[Any]:
    """Runs the jobs (called without arguments) in so many threads; what each returned, in order."""
    with ThreadPoolExecutor(hands) as pool:
        return [waiting.result() for waiting in [pool.submit(job) for job in jobs]]

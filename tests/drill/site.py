"""The restored site at work: somebody signs in with password and code, opens a case, and has a paper made."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests.drill.places import Failed, Machine
from tests.machine import unused_port
from tests.services.programs import eventually, running

PASSWORD = "a long one, for the drill only"
# Somebody on the list of the newest open case gets a password and an app; asked before the backup.
SOMEBODY = f"""
import django, json; django.setup()
from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.wall.scope import everything
from referrals.models import Case, Referral
from tests.accounts.totp import enrol
with everything():
    case = Case.objects.filter(state="open").order_by("-pk").first()
    user = User.objects.get(pk=case.members.filter(capacity=Role.STAFF).first().user_id)
    user.set_password("{PASSWORD}")
    user.save()
    referral = Referral.objects.filter(case=case).first()
    print(json.dumps([case.ref, referral.ref, user.email, enrol(user)]))
"""
CODE = "import sys, django; django.setup(); from tests.accounts.totp import code; print(code(sys.argv[1]))"


class Browser:
    """Speaks as the proxy would: by the public name, and that outside it was encrypted."""

    def __init__(self, port: int, host: str) -> None:
        self.base, self.host = f"http://127.0.0.1:{port}", host
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> requests.Response:
        headers = {
            "Host": self.host,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{self.host}{path}",
            "User-Agent": "Firefox Linux",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        answer = requests.request(
            method, self.base + path, data=fields, headers=headers, timeout=60, allow_redirects=False
        )
        said = answer.raw.headers.getlist("Set-Cookie")
        self.cookies |= dict(line.split(";", 1)[0].split("=", 1) for line in said)
        return answer

    def send(self, page: str, to: str, fields: dict[str, str]) -> requests.Response:
        """Sends a form of the page, with what the page puts into it unseen."""
        text = self.ask("GET", page).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        if token is None:
            raise Failed(f"{page} has no form")
        return self.ask("POST", to, fields | {"csrfmiddlewaretoken": token[1]})


def at_work(machine: Machine, somebody: list[str], seconds: dict[str, float], since: float) -> list[str]:
    """Web, worker and beat run on the machine; what does not work, in sentences. Notes in ``seconds`` what was reached
    when, counted from ``since``."""
    case, referral, email, secret = somebody
    site, port = machine.environment("cspr_app"), unused_port()
    web = [sys.executable, "-m", "gunicorn", "cspr.wsgi", f"--bind=127.0.0.1:{port}", "--no-control-socket"]
    celery = [sys.executable, "-m", "celery", "-A", "cspr.celery"]
    beat = ["beat", f"--schedule={machine.folder / 'beat'}", "--pidfile="]
    logs = {name: machine.folder / f"{name}.log" for name in ("web", "worker", "beat")}
    browser, wrong = Browser(port, site["CSPR_ALLOWED_HOSTS"]), list[str]()
    with contextlib.ExitStack() as programs:
        programs.enter_context(running([*web, "--workers=2"], site, logs["web"]))
        programs.enter_context(running([*celery, "worker", "--concurrency=1"], site, logs["worker"]))
        programs.enter_context(running([*celery, *beat], site, logs["beat"]))
        eventually(lambda: live(browser), "the site answers", logs["web"], 120)
        sign_in(browser, email, secret, machine, wrong)
        seconds["signed in"] = time.monotonic() - since
        page = browser.ask("GET", f"/cases/{case}/")
        if page.status_code != 200 or case not in page.text:
            wrong.append(f"the case page answers {page.status_code}")
        seconds["a case was opened"] = time.monotonic() - since
        asked = browser.send(f"/referrals/{referral}/", f"/documents/make/referral/{referral}/", {})
        wrong += paper(browser, asked.headers.get("Location", ""), logs["worker"])
        seconds["a PDF was made and opened"] = time.monotonic() - since
        wrong += not_ready(browser, logs["web"])
    return wrong


def live(browser: Browser) -> bool:
    with contextlib.suppress(requests.RequestException):
        return browser.ask("GET", "/health/live").status_code == 200
    return False


def sign_in(browser: Browser, email: str, secret: str, machine: Machine, wrong: list[str]) -> None:
    first = browser.send("/account/login/", "/account/login/", {"login": email, "password": PASSWORD})
    if browser.ask("GET", "/work/").status_code == 200:
        wrong.append("the password alone opened the site")
    code = machine.program(["-c", CODE, secret]).strip()
    second = browser.send("/account/2fa/authenticate/", "/account/2fa/authenticate/", {"code": code})
    if (first.status_code, second.status_code) != (302, 302):
        wrong.append(f"signing in answers {first.status_code} and {second.status_code}")
    if (work := browser.ask("GET", "/work/").status_code) != 200:
        wrong.append(f"once signed in, Your work answers {work}")


def paper(browser: Browser, progress: str, log: Path) -> list[str]:
    """Waits for the PDF that was asked for, and opens it."""
    if "/progress/" not in progress:
        return ["the PDF could not be asked for"]
    file = progress.removesuffix("progress/")
    got: list[Any] = []

    def there() -> bool:
        answer = browser.ask("GET", file)
        got[:] = [answer.status_code, answer.content[:5]]
        return answer.status_code == 200

    eventually(there, "the PDF is made", log, 240)
    return [] if got == [200, b"%PDF-"] else [f"the PDF answers {got[0]}"]


def not_ready(browser: Browser, log: Path) -> list[str]:
    """What readiness finds, once the heartbeat has had its time."""
    parts: dict[str, Any] = {}

    def ready() -> bool:
        answer = browser.ask("GET", "/health/ready")
        parts.update(json.loads(answer.text)["parts"])
        return all(part["ok"] for name, part in parts.items() if name not in {"mail", "relay"})

    eventually(ready, "all but the mail, which has no server here, is well", log, 90)
    return []

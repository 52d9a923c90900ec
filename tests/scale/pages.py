"""``python -m tests.scale.pages [--cases N]``: how long a case page takes among many cases, while ten people read.

The site as production starts it (gunicorn as in the Dockerfile, the wall, encrypted names), among the cases that
``tests.scale.filling`` lays out in two partnerships. Five people of each open case after case that they may see, each
a second after the last was there. Asked for: 95 of 100 pages within 400 ms (number 27 of the trust report).
"""

from __future__ import annotations

import contextlib
import json
import random
import secrets
import statistics
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import requests

from tests.machine import Machine, look_round, unused_port
from tests.run import say
from tests.scale.place import MANAGE, Failed, Place, ended_well, migrated_place
from tests.services.programs import Environment, eventually, running

CASES, PEOPLE, PAGES, PAUSE = 100_000, 10, 60, 1.0
WITHIN_MS, SHARE = 400, 0.95
HOST = "reviews.example"
# Signs the people in, and says for each their cookies and cases they may see, spread over all of theirs.
SIGNED_IN = """
import json, sys
import django
django.setup()
from pathlib import Path
from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.wall.scope import everything
from referrals.models import Case
from tests.faults.driver import Browser
from tests.faults.history import History
roles = [Role.STAFF, Role.STAFF, Role.CHAIR, Role.PARTNER, Role.PARTNER]
with everything():
    found = []
    for partnership in Partnership.objects.order_by("pk"):
        taken = set()
        for role in roles:
            members = User.objects.filter(memberships__role=role, memberships__partnership=partnership)
            user = members.exclude(pk__in=taken).order_by("pk").first() or members.order_by("pk").first()
            taken.add(user.pk)
            history = History(Path(sys.argv[1]) / "history.jsonl")
            refs = list(Case.objects.visible_to(user).order_by("pk").values_list("ref", flat=True))
            cookies = Browser("", user, history).sign_in().cookies
            found.append({"role": role, "cookies": cookies, "refs": refs[:: max(1, len(refs) // 500)]})
json.dump(found, sys.stdout)
"""


def site(place: Place, machine: Machine) -> Environment:
    """As web starts in production, held by the wall."""
    return place.site | {
        "CSPR_MODE": "production",
        "CSPR_SITE_URL": f"https://{HOST}",
        "CSPR_ALLOWED_HOSTS": HOST,
        "CSPR_BEHIND_TLS_PROXY": "1",
        "CSPR_FROM_EMAIL": f"reviews@{HOST}",
        "CSPR_SMTP_HOST": "127.0.0.1",
        "CSPR_SMTP_TLS": "0",
        "CSPR_STATIC_ROOT": str(place.folder / "static"),
        "REDIS_URL": machine.redis,
    }


def read(base: str, person: dict[str, Any], seed: int, took: list[float], wrong: list[str]) -> None:
    """One person, at case after case."""
    choose, wire = random.Random(seed), requests.Session()
    headers = {
        "Host": HOST,
        "X-Forwarded-Proto": "https",
        "User-Agent": "Firefox Linux",
        "Cookie": "; ".join(f"{name}={value}" for name, value in person["cookies"].items()),
    }
    for _ in range(PAGES):
        ref = choose.choice(person["refs"])
        started = time.monotonic()
        answer = wire.get(f"{base}/cases/{ref}/", headers=headers, allow_redirects=False, timeout=60)
        took.append((time.monotonic() - started) * 1000)
        if answer.status_code != 200 or ref not in answer.text:
            wrong.append(f"{person['role']} was answered {answer.status_code}")
        time.sleep(PAUSE)


def while_it_serves(
    place: Place, machine: Machine, people: list[dict[str, Any]]
) -> tuple[list[float], list[str]]:
    """Starts web, lets everybody read, and returns the milliseconds of each page, and what was wrong."""
    port, log = unused_port(), place.folder / "web.log"
    base = f"http://127.0.0.1:{port}"
    line = [sys.executable, "-m", "gunicorn", "cspr.wsgi", f"--bind=127.0.0.1:{port}", "--no-control-socket"]
    took: list[float] = []
    wrong: list[str] = []
    with running([*line, "--workers=3", "--threads=4"], site(place, machine), log):
        eventually(lambda: answers(f"{base}/health/live"), "the site answers", log)
        hands = [
            threading.Thread(target=read, args=(base, person, number, took, wrong))
            for number, person in enumerate(people)
        ]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
    return took, wrong


def answers(address: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(address, headers={"Host": HOST, "X-Forwarded-Proto": "https"}, timeout=5).ok
    return False


def measure(machine: Machine, cases: int) -> list[str]:
    """Everything; what is wrong, in sentences."""
    with tempfile.TemporaryDirectory() as folder, migrated_place(machine.database, Path(folder)) as place:
        place.more.update(CSPR_FIELD_KEYS=secrets.token_hex(32), CSPR_SECRET_KEY=secrets.token_hex(32))
        started = time.monotonic()
        ended_well([sys.executable, "-m", "tests.scale.filling", f"--cases={cases}"], place.owner)
        place.manage("build_wall", owner=True)
        say(f"{cases} cases laid out in {time.monotonic() - started:.0f} s")
        return measured(place, machine, cases)


def measured(place: Place, machine: Machine, cases: int) -> list[str]:
    """The same, in a place that is filled."""
    ended_well([*MANAGE, "collectstatic", "--no-input"], site(place, machine))
    signing_in = [sys.executable, "-c", SIGNED_IN, str(place.folder)]
    people = json.loads(ended_well(signing_in, site(place, machine)))
    if len(people) != PEOPLE:
        raise Failed(f"{len(people)} people, not {PEOPLE}")
    took, wrong = while_it_serves(place, machine, people)
    shares = statistics.quantiles(took, n=100)
    within = shares[round(SHARE * 100) - 1]
    say(
        f"case page: {cases} cases, {PEOPLE} people at once, {len(took)} pages: half within {shares[49]:.0f} ms, "
        f"95 % within {within:.0f} ms, all within {max(took):.0f} ms"
    )
    return [*dict.fromkeys(wrong), *([f"{within:.0f} ms, {WITHIN_MS} allowed"] if within > WITHIN_MS else [])]


def main(words: list[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.scale.pages")
    parser.add_argument("--cases", type=int, default=CASES)
    given = parser.parse_args(words)
    with contextlib.ExitStack() as servers:
        wrong = measure(look_round(servers), given.cases)
    for sentence in wrong:
        say(f"WRONG: {sentence}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

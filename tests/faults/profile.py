"""The project's own worker and beat, with short times, and with places at which the nemesis can catch them.

``celery -A tests.faults.profile``. Nothing else is different from ``cspr.celery``. ``FAULTS_TIMES`` (JSON) changes
times for one program; ``FAULTS_FOLDER`` is where the nemesis leaves its plan and a caught worker its sign.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from cspr.celery import app

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from cspr.documents import leases  # noqa: E402  (Django has to be set up before)
from cspr.mail import relay  # noqa: E402
from tests.faults import papers  # noqa: E402, F401  (the worker knows them)
from tests.faults.nemesis import POISON  # noqa: E402

# In seconds. In production: 150, 60, 20, (60, 300, 900, 3600), a day, 15; visibility 300.
TIMES: dict[str, Any] = {
    "lease": 5,
    "budget": 2,
    "smtp_timeout": 1,
    "back_off": [1, 2, 3, 4],
    "give_up_after": 24 * 3600,
    "pause": 2,
    "visibility": 10,
    "ticks": {
        "relay": 1,
        "sweep": 5,
        "heartbeat": 2,
        "anchor": 3600,
        "render": 2,
        "scan-files": 2,
        "check-files": 3,
        "release": 20,
    },
}
TIMES |= json.loads(os.environ.get("FAULTS_TIMES", "{}"))
FOLDER = Path(os.environ["FAULTS_FOLDER"])
MEMORY = 2 * 1024**3
visits: Counter[str] = Counter()


def shorten() -> None:
    relay.LEASE = dt.timedelta(seconds=TIMES["lease"])
    relay.BUDGET_SECONDS = TIMES["budget"]
    relay.BACK_OFF = [dt.timedelta(seconds=seconds) for seconds in TIMES["back_off"]]
    relay.GIVE_UP_AFTER = dt.timedelta(seconds=TIMES["give_up_after"])
    leases.PAUSE = dt.timedelta(seconds=TIMES["pause"])
    settings.EMAIL_TIMEOUT = TIMES["smtp_timeout"]
    app.conf.broker_transport_options = {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "visibility_timeout": TIMES["visibility"],
    }
    app.conf.beat_max_loop_interval = 1
    app.conf.beat_schedule = {
        name: entry | {"schedule": float(TIMES["ticks"][name]), "options": {"expires": 5}}
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if TIMES["ticks"].get(name)
    }


def at(point: str) -> None:
    """Stands still here, where the plan says so, until somebody kills this process."""
    visits[point] += 1
    plan = FOLDER / "plan.json"
    if plan.exists() and json.loads(plan.read_text()) == {"point": point, "visit": visits[point]}:
        (FOLDER / "reached").touch()
        time.sleep(600)


def with_places() -> None:
    """The relay, with a place before and behind each of its steps."""
    take, mark_sent, message_for = relay.take, relay.mark_sent, relay.message_for

    def taken(now: dt.datetime) -> relay.Batch:
        at("before claim")
        batch = take(now)
        if batch.emails:
            at("after claim")
        return batch

    def marked(email: Any) -> None:
        at("after the 250")
        with transaction.atomic():
            mark_sent(email)
            at("before commit")

    relay.take, relay.mark_sent = taken, marked
    relay.message_for = unless_poisoned(message_for)


def unless_poisoned(message_for: Callable[..., Any]) -> Callable[..., Any]:
    def written(email: Any, parts: Any) -> Any:
        if email.address.startswith(POISON):
            die_of_memory()
        return message_for(email, parts)

    return written


def die_of_memory() -> None:
    """Takes memory until there is none, and then ends as by the kernel's hand."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    taken = []
    try:
        while True:
            taken.append(bytearray(64 * 1024**2))
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)


shorten()
with_places()

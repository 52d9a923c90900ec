"""Is the system up, and is its background work getting done? Two small JSON pages that need no sign-in.

They name no person, case, host or version: only which part is well, and how late it is.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import shared_task
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cspr.clocks.models import calendar_warning
from cspr.documents import quarantine, scanning
from cspr.mail.outbox import LATE_AFTER, oldest_untaken_age, oldest_waiting_age
from cspr.sealed.keys import CannotOpen
from cspr.sealed.rotating import sealed_tables
from cspr.wall.building import why_no_wall
from cspr.wall.scope import everything

# Longer than one task may run (CELERY_TASK_TIME_LIMIT), shorter than five minutes, when staff must know.
HEARTBEAT_STALE = dt.timedelta(minutes=3)
MAIL_LATE = dt.timedelta(minutes=15)
FILES_LATE = dt.timedelta(minutes=15)
DISK_LEAST_BYTES = 200 * 1024 * 1024

Finding = dict[str, Any]


def heartbeat_file() -> Path:
    return Path(settings.DATA_DIR) / "heartbeat"


@shared_task
def heartbeat() -> None:
    """The tick that proves the rest: beat sent it, the broker carried it, a worker with a database ran it.

    It is kept as a file beside the documents, not as a row: so it also proves that web and worker share that
    folder, without which a rendered PDF could never be opened.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    half_written = heartbeat_file().with_suffix(".new")
    half_written.write_text(timezone.now().isoformat(), encoding="ascii")
    half_written.replace(heartbeat_file())


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """This process answers. Touches nothing else, so that a database outage does not get it restarted."""
    return JsonResponse({"ok": True})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Each part and whether it is well; 503 when any is not. For monitoring, which should wake a person."""
    findings = {name: _safely(look) for name, look in CHECKS.items()}
    well = all(finding["ok"] for finding in findings.values())
    return JsonResponse({"ok": well, "parts": findings}, status=200 if well else 503)


def _safely(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (DatabaseError, OSError):
        return {"ok": False}


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def record() -> Finding:
    """Whether what happens can be put on record: otherwise nothing is done, and nothing sensitive shown."""
    if connection.vendor != "postgresql":
        return {"ok": True}
    with connection.cursor() as cursor:
        # From pg_class, so that a right taken away in the same moment is seen: a look at a table brings news of rights.
        cursor.execute(
            "SELECT bool_and(has_table_privilege(oid, 'INSERT')) AND NOT pg_is_in_recovery()"
            " FROM pg_class WHERE oid IN ('audit_event'::regclass, 'audit_words'::regclass)"
        )
        return {"ok": cursor.fetchone() == (True,)}


def wall() -> Finding:
    """Whether the database holds the site back (docs/settings.md, "Two roles"). Only production has two roles."""
    return {"ok": not settings.PRODUCTION or why_no_wall(connection) is None}


def background_work() -> Finding:
    """The age of the last heartbeat: beat, broker, worker and shared folder in one figure."""
    at = dt.datetime.fromisoformat(heartbeat_file().read_text(encoding="ascii"))
    age = timezone.now() - at
    return {"ok": age <= HEARTBEAT_STALE, "age_seconds": int(age.total_seconds())}


def mail() -> Finding:
    age = oldest_waiting_age()
    return {"ok": age <= MAIL_LATE, "oldest_waiting_seconds": int(age.total_seconds())}


def relay() -> Finding:
    """Whether somebody takes what is due, whatever the mail server then says of it."""
    age = oldest_untaken_age()
    return {"ok": age <= LATE_AFTER, "oldest_untaken_seconds": int(age.total_seconds())}


def bank_holidays() -> Finding:
    """Whether deadlines can still be counted a year ahead."""
    return {"ok": not calendar_warning(timezone.localdate())}


def disk() -> Finding:
    """Room in every place that is written to: each may be a disk of its own."""
    places = [Path(settings.DATA_DIR), Path(default_storage.path("")), settings.AUDIT_ANCHOR_DIR]
    there = [place for place in places if place.exists()]
    return {"ok": all(shutil.disk_usage(place).free >= DISK_LEAST_BYTES for place in there)}


def field_keys() -> Finding:
    """Whether the keys at hand open what is stored: the newest row of every table with sealed columns is opened.

    That a key is missing which older rows need, ``manage.py rotate_keys --check`` finds: it looks at all of them.
    """
    try:
        with everything():
            for columns in sealed_tables():
                columns.model._base_manager.order_by("-pk").first()
    except CannotOpen:
        return {"ok": False}
    return {"ok": True}


def virus_check() -> Finding:
    """Whether the scanner is there, where one is configured, and how long the oldest file has waited for it."""
    if not scanning.configured():
        return {"ok": True, "configured": False}
    age, there = quarantine.oldest_waiting_age(), scanning.answers(seconds=2)
    return {
        "ok": there and age <= FILES_LATE,
        "answers": there,
        "oldest_waiting_seconds": int(age.total_seconds()),
    }


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": database,
    "record": record,
    "wall": wall,
    "background_work": background_work,
    "mail": mail,
    "relay": relay,
    "bank_holidays": bank_holidays,
    "disk": disk,
    "field_keys": field_keys,
    "virus_check": virus_check,
}

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
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cspr.clocks.models import calendar_warning
from cspr.mail.outbox import oldest_waiting_age
from cspr.wall.building import why_no_wall

# Longer than one task may run (CELERY_TASK_TIME_LIMIT), shorter than five minutes, when staff must know.
HEARTBEAT_STALE = dt.timedelta(minutes=3)
MAIL_LATE = dt.timedelta(minutes=15)
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


def bank_holidays() -> Finding:
    """Whether deadlines can still be counted a year ahead."""
    return {"ok": not calendar_warning(timezone.localdate())}


def disk() -> Finding:
    return {"ok": shutil.disk_usage(settings.DATA_DIR).free >= DISK_LEAST_BYTES}


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": database,
    "wall": wall,
    "background_work": background_work,
    "mail": mail,
    "bank_holidays": bank_holidays,
    "disk": disk,
}

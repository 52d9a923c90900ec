"""Rows that wait for the worker: claimed under a lease, tried again when it ends, given up after some attempts.

Nothing is lost when a worker dies and nothing counts twice when two run: every write names the claim it belongs to.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
PAUSE = dt.timedelta(seconds=15)
UNEXPECTED = "Something unexpected happened."
GAVE_UP = f"It was tried {MOST_ATTEMPTS} times. Try again later, or tell the technical administrator."


class LeaseLost(Exception):
    """Another worker has taken the row over; whatever we still do to it no longer counts."""


class Leased(models.Model):
    """What a row needs so that workers can share it; each kind adds its own ``state``."""

    state: Any
    failure = models.CharField("why it failed", max_length=400, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # While it is worked on: until when its worker is believed alive. While it waits: not before.
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def free(states: tuple[str, ...], now: dt.datetime) -> Q:
    """Rows in ``states`` that may be started now: new, due for another attempt, or left by a worker that died."""
    return Q(state__in=states) & (Q(leased_until=None) | Q(leased_until__lte=now))


L = TypeVar("L", bound=Leased)


@dataclass(frozen=True)
class Leases(Generic[L]):
    """How the rows of one table are shared out. ``lease``: longer than any worker may be busy with one row."""

    rows: type[L]
    waiting: str
    busy: str
    failed: str
    lease: dt.timedelta

    def claim(self, now: dt.datetime, **values: object) -> L | None:
        """Take the oldest row that may be started, for us alone; ``None`` when there is none.

        The UPDATE repeats the condition it was chosen by, so of two workers one changes the row and the other
        changes nothing. ``attempts`` is the claim's number: every later write of ours names it.
        """
        free_now = self.rows._default_manager.filter(free((self.waiting, self.busy), now))
        spent = free_now.filter(attempts__gte=MOST_ATTEMPTS)
        spent.update(state=self.failed, failure=GAVE_UP, leased_until=None)
        for pk, attempts in free_now.order_by("created_at", "pk").values_list("pk", "attempts")[:5]:
            ours = free_now.filter(pk=pk, attempts=attempts)
            if ours.update(state=self.busy, attempts=attempts + 1, leased_until=now + self.lease, **values):
                return self.rows._default_manager.get(pk=pk)
        return None

    def mark(self, row: L, **values: object) -> None:
        """Write to the row while it is ours. Raises ``LeaseLost`` when it no longer is."""
        ours = self.rows._default_manager.filter(pk=row.pk, state=self.busy, attempts=row.attempts)
        if not ours.update(**values):
            raise LeaseLost

    def fail(self, row: L, reason: str, **values: object) -> None:
        """It cannot be done: ``reason`` is the sentence to show."""
        self._settle(row, self.failed, reason, None, values)

    def try_again_or_fail(self, row: L, reason: str, **values: object) -> None:
        """It did not work this time: back into the queue for a while, and after some attempts it has failed."""
        if row.attempts >= MOST_ATTEMPTS:
            self._settle(row, self.failed, f"{reason} {GAVE_UP}", None, values)
        else:
            self._settle(row, self.waiting, reason, timezone.now() + PAUSE * row.attempts, values)

    def _settle(
        self, row: L, state: str, reason: str, not_before: dt.datetime | None, values: dict[str, object]
    ) -> None:
        try:
            self.mark(row, state=state, failure=reason[:400], leased_until=not_before, **values)
        except LeaseLost:
            log_lost(row)


def log_lost(row: Leased) -> None:
    log.warning("%s %s: another worker has taken it over", row._meta.label_lower, row.pk)

"""Writing a report, section by section."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db import transaction

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.workflow import Stale, perform
from reviews.models import PracticeReview, RapidReview

R = TypeVar("R", RapidReview, PracticeReview)


def write_section(
    review: R, *, by: User, today: dt.date, section: str, text: str, read: str, nonce: str = ""
) -> R:
    """Save one section of a report. ``read`` is the text the person saw when they began.

    Two people may write two sections at once. Raises ``Stale`` only if this very section was changed meanwhile.
    """
    with transaction.atomic():
        locked = type(review)._base_manager.select_for_update().get(pk=review.pk)
        if locked.report.get(section, "") not in {read, text}:
            raise Stale(_changes_of(locked, section))
        return perform(review, "write_report", by=by, today=today, nonce=nonce, sections={section: text})


def _changes_of(review: RapidReview | PracticeReview, section: str) -> list[Event]:
    kind = f"{review._meta.model_name}.write_report"
    saved = Event.objects.filter(subject_ref=review.ref, kind=kind).select_related("by")[:50]
    return [event for event in saved if section in event.facts.get("sections", ())][:1]

"""Writing a report, section by section: saving, keeping what is typed, and taking an earlier text back."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.workflow import Refused, Stale, in_turn, note, perform, why_not
from reviews.models import PracticeReview, RapidReview, SectionDraft, SectionVersion
from reviews.models.sections import last_numbers

Review = RapidReview | PracticeReview
# More than any section may hold when it is saved, so that an overlong text is kept while it is shortened.
LONGEST_DRAFT = 400_000


def write_section(
    review: Review,
    *,
    by: User,
    today: dt.date,
    section: str,
    text: str,
    base: int,
    nonce: str = "",
    taken_from: int | None = None,
) -> Review:
    """Save one section of a report. ``base`` is the version the person began from, 0 if there was none.

    Two people may write two sections at once. Raises ``Stale`` only if this very section has another text by now.
    """
    _may_write(review, by)
    with in_turn(review.partnership):
        locked = type(review)._base_manager.select_for_update().get(pk=review.pk)
        if locked.report.get(section, "") == text:
            _drop(locked, section, by)
            return locked
        if last_numbers(locked).get(section, 0) != base:
            raise Stale(_changes_of(locked, section))
        written = perform(
            review,
            "write_report",
            by=by,
            today=today,
            nonce=nonce,
            sections={section: text},
            taken_from=taken_from,
        )
        _drop(written, section, by)
        return written


def keep_draft(
    review: Review, *, by: User, today: dt.date, section: str, text: str | None, base: int
) -> SectionDraft:
    """Keep what somebody has typed and not saved; with ``text=None`` only that they have the section open.

    It overwrites their own earlier draft and nobody's text. The record tells only that they began. Refused to
    whoever may not write the report now.
    """
    _may_write(review, by)
    with in_turn(review.partnership):
        draft, _ = SectionDraft.objects.select_for_update().get_or_create(
            case=review.case, report=review._meta.model_name, section=section, user=by
        )
        draft.seen_at = timezone.now()
        if text is not None and (draft.typed or text != review.report.get(section, "")):
            if not draft.typed:
                note(review, "begin_section", by=by, today=today, section=section)
            draft.typed, draft.text, draft.base = True, text[:LONGEST_DRAFT], base
            draft.kept_at = draft.seen_at
        draft.save()
        return draft


def drop_draft(review: Review, *, by: User, today: dt.date, section: str) -> None:
    """Throw away what the person has typed in a section and not saved. The saved texts stay."""
    _may_write(review, by)
    with in_turn(review.partnership):
        if _drop(review, section, by):
            note(review, "drop_section", by=by, today=today, section=section)


def _may_write(review: Review, by: User) -> None:
    reason = why_not(review, "write_report", by)
    if reason:
        raise Refused(reason)


def _drop(review: Review, section: str, by: User) -> bool:
    own = SectionDraft.objects.of(review, section).filter(user=by)
    typed = own.filter(typed=True).exists()
    own.delete()
    return typed


def take_back(
    review: Review, *, by: User, today: dt.date, section: str, number: int, nonce: str = ""
) -> Review:
    """Make the text of an earlier version the section's text again: a new version, and the present one stays.

    Raises ``Refused`` when there is no such version.
    """
    earlier = SectionVersion.objects.of(review, section).filter(number=number).first()
    if earlier is None:
        raise Refused("There is no such version.")
    return write_section(
        review,
        by=by,
        today=today,
        section=section,
        text=earlier.text,
        base=last_numbers(review).get(section, 0),
        nonce=nonce,
        taken_from=number,
    )


def _changes_of(review: Review, section: str) -> list[Event]:
    kind = f"{review._meta.model_name}.write_report"
    saved = Event.objects.filter(subject_ref=review.ref, kind=kind).select_related("by")[:50]
    return [event for event in saved if section in event.facts.get("sections", ())][:1]

"""The practice review: its reviewer, and publication."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.text import slugify

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.documents.pdf import queue_pdf
from cspr.wall.scope import everything
from cspr.workflow import begin, note, perform
from referrals.models import CaseMember
from referrals.permissions import access_changed
from reviews.models import PracticeReview, Publication


def appoint_reviewer(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    user: User,
    suitability: dict[str, str],
    words: str = "",
    access_until: dt.date | None = None,
    version: int | None = None,
    nonce: str = "",
    effective_on: dt.date | None = None,
) -> PracticeReview:
    """Appoint, and let the reviewer into this case alone, until ``access_until`` if a day is given."""
    with transaction.atomic():
        appointed = perform(
            review,
            "appoint_reviewer",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            effective_on=effective_on,
            user=user,
            suitability=suitability,
            words=words,
            access_until=access_until,
        )
        CaseMember.objects.update_or_create(
            case=review.case,
            user=user,
            capacity=Role.REVIEWER,
            defaults={"starts_on": today, "ends_on": access_until, "granted_by": by},
        )
        access_changed(review.case)
        return appointed


def remove_reviewer(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    words: str,
    version: int | None = None,
    nonce: str = "",
) -> PracticeReview:
    """Remove (reg 13): the reviewer's access ends with it."""
    with transaction.atomic():
        reviewer = review.reviewer
        removed = perform(
            review, "remove_reviewer", by=by, today=today, version=version, nonce=nonce, words=words
        )
        if reviewer is not None:
            CaseMember.objects.filter(case=review.case, user=reviewer.user, capacity=Role.REVIEWER).update(
                ends_on=today - dt.timedelta(days=1)
            )
            access_changed(review.case)
        return removed


def publish(
    review: PracticeReview, *, by: User, today: dt.date, version: int | None = None, nonce: str = ""
) -> PracticeReview:
    """Publish the report as it was signed off and sent: a frozen copy, and its PDF."""
    with transaction.atomic():
        published = perform(review, "publish", by=by, today=today, version=version, nonce=nonce)
        _freeze(published, by=by, today=today, improvements_only=False)
        return published


def publish_improvements(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    reason_code: str,
    words: str,
    version: int | None = None,
    nonce: str = "",
) -> PracticeReview:
    """Publish only the improvements; the full report was sent to the Secretary of State and the Panel."""
    with transaction.atomic():
        published = perform(
            review,
            "publish_improvements",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            reason_code=reason_code,
            words=words,
        )
        _freeze(published, by=by, today=today, improvements_only=True)
        return published


def _freeze(review: PracticeReview, *, by: User, today: dt.date, improvements_only: bool) -> Publication:
    publication = Publication.of(review, on=today, improvements_only=improvements_only)
    publication.slug = _slug(publication.title, today)
    publication.keep_figures(by)
    begin(publication, by=by, today=today)
    publication.enter_in_library()
    Publication.objects.filter(pk=publication.pk).update(pdf=queue_pdf("publication", publication, by))
    note(review, "freeze", by=by, today=today, publication=publication.ref)
    return publication


def _slug(title: str, today: dt.date) -> str:
    """A public address that says only what the title says; numbered when the title was used before."""
    stem = f"{slugify(title)[:60] or 'review'}-{today.year}"
    with everything():  # an address is one of the whole site
        taken = Publication.objects.filter(slug__startswith=stem).count()
    return f"{stem}-{taken + 1}" if taken else stem

"""What people do with reviews; the only code here that changes anything. See ``referrals.actions`` for the pattern."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.text import slugify

from cspr.accounts.models import Agency, User
from cspr.accounts.roles import Role
from cspr.documents.pdf import queue_pdf
from cspr.workflow import Change, Refused, begin, note, perform
from referrals.actions import Consequence
from referrals.models import CaseMember, Decision, Notification
from referrals.permissions import case_staff, starts_rapid_review
from referrals.states import STARTS_CSPR, DecisionKind, Outcome
from reviews.models import InformationRequest, PracticeReview, Publication, RapidReview
from reviews.models.publication import one_year_from
from reviews.states import STOPPED


def add_request(
    review: RapidReview, *, by: User, today: dt.date, agency: Agency, nonce: str = ""
) -> InformationRequest:
    """Put an agency on the request board and let its report authors onto the case."""
    reason = case_staff(review, by)
    if reason:
        raise Refused(reason)
    if not review.partnership.agencies.filter(pk=agency.pk).exists():
        raise Refused("That agency does not work with this partnership.")
    if review.requests.filter(agency=agency).exists():
        raise Refused("This agency is on the list already.")
    with transaction.atomic():
        request = InformationRequest(rapid_review=review, agency=agency)
        begin(request, by=by, today=today, nonce=nonce, facts={"agency": agency.pk})
        return request


def send(
    request: InformationRequest,
    *,
    by: User,
    today: dt.date,
    due_on: dt.date,
    statutory: bool = False,
    version: int | None = None,
    nonce: str = "",
) -> InformationRequest:
    """Send one request. The agency's report authors get access to the case for their own answer."""
    with transaction.atomic():
        _let_in(request, by, today)
        return perform(
            request,
            "send",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            due_on=due_on,
            statutory=statutory,
        )


def _let_in(request: InformationRequest, by: User, today: dt.date) -> None:
    authors = request.partnership.memberships.in_force().filter(role=Role.AUTHOR, agency_id=request.agency_id)
    for membership in authors.select_related("user"):
        CaseMember.objects.get_or_create(
            case=request.case,
            user=membership.user,
            capacity=Role.AUTHOR,
            defaults={"starts_on": today, "granted_by": by},
        )


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
    """Appoint, and let the reviewer into this case alone, for a limited time."""
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
    reviewer = review.reviewer
    sections = {k: v for k, v in review.report.items() if k == "improvements" or not improvements_only}
    publication = Publication(
        review=review,
        slug=_slug(review.title or review.case.pseudonym, today),
        title=review.title or review.case.pseudonym,
        improvements_only=improvements_only,
        sections=sections,
        recommendations=[
            {
                "number": r.number,
                "text": r.text,
                "owner": r.owner,
                "due_on": r.due_on and r.due_on.isoformat(),
            }
            for r in review.recommendations.all()
        ],
        reviewer=reviewer.user.name if reviewer else "",
        published_on=today,
        public_until=one_year_from(today),
    )
    begin(publication, by=by, today=today)
    Publication.objects.filter(pk=publication.pk).update(pdf=queue_pdf("publication", publication, by))
    note(review, "freeze", by=by, today=today, publication=publication.ref)
    return publication


def _slug(title: str, today: dt.date) -> str:
    """A public address that says only what the title says; numbered when the title was used before."""
    stem = f"{slugify(title)[:60]}-{today.year}"
    taken = Publication.objects.filter(slug__startswith=stem).count()
    return f"{stem}-{taken + 1}" if taken else stem


# --- what follows from what -------------------------------------------------------------------------------


def _notified(change: Change) -> None:
    """Invariant 1: a submitted abuse-or-neglect notification has exactly one rapid review."""
    notification: Notification = change.subject
    if not starts_rapid_review(notification) or RapidReview.objects.filter(case=notification.case).exists():
        return
    review = RapidReview(case=notification.case, notification=notification, opened_on=change.on)
    begin(review, by=change.by, today=change.today)


def _retracted(change: Change) -> None:
    """Invariant 2: with the notification retracted, its rapid review is cancelled."""
    review = RapidReview.objects.filter(notification=change.subject).first()
    if review is not None:
        perform(
            review, "cancel", by=None, today=change.today, effective_on=change.on, words=change.event.words
        )


def _decision_approved(change: Change) -> None:
    """A decision for a review opens it on that day; a decision to discontinue ends it."""
    decision: Decision = change.subject
    existing = PracticeReview.objects.filter(case=decision.case).first()
    if decision.kind == DecisionKind.REVIEW and decision.outcome in STARTS_CSPR and existing is None:
        review = PracticeReview(case=decision.case, decision=decision, decided_on=change.on)
        begin(review, by=change.by, today=change.today, facts={"decided_on": change.on})
    ends = decision.kind == DecisionKind.DISCONTINUE and decision.outcome == Outcome.DISCONTINUE
    if ends and existing is not None and existing.state not in STOPPED:
        perform(existing, "discontinue", by=None, today=change.today, effective_on=change.on)


FOLLOWS: dict[str, tuple[Consequence, ...]] = {
    "notification.submit": (_notified,),
    "notification.convert": (_notified,),
    "notification.retract": (_retracted,),
    "decision.approve": (_decision_approved,),
}

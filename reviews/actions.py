"""What people do with reviews; the only code here that changes anything. See ``referrals.actions`` for the pattern."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import transaction
from django.utils.text import slugify

from cspr.accounts.models import Agency, User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.documents.pdf import queue_pdf
from cspr.workflow import Change, Refused, Stale, begin, note, perform
from referrals.actions import Consequence
from referrals.models import CaseMember, Decision, Notification
from referrals.permissions import access_changed, case_staff, starts_rapid_review
from referrals.states import STARTS_CSPR, DecisionKind, Outcome
from reviews.emails import authors
from reviews.models import InformationRequest, PracticeReview, Publication, RapidReview
from reviews.states import RAPID_REVIEW_ENDED, STOPPED, RequestState

# --- the rapid review -------------------------------------------------------------------------------------


def add_request(
    review: RapidReview, *, by: User, today: dt.date, agency: Agency, nonce: str = ""
) -> InformationRequest:
    """Put one agency on the request board. Nothing is sent yet, and nobody gets access by it.

    Refused for somebody who is not staff on the case, once the rapid review has ended, for an agency of
    another partnership, and for one that is on the board already.
    """
    reason = case_staff(review, by)
    if reason:
        raise Refused(reason)
    if review.state in RAPID_REVIEW_ENDED:
        raise Refused("The rapid review has ended, so no agency is asked any more.")
    if not review.partnership.agencies.filter(pk=agency.pk).exists():
        raise Refused("That agency does not work with this partnership.")
    if review.requests.filter(agency=agency).exists():
        raise Refused(f"{agency.name} is on the list already.")
    request = InformationRequest(rapid_review=review, agency=agency)
    return begin(request, by=by, today=today, nonce=nonce, facts={"agency": agency.pk})


def add_requests(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    agencies: Iterable[Agency],
    version: int | None = None,
    nonce: str = "",
) -> list[InformationRequest]:
    """Put several agencies on the board; either all or none. ``version`` says nothing here: agencies only add up."""
    with transaction.atomic():
        return [
            add_request(review, by=by, today=today, agency=agency, nonce="" if place else nonce)
            for place, agency in enumerate(agencies)
        ]


def request_info(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    due_on: dt.date,
    question: str = "",
    statutory: bool = False,
    version: int | None = None,
    nonce: str = "",
) -> RapidReview:
    """Ask every agency on the board that has not been asked yet, all by the same date."""
    with transaction.atomic():
        asked = perform(review, "request_info", by=by, today=today, version=version, nonce=nonce)
        for request in asked.requests.filter(state=RequestState.NOT_SENT):
            send(request, by=by, today=today, due_on=due_on, question=question, statutory=statutory)
        return asked


def send(
    request: InformationRequest,
    *,
    by: User,
    today: dt.date,
    due_on: dt.date,
    question: str = "",
    statutory: bool = False,
    version: int | None = None,
    nonce: str = "",
) -> InformationRequest:
    """Send one request. The agency's report authors get access to the case for their own answer."""
    with transaction.atomic():
        sent = perform(
            request,
            "send",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            due_on=due_on,
            question=question,
            statutory=statutory,
        )
        _let_in(sent, by, today)
        return sent


def _let_in(request: InformationRequest, by: User, today: dt.date) -> None:
    people = authors(request)
    for user in people:
        grant, new = CaseMember.objects.get_or_create(
            case=request.case,
            user=user,
            capacity=Role.AUTHOR,
            defaults={"starts_on": today, "granted_by": by},
        )
        if not new and grant.ends_on is not None:
            grant.ends_on, grant.granted_by = None, by
            grant.save()
    access_changed(request.case)
    note(request, "let_in", by=by, today=today, people=[user.ref for user in people])


def withdraw(
    request: InformationRequest,
    *,
    by: User,
    today: dt.date,
    words: str,
    version: int | None = None,
    nonce: str = "",
) -> InformationRequest:
    """Ask this agency no more. Its authors leave the case, unless another agency they write for is still asked."""
    with transaction.atomic():
        ended = perform(request, "withdraw", by=by, today=today, version=version, nonce=nonce, words=words)
        others = ended.rapid_review.requests.exclude(pk=ended.pk).exclude(
            state__in=[RequestState.NOT_SENT, RequestState.WITHDRAWN]
        )
        still = {user.pk for other in others for user in authors(other)}
        leaving = [user for user in authors(ended) if user.pk not in still]
        CaseMember.objects.filter(case=ended.case, user__in=leaving, capacity=Role.AUTHOR).update(
            ends_on=today - dt.timedelta(days=1)
        )
        access_changed(ended.case)
        note(ended, "let_out", by=by, today=today, people=[user.ref for user in leaving])
        return ended


def answer_request(
    request: InformationRequest,
    *,
    by: User,
    today: dt.date,
    version: int | None = None,
    nonce: str = "",
    **answer: Any,
) -> InformationRequest:
    """Send the agency's account. That somebody is at risk now, or may be, is told to staff at once."""
    with transaction.atomic():
        sent = perform(request, "answer_request", by=by, today=today, version=version, nonce=nonce, **answer)
        if sent.answer.get("at_risk") in {"yes", "not_known"}:
            note(sent, "alert", by=by, today=today)
        return sent


# --- writing ----------------------------------------------------------------------------------------------


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


# --- the practice review ----------------------------------------------------------------------------------


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
    begin(publication, by=by, today=today)
    Publication.objects.filter(pk=publication.pk).update(pdf=queue_pdf("publication", publication, by))
    note(review, "freeze", by=by, today=today, publication=publication.ref)
    return publication


def _slug(title: str, today: dt.date) -> str:
    """A public address that says only what the title says; numbered when the title was used before."""
    stem = f"{slugify(title)[:60] or 'review'}-{today.year}"
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
    """A decision for a review opens it on that day, or a stopped one anew; a decision to discontinue ends it."""
    decision: Decision = change.subject
    existing = PracticeReview.objects.filter(case=decision.case).first()
    if decision.kind == DecisionKind.REVIEW and decision.outcome in STARTS_CSPR:
        if existing is None:
            review = PracticeReview(case=decision.case, decision=decision, decided_on=change.on)
            begin(review, by=change.by, today=change.today, facts={"decided_on": change.on})
        elif existing.state in STOPPED:
            perform(existing, "restart", by=None, today=change.today, effective_on=change.on)
    ends = decision.kind == DecisionKind.DISCONTINUE and decision.outcome == Outcome.DISCONTINUE
    if ends and existing is not None and existing.state not in STOPPED:
        perform(existing, "discontinue", by=None, today=change.today, effective_on=change.on)


FOLLOWS: dict[str, tuple[Consequence, ...]] = {
    "notification.submit": (_notified,),
    "notification.convert": (_notified,),
    "notification.retract": (_retracted,),
    "decision.approve": (_decision_approved,),
}

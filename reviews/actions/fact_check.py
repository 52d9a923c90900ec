"""The fact check: an agency is asked for its extract; with the last point handled, the check is."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max
from django_fsm import can_proceed

from cspr.accounts.models import Agency, User
from cspr.clocks.models import working_days
from cspr.workflow import Change, Refused, begin, in_turn, perform
from referrals.models.evidence import content_hash
from reviews.models import FactCheck, PracticeReview
from reviews.permissions import case_staff
from reviews.questions.fact_check import UNFINISHED, WORKING_DAYS
from reviews.states import REPORT_SECTIONS, PracticeReviewState

PR = PracticeReviewState
# From quality assurance on there is a draft to check, until it is signed off.
CHECKED_AT = frozenset({PR.QUALITY_ASSURANCE, PR.FACT_CHECK})
NOT_NOW = "Agencies check facts at quality assurance and at the fact check: there is no draft to check now."


def suggested_day(today: dt.date) -> dt.date:
    """By when an agency is asked unless staff say otherwise: ten working days from today."""
    return working_days().add(today, WORKING_DAYS)


def ask_fact_check(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    agency: Agency,
    texts: dict[str, str],
    due_on: dt.date,
    nonce: str = "",
) -> FactCheck:
    """Ask one agency to check ``texts`` (section -> extract), frozen as they are now.

    Refused for everybody but staff on the case, without a draft, without an extract, for a day that is not to come,
    for an agency of another partnership, and while the same agency is asked already.
    """
    if reason := case_staff(review, by):
        raise Refused(reason)
    extracts = [
        {"section": code, "title": title, "text": texts[code].strip()}
        for code, title in REPORT_SECTIONS.items()
        if texts.get(code, "").strip()
    ]
    if not extracts:
        raise Refused("Choose at least one section for the agency to read.")
    if due_on <= today:
        raise Refused("Give the agency a date after today.")
    if not review.partnership.agencies.filter(pk=agency.pk).exists():
        raise Refused("That agency does not work with this partnership.")
    with in_turn(review.partnership, by=by, nonce=nonce):
        # Asked again in turn: it may have been signed off in the same moment.
        if not PracticeReview._base_manager.filter(pk=review.pk, state__in=CHECKED_AT).exists():
            raise Refused(NOT_NOW)
        earlier = review.fact_checks.filter(agency=agency)
        if earlier.filter(state__in=UNFINISHED).exists():
            raise Refused(f"{agency.name} is asked already. Finish that round first.")
        number = (earlier.aggregate(last=Max("round"))["last"] or 0) + 1
        check = FactCheck(
            review=review, agency=agency, round=number, extracts=extracts, extract_hash=content_hash(extracts),
            asked_on=today, due_on=due_on,
        )  # fmt: skip
        facts = {"agency": agency.pk, "round": number, "due_on": due_on, "hash": check.extract_hash}
        return begin(check, by=by, today=today, nonce=nonce, facts=facts)


def points_handled(change: Change) -> None:
    """With its last point handled, a check is handled."""
    check: FactCheck = change.subject
    if can_proceed(check.finish):
        perform(check, "finish", by=None, today=change.today, effective_on=change.on)

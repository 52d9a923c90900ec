"""Who may see and do what in reviews. Built from the same blocks as ``referrals.permissions``."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from cspr.accounts.models import User
from cspr.accounts.roles import AGENCY_ROLES, Role
from referrals.permissions import approve as approve_decision
from referrals.permissions import (
    case_chair,
    case_staff,
    conflicted,
    listed,
    of_listed_cases,
    of_visible_cases,
    see_identity,
    staff_of,
    staff_or_chair,
    standing_on,
    take_copies,
)
from reviews.states import AWAITED, RAPID_REVIEW_ENDED

__all__ = [
    "case_chair",
    "case_staff",
    "listed",
    "of_listed_cases",
    "of_visible_cases",
    "staff_or_chair",
    "take_copies",
]

# Everybody on the list reads a review; agency authors see only their own request and answer.
READERS = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER, Role.PANEL_MEMBER)
ANSWERS_FOR_AGENCY = (Role.AUTHOR, Role.SAFEGUARDING_LEAD)


def of_agency(user: User, case: str, agency: str, *roles: str) -> Q:
    """Rows of an agency the person holds one of these roles for; ``case``, ``agency``: the way from the row to each."""
    own = Q(pk__in=[])
    for m in user.standing:
        if m.role in roles:
            own |= Q(**{f"{case}__partnership_id": m.partnership_id, agency: m.agency_id})
    return own


def visible_reviews(user: User) -> Q:
    """Reviews of the cases on whose list the person stands: staff who are not on it know the case, not its report."""
    return of_listed_cases(user, *READERS)


def visible_requests(user: User) -> Q:
    """Everybody on the list but authors sees all; an author sees what their own agency was asked."""
    own = of_agency(user, "rapid_review__case", "agency_id", *ANSWERS_FOR_AGENCY)
    case = "rapid_review__case"
    return of_listed_cases(user, *READERS, case=case) | (own & of_listed_cases(user, Role.AUTHOR, case=case))


def visible_chases(user: User) -> Q:
    """Whoever reads the review sees how an agency was reminded; whoever is reminded may be told so while it waits.

    The agency's safeguarding lead is not on the case's list and reads nothing of it: only that something is owed.
    """
    told = of_agency(user, "request__rapid_review__case", "request__agency_id", *ANSWERS_FOR_AGENCY)
    paused = Q(request__chasing_paused_until__gte=timezone.localdate())
    waits = Q(request__state__in=AWAITED) & ~Q(request__rapid_review__state__in=RAPID_REVIEW_ENDED) & ~paused
    case = "request__rapid_review__case"
    return of_listed_cases(user, *READERS, case=case) | (
        Q(user=user) & told & waits & ~conflicted(user, case)
    )


def visible_links(user: User) -> Q:
    """Links to answer without an account, with whom they went to: whoever reads the review."""
    return of_listed_cases(user, *READERS, case="request__rapid_review__case")


def visible_meetings(user: User) -> Q:
    """Meetings of the cases on whose list the person stands; an agency's author, those they were asked to."""
    asked = Q(participants__user=user) & of_listed_cases(user, Role.AUTHOR)
    meetings = apps.get_model("reviews", "Meeting").objects.filter(of_listed_cases(user, *READERS) | asked)
    return Q(pk__in=meetings.values("pk"))


def read_meeting(meeting: Any, user: User) -> str | None:
    """Who was asked, who came, what was decided: everybody on the list but those who only give information."""
    return listed(meeting.case, user, *READERS)


def declare_at_meeting(meeting: Any, user: User) -> str | None:
    """Staff and chair write down what is declared at the meeting."""
    return staff_or_chair(meeting, user)


def take_answer(request: Any, user: User) -> str | None:
    """The files of an answer: whoever may take copies on the case, and the agency that gave it."""
    asked = user.holds(request.partnership.pk, Role.AUTHOR, agency_id=request.agency_id)
    if asked and listed(request.case, user, Role.AUTHOR) is None:
        return None
    return take_copies(request.case, user)


def answer(request: Any, user: User) -> str | None:
    """The asked agency answers: its report author on this case."""
    reason = listed(request.case, user, Role.AUTHOR)
    if reason is None and not user.holds(request.partnership.pk, Role.AUTHOR, agency_id=request.agency_id):
        return "Only the agency that was asked can answer this."
    return reason


# --- the chronology ---------------------------------------------------------------------------------------

KEEPERS = (Role.STAFF, Role.REVIEWER)


def _own_agency(user: User, case: str) -> Q:
    """Rows with an ``agency`` the person writes reports for, on a case they are on as its author."""
    own = of_agency(user, case, "agency_id", Role.AUTHOR)
    return own & of_listed_cases(user, Role.AUTHOR, case=case)


def visible_entries(user: User) -> Q:
    """Whoever reads the reviews of a case reads its chronology; an author what their own agency entered."""
    return of_listed_cases(user, *READERS) | _own_agency(user, "case")


def visible_imports(user: User) -> Q:
    """A table on its way in is seen by whoever brought it, while they may bring one."""
    return Q(started_by=user) & (of_listed_cases(user, *KEEPERS) | _own_agency(user, "case"))


def keep_chronology(subject: Any, user: User) -> str | None:
    """Staff and the lead reviewer keep the chronology: they enter for every agency, judge and export."""
    return listed(subject.case, user, *KEEPERS)


def take_chronology(review: Any, user: User, kind: str) -> str | None:
    """A copy of the chronology: whoever keeps it; in full names, whoever may see identities, too."""
    reason = keep_chronology(review, user)
    return reason or (see_identity(review.case, user) if kind.startswith("chronology_named") else None)


def edit_for(case: Any, agency_id: int | None, user: User) -> str | None:
    """Entering for one agency: whoever keeps the chronology, or its author while its request is open."""
    if listed(case, user, *KEEPERS) is None:
        return None
    reason = listed(case, user, Role.AUTHOR)
    if reason:
        return reason
    if agency_id is None or not user.holds(case.partnership_id, Role.AUTHOR, agency_id=agency_id):
        return "You can enter only what your own agency knows."
    asked = apps.get_model("reviews", "InformationRequest").objects.filter(
        rapid_review__case=case, agency_id=agency_id, state__in=AWAITED
    )
    return None if asked.exists() else "Your agency’s request is not open now. Ask the partnership’s team."


def edit_entry(entry: Any, user: User) -> str | None:
    return edit_for(entry.case, entry.agency_id, user)


def own_import(brought: Any, user: User) -> str | None:
    """Whoever brought the table decides what becomes of it."""
    if brought.started_by_id != user.pk:
        return "Only the person who brought this table can do this."
    return edit_for(brought.case, brought.agency_id, user)


def judge_answer(request: Any, user: User) -> str | None:
    """Staff accept or query an answer, but not one they wrote themselves."""
    reason = case_staff(request, user)
    if reason is None and request.answered_by_id == user.pk:
        return "You wrote this answer, so somebody else has to check it."
    return reason


def write_review(review: Any, user: User) -> str | None:
    """The lead reviewer, or staff on the case, write the report."""
    return listed(review.case, user, Role.STAFF, Role.REVIEWER)


def visible_comments(user: User) -> Q:
    """Whoever reads the draft of a report reads what was said about it."""
    return of_listed_cases(user, *READERS)


def visible_report_imports(user: User) -> Q:
    """A report on its way in is seen by whoever brought it, while they may write it."""
    return Q(started_by=user) & of_listed_cases(user, Role.STAFF, Role.REVIEWER)


def own_report_import(brought: Any, user: User) -> str | None:
    """Whoever brought the file decides what becomes of it."""
    if brought.started_by_id != user.pk:
        return "Only the person who brought this file can do this."
    return write_review(brought, user)


def comment_on_report(subject: Any, user: User) -> str | None:
    """Whoever reads the draft says something about it; panel members only read."""
    return listed(subject.case, user, Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER)


def settle_comment(comment: Any, user: User) -> str | None:
    """A comment is done when whoever writes the report, or whoever made it, says so."""
    if comment.by_id == user.pk:
        return comment_on_report(comment, user)
    reason = write_review(comment, user)
    if reason and comment_on_report(comment, user) is None:
        return "Whoever made this comment, or writes the report, says that it is done."
    return reason


def hand_in(review: Any, user: User) -> str | None:
    """The lead reviewer hands in the draft; staff may record that they did."""
    return write_review(review, user)


def release(review: Any, user: User) -> str | None:
    """Publishing: staff on the case, but never the person who proposed the publication (four eyes)."""
    reason = case_staff(review, user)
    decision = review.case.standing_decision("publication")
    if reason is None and decision is not None and decision.proposed_by_id == user.pk:
        return "You proposed the publication, so somebody else has to release it."
    return reason


def visible_releases(user: User) -> Q:
    """Releases of the reviews that the person reads."""
    return of_listed_cases(user, *READERS, case="review__case")


def confirm_release(planned: Any, user: User) -> str | None:
    """Whoever may publish, but not the person who proposed the release (four eyes)."""
    reason = release(planned.review, user)
    if reason is None and planned.proposed_by_id == user.pk:
        return "You proposed this release, so somebody else has to confirm it."
    return reason


def withdraw_publication(publication: Any, user: User) -> str | None:
    standing = standing_on(publication.case, user)
    if standing.conflicted or not (standing.staff or standing.listed(Role.CHAIR)):
        return "Only partnership staff or the chair can take a publication down."
    return None


def sign_off(review: Any, user: User) -> str | None:
    """The chair, who neither wrote the report nor proposed what is signed off."""
    decision = review.case.standing_decision("publication")
    return approve_decision(decision, user) if decision else case_chair(review, user)


# --- plans ------------------------------------------------------------------------------------------------


def plan_keeper(template: Any, user: User) -> str | None:
    """The partnership's own plan is its staff's to change."""
    return staff_of(template, user)


def change_plan(subject: Any, user: User) -> str | None:
    """Staff on the case move, add and drop steps: it is they who keep the plan."""
    return case_staff(subject, user)


def tick_step(step: Any, user: User) -> str | None:
    """Whoever owns the step says that it is done; staff on the case may say it for them."""
    return listed(step.case, user, Role.STAFF, step.owner)


# --- actions ----------------------------------------------------------------------------------------------


def visible_actions(user: User) -> Q:
    """Whoever reads the review sees its actions; an agency's owner that one alone, and its lead what the agency owns.

    Owning an action opens nothing else of the case. A conflict of interest ends that, too.
    """
    own = Q(pk__in=[])
    for m in user.standing:
        if m.role in AGENCY_ROLES:
            there = Q(recommendation__review__case__partnership_id=m.partnership_id)
            own |= there & Q(owner=user) & (Q(agency_id=m.agency_id) | Q(agency=None))
            if m.role == Role.SAFEGUARDING_LEAD:
                own |= there & Q(agency_id=m.agency_id)
    case = "recommendation__review__case"
    return of_listed_cases(user, *READERS, case=case) | (own & ~conflicted(user, case))


def _owns(action: Any, user: User) -> bool:
    """The owner, while they still work there; or the safeguarding lead of the agency that owns it."""
    place = action.partnership.pk
    if action.agency_id is None:
        return action.owner_id == user.pk and user.holds(place, *AGENCY_ROLES)
    at_agency = user.holds(place, *AGENCY_ROLES, agency_id=action.agency_id)
    lead = user.holds(place, Role.SAFEGUARDING_LEAD, agency_id=action.agency_id)
    return (action.owner_id == user.pk and at_agency) or lead


def may_own(user: User, partnership: Any, agency: Any) -> bool:
    """An action is given to somebody who works for its agency, or, if it is the partnership's, for that."""
    if agency is not None:
        return user.holds(partnership.pk, *AGENCY_ROLES, agency_id=agency.pk)
    return user.holds(partnership.pk, *Role.values)


def report_on_action(action: Any, user: User) -> str | None:
    """Its owner; staff on the case may write down what they were told."""
    reason = case_staff(action, user)
    if reason is not None and not standing_on(action.case, user).conflicted and _owns(action, user):
        return None
    return reason


def read_evidence(action: Any, user: User) -> str | None:
    """Files of an action: whoever may take copies on the case, and its owner."""
    reason = take_copies(action.case, user)
    if reason is not None and not standing_on(action.case, user).conflicted and _owns(action, user):
        return None
    return reason


def assure_action(action: Any, user: User) -> str | None:
    """Staff, chair or partner on the case, who neither own the action nor put the evidence there (four eyes)."""
    reason = listed(action.case, user, Role.STAFF, Role.CHAIR, Role.PARTNER)
    if reason is not None:
        return reason
    if action.owner_id == user.pk or _owns(action, user):
        return "You own this action, so somebody else has to look at it."
    if action.agency_id and user.holds(action.partnership.pk, Role.PARTNER, agency_id=action.agency_id):
        return "Your organisation owns this action, so somebody else has to look at it."
    if any(evidence.added_by_id == user.pk for evidence in action.evidence.all()):
        return "You added evidence to this action, so somebody else has to look at it."
    return None


# --- the family -------------------------------------------------------------------------------------------

NEAR_THE_FAMILY = (Role.STAFF, Role.REVIEWER)


def visible_family(user: User) -> Q:
    """Names, contact and answers of the family in a review: the case's own staff and its lead reviewer, nobody else."""
    return of_listed_cases(user, *NEAR_THE_FAMILY)


def keep_family(subject: Any, user: User) -> str | None:
    """Whoever reads what the family said also writes it down, and keeps what was promised."""
    return listed(subject.case, user, *NEAR_THE_FAMILY)


# --- the identity key -------------------------------------------------------------------------------------

# It says who everybody in the report is, so fewer people open it than open the case: not the lead reviewer, whose
# text is checked with it, and not the partners, who decide on a text in which nobody can be recognised.
KEY_READERS = (Role.STAFF, Role.CHAIR)


def visible_keys(user: User) -> Q:
    """Keys of the cases on whose list the person stands as staff or as chair."""
    return of_listed_cases(user, *KEY_READERS)


def keep_key(key: Any, user: User) -> str | None:
    """Staff on the case keep the key and see to what the check finds."""
    return case_staff(key, user)


def sign_anonymity(key: Any, user: User) -> str | None:
    """Staff or the chair on the case; the second to sign is somebody else than the first (four eyes)."""
    reason = staff_or_chair(key, user)
    if reason is None and key.signed_by(user):
        return "You have signed already, so somebody else has to be the second."
    return reason


# --- the yearly report ------------------------------------------------------------------------------------

# Whose report it is (s.16G): the three partners, who answer for it, and those who prepare it.
YEARLY_READERS = (Role.STAFF, Role.CHAIR, Role.PARTNER)


def read_yearly(partnership: Any, user: User) -> str | None:
    """The figures of a year, small numbers hidden: staff, chairs and the three partners of that partnership."""
    if user.holds(partnership.pk, *YEARLY_READERS):
        return None
    return "Only the partnership’s staff, its chairs and the three partners read its yearly figures."

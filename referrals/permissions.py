"""Who may see, and who may do.

``visible_…(user)`` answer a ``Q`` that lists, pages, files, exports, counts and e-mails all share. A rule takes
``(subject, user)`` and answers ``None`` or the sentence the person is shown. A conflict beats every grant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.utils import timezone

from cspr.accounts.models import User
from cspr.accounts.roles import CAPACITIES, Role, who_can
from referrals.emergency import OPENERS
from referrals.states import UNSENT, WITH_AGENCY, ReferralState

STAFF_ONLY = "Only the partnership’s own staff can do this."
NOT_LISTED = "You are not on this case’s access list in a role that can do this."
CONFLICTED = "You have recorded a conflict of interest in this case."

# --- seeing -----------------------------------------------------------------------------------------------
# The models are looked up when asked for, not imported: models come after permissions in the import order.


def grants(user: User, *capacities: str) -> Q:
    """The access-list rows that are in force for the person (in these capacities; without any, in whichever).

    In force: begun and not ended, in a role that the person still holds there.
    """
    today, wanted = timezone.localdate(), CAPACITIES.intersection(capacities or CAPACITIES)
    held = Q(pk__in=[])
    for membership in user.standing:
        if membership.role in wanted:
            held |= Q(case__partnership_id=membership.partnership_id, capacity=membership.role)
    return held & Q(user=user, starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))


def visible_cases(user: User, *capacities: str) -> Q:
    """Cases the person may know of (in one of these roles)."""
    return of_visible_cases(user, *capacities, case="")


def of_visible_cases(user: User, *capacities: str, case: str = "case") -> Q:
    """Rows of cases the person may know of (in one of these roles): on whose list they are, or, for staff, their
    partnership's unless restricted, as for whoever opened one in an emergency. A conflict beats everything.
    ``case``: the way from the row to its case."""
    seen = _on_list(user, *capacities, case=case)
    if not capacities or Role.STAFF in capacities:
        opened = apps.get_model("referrals", "EmergencyAccess").objects.filter(in_emergency(user))
        seen = of_partnership(user, Role.STAFF, case=case) | seen  # what costs less is asked first
        seen |= Q(Exists(opened.filter(case=OuterRef(_at(case, "pk")))))
    return seen & ~conflicted(user, case)


def of_listed_cases(user: User, *capacities: str, case: str = "case") -> Q:
    """Rows of cases on whose access list the person stands (in one of these roles), without a conflict."""
    return _on_list(user, *capacities, case=case) & ~conflicted(user, case)


# Asked for each row by itself: gathering all of somebody's cases to show one of them takes as long as there are many.


def _on_list(user: User, *capacities: str, case: str) -> Q:
    members = apps.get_model("referrals", "CaseMember").objects.filter(grants(user, *capacities))
    return Q(Exists(members.filter(case=OuterRef(_at(case, "pk")))))


def in_emergency(user: User) -> Q:
    """The emergency accesses in force at this moment, while the person still holds a role that can have one."""
    here = of_partnership(user, *OPENERS, case="case")
    return here & Q(user=user, ended_at=None, ends_at__gt=timezone.now())


def conflicted(user: User, case: str = "case") -> Q:
    """Rows of cases in which the person has a conflict of interest that stands."""
    conflicts = apps.get_model("referrals", "Conflict").objects.filter(user=user, lifted_on=None)
    return Q(Exists(conflicts.filter(case=OuterRef(_at(case, "pk")))))


def of_partnership(user: User, *roles: str, case: str) -> Q:
    """Cases of the person's partnerships, but no restricted one: those are their list's alone."""
    return Q(**{_at(case, "partnership_id__in"): user.partnerships(*roles), _at(case, "restricted"): False})


def _at(case: str, name: str) -> str:
    return f"{case}__{name}" if case else name


def visible_referrals(user: User) -> Q:
    """An agency sees its own; staff, chair and partners see those of cases they see, once sent."""
    sent = ~Q(state__in=UNSENT) & of_visible_cases(user, Role.STAFF, Role.CHAIR, Role.PARTNER)
    own = Q(referrer=user, partnership_id__in=[m.partnership_id for m in user.standing])
    for m in user.standing:
        if m.role in {Role.REFERRER, Role.SAFEGUARDING_LEAD}:
            of_agency = Q(partnership_id=m.partnership_id, agency_id=m.agency_id)
            private = (
                {ReferralState.DRAFT, ReferralState.DISCARDED} if m.role == Role.SAFEGUARDING_LEAD else UNSENT
            )
            own |= of_agency & ~Q(state__in=private)
    return (sent | own) & ~conflicted(user)


CONFLICT, EMERGENCY = "conflict", "emergency"


@dataclass(frozen=True)
class Standing:
    """What a person is to one case. ``staff``: reads it as staff of its partnership, listed or not. ``emergency``: has
    opened it in one, reads it whole with the names, and does nothing else."""

    capacities: frozenset[str]
    staff: bool
    emergency: bool
    conflicted: bool

    def listed(self, *roles: str) -> bool:
        return not self.conflicted and not self.capacities.isdisjoint(roles)


def standing_on(case: Any, user: User) -> Standing:
    """The person's standing on the case, read once per case instance and person."""
    known: dict[int, Standing] = case.__dict__.setdefault("_standings", {})
    if user.pk not in known:
        members = apps.get_model("referrals", "CaseMember").objects.filter(grants(user), case=case)
        conflicts = case.conflicts.filter(user=user, lifted_on=None)
        conflict = conflicts.annotate(capacity=Value(CONFLICT, output_field=CharField()))
        opened = case.emergencies.filter(in_emergency(user))
        opened = opened.annotate(capacity=Value(EMERGENCY, output_field=CharField()))
        others = [rows.values_list("capacity") for rows in (conflict, opened)]
        capacities = frozenset(one for (one,) in members.values_list("capacity").union(*others))
        known[user.pk] = Standing(
            capacities=capacities - {CONFLICT, EMERGENCY},
            staff=not case.restricted and user.holds(case.partnership_id, Role.STAFF),
            emergency=EMERGENCY in capacities and CONFLICT not in capacities and not case.restricted,
            conflicted=CONFLICT in capacities,
        )
    return known[user.pk]


def access_changed(case: Any) -> None:
    """Forget what was read: somebody's access to this case has just changed."""
    case.__dict__.pop("_standings", None)


IDENTITY_ROLES = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER, Role.AUTHOR)


def see_identity(case: Any, user: User) -> str | None:
    """Names, dates of birth and addresses: people on the access list, but never a read-only panel member, and whoever
    opened the case in an emergency."""
    standing = standing_on(case, user)
    if standing.emergency or standing.listed(*IDENTITY_ROLES):
        return None
    return "Names and dates of birth are shown only to people on this case’s access list."


# An agency's report author is on the list for their own answer; the rest of the case is not theirs to read.
CASE_READERS = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER, Role.PANEL_MEMBER)


def read_whole_case(case: Any, user: User) -> str | None:
    """Decisions, clocks, documents and history of the case. The caller has fetched the case as visible."""
    standing = standing_on(case, user)
    if standing.conflicted:
        return CONFLICTED
    if standing.staff or standing.emergency or standing.listed(*CASE_READERS):
        return None
    return "You are on this case’s access list for your agency’s own answer. The rest of the case is not open to you."


def read_reports(case: Any, user: User) -> str | None:
    """The reviews of a case and what agencies answered: only people on its access list, staff too."""
    return listed(case, user, *CASE_READERS)


def take_copies(case: Any, user: User) -> str | None:
    """Files and PDFs of a case: its access list, but not panel members, who read only, nor an agency's author."""
    return listed(case, user, Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER)


def read_access_list(case: Any, user: User) -> str | None:
    """Who may open the case, until when, and conflicts: its staff and its chair."""
    return listed(case, user, Role.STAFF, Role.CHAIR)


def audited_cases(user: User, case: str = "") -> Q:
    """Cases whose access list the person may look at: their own as staff or chair, and as data-protection
    officer those of the partnership that are not restricted. ``case``: as above."""
    own = _on_list(user, Role.STAFF, Role.CHAIR, case=case)
    return (of_partnership(user, Role.DPO, case=case) | own) & ~conflicted(user, case)


def read_answers(referral: Any, user: User) -> str | None:
    """What a referral says, which names people."""
    return _answers(referral, user, see_identity)


def take_answers(referral: Any, user: User) -> str | None:
    """Its files and papers: whoever reads what it says, but in an emergency nobody takes copies."""
    return _answers(referral, user, lambda case, user: listed(case, user, *IDENTITY_ROLES))


def _answers(referral: Any, user: User, once_accepted: Callable[[Any, User], str | None]) -> str | None:
    """``once_accepted``: the rule of its case.

    Its agency reads it. Before it is accepted all staff may, because one of them has to; afterwards the access
    list decides.
    """
    staff = user.holds(referral.partnership_id, Role.STAFF)
    if staff and referral.state in {ReferralState.SUBMITTED, ReferralState.RETURNED}:
        return staff_of(referral, user)
    of_agency = user.holds(
        referral.partnership_id, Role.REFERRER, Role.SAFEGUARDING_LEAD, agency_id=referral.agency_id
    )
    if of_agency and not staff:
        return None
    return writes(referral, user) if referral.case is None else once_accepted(referral.case, user)


# --- doing: building blocks -------------------------------------------------------------------------------


def staff_of(subject: Any, user: User) -> str | None:
    """Partnership staff, also before they are on the access list; of a restricted case only those who are."""
    case = getattr(subject, "case", None)
    if case is None:
        return None if user.holds(subject.partnership.pk, Role.STAFF) else STAFF_ONLY
    standing = standing_on(case, user)
    if standing.conflicted:
        return CONFLICTED
    return None if standing.staff or standing.listed(Role.STAFF) else STAFF_ONLY


def listed(case: Any, user: User, *roles: str) -> str | None:
    """Whoever stands on the case's access list in one of these roles; the refusal says which these are."""
    standing = standing_on(case, user)
    if standing.conflicted:
        return CONFLICTED
    return None if standing.listed(*roles) else f"{NOT_LISTED} {who_can(*roles)}"


def case_staff(subject: Any, user: User) -> str | None:
    """Staff who are on the case's access list."""
    return listed(subject.case, user, Role.STAFF)


def case_chair(subject: Any, user: User) -> str | None:
    return listed(subject.case, user, Role.CHAIR)


def staff_or_chair(subject: Any, user: User) -> str | None:
    return listed(subject.case, user, Role.STAFF, Role.CHAIR)


def any_listed(subject: Any, user: User) -> str | None:
    return listed(subject.case, user, *Role.values)


# --- doing: referral --------------------------------------------------------------------------------------


def writes(referral: Any, user: User) -> str | None:
    """The person writing the form: the referrer, or staff recording what came another way, while they work there."""
    if referral.referrer_id == user.pk and any(
        m.partnership_id == referral.partnership_id for m in user.standing
    ):
        return None
    return "Only the person who is writing this referral can do this."


def _conflict(referral: Any, user: User) -> str | None:
    """A conflict of interest beats authorship, too."""
    case = referral.case
    return CONFLICTED if case is not None and standing_on(case, user).conflicted else None


def send_on(referral: Any, user: User) -> str | None:
    """Sending to the partnership: the writer; where leads sign off, the first time the safeguarding lead.

    A returned referral goes straight back: its lead has signed it off and hears of the return.
    """
    if not referral.needs_lead or referral.state == ReferralState.RETURNED:
        return _conflict(referral, user) or writes(referral, user)
    if referral.state == ReferralState.WITH_LEAD:
        return leads(referral, user)
    return "Your safeguarding lead signs this off before it goes to the partnership. Send it to them first."


def send_to_lead(referral: Any, user: User) -> str | None:
    if not referral.needs_lead:
        return "This partnership does not ask for a safeguarding lead’s sign-off. Send it directly."
    return writes(referral, user)


def leads(referral: Any, user: User) -> str | None:
    """The safeguarding lead of the referring agency, who is not the referrer."""
    if referral.referrer_id == user.pk:
        return "Somebody other than the person who wrote the referral signs it off."
    if user.holds(referral.partnership_id, Role.SAFEGUARDING_LEAD, agency_id=referral.agency_id):
        return None
    return "Only your agency’s safeguarding lead can do this."


def edit_referral(referral: Any, user: User) -> str | None:
    if referral.state not in WITH_AGENCY:
        return "This referral has been sent. The partnership returns it to you if something is missing."
    if referral.state == ReferralState.WITH_LEAD:
        return leads(referral, user)
    return _conflict(referral, user) or writes(referral, user)


def ask_to_withdraw(referral: Any, user: User) -> str | None:
    return _conflict(referral, user) or writes(referral, user)


# --- doing: decisions -------------------------------------------------------------------------------------


def propose(subject: Any, user: User) -> str | None:
    return case_staff(subject, user)


def withdraw_proposal(decision: Any, user: User) -> str | None:
    """Whoever proposed it, while they are still staff on the case."""
    if decision.proposed_by_id != user.pk:
        return "Only the person who proposed this can take it back."
    return case_staff(decision, user)


def give_view(decision: Any, user: User) -> str | None:
    """A delegated partner gives their own view; staff on the case may record one with its evidence."""
    return listed(decision.case, user, Role.PARTNER, Role.STAFF)


def _referrers(case: Any) -> set[int]:
    """Who referred the case, read once per case instance."""
    known: set[int] | None = case.__dict__.get("_referrers")
    if known is None:
        known = case.__dict__["_referrers"] = set(case.referrals.values_list("referrer_id", flat=True))
    return known


WROTE_PART = "You wrote part of what this decision rests on, so somebody else has to approve it."


def approve(decision: Any, user: User) -> str | None:
    """The chair, with four eyes: never the proposer, the referrer, a report's author or the lead reviewer."""
    reason = case_chair(decision, user)
    if reason:
        return reason
    if decision.proposed_by_id == user.pk:
        return "You proposed this, so somebody else has to approve it."
    if any(view.given_by_id == user.pk for view in decision.views.all()):
        return "You gave a partner’s view on this, so somebody else has to approve it."
    if user.pk in _referrers(decision.case):
        return "You referred this case, so somebody else has to approve it."
    if not standing_on(decision.case, user).capacities.isdisjoint({Role.AUTHOR, Role.REVIEWER}):
        return WROTE_PART
    return WROTE_PART if user.pk in decision.authors() else None


# --- doing: case ------------------------------------------------------------------------------------------


def four_eyes_chair(case: Any, user: User) -> str | None:
    """The chair, unless it was they who set what is now to be lifted, closed or reopened."""
    reason = case_chair(case, user)
    if reason is None and case.set_aside_by_id == user.pk:
        return "You set this yourself, so somebody else has to undo it."
    return reason


def lift_conflict(case: Any, user: User) -> str | None:
    """The chair, unless every conflict that stands is one they recorded or have themselves (four eyes)."""
    reason = case_chair(case, user)
    standing = [] if reason else list(case.conflicts.filter(lifted_on=None))
    if standing and all(user.pk in {conflict.recorded_by_id, conflict.user_id} for conflict in standing):
        return "You recorded this conflict, so somebody else has to lift it."
    return reason


def notify_panel(notification: Any, user: User) -> str | None:
    """Only the local authority notifies (s.16C); its own people or staff acting for it record that it did."""
    standing = standing_on(notification.case, user)
    if standing.conflicted:
        return CONFLICTED
    if standing.listed(Role.STAFF):
        return None
    if standing.listed(Role.PARTNER) and user.partner_for(notification.partnership.pk) == "la":
        return None
    return (
        "Only the local authority notifies the Panel. Its delegated partner or partnership staff record it."
    )

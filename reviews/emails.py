"""Who is told what of rapid reviews, practice reviews and publication."""

from __future__ import annotations

from typing import Any

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.mail.kinds import register_kind
from referrals.emails import Tell, agency, everybody, holders, members, staff
from reviews.access_permissions import ACCESS_KEEPERS
from reviews.states import ChaseLevel


def authors(request: Any) -> list[User]:
    """The asked agency's report authors, without anyone in conflict: being asked lets them onto the case."""
    return _of_asked(request, Role.AUTHOR)


def leads_of_asked(request: Any) -> list[User]:
    """The asked agency's safeguarding leads, without anyone in conflict."""
    return _of_asked(request, Role.SAFEGUARDING_LEAD)


def _of_asked(request: Any, role: str) -> list[User]:
    conflicted = request.case.conflicted_people()
    held = holders(request.partnership.pk, role, request.agency_id)
    return [user for user in held if user.pk not in conflicted]


def reviewer(review: Any) -> list[User]:
    """The lead reviewer appointed now."""
    return [review.reviewer.user] if review.reviewer else []


def asked(meeting: Any) -> list[User]:
    """Everybody who was asked to a meeting and may still open the case."""
    out = meeting.conflicted()
    people = meeting.participants.exclude(user=None).select_related("user")
    return [person.user for person in people if person.pk not in out]


def asked_to_check(check: Any) -> list[User]:
    """Those who write for the agency, and its safeguarding leads, without anyone in conflict."""
    return list({user.pk: user for user in (*authors(check), *leads_of_asked(check))}.values())


def owner_of_action(action: Any) -> list[User]:
    """The person who owns an action; the agency's safeguarding leads where only a post is named."""
    if action.owner is not None:
        return [action.owner]
    return (
        list(holders(action.partnership.pk, Role.SAFEGUARDING_LEAD, action.agency_id))
        if action.agency_id
        else []
    )


def writers(comment: Any) -> list[User]:
    """Whoever writes the report that was commented on."""
    return list(members(comment.case, Role.STAFF, Role.REVIEWER))


def commented(comment: Any) -> list[User]:
    """Whoever made a comment, and whoever replied to it, while they may read it."""
    people = {comment.by_id, *comment.replies.values_list("by_id", flat=True)}
    readers = members(comment.case, Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER)
    return [user for user in readers if user.pk in people]


def staff_and_chair(subject: Any) -> list[User]:
    return list(members(subject.case, Role.STAFF, Role.CHAIR))


def access_keepers(request: Any) -> list[User]:
    """The data-protection officer and the team, who answer a request for access."""
    return [user for role in ACCESS_KEEPERS for user in holders(request.partnership.pk, role)]


def access_lookers(request: Any) -> list[User]:
    """Staff on the list of a case in which something waits for a decision: nobody else sees it."""
    waits = (request.records.filter(verdict=""), request.passages.filter(decision=""))
    cases = {held.case for found in waits for held in found.exclude(case=None).select_related("case")}
    return [user for case in cases for user in members(case, Role.STAFF)]


def just_asked(meeting: Any) -> list[User]:
    return list(meeting.invited_now)


def deciders(review: Any) -> list[User]:
    return list(members(review.case, Role.CHAIR, Role.PARTNER))


# Reminders of a missing answer (``reviews.ladder``): the sentence, by level and by whether the date has passed.
CHASES: dict[tuple[str, bool], tuple[str, str]] = {
    (ChaseLevel.ASKED, False): ("chase_near", "Your answer to a request for information is due soon."),
    (ChaseLevel.ASKED, True): (
        "chase_late",
        "Your answer to a request for information has not reached us yet. If something stands in the way, "
        "please tell us.",
    ),
    (ChaseLevel.LEAD, True): (
        "chase_lead",
        "An answer that your agency owes a review has not reached us yet. Please see that it is sent, or ring us.",
    ),
    (ChaseLevel.EXECUTIVE, True): (
        "chase_executive",
        "Your organisation has not answered a request for information for a safeguarding review. Please help "
        "that it is answered, or ring us.",
    ),
}
# These are read by people who have nothing to sign in for.
BY_LINK: dict[bool, tuple[str, str]] = {
    False: (
        "chase_link_near",
        "Your answer to a request for information is due soon. Please use the link in our earlier e-mail.",
    ),
    True: (
        "chase_link_late",
        "Your answer to a request for information has not reached us yet. Please use the link in our earlier "
        "e-mail, or ring us if something stands in the way.",
    ),
}
TO_RING = frozenset({"chase_lead", "chase_executive", "chase_link_near", "chase_link_late"})


def chase_kind(level: str, *, late: bool, by_link: bool = False) -> str:
    return (BY_LINK[late] if by_link else CHASES[level, late])[0]


# Told at each milestone of a practice review: at most so many days after the end of its six months -> where it leads.
FORECASTS: dict[float, tuple[str, str]] = {
    0: (
        "milestone_in_time",
        "A milestone of a practice review has come. At this pace the review is published in time.",
    ),
    14: (
        "milestone_days_late",
        "A milestone of a practice review has come. At this pace the review is published up to two weeks late.",
    ),
    42: (
        "milestone_weeks_late",
        "A milestone of a practice review has come. At this pace the review is published two to six weeks late.",
    ),
    float("inf"): (
        "milestone_months_late",
        "A milestone of a practice review has come. At this pace the review is published more than six weeks late.",
    ),
}
WITHOUT_FORECAST = (
    "milestone_no_forecast",
    "A milestone of a practice review has come. Its plan does not say when the review is published.",
)


def milestone_kind(days_late: int | None) -> str:
    """The kind of e-mail that says how late publication is expected to be; ``None``: nothing says when it is."""
    if days_late is None:
        return WITHOUT_FORECAST[0]
    return next(kind for most, (kind, _) in FORECASTS.items() if days_late <= most)


def register_chases() -> None:
    """Make the reminders' sentences known; called once, when the app starts."""
    for kind, sentence in (*CHASES.values(), *BY_LINK.values()):
        register_kind(kind, sentence, ring=kind in TO_RING)


SENTENCES = {
    "rapid_review_open": "A rapid review has been opened. The dates are on its page.",
    **dict([*FORECASTS.values(), WITHOUT_FORECAST]),
    "plan_step_due": "A step of a review that is yours is due today.",
    "plan_step_late": "A step of a review that is yours is late. If it was done, please mark it as done.",
    "agency_asked": "Your agency is asked for information for a review. If it had no involvement, please say so.",
    "agency_answered": "An agency has answered a request for information.",
    "agency_queried": "There is a question about an answer your agency gave.",
    "request_link": "You are asked for information for a review. If you had no involvement, please say so.",
    "link_locked": "A link to a request was locked after five wrong codes. Please ring its contact.",
    "chase_nobody": "A reminder to an agency reached nobody. Please say who is to be reminded.",
    "chase_escalated": "An agency still owes an answer after several reminders.",
    "risk_reported": "Please look at once: an agency says that somebody may be at risk now.",
    "meeting_planned": "You are asked to a meeting. Its day, its place and its papers are on its page.",
    "meeting_moved": "A meeting you were asked to takes place at another time. Please look at its page.",
    "meeting_cancelled": "A meeting you were asked to does not take place.",
    "sign_off_wanted": "A report is ready for sign-off.",
    "outcome_told": "There is an outcome of something your agency took part in. It stands on its page.",
    "review_moved_on": "There is news about a review you are part of.",
    "practice_review_open": "A practice review has been decided. Its six months are running.",
    "reviewer_appointed": "You have been appointed as lead reviewer.",
    "changes_wanted": "Changes to a report you are writing are asked for.",
    "report_comment": "There is a comment on a report you are writing. It stands beside its section.",
    "comment_reply": "There is a reply to a comment you took part in. It stands beside its section.",
    "release_proposed": "The release of a report is proposed. Somebody who did not propose it is asked to confirm it.",
    "release_confirmed": "The release of a report is confirmed. When it becomes public stands on its page.",
    "release_called_off": "The release of a report was called off. Nothing is published.",
    "release_put_aside": "The release of a report was put aside, so nothing was published. Why stands on its page.",
    "published": "A report you are part of has been published.",
    "fact_check_asked": "Your agency is asked to check facts in a draft. What it is to read stands on its page.",
    "fact_check_near": "The answer of your agency to a fact check is due soon.",
    "fact_check_day": "The answer of your agency to a fact check is due today.",
    "fact_check_answered": "An agency has answered a fact check.",
    "fact_check_handled": "What became of the points of your agency in a fact check stands on its page.",
    "action_given": "An action that follows from a review is yours. What it is stands on its page.",
    "action_evidence": "There is new evidence for an action. Somebody who does not own it is asked to look.",
    "action_assured": "Somebody has looked at an action of yours. What they saw stands on its page.",
    "action_near": "An action of yours is due soon. Please say how it is going.",
    "action_late": "An action of yours is past its date. Please say how it is going, or ask for another date.",
    "action_late_lead": "An action that your agency owns is past its date. Please see that it is not forgotten.",
    "action_late_chair": "An action in a review you are part of is past its date, after several reminders.",
    "access_received": "Somebody asks for access to personal data. By when it is answered stands on its page.",
    "access_look": "Somebody asks for access to personal data. What a case of yours holds of it has to be looked at.",
    "access_to_confirm": "The answer to a request for access is prepared. Somebody else is asked to check it.",
    "access_sent_back": "The answer to a request for access was sent back. What is missing stands on its page.",
    "access_confirmed": "The answer to a request for access is checked and can be handed over.",
    "access_near": "A request for access to personal data is due to be answered soon.",
    "access_late": "A request for access to personal data is past its date.",
    "action_check": "It is time to look whether an action that follows from a review still holds.",
}

EMAILS: dict[str, tuple[Tell, ...]] = {
    "rapidreview.begin": (Tell(everybody, "rapid_review_open", immediate=True),),
    "rapidreview.seek_sign_off": (Tell(deciders, "sign_off_wanted", immediate=True),),
    "rapidreview.submit": (Tell(everybody, "review_moved_on"),),
    "rapidreview.record_panel_response": (Tell(everybody, "review_moved_on"),),
    "rapidreview.reconsider": (Tell(deciders, "review_moved_on", immediate=True),),
    "rapidreview.cancel": (Tell(everybody, "review_moved_on", immediate=True),),
    "meeting.invite": (Tell(just_asked, "meeting_planned", immediate=True),),
    "meeting.move": (Tell(asked, "meeting_moved", immediate=True),),
    "meeting.cancel": (Tell(asked, "meeting_cancelled", immediate=True),),
    "informationrequest.send": (Tell(authors, "agency_asked", immediate=True),),
    "informationrequest.answer_request": (Tell(staff, "agency_answered"),),
    "informationrequest.nil_return": (Tell(staff, "agency_answered"),),
    "informationrequest.query": (Tell(authors, "agency_queried", immediate=True),),
    "informationrequest.extend": (Tell(authors, "agency_asked"),),
    "informationrequest.chase_nobody": (Tell(staff, "chase_nobody"),),
    "informationrequest.escalate": (Tell(staff, "chase_escalated"),),
    "requestlink.lock": (Tell(staff, "link_locked", immediate=True),),
    "informationrequest.alert": (Tell(staff, "risk_reported", immediate=True),),
    "referral.outcome_told": (Tell(agency, "outcome_told"),),
    "informationrequest.outcome_told": (Tell(authors, "outcome_told"),),
    "practicereview.begin": (Tell(everybody, "practice_review_open", immediate=True),),
    "practicereview.appoint_reviewer": (Tell(reviewer, "reviewer_appointed", immediate=True),),
    "practicereview.receive_draft": (Tell(staff, "review_moved_on", immediate=True),),
    "practicereview.ask_changes": (Tell(reviewer, "changes_wanted", immediate=True),),
    "reportcomment.begin": (Tell(writers, "report_comment"),),
    "reportcomment.reply": (Tell(commented, "comment_reply"),),
    "practicereview.hold": (Tell(everybody, "review_moved_on"),),
    "practicereview.resume": (Tell(everybody, "review_moved_on"),),
    "practicereview.sign_off": (Tell(everybody, "review_moved_on"),),
    "practicereview.send": (Tell(everybody, "review_moved_on"),),
    "practicereview.withhold": (Tell(everybody, "review_moved_on"),),
    "practicereview.discontinue": (Tell(everybody, "review_moved_on"),),
    "practicereview.subsume": (Tell(everybody, "review_moved_on"),),
    "practicereview.merge": (Tell(everybody, "review_moved_on"),),
    "release.begin": (Tell(staff, "release_proposed", immediate=True),),
    "release.confirm": (Tell(staff_and_chair, "release_confirmed", immediate=True),),
    "release.call_off": (Tell(staff_and_chair, "release_called_off", immediate=True),),
    "release.put_aside": (Tell(staff_and_chair, "release_put_aside", immediate=True),),
    "practicereview.publish": (Tell(everybody, "published", immediate=True),),
    "factcheck.begin": (Tell(asked_to_check, "fact_check_asked", immediate=True),),
    "factcheck.move_due": (Tell(asked_to_check, "fact_check_asked"),),
    "factcheck.send_points": (Tell(staff, "fact_check_answered", immediate=True),),
    "factcheck.nothing_to_correct": (Tell(staff, "fact_check_answered"),),
    "factcheck.finish": (Tell(asked_to_check, "fact_check_handled"),),
    "action.begin": (Tell(owner_of_action, "action_given", immediate=True),),
    "action.amend_action": (Tell(owner_of_action, "action_given", immediate=True),),
    "action.take_up": (Tell(owner_of_action, "action_given", immediate=True),),
    "action.assure": (Tell(owner_of_action, "action_assured"),),
    "action.check_action": (Tell(owner_of_action, "action_assured"),),
    "action.add_evidence": (Tell(staff, "action_evidence"),),
    "accessrequest.begin": (Tell(access_keepers, "access_received", immediate=True),),
    "accessrequest.search": (Tell(access_lookers, "access_look", immediate=True),),
    "accessrequest.gather": (Tell(access_lookers, "access_look", immediate=True),),
    "accessrequest.prepare": (Tell(access_keepers, "access_to_confirm", immediate=True),),
    "accessrequest.send_back": (Tell(access_keepers, "access_sent_back", immediate=True),),
    "accessrequest.confirm": (Tell(access_keepers, "access_confirmed", immediate=True),),
    "practicereview.publish_improvements": (Tell(everybody, "published", immediate=True),),
}

"""The moments in the life of a case that the table is tried at. Each is reached by the real verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cspr.accounts.models import Invitation, Membership, PendingGrant, User
from cspr.accounts.roles import Role
from cspr.documents.models import Document, Origin
from cspr.documents.models import State as DocumentState
from cspr.mail.models import MailState, OutgoingEmail
from cspr.workflow import Subject, perform
from referrals import actions
from referrals.models import Case, Decision, Notification, ParallelProcess, Referral
from referrals.states import DecisionKind, Outcome
from reviews import actions as review_actions
from reviews.models import (
    ChronologyEntry,
    InformationRequest,
    LibraryLink,
    Meeting,
    PlanStep,
    PracticeReview,
    Publication,
    RapidReview,
)
from reviews.states import SUITABILITY, LinkKind, PanelOutcome
from tests import factories as make
from tests.access.cast import Town
from tests.factories import TODAY, Area

CHILD = "Synthetic Child"
RECIPIENT = "Recipient of the mail about the case"
LAST_WEEK = TODAY - dt.timedelta(days=8)


@dataclass
class Scene:
    """What the pages and verbs of one moment are about, by its class."""

    name: str
    town: Town
    things: dict[type, Any]
    read: dict[type, Any] = field(default_factory=dict)
    addresses: dict[Any, str] = field(default_factory=dict)

    def __getitem__(self, kind: type) -> Any:
        return self.things[kind]

    @property
    def case(self) -> Case | None:
        return self.things.get(Case)

    def fresh(self, kind: type[Subject]) -> Any:
        """The subject as it stands in the database, with nothing remembered about anybody."""
        return kind._base_manager.get(pk=self.things[kind].pk)

    def shared(self, kind: type[Subject]) -> Any:
        """The subject as the scene left it, read once."""
        if kind not in self.read:
            self.read[kind] = self.fresh(kind)
        return self.read[kind]


Build = Callable[[Area], list[Any]]
SCENES: dict[str, Build] = {}


def scene(build: Build) -> Build:
    SCENES[build.__name__] = build
    return build


def set_up(name: str, town: Town) -> Scene:
    """Play the scene with the crew, then let the cast move in."""
    things = {type(thing): thing for thing in SCENES[name](town.here)}
    town.move_in([things[Case]] if Case in things else [])
    return Scene(name, town, things)


def of_case(case: Case | None) -> list[Any]:
    """The case with everything on it, as it stands now."""
    assert case is not None
    case = Case.objects.get(pk=case.pk)
    found: list[Any] = [case, Referral.objects.get(case=case), Notification.objects.get(case=case)]
    found += Decision.objects.filter(case=case).order_by("pk")
    found += ParallelProcess.objects.filter(case=case)
    found += RapidReview.objects.filter(case=case)
    # The chair's own step: whoever owns a step may say that it is done.
    found += PlanStep.objects.filter(case=case, owner=Role.CHAIR, event="")
    found += InformationRequest.objects.filter(rapid_review__case=case)
    found += Meeting.objects.filter(case=case)
    found += PracticeReview.objects.filter(case=case)
    return [*found, *Publication.objects.filter(review__case=case)]


def paper(subject: Any, by: User, kind: str = "attachment") -> Document:
    """A document that has no bytes: its pages answer all the same, and whoever may not see them sees nothing."""
    return Document.objects.create(
        partnership=subject.partnership,
        case_ref=subject.case.ref if subject.case else "",
        subject_label=subject._meta.label_lower,
        subject_ref=subject.ref,
        kind=kind,
        title="A paper",
        name="paper.pdf",
        content_type="application/pdf",
        origin=Origin.RENDERED,
        state=DocumentState.FAILED,
        uploaded_by=by,
    )


# --- referrals --------------------------------------------------------------------------------------------


@scene
def draft(a: Area) -> list[Any]:
    referral = make.draft(a)
    return [referral, paper(referral, a.referrer)]


@scene
def discarded(a: Area) -> list[Any]:
    return [perform(make.draft(a), "discard", by=a.referrer, today=TODAY)]


@scene
def draft_for_lead(a: Area) -> list[Any]:
    a.partnership.lead_signs_off = True
    a.partnership.save()
    return [make.draft(a)]


@scene
def with_lead(a: Area) -> list[Any]:
    [referral] = draft_for_lead(a)
    return [perform(referral, "send_to_lead", by=a.referrer, today=TODAY)]


@scene
def sent(a: Area) -> list[Any]:
    referral = make.sent(a)
    return [*of_case(referral.case), paper(referral, a.referrer)]


@scene
def returned(a: Area) -> list[Any]:
    referral = make.sent(a)
    mark = {"section": "incident", "field": "narrative", "reason": "missing_mandatory", "comment": "Say more"}
    actions.return_incomplete(referral, by=a.staff, today=TODAY, due_on=TODAY, marks=[mark])
    return [*of_case(referral.case), paper(referral, a.referrer)]


@scene
def resubmitted(a: Area) -> list[Any]:
    """Sent twice: there are two versions to compare."""
    referral = next(thing for thing in returned(a) if isinstance(thing, Referral))
    actions.write(referral, by=a.referrer, today=TODAY, section="incident", answers={"narrative": "More"})
    referral.refresh_from_db(fields=["answers"])
    referral.answers = make.answers(incident={"narrative": "More was said."})
    referral.save(update_fields=["answers"])
    return of_case(actions.submit(referral, by=a.referrer, today=TODAY).case)


@scene
def triage(a: Area) -> list[Any]:
    referral = make.accepted(a)
    case = Case.objects.get(pk=referral.case_id)
    OutgoingEmail.objects.create(
        partnership=a.partnership,
        to=User.objects.create(email="recipient@cast.example", name=RECIPIENT),
        kind="decision_to_approve",
        subject_label="referrals.case",
        subject_ref=case.ref,
        dedupe_key="scene",
        state=MailState.FAILED,
    )
    return [*of_case(case), paper(referral, a.referrer), OutgoingEmail.objects.get(dedupe_key="scene")]


@scene
def case_papers(a: Area) -> list[Any]:
    case = make.accepted(a).case
    return [*of_case(case), paper(case, a.staff)]


@scene
def awaiting_info(a: Area) -> list[Any]:
    referral = make.accepted(a)
    perform(referral, "ask_more", by=a.staff, today=TODAY, asked_whom="GP", due_on=TODAY, words="When?")
    return of_case(referral.case)


@scene
def not_met(a: Area) -> list[Any]:
    referral = make.accepted(a)
    make.decided(a, Case.objects.get(pk=referral.case_id), DecisionKind.NOTIFY, Outcome.NFA)
    return of_case(referral.case)


# --- cases ------------------------------------------------------------------------------------------------


@scene
def restricted(a: Area) -> list[Any]:
    referral = make.accepted(a)
    perform(
        Case.objects.get(pk=referral.case_id),
        "restrict",
        by=a.staff,
        today=TODAY,
        words="A colleague's family",
    )
    return of_case(referral.case)


@scene
def conflicted(a: Area) -> list[Any]:
    """A conflict of interest of the delegated partner of the police is recorded."""
    case = Case.objects.get(pk=make.accepted(a).case_id)
    perform(case, "record_conflict", by=a.staff, today=TODAY, user=a.police, words="A relative")
    return of_case(case)


@scene
def closed(a: Area) -> list[Any]:
    referral = make.accepted(a)
    case = Case.objects.get(pk=referral.case_id)
    make.decided(a, case, DecisionKind.NOTIFY, Outcome.NFA)
    perform(Case.objects.get(pk=case.pk), "close", by=a.chair, today=TODAY, words="Nothing more to do")
    return of_case(case)


# --- decisions --------------------------------------------------------------------------------------------


@scene
def proposed(a: Area) -> list[Any]:
    """The three partners' views are recorded; the chair's approval is what it waits for."""
    case = Case.objects.get(pk=make.accepted(a).case_id)
    decision = actions.propose(
        case,
        by=a.staff,
        today=TODAY,
        kind=DecisionKind.NOTIFY,
        outcome=Outcome.NOTIFY,
        grounds={},
        reasons="Both.",
    )
    for partner in ("la", "icb", "police"):
        given = {"partner": partner, "view": "agree", "reason": ""}
        perform(decision, "give_view", by=a.people[partner], today=TODAY, **given)
    return [*of_case(case), paper(decision, a.staff)]


@scene
def decided(a: Area) -> list[Any]:
    referral = make.accepted(a)
    make.decided(a, Case.objects.get(pk=referral.case_id), DecisionKind.NOTIFY, Outcome.NOTIFY)
    return of_case(referral.case)


@scene
def put(a: Area) -> list[Any]:
    """Put to the partners; none has given a view."""
    case = Case.objects.get(pk=make.accepted(a).case_id)
    actions.propose(
        case,
        by=a.staff,
        today=TODAY,
        kind=DecisionKind.NOTIFY,
        outcome=Outcome.NOTIFY,
        grounds={},
        reasons="Both.",
    )
    return of_case(case)


# --- rapid reviews ----------------------------------------------------------------------------------------


def asked_agency(a: Area) -> InformationRequest:
    review = RapidReview.objects.get(notification=make.notified(a))
    return review_actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])


@scene
def notified(a: Area) -> list[Any]:
    return of_case(asked_agency(a).case)


@scene
def plan_ticked(a: Area) -> list[Any]:
    step = next(thing for thing in notified(a) if isinstance(thing, PlanStep))
    return of_case(perform(step, "tick", by=a.chair, today=TODAY).case)


@scene
def plan_dropped(a: Area) -> list[Any]:
    step = next(thing for thing in notified(a) if isinstance(thing, PlanStep))
    return of_case(perform(step, "drop", by=a.staff, today=TODAY, words="No chair is needed").case)


@scene
def asked(a: Area) -> list[Any]:
    request = asked_agency(a)
    due_on = TODAY + dt.timedelta(days=7)
    request = review_actions.send(request, by=a.staff, today=TODAY, due_on=due_on)
    return [*of_case(request.case), paper(request, a.author)]


@scene
def linked(a: Area) -> list[Any]:
    """A contact of the school was sent a link to answer without an account."""
    request = next(thing for thing in asked(a) if isinstance(thing, InformationRequest))
    contact = {"name": "Contact One", "role": "Head", "email": "head@school.example", "code_by": "telephone"}
    until = TODAY + dt.timedelta(days=21)
    handed = review_actions.send_link(request, by=a.staff, today=TODAY, expires_on=until, **contact)
    return [*of_case(request.case), handed.link]


@scene
def reminders_paused(a: Area) -> list[Any]:
    request = next(thing for thing in asked(a) if isinstance(thing, InformationRequest))
    perform(request, "pause_reminders", by=a.staff, today=TODAY, until=TODAY, words="The school is closed")
    return of_case(request.case)


@scene
def chronology(a: Area) -> list[Any]:
    """An agency is asked; an entry stands in the chronology, and a table waits to be looked at."""
    request = next(thing for thing in asked(a) if isinstance(thing, InformationRequest))
    make.entry(a, request.case, agency="police")
    entry = make.entry(a, request.case)
    brought = review_actions.bring(
        request.case,
        by=a.staff,
        today=TODAY,
        agency=a.agencies["school"],
        origin="pasted",
        rows=[["Date", "What happened"], ["3 April 2026", "A visit"]],
        heading=0,
        mapping=["date", "happened"],
    )
    return [*of_case(request.case), entry, brought]


@scene
def chronology_struck(a: Area) -> list[Any]:
    entry = next(thing for thing in chronology(a) if isinstance(thing, ChronologyEntry))
    entry = perform(entry, "strike_out", by=a.staff, today=TODAY, because="Another child")
    request = InformationRequest.objects.get(rapid_review__case=entry.case)
    return [*of_case(request.case), entry]


@scene
def answered(a: Area) -> list[Any]:
    request = next(thing for thing in asked(a) if isinstance(thing, InformationRequest))
    perform(request, "nil_return", by=a.author, today=TODAY, name="Person One", role="Head")
    return of_case(request.case)


@scene
def half_written(a: Area) -> list[Any]:
    """The agency has written down one event so far."""
    request = next(thing for thing in asked(a) if isinstance(thing, InformationRequest))
    events = {"items": [{"what": "Seen in class"}]}
    review_actions.write_part(request, by=a.author, today=TODAY, part="events", answers=events)
    return of_case(request.case)


@scene
def answered_twice(a: Area) -> list[Any]:
    """The answer was queried and sent again: there are two versions to compare."""
    request = next(thing for thing in answered(a) if isinstance(thing, InformationRequest))
    perform(request, "query", by=a.staff, today=TODAY, words="Nobody at all?")
    perform(request, "nil_return", by=a.author, today=TODAY, name="Person One", role="Head")
    return of_case(request.case)


@scene
def name_left_in(a: Area) -> list[Any]:
    """The report names the child."""
    review = RapidReview.objects.get(notification=make.notified(a))
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"incident": f"It was {CHILD}."})
    return of_case(review.case)


@scene
def report_open(a: Area) -> list[Any]:
    """The meeting was held and the report is written, but not called complete."""
    review = make.drafted(a)
    perform(review, "reopen_report", by=a.staff, today=TODAY, words="A line more")
    return of_case(review.case)


@scene
def report_drafted(a: Area) -> list[Any]:
    review = next(thing for thing in report_open(a) if isinstance(thing, RapidReview))
    perform(review, "finish_draft", by=a.staff, today=TODAY)
    return of_case(review.case)


@scene
def with_partners(a: Area) -> list[Any]:
    review = make.drafted(a)
    return [*of_case(review.case), paper(review, a.staff)]


@scene
def with_panel(a: Area) -> list[Any]:
    review = make.drafted(a)
    perform(
        review,
        "submit",
        by=a.staff,
        today=TODAY,
        words="The partners agreed by telephone",
        proof=paper(review.case, a.staff),
    )
    return of_case(review.case)


@scene
def panel_agrees(a: Area) -> list[Any]:
    review = next(thing for thing in with_panel(a) if isinstance(thing, RapidReview))
    letter = paper(review.case, a.staff)
    perform(
        review, "record_panel_response", by=a.staff, today=TODAY, outcome=PanelOutcome.AGREES, letter=letter
    )
    return of_case(review.case)


@scene
def panel_disagrees(a: Area) -> list[Any]:
    review = next(thing for thing in with_panel(a) if isinstance(thing, RapidReview))
    letter = paper(review.case, a.staff)
    perform(
        review,
        "record_panel_response",
        by=a.staff,
        today=TODAY,
        outcome=PanelOutcome.SUGGESTS_LCSPR,
        letter=letter,
    )
    return of_case(review.case)


@scene
def meeting_planned(a: Area) -> list[Any]:
    meeting = make.planned(a, RapidReview.objects.get(notification=make.notified(a)))
    return [*of_case(meeting.case), paper(meeting, a.staff)]


@scene
def meeting_attended(a: Area) -> list[Any]:
    """Quorate: it can be recorded as held."""
    meeting = make.attended(a, make.planned(a, RapidReview.objects.get(notification=make.notified(a))))
    return of_case(meeting.case)


@scene
def rapid_review_closed(a: Area) -> list[Any]:
    review = next(thing for thing in with_panel(a) if isinstance(thing, RapidReview))
    letter = paper(review.case, a.staff)
    review = perform(
        review, "record_panel_response", by=a.staff, today=TODAY, outcome=PanelOutcome.AGREES, letter=letter
    )
    perform(review, "close", by=a.staff, today=TODAY, words="Told by telephone")
    return of_case(review.case)


# --- practice reviews -------------------------------------------------------------------------------------


@scene
def review_decided(a: Area) -> list[Any]:
    review = make.practice_review(a)
    return [*of_case(review.case), paper(review, a.staff)]


def appoint(a: Area) -> PracticeReview:
    fit = dict.fromkeys(SUITABILITY, "Considered: yes.")
    return review_actions.appoint_reviewer(
        make.practice_review(a), by=a.chair, today=TODAY, user=a.reviewer, suitability=fit
    )


@scene
def reviewer_appointed(a: Area) -> list[Any]:
    return of_case(appoint(a).case)


@scene
def reviewing(a: Area) -> list[Any]:
    return of_case(perform(appoint(a), "begin_work", by=a.staff, today=TODAY).case)


@scene
def on_hold(a: Area) -> list[Any]:
    review = perform(appoint(a), "begin_work", by=a.staff, today=TODAY)
    again = TODAY + dt.timedelta(days=28)
    held = {"reason_code": "trial", "review_on": again, "agreed_by": "The three partners"}
    return of_case(perform(review, "hold", by=a.chair, today=TODAY, **held).case)


@scene
def draft_handed_in(a: Area) -> list[Any]:
    review = perform(make.fact_checked(a), "ask_changes", by=a.staff, today=TODAY, words="Shorter")
    return of_case(perform(review, "receive_draft", by=a.reviewer, today=TODAY).case)


@scene
def quality(a: Area) -> list[Any]:
    review = next(thing for thing in draft_handed_in(a) if isinstance(thing, PracticeReview))
    return of_case(perform(review, "start_quality", by=a.staff, today=TODAY).case)


@scene
def to_sign_off(a: Area) -> list[Any]:
    review = make.fact_checked(a)
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, evidence_hash=review.report_hash)
    return of_case(review.case)


@scene
def signed_off(a: Area) -> list[Any]:
    review = next(thing for thing in to_sign_off(a) if isinstance(thing, PracticeReview))
    return of_case(perform(review, "sign_off", by=a.chair, today=TODAY).case)


@scene
def to_publish(a: Area) -> list[Any]:
    return of_case(make.sent_before_publication(a, on=LAST_WEEK, planned=TODAY).case)


@scene
def published(a: Area) -> list[Any]:
    review = make.sent_before_publication(a, on=LAST_WEEK, planned=TODAY)
    return of_case(review_actions.publish(review, by=a.colleague, today=TODAY).case)


@scene
def a_year_later(a: Area) -> list[Any]:
    """As published, seen a year later: the law no longer asks for the report to be public."""
    review = next(thing for thing in published(a) if isinstance(thing, PracticeReview))
    review.publications.update(public_until=TODAY - dt.timedelta(days=1))
    return of_case(review.case)


@scene
def addendum(a: Area) -> list[Any]:
    """The published report is open again."""
    review = next(thing for thing in published(a) if isinstance(thing, PracticeReview))
    return of_case(perform(review, "reopen_report", by=a.staff, today=TODAY, words="A late fact").case)


@scene
def merged(a: Area) -> list[Any]:
    review = make.practice_review(a)
    return of_case(perform(review, "merge", by=a.chair, today=TODAY, words="With a neighbour").case)


@scene
def following_up(a: Area) -> list[Any]:
    review = next(thing for thing in published(a) if isinstance(thing, PracticeReview))
    return of_case(perform(review, "start_follow_up", by=a.staff, today=TODAY).case)


@scene
def review_closed(a: Area) -> list[Any]:
    review = next(thing for thing in following_up(a) if isinstance(thing, PracticeReview))
    return of_case(perform(review, "close", by=a.chair, today=TODAY, words="Change has lasted").case)


# --- no case ----------------------------------------------------------------------------------------------


@scene
def office(a: Area) -> list[Any]:
    """People and settings: somebody with a role, somebody invited, a role that waits to be confirmed."""
    offer: dict[str, Any] = {"partnership": a.partnership, "offered_by": a.sysadmin, "offered_on": TODAY}
    invitation = Invitation.objects.create(
        **offer, role=Role.STAFF, email="new@agency.example", name="New", token_hash="x", expires_on=TODAY
    )
    grant = PendingGrant.objects.create(**offer, role=Role.CHAIR, user=a.colleague)
    link = LibraryLink.objects.create(
        partnership=a.partnership,
        kind=LinkKind.GUIDANCE,
        title="A guide",
        url="https://guide.example/",
        added_on=TODAY,
    )
    held = Membership.objects.get(user=a.staff)
    template = review_actions.own_template(a.partnership, by=a.staff, today=TODAY)
    return [a.partnership, a.staff, held, invitation, grant, link, template]

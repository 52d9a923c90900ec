"""People and cases for tests. A case reaches a state by the real verbs, never by setting it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import AgencyType, Partner, Role
from cspr.documents.models import Document
from cspr.documents.models import State as DocumentState
from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Decision, Notification, Referral
from referrals.questions.criteria import criteria_of
from referrals.states import DecisionKind, Outcome, ReferralState
from reviews import actions as review_actions
from reviews.anonymity.kinds import FileKind
from reviews.chronology.people import by_what_they_are_called, people_of
from reviews.chronology.rows import Known, read_row
from reviews.models import (
    AccessRequest,
    ChronologyEntry,
    IdentityKey,
    InformationRequest,
    Meeting,
    PracticeReview,
    RapidReview,
    Release,
)
from reviews.states import RAPID_REVIEW_SECTIONS, REPORT_SECTIONS, SUITABILITY
from tests.remembered import remembered

TODAY = dt.date(2026, 11, 23)  # a Monday
_numbers = itertools.count(1)


@dataclass
class Area:
    """A partnership with its three statutory partners and one person in every role."""

    partnership: Partnership
    agencies: dict[str, Agency]
    people: dict[str, User]

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]  # not self.people: a copy that is being made has none yet
        except KeyError:
            raise AttributeError(name) from None

    def remembered_as(self) -> tuple[Any, ...]:
        """Two areas with the same people are the same area."""
        return self.partnership.pk, *((name, user.pk) for name, user in self.people.items())


def person(partnership: Partnership, role: str, agency: Agency | None = None, name: str = "") -> User:
    """A synthetic person holding one role there."""
    number = next(_numbers)
    user = User.objects.create_user(f"person{number}@agency.example", name or f"Person {number}")
    Membership.objects.create(
        user=user, partnership=partnership, agency=agency, role=role, starts_on=dt.date(2026, 1, 1)
    )
    return user


def person_also(user: User, partnership: Partnership, role: str) -> None:
    """Another role for somebody who holds one already."""
    Membership.objects.create(user=user, partnership=partnership, role=role, starts_on=dt.date(2026, 1, 1))


@remembered
def area(name: str = "Testshire") -> Area:
    number = next(_numbers)
    partnership = Partnership.objects.create(
        name=f"{name} {number} Safeguarding Children Partnership",
        short_name=name,
        area=name,
        email="team@partnership.example",
        phone="01632 960000",
        urgent_contact="The front door, 01632 960001",
    )
    kinds = {
        "la": ("Council", AgencyType.CHILDRENS_SOCIAL_CARE, Partner.LA),
        "icb": ("Integrated Care Board", AgencyType.ICB, Partner.ICB),
        "police": ("Police", AgencyType.POLICE, Partner.POLICE),
        "hospital": ("Hospital Trust", AgencyType.ACUTE_TRUST, ""),
        "school": ("School", AgencyType.SCHOOL, ""),
    }
    agencies = {}
    for code, (label, type_, partner) in kinds.items():
        agencies[code] = Agency.objects.create(name=f"{name} {label} {number}", type=type_, partner=partner)
        agencies[code].partnerships.add(partnership)
    people = {
        "referrer": person(partnership, Role.REFERRER, agencies["hospital"]),
        "safeguarding_lead": person(partnership, Role.SAFEGUARDING_LEAD, agencies["hospital"]),
        "author": person(partnership, Role.AUTHOR, agencies["school"]),
        "staff": person(partnership, Role.STAFF),
        "colleague": person(partnership, Role.STAFF),
        "chair": person(partnership, Role.CHAIR),
        "la": person(partnership, Role.PARTNER, agencies["la"]),
        "icb": person(partnership, Role.PARTNER, agencies["icb"]),
        "police": person(partnership, Role.PARTNER, agencies["police"]),
        "reviewer": person(partnership, Role.REVIEWER),
        "panel_member": person(partnership, Role.PANEL_MEMBER),
        "sysadmin": person(partnership, Role.SYSADMIN),
        "dpo": person(partnership, Role.DPO),
    }
    return Area(partnership, agencies, people)


def answers(**changes: dict[str, Any]) -> dict[str, Any]:
    """A complete referral form about a synthetic child; ``changes`` replaces answers section by section."""
    full: dict[str, Any] = {
        "referrer": {
            "name": "Person One",
            "job_title": "Named nurse",
            "phone": "01632 960002",
            "email": "one@agency.example",
            "lead_name": "Person Two",
            "lead_contact": "01632 960003",
            "lead_discussed_on": "2026-11-19",
            "lead_supports": "yes",
        },
        "children": {
            "items": [
                {
                    "name": "Synthetic Child",
                    "born_on": "2026-06-01",
                    "died": "no",
                    "school": "Too young",
                    "looked_after": "no",
                    "sex": "F",
                    "ethnicity": "not_yet_known",
                    "ethnicity_reason": "The family has not been asked yet",
                    "religion": "None",
                    "language": "English",
                    "interpreter": "no",
                    "disability": ["NONE"],
                    "health": "Well before the incident",
                    "address": "1 Example Street",
                    "whereabouts": "Hospital",
                    "carer_then": "Both parents",
                    "gp": "Example Surgery",
                    "legal_status": "none",
                    "cp_plan": "never",
                    "open_to_csc": "no",
                    "siblings_known": "no",
                }
            ]
        },
        "family": {
            "items": [
                {
                    "name": "Synthetic Parent",
                    "relationship": "Mother",
                    "role": "unknown",
                    "born_on": "1998-01-01",
                }
            ]
        },
        "agencies": {
            "items": [
                {
                    "agency_type": "health_visiting",
                    "name": "Example health visiting",
                    "still_involved": "yes",
                },
            ]
        },
        "incident": {
            "outcome": "serious_harm",
            "incident_on": "2026-11-18",
            "place": "Home",
            "area": "Testshire",
            "outside_england": "no",
            "agency_aware_on": "2026-11-18",
            "harm_types": ["fractures"],
            "abuse_types": ["PHY"],
            "narrative": "A baby was brought to hospital with fractures.",
            "medical_opinion": "Inflicted injury is likely.",
        },
        "authority": {
            "la_aware": "yes",
            "la_aware_on": "2026-11-19",
            "la_suspected_on": "2026-11-19",
            "sin_sent": "no",
            "told_police": "yes",
        },
        "safety": {"child_safe": "yes", "others_safe": "yes", "done": "The child is on the ward."},
        "criteria": {
            "limb_a": "suspected",
            "limb_a_evidence": "Unexplained fractures.",
            "limb_b": "yes",
            "harm_kinds": ["SH_PHYSICAL"],
            "limb_b_evidence": "Several fractures.",
            "learning": "Hidden men.",
            "outcome_asked": "rapid_review",
        },
        "processes": {"items": [{"type": "crim", "body": "Police", "status": "Under way"}]},
        "family_told": {"told": "no", "why": "The police ask to wait.", "media_interest": "no"},
        "attachments": {"confirmed": "none"},
    }
    for section, change in changes.items():
        full[section] = {**full.get(section, {}), **change}
    return full


@remembered
def draft(a: Area, *, by: User | None = None, **changes: dict[str, Any]) -> Referral:
    referral = actions.start(
        by=by or a.referrer, partnership=a.partnership, agency=a.agencies["hospital"], today=TODAY
    )
    for section, given in answers(**changes).items():
        referral = actions.write(referral, by=by or a.referrer, today=TODAY, section=section, answers=given)
    return referral


@remembered
def sent(a: Area, **changes: dict[str, Any]) -> Referral:
    return actions.submit(draft(a, **changes), by=a.referrer, today=TODAY)


@remembered
def accepted(a: Area, **changes: dict[str, Any]) -> Referral:
    referral = actions.accept(sent(a, **changes), by=a.staff, today=TODAY)
    assert referral.case is not None
    perform(referral.case, "grant_access", by=a.staff, today=TODAY, user=a.colleague, capacity=Role.STAFF)
    return referral


def decided(
    a: Area, case: Case, kind: str, outcome: str, *, today: dt.date = TODAY, evidence_hash: str = "",
    grounds: dict[str, Any] | None = None,
) -> Decision:  # fmt: skip
    """Propose, three views, approve: as it is really done."""
    decision = actions.propose(
        case,
        by=a.staff,
        today=today,
        kind=kind,
        outcome=outcome,
        grounds=grounds or {},
        reasons="Because of the evidence.",
        evidence_hash=evidence_hash,
    )
    for partner in Partner:
        decision = perform(
            decision, "give_view", by=a.people[partner], today=today, partner=partner, view="agree", reason=""
        )
    return actions.approve(decision, by=a.chair, today=today)


@remembered
def notified(a: Area, *, on: dt.date = TODAY, type_: str = "abuse_neglect") -> Notification:
    referral = accepted(a)
    decided(a, referral.case, DecisionKind.NOTIFY, Outcome.NOTIFY)
    assert Referral.objects.get(pk=referral.pk).state == ReferralState.DECIDED_NOTIFY
    return perform(
        Notification.objects.get(case=referral.case),
        "submit",
        by=a.staff,
        today=on,
        panel_reference="SIN-TEST",
        notifier="Council",
        type=type_,
    )


def planned(a: Area, review: RapidReview) -> Meeting:
    """The meeting of a rapid review, with everybody on the case's list asked to it."""
    when = {"day": TODAY, "starts_at": dt.time(10), "ends_at": dt.time(12), "place": "Room 1"}
    return review_actions.plan_meeting(review, by=a.staff, today=TODAY, **when)


def attended(a: Area, meeting: Meeting, **changes: dict[str, str]) -> Meeting:
    """Everybody came, but for ``changes``: the name of a person in the area → what is recorded of them instead."""
    other = {a.people[name].pk: change for name, change in changes.items()}
    rows = {
        p.pk: {
            "attendance": "present", "capacity": p.capacity, "partner": p.partner, "deputy_for": "",
            **other.get(p.user_id, {}),
        }
        for p in meeting.participants.all()
    }  # fmt: skip
    return perform(meeting, "record_attendance", by=a.staff, today=TODAY, rows=rows)


def held(a: Area, review: RapidReview) -> Meeting:
    """The meeting, with the three partners there: the rapid review has moved on by it."""
    return perform(attended(a, planned(a, review)), "hold", by=a.staff, today=TODAY)


@remembered
def drafted(a: Area) -> RapidReview:
    """A rapid review whose report is written, with the partners."""
    review = RapidReview.objects.get(notification=notified(a))
    held(a, review)
    return written_up(a, RapidReview.objects.get(pk=review.pk))


def written_up(a: Area, review: RapidReview) -> RapidReview:
    """After its meeting the report is written and goes to the partners."""
    sections = dict.fromkeys(RAPID_REVIEW_SECTIONS, "What the agencies told us.")
    review = perform(review, "write_report", by=a.staff, today=TODAY, sections=sections)
    review = perform(review, "finish_draft", by=a.staff, today=TODAY)
    return perform(review, "seek_sign_off", by=a.staff, today=TODAY)


def weighed(a: Area, review: RapidReview) -> RapidReview:
    """Every criterion of a practice review answered, with its reason."""
    for code, _ in criteria_of(DecisionKind.REVIEW):
        answer = {
            "criterion": code,
            "met": "yes" if code == "R11A" else "no",
            "reason": "As the report says.",
        }
        review = perform(review, "weigh", by=a.staff, today=TODAY, **answer)
    return review


@remembered
def practice_review(a: Area) -> PracticeReview:
    """A CSPR on the day it was decided."""
    review = drafted(a)
    decided(a, review.case, DecisionKind.REVIEW, Outcome.LCSPR, evidence_hash=review.report_hash)
    return PracticeReview.objects.get(case=review.case)


@remembered
def fact_checked(a: Area) -> PracticeReview:
    """A CSPR whose report is written and at its fact check."""
    review = practice_review(a)
    review = review_actions.appoint_reviewer(
        review,
        by=a.chair,
        today=TODAY,
        user=a.reviewer,
        suitability=dict.fromkeys(SUITABILITY, "Considered: yes."),
    )
    review = perform(review, "begin_work", by=a.staff, today=TODAY)
    review = perform(
        review,
        "write_report",
        by=a.reviewer,
        today=TODAY,
        sections=dict.fromkeys(REPORT_SECTIONS, "Text."),
        title="Rowan",
    )
    review = perform(
        review,
        "add_finding",
        by=a.reviewer,
        today=TODAY,
        text="Nobody asked about the father.",
        rests_on="Talks with two health visitors.",
        themes=["hidden_men"],
    )
    review = perform(
        review,
        "recommend",
        by=a.reviewer,
        today=TODAY,
        text="Include fathers.",
        kind="partnership",
        owner="All partners",
        answers=[1],
    )
    for name, by in (
        ("receive_draft", a.reviewer),
        ("start_quality", a.staff),
        ("start_fact_check", a.staff),
    ):
        review = perform(review, name, by=by, today=TODAY)
    return review


def key_begun(a: Area, review: PracticeReview) -> IdentityKey:
    """The identity key, with what the case says."""
    return review_actions.begin_key(review, by=a.staff, today=TODAY)


def files_checked(a: Area, review: PracticeReview, *, on: dt.date = TODAY, finds: Any = ()) -> IdentityKey:
    """The finished files of the report as it reads now were looked through; ``finds``: what was found."""
    files = [{"kind": kind, "sha256": "0" * 64, "finds": list(finds)} for kind in FileKind]
    return perform(
        key_begun(a, review), "check_files", by=a.staff, today=on, text_hash=review.report_hash, files=files
    )


def anonymity_signed(a: Area, review: PracticeReview, *, on: dt.date = TODAY) -> IdentityKey:
    """Two people have signed that nobody can be recognised in the report as it reads now."""
    key = files_checked(a, review, on=on)
    for person in (a.staff, a.colleague):
        key = perform(key, "sign", by=person, today=on)
    return key


@remembered
def sent_before_publication(
    a: Area,
    *,
    outcome: str = Outcome.PUBLISH,
    on: dt.date = TODAY,
    planned: dt.date | None = None,
    review: PracticeReview | None = None,
) -> PracticeReview:
    """A CSPR signed off and sent to the Secretary of State, the Panel and Ofsted on ``on``."""
    review = review or fact_checked(a)
    anonymity_signed(a, review, on=on)
    decided(a, review.case, DecisionKind.PUBLICATION, outcome, evidence_hash=review.report_hash)
    review = perform(review, "sign_off", by=a.chair, today=on)
    review = perform(
        review,
        "send",
        by=a.staff,
        today=on,
        sent_to_sos_on=on,
        sent_to_panel_on=on,
        sent_to_ofsted_on=on,
        planned_publication_on=planned or on + dt.timedelta(days=14),
    )
    return perform(review, "tell_family", by=a.staff, today=on)


def release_proposed(a: Area, review: PracticeReview, *, in_hours: int = 0) -> Release:
    """Staff propose that it is published as soon as somebody confirms it, or so many hours from now."""
    now = timezone.now()
    at = timezone.localtime(now + dt.timedelta(hours=in_hours))
    when = {"day": at.date(), "time": at.time()} if in_hours else {}
    today = timezone.localdate(now)
    return review_actions.propose_release(review, by=a.staff, today=today, now=now, **when)


def access_request(a: Area, **said: Any) -> AccessRequest:
    """A mother asks today what is held about her; nothing has been done yet."""
    asked = {
        "about": "family", "name": "Synthetic Mother", "asked_by": "themselves", "reply_to": "1 Example Road",
        "received_on": TODAY,
    } | said  # fmt: skip
    return review_actions.receive_access_request(a.partnership, by=a.staff, today=TODAY, **asked)


def access_prepared(a: Area, **said: Any) -> AccessRequest:
    """She has shown who she is, and staff have prepared her answer."""
    request = perform(access_request(a, **said), "identify", by=a.staff, today=TODAY, identity="document")
    request = review_actions.search_for_person(request, by=a.staff, today=TODAY)
    request = review_actions.gather_passages(request, by=a.staff, today=TODAY)
    return perform(request, "prepare", by=a.staff, today=TODAY, answer="give")


def account(**changes: dict[str, Any]) -> dict[str, Any]:
    """A complete account of an agency; ``changes`` replaces answers part by part."""
    why = "Our records do not say"
    full: dict[str, Any] = {
        "who": {"name": "Person Nine", "role": "Head of year", "contact": "01632 960009"},
        "involvement": {"involved_from": "September 2025", "involved_to": "Today"},
        "child": {
            "identity_agrees": "yes",
            "legal_status": "None",
            "siblings": "None",
            "education_unknown": why,
        },
        "summary": {"summary": "Seen in class every day."},
        "background": {"health_unknown": why, "identity": "Spoken of at home", "household_unknown": why},
        "voice": {"child_voice": "Said little", "daily_life_unknown": why, "identity_considered": "No"},
        "events": {"none": "They are in the summary"},
        "sensitivities": {"sensitive": "no"},
        "learning": {"at_risk": "no"},
        "others": {"items": [{"agency_type": "gp", "name": "Example Surgery"}]},
        "view": {"provisional_view": "rapid_review_enough"},
    }
    for part, change in changes.items():
        full[part] = {**full.get(part, {}), **change}
    return full


def asked(a: Area, review: RapidReview, agency: str = "school") -> InformationRequest:
    """The school (whose author the area has), or another agency, is asked and has a week."""
    request = review_actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies[agency])
    due_on = TODAY + dt.timedelta(days=7)
    return review_actions.send(request, by=a.staff, today=TODAY, due_on=due_on)


def written(a: Area, request: InformationRequest, **changes: dict[str, Any]) -> InformationRequest:
    """The agency has written its whole account, and not sent it."""
    for part, given in account(**changes).items():
        request = review_actions.write_part(request, by=a.author, today=TODAY, part=part, answers=given)
    return request


def letter(case: Case, by: User) -> Document:
    """A stored file standing for a letter that was received."""
    return Document.objects.create(
        partnership=case.partnership,
        case_ref=case.ref,
        subject_label="referrals.case",
        subject_ref=case.ref,
        kind="attachment",
        title="Letter",
        name="letter.txt",
        path=f"letters/{next(_numbers)}",
        content_type="text/plain",
        origin="uploaded",
        state=DocumentState.STORED,
        uploaded_by=by,
    )


def entry(
    a: Area, case: Case, *, agency: str = "school", by: User | None = None, **written: str
) -> ChronologyEntry:
    """An entry of the chronology as it is typed; ``written`` by the names of its columns."""
    people = by_what_they_are_called(people_of(case))
    known = Known(people=people, agencies={}, agency=a.agencies[agency].pk, today=TODAY)
    cells = {"date": "3 April 2026", "happened": "The health visitor came to the house.", **written}
    read, problems = read_row(cells, known)
    assert read is not None, problems
    return review_actions.enter(case, read, by=by or a.staff, today=TODAY)


def shown(review: RapidReview) -> Document:
    """What shows that the rapid review was sent to the Panel."""
    return letter(review.case, User.objects.filter(memberships__role=Role.STAFF).order_by("pk")[0])

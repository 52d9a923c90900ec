"""First story: a baby's non-accidental injury. Referral, notification, rapid review, practice review, publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.clocks.calendar import add_months
from cspr.clocks.models import working_days
from cspr.documents.pdf import queue_pdf
from referrals import actions
from referrals.models import Notification
from referrals.models.evidence import content_hash
from referrals.states import Criterion, DecisionKind, Outcome, ReviewCriterion
from reviews import actions as review_actions
from reviews.anonymity.kinds import FileKind
from reviews.chronology.masking import Level
from reviews.chronology_papers import kind_of
from reviews.management.drawings import bars
from reviews.management.rehearsal import change, chronologies, facts, families, proceedings
from reviews.management.rehearsal.accounts import send_account
from reviews.management.rehearsal.baby_change import FINDINGS, SAID
from reviews.management.rehearsal.baby_words import (
    CHILD,
    CONTACTS,
    CONTACTS_ALT,
    CONTACTS_CAPTION,
    RAPID_REVIEW,
    RECOMMENDATIONS,
    REPORT,
    RETURNS,
    called,
)
from reviews.management.rehearsal.remarks import read_and_remarked
from reviews.management.rehearsal.rooms import meet, tick_milestones, weigh
from reviews.management.rehearsal.stage import LONDON, Stage
from reviews.models import PracticeReview, Publication, RapidReview
from reviews.models.anonymising import open_finds
from reviews.questions import by_part
from reviews.questions.family import PromiseKind
from reviews.states import SUITABILITY

SIGNED_BY = ("Demo Director of Quality", "Director of quality and safeguarding")


def referral(incident: dt.date) -> dict[str, Any]:
    """What the hospital's named nurse writes."""
    day = incident.isoformat()
    aware = (incident + dt.timedelta(days=1)).isoformat()
    return {
        "safety": {
            "child_safe": "yes", "others_safe": "yes",
            "done": "A strategy discussion was held on the ward the same evening by social care, the police and the "
            "paediatric team. The baby stays on the ward with a member of staff present at all times. Her half-brother, "
            "aged four, has gone to stay with his grandmother, whose home was visited and checked by social care.",
        },
        "incident": {
            "outcome": "serious_harm", "incident_on": day, "incident_time": "Brought in at 18:40",
            "place": "The family home", "area": "Samplebury", "outside_england": "no", "agency_aware_on": day,
            "harm_types": ["head_injury", "fractures"], "abuse_types": ["PHY"],
            "narrative": "A baby girl aged fourteen weeks was brought to the emergency department by her mother and her "
            "mother's partner because she had been pale and hard to wake since the afternoon. They said that she had "
            "slipped from a sofa that morning on to a carpeted floor.\n\nShe was found to have bleeding on the brain, "
            "bleeding behind both eyes and three healing rib fractures. A bruise on the left cheek, the size of a "
            "thumb print, had been seen and recorded at a clinic nine days earlier. The explanation then was that she "
            "had lain on a dummy. It was accepted, and no paediatric opinion was asked for.\n\nThe mother's partner "
            "moved in when the baby was five weeks old. He does not appear in the records of the midwife or of the "
            "health visitor. The police knew of two earlier reports of violence against a former partner.",
            "medical_opinion": "The consultant paediatrician and the radiologist agree that the injuries are of different "
            "ages and are very unlikely to be accidental. The long-term effect on sight and development is not yet known.",
            "key_dates": "Week 5: the mother's partner moves in\nWeek 10: mother tells the GP that she is exhausted\n"
            "Nine days before: bruise seen at the baby clinic",
        },
        "children": {"items": [{
            "name": "Synthia Example", "born_on": (incident - dt.timedelta(weeks=14)).isoformat(), "died": "no", "sex": "F",
            "ethnicity": "mixed_white_caribbean", "religion": "Not stated by the family", "language": "English",
            "interpreter": "no", "disability": ["NONE"], "health": "Born at 37 weeks; gaining weight well until week 10.",
            "address": "1 Made-up Row, Samplebury", "whereabouts": "Children's ward", "carer_then": "Mother's partner, alone "
            "with her from 13:00 to 16:00", "gp": "Invented Surgery", "school": "None: she is a baby", "open_to_csc": "no",
            "responsible_la": "Samplebury Council", "legal_status": "none", "looked_after": "no", "cp_plan": "never", "siblings_known": "no",
        }]},
        "family": {"items": [
            {"name": "Fictitia Example", "relationship": "Mother", "born_on": "2003-02-11", "role": "unknown"},
            {"name": "Imagine Person", "relationship": "Mother's partner", "born_on": "1998-08-30", "role": "suspected"},
            {"name": "Placeholder Example", "relationship": "Half-brother", "born_on": "2021-12-01", "role": "none"},
        ]},
        "agencies": {"items": [
            {"agency_type": "health_visiting", "name": "Vale Community Health", "worker": "Health visitor", "still_involved": "yes"},
            {"agency_type": "gp", "name": "Invented Surgery", "worker": "GP", "still_involved": "yes"},
            {"agency_type": "police", "name": "Vale Police", "worker": "Child abuse investigation team", "still_involved": "yes"},
            {"agency_type": "housing_association", "name": "Samplebury Homes", "worker": "Tenancy officer", "still_involved": "yes"},
        ]},
        "authority": {
            "la_aware": "yes", "la_aware_on": aware, "la_suspected_on": aware, "sin_sent": "no", "told_police": "yes",
            "told_ofsted": "no",
        },
        "criteria": {
            "limb_a": "yes", "limb_a_evidence": "Injuries of different ages in a baby who cannot move about by herself, and an "
            "account that does not explain them.",
            "limb_b": "yes", "harm_kinds": ["SH_PHYSICAL", "SH_INTELLECTUAL"], "limb_b_evidence": "Bleeding on the brain and "
            "behind both eyes. She needed intensive care. Lasting impairment is likely.",
            "indicators": ["W2", "W6"], "working_together": "A bruise in a baby who is not mobile did not lead to a "
            "paediatric assessment. What the police knew of the mother's partner did not reach health visiting.",
            "learning": "How professionals come to know of the men in a baby's life, and what stands in the way of following the "
            "bruising protocol.", "good_practice": "The triage nurse asked for the paediatrician within ten minutes.",
            "outcome_asked": "rapid_review",
        },
        "processes": {"items": [
            {"type": "crim", "body": "Vale Police", "status": "Under investigation; one person on bail",
             "restrictions": "Nobody speaks to the mother's partner about the injuries before the police have."},
            {"type": "fam", "body": "Family Court", "status": "Application for an interim care order"},
        ]},
        "family_told": {"told": "no", "why": "The police ask to speak to the adults first.", "media_interest": "no"},
        "referrer": {
            "name": "Demo Named Nurse", "job_title": "Named nurse for safeguarding children", "phone": "01632 960110",
            "email": "nurse@samplebury.example", "lead_name": "Demo Hospital Safeguarding Lead",
            "lead_contact": "01632 960111", "lead_discussed_on": aware, "lead_supports": "yes",
        },
        "attachments": {"confirmed": "none"},
    }  # fmt: skip


BOTH_LIMBS: dict[str, Any] = {
    Criterion.SCSC_A: {
        "met": "yes",
        "reason": "Injuries of different ages without an explanation that fits them.",
    },
    Criterion.SCSC_B1: {"met": "no", "reason": "She is alive."},
    Criterion.SCSC_B2: {"met": "yes", "reason": "Bleeding on the brain; lasting impairment is likely."},
}
REG_11: dict[str, Any] = {
    ReviewCriterion.R11A: {
        "met": "yes",
        "reason": "The bruising protocol was changed after an audit two years ago.",
    },
    ReviewCriterion.R11B: {
        "met": "yes",
        "reason": "Unseen men have been a theme of two earlier rapid reviews.",
    },
    ReviewCriterion.R11C: {"met": "yes", "reason": "What the police knew did not reach health visiting."},
    ReviewCriterion.R11D: {"met": "no", "reason": "The Panel has not considered the case yet."},
    ReviewCriterion.C1: {"met": "no", "reason": "No single agency's actions stand out."},
    ReviewCriterion.C2: {"met": "no", "reason": "Several agencies knew the family."},
    ReviewCriterion.C3: {"met": "no", "reason": "One authority, one force, one ICB."},
    ReviewCriterion.C4: {"met": "no", "reason": "She lived at home."},
}

# What is answered in the decision room: the two limbs again, on what is known by then, and the criteria of a review.
CRITERIA: dict[str, Any] = {**BOTH_LIMBS, **REG_11}


def to_rapid_review(stage: Stage, reference: str = "SIN-DEMO-0001") -> RapidReview:
    """From the injury to the open rapid review."""
    incident = stage.today
    stage.until(incident + dt.timedelta(days=1))
    sent = stage.refer("nurse", "hospital", referral(incident))
    queue_pdf_for(stage, "referral", sent, "staff")
    stage.wait(1)
    accepted = stage.act(actions.accept, sent, by="staff")
    case = accepted.case
    stage.do(case, "grant_access", "staff", user=stage.person("colleague"), capacity="staff")
    stage.do(case, "grant_access", "staff", user=stage.person("panel"), capacity="panel_member")
    decision = stage.decide(
        case, kind=DecisionKind.NOTIFY, outcome=Outcome.NOTIFY, grounds=BOTH_LIMBS,
        reasons="Both limbs of the definition are met. The three partners agree that the authority notifies the Panel.",
    )  # fmt: skip
    queue_pdf_for(stage, "decision", decision, "staff")
    stage.wait(1)
    notification = Notification.objects.get(case=case)
    stage.do(
        notification, "submit", "staff", panel_reference=reference, notifier="Head of safeguarding, Samplebury Council",
        type="abuse_neglect", partners_told_on=stage.today,
    )  # fmt: skip
    return RapidReview.objects.get(case=case)


def ask_agencies(stage: Stage, review: RapidReview, codes: tuple[str, ...]) -> dict[str, Any]:
    """Day 1: everybody who may know the family is asked, with a week to answer."""
    requests = {}
    due = working_days().add(stage.today, 5)
    for code in codes:
        request = stage.act(review_actions.add_request, review, by="staff", agency=stage.agencies[code])
        requests[code] = stage.act(review_actions.send, request, by="staff", due_on=due)
    stage.do(review, "request_info", "staff")
    return requests


def rapid_review(stage: Stage, review: RapidReview, child: str = CHILD) -> PracticeReview:
    """The fifteen working days, and the decision to carry out a practice review."""
    stage.wait(1)
    requests = ask_agencies(stage, review, ("hospital", "community", "council", "police", "housing"))
    stage.wait(3)
    chronologies.write(stage, review, chronologies.BABY)
    for code, said in RETURNS.items():
        send_account(stage, requests[code], f"{code}_author", said, SIGNED_BY)
    stage.wait(2)
    for code in RETURNS:
        stage.do(requests[code], "accept", "staff")
    stage.do(requests["housing"], "record_answer", "staff", **by_part({
        "name": "Demo Tenancy Manager", "role": "Tenancy manager", "summary": "By telephone: the tenancy is in the mother's "
        "name alone. No complaints. A repair visit in week 9 met an adult man who said he lived there."}))  # fmt: skip
    chronologies.look_at(stage, review)
    stage.wait(3)
    meet(
        stage, review,
        named=(
            {"name": "Named nurse", "role": "Samplebury Hospital", "capacity": "member", "agency_type": "acute_trust"},
            {"name": "Health visiting manager", "role": "Vale Community Health", "capacity": "member",
             "agency_type": "health_visiting"},
            {"name": "Named midwife", "role": "Samplebury Hospital", "capacity": "member", "agency_type": "acute_trust"},
            {"name": "Tenancy manager", "role": "Samplebury Homes", "capacity": "information"},
        ),
        deputies={"Health visiting manager": "the director of community nursing"}, conflicted="Named midwife",
        decisions="The half-brother stays with his grandmother; social care sees him twice a week. The group recommends a practice "
        "review to the three partners. The police differ and will say why in their view.",
        actions=(
            ("Remind all staff of the bruising protocol", "Designated nurse, ICB", 2),
            ("See the half-brother at his grandmother's home", "Social care", 1),
        ),
    )  # fmt: skip
    stage.do(review, "write_report", "staff", sections=called(child, RAPID_REVIEW))
    stage.do(review, "finish_draft", "staff")
    stage.wait(1)
    stage.do(review, "seek_sign_off", "staff")
    review = weigh(
        stage,
        review,
        CRITERIA,
        {"R11A": ("learning", "analysis"), "R11B": ("learning",), "R11C": ("involvement",)},
    )
    decision = stage.decide(
        review.case, kind=DecisionKind.REVIEW, outcome=Outcome.LCSPR, grounds=review.weighed, evidence_hash=review.report_hash,
        reasons="The rapid review shows what happened but not why a known protocol was not followed by three services. A "
        "practice review with the practitioners can.",
        dissent={"police": "The rapid review is sufficient in the police's view; they do not oppose the review."},
    )  # fmt: skip
    queue_pdf_for(stage, "decision", decision, "staff")
    for level in (Level.ROLES, Level.ANONYMOUS):
        queue_pdf_for(stage, kind_of(level, "pdf", key=False), review, "staff")
    stage.wait(1)
    proof = stage.letter(
        review, "sent-to-the-panel.txt", "To the Panel's mailbox: the rapid review report and the decision."
    )
    stage.do(review, "submit", "staff", proof=proof, told="DfE and Ofsted, by e-mail on the same day")
    queue_pdf_for(stage, "rapid_review", review, "staff")
    stage.wait(10)
    letter = stage.letter(
        review, "panel-letter.txt", "The Panel agrees with the decision of the partnership."
    )
    stage.do(review, "record_panel_response", "staff", outcome="agrees", letter=letter)
    stage.act(
        review_actions.tell_outcome, review, by="staff",
        words="Thank you. What you told us is at the heart of what will change.",
    )  # fmt: skip
    stage.do(review, "close", "staff")
    stage.do(review.case.referrals.get(), "give_feedback", "staff", words="Told by telephone, with thanks.")
    stage.do(Notification.objects.get(case=review.case), "acknowledge", "staff")
    return PracticeReview.objects.get(case=review.case)


def practice_review(stage: Stage, review: PracticeReview, child: str = CHILD) -> PracticeReview:
    """Commissioning, the work, a short hold and an explained delay, the draft."""
    stage.do(review, "plan", "staff", scope="From the booking of the pregnancy to the day of the injury.",
             methodology="A systems review: conversations with practitioners, two learning events, the family's account.",
             lead_partner="la")  # fmt: skip
    proceedings.known_better(stage, review.case)
    told = dict.fromkeys(("told_panel_on", "told_dfe_on", "told_ofsted_on"), stage.today)
    stage.do(review, "tell_national", "staff", **told)
    stage.wait(5)
    judgements = dict.fromkeys(
        SUITABILITY, "Considered by the three partners from references and an interview: yes."
    )
    until = add_months(review.decided_on, 9)
    stage.act(
        review_actions.appoint_reviewer, review, by="chair", user=stage.person("reviewer"), suitability=judgements,
        access_until=until,
    )  # fmt: skip
    stage.wait(3)
    stage.do(review, "begin_work", "staff")
    families.invited(stage, review, child)
    for month in range(1, 3):
        stage.until(add_months(review.decided_on, month))
        families.keep(stage, review, PromiseKind.UPDATE)
        stage.do(review, "monitor", "staff", time_in_hand="On time against the plan.", quality="Satisfactory: the family's "
                 "account and the practitioners' are both heard.")  # fmt: skip
    stage.do(
        review, "hold", "chair", reason_code="police_cps_request", review_on=stage.today + dt.timedelta(weeks=4),
        agreed_by="The three partners, by e-mail", words="The police ask not to speak to two witnesses until they have.",
        process=proceedings.entered(review.case, "crim"),
    )  # fmt: skip
    stage.wait(10)
    stage.do(review, "resume", "staff")
    stage.do(
        review, "record_delay", "staff", reason_code="criminal", expected_on=add_months(review.decided_on, 7),
        words="At the request of the police the reviewer did not speak to two practitioners for two weeks. The learning "
        "events have been moved. What has been learnt so far is being put into practice meanwhile.",
    )  # fmt: skip
    queue_pdf_for(stage, "practice_review_delay", review, "staff")
    stage.until(add_months(review.decided_on, 4))
    families.keep(stage, review, PromiseKind.UPDATE)
    stage.do(review, "write_report", "reviewer", sections=called(child, REPORT), title=child)
    stage.illustrate(
        review,
        "reviewer",
        bars(*called(child, CONTACTS)),
        caption=CONTACTS_CAPTION,
        alt=called(child, CONTACTS_ALT),
    )
    for text, rests_on, themes in FINDINGS:
        stage.do(review, "add_finding", "reviewer", text=text, rests_on=rests_on, themes=themes)
    for (text, kind, owner, months), more in zip(RECOMMENDATIONS, SAID, strict=True):
        due = add_months(stage.today, months)
        stage.do(review, "recommend", "reviewer", text=text, kind=kind, owner=owner, due_on=due, **more)
    stage.do(
        review, "describe", "staff", age=["under_1"], harm=["serious_harm"],
        agency=sorted({"health_visiting", "gp", "police", "childrens_social_care", "maternity"}),
    )  # fmt: skip
    tick_milestones(stage, review)
    stage.do(review, "receive_draft", "reviewer")
    stage.do(review, "start_quality", "staff")
    read_and_remarked(stage, review)
    stage.wait(4)
    stage.do(
        review,
        "start_fact_check",
        "staff",
        words="To the five agencies, and to the mother through her solicitor.",
    )
    checked: PracticeReview = stage.fresh(review)
    return checked


def publication(stage: Stage, review: PracticeReview) -> Publication:
    """Sign-off, the seven days of the law, the family first, then the public."""
    facts.checked(stage, review)
    proceedings.over(stage, review.case)
    families.spoken_for(stage, review)
    families.keep(stage, review, PromiseKind.UPDATE, PromiseKind.READ_DRAFT)
    review = stage.fresh(review)
    sign_anonymity(stage, review)
    decision = stage.decide(
        review.case, kind=DecisionKind.PUBLICATION, outcome=Outcome.PUBLISH, grounds={}, evidence_hash=review.report_hash,
        reasons="Nothing in the report identifies the family. The proceedings are not put at risk.",
    )  # fmt: skip
    queue_pdf_for(stage, "decision", decision, "staff")
    for number in range(1, len(RECOMMENDATIONS) + 1):
        stage.do(review, "answer_recommendation", "staff", number=number, response="accepted")
    stage.do(review, "sign_off", "chair")
    change.plan(stage, review)
    planned = working_days().add(stage.today, 9)
    stage.do(
        review, "send", "staff", sent_to_sos_on=stage.today, sent_to_panel_on=stage.today, sent_to_ofsted_on=stage.today,
        planned_publication_on=planned,
    )  # fmt: skip
    stage.wait(4)
    families.keep(stage, review, PromiseKind.UPDATE, PromiseKind.TOLD_BEFORE)
    stage.do(review, "tell_family", "staff", words="The mother read the report with her advocate.")
    stage.until(planned)
    tick_milestones(stage, review)
    now = dt.datetime.combine(stage.today, dt.time(10), LONDON)
    release = stage.act(review_actions.propose_release, review, by="staff", now=now)
    stage.act(review_actions.confirm_release, release, by="colleague", now=now)
    stage.do(review, "start_follow_up", "staff")
    change.follow_up(stage, review)
    return Publication.objects.get(review=review)


def sign_anonymity(stage: Stage, review: PracticeReview) -> None:
    """The key is begun and completed, the finished files are looked through, and two people sign.

    The files of a rehearsal are made when the story is over, so the hash of the words stands for that of their bytes.
    """
    key = stage.act(review_actions.begin_key, review, by="staff")
    stage.do(
        key, "add_entry", "staff", kind="place", real="Imaginary Park", instead="a park", others="The Rec"
    )
    left = open_finds(stage.fresh(key), review)
    files = [
        {
            "kind": kind,
            "sha256": content_hash([kind, review.report_hash]),
            "finds": [{"said": one.said} for one in left],
        }
        for kind in FileKind
    ]
    stage.do(key, "check_files", "staff", text_hash=review.report_hash, files=files)
    for person in ("staff", "colleague"):
        stage.do(key, "sign", person)


def queue_pdf_for(stage: Stage, kind: str, subject: Any, by: str) -> None:
    with stage.at(stage.today):
        queue_pdf(kind, stage.fresh(subject), stage.person(by))


def play(stage: Stage) -> Publication:
    """The whole story."""
    review = to_rapid_review(stage)
    return publication(stage, practice_review(stage, rapid_review(stage, review)))

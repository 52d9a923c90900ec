"""Third story: a referral that is returned twice and found not to meet the criteria."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.clocks.models import working_days
from referrals import actions
from referrals.models import Referral
from referrals.states import Criterion, DecisionKind, Outcome, ReturnReason
from reviews.management.rehearsal.baby import queue_pdf_for
from reviews.management.rehearsal.stage import Stage


def referral(incident: dt.date) -> dict[str, Any]:
    """What the landlord's tenancy manager writes at first."""
    day = incident.isoformat()
    return {
        "safety": {"child_safe": "unknown", "child_safe_unknown": "We are a landlord and have not seen her since.",
                   "others_safe": "yes", "done": "The police were called by a neighbour and came at once.",
                   "passed_to": "The front door, by telephone on the same evening."},
        "incident": {
            "outcome": "serious_harm", "incident_on": day, "incident_time": "Evening", "place": "The stairwell of a block of flats",
            "area": "Samplebury", "outside_england": "no", "agency_aware_on": day, "harm_types": ["peer", "other_injury"],
            "abuse_types": ["UNC"], "narrative": "A girl of fourteen was hurt in a fight on the stairs.",
            "medical_opinion_unknown": "We do not have one.",
        },
        "children": {"items": [{
            "name": "Invented Girl", "born_on": (incident - dt.timedelta(days=365 * 14 + 40)).isoformat(), "died": "no", "sex": "F",
            "ethnicity": "not_yet_known", "ethnicity_reason": "A landlord does not hold this", "religion_unknown": "Not held",
            "language_unknown": "Not held", "interpreter": "unknown", "disability_unknown": "Not held", "health_unknown": "Not held",
            "address": "3 Made-up Row, Samplebury", "whereabouts_unknown": "Not known to us", "carer_then": "Mother",
            "gp_unknown": "Not held", "school": "Sample Hill Academy", "open_to_csc": "unknown", "legal_status": "not_known",
            "legal_status_unknown": "Not held", "looked_after": "no", "cp_plan": "unknown", "siblings_known": "unknown",
            "sex_unknown": "",
        }]},
        "family": {"none": "We only know the tenant, her mother, by name and have no more to tell."},
        "agencies": {"items": [{"agency_type": "school", "name": "Sample Hill Academy", "still_involved": "yes"}]},
        "authority": {"la_aware": "yes", "la_aware_on": day, "sin_sent": "unknown", "told_police": "yes"},
        "criteria": {
            "limb_a": "suspected", "limb_a_evidence": "Shouting was heard from the flat in the past.", "limb_b": "yes",
            "harm_kinds": ["SH_PHYSICAL"], "limb_b_evidence_unknown": "Not known to us yet.", "indicators": ["W5"],
            "learning": "Not sure.", "outcome_asked": "advice",
        },
        "processes": {"none": "None that we know of."},
        "family_told": {"told": "no", "why": "We did not know whether we may.", "media_interest": "no"},
        "referrer": {
            "name": "Demo Tenancy Manager", "job_title": "Tenancy manager", "phone": "01632 960130",
            "email": "housing@samplebury.example", "lead_name": "Demo Housing Director", "lead_contact": "01632 960131",
            "lead_discussed_on": day, "lead_supports": "yes",
        },
        "attachments": {"confirmed": "none"},
    }  # fmt: skip


def mark(section: str, field: str, reason: ReturnReason, comment: str) -> dict[str, str]:
    return {"section": section, "field": field, "reason": reason, "comment": comment}


def play(stage: Stage) -> Referral:
    incident = stage.today
    answers = referral(incident)
    stage.wait(1)
    sent = stage.refer("housing", "housing", answers)
    stage.wait(1)
    stage.do(
        sent, "return_incomplete", "colleague", due_on=working_days().add(stage.today, 2),
        words="Thank you for telling us. We rang about the girl's safety straight away. Please complete two answers.",
        marks=[
            mark("safety", "child_safe", ReturnReason.SAFETY_UNCLEAR, "The front door will tell you; please ring them today."),
            mark("incident", "narrative", ReturnReason.MISSING_MANDATORY, "What was seen, and by whom? A few sentences are enough."),
        ],
    )  # fmt: skip
    stage.wait(1)
    answers["safety"] = {
        "child_safe": "yes",
        "others_safe": "yes",
        "done": "Social care visited her and her mother that evening.",
    }
    answers["incident"]["narrative"] = (
        "A neighbour saw two girls of about fourteen push each other on the stairs after a quarrel about a telephone. One of them "
        "fell down four steps. The neighbour called the police and waited with her. Her mother came out of the flat and held her."
    )
    stage.answer(sent, "housing", {code: answers[code] for code in ("safety", "incident")})
    stage.act(actions.submit, sent, by="housing")
    stage.do(
        sent, "return_incomplete", "colleague", due_on=working_days().add(stage.today, 2), words="Nearly there: one more answer.",
        marks=[mark("criteria", "limb_b_evidence", ReturnReason.CRITERIA_NOT_EVIDENCED,
                    "How badly was she hurt? Her school or her mother may be willing to tell you.")],
    )  # fmt: skip
    stage.wait(1)
    criteria = {k: v for k, v in answers["criteria"].items() if k != "limb_b_evidence_unknown"}
    criteria["limb_b_evidence"] = (
        "Her school says that she has a sprained wrist and was back in lessons after three days."
    )
    stage.answer(sent, "housing", {"criteria": criteria})
    stage.act(actions.submit, sent, by="housing")
    accepted = stage.act(actions.accept, sent, by="staff")
    stage.do(accepted.case, "rename", "staff", pseudonym="Juniper")
    decision = stage.decide(
        accepted.case, kind=DecisionKind.NOTIFY, outcome=Outcome.SINGLE_AGENCY,
        reasons="A sprained wrist is not serious harm. The landlord's care is recognised; how a landlord finds the front door is "
        "learning for one agency.",
        grounds={
            Criterion.SCSC_A: {"met": "no", "reason": "A quarrel between two girls; nothing suggests abuse or neglect."},
            Criterion.SCSC_B1: {"met": "no", "reason": "She is alive and well."},
            Criterion.SCSC_B2: {"met": "no", "reason": "A sprained wrist; back in school after three days."},
        },
    )  # fmt: skip
    queue_pdf_for(stage, "referral", sent, "staff")
    queue_pdf_for(stage, "decision", decision, "staff")
    stage.do(sent, "give_feedback", "staff", words="The reasons were explained by telephone, with thanks.")
    final: Referral = stage.fresh(sent)
    return final

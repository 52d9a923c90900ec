"""Second story: a teenager's death. The rapid review is found to be sufficient, and the Panel agrees."""

from __future__ import annotations

import datetime as dt
from typing import Any

from referrals import actions
from referrals.models import Notification
from referrals.states import Criterion, DecisionKind, Outcome, ReviewCriterion
from reviews import actions as review_actions
from reviews.management.rehearsal import chronologies
from reviews.management.rehearsal.accounts import send_account
from reviews.management.rehearsal.baby import SIGNED_BY, ask_agencies, queue_pdf_for
from reviews.management.rehearsal.rooms import meet, weigh
from reviews.management.rehearsal.stage import Stage
from reviews.models import RapidReview


def referral(incident: dt.date) -> dict[str, Any]:
    """What the school's designated safeguarding lead writes."""
    day = incident.isoformat()
    return {
        "safety": {
            "child_safe": "deceased", "others_safe": "yes",
            "done": "The school opened its critical-incident plan on the same day. Six close friends are seen daily by a "
            "counsellor. His younger sister is at home with her parents; their GP has visited.",
        },
        "incident": {
            "outcome": "death", "incident_on": day, "incident_time": "Found at about 07:00", "place": "The family home",
            "area": "Samplebury", "outside_england": "no", "agency_aware_on": day, "harm_types": ["suicide"],
            "abuse_types": ["EMO", "EXP"],
            "narrative": "A boy aged sixteen was found dead at home by his father. It appears that he took his own life.\n\nHe "
            "had been at the school since he was eleven and was liked by staff and friends. From the spring he came late, "
            "slept in lessons and stopped playing football. His form tutor spoke to him twice. He said that he was gaming "
            "at night.\n\nAfter his death friends told staff that strangers online had threatened to publish pictures of him "
            "unless he paid. He had asked two friends for money in the last week. He had been referred to the mental health "
            "service in May and was waiting for a first appointment.",
            "medical_opinion_unknown": "The post-mortem report is awaited by the coroner.",
        },
        "children": {"items": [{
            "name": "Notional Sample", "born_on": (incident - dt.timedelta(days=365 * 16 + 120)).isoformat(), "died": "yes",
            "died_on": day, "sex": "M", "ethnicity": "asian_pakistani", "religion": "Muslim", "language": "English and Urdu",
            "interpreter": "no", "disability": ["NONE"], "health": "Good. Referred for low mood in May.",
            "address": "2 Made-up Row, Samplebury", "whereabouts": "Deceased", "carer_then": "At home with both parents",
            "gp": "Invented Surgery", "school": "Sample Hill Academy", "open_to_csc": "no", "legal_status": "none",
            "looked_after": "no", "cp_plan": "never", "siblings_known": "no",
        }]},
        "family": {"items": [
            {"name": "Parent One Sample", "relationship": "Father", "born_on": "1980-04-02", "role": "none"},
            {"name": "Parent Two Sample", "relationship": "Mother", "born_on": "1983-09-17", "role": "none"},
            {"name": "Sister Sample", "relationship": "Sister", "born_on": "2014-06-06", "role": "none"},
        ]},
        "agencies": {"items": [
            {"agency_type": "mental_health", "name": "Vale Mental Health Trust", "worker": "Duty team", "still_involved": "yes"},
            {"agency_type": "gp", "name": "Invented Surgery", "worker": "GP", "still_involved": "yes"},
            {"agency_type": "police", "name": "Vale Police", "worker": "Cyber crime unit", "still_involved": "yes"},
        ]},
        "authority": {"la_aware": "yes", "la_aware_on": day, "sin_sent": "no", "told_police": "yes", "told_cdop": "yes"},
        "criteria": {
            "limb_a": "suspected", "limb_a_evidence": "Friends describe threats by strangers to publish pictures: exploitation online.",
            "limb_b": "yes", "limb_b_evidence": "He has died.", "indicators": ["W1"],
            "working_together": "The school did not know of the referral to the mental health service.",
            "learning": "How schools hear of waiting lists, and what adults know of extortion online.",
            "good_practice": "His form tutor noticed and asked, twice.", "outcome_asked": "rapid_review",
        },
        "processes": {"items": [
            {"type": "inq", "body": "The coroner", "status": "Inquest opened"},
            {"type": "crim", "body": "Vale Police", "status": "Investigation into blackmail by persons unknown"},
            {"type": "cdop", "body": "Child death overview panel", "status": "Notified"},
        ]},
        "family_told": {"told": "yes", "why": "The parents were told by the head teacher and the police liaison officer. They "
                        "want other families to know of this kind of threat.", "media_interest": "yes"},
        "referrer": {
            "name": "Demo Designated Teacher", "job_title": "Designated safeguarding lead", "phone": "01632 960120",
            "email": "teacher@samplebury.example", "urgency": [], "lead_name": "Demo Designated Teacher",
            "lead_contact": "01632 960120", "lead_discussed_on": day, "lead_supports": "yes",
        },
        "attachments": {"confirmed": "none"},
    }  # fmt: skip


LIMBS: dict[str, Any] = {
    Criterion.SCSC_A: {
        "met": "yes",
        "reason": "Exploitation online is suspected by the police on the evidence of messages.",
    },
    Criterion.SCSC_B1: {"met": "yes", "reason": "He has died."},
    Criterion.SCSC_B2: {"met": "no", "reason": "Not relevant beside his death."},
}
REG_11: dict[str, Any] = {
    ReviewCriterion.R11A: {"met": "yes", "reason": "Improvements are clear already and have begun."},
    ReviewCriterion.R11B: {"met": "no", "reason": "The first case of its kind in the area."},
    ReviewCriterion.R11C: {
        "met": "no",
        "reason": "Agencies worked with what they knew; two did not know of each other.",
    },
    ReviewCriterion.R11D: {"met": "no", "reason": "The Panel has not considered the case."},
    ReviewCriterion.C1: {"met": "no", "reason": "No single agency's actions give cause for concern."},
    ReviewCriterion.C2: {"met": "no", "reason": "Several agencies knew him."},
    ReviewCriterion.C3: {"met": "no", "reason": "One area."},
    ReviewCriterion.C4: {"met": "no", "reason": "He lived at home."},
}
CRITERIA: dict[str, Any] = {**LIMBS, **REG_11}
REPORT = {
    "child": "Hazel, as he is called here, was sixteen. He was of Pakistani heritage, Muslim, a left back and, his sister says, the "
    "one who did the voices in bedtime stories. He lived with his parents and his sister.\n\nNobody had asked him, in the "
    "months before, what his faith and family would make of a boy who was ashamed. Friends say that was what he feared most.",
    "incident": "He was found dead at home. Friends later told staff of threats by strangers to publish pictures unless he paid.",
    "safeguarding": "His sister and six friends have daily support. The police have preserved the devices and warned two other "
    "pupils who had been approached.",
    "involvement": "- School: noticed lateness and tiredness; two conversations.\n- GP: one consultation in May; referral for low "
    "mood.\n- Mental health trust: accepted the referral; first appointment in eleven weeks.\n- Police: no contact before.",
    "analysis": "Everybody who met him acted reasonably on what they had. What was missing was the join: the school did not know of "
    "the referral, the trust did not know of the tiredness, and nobody knew of the threats.\n\nShame kept him silent. Material "
    "about online extortion in the area pictures girls. It speaks of parents being told as a matter of course.",
    "equality": "He was of Pakistani heritage and Muslim, and lived with both parents. What mattered was being a boy: material about extortion "
    "showed girls, and he was asked about gaming. Nobody found that racism or poverty played a part; the family was asked.",
    "dissemination": "- Education team: a briefing for every secondary school before the holidays.\n- Mental health trust: in its "
    "bulletin next month. What was learnt is shared with the parents first.",
    "learning": "- With consent, schools are told when a pupil waits for the mental health service.\n- Material about extortion "
    "speaks to boys, and says what happens before parents are told.\n- Good practice: a tutor who noticed, and asked twice.",
    "actions": "- Mental health trust: a letter to schools, with consent, from next month.\n- Education: new material in all "
    "secondary schools before the holidays, made with his friends and parents.",
    "lines_of_enquiry": "",
    "no_further_review": "The learning is clear, owned and under way. A practice review would ask the same people the same questions "
    "again, while the family wishes to be left to grieve.",
    "national": "The partners ask the Panel to note how material on online extortion leaves out boys of faith.",
    "processes": "Inquest and police investigation under way; the coroner has a copy of this review.",
    "family_contact": "The parents met the chair. They read the section about their son and changed two words.",
    "limits": "The messages themselves are with the police and were not read for this review.",
}
ACCOUNTS: dict[str, dict[str, Any]] = {
    "school": {
        "involved_from": "Year 7", "involved_to": "The week he died",
        "siblings": "None known to us", "education": "Sample Hill Academy", "household": "Both parents, his sister and he",
        "summary": "Five years of good reports. From April late eleven times, asleep in lessons, gave up football. Two conversations "
        "with his tutor.", "good_practice": "The tutor asked, twice, and told the head of year.",
        "learning": "Tiredness has a checklist about gaming. It now asks about contact with strangers.",
    },
    "camhs": {
        "involved_from": "May of this year", "involved_to": "The week he died",
        "siblings": "None known to us", "education": "Sample Hill Academy", "household": "Both parents, his sister and he",
        "summary": "Referral accepted in May; low mood, no thoughts of ending his life recorded. Waiting time eleven weeks.",
        "good_practice": "A call was made in week four to ask how he was; he said better.",
        "learning": "With consent, tell the school that a pupil is waiting.",
    },
}  # fmt: skip


def play(stage: Stage) -> RapidReview:
    incident = stage.today
    stage.until(incident + dt.timedelta(days=1))
    sent = stage.refer("teacher", "school", referral(incident))
    queue_pdf_for(stage, "referral", sent, "staff")
    accepted = stage.act(actions.accept, sent, by="staff")
    case = accepted.case
    stage.do(case, "rename", "staff", pseudonym="Hazel")
    stage.do(
        case, "record_conflict", "staff", user=stage.person("panel"),
        words="Has looked after the boy's sister as her doctor.",
    )  # fmt: skip
    decision = stage.decide(
        case, kind=DecisionKind.NOTIFY, outcome=Outcome.NOTIFY, grounds=LIMBS,
        reasons="A child has died and exploitation is suspected. The authority notifies.",
    )  # fmt: skip
    queue_pdf_for(stage, "decision", decision, "staff")
    stage.do(
        Notification.objects.get(case=case), "submit", "la", panel_reference="SIN-DEMO-0002",
        notifier="Head of safeguarding, Samplebury Council", type="abuse_neglect", partners_told_on=stage.today,
    )  # fmt: skip
    review = RapidReview.objects.get(case=case)
    stage.wait(1)
    requests = ask_agencies(stage, review, ("school", "camhs", "police", "community"))
    stage.wait(2)
    stage.do(
        requests["police"],
        "nil_return",
        "police_author",
        name="Demo Detective Inspector",
        role="Public protection",
    )
    stage.do(
        requests["community"],
        "nil_return",
        "community_author",
        name="Demo Health Visiting Manager",
        role="Manager",
    )
    stage.wait(2)
    chronologies.write(stage, review, chronologies.TEENAGER)
    for code, said in ACCOUNTS.items():
        send_account(stage, requests[code], f"{code}_author", said, SIGNED_BY)
        stage.do(requests[code], "accept", "staff")
    stage.wait(4)
    meet(
        stage, review,
        named=(
            {"name": "Head of safeguarding in education", "role": "Samplebury Council", "capacity": "member",
             "agency_type": "education_service"},
            {"name": "Designated safeguarding lead", "role": "The school", "capacity": "information"},
            {"name": "Service manager", "role": "The mental health trust", "capacity": "information"},
        ),
        decisions="The learning is clear and has begun. The group recommends that the rapid review is enough.",
        actions=(("Offer support to the class and its teachers", "Education service", 2),),
    )  # fmt: skip
    stage.do(review, "write_report", "staff", sections=REPORT)
    stage.do(review, "finish_draft", "staff")
    stage.do(review, "seek_sign_off", "staff")
    review = weigh(stage, review, CRITERIA, {"R11A": ("learning", "actions"), "R11C": ("analysis",)})
    decision = stage.decide(
        case, kind=DecisionKind.REVIEW, outcome=Outcome.RR_SUFFICIENT, grounds=review.weighed, evidence_hash=review.report_hash,
        reasons="The learning is clear and has an owner and a date. Nothing further is to be expected from a practice review.",
    )  # fmt: skip
    queue_pdf_for(stage, "decision", decision, "staff")
    stage.wait(1)
    proof = stage.letter(
        review, "sent-to-the-panel.txt", "To the Panel's mailbox: the rapid review report and the decision."
    )
    stage.do(review, "submit", "staff", proof=proof)
    queue_pdf_for(stage, "rapid_review", review, "staff")
    stage.wait(8)
    letter = stage.letter(review, "panel-letter.txt", "The Panel agrees that no practice review is needed.")
    stage.do(review, "record_panel_response", "staff", outcome="agrees", letter=letter)
    stage.act(
        review_actions.tell_outcome, review, by="staff",
        words="Thank you. What you told us is at the heart of what will change.",
    )  # fmt: skip
    stage.do(review, "close", "staff")
    stage.do(sent, "give_feedback", "staff", words="Told by telephone and letter.")
    final: RapidReview = stage.fresh(review)
    return final

"""The plans that the system ships. A partnership changes them into its own on a page; these are what it starts from.

The fifteen days follow what partnerships have published of their own (Devon, Kent, North Yorkshire); nothing in
guidance prescribes them. Only the last day is: the Panel has the rapid review by the end of day 15.
"""

from __future__ import annotations

from cspr.accounts.roles import Role
from reviews.plans.steps import Step
from reviews.states import PlanEvent, PlanKind, PlanUnit

E = PlanEvent

RAPID_REVIEW: tuple[Step, ...] = (
    Step(
        1,
        "Send the requests to the agencies",
        "Put every agency that may know the child or the family on the list, and send the requests. Ask them to "
        "keep their records safe.",
        event=E.REQUESTS_SENT,
    ),
    Step(
        1,
        "Book the meeting and the sign-off",
        "Put day 10 for the meeting, and days 13 and 14 for the chair and the partners, into the diaries now.",
    ),
    Step(
        3,
        "Hear from agencies without involvement",
        "An agency that was not involved says so. Silence is no answer: ring those that have said nothing.",
    ),
    Step(5, "Chase the first time", "Write to each author whose account has not come."),
    Step(
        6,
        "Check progress",
        "Do the accounts name agencies that were not asked? Is anybody unsafe now? Does anything need to change at "
        "once?",
    ),
    Step(7, "Have the agencies’ summaries", "Every agency’s account has come.", event=E.ANSWERS_IN),
    Step(8, "Chase the second time", "Write to the author’s manager or the agency’s lead."),
    Step(9, "Put the chronology and a first draft together", "Send both to those who come to the meeting."),
    Step(
        10,
        "Hold the rapid review meeting",
        "The three partners are represented, and conflicts of interest are declared.",
        event=E.MEETING_HELD,
    ),
    Step(
        12,
        "Finish the draft",
        "Every section says something. Those who took part check it for accuracy.",
        event=E.DRAFT_FINISHED,
    ),
    Step(13, "Read the draft", "The chair reads the draft and says what has to change.", owner=Role.CHAIR),
    Step(
        13,
        "Seek the partners’ sign-off",
        "Close the report and propose the decision on a practice review.",
        event=E.SIGN_OFF_SOUGHT,
    ),
    Step(
        14,
        "Give the three partners’ views",
        "Each partner gives a view, or has it recorded with its evidence.",
        owner=Role.PARTNER,
        event=E.VIEWS_GIVEN,
    ),
    Step(
        14,
        "Approve the decision",
        "The chair approves the decision on the report as it stands.",
        owner=Role.CHAIR,
        event=E.DECISION_APPROVED,
    ),
    Step(15, "Send it to the Panel", "Send the report and record the day.", event=E.SENT_TO_PANEL),
)  # fmt: skip


# The weeks count from the decision. Six months are 26 weeks, less a day or plus two: so the plan publishes in week 25.
# The order is that of the six months of many partnerships; none has published such a plan, so each changes it.
# ``after``: the numbers of the milestones that have to be reached before, counted from 1.
def _by_week(
    day: int,
    title: str,
    what: str,
    *,
    owner: str = Role.STAFF,
    event: str = "",
    begins: int | None = None,
    after: tuple[int, ...] = (),
) -> Step:
    return Step(day, title, what, owner, event, PlanUnit.WEEKS, begins, after)


PRACTICE_REVIEW: tuple[Step, ...] = (
    _by_week(
        1,
        "Tell the Panel, DfE and Ofsted",
        "They hear of the decision as soon as it is made, and who the reviewer is once appointed.",
        event=E.NATIONAL_TOLD,
    ),
    _by_week(
        1,
        "Tell the family that there will be a review",
        "A named person tells them, offers an advocate and asks how they want to be kept informed. If there are "
        "criminal proceedings, agree the day with the police first.",
    ),
    _by_week(
        3,
        "Appoint the lead reviewer",
        "Contract, conflict of interest, data protection, and the judgement on each point of suitability.",
        owner=Role.CHAIR,
        event=E.REVIEWER_APPOINTED,
        begins=0,
    ),
    _by_week(
        3,
        "Plan the review",
        "Scope, terms of reference, key lines of enquiry, period and method.",
        event=E.REVIEW_PLANNED,
        begins=1,
    ),
    _by_week(
        4,
        "Start the review: first panel meeting",
        "Agree the terms of reference. Talk with the police and the Crown Prosecution Service about disclosure "
        "and witnesses. Ask for chronologies.",
        event=E.WORK_BEGUN,
        begins=3,
        after=(3, 4),
    ),
    _by_week(
        8,
        "Have the agencies’ reports and chronologies",
        "Chase before the date, not after it.",
        begins=4,
        after=(5,),
    ),
    _by_week(
        9,
        "Second panel meeting",
        "The merged chronology: gaps, differences and what to ask.",
        begins=8,
        after=(6,),
    ),
    _by_week(
        12,
        "Practitioner learning events",
        "Practitioners take part without fear of blame, and are supported.",
        owner=Role.REVIEWER,
        begins=9,
        after=(7,),
    ),
    _by_week(
        12,
        "Talk with the family",
        "When and where suits them, with somebody they trust.",
        owner=Role.REVIEWER,
        begins=9,
        after=(2, 5),
    ),
    _by_week(
        14,
        "Third panel meeting: first draft",
        "What has been found, and what is still missing.",
        owner=Role.REVIEWER,
        begins=12,
        after=(8, 9),
    ),
    _by_week(
        15,
        "Hand in the draft",
        "The full report, in the sections it will have.",
        owner=Role.REVIEWER,
        event=E.DRAFT_HANDED_IN,
        begins=14,
        after=(10,),
    ),
    _by_week(
        16,
        "Start the fact check",
        "Quality assurance first. Then every agency reads its part for accuracy, ten working days.",
        event=E.FACT_CHECK_STARTED,
        begins=15,
        after=(11,),
    ),
    _by_week(
        18,
        "Anonymity and legal check",
        "Could anyone be recognised? Court orders, reporting restrictions.",
        begins=16,
        after=(12,),
    ),
    _by_week(
        19,
        "Recommendations workshop",
        "Those who will carry them out agree owners, dates and how change will be seen.",
        begins=18,
        after=(12,),
    ),
    _by_week(
        20,
        "Approve the report in the sub-group",
        "The sub-group reads the final draft.",
        owner=Role.CHAIR,
        after=(13, 14),
    ),
    _by_week(
        22,
        "Decide on publication",
        "The three partners decide on the report as it reads, and write their response.",
        owner=Role.PARTNER,
        event=E.PUBLICATION_DECIDED,
        begins=21,
        after=(15,),
    ),
    _by_week(
        22,
        "Sign off the report",
        "The report is closed to changes.",
        owner=Role.CHAIR,
        event=E.SIGNED_OFF,
        after=(16,),
    ),
    _by_week(
        23,
        "The family reads the report",
        "As long as they need, with support, before anybody outside does.",
        begins=22,
        after=(17,),
    ),
    _by_week(
        23,
        "Practitioners read the report",
        "They are told what is published and when.",
        begins=22,
        after=(17,),
    ),
    _by_week(
        23,
        "Send the report to the Secretary of State and the Panel",
        "Seven days before publication is the law; seven working days, with Ofsted, is guidance.",
        event=E.REPORT_SENT,
        begins=22,
        after=(17,),
    ),
    _by_week(
        24,
        "Tell the family before publication",
        "The day, what will be said, and who is there for them.",
        event=E.FAMILY_TOLD,
        after=(18,),
    ),
    _by_week(
        25,
        "Publish",
        "The report, the briefing, and the copy for the NSPCC’s collection. Tell whoever referred.",
        event=E.PUBLISHED,
        after=(20, 21),
    ),
)

SHIPPED: dict[str, tuple[Step, ...]] = {
    PlanKind.RAPID_REVIEW: RAPID_REVIEW,
    PlanKind.PRACTICE_REVIEW: PRACTICE_REVIEW,
}

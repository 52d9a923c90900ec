"""What an agency is asked for a rapid review, as data: the thirteen parts of its account.

The table drives the form, its list of parts, what is still missing, the difference between versions and the way
an account reads. Answers are kept as those of a referral are: ``{part: {question: value}}``; see
``referrals.questions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cspr.accounts.roles import AgencyType
from referrals.questions import Place, Section
from referrals.questions.answers import of
from referrals.questions.kinds import choice, date, long, text, yes_no_unknown
from referrals.questions.lists import coded
from referrals.questions.model import UNKNOWN, when
from reviews.states import ProvisionalView

ROLE_ONLY = "Name staff by their role only."
ABOUT, STORY, LOOKING_BACK, NOW = (
    "You and your involvement",
    "What happened",
    "Looking back",
    "What others should know now",
)
GROUPS = (ABOUT, STORY, LOOKING_BACK, NOW)
AN_ACCOUNT = 20_000

who = Section(
    code="who",
    title="Who writes this",
    group=ABOUT,
    intro="So that the team knows whom to ring with a question.",
    questions=(
        text("name", "Your name", longest=120),
        text("role", "Your role", longest=120),
        text("service", "Your service or team", required=False, longest=160),
        text("contact", "How can the team reach you?", noun="How to reach you", longest=160,
             hint="A telephone number or an e-mail address at work."),
    ),
)  # fmt: skip

involvement = Section(
    code="involvement",
    title="When you were involved",
    group=ABOUT,
    intro="If nobody in your agency knew the child or the family, go back and say so: one click is enough.",
    questions=(
        text("involved_from", "When was your agency first involved?", noun="First involved", longest=80,
             unknown_ok=True, hint="A date, or words such as “from birth”."),
        text("involved_to", "When was it last involved?", noun="Last involved", longest=80, unknown_ok=True,
             hint="A date. Say so if you are still involved."),
    ),
)  # fmt: skip

child = Section(
    code="child",
    title="What your records say about the child",
    group=ABOUT,
    intro="The same child may be known by another name or address elsewhere. Tell us where your records differ.",
    questions=(
        yes_no_unknown("identity_agrees", "Do names, dates of birth and addresses agree with your records?",
                       noun="Whether your records agree with what you were told", unknown_ok=True),
        long("identity_differs", "What is different?", noun="What is different in your records",
             only=when("identity_agrees", "no")),
        text("legal_status", "Legal status and plans, now or earlier", unknown_ok=True, longest=500,
             hint="For example, a child protection plan, or a care order, with dates."),
        text("siblings", "Brothers and sisters known to you", unknown_ok=True, longest=500,
             hint="How many and of what age. If there are none, say so."),
        text("education", "School, nursery or other education", unknown_ok=True, longest=500),
    ),
)  # fmt: skip

summary = Section(
    code="summary",
    title="What your agency did",
    group=STORY,
    intro="The basic facts are enough now. More is asked only if a practice review follows.",
    questions=(
        long("summary", "A summary of your involvement", noun="Summary of involvement", longest=AN_ACCOUNT,
             hint=f"The facts, in the order they happened. {ROLE_ONLY}"),
    ),
)  # fmt: skip

background = Section(
    code="background",
    title="Background of the child and the family",
    group=STORY,
    intro="What your agency knows. A few words on each are enough.",
    questions=(
        long("health", "Health and disability", unknown_ok=True),
        long("identity", "Culture, faith, language and identity", unknown_ok=True,
             hint="Include sexual orientation and gender identity where the child or the family spoke of them."),
        long("history", "History of care, protection and education", required=False),
        long("household", "Who lived with the child, and who cared for them?", unknown_ok=True,
             noun="Who lived with and cared for the child",
             hint="Include partners and others who are not named as parents."),
    ),
)  # fmt: skip

events = Section(
    code="events",
    title="Key events",
    group=STORY,
    intro="The few contacts and decisions that matter most. What is in your agency’s chronology already "
    "need not be typed again: say so below.",
    repeats="event",
    plural="key events",
    most=100,
    none_label="There are none to add, because …",
    questions=(
        text("what", "What happened?", noun="What happened", longest=1000,
             hint=f"What was seen, said or decided. {ROLE_ONLY}"),
        date("on", "When?", noun="Date", unknown_ok=True, past=True),
        text("source", "Where is it recorded?", noun="Where it is recorded", required=False, longest=160),
        yes_no_unknown("child_seen", "Was the child seen?", noun="Whether the child was seen", required=False),
        long("response", "What did your agency do?", noun="What your agency did", required=False),
    ),
)  # fmt: skip

issues = Section(
    code="issues",
    title="Key issues",
    group=LOOKING_BACK,
    intro="Say what made sense at the time, and what stood in the way. Answer those that matter here.",
    questions=(
        long("risk_recognised", "Was risk recognised and assessed?", noun="Recognising risk", required=False),
        long("less_harm", "What was done to make harm less likely?", noun="Making harm less likely", required=False),
        long("sharing", "Was information shared, and was it heard?", noun="Sharing information", required=False),
        long("timely", "Was action taken in time, and did it help?", noun="Timely action", required=False),
        long("planning", "Was there a plan, and was it followed?", noun="Planning", required=False),
        long("records", "How good are the records?", noun="Records", required=False),
        long("key_issues", "Any other key issues", noun="Other key issues", required=False, longest=AN_ACCOUNT),
    ),
)  # fmt: skip

practice = Section(
    code="practice",
    title="Good practice, and what could be better",
    group=LOOKING_BACK,
    intro="What went well is as useful to others as what did not.",
    questions=(
        long("good_practice", "What was done well?", noun="Good practice", required=False, longest=AN_ACCOUNT),
        long("improvements", "What could be better?", noun="Areas for improvement", required=False,
             longest=AN_ACCOUNT),
    ),
)  # fmt: skip

sensitivities = Section(
    code="sensitivities",
    title="What has to be handled with care",
    group=NOW,
    intro="For example, what the police or a prosecutor ask not to be spoken of, or a disciplinary process.",
    questions=(
        yes_no_unknown("sensitive", "Is there anything of this kind?", unknown_ok=True,
                       noun="Whether anything has to be handled with care"),
        long("sensitive_what", "What is it, and who has to be asked first?", only=when("sensitive", "yes"),
             noun="What has to be handled with care"),
    ),
)  # fmt: skip

learning = Section(
    code="learning",
    title="Risk now, and what you have learnt and done",
    group=NOW,
    intro="If a child may be in danger now, ring children’s social care or 999 before you go on.",
    questions=(
        yes_no_unknown("at_risk", "Is anybody at risk now?", noun="Whether anybody is at risk now"),
        long("risk", "Who may be at risk, and what has been done?", noun="Who is at risk, and what has been done",
             required=False, required_when=(when("at_risk", "yes", UNKNOWN),),
             hint="Needed if somebody is at risk, or if it is not known."),
        long("investigations", "Your own investigations", required=False,
             hint="For example, a patient safety or an internal management review."),
        long("learning", "What has your agency learnt already?", noun="What your agency has learnt", required=False,
             longest=AN_ACCOUNT),
        long("actions_taken", "What has it done already?", noun="Actions already taken", required=False,
             longest=AN_ACCOUNT),
    ),
)  # fmt: skip

others = Section(
    code="others",
    title="Other agencies you know were involved",
    group=NOW,
    intro="They may have to be asked, too. Add those whom the team may not know of.",
    repeats="agency",
    plural="other agencies",
    none_label="We know of no others, because …",
    questions=(
        choice("agency_type", "Kind of agency", coded(AgencyType)),
        text("name", "Name of the agency", unknown_ok=True, longest=160,
             hint="For example, which hospital, school or practice. Name no person."),
        text("why", "What did they do?", noun="What they did", required=False, longest=500, hint=ROLE_ONLY),
    ),
)  # fmt: skip

view = Section(
    code="view",
    title="Your provisional view",
    group=NOW,
    intro="Purely on what you know now. It binds nobody, and is read as provisional.",
    questions=(
        choice("provisional_view", "What do you think fits best?", coded(ProvisionalView), noun="Provisional view"),
        long("view_reasons", "Why?", noun="Reasons for the provisional view", required=False),
    ),
)  # fmt: skip

voice = Section(
    code="voice",
    title="The child’s voice and daily life",
    group=STORY,
    intro="What it was like to be this child, as far as your agency can know it.",
    questions=(
        long("child_voice", "What did the child say or show?", noun="The child’s voice", unknown_ok=True,
             hint="For a baby: how the baby was with those who cared for them."),
        long("daily_life", "What was daily life like?", noun="Daily life", unknown_ok=True),
        long("identity_considered", "Were ethnicity, faith and identity thought about, and not only recorded?",
             noun="How identity was thought about", unknown_ok=True),
    ),
)  # fmt: skip

PARTS = (
    who, involvement, child, summary, background, voice, events, issues, practice, sensitivities, learning, others,
    view,
)  # fmt: skip
_BY_CODE = {part.code: part for part in PARTS}
# Beside the parts, with which an account is complete: who of the agency agreed to it.
SIGNED = "signed"


def part_of(code: str) -> Section | None:
    return _BY_CODE.get(code)


def by_part(flat: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Answers given by question alone, put under their parts. A part that repeats is given under its own code."""
    found: dict[str, dict[str, Any]] = {}
    for part in PARTS:
        if part.repeats:
            own = dict(flat.get(part.code, {}))
        else:
            names = [name for q in part.questions for name in (q.code, q.reason)]
            own = {name: flat[name] for name in names if name in flat}
        if own:
            found[part.code] = own
    return found


def label_of(part: str) -> str:
    """What a part is called, also one that the form no longer has."""
    found = part_of(part)
    return Place(found).label if found else part


def risk_now(answer: Mapping[str, Any]) -> str:
    """``yes`` or ``unknown`` where somebody is or may be at risk now; "" where the agency says nobody is."""
    said = str(of(learning, answer).get("at_risk", ""))
    return said if said in {"yes", UNKNOWN} else ""


def named_agencies(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The other agencies that an account names: kind and name."""
    items = others.items(of(others, answer))
    return [(str(i["agency_type"]), str(i.get("name", ""))) for i in items if i.get("agency_type")]

"""THE table of the referral form (domain §4.1, practice A2): to change the form, change this alone."""

from __future__ import annotations

from cspr.accounts.roles import AgencyType
from referrals.questions.kinds import choice, choices, date, long, text, yes_no, yes_no_unknown
from referrals.questions.lists import (
    ASKED_FOR,
    ATTACHED,
    CP_PLAN,
    DISABILITIES,
    HARM_TYPES,
    LIMB_A,
    SAFE,
    URGENCY,
    coded,
)
from referrals.questions.model import UNKNOWN, Answers, Kind, Question, Section, when
from referrals.states import (
    LOOKED_AFTER,
    AbuseType,
    Ethnicity,
    HarmOutcome,
    IncidentRole,
    LegalStatus,
    LocalIndicator,
    Placement,
    Process,
    SeriousHarm,
    Sex,
)

ROLE_ONLY = "Name staff by their role only."
SAFETY, EVENT, PEOPLE = "Safety first", "What has happened", "Who is involved"
REASONS, SENDING = "Why you are referring", "Before you send"
GROUPS = (SAFETY, EVENT, PEOPLE, REASONS, SENDING)

safety = Section(
    code="safety",
    title="Whether everybody is safe now",
    group=SAFETY,
    intro="This is what we read first. If a child may be in danger now, ring before you go on.",
    questions=(
        choice("child_safe", "Is the child safe now?", SAFE, unknown=UNKNOWN, unknown_ok=True,
               noun="Whether the child is safe now",
               hint="If there are several children, answer for the one you worry about most."),
        yes_no_unknown("others_safe", "Are brothers, sisters and others safe now?", unknown_ok=True,
                       noun="Whether others are safe now",
                       hint="Other children and adults who may be at risk from the same person or place."),
        long("done", "What has been done to keep them safe?", noun="What has been done to keep them safe",
             hint=f"Who did what, and when: for example, a strategy discussion. {ROLE_ONLY}"),
        long("passed_to", "Who has been told of what still worries you?", required=False,
             noun="Who has been told of remaining worries",
             required_when=(when("child_safe", "no", UNKNOWN), when("others_safe", "no", UNKNOWN)),
             hint="For example, children’s social care, with the date and time. "
                  "Needed when somebody is not safe or it is not known."),
    ),
)  # fmt: skip

incident = Section(
    code="incident",
    title="The incident",
    group=EVENT,
    intro="One incident, even if several children were harmed in it.",
    questions=(
        choice("outcome", "What has happened to the child?", coded(HarmOutcome), noun="What has happened to the child"),
        date("incident_on", "When did it happen?", noun="Date of the incident", unknown_ok=True, past=True,
             hint="For example, 27 3 2026. If it went on for some time, the last day."),
        text("incident_time", "At what time?", required=False, noun="Time of the incident",
             hint="As exactly as it is known: for example, 14:30, or between 2am and 6am."),
        text("place", "Where did it happen?", unknown_ok=True, noun="Place of the incident",
             hint="The address, or words that let us find the place."),
        text("area", "Local authority area where it happened", unknown_ok=True, longest=120,
             hint="It may be a different area from the one the child lives in."),
        yes_no("outside_england", "Did it happen outside England?", noun="Whether it was outside England"),
        date("agency_aware_on", "When did your agency become aware?", noun="Date your agency became aware",
             unknown_ok=True, past=True),
        choices("harm_types", "What kinds of harm?", HARM_TYPES, noun="Kinds of harm",
                hint="Select all that apply."),
        choices("abuse_types", "Which kinds of abuse or neglect are known or suspected?", coded(AbuseType),
                noun="Kinds of abuse or neglect", required=False,
                hint="Select all that apply. Leave blank if none is suspected."),
        long("narrative", "Describe the incident", longest=20_000, noun="Account of the incident",
             hint=f"The facts in the order they happened, without opinion. {ROLE_ONLY}"),
        long("medical_opinion", "What do doctors say about the injuries or the cause of death?",
             unknown_ok=True, noun="Medical opinion"),
        long("key_dates", "Which other dates matter?", required=False, noun="Key dates",
             hint="One on each line: the date and what happened, such as contacts, visits and assessments."),
    ),
)  # fmt: skip


def against_each_other(child: Answers) -> tuple[str, str] | None:
    """What about one child cannot both be so: dying before being born, being looked after and not."""
    born, died = child.get("born_on"), child.get("died_on")
    if child.get("died") == "yes" and born and died and died < born:
        return "died_on", "The date of death must not be before the date of birth"
    if child.get("looked_after") == "no" and child.get("legal_status") in LOOKED_AFTER:
        return "looked_after", "The legal status is that of a looked-after child. Change one of the answers"
    return None


children = Section(
    code="children",
    title="Children",
    group=PEOPLE,
    intro="Every child who died or was harmed in this incident. Other children belong to “Family”.",
    repeats="child",
    plural="children",
    least=1,
    contradiction=against_each_other,
    questions=(
        text("name", "Full name", unknown_ok=True, longest=120),
        text("also_known_as", "Other names", required=False, longest=120,
             hint="Earlier surnames, aliases or spellings."),
        date("born_on", "Date of birth", unknown_ok=True,
             hint="For an unborn child, the date the birth is expected."),
        yes_no("died", "Has this child died?", noun="Whether the child has died"),
        date("died_on", "Date of death", only=when("died", "yes"), unknown_ok=True, past=True),
        choice("sex", "Sex", coded(Sex), unknown=Sex.UNKNOWN, unknown_ok=True),
        choice("ethnicity", "Ethnic group", coded(Ethnicity), group="Who this child is",
               unknown=Ethnicity.NOT_YET_KNOWN, unknown_ok=True, reason="ethnicity_reason",
               hint="A child’s identity matters to what can be learned, so this is never just left blank."),
        text("religion", "Religion or belief", unknown_ok=True),
        text("language", "First language", unknown_ok=True),
        yes_no_unknown("interpreter", "Does the child or the family need an interpreter?",
                       noun="Whether an interpreter is needed"),
        choices("disability", "Disability", DISABILITIES, none="NONE", unknown_ok=True,
                hint="Select all that apply."),
        long("health", "Health and development", unknown_ok=True,
             hint="Conditions, special educational needs, and who treats the child."),
        text("address", "Home address", group="Home and care", unknown_ok=True),
        text("whereabouts", "Where is the child now?", unknown_ok=True, noun="Where the child is now",
             hint="For example, on a hospital ward, or with foster carers."),
        text("carer_then", "Who was caring for the child at the time?", unknown_ok=True,
             noun="Who was caring for the child",
             hint="Say how they are related to the child."),
        text("gp", "GP practice", unknown_ok=True, group="Services"),
        Question(code="nhs_number", label="NHS number", kind=Kind.NHS_NUMBER, required=False, longest=20,
                 hint="10 digits, such as 999 123 4578. It makes sure that nobody counts this child twice."),
        text("school", "School, college or nursery", unknown_ok=True,
             hint="If the child goes to none, say so and why."),
        text("upn", "Unique pupil number", required=False, longest=20,
             hint="A school knows it: a letter and 12 more characters."),
        yes_no_unknown("open_to_csc", "Is the child open to children’s social care or early help?",
                       noun="Whether children’s social care or early help is involved"),
        text("lead_professional", "Lead professional", required=False, hint=f"Role and service. {ROLE_ONLY}"),
        text("responsible_la", "Local authority responsible for the child", required=False, longest=120, group="Status",
             hint="If it is not the area where the incident happened."),
        text("immigration", "Immigration status", required=False,
             hint="Only where it bears on the child’s safety or care: for example, a child alone who seeks asylum."),
        choice("legal_status", "Legal status", coded(LegalStatus),
               unknown=LegalStatus.NOT_KNOWN, unknown_ok=True),
        yes_no_unknown("looked_after", "Is the child looked after by a local authority?",
                       noun="Whether the child is looked after",
                       hint="Include a child who was looked after when they died."),
        choice("placement", "Placement", coded(Placement), only=when("looked_after", "yes"),
               unknown=Placement.NOT_KNOWN, unknown_ok=True),
        text("placing_la", "Local authority that looks after the child", only=when("looked_after", "yes"),
             unknown_ok=True),
        choice("cp_plan", "Is or was the child on a child protection plan?", CP_PLAN, unknown=UNKNOWN,
               noun="Child protection plan"),
        long("cp_plan_details", "If so: when, for how long and for which kind of abuse?", unknown_ok=True,
             noun="Details of the child protection plan", required=False,
             required_when=(when("cp_plan", "now", "before"),)),
        yes_no_unknown("siblings_known", "Are brothers or sisters on a plan or looked after?",
                       noun="Whether brothers or sisters are on a plan or looked after"),
        long("siblings_more", "Which, and since when?", only=when("siblings_known", "yes"), required=False,
             noun="Brothers’ and sisters’ plans or care"),
    ),
)  # fmt: skip

family = Section(
    code="family",
    title="Family and others close to the child",
    group=PEOPLE,
    intro="Parents, carers, brothers, sisters, others in the household, and anybody suspected of the harm.",
    repeats="person",
    plural="family and others",
    none_label="Nobody is known yet, because …",
    questions=(
        text("name", "Full name", unknown_ok=True, longest=120),
        text("relationship", "Relationship to the child", longest=80,
             hint="For example, mother, stepfather, brother, mother’s partner."),
        date("born_on", "Date of birth", unknown_ok=True),
        text("address", "Address", required=False, hint="Only if it is not the child’s address."),
        choice("role", "Part in the incident", coded(IncidentRole)),
        yes_no_unknown("parental_responsibility", "Does this person have parental responsibility?",
                       noun="Parental responsibility", required=False),
        choice("ethnicity", "Ethnic group", coded(Ethnicity), required=False,
               unknown=Ethnicity.NOT_YET_KNOWN, unknown_ok=True, reason="ethnicity_reason"),
        choice("cp_plan", "For a brother or sister: are or were they on a child protection plan?", CP_PLAN,
               noun="Child protection plan", required=False, unknown=UNKNOWN),
    ),
)  # fmt: skip

agencies = Section(
    code="agencies",
    title="Agencies involved",
    group=PEOPLE,
    intro="Every service that knows the child or the family. We ask each of them, so please be thorough.",
    repeats="agency",
    plural="agencies",
    none_label="No agency is known to be involved, because …",
    questions=(
        choice("agency_type", "Kind of agency", coded(AgencyType)),
        text("name", "Name of the agency", unknown_ok=True,
             hint="For example, which hospital, school or practice."),
        text("worker", "Who knows the family there", required=False,
             hint=f"For example, health visitor, or class teacher. {ROLE_ONLY}"),
        text("contact", "How to reach them", required=False,
             hint="A team’s telephone number or e-mail address."),
        yes_no_unknown("still_involved", "Are they still involved?", noun="Whether they are still involved"),
    ),
)  # fmt: skip

authority = Section(
    code="authority",
    title="What the local authority and others know",
    group=REASONS,
    intro="The authority has five working days to notify the national Panel, from the day it became aware. "
    "These dates start that clock. Nothing on this form stops it.",
    questions=(
        yes_no_unknown("la_aware", "Does the local authority know of the incident?", unknown_ok=True,
                       noun="Whether the local authority knows"),
        date("la_aware_on", "When did the authority become aware?", noun="Date the authority became aware",
             only=when("la_aware", "yes"), unknown_ok=True, past=True),
        date("la_suspected_on", "When did it first suspect abuse or neglect?", only=when("la_aware", "yes"),
             noun="Date the authority first suspected abuse or neglect", required=False, past=True,
             hint="Only if that was on another day."),
        yes_no_unknown("sin_sent", "Has the authority notified the national Panel?",
                       noun="Whether the Panel has been notified"),
        date("sin_on", "When was the notification sent?", noun="Date of the notification",
             only=when("sin_sent", "yes"), unknown_ok=True, past=True),
        text("sin_reference", "Reference of the notification", only=when("sin_sent", "yes"), required=False,
             longest=60),
        yes_no_unknown("told_police", "Do the police know?", noun="Whether the police know",
                       group="Who else has been told"),
        yes_no_unknown("told_cdop", "Has the child death overview panel been told?", required=False,
                       noun="Whether the child death overview panel knows",
                       hint="Only if a child has died."),
        yes_no_unknown("told_ofsted", "Has Ofsted been told?", noun="Whether Ofsted knows", required=False),
        yes_no_unknown("told_lado", "Has the designated officer (LADO) been told?", required=False,
                       noun="Whether the designated officer (LADO) knows",
                       hint="Only if somebody who works with children may have done harm."),
    ),
)  # fmt: skip

criteria = Section(
    code="criteria",
    title="Why this may be a serious case",
    group=REASONS,
    intro="The law asks two things, and both must be so: abuse or neglect is known or suspected, and a child "
    "has died or been seriously harmed. Say what you know: the partnership judges, not you alone.",
    questions=(
        choice("limb_a", "Is abuse or neglect of a child known or suspected?", LIMB_A,
               noun="Whether abuse or neglect is known or suspected"),
        long("limb_a_evidence", "What is the evidence of abuse or neglect?", unknown_ok=True,
             noun="Evidence of abuse or neglect"),
        yes_no("limb_b", "Has a child died or been seriously harmed?",
               noun="Whether a child has died or been seriously harmed"),
        choices("harm_kinds", "What has been seriously harmed?", coded(SeriousHarm), required=False,
                only=when("limb_b", "yes"), noun="Kinds of serious harm",
                hint="Select all that apply. Leave blank if the child died. "
                     "That a child may recover does not mean that the harm was not serious."),
        long("limb_b_evidence", "What is the evidence of death or serious harm?", unknown_ok=True,
             noun="Evidence of death or serious harm", hint="How serious it is, and what may remain."),
        choices("indicators", "Do any of these describe it?", coded(LocalIndicator), required=False,
                group="What might be learned", noun="Local indicators",
                hint="These help us think. They are not the legal test, and no referral is refused by them."),
        long("working_together", "How did agencies work together?", required=False,
             noun="How agencies worked together", hint="Anything that worries you about it."),
        yes_no("escalated", "Was the escalation policy used?", noun="Use of the escalation policy",
               required=False),
        date("escalated_on", "On which day?", only=when("escalated", "yes"), noun="Date of the escalation",
             required=False, past=True),
        long("learning", "What might be learned from this?", noun="What might be learned"),
        long("good_practice", "What was done well?", noun="Good practice", required=False),
        choice("outcome_asked", "What are you asking for?", ASKED_FOR, noun="What you are asking for"),
    ),
)  # fmt: skip

processes = Section(
    code="processes",
    title="Other investigations and proceedings",
    group=REASONS,
    intro="Anything else that looks into the same incident, such as a police investigation or an inquest.",
    repeats="process",
    plural="other processes",
    none_label="None is known, because …",
    questions=(
        choice("type", "Kind of process", coded(Process)),
        text("body", "Court, force or organisation", unknown_ok=True, longest=160),
        text("status", "Where it stands", unknown_ok=True,
             hint="For example, bail until 4 May 2026, or inquest opened."),
        text("contact", "Who to speak to", required=False, hint=ROLE_ONLY),
        long("restrictions", "What must not be said or done while it runs?", required=False,
             noun="What must not be said or done",
             hint="For example, whom not to speak to before the police have, or what a court forbids to publish."),
    ),
)  # fmt: skip

family_told = Section(
    code="family_told",
    title="The family and the media",
    group=REASONS,
    intro="Families are told of a referral unless that would put somebody at risk or harm an investigation.",
    questions=(
        yes_no("told", "Has the family been told of this referral?", noun="Whether the family knows"),
        long("why", "What were they told, or why not yet?", noun="What the family was told, or why not yet"),
        yes_no_unknown("media_interest", "Are the media likely to be interested?",
                       noun="Interest from the media"),
    ),
)  # fmt: skip

referrer = Section(
    code="referrer",
    title="You and your safeguarding lead",
    group=SENDING,
    intro="So that we can reach you if something is unclear.",
    questions=(
        text("name", "Your name", longest=120),
        text("job_title", "Your job title", longest=120),
        Question(code="phone", label="Telephone number", kind=Kind.TEL, longest=40),
        Question(code="email", label="E-mail address", kind=Kind.EMAIL, longest=254),
        choices("urgency", "Does either of these apply?", URGENCY, required=False, noun="Urgency"),
        text("lead_name", "Name of your agency’s safeguarding lead", group="Your safeguarding lead",
             longest=120, hint="If that is you, give your own name."),
        text("lead_contact", "How to reach the safeguarding lead"),
        date("lead_discussed_on", "When did you discuss this with the safeguarding lead?", unknown_ok=True,
             noun="Date you discussed this with the safeguarding lead", past=True),
        yes_no_unknown("lead_supports", "Does the safeguarding lead support this referral?", unknown_ok=True,
                       noun="Whether the safeguarding lead supports it"),
        long("lead_comment", "What the safeguarding lead wishes to add", required=False),
    ),
)  # fmt: skip

attachments = Section(
    code="attachments",
    title="Files",
    group=SENDING,
    intro="Letters, reports, chronologies or anything else that belongs to this referral.",
    questions=(
        choice("confirmed", "Is everything attached?", ATTACHED, noun="Whether everything is attached"),
    ),
)

SECTIONS = (
    safety, incident, children, family, agencies, authority, criteria, processes, family_told, referrer,
    attachments,
)  # fmt: skip
_BY_CODE = {section.code: section for section in SECTIONS}


def section_of(code: str) -> Section | None:
    """The section with that code; ``None`` when there is none."""
    return _BY_CODE.get(code)

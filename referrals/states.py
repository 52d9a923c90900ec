"""Words: every coded value and named set of states from the first report to the decision. Imports nothing of ours."""

from django.db.models import TextChoices


class CaseState(TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class ReferralState(TextChoices):
    DRAFT = "draft", "Draft"
    WITH_LEAD = "with_lead", "With the agency's safeguarding lead"
    SUBMITTED = "submitted", "Sent to the partnership"
    RETURNED = "returned", "Returned for completion"
    TRIAGE = "triage", "Being considered"
    AWAITING_INFO = "awaiting_info", "Waiting for information"
    DECIDED_NOTIFY = "decided_notify", "Decided: notify"
    DECIDED_NOT_MET = "decided_not_met", "Decided: criteria not met"
    TRANSFERRED = "transferred", "Transferred to another area"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LINKED = "linked", "Linked to another case"
    DISCARDED = "discarded", "Discarded before it was sent"


# The agency is writing: only these may be edited, and only by the agency (or staff recording on its behalf).
WITH_AGENCY = frozenset({ReferralState.DRAFT, ReferralState.WITH_LEAD, ReferralState.RETURNED})
# What staff never see: it has not been sent to them.
UNSENT = frozenset({ReferralState.DRAFT, ReferralState.WITH_LEAD, ReferralState.DISCARDED})
# "Any open" of the guidance's state table: a withdrawal or a link may still happen.
REFERRAL_OPEN = frozenset(
    {ReferralState.SUBMITTED, ReferralState.RETURNED, ReferralState.TRIAGE, ReferralState.AWAITING_INFO}
)
REFERRAL_ENDED = frozenset(ReferralState) - REFERRAL_OPEN - UNSENT


class NotificationState(TextChoices):
    CONSIDERING = "considering", "Being considered"
    DECIDED_NOTIFY = "decided_notify", "Decided: to be sent to the Panel"
    DECIDED_NOT_NOTIFY = "decided_not_notify", "Decided: not to notify"
    SUBMITTED = "submitted", "Sent to the Panel"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by the Panel"
    UPDATED = "updated", "Updated after sending"
    RETRACTED = "retracted", "Retracted: the criteria were not met"
    CLOSED = "closed", "Closed"


NOTIFIED = frozenset(
    {
        NotificationState.SUBMITTED,
        NotificationState.ACKNOWLEDGED,
        NotificationState.UPDATED,
        NotificationState.CLOSED,
    }
)
LIVE_NOTIFICATION = NOTIFIED - {NotificationState.CLOSED}


class NotificationType(TextChoices):
    ABUSE_NEGLECT = "abuse_neglect", "Death or serious harm, abuse or neglect known or suspected"
    LAC_DEATH = "lac_death", "Death of a looked-after child, no abuse or neglect known or suspected"
    CARE_LEAVER_DEATH = "care_leaver_death", "Death of a care leaver aged up to 24"


class DecisionState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    SENT_BACK = "sent_back", "Sent back to the proposer"
    REOPENED = "reopened", "To be decided again: what it rests on has changed"
    SUPERSEDED = "superseded", "Replaced by a later decision"


# Put to the partners and not approved yet.
DECISION_OPEN = frozenset({DecisionState.PROPOSED, DecisionState.SENT_BACK})


class DecisionKind(TextChoices):
    NOTIFY = "notify", "Whether to notify the Panel"
    RETRACT = "retract", "Whether to retract the notification"
    REVIEW = "review", "Whether to carry out a Child Safeguarding Practice Review"
    PUBLICATION = "publication", "Whether and what to publish"
    DISCONTINUE = "discontinue", "Whether to discontinue the review"


class Outcome(TextChoices):
    """What may be decided. Which outcomes belong to which kind: ``OUTCOMES``."""

    NOTIFY = "notify", "Notify the Panel"
    NFA = "nfa", "Criteria not met: no further action"
    SINGLE_AGENCY = "single_agency", "Criteria not met: learning within one agency"
    MULTI_AGENCY = "multi_agency", "Criteria not met: multi-agency learning review"
    AUDIT = "audit", "Criteria not met: audit or thematic work"
    REFER_CDOP = "refer_cdop", "Criteria not met: refer to the child death overview panel"
    REFER_SAR = "refer_sar", "Criteria not met: refer for a safeguarding adults review"
    REFER_DARDR = "refer_dardr", "Criteria not met: refer for a domestic abuse related death review"
    REFER_LADO = "refer_lado", "Criteria not met: refer to the designated officer (LADO)"
    REFER_COMPLAINT = "refer_complaint", "Criteria not met: handle as a complaint"
    LCSPR_DISCRETIONARY = "lcspr_discretionary", "Criteria not met: partners choose to review all the same"
    RETRACT = "retract", "Retract: the criteria were not met after all"
    KEEP = "keep", "Keep the notification"
    LCSPR = "lcspr", "Carry out a Child Safeguarding Practice Review"
    RR_SUFFICIENT = "rr_sufficient", "No further review: the rapid review is sufficient"
    OTHER_LEARNING = "other_learning", "Another kind of learning review"
    NATIONAL = "national", "Propose a national review"
    JOINT_DARDR = "joint_dardr", "Joint review with a domestic abuse related death review"
    JOINT_SAR = "joint_sar", "Joint review with a safeguarding adults review"
    JOINT_MAPPA = "joint_mappa", "Joint review with a MAPPA serious case review"
    JOINT_AREA = "joint_area", "Joint review with another area"
    PUBLISH = "publish", "Publish the full report"
    IMPROVEMENTS_ONLY = "improvements_only", "Publish only the improvements that should be made"
    NOT_PUBLISH = "not_publish", "Do not publish"
    DISCONTINUE = "discontinue", "Discontinue the review"
    CONTINUE = "continue", "Continue the review"


# Referral outcomes when the criteria are not met (domain §2.1).
NOT_MET = frozenset(
    {
        Outcome.NFA,
        Outcome.SINGLE_AGENCY,
        Outcome.MULTI_AGENCY,
        Outcome.AUDIT,
        Outcome.REFER_CDOP,
        Outcome.REFER_SAR,
        Outcome.REFER_DARDR,
        Outcome.REFER_LADO,
        Outcome.REFER_COMPLAINT,
        Outcome.LCSPR_DISCRETIONARY,
    }
)
# Decisions that begin a CSPR and so start its six months.
STARTS_CSPR = frozenset(
    {Outcome.LCSPR, Outcome.JOINT_DARDR, Outcome.JOINT_SAR, Outcome.JOINT_MAPPA, Outcome.JOINT_AREA}
)
OUTCOMES: dict[DecisionKind, tuple[Outcome, ...]] = {
    DecisionKind.NOTIFY: (Outcome.NOTIFY, *sorted(NOT_MET, key=list(Outcome).index)),
    DecisionKind.RETRACT: (Outcome.RETRACT, Outcome.KEEP),
    DecisionKind.REVIEW: (
        Outcome.LCSPR,
        Outcome.RR_SUFFICIENT,
        Outcome.OTHER_LEARNING,
        Outcome.NATIONAL,
        Outcome.JOINT_DARDR,
        Outcome.JOINT_SAR,
        Outcome.JOINT_MAPPA,
        Outcome.JOINT_AREA,
    ),
    DecisionKind.PUBLICATION: (Outcome.PUBLISH, Outcome.IMPROVEMENTS_ONLY, Outcome.NOT_PUBLISH),
    DecisionKind.DISCONTINUE: (Outcome.DISCONTINUE, Outcome.CONTINUE),
}


class View(TextChoices):
    AGREE = "agree", "Agrees"
    DISAGREE = "disagree", "Disagrees"
    NOT_SOUGHT = "not_sought", "Not sought"


class Criterion(TextChoices):
    """Serious child safeguarding case, both limbs: Children Act 2004 s.16B(9), s.16C(1)."""

    SCSC_A = "SCSC_A", "Abuse or neglect of a child is known or suspected"
    SCSC_B1 = "SCSC_B1", "The child has died"
    SCSC_B2 = "SCSC_B2", "The child has been seriously harmed"


class ReviewCriterion(TextChoices):
    """What partners must take into account (SI 2018/789 reg 11) and should have regard to (guidance)."""

    R11A = (
        "R11A",
        "The case highlights or may highlight improvements needed, including ones identified before",
    )
    R11B = "R11B", "The case highlights or may highlight recurrent themes"
    R11C = "R11C", "There are concerns about two or more agencies working together effectively"
    R11D = "R11D", "The Panel has considered the case and concluded a local review may be more appropriate"
    C1 = "C1", "There is cause for concern about a single agency's actions"
    C2 = "C2", "No agency was involved, and that gives cause for concern"
    C3 = "C3", "More than one local authority, police area or ICB is involved"
    C4 = "C4", "The case may raise issues about children in institutional settings"


class SeriousHarm(TextChoices):
    """Serious harm: s.16B(9) names the developmental kinds, guidance adds physical health. Not exhaustive."""

    SH_PHYSICAL = "SH_PHYSICAL", "Impairment of physical health"
    SH_MENTAL = "SH_MENTAL", "Impairment of mental health"
    SH_INTELLECTUAL = "SH_INTELLECTUAL", "Impairment of intellectual development"
    SH_EMOTIONAL = "SH_EMOTIONAL", "Impairment of emotional development"
    SH_SOCIAL = "SH_SOCIAL", "Impairment of social development"
    SH_BEHAVIOURAL = "SH_BEHAVIOURAL", "Impairment of behavioural development"
    SH_OTHER = "SH_OTHER", "Other serious harm"


class LocalIndicator(TextChoices):
    """Local indicators: a prompt for thought. They are not the legal test and never reject a referral."""

    W1 = "W1", "A child dies (including by suicide) and abuse or neglect is known or suspected to be a factor"
    W2 = "W2", "A potentially life-threatening injury, or serious impairment of health or development"
    W3 = "W3", "A child has been seriously harmed through sexual abuse"
    W4 = "W4", "A parent has been killed and a domestic abuse related death review is being started"
    W5 = "W5", "A child has been seriously harmed by the violence of another child or an adult"
    W6 = "W6", "There are concerns about how agencies worked together"


class Route(TextChoices):
    """The way a referral came."""

    ONLINE = "online", "Written here by the agency"
    LA_NOTIFICATION = "la_notification", "The local authority's notification to the Panel"
    EMAIL = "email", "By e-mail"
    PAPER = "paper", "On paper"
    PHONE = "phone", "By telephone"


class ReturnReason(TextChoices):
    MISSING_MANDATORY = "missing_mandatory", "A required answer is missing"
    CRITERIA_NOT_EVIDENCED = "criteria_not_evidenced", "The grounds are not evidenced"
    NO_LEAD_SIGN_OFF = "no_lead_sign_off", "The safeguarding lead has not signed it off"
    CHILD_NOT_IDENTIFIABLE = "child_not_identifiable", "We cannot tell which child this is about"
    DUPLICATE = "duplicate", "This may be a duplicate"
    WRONG_AREA = "wrong_area", "The incident was in another area"
    SAFETY_UNCLEAR = "safety_unclear", "It is not clear whether the child is safe now"
    WRONG_ROUTE = "wrong_route", "This should go to the front door for children's social care"
    ATTACHMENT_UNREADABLE = "attachment_unreadable", "An attachment cannot be read"
    OTHER = "other", "Something else"


class LateReason(TextChoices):
    AWARENESS_DISPUTED = "awareness_disputed", "When the authority became aware is disputed"
    SEVERITY_UNCLEAR = "severity_unclear", "How serious the harm was is unclear"
    MEDICAL_OPINION = "medical_opinion", "A medical opinion was awaited"
    CROSS_AREA = "cross_area", "Two areas disagreed who should notify"
    LINK_EMERGED_LATER = "link_emerged_later", "The link to abuse or neglect emerged later"
    ADMIN_ERROR = "admin_error", "An administrative error"
    OTHER = "other", "Another reason"


class ReopenReason(TextChoices):
    NEW_INFORMATION = "new_information", "New information"
    CHALLENGE = "challenge", "A challenge or escalation"
    CDOP = "cdop", "A finding of the child death overview panel"
    INQUEST = "inquest", "A finding at inquest"
    CRIMINAL_FINDING = "criminal_finding", "A finding in criminal proceedings"
    PANEL_QUERY = "panel_query", "A question from the Panel"


class ClockBasis(TextChoices):
    """From which date the five working days of the notification run (domain §2.2)."""

    LA_AWARE = "la_aware", "The day the authority became aware of the incident"
    LA_SUSPECTED = "la_suspected", "The day the authority knew or suspected abuse or neglect"


class Sex(TextChoices):
    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Not known"


class Ethnicity(TextChoices):
    """ONS 2021 groups; ``NOT_YET_KNOWN`` always comes with a reason, so identity is never just left blank."""

    ASIAN_BANGLADESHI = "asian_bangladeshi", "Asian: Bangladeshi"
    ASIAN_CHINESE = "asian_chinese", "Asian: Chinese"
    ASIAN_INDIAN = "asian_indian", "Asian: Indian"
    ASIAN_PAKISTANI = "asian_pakistani", "Asian: Pakistani"
    ASIAN_OTHER = "asian_other", "Asian: any other Asian background"
    BLACK_AFRICAN = "black_african", "Black: African"
    BLACK_CARIBBEAN = "black_caribbean", "Black: Caribbean"
    BLACK_OTHER = "black_other", "Black: any other Black background"
    MIXED_WHITE_ASIAN = "mixed_white_asian", "Mixed: White and Asian"
    MIXED_WHITE_AFRICAN = "mixed_white_african", "Mixed: White and Black African"
    MIXED_WHITE_CARIBBEAN = "mixed_white_caribbean", "Mixed: White and Black Caribbean"
    MIXED_OTHER = "mixed_other", "Mixed: any other mixed background"
    WHITE_BRITISH = "white_british", "White: English, Welsh, Scottish, Northern Irish or British"
    WHITE_IRISH = "white_irish", "White: Irish"
    WHITE_TRAVELLER = "white_traveller", "White: Gypsy or Irish Traveller"
    WHITE_ROMA = "white_roma", "White: Roma"
    WHITE_OTHER = "white_other", "White: any other White background"
    ARAB = "arab", "Arab"
    OTHER = "other", "Any other ethnic group"
    REFUSED = "refused", "The family preferred not to say"
    NOT_YET_KNOWN = "not_yet_known", "Not yet known, because …"


class LegalStatus(TextChoices):
    """SSDA903 codes for looked-after children; local codes for others."""

    NONE = "none", "No legal status"
    CIN = "cin", "Child in need (section 17)"
    CP_PLAN = "cp_plan", "Child protection plan"
    PLO = "plo", "Pre-proceedings (PLO)"
    C1 = "C1", "Interim care order"
    C2 = "C2", "Full care order"
    E1 = "E1", "Placement order"
    V2 = "V2", "Accommodated under section 20"
    V3 = "V3", "Short breaks (agreed series)"
    V4 = "V4", "Short breaks (single)"
    L1 = "L1", "Police protection"
    L2 = "L2", "Emergency protection order"
    L3 = "L3", "Child assessment order"
    J1 = "J1", "Remanded to local authority or youth detention accommodation"
    J2 = "J2", "Detained under PACE in local authority accommodation"
    J3 = "J3", "Sentenced: youth rehabilitation order with residence or intensive fostering"
    SGO = "sgo", "Special guardianship order"
    CAO = "cao", "Child arrangements order"
    SUPERVISION = "supervision", "Supervision order"
    PRIVATE_FOSTERING = "private_fostering", "Privately fostered"
    MHA = "mha", "Detained under the Mental Health Act"
    DOL = "dol", "Deprivation of liberty order"
    CARE_LEAVER = "care_leaver", "Care leaver"
    UNBORN = "unborn", "Unborn"
    NOT_KNOWN = "not_known", "Not yet known"


# The capital codes are those of children looked after (SSDA903); the others are local.
LOOKED_AFTER = frozenset(status for status in LegalStatus if status.value.isupper())


class Placement(TextChoices):
    """SSDA903 placement types in plain groups (local 2026 additions wait for the published guide)."""

    P1 = "P1", "Placed with parents"
    U1 = "U1", "Foster care with a relative or friend, long term"
    U3 = "U3", "Foster care with a relative or friend, other"
    U4 = "U4", "Foster care, long term"
    U6 = "U6", "Foster care, other"
    A3 = "A3", "Placed for adoption"
    K1 = "K1", "Secure children's home"
    K2 = "K2", "Children's home"
    K3 = "K3", "Supported accommodation"
    R1 = "R1", "Residential care home"
    R2 = "R2", "NHS or other health establishment"
    R3 = "R3", "Family centre or mother and baby unit"
    R5 = "R5", "Young offender institution"
    S1 = "S1", "Residential school"
    P3 = "P3", "Residential employment"
    Z1 = "Z1", "Other placement"
    NOT_KNOWN = "not_known", "Not yet known"


class HarmOutcome(TextChoices):
    DEATH = "death", "A child has died"
    SERIOUS_HARM = "serious_harm", "A child has been seriously harmed"
    LAC_DEATH = "lac_death", "A looked-after child has died, abuse or neglect not suspected"
    CARE_LEAVER_DEATH = "care_leaver_death", "A care leaver aged up to 24 has died"
    OTHER = "other", "Other learning, including good practice"


class AbuseType(TextChoices):
    NEGLECT = "NEG", "Neglect"
    PHYSICAL = "PHY", "Physical abuse"
    SEXUAL = "SAB", "Sexual abuse"
    EMOTIONAL = "EMO", "Emotional abuse"
    EXPLOITATION = "EXP", "Exploitation (sexual or criminal)"
    UNCLEAR = "UNC", "Not yet clear"


class Process(TextChoices):
    """Parallel processes (practice A16.12)."""

    CRIM = "crim", "Police investigation or criminal proceedings"
    INQ = "inq", "Inquest"
    FAM = "fam", "Family court proceedings"
    CDOP = "cdop", "Child death overview panel"
    JAR = "jar", "Joint agency response"
    DARDR = "dardr", "Domestic abuse related death review"
    SAR = "sar", "Safeguarding adults review"
    MAPPA = "mappa", "MAPPA serious case review"
    PSII = "psii", "Patient safety incident investigation"
    LADO = "lado", "Designated officer (LADO)"
    HR = "hr", "Employment or regulatory process"
    IOPC = "iopc", "Police complaint or IOPC"
    HSE = "hse", "Health and Safety Executive"
    INSPECTORATE = "inspectorate", "Ofsted or CQC"
    COMPLAINT = "complaint", "Complaint"
    CIVIL = "civil", "Civil claim"
    OWHR = "owhr", "Offensive weapons homicide review"
    OTHER_LA = "other_la", "A review in another area"


class IncidentRole(TextChoices):
    NONE = "none", "No part in the incident"
    WITNESS = "witness", "Witness"
    SUSPECTED = "suspected", "Suspected of causing harm"
    UNKNOWN = "unknown", "Not known"


class Stage(TextChoices):
    """Where a case stands on its road; derived from its referral, notification and reviews."""

    REFERRAL = "referral", "Referral"
    NOTIFICATION = "notification", "Notification"
    RAPID_REVIEW = "rapid_review", "Rapid review"
    CSPR = "cspr", "Practice review"
    PUBLISHED = "published", "Published"
    CHANGE = "change", "Following up change"
    ENDED = "ended", "Ended"

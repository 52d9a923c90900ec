"""Words: every coded value and named set of states of rapid reviews, practice reviews and publication."""

from django.db.models import TextChoices


class RapidReviewState(TextChoices):
    OPEN = "open", "Open"
    INFO_REQUESTED = "info_requested", "Agencies have been asked"
    MEETING_HELD = "meeting_held", "The meeting has been held"
    DRAFTED = "drafted", "The report is drafted"
    PARTNER_SIGN_OFF = "partner_sign_off", "With the partners for sign-off"
    SUBMITTED = "submitted", "Sent to the Panel"
    PANEL_RESPONSE = "panel_response", "The Panel has answered"
    RECONSIDERATION = "reconsideration", "Being reconsidered after the Panel's answer"
    REOPENED = "reopened", "Reopened"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled: the notification was retracted"


RR = RapidReviewState
RAPID_REVIEW_WORKING = frozenset({RR.OPEN, RR.INFO_REQUESTED, RR.MEETING_HELD, RR.DRAFTED, RR.REOPENED})
RAPID_REVIEW_ENDED = frozenset({RR.CLOSED, RR.CANCELLED})


class RequestState(TextChoices):
    NOT_SENT = "not_sent", "Not sent"
    SENT = "sent", "Sent"
    OPENED = "opened", "Opened by the agency"
    IN_PROGRESS = "in_progress", "Being written"
    SUBMITTED = "submitted", "Answered"
    NIL_RETURN = "nil_return", "Nil return: no involvement"
    QUERIED = "queried", "Queried"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


ANSWERED = frozenset({RequestState.SUBMITTED, RequestState.NIL_RETURN, RequestState.ACCEPTED})
# The agency is expected to answer, and holds the review up until it does. Being late is worked out from the date.
AWAITED = frozenset({RequestState.SENT, RequestState.OPENED, RequestState.IN_PROGRESS, RequestState.QUERIED})


class LinkState(TextChoices):
    """A link by which somebody answers without an account. That it has run out is worked out from its date."""

    OPEN = "open", "Can be used"
    LOCKED = "locked", "Locked after five wrong codes"
    REVOKED = "revoked", "Revoked"
    ENDED = "ended", "Used, or no longer needed"


class CodeBy(TextChoices):
    """How the code reaches the contact: never together with the link."""

    TELEPHONE = "telephone", "By telephone"
    POST = "post", "By post"
    ADDRESS = "address", "By e-mail to another address, from our own mailbox"
    OTHER = "other", "Another way"


class ChaseLevel(TextChoices):
    """Whom a reminder of a missing answer goes to. Each level hears only after those before it did."""

    ASKED = "asked", "Whoever was asked: the report authors, or the contact who answers by a link"
    LEAD = "lead", "The agency's safeguarding lead"
    EXECUTIVE = "executive", "The agency's named executive"


class ProvisionalView(TextChoices):
    """What an agency thinks on what it knows now. It binds nobody and is not a partner's view."""

    PRACTICE_REVIEW = "practice_review", "A practice review should follow"
    RAPID_REVIEW_ENOUGH = "rapid_review_enough", "The rapid review is likely to be enough"
    OTHER_LEARNING = "other_learning", "Another kind of learning fits better"
    CANNOT_SAY = "cannot_say", "We cannot say yet"


class PanelOutcome(TextChoices):
    AGREES = "agrees", "Agrees with the decision"
    SUGGESTS_LCSPR = "suggests_lcspr", "Suggests a practice review"
    SUGGESTS_NO_LCSPR = "suggests_no_lcspr", "Suggests no practice review"
    MORE_INFO = "more_info", "Asks for more information"
    QUALITY_FEEDBACK = "quality_feedback", "Comments on quality"
    NATIONAL_CONSIDERED = "national_considered", "Is considering a national review"
    NATIONAL_COMMISSIONED = "national_commissioned", "Has commissioned a national review"
    LOCAL_MORE_APPROPRIATE = "local_more_appropriate", "Concludes a local review may be more appropriate"


# Answers after which the partners meet and decide again, with reasons (the Panel cannot order a review: s.16F).
PANEL_DISAGREES = frozenset(
    {PanelOutcome.SUGGESTS_LCSPR, PanelOutcome.SUGGESTS_NO_LCSPR, PanelOutcome.LOCAL_MORE_APPROPRIATE}
)
# Answers to which the partners owe the Panel a reply.
PANEL_WAITS = PANEL_DISAGREES | {PanelOutcome.MORE_INFO}


# What the referrer and the agencies are told, in words that are the same for everybody: what was decided -> words.
DECIDED_WORDS: dict[str, str] = {
    "lcspr": "The safeguarding partners have decided to carry out a Child Safeguarding Practice Review.",
    "rr_sufficient": "The safeguarding partners have decided that the rapid review is enough.",
    "other_learning": "The safeguarding partners have decided on another kind of learning review.",
    "national": "The safeguarding partners have proposed a national review.",
    "joint_dardr": "The safeguarding partners decided on a joint review with a domestic abuse related death review.",
    "joint_sar": "The safeguarding partners have decided on a review together with a safeguarding adults review.",
    "joint_mappa": "The safeguarding partners have decided on a review together with a MAPPA serious case review.",
    "joint_area": "The safeguarding partners have decided on a review together with another area.",
}
PANEL_WORDS: dict[PanelOutcome, str] = {
    PanelOutcome.AGREES: "The national Panel agrees with the decision.",
    PanelOutcome.SUGGESTS_LCSPR: "The Panel suggested a practice review. The partners considered it and replied.",
    PanelOutcome.SUGGESTS_NO_LCSPR: "The Panel suggested no practice review. The partners considered it and replied.",
    PanelOutcome.MORE_INFO: "The national Panel asked for more information, and the partners have replied.",
    PanelOutcome.QUALITY_FEEDBACK: "The national Panel has commented on the rapid review.",
    PanelOutcome.NATIONAL_CONSIDERED: "The national Panel is considering a national review.",
    PanelOutcome.NATIONAL_COMMISSIONED: "The national Panel has commissioned a national review.",
    PanelOutcome.LOCAL_MORE_APPROPRIATE: "The Panel thinks that a local review fits better. The partners replied.",
}


class PracticeReviewState(TextChoices):
    DECIDED = "decided", "Decided"
    COMMISSIONING = "commissioning", "Looking for a reviewer"
    REVIEWER_APPOINTED = "reviewer_appointed", "Reviewer appointed"
    IN_PROGRESS = "in_progress", "In progress"
    ON_HOLD = "on_hold", "On hold"
    DRAFT_RECEIVED = "draft_received", "Draft received"
    QUALITY_ASSURANCE = "quality_assurance", "Quality assurance"
    FACT_CHECK = "fact_check", "Fact check"
    SIGNED_OFF = "signed_off", "Signed off"
    SENT = "sent", "With the Secretary of State and the Panel"
    PUBLISHED = "published", "Published"
    IMPROVEMENTS_PUBLISHED = "improvements_published", "Improvements published"
    NOT_PUBLISHED = "not_published", "Not published"
    ACTION_MONITORING = "action_monitoring", "Following up change"
    CLOSED = "closed", "Closed"
    DISCONTINUED = "discontinued", "Discontinued"
    SUBSUMED_NATIONAL = "subsumed_national", "Taken into a national review"
    MERGED_JOINT = "merged_joint", "Merged into a joint review"


PR = PracticeReviewState
# The review is being carried out: monitoring (reg 14) applies and it may be put on hold.
REVIEWING = frozenset(
    {
        PR.REVIEWER_APPOINTED,
        PR.IN_PROGRESS,
        PR.ON_HOLD,
        PR.DRAFT_RECEIVED,
        PR.QUALITY_ASSURANCE,
        PR.FACT_CHECK,
    }
)
# The text of the report may be changed.
WRITING = frozenset({PR.IN_PROGRESS, PR.DRAFT_RECEIVED, PR.QUALITY_ASSURANCE, PR.FACT_CHECK})
BEFORE_PUBLICATION = frozenset({PR.DECIDED, PR.COMMISSIONING, PR.SIGNED_OFF, PR.SENT}) | REVIEWING
CONCLUDED = frozenset({PR.PUBLISHED, PR.IMPROVEMENTS_PUBLISHED, PR.NOT_PUBLISHED})
STOPPED = frozenset({PR.DISCONTINUED, PR.SUBSUMED_NATIONAL, PR.MERGED_JOINT})


class ReleaseState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    PUBLISHED = "published", "Carried out"
    CALLED_OFF = "called_off", "Called off"
    PUT_ASIDE = "put_aside", "Put aside"


RELEASE_OPEN = frozenset({ReleaseState.PROPOSED, ReleaseState.CONFIRMED})


class PublicationState(TextChoices):
    PUBLIC = "public", "Public"
    WITHDRAWN = "withdrawn", "Taken down"


class HoldReason(TextChoices):
    CRIMINAL_INVESTIGATION = "criminal_investigation", "Criminal investigation"
    TRIAL = "trial", "Trial"
    INQUEST = "inquest", "Inquest"
    FAMILY_COURT = "family_court", "Family court"
    REVIEWER_ILLNESS = "reviewer_illness", "The reviewer is ill"
    NATIONAL_REVIEW = "national_review", "A national review"
    POLICE_CPS_REQUEST = "police_cps_request", "Request of the police or the Crown Prosecution Service"


class DelayReason(TextChoices):
    """Why something will be late, as the letter to the Panel (and the Secretary of State) says it."""

    CRIMINAL = "criminal", "Criminal proceedings"
    INQUEST = "inquest", "Inquest"
    FAMILY_COURT = "family_court", "Family court proceedings"
    REVIEWER = "reviewer", "The reviewer's capacity"
    AGENCY_INFORMATION = "agency_information", "Information from agencies came late"
    FAMILY_REQUEST = "family_request", "A request of the family"
    LEGAL = "legal", "Legal or anonymisation work"
    PARTNER_DISPUTE = "partner_dispute", "The partners differ"
    NATIONAL_REVIEW = "national_review", "A national review"
    OTHER = "other", "Another reason"


class WithholdReason(TextChoices):
    HARM_TO_CHILD_OR_SIBLING = "harm_to_child_or_sibling", "Harm to a child or sibling"
    HARM_TO_VULNERABLE_ADULT = "harm_to_vulnerable_adult", "Harm to a vulnerable adult"
    RISK_OF_IDENTIFICATION = "risk_of_identification", "Somebody could be identified"
    COURT_ORDER = "court_order", "Court order or reporting restriction"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings", "Criminal proceedings"
    INQUEST = "inquest", "Inquest"
    FAMILY_PROCEEDINGS = "family_proceedings", "Family proceedings"
    OTHER_STATUTORY_REVIEW = "other_statutory_review", "Another statutory review"
    NATIONAL_SECURITY = "national_security", "National security"
    QUALITY = "quality", "The quality is not satisfactory"
    OTHER = "other", "Another reason"


# The sections of a rapid review report that somebody writes: code -> title. Identifiers, dates, who took part, the
# decision on each criterion and the three sign-offs are not written but taken from the case. All are mandatory but the
# two that exclude each other: what an LCSPR would ask, and why none is needed.
RAPID_REVIEW_SECTIONS: dict[str, str] = {
    "child": "The child: identity, family, lived experience and voice",
    "incident": "The incident and its context",
    "safeguarding": "Immediate safeguarding of the child and others",
    "involvement": "What agencies did: summary and chronology in short",
    "analysis": "Analysis: key practice episodes, what helped and hindered, and why",
    "equality": "Identity, racism and other inequalities: what they meant for the family and for practice",
    "learning": "What has already been learnt here and in earlier reviews, and good practice",
    "actions": "Actions, owners and dates",
    "dissemination": "How the learning is shared, with whom and by when",
    "lines_of_enquiry": "If a practice review follows: key lines of enquiry, scope, method, time and reviewer",
    "no_further_review": "If not: why no further learning is expected",
    "national": "National issues, and the view on a national review",
    "processes": "Parallel processes and their effect",
    "family_contact": "Contact with the family",
    "limits": "Gaps and limits",
}
OPTIONAL_SECTIONS = frozenset({"lines_of_enquiry", "no_further_review"})

# A practice review report. ``improvements`` and ``reasons`` are what reg 15 requires by law.
REPORT_SECTIONS: dict[str, str] = {
    "summary": "In short",
    "introduction": "Why this review was carried out",
    "child": "The child: identity, lived experience and voice",
    "method": "How the review was carried out",
    "family": "What the family told the review",
    "events": "What happened, in short",
    "reasons": "Analysis of the underlying reasons why actions were or were not taken",
    "good_practice": "Good practice",
    "improvements": "Improvements that should be made",
    "equality": "Identity, equality and inclusion",
    "conclusion": "What happens next",
}
REQUIRED_BY_LAW = ("improvements", "reasons")

# The recorded judgements on a reviewer's suitability (guidance): code -> question.
SUITABILITY: dict[str, str] = {
    "knowledge": "Knows the practice and the research relevant to the case",
    "engagement": "Is able to engage practitioners, children and families",
    "hindsight": "Seeks to understand practice without hindsight bias",
    "communication": "Is able to communicate findings clearly",
    "no_conflict": "Has no real or perceived conflict of interest",
}


class RecommendationKind(TextChoices):
    AGENCY = "agency", "One agency"
    PARTNERSHIP = "partnership", "The partnership"
    NATIONAL = "national", "National"


class Response(TextChoices):
    """What the partners answer to a recommendation."""

    ACCEPTED = "accepted", "Accepted"
    PARTLY = "partly", "Accepted in part"
    REJECTED = "rejected", "Not accepted"


# The partners answer from the fact check on, and go on answering while change is followed up.
ANSWERING = frozenset({PR.FACT_CHECK, PR.SIGNED_OFF, PR.SENT, PR.ACTION_MONITORING}) | CONCLUDED
# What was recommended can be acted on as soon as the report is signed off; learning does not wait for publication.
FOLLOWED = frozenset({PR.SIGNED_OFF, PR.SENT, PR.ACTION_MONITORING}) | CONCLUDED


class LinkKind(TextChoices):
    NATIONAL = "national", "National reviews"
    FRAMEWORK = "framework", "The partnership's framework"
    GUIDANCE = "guidance", "Guidance and forms"


# --- plans ------------------------------------------------------------------------------------------------


class PlanKind(TextChoices):
    """What a plan lays out. One plan a review, one template a partnership and kind."""

    RAPID_REVIEW = "rapid_review", "Rapid review"
    PRACTICE_REVIEW = "practice_review", "Practice review"


class PlanUnit(TextChoices):
    """How the distance of a step from day 0 is counted."""

    WORKING_DAYS = "working_days", "Working days"
    WEEKS = "weeks", "Weeks"


class PlanTemplateState(TextChoices):
    IN_USE = "in_use", "In use"


class PlanStepState(TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"
    DROPPED = "dropped", "Not needed"


class PlanEvent(TextChoices):
    """What the system records anyway, and a step waits for: the step is then done by itself."""

    REQUESTS_SENT = "requests_sent", "The agencies are asked"
    ANSWERS_IN = "answers_in", "Every agency that was asked has answered"
    MEETING_HELD = "meeting_held", "The meeting is on record"
    DRAFT_FINISHED = "draft_finished", "The draft is complete"
    SIGN_OFF_SOUGHT = "sign_off_sought", "The partners are asked to sign off"
    VIEWS_GIVEN = "views_given", "The three partners have given their views"
    DECISION_APPROVED = "decision_approved", "The decision is approved"
    SENT_TO_PANEL = "sent_to_panel", "It is sent to the Panel"
    NATIONAL_TOLD = "national_told", "The Panel, DfE and Ofsted are told of the decision"
    REVIEWER_APPOINTED = "reviewer_appointed", "The lead reviewer is appointed"
    REVIEW_PLANNED = "review_planned", "Scope and method are recorded"
    WORK_BEGUN = "work_begun", "The review has started"
    DRAFT_HANDED_IN = "draft_handed_in", "The draft is handed in"
    FACT_CHECK_STARTED = "fact_check_started", "The fact check has started"
    PUBLICATION_DECIDED = "publication_decided", "The partners have decided on publication"
    SIGNED_OFF = "signed_off", "The report is signed off"
    REPORT_SENT = "report_sent", "The Secretary of State and the Panel have the report"
    FAMILY_TOLD = "family_told", "The family is told of the publication"
    PUBLISHED = "published", "The report, or the improvements, are published"


# The draft is complete, and so is it in every state that comes after; the same for the sign-off that was asked for.
DRAFT_COMPLETE = frozenset(
    {RR.DRAFTED, RR.PARTNER_SIGN_OFF, RR.SUBMITTED, RR.PANEL_RESPONSE, RR.RECONSIDERATION, RR.CLOSED}
)
SIGN_OFF_ASKED = DRAFT_COMPLETE - {RR.DRAFTED}


class PackState(TextChoices):
    """A yearly pack: one of a year is in use, so that nobody sets two side by side."""

    IN_USE = "in_use", "In use"
    REPLACED = "replaced", "Replaced by figures as of another day"


# --- meetings --------------------------------------------------------------------------------------------


class MeetingPurpose(TextChoices):
    RAPID_REVIEW = "rapid_review", "Rapid review meeting"
    PRACTICE_REVIEW = "practice_review", "Practice review meeting"


class MeetingState(TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class Capacity(TextChoices):
    """Minutes tell members from people who only give information."""

    MEMBER = "member", "Member"
    INFORMATION = "information", "Giving information only"


class Attendance(TextChoices):
    PRESENT = "present", "Took part"
    APOLOGIES = "apologies", "Sent apologies"
    ABSENT = "absent", "Did not come"


# What a rapid review meeting goes through, unless a partnership has written its own (practice A8).
AGENDA: tuple[str, ...] = (
    "Welcome, confidentiality, who is a member and who gives information; conflicts of interest",
    "Who is this child: identity, daily life, voice",
    "Is everybody safe now: the child, brothers and sisters, others; what has to be done at once",
    "What is known, and what is not",
    "Each agency’s account: what went well, what worries, identity and culture",
    "Key events from the chronology",
    "Parallel processes, and what they allow to be shared",
    "The family: who tells them what, and when",
    "Support for the practitioners",
    "What has been learnt already, and what earlier local reviews said",
    "The criteria, one by one",
    "Recommendation, reasons and different views",
    "If a practice review follows: key lines of enquiry, period, method, the reviewer’s skills",
    "Is there learning for the whole country?",
    "Communication and media",
    "Actions, owners and dates",
)

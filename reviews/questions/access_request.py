"""The words about a request for access to personal data (UK GDPR Article 15), from receipt to answer."""

from django.db.models import TextChoices


class AccessState(TextChoices):
    RECEIVED = "received", "Being prepared"
    PREPARED = "prepared", "Prepared, to be checked"
    CONFIRMED = "confirmed", "Checked, to be handed over"
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


ACCESS_OPEN = frozenset({AccessState.RECEIVED, AccessState.PREPARED, AccessState.CONFIRMED})
# The answer exists, and nobody has been told it yet.
ACCESS_READY = frozenset({AccessState.PREPARED, AccessState.CONFIRMED})


class About(TextChoices):
    """Whose data is asked for."""

    CHILD = "child", "A child in a case"
    FAMILY = "family", "A family member or somebody else in a case"
    PROFESSIONAL = "professional", "Somebody who works or worked with a family"
    ACCOUNT = "account", "Somebody with an account here"


class Asker(TextChoices):
    """Who asks. A child may ask for themselves once they understand what that means (ICO)."""

    THEMSELVES = "themselves", "The person themselves"
    PARENT = "parent", "Somebody with parental responsibility"
    SOLICITOR = "solicitor", "A solicitor or somebody else with written authority"
    COURT = "court", "Somebody appointed by a court, or with a power of attorney"


class Identity(TextChoices):
    """How it is known that the person is who they say (UK GDPR Article 12(6))."""

    KNOWN = "known", "Somebody of the team knows them in person"
    DOCUMENT = "document", "A passport, driving licence or similar was seen"
    AGENCY = "agency", "An agency that knows them confirmed it"
    ACCOUNT = "account", "They asked from the account they sign in with"


class Authority(TextChoices):
    """What shows that somebody may ask for another person."""

    OWN = "own", "They ask for themselves"
    CERTIFICATE = "certificate", "A birth certificate or court order shows parental responsibility"
    SIGNED = "signed", "A signed authority was seen, and its writer confirmed it"
    ORDER = "order", "The order or registered power was seen"


class Extension(TextChoices):
    """Why two more months are needed (UK GDPR Article 12(3)); nothing else is a reason."""

    COMPLEX = "complex", "The request is complex"
    SEVERAL = "several", "The same person has made several requests"


class Answer(TextChoices):
    GIVE = "give", "The person is given their data"
    NOTHING = "nothing", "We hold nothing about the person"
    REFUSE = "refuse", "The request is refused"


class Refusal(TextChoices):
    """Why a whole request may be refused. Single passages are withheld by an exemption of their own."""

    UNFOUNDED = "unfounded", "Manifestly unfounded (UK GDPR Article 12(5))"
    EXCESSIVE = "excessive", "Manifestly excessive (UK GDPR Article 12(5))"
    UNKNOWN = "unknown", "It could not be shown who asks (UK GDPR Article 12(2) and (6))"
    NO_AUTHORITY = "no_authority", "It could not be shown that they may ask for this person"
    WISHES = (
        "wishes",
        "The child said it in confidence, or does not want it told to a parent (Data Protection Act 2018, Schedule 3)",
    )


class Verdict(TextChoices):
    """Whether a record that was found is about the person."""

    UNDECIDED = "", "Not looked at yet"
    THEIRS = "theirs", "It is this person"
    NOT_THEIRS = "not_theirs", "It is somebody else"


class Disclosure(TextChoices):
    """What becomes of a passage. Until somebody has decided, it is not given."""

    UNDECIDED = "", "Not decided yet"
    DISCLOSE = "disclose", "Give it as it is"
    REDACT = "redact", "Give it with parts taken out"
    WITHHOLD = "withhold", "Do not give it"
    NOT_ABOUT = "not_about", "It is not about this person"


class Exemption(TextChoices):
    """Why something is not given: each with the paragraph of the Data Protection Act 2018 it rests on."""

    OTHERS = "others", "About somebody else, who has not agreed (Schedule 2, paragraph 16)"
    CRIME = "crime", "It would prejudice the prevention or detection of crime (Schedule 2, paragraph 2)"
    PRIVILEGE = "privilege", "Legal professional privilege (Schedule 2, paragraph 19)"
    CONFIDENTIAL = "confidential", "A reference given in confidence (Schedule 2, paragraph 24)"
    HEALTH = "health", "Health data: serious harm is likely (Schedule 3, paragraph 5)"
    SOCIAL_WORK = "social_work", "Social work data: serious harm is likely (Schedule 3, paragraph 11)"
    EDUCATION = "education", "Education data: serious harm is likely (Schedule 3, paragraph 19)"
    ABUSE = "abuse", "Child abuse data: not in the child’s interests to tell (Schedule 3, paragraph 21)"
    COURT = "court", "Said to a court in proceedings about a child (Schedule 3, paragraphs 3, 9 and 18)"


class Handing(TextChoices):
    """How the answer reached whoever asked."""

    SECURE = "secure", "Secure e-mail or a secure file transfer"
    BY_HAND = "by_hand", "In person"
    POST = "post", "Recorded post"

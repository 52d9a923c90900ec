"""The words about a family in a review: answers, an advocate, and what they are promised (practice A9)."""

from django.db.models import TextChoices


class FamilyState(TextChoices):
    IN_TOUCH = "in_touch", "Kept in touch with"
    DO_NOT_CONTACT = "do_not_contact", "Do not contact"


class FamilyAnswer(TextChoices):
    WAITING = "waiting", "No answer yet"
    TAKES_PART = "takes_part", "Wants to take part"
    LATER = "later", "Not now, ask again later"
    IN_WRITING = "in_writing", "In writing, or through somebody else"
    DECLINED = "declined", "Does not want to take part"


class Advocate(TextChoices):
    NOT_OFFERED = "not_offered", "Not offered yet"
    OFFERED = "offered", "Offered, no answer yet"
    ACCEPTED = "accepted", "Has an advocate"
    DECLINED = "declined", "Does not want one"


class PromiseKind(TextChoices):
    """What a family is promised: the named officer keeps it, and nothing is ever sent by the system."""

    TOLD_FIRST = "told_first", "Told first, before they hear it from anybody else"
    UPDATE = "update", "An update after the panel meeting"
    READ_DRAFT = "read_draft", "Time to read the draft"
    TOLD_BEFORE = "told_before", "Told before publication"


class PromiseState(TextChoices):
    OPEN = "open", "To do"
    KEPT = "kept", "Done"
    RELEASED = "released", "Not needed"


# Publication waits for these, from everybody who is kept in touch with.
BEFORE_PUBLIC = (PromiseKind.READ_DRAFT, PromiseKind.TOLD_BEFORE)
# An update is promised again when one was given, until the draft is there to read.
UPDATE_AFTER_DAYS = 28

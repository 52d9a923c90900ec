"""The kinds of things by which somebody can be recognised (domain §4.5)."""

from django.db.models import TextChoices


class KeyKind(TextChoices):
    CHILD = "child", "The child"
    FAMILY = "family", "Family"
    PERSON = "person", "Another person"
    STAFF = "staff", "A professional"
    PLACE = "place", "A place"
    SCHOOL = "school", "A school or nursery"
    SERVICE = "service", "A hospital or service"
    DATE = "date", "A date"
    NUMBER = "number", "A number"
    OTHER = "other", "Something else"


PEOPLE = frozenset({KeyKind.CHILD, KeyKind.FAMILY, KeyKind.PERSON, KeyKind.STAFF})


class KeyState(TextChoices):
    KEPT = "kept", "Kept"


class FileKind(TextChoices):
    """The forms in which a report leaves; both are made and checked before anybody signs."""

    PDF = "pdf", "PDF"
    WORD = "docx", "Word document"


class CheckState(TextChoices):
    """The road of a wish that the finished files be looked through."""

    WAITING = "waiting", "Waiting to be checked"
    LOOKING = "looking", "Being checked"
    DONE = "done", "Checked"
    FAILED = "failed", "Could not be checked"


UNDER_WAY = (CheckState.WAITING, CheckState.LOOKING)

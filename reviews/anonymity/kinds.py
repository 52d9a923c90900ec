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

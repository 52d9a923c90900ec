"""What findings and recommendations are about: one list of themes, so that what repeats can be found and counted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices


class Theme(TextChoices):
    """The themes that national and local reviews come back to. A code is never reworded: it is stored and counted."""

    VOICE = "voice", "The child’s voice and daily life"
    MEN = "men", "Men and other adults whom services did not see"
    CURIOSITY = "curiosity", "Professional curiosity"
    SHARING = "sharing", "Sharing information"
    ASSESSMENT = "assessment", "Assessment of risk and need"
    THRESHOLDS = "thresholds", "Thresholds and access to help"
    ESCALATION = "escalation", "Challenge and escalation"
    SUPERVISION = "supervision", "Supervision and support of practitioners"
    RECORDS = "records", "Records and forms"
    BRUISING = "bruising", "Injuries in babies who do not move about"
    SLEEP = "sleep", "Safer sleep"
    NEGLECT = "neglect", "Neglect"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
    PARENTS = "parents", "Parents’ health, and their use of alcohol or drugs"
    SEXUAL_ABUSE = "sexual_abuse", "Sexual abuse"
    EXPLOITATION = "exploitation", "Exploitation and serious violence"
    ONLINE = "online", "Harm online"
    MENTAL_HEALTH = "mental_health", "Children’s mental health, self-harm and suicide"
    DISABILITY = "disability", "Disability and long-term illness"
    IDENTITY = "identity", "Race, culture, faith and identity"
    POVERTY = "poverty", "Poverty and housing"
    MOVES = "moves", "Moves between areas, services and homes"
    CARE = "care", "Children in care and care leavers"
    EDUCATION = "education", "School, absence and home education"
    FAMILY = "family", "Working with families"
    LEADERSHIP = "leadership", "Leadership, capacity and commissioning"


def in_order(codes: Iterable[str]) -> list[str]:
    """Known codes, each once, in the order of the list."""
    given = set(codes)
    return [theme.value for theme in Theme if theme.value in given]


def labels(codes: Iterable[str]) -> list[str]:
    return [Theme(code).label for code in in_order(codes)]

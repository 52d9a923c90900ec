"""The words of a chronology: kinds of events, how exact a date is, how sensitive an entry is."""

from __future__ import annotations

from django.db.models import TextChoices


class EntryState(TextChoices):
    STANDS = "stands", "Stands"
    STRUCK = "struck", "Struck out"


class ImportState(TextChoices):
    READ = "read", "Waiting to be checked"
    DONE = "done", "Imported"
    DROPPED = "dropped", "Not imported"


class Exactness(TextChoices):
    EXACT = "exact", "This day"
    MONTH = "month", "Some day of this month"
    SEASON = "season", "Some day of this season"
    YEAR = "year", "Some day of this year"


class EventType(TextChoices):
    CONTACT = "contact", "Contact or visit"
    REFERRAL = "referral", "Referral"
    ASSESSMENT = "assessment", "Assessment"
    MEETING = "meeting", "Meeting"
    INJURY = "injury", "Injury or incident"
    MISSING = "missing", "Missing"
    POLICE = "police", "Police"
    HEALTH = "health", "Health appointment"
    NOT_BROUGHT = "not_brought", "Was not brought"
    EDUCATION = "education", "Education"
    PLACEMENT = "placement", "Placement or move"
    LEGAL = "legal", "Legal step"
    DECISION = "decision", "Decision"
    OTHER = "other", "Other"


class Said(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"


class Sensitivity(TextChoices):
    ORDINARY = "ordinary", "As the rest of the chronology"
    THIRD_PARTY = "third_party", "About a third party"
    INVESTIGATION = "investigation", "Part of an investigation or court case"
    LOCATION = "location", "Could tell where somebody is"


class Verdict(TextChoices):
    SAME = "same", "The same event"
    DIFFERENT = "different", "Two different events"
    CONTRADICTION = "contradiction", "They contradict each other"


# Of these, two agencies that write down the same one on the same day mostly mean one fact.
FACTS = frozenset(
    {EventType.INJURY, EventType.MISSING, EventType.PLACEMENT, EventType.LEGAL, EventType.DECISION}
)

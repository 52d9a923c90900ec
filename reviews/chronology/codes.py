"""The words of a chronology: kinds of events, how exact a date is, how sensitive an entry is, practice themes."""

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


# The field's own taxonomy of practice themes; new ones are added at the end of their group.
THEMES: dict[str, dict[str, str]] = {
    "The child": {
        "voice": "Voice and lived experience",
        "babies": "Babies and children who do not move on their own yet",
        "pre_birth": "Before birth",
        "adolescents": "Adolescents",
        "disability": "Disability and complex health",
        "child_mental_health": "Child mental health, suicide, self-harm",
        "send": "Special needs, not in school, exclusion",
        "young_carer": "Young carer",
        "migration": "Unaccompanied, migration",
        "identity": "Race, ethnicity, culture, faith",
        "adultification": "Adultification",
        "lgbtq": "LGBTQ+",
        "grt": "Gypsy, Roma and Traveller communities",
    },
    "Parents and family": {
        "domestic_abuse": "Domestic abuse",
        "parental_mental_health": "Parental mental health",
        "substances": "Substance use",
        "learning_disability": "Learning disability of a parent",
        "hidden_men": "Fathers and men who are not seen",
        "whole_family": "The whole family",
        "hard_to_engage": "Feigned compliance, hard to engage",
        "kinship": "Kinship care, special guardianship",
        "poverty": "Poverty and housing",
        "history": "Childhood of the parents, history",
        "fii": "Fabricated or induced illness",
    },
    "Harm": {
        "neglect": "Neglect",
        "physical": "Physical abuse",
        "sexual": "Sexual abuse in the family",
        "cse": "Sexual exploitation",
        "cce": "Criminal exploitation, serious violence",
        "online": "Online harm",
        "cross_border_harm": "Harm that crosses areas",
        "peer": "Harm by peers",
        "institutional": "Harm in institutions and care",
        "safer_sleep": "Safer sleep, sudden infant death",
    },
    "Practice": {
        "information_sharing": "Information sharing",
        "risk": "Risk assessment",
        "thresholds": "Thresholds, strategy discussion",
        "planning": "Multi-agency planning",
        "curiosity": "Professional curiosity",
        "challenge": "Challenge and escalation",
        "supervision": "Supervision, management oversight",
        "records": "Records and chronologies",
        "transitions": "Transitions, transfer of cases",
        "cross_area": "Work across areas",
        "medical": "Medical assessment",
        "tools": "Use of tools",
        "step_down": "Step-down, closure",
        "was_not_brought": "Was not brought",
        "practitioner_voice": "Voice of practitioners",
    },
    "The system": {
        "capacity": "Capacity, workload",
        "turnover": "Turnover of staff",
        "commissioning": "Gaps in what is commissioned",
        "it": "IT and record systems",
        "leadership": "Leadership, culture",
        "training": "Training",
        "governance": "Governance of the partnership",
        "data": "Data",
    },
}
THEME_NAMES: dict[str, str] = {code: name for group in THEMES.values() for code, name in group.items()}
THEME_CHOICES = [(group, list(themes.items())) for group, themes in THEMES.items()]
# Of these, two agencies that write down the same one on the same day mostly mean one fact.
FACTS = frozenset(
    {EventType.INJURY, EventType.MISSING, EventType.PLACEMENT, EventType.LEGAL, EventType.DECISION}
)

"""What chronologies, findings, recommendations and reports are about: one list, so that what repeats can be found."""

from __future__ import annotations

from collections.abc import Iterable

# The field’s own taxonomy. A code is stored and counted, so it is never reworded; a new theme ends its group.
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


def in_order(codes: Iterable[str]) -> list[str]:
    """Known codes, each once, in the order of the list."""
    given = set(codes)
    return [code for code in THEME_NAMES if code in given]


def labels(codes: Iterable[str]) -> list[str]:
    return [THEME_NAMES[code] for code in in_order(codes)]

"""What an agency is asked (``account``), and which agencies are asked (``asking``): both as data."""

from reviews.questions.account import (
    GROUPS,
    PARTS,
    SIGNED,
    by_part,
    issues,
    label_of,
    learning,
    named_agencies,
    part_of,
    practice,
    risk_now,
    summary,
    view,
    voice,
)
from reviews.questions.asking import SHIPPED, AskRule, Fact, Named, Suggestion, facts_of, suggest

__all__ = [
    "GROUPS",
    "PARTS",
    "SHIPPED",
    "SIGNED",
    "AskRule",
    "Fact",
    "Named",
    "Suggestion",
    "by_part",
    "facts_of",
    "issues",
    "label_of",
    "learning",
    "named_agencies",
    "part_of",
    "practice",
    "risk_now",
    "suggest",
    "summary",
    "view",
    "voice",
]

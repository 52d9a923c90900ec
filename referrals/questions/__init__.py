"""The referral form as data: one table that drives the form, its list of parts, completeness, the check of
answers before sending, the difference between versions, what is marked when a form is returned, and the PDF.

Answers are plain JSON: ``{section: {question: value}}``, and for a section that repeats
``{section: {"items": [{…}], "more": "", "none": ""}}``. Dates are ISO strings, several choices a list.
A reason why something is not known yet stands beside the question as ``<question>_unknown``; what was typed
and cannot be taken yet stands under ``typed``, by question.
"""

from referrals.questions.answers import (
    Change,
    Gap,
    Place,
    Shown,
    changes,
    field_of,
    in_words,
    missing,
    place_of,
    shown,
    title_of,
)
from referrals.questions.model import ITEMS, MORE, NONE, TYPED, Kind, Question, Section, nhs_number
from referrals.questions.table import GROUPS, SECTIONS, section_of

__all__ = [
    "GROUPS",
    "ITEMS",
    "MORE",
    "NONE",
    "SECTIONS",
    "TYPED",
    "Change",
    "Gap",
    "Kind",
    "Place",
    "Question",
    "Section",
    "Shown",
    "changes",
    "field_of",
    "in_words",
    "missing",
    "nhs_number",
    "place_of",
    "section_of",
    "shown",
    "title_of",
]

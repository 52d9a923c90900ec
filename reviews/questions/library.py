"""By what the public finds a published review: facets of fixed words, and the words of its text.

A facet says as much as a reader needs to find what is like their own work, and no more than a published report says
anyway: an age in years would help to recognise a child, so the child's age is one of five bands.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from cspr.accounts.roles import AgencyType
from reviews.themes import THEME_NAMES


class AgeBand(TextChoices):
    UNDER_1 = "under_1", "Under 1"
    FROM_1 = "1_to_5", "1 to 5"
    FROM_6 = "6_to_10", "6 to 10"
    FROM_11 = "11_to_15", "11 to 15"
    FROM_16 = "16_to_17", "16 to 17"


class Harm(TextChoices):
    DEATH = "death", "A child died"
    SERIOUS_HARM = "serious_harm", "A child was seriously harmed"


class Extent(TextChoices):
    REPORT = "report", "The whole report"
    IMPROVEMENTS = "improvements", "The improvements only"


class Progress(TextChoices):
    """How far what was planned after a review has come, told by what somebody else than its owner has agreed to."""

    NONE = "none", "Nothing agreed to be done yet"
    UNDER_WAY = "under_way", "Some of it agreed to be done"
    DONE = "done", "All of it agreed to be done"


@dataclass(frozen=True)
class Facet:
    """One question a library can be narrowed by: its words on the page, and the answers there are."""

    label: str
    question: str
    names: dict[str, str]
    choices: list[tuple[str, str]]


def _facet(label: str, question: str, choices: Iterable[tuple[object, object]]) -> Facet:
    listed = [(str(code), str(name)) for code, name in choices]
    return Facet(label, question, dict(listed), listed)


# Code of the facet -> what it asks. Staff answer three; themes and extent follow from what is published.
FACETS: dict[str, Facet] = {
    "age": _facet("Age of the child", "How old was the child, or each of the children?", AgeBand.choices),
    "harm": _facet("What happened", "What happened?", Harm.choices),
    "theme": _facet("Theme", "", THEME_NAMES.items()),
    "agency": _facet("Agency", "Whose practice does the report speak of?", AgencyType.choices),
    "extent": _facet("What was published", "", Extent.choices),
}
# It changes after publication, so it is not kept with a report but read from its actions.
PROGRESS = _facet("Progress of actions", "", Progress.choices)
DESCRIBED = ("age", "harm", "agency")
WORD = "word"
LONGEST = 40


# The last year of life that each band takes in; whoever is older was a child when it began.
OLDEST: tuple[tuple[int, AgeBand], ...] = (
    (0, AgeBand.UNDER_1),
    (5, AgeBand.FROM_1),
    (10, AgeBand.FROM_6),
    (15, AgeBand.FROM_11),
)


def age_band(born_on: dt.date, day: dt.date) -> AgeBand:
    """The band of somebody's age on that day; a child not born yet counts as under 1."""
    years = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
    return next((band for oldest, band in OLDEST if years <= oldest), AgeBand.FROM_16)


def words_of(text: str) -> list[str]:
    """The different words of a text, in small letters without accents. One letter is a word, too: Child E."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    found = re.findall(r"[^\W_]+", bare.casefold().replace("’", "").replace("'", ""))
    return list(dict.fromkeys(word[:LONGEST] for word in found))

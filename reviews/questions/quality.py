"""The eighteen quality markers of a review (SCIE and NSPCC; practice A9), and how practitioners take part.

The titles are those of the markers; the questions are ours. It is a checklist for whoever wants one: nothing waits
for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Standing(TextChoices):
    IN_PLACE = "in_place", "In place"
    IN_PART = "in_part", "In part"
    NOT_YET = "not_yet", "Not yet"
    NOT_NEEDED = "not_needed", "Not needed here"


class Together(TextChoices):
    """How practitioners took part. Without blame: they say how it was to work there and then."""

    LEARNING_EVENT = "learning_event", "Learning event"
    GROUP = "group", "Conversation in a group"
    CONVERSATION = "conversation", "Conversation with one person"
    READING = "reading", "Reading the draft together"
    SUPPORT = "support", "Support for those who were involved"


@dataclass(frozen=True)
class Marker:
    """One marker; ``room`` is the address (it takes the review's reference) where its answer is worked at."""

    number: int
    title: str
    question: str
    room: str

    @property
    def place(self) -> str:
        """What the link to that address says."""
        return PLACES[self.room]


_OVERVIEW, _PLAN, _FAMILY = "practice-review", "practice-review-milestones", "practice-review-family"
_REPORT, _FINDINGS, _ACTIONS = "practice-review-report", "findings", "actions-room"
_PRACTITIONERS = "practitioners"
PLACES = {
    _OVERVIEW: "See the overview", _PLAN: "See the plan", _FAMILY: "See the family", _REPORT: "See the report",
    _FINDINGS: "See the findings", _ACTIONS: "See the actions", _PRACTITIONERS: "See the practitioners",
}  # fmt: skip
_GROUPS: dict[str, list[tuple[str, str, str]]] = {
    "Setting it up": [
        ("Referral", "Did the referral say what happened, and what might be learned from it?", _OVERVIEW),
        ("Decision-making", "Is it written down on which criteria the partners decided, and why?", _OVERVIEW),
        (
            "Advising the partners",
            "Did the partners hear early what it asks of them, and of the public?",
            _OVERVIEW,
        ),
        (
            "Informing the family",
            "Did the family hear of the review first, from a person, in their language?",
            _FAMILY,
        ),
        ("Clarity of purpose", "Can everybody say what it is for: to learn, and not to blame?", _OVERVIEW),
    ],
    "Carrying it out": [
        ("Commissioning", "Do method, reviewer and time fit the questions of this case?", _OVERVIEW),
        ("Governance", "Is it clear who decides what, and who is asked when views differ?", _OVERVIEW),
        (
            "Management",
            "Is there a plan with names and time to spare, and a way to say that it is late and why?",
            _PLAN,
        ),
        ("Parallel processes", "Is each other process known, with what it means for this one?", _PLAN),
        ("Assembling information", "Is there enough to understand how it was, and no more than that?", _PLAN),
        (
            "Practitioner involvement",
            "Could those who worked with the family say how it was, without fear, and read the draft?",
            _PRACTITIONERS,
        ),
        ("Family involvement", "Could the family say what they saw, and were promises kept?", _FAMILY),
        ("Analysis", "Does it explain why things made sense then, beyond this one case?", _FINDINGS),
    ],
    "What comes of it": [
        ("The report", "Is it short, plain and fit to be read by the family and by the public?", _REPORT),
        (
            "Improvement action",
            "Did what was learned early change something before the report was out?",
            _ACTIONS,
        ),
        ("The partners’ response", "Has each recommendation an answer in writing, with reasons?", _FINDINGS),
        (
            "Publication",
            "Is it clear who is told what before, and how people are cared for on the day?",
            _REPORT,
        ),
        ("Implementation and evaluation", "Will somebody look whether it is better for children?", _ACTIONS),
    ],
}


def _numbered() -> dict[str, list[Marker]]:
    number, found = 0, {}
    for group, rows in _GROUPS.items():
        found[group] = [Marker(number + place, *row) for place, row in enumerate(rows, start=1)]
        number += len(rows)
    return found


MARKERS: dict[str, list[Marker]] = _numbered()
BY_NUMBER: dict[int, Marker] = {marker.number: marker for rows in MARKERS.values() for marker in rows}

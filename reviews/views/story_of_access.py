"""How a request for access tells its history: codes and days, never a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices

from referrals.views import story
from reviews.questions.access_request import Answer, Handing, Identity

Facts = Mapping[str, Any]


def _coded(words: str, choices: type[TextChoices], fact: str) -> story.Sentence:
    labels = dict(choices.choices)

    def sentence(facts: Facts) -> str:
        said = str(labels.get(str(facts.get(fact)), ""))
        return f"{words}: {said[:1].lower()}{said[1:]}" if said else words

    return sentence


SENTENCES: dict[str, story.Sentence] = {
    "accessrequest.begin": "The request for access was recorded",
    "accessrequest.identify": _coded("It was shown who asks", Identity, "identity"),
    "accessrequest.search": "Records were searched for the person",
    "accessrequest.tick": "It was said which records are the person",
    "accessrequest.gather": "Passages that speak of the person were gathered",
    "accessrequest.decide": "A passage was decided",
    "accessrequest.extend": "The request for access was extended to three months",
    "accessrequest.move_due": "The date of the request for access moved, because the bank holidays changed",
    "accessrequest.prepare": _coded("The answer was prepared", Answer, "answer"),
    "accessrequest.send_back": "The answer was sent back",
    "accessrequest.confirm": "The answer was confirmed by a second person",
    "accessrequest.forget": "The file of the answer was destroyed: its time was over",
    "accessrequest.hand_over": _coded("The answer was handed over", Handing, "handing"),
    "accessrequest.tell_refusal": "The refusal was told",
    "accessrequest.withdraw": "The request for access was withdrawn",
}

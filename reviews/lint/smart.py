"""Five quiet questions beside a recommendation: specific, measurable, owned, one thing, in time. They block nothing.

Pure functions over tables, for a reader who does not program. A tick says that the question is answered; without one
there is a kind word on what would help.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

# Words that sound like action and leave it open what will be different -> what would help.
VAGUE: dict[str, str] = {
    r"remind(?:s|ed|ing)?": "people are seldom helped by a reminder: say what will make it easier to do",
    r"ensur(?:e|es|ed|ing)|make sure": "say what will be done so that it happens",
    r"rais(?:e|es|ing) awareness|promot(?:e|es|ing) awareness": "say who should know what, and how you will see it",
    r"strengthen(?:s|ed|ing)?|improv(?:e|es|ing) (?:communication|practice|working)": (
        "say what will be done differently"
    ),
    r"continu(?:e|es|ing) to": "say what is new",
    r"should consider|consider(?:s|ing)? (?:whether|how)": "say what should be decided, by whom",
    r"embed(?:s|ded|ding)?|reinforc(?:e|es|ing)": "say what one would see if it had become habit",
    r"be aware of|bear in mind|be mindful": "say what people should do when they meet it",
    r"where (?:appropriate|possible|necessary)|as (?:appropriate|necessary)": "say when",
}
# How one would see in the text itself that something is counted.
COUNTED = (
    r"\b\d+ ?(?:%|per cent|in \d+)|\baudit\w*|\bsampl\w+|\bmeasur\w+|\bcount\w*|\bsurvey\w*|\bdip[- ]sampl\w*"
)
# Owners whom nobody can ring up.
EVERYBODY = r"^(?:all|every(?:body|one)?|partners?|agenc(?:y|ies)|professionals|practitioners|staff)\b"
# More than this is more than one thing.
FEWEST_WORDS, MOST_WORDS, MOST_SENTENCES = 8, 60, 2


@dataclass(frozen=True)
class Tick:
    """One of the five questions: answered, or with what would help. ``quote``: the words it is about."""

    code: str
    label: str
    met: bool
    advice: str = ""
    quote: str = ""


def smart(
    text: str, *, owner: str, due_on: dt.date | None, measure: str = "", owner_role: str = ""
) -> list[Tick]:
    """The five ticks of one recommendation, always in this order."""
    return [
        _specific(text),
        _tick("measurable", "Measurable", bool(measure.strip()) or bool(re.search(COUNTED, text, re.I)),
              "Say how you will know: what is counted or looked at, and when."),
        _owned(owner, owner_role),
        _one_thing(text),
        _tick("time", "In time", due_on is not None, "Give a date by which it should be done."),
    ]  # fmt: skip


def _tick(code: str, label: str, met: bool, advice: str, quote: str = "") -> Tick:
    return Tick(code, label, met, "" if met else advice, "" if met else quote)


def _specific(text: str) -> Tick:
    for pattern, help_ in VAGUE.items():
        if said := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            return Tick("specific", "Specific", False, f"Perhaps {help_}.", said.group())
    enough = len(text.split()) >= FEWEST_WORDS
    return _tick(
        "specific", "Specific", enough, "Say who does what, so that somebody new could begin with it."
    )


def _owned(owner: str, role: str) -> Tick:
    everybody = re.search(EVERYBODY, owner.strip(), re.IGNORECASE)
    met = bool(owner.strip()) and (everybody is None or bool(role.strip()))
    advice = "What everybody owns, nobody owns: name one body, or the post that answers for it."
    return _tick("owner", "Owned", met, advice, owner.strip())


def _one_thing(text: str) -> Tick:
    sentences = len(re.findall(r"[.!?](?:\s|$)", text))
    met = len(text.split()) <= MOST_WORDS and sentences <= MOST_SENTENCES
    return _tick(
        "one", "One thing, within reach", met, "This asks for a good deal at once. Two shorter ones get done."
    )

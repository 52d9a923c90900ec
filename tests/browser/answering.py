"""The referral form filled in by hand: each answer of the rehearsal under the words that ask for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from referrals.questions import Kind, Question, Section
from tests.browser.people import Visitor


def answer(person: Visitor, section: Section, answers: dict[str, Any]) -> None:
    """Answer the questions of one part, or of one child, person, agency or process of it."""
    for question in section.asked(answers):
        if question.code in answers:
            BY_KIND[question.kind](person, question, answers[question.code])
        elif question.reason in answers:
            _not_known(person, question, answers[question.reason])


def _write(person: Visitor, question: Question, text: str) -> None:
    person.write(question.label, text)


def _date(person: Visitor, question: Question, iso: str) -> None:
    person.date(question.label, dt.date.fromisoformat(iso))


def _choose(person: Visitor, question: Question, value: str) -> None:
    words = dict(question.choices)[value]
    if question.is_list:
        person.pick(question.label, words)
    else:
        person.choose(question.label, words)


def _choose_several(person: Visitor, question: Question, values: list[str]) -> None:
    words = dict(question.choices)
    person.choose(question.label, *(words[value] for value in values))


def _not_known(person: Visitor, question: Question, why: str) -> None:
    opened = person.page.locator("details").filter(has_text=f"Not known yet: {question.label}")
    opened.locator("summary").click()
    opened.get_by_label("Why is it not known yet?", exact=True).fill(why)


BY_KIND: dict[Kind, Callable[[Visitor, Question, Any], None]] = {
    Kind.TEXT: _write,
    Kind.LONG: _write,
    Kind.TEL: _write,
    Kind.EMAIL: _write,
    Kind.NHS_NUMBER: _write,
    Kind.DATE: _date,
    Kind.CHOICE: _choose,
    Kind.CHOICES: _choose_several,
}

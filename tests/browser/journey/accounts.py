"""An agency and its request: opened, answered in thirteen parts or in one click. With an account or by a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referrals.questions import Section
from reviews.questions import PARTS
from tests.browser.answering import answer
from tests.browser.people import Person, Visitor

Account = Mapping[str, dict[str, Any]]


def opens_the_request(author: Person) -> None:
    """From the author's own work, where it waits."""
    author.open("/work/")
    author.go(author.page.get_by_role("link", name="Answer"))


def was_not_involved(author: Person) -> None:
    """One click, and one to confirm it."""
    author.follow("We had no involvement")
    author.press("Confirm: we had no involvement")
    author.reads("Thank you. Your answer is recorded.")


def begins_the_account(writer: Visitor) -> None:
    """From the page that says what is asked to the list of the thirteen parts."""
    writer.follow("Start our account")


def writes_the_account(writer: Visitor, answers: Account) -> None:
    """Part by part, from the list of parts and back to it, until nothing is missing."""
    for part in PARTS:
        if part.code not in answers:
            continue
        writer.follow(part.title)
        if part.repeats:
            _items(writer, part, answers[part.code])
        else:
            answer(writer, part, answers[part.code])
            writer.press("Save and continue")
    writer.reads("Nothing is missing any more")


def sends_the_account(writer: Visitor, manager: str, role: str) -> None:
    """Somebody other than the writer agrees to it."""
    writer.follow("Check the account and send it")
    writer.write("Name of the manager who agrees to this account", manager)
    writer.write("Their role", role)
    writer.press("Send our account")


def _items(writer: Visitor, part: Section, answers: dict[str, Any]) -> None:
    """Each event or agency on a page of its own; or why there is none."""
    for number, item in enumerate(answers.get("items", [])):
        writer.follow(f"{'Add another' if number else 'Add an'} {part.repeats}")
        answer(writer, part, item)
        writer.press("Save and continue")
    if why := answers.get("none"):
        writer.write(part.none_label, why)
    writer.press("Save and continue")

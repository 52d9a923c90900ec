"""The workbench of anonymity: the key is begun, finds are replaced in the report, the finished files are checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from cspr.workflow import Refused, begin, in_turn, perform, why_not
from referrals.permissions import case_staff
from reviews.anonymity import Find
from reviews.anonymity.kinds import KeyKind
from reviews.models import IdentityKey, KeyEntry, PracticeReview
from reviews.models.anonymising import entries_from, open_finds


@dataclass(frozen=True)
class Chosen:
    """A find as a form names it: where it stood when the page was made, and the words that stood there."""

    place: str
    start: int
    said: str


def begin_key(review: PracticeReview, *, by: User, today: dt.date, nonce: str = "") -> IdentityKey:
    """Begin the key of the case with what the case already says. A second call returns the key that is there."""
    reason = case_staff(review, by)
    if reason:
        raise Refused(reason)
    with in_turn(review.partnership):
        existing = IdentityKey.objects.filter(case=review.case).first()
        if existing is not None:
            return existing
        entries = entries_from(review.case)
        key = begin(
            IdentityKey(case=review.case), by=by, today=today, nonce=nonce, facts={"entries": len(entries)}
        )
        KeyEntry.objects.bulk_create(
            KeyEntry(
                key=key, kind=e.kind, real=e.words[:200], instead=e.instead[:200], others="\n".join(e.others)
            )
            for e in entries
        )
        return key


def replace(
    key: IdentityKey, *, by: User, today: dt.date, chosen: Chosen, words: str, everywhere: bool = False
) -> int:
    """Write ``words`` instead of a find, or of all that are like it; return how many were replaced.

    The report is written through its own verbs, as a new version of each section. Refused when the text has changed
    since the page was made, and to whoever may not write the report now.
    """
    review = key.review
    reason = why_not(key, "accept_find", by) or why_not(review, "write_report", by)
    if reason:
        raise Refused(reason)
    with in_turn(review.partnership):
        locked = PracticeReview._base_manager.select_for_update().get(pk=review.pk)
        finds = open_finds(key, locked)
        one = next(
            (
                f
                for f in finds
                if (f.place.code, f.start, f.said) == (chosen.place, chosen.start, chosen.said)
            ),
            None,
        )
        if one is None:
            raise Refused("The report has changed since this page was made. Look at the finds again.")
        if not words.strip() and one.kind != KeyKind.NUMBER:
            raise Refused("Write what stands there instead.")
        wanted = [f for f in finds if f is one or (everywhere and like(f) == like(one))]
        for place in dict.fromkeys(f.place.code for f in wanted):
            _write(locked, place, [f for f in wanted if f.place.code == place], words, by=by, today=today)
        return len(wanted)


def like(found: Find) -> tuple[object, ...]:
    """What finds have in common that are answered together: the entry of the key, or the very words."""
    return ("entry", found.entry) if found.entry is not None else ("words", found.said.lower())


def _write(
    review: PracticeReview, place: str, finds: Sequence[Find], words: str, *, by: User, today: dt.date
) -> None:
    text = finds[0].place.text
    for found in sorted(finds, key=lambda f: -f.start):
        text = text[: found.start] + fitting(found, words) + text[found.end :]
    where, *rest = place.split(".")
    if where == "title":
        perform(review, "write_report", by=by, today=today, sections={}, title=text)
    elif where == "finding":
        finding = review.findings.get(number=int(rest[0]))
        kept = {"rests_on": finding.rests_on, "themes": finding.themes}
        perform(review, "amend_finding", by=by, today=today, number=finding.number, text=text, **kept)
    elif where == "figure":
        figure = review.figures.get(number=int(rest[0]))
        shown: dict[str, Any] = {"caption": figure.caption, "alt": figure.alt, rest[1]: text}
        perform(review, "amend_figure", by=by, today=today, number=figure.number, **shown)
    elif where == "recommendation":
        given = review.recommendations.get(number=int(rest[0]))
        said: dict[str, Any] = {"text": given.text, "kind": given.kind, "owner": given.owner, rest[1]: text}
        perform(review, "amend_recommendation", by=by, today=today, number=given.number, **said)
    else:
        perform(review, "write_report", by=by, today=today, sections={rest[0]: text})


def fitting(found: Find, words: str) -> str:
    """``words`` as the sentence needs them: with the possessive that stood there, and a capital where it begins."""
    for ending in ("’s", "'s"):
        if found.said.lower().endswith(ending) and words and not words.endswith(ending):
            words += ending
    begins = not found.before.strip(" “\"'(") and found.said[:1].isupper()
    return words[:1].upper() + words[1:] if begins else words


def accept(
    key: IdentityKey, *, by: User, today: dt.date, place: str, said: str, reason: str, nonce: str = ""
) -> IdentityKey:
    """Leave a find in, with the reason why nobody can be recognised by it."""
    return perform(key, "accept_find", by=by, today=today, nonce=nonce, place=place, said=said, reason=reason)

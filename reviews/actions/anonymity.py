"""The workbench of anonymity: the key is begun, finds are replaced in the report, the finished files are checked."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

from cspr.accounts.models import User
from cspr.documents.contents import CannotRead, contents_of
from cspr.documents.models import READABLE, Document
from cspr.documents.pdf import fingerprint, paper_kind, queue_pdf
from cspr.workflow import Refused, begin, in_turn, perform, why_not
from referrals.permissions import case_staff
from reviews.anonymity import Find, TooMuch
from reviews.anonymity.files import find_in_file
from reviews.anonymity.kinds import FileKind, KeyKind
from reviews.models import IdentityKey, KeyEntry, PracticeReview
from reviews.models.anonymising import entries_from, key_of, open_finds

PAPERS = {FileKind.PDF: "anonymity_pdf", FileKind.WORD: "anonymity_word"}
# Kept of one file; a file with more is not nearly finished.
MOST_FINDS = 500
# What a finished file carries beside its words.
NOTHING_SAID = {"before": "", "after": "", "why": "it should not be in the file", "instead": ""}


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


def ask_for_files(key: IdentityKey, *, by: User) -> None:
    """Ask for the PDF and the Word document of the report as it reads now; the worker makes them."""
    reason = why_not(key, "check_files", by)
    if reason:
        raise Refused(reason)
    for paper in PAPERS.values():
        queue_pdf(paper, key, by)


def check_files(
    key: IdentityKey, *, by: User, today: dt.date, version: int | None = None, nonce: str = ""
) -> IdentityKey:
    """Look through the bytes of the newest PDF and Word document; keep what was found, with its page or place.

    Refused while they are not both made, or when one of them cannot be read.
    """
    reason = why_not(key, "check_files", by)
    if reason:
        raise Refused(reason)
    review = key.review
    text_hash, known = review.report_hash, key_of(key, review)
    files = []
    for kind, document in made_files(key).items():
        if document is None or document.state not in READABLE:
            raise Refused("The PDF and the Word document have to be made first.")
        if document.data_hash != wanted(key, kind, by):
            raise Refused("The report was changed after these files were made. Make them again.")
        with default_storage.open(document.path) as file:
            data = file.read()
        try:
            contents = contents_of(data, kind, name=document.name)
            found = find_in_file(contents, known)
        except (CannotRead, TooMuch) as cannot:
            raise Refused(str(cannot)) from cannot
        rows = [_row(one) for one in found]
        rows += [{**NOTHING_SAID, "where": one.where, "said": one.what} for one in contents.carried]
        files.append({"kind": kind, "sha256": hashlib.sha256(data).hexdigest(), "finds": rows[:MOST_FINDS]})
    return perform(
        key, "check_files", by=by, today=today, version=version, nonce=nonce, text_hash=text_hash, files=files
    )


def _row(found: Find) -> dict[str, str]:
    return {
        "where": found.place.title,
        "before": found.before,
        "said": found.said,
        "after": found.after,
        "why": found.why,
        "instead": found.instead,
    }


def wanted(key: IdentityKey, kind: FileKind, by: User) -> str:
    """The hash of the words of which such a file would be made now."""
    paper = paper_kind(PAPERS[kind]).builder(key, by)
    return fingerprint(paper.source(), paper.format)


def made_files(key: IdentityKey) -> dict[FileKind, Document | None]:
    """The newest PDF and Word document that were made to be checked."""
    documents = list(Document.objects.for_subject(key._meta.label_lower, key.ref))
    return {kind: next((d for d in documents if d.kind == paper), None) for kind, paper in PAPERS.items()}

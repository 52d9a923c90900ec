"""The report in Word: a working copy goes out, and what was written on it comes back, section by section."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cspr.accounts.models import User
from cspr.documents.manuscript import Manuscript, MarginNote
from cspr.documents.models import Document
from cspr.documents.passages import GONE, Passage, Readable, said_of
from cspr.documents.pdf import queue_pdf
from cspr.workflow import Refused, Stale, begin, in_turn, note, perform, why_not
from reviews.actions.commenting import next_number, why_no_comment
from reviews.models import CommentReply, PracticeReview, ReportComment, ReportImport
from reviews.models.sections import last_numbers
from reviews.papers.working_copy import WORKING_COPY
from reviews.questions.commenting import CommentState, read_anchor
from reviews.states import REPORT_SECTIONS

OTHER_REPORT = "This file is a working copy of another report. Choose the copy that was made from this one."
# How a working copy names a comment and its answers in the margin.
NAMED = re.compile(r"C(\d{1,6})(?:\.(\d{1,6}))?$")


def export_report(review: PracticeReview, *, by: User, today: dt.date) -> Document:
    """Ask for a working copy in Word, and record who asked, and for which version of each section."""
    reason = why_no_comment(review, by)
    if reason:
        raise Refused(reason)
    with in_turn(review.partnership):
        document = queue_pdf(WORKING_COPY, review, by)
        note(
            review, "export_report", by=by, today=today, document=document.ref, versions=last_numbers(review)
        )
        return document


def bring_report(
    review: PracticeReview,
    read: Manuscript,
    raw: dict[str, object],
    *,
    by: User,
    today: dt.date,
    nonce: str = "",
) -> ReportImport:
    """Keep what was read of a file until its owner has looked at it. Nothing of it is in the report yet.

    Refused for whoever may not write the report, and for the copy of another report.
    """
    reason = why_not(review, "write_report", by)
    if reason:
        raise Refused(reason)
    anchors = [known for one in read.chapters if (known := read_anchor(one.anchor))]
    if any(ref != review.ref for _, _, ref in anchors):
        raise Refused(OTHER_REPORT)
    brought = ReportImport(case=review.case, started_by=by, read=raw, places=placed(read))
    facts = {"chapters": len(read.chapters), "comments": len(read.notes)}
    return begin(brought, by=by, today=today, nonce=nonce, facts=facts)


def placed(read: Manuscript) -> list[str]:
    """The section each chapter belongs to: by its anchor, else by its heading; "" where neither says."""
    titles = {said_of(title): code for code, title in REPORT_SECTIONS.items()}
    taken: set[str] = set()
    found = []
    for chapter in read.chapters:
        known = read_anchor(chapter.anchor)
        code = known[0] if known else titles.get(said_of(re.sub(r"^[\d.\s]+", "", chapter.heading)), "")
        code = code if code in REPORT_SECTIONS and (known or code not in taken) else ""
        taken.add(code)
        found.append(code)
    return found


# --- what stands in the margin --------------------------------------------------------------------------------


@dataclass
class Margin:
    """What the comments of a file mean here: new ones with their answers, answers to known ones, known ones done."""

    new: list[tuple[MarginNote, str, list[MarginNote]]] = field(default_factory=list)
    answers: list[tuple[ReportComment, MarginNote]] = field(default_factory=list)
    done: list[ReportComment] = field(default_factory=list)
    known: int = 0
    lost: int = 0


def margin_of(brought: ReportImport) -> Margin:
    """Each comment of the file once: what was here before it was exported comes back as what it is."""
    rows = ReportComment.objects.beside().filter(case_id=brought.case_id).prefetch_related("replies")
    known = {row.number: row for row in rows}
    said = {(row.section, said_of(row.text), said_of(row.quote)) for row in known.values()}
    found, roots, begun = Margin(), dict[str, ReportComment](), dict[str, list[MarginNote]]()
    notes = [one for one in brought.manuscript.notes if one.text.strip()]
    for one in sorted(notes, key=lambda one: bool(one.parent)):
        named = NAMED.match(one.initials)
        row = known.get(int(named[1])) if named else None
        section = brought.places[one.chapter] if one.chapter < len(brought.places) else ""
        if row is not None:
            found.known += 1
            if named is not None and not named[2]:
                roots[one.id] = row
                found.done += [row] if one.done and row.state == CommentState.OPEN else []
        elif one.parent in roots:
            _answer(found, roots[one.parent], one)
        elif one.parent in begun:
            begun[one.parent].append(one)
        elif (section, said_of(one.text), said_of("" if one.whole else one.quote)) in said:
            found.known += 1
        elif not section:
            found.lost += 1
        else:
            begun[one.id] = []
            found.new.append((one, section, begun[one.id]))
    return found


def _answer(found: Margin, row: ReportComment, one: MarginNote) -> None:
    if said_of(one.text) in {said_of(reply.text) for reply in row.replies.all()}:
        found.known += 1
    else:
        found.answers.append((row, one))


# --- taking over ----------------------------------------------------------------------------------------------


def take_over_report(
    brought: ReportImport,
    *,
    by: User,
    today: dt.date,
    sections: Mapping[str, str],
    bases: Mapping[str, int],
    version: int | None = None,
) -> ReportImport:
    """Save ``sections`` as new versions and the comments with them: all of it, or nothing.

    ``bases``: the version of each section that the person saw. Raises ``Stale`` when one has another text by now.
    """
    with in_turn(brought.partnership):
        review = PracticeReview._base_manager.select_for_update().get(case_id=brought.case_id)
        numbers = last_numbers(review)
        if any(numbers.get(code, 0) != bases.get(code, -1) for code in sections):
            raise Stale([])
        margin = margin_of(brought)
        done = perform(
            brought, "take_over", by=by, today=today, version=version, sections=sorted(sections),
            comments=len(margin.new), replies=len(margin.answers),
        )  # fmt: skip
        if sections:
            review = perform(review, "write_report", by=by, today=today, sections=dict(sections))
        _add(review, margin, by)
        _settled(margin, by=by, today=today)
        return done


def _settled(margin: Margin, *, by: User, today: dt.date) -> None:
    """What was settled in Word is done; what was done and is answered now is open again, so that it is seen."""
    answered = {row.pk: row for row, _ in margin.answers if row.state == CommentState.DONE}
    for verb, rows in (("settle", margin.done), ("reopen", answered.values())):
        for row in rows:
            if why_not(row, verb, by) is None:
                perform(row, verb, by=by, today=today)


def _add(review: PracticeReview, margin: Margin, by: User) -> None:
    """The new comments, each found in the text as it is now; one event has told how many there are."""
    first, numbers = next_number(review), last_numbers(review)
    readable = {
        code: Readable(review.report.get(code, "")) for code in {section for _, section, _ in margin.new}
    }
    rows, replies = [], []
    for number, (one, section, answers) in enumerate(margin.new, first):
        passage = _passage(readable[section], one)
        row = ReportComment(
            case=review.case, section=section, number=number, quote=passage.quote, before=passage.before,
            after=passage.after, on_version=numbers.get(section, 0), text=one.text, by=by, hand=_hand(one, by),
        )  # fmt: skip
        rows.append(row)
        replies += [(row, place, answer) for place, answer in enumerate(answers, 1)]
    ReportComment.objects.bulk_create(rows, batch_size=200)
    already: dict[int, int] = {}
    for row, answer in margin.answers:
        already[row.pk] = already.get(row.pk, row.replies.count()) + 1
        replies.append((row, already[row.pk], answer))
    CommentReply.objects.bulk_create(
        [
            CommentReply(comment=row, number=number, text=answer.text, by=by, hand=_hand(answer, by))
            for row, number, answer in replies
        ],
        batch_size=200,
    )


def _passage(text: Readable, one: MarginNote) -> Passage:
    if one.whole or not one.quote:
        return Passage("")
    asked = Passage(one.quote, one.before, one.after)
    place = text.find(asked)
    return asked if place.how == GONE else text.passage(place.start, place.end)


def _hand(one: MarginNote, by: User) -> str:
    """The name Word gives, where it is another than that of whoever brings the file."""
    return "" if one.author.strip() in {"", by.name} else one.author.strip()

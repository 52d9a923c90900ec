"""The chronology: entering, importing all or nothing, judging two entries side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from cspr.accounts.models import Agency, User
from cspr.workflow import Refused, begin, note, perform
from referrals.models import Case
from reviews.chronology.rows import Entry
from reviews.chronology.tables import MOST_ROWS
from reviews.models import ChronologyEntry, ChronologyImport, ChronologyJudgement
from reviews.permissions import edit_for, keep_chronology

# What one case may hold: ten tables of the largest kind.
MOST_ENTRIES = 10 * MOST_ROWS


def enter(case: Case, entry: Entry, *, by: User, today: dt.date, nonce: str = "") -> ChronologyEntry:
    """Write one entry. Refused for an agency the person may not enter for, or once its request is closed."""
    _refuse(case, entry.agency, by)
    written = ChronologyEntry(case=case, agency_id=entry.agency, entered_by=by)
    written.fill(entry)
    return begin(written, by=by, today=today, nonce=nonce, facts={"agency": entry.agency})


def bring(
    case: Case,
    *,
    by: User,
    today: dt.date,
    agency: Agency | None,
    origin: str,
    rows: list[list[str]],
    heading: int,
    mapping: Sequence[str],
    nonce: str = "",
) -> ChronologyImport:
    """Keep a table to be looked at. Nothing of it is in the chronology yet."""
    _refuse(case, agency.pk if agency else None, by)
    brought = ChronologyImport(
        case=case,
        agency=agency,
        started_by=by,
        origin=origin,
        rows=rows,
        heading=heading,
        mapping=list(mapping),
    )
    return begin(brought, by=by, today=today, nonce=nonce, facts={"rows": len(rows), "origin": origin})


def take_over(
    brought: ChronologyImport,
    *,
    by: User,
    today: dt.date,
    entries: Sequence[Entry],
    left_out: int,
    version: int | None = None,
    nonce: str = "",
) -> ChronologyImport:
    """Put every one of ``entries`` into the chronology, with one event that says how many; or none of them."""
    with transaction.atomic():
        done = perform(
            brought, "take_over", by=by, today=today, version=version, nonce=nonce,
            taken=len(entries), left_out=left_out,
        )  # fmt: skip
        if done.case.chronology.count() + len(entries) > MOST_ENTRIES:
            raise Refused(f"A chronology holds {MOST_ENTRIES:,} entries at most.")
        for agency in {entry.agency for entry in entries}:
            _refuse(done.case, agency, by)
        rows = []
        for entry in entries:
            row = ChronologyEntry(case=done.case, agency_id=entry.agency, entered_by=by, brought_by=done)
            row.fill(entry)
            rows.append(row)
        ChronologyEntry.objects.bulk_create(rows, batch_size=200)
        return done


def judge(
    first: ChronologyEntry,
    second: ChronologyEntry,
    *,
    by: User,
    today: dt.date,
    verdict: str,
    words: str = "",
) -> ChronologyJudgement:
    """Keep what a person says about two entries. Said again, it replaces what was said; the history keeps both."""
    reason = keep_chronology(first, by)
    if reason:
        raise Refused(reason)
    if first.case_id != second.case_id or first.pk == second.pk:
        raise Refused("These are not two entries of one chronology.")
    one, other = sorted((first, second), key=lambda entry: entry.pk)
    with transaction.atomic():
        judgement, _ = ChronologyJudgement.objects.update_or_create(
            first=one,
            second=other,
            defaults={"verdict": verdict, "words": words, "judged_by": by, "judged_on": today},
        )
        note(one, "judge", by=by, today=today, other=other.ref, verdict=verdict)
        return judgement


def _refuse(case: Case, agency: int | None, by: User) -> None:
    reason = edit_for(case, agency, by)
    if reason is None and agency is not None and not case.partnership.agencies.filter(pk=agency).exists():
        reason = "That agency does not work with this partnership."
    if reason:
        raise Refused(reason)

"""Disposing of a case whose period is over: proposed, approved by somebody else, and carried out by the worker."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.audit.log import record
from cspr.audit.models import Event
from cspr.audit.words import DISPOSED, forget_words
from cspr.logs import kind_and_place
from cspr.wall.scope import within
from cspr.workflow import Refused, Subject, begin, in_turn, perform
from referrals.actions.erasing import counted, erase, listed_files
from referrals.actions.tombstones import keep_outside
from referrals.models import Case, Disposal, Referral
from referrals.models.disposal import barred
from referrals.models.due import due_of
from referrals.models.leading import Belongings, belongings, belongings_of
from referrals.retention import DISPOSAL_OPEN, DisposalState

log = logging.getLogger(__name__)
S = DisposalState
ALREADY = "Disposal of this case is proposed already."


def unproposable(case: Case, today: dt.date) -> str | None:
    """Why nobody can propose it today; ``None`` when its time has come and it is not proposed yet."""
    if case.disposals.filter(state__in=DISPOSAL_OPEN).exists():
        return ALREADY
    return barred(case, today)


def propose_disposal(
    case: Case, *, by: User, today: dt.date, words: str, version: int | None = None, nonce: str = ""
) -> Disposal:
    """Propose it as the first of two people. Refused while the period runs or is not confirmed, while a legal hold
    stands, and while anything of the case is unfinished (``referrals.models.disposal.barred``)."""
    with in_turn(case.partnership, by=by, nonce=nonce):
        proposed = perform(case, "propose_disposal", by=by, today=today, version=version, nonce=nonce)
        if reason := unproposable(proposed, today):
            raise Refused(reason)
        found = due_of(proposed)
        assert found is not None
        return begin(
            Disposal(
                partnership=proposed.partnership,
                case=proposed,
                case_ref=proposed.ref,
                restricted=proposed.restricted,
                kind=found.rule.row.kind,
                kept_from=found.kept_from,
                period=found.rule.lasting,
                over_on=found.over_on,
                words=words,
                proposed_by=by,
                proposed_on=today,
            ),
            by=by,
            today=today,
            facts={"kind": found.rule.row.kind, "over_on": found.over_on},
        )


# --- carrying it out --------------------------------------------------------------------------------------


def dispose_waiting(now: dt.datetime) -> int:
    """Carry out every disposal that was approved, and finish what an earlier run began. Answers how many.

    May be run any number of times, late, or twice at once. One that fails stops no other, and is tried again.
    """
    done = 0
    waiting = Disposal.objects.beside().filter(state__in=(S.APPROVED, S.CARRIED_OUT), told_outside=False)
    for pk, partnership in waiting.order_by("pk").values_list("pk", "partnership"):
        try:
            with within([partnership]):
                done += _see_to(pk, timezone.localdate(now))
        except Exception as error:  # whatever is wrong with one, the others are due all the same
            log.error("disposal %s: %s", pk, kind_and_place(error))
    return done


def _see_to(pk: int, today: dt.date) -> bool:
    """One of them: first the database, all of it or nothing, then what lies outside, in steps that may be repeated."""
    disposal = Disposal.objects.beside().select_related("partnership").get(pk=pk)
    with in_turn(disposal.partnership):
        disposal = Disposal.objects.beside().get(pk=pk)
        if disposal.state == S.APPROVED:
            disposal = _carry_out(disposal, today)
    if not disposal.carried_out or disposal.told_outside:
        return False
    finish(disposal)
    return True


def _carry_out(disposal: Disposal, today: dt.date) -> Disposal:
    """In the partnership's turn: nobody sets a hold meanwhile, and one that was set before has won."""
    case = disposal.case
    if reason := disposal.barred(today):
        return perform(disposal, "put_aside", by=None, today=today, reason=reason)
    assert case is not None
    held = belongings(case)
    certificate = _certificate(disposal, held, today)
    disposal = perform(disposal, "carry_out", by=None, today=today, certificate=certificate)
    return _remove(disposal, held, again=False)


def _remove(disposal: Disposal, held: Belongings, *, again: bool) -> Disposal:
    """Write into the record that each of these cases is disposed of, and then remove it, words of its record too.

    A referral is named in an event of its own: before it had a case, words bear its reference alone.
    """
    facts = {"certificate": disposal.certificate_hash, "again": again}
    for case in held.cases:
        counts = disposal.certificate["counts"]
        _disposed(disposal, case.ref, case, {**facts, "counts": counts})
        for referral in held.of(Referral).filter(case=case).order_by("pk"):
            _disposed(disposal, case.ref, referral, facts)
        forget_words(case.ref, disposal.partnership)
    disposal.leftovers = [*disposal.leftovers, *erase(held)]
    disposal.told_outside = False
    disposal.save(update_fields=["leftovers", "told_outside"])
    return disposal


def _disposed(disposal: Disposal, case_ref: str, subject: Subject, facts: dict[str, Any]) -> None:
    record(
        partnership=disposal.partnership,
        kind=DISPOSED,
        by=None,
        case_ref=case_ref,
        subject=subject._meta.label_lower,
        subject_ref=subject.ref,
        effective_on=disposal.disposed_on,
        facts=facts,
    )


def finish(disposal: Disposal) -> None:
    """Put the tombstone outside the database, delete the files, and only then say that nothing is left to do."""
    keep_outside(disposal.certificate)
    for place in disposal.leftovers:
        default_storage.delete(place)
    Disposal.objects.beside().filter(pk=disposal.pk).update(leftovers=[], told_outside=True)


def _certificate(disposal: Disposal, held: Belongings, today: dt.date) -> dict[str, Any]:
    """What stays: references, days, numbers and hashes, and in which roles two people disposed of it. No word."""
    roles = dict(
        Event.objects.filter(subject_ref=disposal.ref, kind__in=("disposal.begin", "disposal.approve"))
        .order_by("id")
        .values_list("kind", "by_role")
    )
    proposer, approver = disposal.proposed_by, disposal.approved_by
    assert proposer is not None
    assert approver is not None
    assert disposal.approved_on is not None
    return {
        "certificate": disposal.ref,
        "partnership": disposal.partnership.ref,
        "case": disposal.case_ref,
        "joined": [ref for ref in held.refs if ref != disposal.case_ref],
        "restricted": any(case.restricted for case in held.cases),
        "kind": str(disposal.kind),
        "kept_from": disposal.kept_from.isoformat(),
        "period": disposal.period,
        "over_on": disposal.over_on.isoformat(),
        "proposed": {
            "on": disposal.proposed_on.isoformat(),
            "by": proposer.ref,
            "role": roles["disposal.begin"],
        },
        "approved": {
            "on": disposal.approved_on.isoformat(),
            "by": approver.ref,
            "role": roles["disposal.approve"],
        },
        "disposed_on": today.isoformat(),
        "counts": counted(held),
        "files": listed_files(held),
    }


# --- once more, in a database that was brought back ---------------------------------------------------------


@transaction.atomic
def dispose_again(certificate: dict[str, Any], today: dt.date) -> str:
    """Apply one tombstone to a database from before it. Answers what was done, in a few words; safe to repeat."""
    partnership = Partnership.objects.filter(ref=certificate["partnership"]).first()
    if partnership is None:
        return "its partnership is not in this database"
    with within([partnership.pk]), in_turn(partnership):
        refs = [certificate["case"], *certificate["joined"]]
        held = belongings_of(list(Case.objects.beside().filter(ref__in=refs).order_by("pk")))
        known = Disposal.objects.beside().filter(ref=certificate["certificate"]).first()
        if known and known.carried_out and not held.cases:
            return "stays disposed of"
        disposal = _brought_back(known, partnership, certificate, today)
        if held.cases:
            _remove(disposal, held, again=True)
            return "disposed of again"
        return "was not in this database; its tombstone is"


def _brought_back(
    known: Disposal | None, partnership: Partnership, certificate: dict[str, Any], today: dt.date
) -> Disposal:
    """The tombstone's row, as it was: from what stands in the certificate alone, if the database is older than it."""
    if known is None:
        people = {
            user.ref: user
            for user in User._default_manager.filter(
                ref__in=[certificate["proposed"]["by"], certificate["approved"]["by"]]
            )
        }
        known = Disposal.objects.create(
            ref=certificate["certificate"],
            partnership=partnership,
            case_ref=certificate["case"],
            restricted=certificate["restricted"],
            kind=certificate["kind"],
            kept_from=certificate["kept_from"],
            period=certificate["period"],
            over_on=certificate["over_on"],
            proposed_on=certificate["proposed"]["on"],
            proposed_by=people.get(certificate["proposed"]["by"]),
            approved_on=certificate["approved"]["on"],
            approved_by=people.get(certificate["approved"]["by"]),
            state=S.WITHDRAWN,
        )
    if known.carried_out:
        return known
    others = Disposal.objects.beside().filter(case_ref=known.case_ref, state__in=DISPOSAL_OPEN)
    for other in others.exclude(pk=known.pk):
        perform(
            other, "put_aside", by=None, today=today, reason="It was disposed of under another certificate."
        )
    return perform(known, "carry_out_again", by=None, today=today, certificate=certificate)

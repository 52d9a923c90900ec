"""Is the record whole? Each event's hash covers the one before it, and each day its newest hash is kept elsewhere.

The chain alone shows a changed, added or missing event. Whoever owns the database could write every later hash anew, or
cut the end off and set the head back: only an *anchor*, a hash kept outside the database, shows that. What people wrote
lies beside the events and may go; then the chain itself has to say that the case was disposed of.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from cspr.accounts.models import Partnership
from cspr.audit.log import digest
from cspr.audit.models import Chain, Event
from cspr.audit.words import Disposals, fingerprint

BEGINNING = "0" * 64
ROWS_AT_ONCE = 5000


@dataclass(frozen=True)
class Anchor:
    """What a partnership's chain looked like at a moment: how many events, and the hash of the last."""

    partnership: str
    seq: int
    head: str
    at: str


@dataclass(frozen=True)
class Break:
    """The first place at which a chain is not as it was written. ``ref``: the event there; "" when there is none."""

    seq: int
    ref: str
    words: str

    def __str__(self) -> str:
        return f"place {self.seq}{f', event {self.ref}' if self.ref else ''}: {self.words}"


class AnchorsUnreadable(Exception):
    """A file of anchors is not one; the message names the file and the line, and nothing that stands in it."""


def first_break(partnership: Partnership, anchors: Iterable[Anchor] = ()) -> Break | None:
    """The first place that does not fit the chain or an anchor of this partnership; ``None`` when it is whole.

    Events may be appended meanwhile: those are left for the next time. Memory does not grow with the chain.
    """
    known = {anchor.seq: anchor for anchor in anchors if anchor.partnership == partnership.ref}
    events = Event.objects.filter(partnership=partnership)
    # In this order: an honest writer has moved the head on by the time its event can be read.
    newest = events.aggregate(newest=Max("seq"))["newest"] or 0
    chain = Chain.objects.filter(partnership=partnership).first() or Chain(partnership=partnership)
    disposals = Disposals(partnership)
    last, head = 0, BEGINNING
    for event in _in_order(events.filter(seq__lte=chain.seq)):
        wrong = _wrong(event, last + 1, head, known.get(event.seq)) or _wrong_words(event, disposals)
        if wrong:
            return wrong
        last, head = event.seq, event.hash
    return _wrong_end(last, head, chain) or _beyond(chain, newest, known.values())


def _in_order(events: QuerySet[Event]) -> Iterator[Event]:
    """By place, so many rows at a time."""
    last = 0
    while rows := list(events.filter(seq__gt=last).order_by("seq")[:ROWS_AT_ONCE]):
        yield from rows
        last = rows[-1].seq


def _wrong(event: Event, seq: int, previous: str, anchor: Anchor | None) -> Break | None:
    if event.seq != seq:
        return Break(seq, "", f"missing; the next is place {event.seq}, event {event.ref}")
    if event.previous_hash != previous:
        return Break(seq, event.ref, "it does not follow the event before it")
    if event.hash != digest(previous, event):
        return Break(seq, event.ref, "what it says does not fit its hash")
    if anchor and anchor.head != event.hash:
        return Break(seq, event.ref, f"it is not the event that the anchor of {anchor.at} was taken from")
    return None


def _wrong_words(event: Event, disposals: Disposals) -> Break | None:
    if event.words_gone:
        if not disposals.account_for(event):
            return Break(event.seq, event.ref, "its words are gone, and no disposal of its case says why")
    elif event.words_digest:
        if event.words_digest != fingerprint(event.said.text, event.said.salt):
            return Break(event.seq, event.ref, "its words are not those that were written")
    elif hasattr(event, "said"):
        return Break(event.seq, event.ref, "it has words, and had none when it was written")
    return None


def _wrong_end(last: int, head: str, chain: Chain) -> Break | None:
    if last < chain.seq:
        return Break(last + 1, "", f"missing, with all that follow; there were {chain.seq}")
    if head != chain.head:
        return Break(last, "", "the head of the chain is not the hash of the last event")
    return None


def _beyond(chain: Chain, newest: int, anchors: Iterable[Anchor]) -> Break | None:
    """What lies after the end of the chain: an event nobody wrote through it, or an anchor of events that are gone."""
    if newest > chain.seq:
        return Break(
            chain.seq + 1, "", f"the chain ends before it, but there are events up to place {newest}"
        )
    later = [anchor for anchor in anchors if anchor.seq > chain.seq]
    if later:
        knew = max(later, key=lambda anchor: anchor.seq)
        return Break(chain.seq + 1, "", f"missing; the anchor of {knew.at} knew of {knew.seq}")
    return None


# --- anchors --------------------------------------------------------------------------------------------------


def anchor_folder() -> Path:
    return Path(settings.AUDIT_ANCHOR_DIR)


def keep_anchors(now: dt.datetime) -> Path | None:
    """Write down every partnership's newest hash, once a day (London); the file, or ``None`` when today's is there.

    A file once written is never written again, so that the folder may be one that only takes new files.
    """
    folder = anchor_folder()
    file = folder / f"{timezone.localtime(now).date().isoformat()}.jsonl"
    if file.exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    heads = Chain.objects.filter(seq__gt=0).order_by("pk").values_list("partnership__ref", "seq", "head")
    anchors = [Anchor(ref, seq, head, now.isoformat(timespec="seconds")) for ref, seq, head in heads]
    whole = "".join(json.dumps(asdict(anchor)) + "\n" for anchor in anchors)
    half_written = file.with_suffix(".new")
    half_written.write_text(whole, encoding="ascii")
    half_written.replace(file)
    return file


def anchors_in(folder: Path) -> Iterator[Anchor]:
    """Every anchor kept in a folder. Raises ``AnchorsUnreadable`` for a line that is none."""
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            try:
                yield Anchor(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise AnchorsUnreadable(f"{file.name}, line {number} is not an anchor.") from error

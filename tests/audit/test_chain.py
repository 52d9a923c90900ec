"""Whatever an owner of the database does to the record is found, by the chain or by the anchors kept outside."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cspr.audit.chain import Anchor, AnchorsUnreadable, anchors_in, first_break, keep_anchors
from cspr.audit.log import digest, record
from cspr.audit.models import Chain, Event, Words
from cspr.audit.words import DISPOSED, fingerprint, forget_words
from tests import factories as make

pytestmark = [pytest.mark.usefixtures("owner"), pytest.mark.django_db]
LENGTH, ANCHORED = 12, 9
OF_A_CASE, DISPOSAL = (1, 3), 5  # two places at which words of a case have gone; where the record says so
Area = make.Area


@pytest.fixture
def a() -> Area:
    """A record of a few events about two cases, of which one was disposed of, with the triggers of the database gone:
    the owner may do anything."""
    a = make.area()
    for seq in range(1, LENGTH + 1):
        kind, case = ("case.note", f"CASE-{seq in (*OF_A_CASE, DISPOSAL)}")
        if seq == DISPOSAL:
            kind = DISPOSED
        words = "" if seq == LENGTH else f"Note {seq}"
        record(partnership=a.partnership, kind=kind, by=a.staff, case_ref=case, words=words, facts={"n": seq})
        if seq == DISPOSAL:
            assert forget_words(case, a.partnership) == len(OF_A_CASE)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in ("event", "words"):
                cursor.execute(f"DROP TRIGGER audit_{table}_no_update")
                cursor.execute(f"DROP TRIGGER audit_{table}_no_delete")
        else:
            cursor.execute("DROP TRIGGER audit_event_append_only ON audit_event")
            cursor.execute("DROP TRIGGER audit_words_stay ON audit_words")
    return a


def events(a: Area) -> Any:
    return Event.objects.filter(partnership=a.partnership).order_by("seq")


def anchor(a: Area, seq: int) -> Anchor:
    return Anchor(a.partnership.ref, seq, events(a).get(seq=seq).hash, "2026-11-23")


# --- what an owner could do: each names the first place it touches -----------------------------------------------
# Where that is the disposal itself, the first place is where its words have gone, and nothing says why any more.

TEXTS = (
    "kind",
    "case_ref",
    "subject",
    "subject_ref",
    "state_before",
    "state_after",
    "reason_code",
    "words_digest",
)
OTHERS = {
    "at": F("at") + dt.timedelta(seconds=1),
    "by": None,
    "by_role": "chair",
    "subject_version": 77,
    "effective_on": dt.date(2020, 2, 2),
    "facts": {"n": "other"},
    "nonce": "another",
    "ref": "ZZZZ-ZZZZ",
    "hash": "f" * 64,
    "previous_hash": "e" * 64,
}


def change_a_column(a: Area, dice: random.Random) -> int:
    seq, column = dice.randint(1, LENGTH), dice.choice([*TEXTS, *OTHERS])
    value = OTHERS.get(column, "forged")
    assert events(a).filter(seq=seq).exclude(**{column: value}).update(**{column: value}) == 1
    return OF_A_CASE[0] if seq == DISPOSAL and column in {"kind", "case_ref"} else seq


def delete_one(a: Area, dice: random.Random) -> int:
    seq = dice.randint(1, LENGTH)
    _delete(events(a).filter(seq=seq))
    return OF_A_CASE[0] if seq == DISPOSAL else seq


def swap_two(a: Area, dice: random.Random) -> int:
    first, second = sorted(dice.sample(range(1, LENGTH + 1), 2))
    for before, after in ((first, 1000), (second, first), (1000, second)):
        events(a).filter(seq=before).update(seq=after)
    return first


def slip_one_in(a: Area, dice: random.Random) -> int:
    """At the end, with hashes that fit, but without the head."""
    last = events(a).last()
    _append(a, last)
    return LENGTH + 1


def cut_the_end_off(a: Area, dice: random.Random) -> int:
    seq = dice.randint(1, ANCHORED)
    _delete(events(a).filter(seq__gte=seq))
    _set_head(a)
    return OF_A_CASE[0] if seq <= DISPOSAL else seq


def write_all_later_hashes_anew(a: Area, dice: random.Random) -> int:
    """The anchor is the first event that can be told from what it was."""
    _rewrite(a, dice.randint(1, ANCHORED))
    return ANCHORED


def take_one_out_and_close_the_gap(a: Area, dice: random.Random) -> int:
    seq = dice.randint(1, ANCHORED)
    _delete(events(a).filter(seq=seq))
    for later in range(seq + 1, LENGTH + 1):
        events(a).filter(seq=later).update(seq=later - 1)
    _rewrite(a, seq)
    return OF_A_CASE[0] if seq == DISPOSAL else ANCHORED


def move_the_head(a: Area, dice: random.Random) -> int:
    """Back: the events after it were written by nobody. On: those up to it are missing. At the very place: its hash."""
    seq = dice.choice([*range(LENGTH), LENGTH + 5])
    Chain.objects.filter(partnership=a.partnership).update(seq=seq)
    return seq if seq < LENGTH else LENGTH + 1


def change_the_head(a: Area, dice: random.Random) -> int:
    Chain.objects.filter(partnership=a.partnership).update(head=f"{dice.getrandbits(256):064x}")
    return LENGTH


def change_words(a: Area, dice: random.Random) -> int:
    words = dice.choice(list(written(a)))
    written(a).filter(pk=words.pk).update(text=f"{words.text}.")
    return words.event.seq


def change_the_salt(a: Area, dice: random.Random) -> int:
    words = dice.choice(list(written(a)))
    written(a).filter(pk=words.pk).update(salt=f"{dice.getrandbits(256):064x}")
    return words.event.seq


def change_words_and_make_their_hash_fit(a: Area, dice: random.Random) -> int:
    words = dice.choice(list(written(a)))
    fits = fingerprint("forged", words.salt)
    written(a).filter(pk=words.pk).update(text="forged")
    events(a).filter(pk=words.pk).update(words_digest=fits)
    return words.event.seq


def take_words_out(a: Area, dice: random.Random) -> int:
    words = dice.choice(list(written(a)))
    written(a).filter(pk=words.pk).delete()
    return words.event.seq


def take_words_out_of_the_disposal_itself(a: Area, dice: random.Random) -> int:
    """It accounts for what was written before it."""
    written(a).filter(event__seq=DISPOSAL).delete()
    return DISPOSAL


def add_words_where_there_were_none(a: Area, dice: random.Random) -> int:
    Words.objects.create(event=events(a).get(seq=LENGTH), text="forged", salt="0" * 64)
    return LENGTH


def lay_other_words_where_some_have_gone(a: Area, dice: random.Random) -> int:
    seq = dice.choice(OF_A_CASE)
    Words.objects.create(event=events(a).get(seq=seq), text="forged", salt="0" * 64)
    return seq


def say_that_another_case_was_disposed_of(a: Area, dice: random.Random) -> int:
    """The event that names it is found; and without it, the words that have gone."""
    events(a).filter(seq=DISPOSAL).update(case_ref="CASE-False")
    return OF_A_CASE[0]


def written(a: Area) -> Any:
    rows = Words.objects.filter(event__partnership=a.partnership).select_related("event")
    return rows.order_by("event__seq")


def _delete(rows: Any) -> None:
    """Events, with what was written."""
    Words.objects.filter(event__in=rows).delete()
    rows._raw_delete("default")


def _append(a: Area, last: Event) -> None:
    forged = Event(
        partnership=a.partnership, seq=last.seq + 1, at=last.at, kind="forged", previous_hash=last.hash
    )
    forged.hash = digest(last.hash, forged)
    forged.save(force_insert=True)


def _rewrite(a: Area, seq: int) -> None:
    events(a).filter(seq=seq).update(reason_code="nothing_happened")
    previous = events(a).get(seq=seq - 1).hash if seq > 1 else "0" * 64
    for event in events(a).filter(seq__gte=seq):
        fitting = digest(previous, event)
        Event.objects.filter(pk=event.pk).update(previous_hash=previous, hash=fitting)
        previous = fitting
    _set_head(a)


def _set_head(a: Area) -> None:
    last = events(a).last()
    Chain.objects.filter(partnership=a.partnership).update(
        seq=last.seq if last else 0, head=last.hash if last else "0" * 64
    )


DEEDS: list[Callable[[Area, random.Random], int]] = [
    change_a_column,
    delete_one,
    swap_two,
    slip_one_in,
    cut_the_end_off,
    write_all_later_hashes_anew,
    take_one_out_and_close_the_gap,
    move_the_head,
    change_the_head,
    change_words,
    change_the_salt,
    change_words_and_make_their_hash_fit,
    take_words_out,
    take_words_out_of_the_disposal_itself,
    add_words_where_there_were_none,
    lay_other_words_where_some_have_gone,
    say_that_another_case_was_disposed_of,
]


@pytest.mark.thorough
def test_a_thousand_deeds_of_an_owner_are_all_found_at_the_first_place_they_touched(a):
    anchors, dice, missed = [anchor(a, ANCHORED)], random.Random(20261130), []
    assert first_break(a.partnership, anchors) is None
    for n in range(1000):
        deed = DEEDS[n % len(DEEDS)]
        with transaction.atomic():
            place = deed(a, dice)
            found = first_break(a.partnership, anchors)
            if found is None or found.seq != place:
                missed.append((n, deed.__name__, place, found))
            transaction.set_rollback(True)
    assert missed == []


def test_what_only_an_anchor_can_show_is_not_found_without_it(a):
    write_all_later_hashes_anew(a, random.Random(1))
    assert first_break(a.partnership) is None


def test_the_record_of_one_partnership_says_nothing_about_another(a):
    other = make.area("Otherham")
    delete_one(a, random.Random(1))
    assert first_break(other.partnership) is None


# --- anchors ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR_DIR = tmp_path / "anchors"
    return settings.AUDIT_ANCHOR_DIR


def test_each_day_has_one_file_of_anchors_and_a_second_tick_writes_nothing(a, folder):
    now = timezone.now()
    first = keep_anchors(now)
    record(partnership=a.partnership, kind="case.note", by=a.staff)
    assert keep_anchors(now + dt.timedelta(hours=3)) is None
    second = keep_anchors(now + dt.timedelta(days=1))
    assert [first.name, second.name] == ["2026-11-23.jsonl", "2026-11-24.jsonl"]
    assert [known.seq for known in anchors_in(folder)] == [LENGTH, LENGTH + 1]
    assert first_break(a.partnership, anchors_in(folder)) is None


def test_an_anchor_says_nothing_of_people_or_cases(a, folder):
    file = keep_anchors(timezone.now())
    assert json.loads(file.read_text()).keys() == {"partnership", "seq", "head", "at"}


def test_a_file_that_is_no_list_of_anchors_is_named_by_its_line(folder):
    folder.mkdir()
    (folder / "2026-11-23.jsonl").write_text('{"partnership": "x"}\n')
    with pytest.raises(AnchorsUnreadable, match=r"2026-11-23\.jsonl, line 1"):
        list(anchors_in(folder))


# --- the command ------------------------------------------------------------------------------------------------


def verified(capsys, *arguments: str) -> str:
    call_command("verify_audit", *arguments)
    return capsys.readouterr().out


def test_the_command_says_that_every_partnership_is_whole(a, folder, capsys):
    keep_anchors(timezone.now())
    assert verified(capsys) == f"{a.partnership.name}: whole: {LENGTH} events, 1 anchors\n"


def test_the_command_names_the_first_bad_row_and_fails(a, folder, capsys):
    event = events(a).get(seq=7)
    events(a).filter(seq__in=[7, 9]).update(reason_code="forged")
    with pytest.raises(SystemExit, match="1"):
        verified(capsys)
    expected = (
        f"{a.partnership.name}: BROKEN at place 7, event {event.ref}: what it says does not fit its hash\n"
    )
    assert capsys.readouterr().out == expected


def test_a_record_older_than_its_anchors_is_said_to_have_lost_its_end(a, folder, capsys):
    """As after a restore from yesterday's backup."""
    keep_anchors(timezone.now())
    _delete(events(a).filter(seq__gte=ANCHORED))
    _set_head(a)
    with pytest.raises(SystemExit):
        verified(capsys)
    assert f"missing; the anchor of 2026-11-23T09:00:00+00:00 knew of {LENGTH}" in capsys.readouterr().out


def test_a_partnership_that_only_an_anchor_knows_is_named(folder, capsys):
    folder.mkdir()
    (folder / "2026-11-23.jsonl").write_text(json.dumps(Anchor("ABCD-EFGH", 3, "a" * 64, "then").__dict__))
    with pytest.raises(SystemExit):
        verified(capsys)
    assert "partnership ABCD-EFGH: BROKEN" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_said_so(capsys):
    with pytest.raises(CommandError, match="There is no folder"):
        verified(capsys, "--anchors", "/nowhere/at/all")


def test_measuring_leaves_nothing_behind(capsys):
    call_command("measure_audit", "--events", "50")
    assert "50 events" in capsys.readouterr().out
    assert not Event.objects.exists()

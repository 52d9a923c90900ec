"""The migration that moves words beside the record: every word is kept, and no broken chain is made whole by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from cspr.audit.chain import anchors_in, first_break, keep_anchors
from cspr.audit.log import history, record
from cspr.audit.words import DISPOSED, forget_words
from cspr.workflow import perform
from tests import factories as make
from tests.signing_in import build_wall

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("owner", "emptied"),
    pytest.mark.thorough,
]
BEFORE = ("audit", "0002_append_only")
# It and all that came since: the wall of the tables needs every one of them.
AFTER = MigrationLoader(None).graph.leaf_nodes("audit")[0]


def go(target: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate([target])


def ask(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def a() -> Any:
    yield make.area()
    go(AFTER)
    build_wall()  # the table that went and came back has no rights and no rules


def test_words_are_there_on_both_ways_and_the_chain_is_whole(a: make.Area) -> None:
    case = make.accepted(a).case
    perform(case, "restrict", by=a.staff, today=make.TODAY, words="Somebody works here.")
    said = [event.words for event in history(case.ref)]
    assert any(said)
    go(BEFORE)
    told = [words for (words,) in ask("SELECT words FROM audit_event ORDER BY id DESC")]
    assert [words for words in told if words] == [words for words in said if words]
    with pytest.raises(Exception, match="append-only"):
        ask("UPDATE audit_event SET words = ''")
    go(AFTER)
    assert [event.words for event in history(case.ref)] == said
    assert first_break(a.partnership) is None
    record(partnership=a.partnership, kind="case.note", by=a.staff, words="And so on.")
    assert first_break(a.partnership) is None
    for table in ("event", "words"):
        with pytest.raises(Exception, match=r"append-only|words stay"):
            ask(f"DELETE FROM audit_{table}")


def test_anchors_from_before_are_put_away_and_a_new_one_fits(
    a: make.Area, settings: Any, tmp_path: Path, capsys: Any
) -> None:
    settings.AUDIT_ANCHOR_DIR = tmp_path
    record(partnership=a.partnership, kind="case.note", by=a.staff, words="Note.")
    go(BEFORE)
    old = keep_anchors(timezone.now())
    capsys.readouterr()
    go(AFTER)
    assert "The record of 1 partnerships was written anew." in capsys.readouterr().out
    wrong = first_break(a.partnership, anchors_in(tmp_path))
    assert wrong is not None
    assert "the anchor of" in wrong.words
    away = tmp_path / "before-words"
    away.mkdir()
    old.rename(away / old.name)
    assert keep_anchors(timezone.now()) == old
    assert first_break(a.partnership, anchors_in(tmp_path)) is None


def test_a_record_that_is_not_as_it_was_written_is_not_made_whole(a: make.Area) -> None:
    for number in range(3):
        record(partnership=a.partnership, kind="case.note", by=a.staff, words=f"Note {number}.")
    go(BEFORE)
    ask("UPDATE audit_chain SET seq = seq - 1")
    with pytest.raises(Exception, match=rf"partnership {a.partnership.ref}, its end"):
        go(AFTER)
    assert ask("SELECT count(*) FROM audit_event WHERE words LIKE 'Note%'") == [(3,)]
    ask("UPDATE audit_chain SET seq = seq + 1, head = upper(head)")
    with pytest.raises(Exception, match=rf"partnership {a.partnership.ref}, its end"):
        go(AFTER)
    ask("UPDATE audit_chain SET head = lower(head)")
    go(AFTER)
    assert first_break(a.partnership) is None


def test_once_words_have_gone_there_is_no_way_back(a: make.Area) -> None:
    for kind in ("case.note", DISPOSED):
        record(partnership=a.partnership, kind=kind, by=a.staff, case_ref="CASE1-CASE1", words="Note.")
    forget_words("CASE1-CASE1", a.partnership)
    with pytest.raises(IrreversibleError):
        go(BEFORE)
    assert first_break(a.partnership) is None

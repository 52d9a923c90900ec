"""What people wrote with events stays until the record says that their case was disposed of, and leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cspr.audit import chain
from cspr.audit.chain import first_break
from cspr.audit.log import history, record
from cspr.audit.models import WORDS_GONE, Event, Words
from cspr.audit.words import DISPOSED, NotDisposed, fingerprint, forget_words
from cspr.wall.scope import within
from tests import factories as make

pytestmark = pytest.mark.django_db
KEPT = "words stay until the record says"
CASE, OTHER, REFERRAL = "CASE1-CASE1", "CASE2-CASE2", "REFER-REFER"


@pytest.fixture
def a() -> make.Area:
    return make.area()


def write(a: make.Area, words: str, **about: Any) -> Event:
    return record(
        partnership=a.partnership, kind="case.note", by=a.staff, words=words, **{"case_ref": CASE, **about}
    )


def dispose(a: make.Area, **about: Any) -> Event:
    return record(
        partnership=a.partnership, kind=DISPOSED, by=a.chair, **{"case_ref": CASE, "words": "Due.", **about}
    )


def left(a: make.Area) -> list[str]:
    return [
        event.words
        for event in Event.objects.filter(partnership=a.partnership).order_by("seq")
        if event.words
    ]


def test_words_are_read_with_their_event_in_one_statement(a, django_assert_num_queries):
    written = write(a, "Nobody was at home.")
    write(a, "")
    assert written.words == "Nobody was at home."
    with django_assert_num_queries(1):
        assert [event.words for event in history(CASE)] == ["", "Nobody was at home."]


def test_the_record_holds_a_hash_that_needs_the_salt_and_the_salt_lies_with_the_words(a):
    first, second = (Event.objects.get(pk=write(a, "Nobody was at home.").pk) for _ in range(2))
    assert first.words_digest == fingerprint("Nobody was at home.", first.said.salt)
    assert first.words_digest != second.words_digest
    assert first.words not in str(first.content())


def test_what_is_undone_leaves_no_words(a):
    before = Words.objects.count()
    with transaction.atomic():
        write(a, "Nobody was at home.")
        transaction.set_rollback(True)
    assert Words.objects.count() == before


# --- they stay --------------------------------------------------------------------------------------------


def test_the_database_refuses_to_change_words(a):
    write(a, "Nobody was at home.")
    dispose(a)
    with pytest.raises(DatabaseError, match=r"never changed|permission denied"), transaction.atomic():
        Words.objects.update(text="Somebody was at home.")


def test_the_database_refuses_to_delete_words_that_no_disposal_accounts_for(a):
    other = make.area()
    write(a, "The case was there.", case_ref=OTHER)
    write(a, "There was no case yet.", case_ref="", subject_ref=REFERRAL)
    write(a, "It belongs to nothing.", case_ref="")
    dispose(a)
    dispose(a, case_ref="")
    dispose(other, case_ref=OTHER)
    write(a, "This came later.")
    for words in Words.objects.exclude(text="Due."):
        with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
            Words.objects.filter(pk=words.pk).delete()
    with pytest.raises(DatabaseError, match=KEPT), transaction.atomic():
        Words.objects.all().delete()


def test_nothing_is_forgotten_of_a_case_that_was_not_disposed_of(a):
    write(a, "Nobody was at home.")
    for case in (CASE, ""):
        with pytest.raises(NotDisposed):
            forget_words(case, a.partnership)
    assert left(a) == ["Nobody was at home."]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no wall")
def test_another_partnership_neither_reads_nor_deletes_them(a):
    write(a, "Nobody was at home.")
    dispose(a)
    other = make.area()
    with within([other.partnership.pk]), transaction.atomic():
        assert list(Words.objects.all()) == []
        assert Words.objects.all().delete()[0] == 0
    assert Words.objects.count() == 2


# --- they go ----------------------------------------------------------------------------------------------


def test_the_words_of_a_disposed_case_go_and_the_record_stays_whole(a):
    for words in ("Nobody was at home.", "", "The mother rang."):
        write(a, words)
    write(a, "Of another case.", case_ref=OTHER)
    dispose(a)
    write(a, "Said afterwards.")
    assert forget_words(CASE, a.partnership) == 2
    assert left(a) == [WORDS_GONE, WORDS_GONE, "Of another case.", "Due.", "Said afterwards."]
    assert not Words.objects.filter(text__contains="home").exists()
    assert first_break(a.partnership) is None
    assert forget_words(CASE, a.partnership) == 0


def test_words_from_before_there_was_a_case_go_where_the_disposal_names_their_subject(a):
    write(a, "Please say where.", case_ref="", subject_ref=REFERRAL)
    write(a, "Of another referral.", case_ref="", subject_ref="OTHER-OTHER")
    write(a, "Of the same referral, in another case.", case_ref=OTHER, subject_ref=REFERRAL)
    dispose(a, words="")
    assert forget_words(CASE, a.partnership) == 0
    dispose(a, words="", subject_ref=REFERRAL)
    assert forget_words(CASE, a.partnership) == 1
    assert left(a) == [WORDS_GONE, "Of another referral.", "Of the same referral, in another case."]
    assert first_break(a.partnership) is None


def test_a_case_disposed_of_while_the_record_is_checked_raises_no_alarm(a, monkeypatch):
    write(a, "Nobody was at home.")
    in_order = chain._in_order

    def slowly(events: Any) -> Any:
        dispose(a)
        forget_words(CASE, a.partnership)
        yield from in_order(events)

    monkeypatch.setattr(chain, "_in_order", slowly)
    assert first_break(a.partnership) is None


def test_words_of_long_pages_cost_no_statement_each(a, django_assert_num_queries):
    for n in range(30):
        write(a, f"Note {n}.")
    dispose(a)
    forget_words(CASE, a.partnership)
    with django_assert_num_queries(1):
        assert {event.words for event in history(CASE)} == {WORDS_GONE, "Due."}

"""Asking for a PDF writes a row; the worker makes it under a lease; what goes wrong stays with that row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.accounts.models import User
from cspr.documents import pdf
from cspr.documents.failures import CannotRender
from cspr.documents.leases import GAVE_UP, MOST_ATTEMPTS
from cspr.documents.making import (
    ENOUGH_SECONDS,
    LEASE,
    NO_LONGER_ALLOWED,
    ask_again,
    claim,
    make,
    make_waiting,
)
from cspr.documents.models import Document, State
from cspr.documents.pdf import PANGO, Paper, queue_pdf, register_paper
from cspr.documents.renderer import SECONDS
from cspr.documents.storing import opened
from cspr.documents.tasks import render_waiting
from cspr.probe import HEARTBEAT_STALE_SECONDS
from cspr.wall.scope import everything
from tests.documents.pango import needs_pango

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
LATER = dt.timedelta(minutes=5)


def failing(folder: Any, user: User) -> Paper:
    """A paper that brings the renderer down: deeper than it can lay out."""
    deep = "<div>" * 2000
    paper = Paper("documents_test/words.html", {"folder": folder}, "Deep", "deep")
    return type("Deep", (Paper,), {"html": lambda self: f"<html><title>x</title><body>{deep}"})(**vars(paper))


def broken(folder: Any, user: User) -> Paper:
    raise ZeroDivisionError(folder.words)


def late(folder: Any, user: User) -> Paper:
    raise CannotRender("There is no decision to print yet.")


@pytest.fixture(autouse=True)
def deep_paper(words_paper: None) -> None:
    register_paper("deep", failing, "Deep")


@pytest.fixture
def row(folder: Any, reader: User) -> Document:
    return queue_pdf("words", folder, reader)


def break_builder(kind: str, builder: Any) -> None:
    register_paper(kind, builder, "Broken", subject_label="folders.folder")


# --- asking -------------------------------------------------------------------------------------------------
def test_asking_writes_one_row_and_nothing_else(folder: Any, reader: User, own_storage: Path) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        document = queue_pdf("words", folder, reader)
    writes = [q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert [sql.split(" ")[:3] for sql in writes] == [["INSERT", "INTO", '"documents_document"']]
    assert (document.state, document.progress, document.path) == (State.QUEUED, 0, "")
    assert (document.title, document.name) == ("Words of a folder", f"folder-{folder.ref.lower()}.pdf")
    assert (document.partnership, document.case_ref) == (folder.partnership, folder.ref)
    assert list(own_storage.iterdir()) == []


def test_asking_twice_for_the_same_words_gives_the_same_row(folder: Any, reader: User, row: Document) -> None:
    assert queue_pdf("words", folder, reader) == row
    Document.objects.filter(pk=row.pk).update(state=State.READY, path="aa/bb")
    assert queue_pdf("words", folder, reader) == row


def test_other_words_another_style_or_a_failure_give_a_new_row(
    folder: Any, reader: User, row: Document, settings: Any, tmp_path: Path
) -> None:
    folder.words = "Other words."
    others = queue_pdf("words", folder, reader)
    assert others != row
    Document.objects.filter(pk=others.pk).update(state=State.FAILED)
    again = queue_pdf("words", folder, reader)
    assert again not in (row, others)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "pdf.css").write_text("p { color: black }")
    settings.BASE_DIR = tmp_path
    assert queue_pdf("words", folder, reader) not in (row, others, again)


def test_an_unknown_kind_cannot_be_asked_for(folder: Any, reader: User) -> None:
    with pytest.raises(LookupError):
        queue_pdf("nonsense", folder, reader)


# --- making -------------------------------------------------------------------------------------------------
@needs_pango
def test_the_worker_makes_what_waits_and_a_second_run_makes_nothing(row: Document, own_storage: Path) -> None:
    assert make_waiting() == 1
    row.refresh_from_db()
    assert (row.state, row.progress, row.failure, row.leased_until) == (State.READY, 100, "", None)
    data = opened(row).read()
    assert data.startswith(b"%PDF-1.7")
    assert row.size == len(data)
    assert make_waiting() == 0
    assert len([p for p in own_storage.rglob("*") if p.is_file()]) == 1


@needs_pango
def test_progress_is_told_step_by_step(row: Document) -> None:
    with CaptureQueriesContext(connection) as queries:
        make_waiting()
    written = [re.search(r'^UPDATE .* SET .*"progress" = (\d+)', query["sql"]) for query in queries]
    assert [step[1] for step in written if step and step[1] != "0"] == ["10", "30", "60", "100"]


@needs_pango
def test_words_that_changed_meanwhile_are_the_ones_that_are_set(
    folder: Any, reader: User, row: Document
) -> None:
    folder.words = "Newer words."
    folder.save()
    make_waiting()
    row.refresh_from_db()
    assert queue_pdf("words", folder, reader) == row


@needs_pango
def test_one_that_brings_the_renderer_down_fails_alone_and_visibly_after_three_attempts(
    folder: Any, reader: User, own_storage: Path
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        bad = queue_pdf("deep", folder, reader)
        good = queue_pdf("words", folder, reader)
        taken = []
        for _ in range(MOST_ATTEMPTS + 1):
            taken.append(make_waiting())
            clock.shift(LATER)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert taken == [2, 1, 1, 0]
    assert good.state == State.READY
    assert (bad.state, bad.attempts, bad.failure) == (State.FAILED, 3, f"The renderer stopped (5). {GAVE_UP}")
    assert len([p for p in own_storage.rglob("*") if p.is_file()]) == 1


@needs_pango
def test_one_that_takes_too_long_fails_at_once_and_is_not_tried_again_by_itself(
    row: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.05)
    assert [make_waiting(), make_waiting()] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert row.failure.startswith("Setting this document took longer than 0.05 seconds. Try again when")


def test_a_failed_attempt_waits_before_the_next(row: Document) -> None:
    break_builder("words", broken)
    with time_machine.travel(NOW, tick=False) as clock:
        assert make_waiting() == 1
        assert make_waiting() == 0
        clock.shift(dt.timedelta(seconds=16))
        assert make_waiting() == 1
        clock.shift(dt.timedelta(seconds=16))
        assert make_waiting() == 0
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.QUEUED, "Something unexpected happened.")


def test_what_went_wrong_is_logged_without_the_words_of_the_record(
    row: Document, folder: Any, caplog: pytest.LogCaptureFixture
) -> None:
    break_builder("words", broken)
    make_waiting()
    assert "ZeroDivisionError at " in caplog.text
    assert folder.words not in caplog.text


def test_a_paper_that_cannot_be_made_fails_at_once_with_its_sentence(row: Document) -> None:
    break_builder("words", late)
    make_waiting()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert row.failure == "There is no decision to print yet."


def test_without_pango_the_row_says_what_to_install(row: Document, no_pango: None) -> None:
    make_waiting()
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert PANGO in row.failure


def test_whoever_lost_access_meanwhile_gets_no_pdf(row: Document, folder: Any, own_storage: Path) -> None:
    folder.readers.clear()
    make_waiting()
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.FAILED, NO_LONGER_ALLOWED)
    assert list(own_storage.iterdir()) == []


def test_a_kind_that_is_no_longer_made_fails_with_words(
    row: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(pdf._kinds, "words")
    make_waiting()
    row.refresh_from_db()
    assert row.failure == "This kind of document is no longer made."


# --- the lease ----------------------------------------------------------------------------------------------
def test_a_row_is_claimed_once(row: Document) -> None:
    first = claim(NOW)
    assert first == row
    assert claim(NOW) is None
    assert claim(NOW + LEASE - dt.timedelta(seconds=1)) is None


def test_the_oldest_comes_first(folder: Any, reader: User, row: Document) -> None:
    folder.words = "Other words."
    other = queue_pdf("words", folder, reader)
    assert [claim(NOW), claim(NOW), claim(NOW)] == [row, other, None]


def test_the_row_of_a_dead_worker_is_taken_over_and_after_the_third_given_up(row: Document) -> None:
    now = NOW
    for attempt in (1, 2, 3):
        again = claim(now)
        assert again is not None
        assert again.attempts == attempt
        now += LEASE
    assert claim(now) is None
    row.refresh_from_db()
    assert (row.state, row.failure, row.leased_until) == (State.FAILED, GAVE_UP, None)


@needs_pango
def test_a_worker_that_was_given_up_changes_nothing_when_it_comes_back(
    row: Document, own_storage: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slow = claim(NOW)
    assert slow is not None
    taken_over = claim(NOW + LEASE)
    assert taken_over is not None
    make(slow)
    row.refresh_from_db()
    assert (row.state, row.progress, row.attempts) == (State.RENDERING, 10, 2)
    assert list(own_storage.iterdir()) == []
    assert "another worker has taken it over" in caplog.text
    make(taken_over)
    row.refresh_from_db()
    assert row.state == State.READY


def test_the_lease_outlives_the_longest_task_and_the_task_ends_before_its_worker_seems_dead() -> None:
    assert LEASE.total_seconds() > render_waiting.time_limit < HEARTBEAT_STALE_SECONDS


def test_a_run_ends_in_time_for_its_task(folder: Any, reader: User, row: Document) -> None:
    """After 45 seconds no new row is begun: its minute could pass the task's limit."""
    ticks = iter([0.0, 44.0, 46.0])
    folder.words = "Other words."
    queue_pdf("words", folder, reader)
    break_builder("words", late)
    assert make_waiting(lambda: next(ticks)) == 1
    assert render_waiting.time_limit > ENOUGH_SECONDS + SECONDS


# --- trying again -------------------------------------------------------------------------------------------
def test_a_failed_one_is_tried_again_for_the_person_who_asks(
    row: Document, folder: Any, person: Callable[[str], User]
) -> None:
    second = person("Second")
    folder.readers.set([second])
    make_waiting()
    assert ask_again(row, second) == row
    row.refresh_from_db()
    assert (row.state, row.attempts, row.failure, row.uploaded_by) == (State.QUEUED, 0, "", second)


def test_trying_again_what_already_waits_elsewhere_leads_there(
    row: Document, folder: Any, reader: User
) -> None:
    Document.objects.filter(pk=row.pk).update(state=State.FAILED)
    other = queue_pdf("words", folder, reader)
    assert ask_again(row, reader) == other
    row.refresh_from_db()
    assert row.state == State.FAILED


def test_trying_again_what_is_ready_changes_nothing(row: Document, reader: User) -> None:
    Document.objects.filter(pk=row.pk).update(state=State.READY, path="aa/bb")
    ask_again(row, reader)
    row.refresh_from_db()
    assert row.state == State.READY


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_each_row_goes_to_one(folder: Any, reader: User) -> None:
    for number in range(20):
        folder.words = f"Words {number}."
        queue_pdf("words", folder, reader)

    def work(_: int) -> list[int]:
        try:
            taken = []
            with everything():
                while document := claim(NOW):
                    taken.append(document.pk)
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as workers:
        taken = [pk for each in workers.map(work, range(4)) for pk in each]
    assert sorted(taken) == sorted(Document.objects.values_list("pk", flat=True))

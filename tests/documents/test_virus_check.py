"""The virus check, against a stand-in for clamd that answers, finds something, is gone, hangs or talks nonsense."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.documents import quarantine, scanning
from cspr.documents.failures import Held
from cspr.documents.models import Document, Scan
from cspr.documents.quarantine import LATE_AFTER, LONGEST_PAUSE, scan_waiting
from cspr.documents.storing import bytes_of, copied, file_response, opened, picture_response
from cspr.documents.uploads import Infected
from cspr.documents.views import FILES_WAIT, files_wait
from tests.documents import samples as s
from tests.documents.clamd import VIRUS, Clamd, listening

Upload = Callable[..., Document]
SignIn = Callable[[User], Client]
SILENT = ["gone", "hangs", "one byte at a time", *Clamd.MOODS]
WORDS = b"Seen at home."


class Scanner:
    """The stand-in and its socket: ``begin`` and ``end`` it, and tell it how to behave."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.at, self.clamd, self._stack = folder / "s", Clamd(), ExitStack()
        settings.CLAMAV = str(self.at)

    def begin(self) -> None:
        self.clamd = Clamd()
        self._stack.enter_context(listening(self.clamd, self.at))

    def end(self) -> None:
        self._stack.close()

    def become(self, mood: str) -> None:
        if mood == "gone":
            self.end()
        else:
            self.clamd.mood = mood


@pytest.fixture
def scanner(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scanner]:
    """A scanner that is well. Nobody waits for a silent one longer than half a second."""
    monkeypatch.setattr(quarantine, "SECONDS_FOR_A_PERSON", 0.5)
    monkeypatch.setattr(quarantine, "SECONDS_FOR_THE_WORKER", 0.5)
    cache.clear()
    scanner = Scanner(tmp_path, settings)
    scanner.begin()
    yield scanner
    scanner.end()


@pytest.fixture
def waiting(scanner: Scanner, upload: Upload) -> Document:
    """A file that was added while the scanner was gone."""
    scanner.end()
    return upload("report.txt", WORDS)


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


def files_on_disk() -> int:
    return sum(len(default_storage.listdir(folder)[1]) for folder in default_storage.listdir("")[0])


# --- the scanner itself -------------------------------------------------------------------------------------
@pytest.mark.parametrize("by_port", [False, True])
def test_a_file_is_clean_or_it_is_said_what_was_found(tmp_path: Path, settings: Any, by_port: bool) -> None:
    clamd = Clamd()
    with listening(clamd, None if by_port else tmp_path / "s") as settings.CLAMAV:
        large = b"x" * (3 * scanning.PIECE + 1)
        assert [scanning.virus_in(data, seconds=5) for data in (b"", large, large + VIRUS)] == [
            "", "", "Stub.Virus-1",
        ]  # fmt: skip
        assert scanning.answers(seconds=5)
    assert clamd.seen == [0, len(large), len(large) + len(VIRUS)]
    assert not scanning.answers(seconds=5)


@pytest.mark.parametrize("mood", SILENT)
def test_whatever_is_not_plainly_clean_is_no_answer_and_takes_no_longer_than_was_given(
    scanner: Scanner, mood: str
) -> None:
    scanner.become(mood)
    began = time.monotonic()
    with pytest.raises(scanning.NoAnswer):
        scanning.virus_in(b"x" * 5_000_000, seconds=0.5)
    assert time.monotonic() - began < 1.5


# --- adding a file ------------------------------------------------------------------------------------------
def test_a_clean_file_is_opened_as_if_there_were_no_scanner(
    scanner: Scanner, upload: Upload, reader: User, signed_in: SignIn
) -> None:
    document = upload("report.txt", WORDS)
    answer = signed_in(reader).get(reverse("documents:download", args=[document.ref]))
    assert (document.scan, b"".join(answer.streaming_content)) == (Scan.CLEAN, WORDS)
    assert scanner.clamd.seen == [len(WORDS)]


def test_a_file_with_a_virus_is_refused_and_nothing_of_it_is_kept(scanner: Scanner, upload: Upload) -> None:
    with pytest.raises(Infected, match="the virus scanner found something harmful in it"):
        upload("report.txt", VIRUS)
    assert (Document.objects.count(), files_on_disk()) == (0, 0)


@pytest.mark.parametrize("mood", SILENT)
def test_while_the_scanner_says_nothing_a_file_is_kept_and_opened_by_nobody(
    scanner: Scanner, upload: Upload, folder: Any, reader: User, signed_in: SignIn, mood: str
) -> None:
    scanner.become(mood)
    document = upload("photo.png", s.png())
    assert (document.scan, document.is_held, document.is_readable) == (Scan.WAITING, True, False)
    for way in (opened, bytes_of, file_response, picture_response):
        with pytest.raises(Held):
            way(document)
    with pytest.raises(Held):
        copied(document, subject=("folders.folder", folder.ref), by=reader)
    browser = signed_in(reader)
    answer = browser.get(reverse("documents:download", args=[document.ref]), follow=True)
    assert "This file waits for the virus check." in answer.content.decode()
    assert not Event.objects.filter(kind="read.document").exists()


def test_only_the_first_person_waits_for_a_silent_scanner(scanner: Scanner, upload: Upload) -> None:
    scanner.become("hangs")
    began = time.monotonic()
    files = [upload(f"{number}.txt", WORDS) for number in range(5)]
    assert time.monotonic() - began < 2
    assert [file.scan for file in files] == [Scan.WAITING] * 5


# --- letting go ---------------------------------------------------------------------------------------------
def test_when_the_scanner_is_back_what_is_clean_is_let_go(
    scanner: Scanner, waiting: Document, reader: User, signed_in: SignIn
) -> None:
    scan_waiting()
    assert (fresh(waiting).scan, fresh(waiting).scan_attempts) == (Scan.WAITING, 1)
    scanner.begin()
    with time_machine.travel(timezone.now() + LONGEST_PAUSE, tick=False):
        assert scan_waiting() == 1
        answer = signed_in(reader).get(reverse("documents:download", args=[waiting.ref]))
    assert (fresh(waiting).scan, b"".join(answer.streaming_content)) == (Scan.CLEAN, WORDS)
    assert scan_waiting() == 0


def test_the_pauses_grow_to_two_minutes_and_no_further(waiting: Document) -> None:
    pauses, now = [], timezone.now()
    for _ in range(6):
        with time_machine.travel(now, tick=False):
            scan_waiting()
            assert scan_waiting() == 0
            again = fresh(waiting).scan_again_at
            assert again is not None
            pauses.append(round((again - now).total_seconds()))
            now = again
    assert pauses == [10, 20, 40, 80, 120, 120]


@pytest.mark.parametrize("mood", SILENT)
def test_a_silent_scanner_ends_the_run_at_the_first_file(scanner: Scanner, upload: Upload, mood: str) -> None:
    scanner.end()
    files = [upload(f"{number}.txt", WORDS) for number in range(3)]
    scanner.begin()
    scanner.become(mood)
    scan_waiting()
    assert sorted(fresh(file).scan_attempts for file in files) == [0, 0, 1]


def test_a_virus_found_later_destroys_the_file_and_is_on_record(
    scanner: Scanner,
    upload: Upload,
    reader: User,
    signed_in: SignIn,
    django_capture_on_commit_callbacks: Any,
) -> None:
    scanner.end()
    document = upload("report.txt", VIRUS)
    scanner.begin()
    with django_capture_on_commit_callbacks(execute=True):
        scan_waiting()
    kept = fresh(document)
    assert (kept.scan, kept.path, kept.file_key, files_on_disk()) == (Scan.INFECTED, "", "", 0)
    event = Event.objects.get(kind="document.infected")
    assert (event.by, event.case_ref, event.facts) == (None, document.case_ref, {"found": "Stub.Virus-1"})
    page = signed_in(reader).get(reverse("documents:download", args=[document.ref]), follow=True)
    assert "A virus was found in this file." in page.content.decode()
    assert scan_waiting() == 0


def test_a_file_from_before_there_was_a_scanner_waits_for_it_too(
    scanner: Scanner, upload: Upload, settings: Any
) -> None:
    settings.CLAMAV = ""
    document = upload("report.txt", WORDS)
    assert (document.scan, bytes_of(document)) == ("", WORDS)
    settings.CLAMAV = str(scanner.at)
    with pytest.raises(Held):
        bytes_of(document)
    scan_waiting()
    assert bytes_of(fresh(document)) == WORDS


def test_what_waits_stays_closed_when_the_scanner_is_taken_out(waiting: Document, settings: Any) -> None:
    settings.CLAMAV = ""
    with pytest.raises(Held):
        bytes_of(waiting)
    assert scan_waiting() == 0


def test_a_file_that_is_lost_keeps_no_other_from_being_let_go(scanner: Scanner, upload: Upload) -> None:
    scanner.end()
    lost, other = upload("a.txt", WORDS), upload("b.txt", WORDS)
    default_storage.delete(lost.path)
    scanner.begin()
    scan_waiting()
    assert [fresh(file).scan for file in (lost, other)] == [Scan.WAITING, Scan.CLEAN]


# --- who sees that something waits --------------------------------------------------------------------------
def test_staff_and_monitoring_see_that_files_wait_and_that_they_no_longer_do(
    scanner: Scanner, waiting: Document, reader: User, client: Client
) -> None:
    def part() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(client.get("/health/ready").content)["parts"]["virus_check"]
        return found

    assert files_wait(reader) == ""
    with time_machine.travel(waiting.created_at + LATE_AFTER + dt.timedelta(seconds=1), tick=False):
        assert files_wait(reader) == FILES_WAIT
        assert part() == {"ok": False, "answers": False, "oldest_waiting_seconds": 301}
        scanner.begin()
        assert part() == {"ok": True, "answers": True, "oldest_waiting_seconds": 301}
        scan_waiting()
        assert (files_wait(reader), part()["oldest_waiting_seconds"]) == ("", 0)


def test_the_list_of_documents_says_what_waits_and_what_is_gone(waiting: Document) -> None:
    def listed() -> str:
        return render_to_string("documents/list.html", {"documents": [fresh(waiting)]})

    assert "waiting for the virus check" in listed()
    Document.objects.update(scan=Scan.INFECTED, path="", file_key="")
    assert "A virus was found in it, and nothing of it is left" in listed()
    Document.objects.update(scan=Scan.CLEAN, path="x")
    assert "virus" not in listed()

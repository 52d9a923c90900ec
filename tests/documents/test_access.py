"""Who opens what: the subject decides; hidden and unknown look the same; every reading is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.documents import pdf
from cspr.documents.access import documents_of, may_open
from cspr.documents.failures import CannotRender
from cspr.documents.models import Document, State
from cspr.documents.pdf import queue_pdf, register_paper
from tests.documents import samples as s

Upload = Callable[..., Document]


@pytest.fixture
def note(upload: Upload) -> Document:
    return upload("Siân's note.txt", b"Seen at home.")


def address(name: str, document: Document) -> str:
    return reverse(f"documents:{name}", args=[document.ref])


# --- the rule -----------------------------------------------------------------------------------------------
def test_whoever_sees_the_subject_may_open_its_documents_and_nobody_else(
    note: Document, folder: Any, reader: User, stranger: User
) -> None:
    assert [may_open(note, user) for user in (reader, stranger, AnonymousUser())] == [True, False, False]
    folder.readers.clear()
    assert not may_open(note, reader)


def test_a_subject_may_keep_a_kind_from_people_who_see_the_rest(
    upload: Upload, folder: Any, reader: User, person: Callable[[str], User]
) -> None:
    keeper = person("Keeper")
    folder.keeper = keeper
    folder.save()
    folder.readers.add(keeper)
    letter, plan = upload("a.txt", b"a", kind="letter"), upload("b.txt", b"b")
    assert [may_open(letter, user) for user in (reader, keeper)] == [False, True]
    assert documents_of(folder, reader) == [plan]
    assert documents_of(folder, keeper) == [plan, letter]


def test_a_document_of_a_vanished_kind_of_subject_opens_for_nobody(note: Document, reader: User) -> None:
    for label in ("nothing.here", "folders.nothing", "nonsense", ""):
        note.subject_label = label
        assert not may_open(note, reader)


def test_the_documents_of_a_subject_are_one_query_however_many(
    upload: Upload, folder: Any, reader: User
) -> None:
    for number in range(30):
        upload(f"{number}.txt", b"words")
    with CaptureQueriesContext(connection) as queries:
        names = [(d.name, d.uploaded_by.name) for d in documents_of(folder, reader)]
    assert len(queries) == 1
    assert names[0] == ("29.txt", "Reader")
    assert len(names) == 30


# --- opening ------------------------------------------------------------------------------------------------
def test_while_the_store_cannot_be_reached_a_file_waits_and_nothing_is_recorded(
    note: Document, reader: User, signed_in: Callable[[User], Client]
) -> None:
    there = Path(default_storage.path(note.path))
    kept = there.parent.rename(there.parent.with_suffix(".kept"))
    there.parent.write_bytes(b"")
    response = signed_in(reader).get(address("download", note))
    assert (response.status_code, b"The file cannot be opened just now" in response.content) == (503, True)
    assert not Event.objects.filter(kind="read.document").exists()
    there.parent.unlink()
    kept.rename(there.parent)
    assert signed_in(reader).get(address("download", note)).status_code == 200


def test_a_reader_gets_the_file_to_save_and_it_is_recorded(
    note: Document, reader: User, signed_in: Callable[[User], Client]
) -> None:
    response = signed_in(reader).get(address("download", note))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"Seen at home."  # type: ignore[attr-defined]
    headers = {
        name: response.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")
    }
    assert headers == {
        "Content-Type": "text/plain",
        "Content-Disposition": "attachment; filename*=utf-8''Si%C3%A2n%27s%20note.txt",
        "Cache-Control": "no-store",
    }
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    event = Event.objects.get(kind="read.document")
    assert (event.by, event.case_ref, event.subject_ref) == (reader, note.case_ref, note.ref)


def test_a_quotation_mark_in_a_name_does_not_break_out_of_its_header(
    upload: Upload, reader: User, signed_in: Callable[[User], Client]
) -> None:
    document = upload('a"; filename="evil.exe.txt', b"words")
    disposition = signed_in(reader).get(address("download", document)).headers["Content-Disposition"]
    assert disposition == 'attachment; filename="a\\"; filename=\\"evil.exe.txt"'


def test_hidden_and_unknown_documents_get_the_same_answer_and_no_record(
    note: Document, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(stranger)
    for name in ("download", "progress"):
        hidden = client.get(address(name, note))
        unknown = client.get(reverse(f"documents:{name}", args=["33333-33333"]))
        assert (hidden.status_code, unknown.status_code) == (404, 404)
        assert hidden.content == unknown.content
    assert client.post(address("retry", note)).status_code == 404
    assert not Event.objects.filter(kind__startswith="read.").exists()


def test_nobody_gets_anything_without_signing_in(note: Document) -> None:
    for name in ("download", "progress", "retry"):
        response = Client().get(address(name, note))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/")


def test_the_place_of_a_file_is_no_address(
    note: Document, reader: User, signed_in: Callable[[User], Client]
) -> None:
    for prefix in ("/", "/files/", "/media/", "/static/"):
        assert signed_in(reader).get(f"{prefix}{note.path}").status_code == 404


def test_a_lost_file_is_said_in_words(
    note: Document, reader: User, signed_in: Callable[[User], Client]
) -> None:
    default_storage.delete(note.path)
    response = signed_in(reader).get(address("download", note))
    assert response.status_code == 404
    assert "The file is not where it was stored" in response.content.decode()
    assert not Event.objects.filter(kind="read.document").exists()


def test_opening_changes_nothing_by_post(
    note: Document, reader: User, signed_in: Callable[[User], Client]
) -> None:
    assert signed_in(reader).post(address("download", note)).status_code == 405


# --- asking and waiting -------------------------------------------------------------------------------------
def test_asking_leads_to_the_page_that_shows_how_far_it_is(
    folder: Any, reader: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(reader)
    response = client.post(reverse("documents:make", args=["words", folder.ref]))
    document = Document.objects.get()
    assert response.headers["Location"] == address("progress", document)
    page = client.get(response.headers["Location"]).content.decode()
    for words in ("Words of a folder", "Waiting for its turn.", "Check again", 'data-poll-url="'):
        assert words in page
    assert client.get(address("download", document)).headers["Location"] == address("progress", document)
    fragment = client.get(
        address("progress", document), headers={"X-Fragment": "pdf-progress"}
    ).content.decode()
    assert fragment.strip().startswith('<div id="pdf-progress"') or "<html" not in fragment


def test_a_ready_pdf_is_offered_and_shown_in_the_browser(
    folder: Any, reader: User, signed_in: Callable[[User], Client]
) -> None:
    document = queue_pdf("words", folder, reader)
    path = default_storage.save("aa/bb", s.io.BytesIO(s.pdf()))
    Document.objects.filter(pk=document.pk).update(
        state=State.READY, path=path, size=len(s.pdf()), progress=100
    )
    client = signed_in(reader)
    page = client.get(address("progress", document)).content.decode()
    assert "The PDF is ready" in page
    assert "data-poll-url" not in page
    shown = client.get(address("download", document))
    assert shown.headers["Content-Disposition"] == f'inline; filename="{document.name}"'
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    shown.close()


def test_a_failed_pdf_says_why_and_can_be_tried_again(
    folder: Any, reader: User, signed_in: Callable[[User], Client]
) -> None:
    document = queue_pdf("words", folder, reader)
    Document.objects.filter(pk=document.pk).update(state=State.FAILED, failure="The renderer stopped <5>.")
    client = signed_in(reader)
    page = client.get(address("progress", document)).content.decode()
    assert "The renderer stopped &lt;5&gt;." in page
    assert client.post(address("retry", document)).headers["Location"] == address("progress", document)
    document.refresh_from_db()
    assert document.state == State.QUEUED


def test_what_may_not_be_asked_for_looks_unknown(
    folder: Any, reader: User, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    register_paper(
        "letter", lambda folder, user: pytest.fail("built"), "Letter", subject_label="folders.folder"
    )
    register_paper("internal", lambda folder, user: pytest.fail("built"), "Made by the system only")
    ask = lambda user, kind, ref: signed_in(user).post(reverse("documents:make", args=[kind, ref]))  # noqa: E731
    asked = [(stranger, "words"), (reader, "letter"), (reader, "internal"), (reader, "nonsense")]
    answers = [ask(user, kind, folder.ref) for user, kind in asked] + [ask(reader, "words", "33333-33333")]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert not Document.objects.exists()


def test_nobody_keeps_the_machine_busy_with_papers(
    folder: Any, reader: User, signed_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_ASKED", 1)
    client, address = signed_in(reader), reverse("documents:make", args=["words", folder.ref])
    assert "/documents/" in client.post(address).headers["Location"]
    response = client.post(address)
    assert response.headers["Location"] == folder.get_absolute_url()
    said = [str(m) for m in response.wsgi_request._messages]  # type: ignore[attr-defined]
    assert said == ["You have asked for 1 documents within ten minutes. Wait a few minutes, then ask again."]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=10), tick=False):
        assert "/documents/" in client.post(address).headers["Location"]


def test_a_paper_that_cannot_be_made_now_is_refused_with_its_sentence(
    folder: Any, reader: User, signed_in: Callable[[User], Client]
) -> None:
    def refuse(folder: Any, user: User) -> Any:
        raise CannotRender("There is no decision to print yet.")

    register_paper("words", refuse, "Words", subject_label="folders.folder")
    client = signed_in(reader)
    response = client.post(reverse("documents:make", args=["words", folder.ref]))
    assert response.headers["Location"] == folder.get_absolute_url()
    assert [str(m) for m in response.wsgi_request._messages] == ["There is no decision to print yet."]  # type: ignore[attr-defined]

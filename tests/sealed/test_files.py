"""Stored files: what lies on the disk, what comes back, and what is said when it does not."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from cspr.documents.models import Document
from cspr.documents.storing import opened, write
from cspr.sealed.files import MARK, PIECE, TAG, Decrypted, FileBroken, encrypted, new_key
from cspr.sealed.keys import KeyMissing
from tests import factories as make

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


def read(stored: bytes, key: str) -> bytes:
    return Decrypted(io.BytesIO(stored), key).read()


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_length_comes_back_as_it_was(size: int) -> None:
    data, key = os.urandom(size), new_key()
    assert read(encrypted(data, key), key) == data


def test_it_is_read_a_piece_at_a_time() -> None:
    data, key = os.urandom(3 * PIECE), new_key()
    stored = io.BytesIO(encrypted(data, key))
    with Decrypted(stored, key) as file:
        assert file.read(10) == data[:10]
        assert stored.tell() == len(MARK) + 2 * (PIECE + TAG)  # this piece, and whether another one follows


def pieces(stored: bytes) -> list[bytes]:
    body = stored[len(MARK) :]
    return [body[at : at + PIECE + TAG] for at in range(0, len(body), PIECE + TAG)]


BREAKS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a piece is missing at the end": lambda p: p[:-1],
    "a piece is missing in the middle": lambda p: [p[0], *p[2:]],
    "two pieces have changed places": lambda p: [p[1], p[0], *p[2:]],
    "one bit is another": lambda p: [p[0], bytes([p[1][0] ^ 1]) + p[1][1:], *p[2:]],
    "something was added": lambda p: [*p, b"more"],
    "nothing is left": lambda p: [],
}


@pytest.mark.parametrize("broken", BREAKS)
def test_a_file_that_was_changed_does_not_open(broken: str) -> None:
    key = new_key()
    stored = encrypted(os.urandom(2 * PIECE + 100), key)
    with pytest.raises(FileBroken):
        read(MARK + b"".join(BREAKS[broken](pieces(stored))), key)


def test_another_key_opens_nothing_and_says_so_before_the_first_byte() -> None:
    with pytest.raises(FileBroken, match="does not open with its key"):
        Decrypted(io.BytesIO(encrypted(b"words", new_key())), new_key())


# --- as documents -----------------------------------------------------------------------------------------

WORDS = b"The letter names Zephyrine Quillfeather of 4 Larkrise Close."


@pytest.fixture
def a(db: None, settings: Any) -> make.Area:
    settings.MFA_REQUIRED = False
    return make.area()


@pytest.fixture
def letter(a: make.Area) -> Document:
    """A letter of a case, uploaded as every file is."""
    case = make.accepted(a).case
    assert case is not None
    letter = make.letter(case, a.staff)
    stored = write(WORDS)
    Document.objects.filter(pk=letter.pk).update(
        path=stored.path, file_key=stored.key, size=stored.size, sha256=stored.sha256
    )
    return Document.objects.get(pk=letter.pk)


def lies(document: Document) -> bytes:
    with default_storage.open(document.path) as file:
        return bytes(file.read())


def fetched(document: Document, person: object) -> tuple[int, bytes]:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    response = client.get(reverse("documents:download", args=[document.ref]))
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[arg-type]
    return response.status_code, body


def test_on_the_disk_no_word_of_it_stands_and_in_the_browser_all_of_it(
    a: make.Area, letter: Document
) -> None:
    assert (lies(letter).startswith(MARK), b"Zephyrine" in lies(letter)) == (True, False)
    assert fetched(letter, a.staff) == (200, WORDS)


def test_size_and_hash_are_those_of_what_it_says(letter: Document) -> None:
    with opened(letter) as file:
        data = file.read()
    assert (len(data), letter.size) == (len(WORDS), len(WORDS))


def test_without_its_row_the_file_is_noise(letter: Document) -> None:
    stored = lies(letter)
    key = letter.file_key
    letter.delete()
    assert not Document.objects.exists()
    assert read(stored, key) == WORDS  # only whoever still has the key; it stood in the row alone
    with pytest.raises(FileBroken):
        read(stored, new_key())


def test_a_damaged_file_is_not_shown_and_the_page_says_what_to_do(a: make.Area, letter: Document) -> None:
    path = Path(default_storage.path(letter.path))
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    status, page = fetched(letter, a.staff)
    assert (status, b"Zephyrine" in page, b"The file cannot be opened" in page) == (500, False, True)
    assert letter.ref.encode() in page


def test_without_the_key_of_the_system_no_file_opens(letter: Document, settings: Any) -> None:
    settings.FIELD_KEYS = [secrets.token_hex(32)]
    with pytest.raises(KeyMissing):
        opened(Document.objects.get(pk=letter.pk))


# --- files from before ------------------------------------------------------------------------------------


def lay_open(document: Document, data: bytes = WORDS) -> Document:
    """As it was stored before files were encrypted."""
    path = default_storage.save(f"zz/{document.pk}", ContentFile(data))
    Document.objects.filter(pk=document.pk).update(path=path, file_key="")
    return Document.objects.get(pk=document.pk)


def test_a_file_from_before_is_read_as_it_lies_until_it_is_taken_in(a: make.Area, letter: Document) -> None:
    before = lay_open(letter)
    assert fetched(before, a.staff) == (200, WORDS)
    call_command("seal_files", stdout=(said := io.StringIO()))
    after = Document.objects.get(pk=letter.pk)
    assert said.getvalue() == "1 files encrypted.\n"
    assert (default_storage.exists(before.path), b"Zephyrine" in lies(after)) == (False, False)
    assert fetched(after, a.staff) == (200, WORDS)
    call_command("seal_files", stdout=(again := io.StringIO()))
    assert again.getvalue() == "0 files encrypted.\n"


def test_a_file_from_before_that_was_changed_is_not_taken_in(letter: Document) -> None:
    before = lay_open(letter, b"Something else")
    with pytest.raises(CommandError, match="its file was changed"):
        call_command("seal_files", stdout=io.StringIO())
    assert lies(before) == b"Something else"

"""Files and rows are compared, and only files nobody can miss are deleted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction

from cspr.documents.models import Document

Upload = Callable[..., Document]


def age(location: Path) -> None:
    """Make every stored file two hours old."""
    for path in location.rglob("*"):
        os.utime(path, (path.stat().st_mtime - 7200,) * 2)


@pytest.mark.usefixtures("db")
def test_the_file_of_a_change_that_was_rolled_back_is_found_and_deleted(
    upload: Upload, own_storage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = upload("a.txt", b"words")
    with transaction.atomic():
        orphan = upload("b.txt", b"words").path
        transaction.set_rollback(True)
    call_command("reconcile_files", delete=True)
    assert capsys.readouterr().out == ""  # too young to judge
    age(own_storage)
    call_command("reconcile_files")
    call_command("reconcile_files", delete=True)
    assert capsys.readouterr().out == f"no row: {orphan}\ndeleted: {orphan}\n"
    assert [default_storage.exists(path) for path in (kept.path, orphan)] == [True, False]


def test_a_row_that_lost_its_file_is_named_and_ends_in_failure(
    upload: Upload, capsys: pytest.CaptureFixture[str]
) -> None:
    document = upload("a.txt", b"words")
    default_storage.delete(document.path)
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile_files")
    assert ended.value.code == 1
    assert capsys.readouterr().out == f"no file: document {document.ref}, {document.path}\n"


@pytest.mark.usefixtures("db")
def test_where_nothing_was_ever_stored_there_is_nothing_to_say(
    own_storage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_storage.rmdir()
    call_command("reconcile_files")
    assert capsys.readouterr().out == ""


def test_a_folder_that_went_as_a_whole_is_told_file_by_file(
    upload: Upload, own_storage: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = upload("a.txt", b"words")
    own_storage.rename(own_storage.with_name("elsewhere"))
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile_files")
    assert ended.value.code == 1
    assert capsys.readouterr().out == f"no file: document {document.ref}, {document.path}\n"

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from cspr.accounts.models import Membership, Partnership, User
from cspr.accounts.roles import Role
from cspr.documents import pdf
from cspr.documents.models import Document
from cspr.documents.pdf import Paper, register_paper
from cspr.documents.uploads import store_upload
from tests.signing_in import as_owner, hand_over

FOLDERS = "tests.documents.folders"


@pytest.fixture(scope="package", autouse=True)
def folders(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The stand-in domain app, with its tables, as long as the tests of documents run."""
    apps.set_installed_apps([*project_settings.INSTALLED_APPS, FOLDERS])
    # xdist can come back to this folder: what was remembered of relations meanwhile knows nothing of this app.
    apps.clear_cache()
    model = apps.get_model("folders.folder")
    with django_db_blocker.unblock(), as_owner(), connection.schema_editor() as editor:
        editor.create_model(model)
        hand_over(model)
    # Where templates are looked for is remembered from before this app was there: say it anew.
    engine = project_settings.TEMPLATES[0]
    here = Path(__file__).parent / "folders" / "templates"
    with override_settings(TEMPLATES=[{**engine, "DIRS": [*engine["DIRS"], here]}]):
        yield
    with django_db_blocker.unblock(), as_owner(), connection.schema_editor() as editor:
        editor.delete_model(model)
    apps.unset_installed_apps()


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Path, settings: Any) -> Path:
    """Each test has its own folder of files, so that it can say exactly what is left in it."""
    location = tmp_path / "files"
    location.mkdir()
    where = {**settings.STORAGES["default"], "OPTIONS": {"location": location, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": where}
    return location


@pytest.fixture
def no_pango(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Children find libraries that cannot be loaded: a machine without Pango."""
    folder = tmp_path / "lib"
    folder.mkdir()
    for library in ("libgobject-2.0.so.0", "libgobject-2.0-0", "libgobject-2.0.so", "libpango-1.0.so.0"):
        (folder / library).write_bytes(b"not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))


@pytest.fixture
def partnership(db: None) -> Partnership:
    return Partnership.objects.create(
        name="Testshire Safeguarding Partnership", short_name="Testshire", area="Testshire"
    )


@pytest.fixture
def person(partnership: Partnership) -> Callable[[str], User]:
    def make(name: str) -> User:
        user = User.objects.create_user(email=f"{name.lower()}@agency.example", name=name)
        Membership.objects.create(user=user, partnership=partnership, role=Role.STAFF)
        return user

    return make


@pytest.fixture
def reader(person: Callable[[str], User]) -> User:
    return person("Reader")


@pytest.fixture
def stranger(person: Callable[[str], User]) -> User:
    return person("Stranger")


@pytest.fixture
def folder(partnership: Partnership, reader: User) -> Any:
    made = apps.get_model("folders.folder").objects.create(partnership=partnership)
    made.readers.add(reader)
    return made


@pytest.fixture
def upload(folder: Any, reader: User) -> Callable[..., Document]:
    """Upload bytes under a name to the folder; a refusal comes out as it is."""

    def send(name: str, data: bytes, **more: Any) -> Document:
        file = SimpleUploadedFile("x", data)
        file._name = name  # past Django's own tidying of names: whatever a client could ever get through
        return store_upload(
            file,
            by=reader,
            partnership=folder.partnership,
            case_ref=folder.ref,
            subject_label="folders.folder",
            subject_ref=folder.ref,
            **more,
        )

    return send


def words_of_the_folder(folder: Any, user: User) -> Paper:
    return Paper("documents_test/words.html", {"folder": folder}, "Words of a folder", f"folder-{folder.ref}")


@pytest.fixture(autouse=True)
def words_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind of PDF; what a test registers is forgotten after it."""
    monkeypatch.setattr(pdf, "_kinds", {})
    register_paper("words", words_of_the_folder, "The words as PDF", subject_label="folders.folder")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False

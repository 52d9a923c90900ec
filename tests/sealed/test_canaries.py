"""A word that stands nowhere else is put into every field that says who it is; then it is looked for everywhere.

The raw database, the files, the log, every e-mail, the cache, Redis: none may hold it. That the search finds what lies
open is shown first.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from django.conf import settings as project
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from cspr.documents.making import make_waiting
from cspr.documents.models import Document, State
from cspr.documents.pdf import queue_pdf
from cspr.documents.storing import opened
from cspr.mail.models import OutgoingEmail
from cspr.mail.relay import relay
from cspr.sealed.classes import Class, classes_of
from cspr.sealed.fields import BlindIndex, SealedDate, SealedJSON
from cspr.workflow import perform
from referrals.models import Case, Referral
from referrals.reminders import sweep
from reviews import actions
from reviews.management.data_map import TABLES
from reviews.models import AcceptedName, AccessPassage, AccessRecord, AnswerVersion
from tests import factories as make
from tests.services.conftest import redis_url  # noqa: F401  (one that is ours alone)
from tests.signing_in import as_owner
from tests.test_logs import log  # noqa: F401  (what production writes to standard error)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("emptied")]
TODAY = make.TODAY
IDENTITY = [
    field
    for field, kind in classes_of(TABLES).items()
    if kind is Class.IDENTITY and not isinstance(field, BlindIndex)
]
# Fields of class P3 in which people write: they lie open in the database, and go nowhere else.
WRITTEN = [
    field
    for field, kind in classes_of(TABLES).items()
    if kind is Class.NARRATIVE
    and isinstance(field, models.CharField | models.TextField)
    and not field.choices
    and field.model._meta.app_label != "audit"
    and (field.max_length or 100) >= 60
]
NARRATIVE = "zq-narrative-qz"
OPEN = "zq-positive-control-qz"


def canary(field: models.Field) -> str:
    """A word of its own for each field; of days, one on which nobody else was born."""
    if isinstance(field, SealedDate):
        return (dt.date(1907, 3, 1) + dt.timedelta(days=37 * IDENTITY.index(field))).isoformat()
    return f"zq-{field.model._meta.model_name}-{field.name}-qz"


def as_kept(field: models.Field) -> Any:
    if isinstance(field, SealedDate):
        return dt.date.fromisoformat(canary(field))
    return canary(field)


def in_json(value: Any, field: models.Field) -> Any:
    """The answers as they were, with the canary beside the words of each part; in a table, as one more row."""
    if isinstance(value, dict):
        deeper = {key: in_json(one, field) for key, one in value.items()}
        return (
            deeper
            if any(isinstance(one, dict) for one in value.values())
            else {**deeper, "said": canary(field)}
        )
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return [in_json(one, field) for one in value]
    return [*value, [canary(field)]] if isinstance(value, list) and isinstance(value[0], list) else value


CANARIES = [canary(field) for field in IDENTITY]
NARRATIVES = [NARRATIVE, *(canary(field) for field in WRITTEN)]


def everything_there_is(a: make.Area) -> Case:
    """Every noun that says who somebody is, reached by its verbs; the words of its case hold canaries, too."""
    review = make.practice_review(a)
    case = review.case
    key = make.files_checked(a, review)
    perform(key, "accept_find", by=a.staff, today=TODAY, place="", said="Somebody", reason=NARRATIVE)
    actions.add_to_family(review, by=a.staff, today=TODAY, name="Somebody", relationship="Grandmother")
    actions.bring(
        case, by=a.staff, today=TODAY, agency=a.agencies["school"], origin="pasted",
        rows=[["Date", "What happened"], ["3 April 2026", NARRATIVE]], heading=0, mapping=["date", "happened"],
    )  # fmt: skip
    request = make.asked(a, case.rapid_review)
    AnswerVersion.objects.create(request=request, number=1, answer={"summary": {}}, hash="", sent_on=TODAY)
    AcceptedName.objects.create(
        case=case,
        report="rapidreview",
        section="incident",
        word="somebody",
        reason=NARRATIVE,
        accepted_on=TODAY,
    )
    make.letter(case, a.staff)
    found = {"request": make.access_request(a), "label": "referrals.Case", "row": case.pk, "case": case}
    AccessRecord.objects.create(**found, why="Somebody")
    AccessPassage.objects.create(**found, title="Somebody", text="Somebody", redacted="Somebody")
    return case


def fill() -> None:
    """Put its canary into every field of identity, of every row."""
    for field in IDENTITY:
        rows = list(field.model._base_manager.all())
        assert rows, f"no row holds {field}"
        for row in rows:
            value = getattr(row, field.name)
            setattr(
                row, field.name, in_json(value, field) if isinstance(field, SealedJSON) else as_kept(field)
            )
            indexes = [f.name for f in row._meta.concrete_fields if isinstance(f, BlindIndex)]
            row.save(update_fields=[field.name, *indexes])


def fill_narratives() -> list[str]:
    """Put its canary into every field of class P3 in which somebody writes; return those that have a row."""
    return [
        canary(field) for field in WRITTEN if field.model._base_manager.update(**{field.name: canary(field)})
    ]


def dump() -> bytes:
    """The database as a thief would have it."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))
    with as_owner():  # the site's own role cannot copy the database
        given = {name: str(value) for name, value in connection.settings_dict.items()}
    line = [
        "pg_dump",
        "--inserts",
        "-h",
        given["HOST"],
        "-p",
        given["PORT"],
        "-U",
        given["USER"],
        given["NAME"],
    ]
    env = {**os.environ, "PGPASSWORD": given["PASSWORD"]}
    done = subprocess.run(line, env=env, capture_output=True, check=True)
    return done.stdout


def files() -> Iterator[tuple[str, bytes]]:
    """Every byte below the folder of stored files, and the names of the files."""
    for path in Path(default_storage.location).rglob("*"):  # type: ignore[attr-defined]
        if path.is_file():
            yield str(path), path.read_bytes()


def found_in(data: bytes, words: list[str]) -> list[str]:
    return [word for word in words if word.encode() in data]


@pytest.fixture
def a(settings: Any, tmp_path: Path) -> make.Area:
    settings.MFA_REQUIRED = False
    settings.DEBUG = False
    return make.area()


@pytest.mark.thorough
def test_no_copy_of_anything_says_who_it_is(a: make.Area, log: io.StringIO, monkeypatch: Any) -> None:  # noqa: F811
    case = everything_there_is(a)
    fill()
    narratives = fill_narratives()
    assert len({*CANARIES, *narratives}) == len(CANARIES) + len(narratives) >= 50
    client = Client(raise_request_exception=False)
    client.force_login(a.staff)
    _read_pages(client, case)
    _make_papers(a, case)
    _fail(client, monkeypatch, case)
    sweep(dt.datetime.combine(TODAY + dt.timedelta(days=30), dt.time(12), tzinfo=dt.UTC))
    relay()
    assert len(mail.outbox) >= 3
    assert any(document.file_key for document in Document.objects.filter(state=State.READY))

    # What lies open is found: the search is able to.
    Case.objects.filter(pk=case.pk).update(pseudonym=OPEN)
    default_storage.save("zz/open", io.BytesIO(OPEN.encode()))  # type: ignore[arg-type]
    database, stored = dump(), list(files())
    assert found_in(database, [OPEN, *narratives]) == [OPEN, *narratives]
    assert [name for name, data in stored if found_in(data, [OPEN])] == [str(default_storage.path("zz/open"))]

    assert found_in(database, CANARIES) == []
    assert [found for name, data in stored if (found := found_in(name.encode() + data, CANARIES))] == []
    sent = b"".join(message.message().as_bytes() for message in mail.outbox)
    rows = repr(list(OutgoingEmail.objects.values())).encode()
    assert found_in(sent + rows, [*CANARIES, *NARRATIVES]) == []
    assert found_in(log.getvalue().encode(), [*CANARIES, *NARRATIVES, OPEN]) == []
    assert len(log.getvalue().splitlines()) > 5


def _read_pages(client: Client, case: Case) -> None:
    """Pages that show who it is, to somebody who may see it: the canaries really are what is kept."""
    referral = Referral.objects.get(case=case)
    page = client.get(reverse("referral", args=[referral.ref]))
    assert page.status_code == 200
    shown = client.get(reverse("case", args=[case.ref])).content.decode()
    name = next(field for field in IDENTITY if str(field) == "referrals.Child.name")
    assert client.get(reverse("case-people", args=[case.ref])).content.decode().count(canary(name)) >= 1
    assert canary(name) not in shown


def _make_papers(a: make.Area, case: Case) -> None:
    document = queue_pdf("referral", Referral.objects.get(case=case), a.staff)
    make_waiting()
    document.refresh_from_db()
    assert document.state == State.READY, document.failure
    with opened(document) as file:
        assert file.read(5) == b"%PDF-"


def _fail(client: Client, monkeypatch: Any, case: Case) -> None:
    """A page that breaks while it holds identities in its hands."""

    def broken(*given: Any, **named: Any) -> None:
        raise ValueError(f"Key (name)=({CANARIES[0]}, {NARRATIVE}) already exists")

    with monkeypatch.context() as patched:
        patched.setattr(type(Case.objects.all()), "visible_to", broken)
        assert client.get(reverse("case", args=[case.ref]), {"q": CANARIES[1]}).status_code == 500


@pytest.mark.services
def test_redis_is_told_nothing_but_to_look_again(a: make.Area, redis_url: str) -> None:  # noqa: F811
    everything_there_is(a)
    fill()
    fill_narratives()
    server, queue = redis.Redis.from_url(redis_url), Celery(broker=redis_url)
    for entry in project.CELERY_BEAT_SCHEDULE.values():
        queue.send_task(entry["task"])
    waiting: Any = server.lrange("celery", 0, -1)
    kept = repr([*waiting, *server.keys("*")]).encode()
    assert len(waiting) == len(project.CELERY_BEAT_SCHEDULE)
    assert b"cspr.mail.tasks.relay" in kept
    assert found_in(kept, [*CANARIES, *NARRATIVES]) == []

"""A word that stands nowhere else is put into every field of a case; the case is disposed of; then it is looked for.

The database with its record, the files, the log, every e-mail, the cache: none may hold it any more.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from cspr.audit.chain import first_break
from cspr.documents.models import Document
from cspr.documents.storing import write
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.relay import relay
from cspr.wall.policies import all_models
from cspr.workflow import note, perform
from referrals.actions import disposing
from referrals.actions.tombstones import tombstone_file
from referrals.models import Case, Disposal
from referrals.models.leading import leading
from tests import factories as make
from tests.factories import TODAY
from tests.sealed.test_canaries import (
    CANARIES,
    IDENTITY,
    NARRATIVE,
    NARRATIVES,
    WRITTEN,
    canary,
    everything_there_is,
    files,
    fill,
    fill_narratives,
    found_in,
)
from tests.test_logs import log  # noqa: F401  (what production writes to standard error)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("emptied")]
NOW = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(12)))
LETTER = b"zq-letter-of-the-case-qz"


@pytest.fixture
def a(settings: Any, tmp_path: Path) -> make.Area:
    settings.DEBUG, settings.TOMBSTONE_DIR = False, tmp_path / "tombstones"
    return make.area()


def rows() -> bytes:
    """Every column of every table, the record's too, as the application reads it; and the cache."""
    read = str(
        [[*map(str, row)] for model in all_models() for row in model._base_manager.values_list()]
    ).encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache")
        return read + repr(cursor.fetchall()).encode()


@pytest.mark.thorough
def test_nothing_of_a_case_that_was_disposed_of_is_found_anywhere(
    a: make.Area,
    log: io.StringIO,  # noqa: F811
    monkeypatch: Any,
) -> None:
    case = everything_there_is(a)
    fill()
    put = {NARRATIVE, *fill_narratives()}
    own = {*leading(), Document, Disposal}
    words = [NARRATIVE, *(canary(field) for field in [*IDENTITY, *WRITTEN] if field.model in own)]
    stored = write(LETTER)
    Document.objects.filter(path__startswith="letters/").update(path=stored.path, file_key=stored.key)
    OutgoingEmail.objects.update(state=MailState.SENT)
    before = rows()
    assert set(found_in(before, words)) >= put.intersection(words)
    assert len(found_in(before, CANARIES)) > 10
    assert default_storage.exists(stored.path)

    # What stands in the way is another test's: here every rule says yes, and the worker does all of its work.
    monkeypatch.setattr(Disposal, "barred", lambda disposal, today: None)
    made = Disposal.objects.create(
        partnership=a.partnership, case=case, case_ref=case.ref, kind="case_file", kept_from=TODAY,
        period="25 years", over_on=TODAY, proposed_by=a.staff, proposed_on=TODAY, words=NARRATIVE,
    )  # fmt: skip
    with transaction.atomic():
        note(made, "begin", by=a.staff, today=TODAY)
    perform(made, "approve", by=a.dpo, today=TODAY)
    assert disposing.dispose_waiting(NOW) == 1
    relay()

    after = rows()
    assert found_in(after, [*words, stored.key]) == []
    assert not default_storage.exists(stored.path)
    assert [name for name, data in files() if found_in(data, [LETTER.decode(), *CANARIES])] == []
    sent = b"".join(message.message().as_bytes() for message in mail.outbox)
    told = tombstone_file().read_bytes()
    assert found_in(sent + log.getvalue().encode() + told, [*CANARIES, *NARRATIVES]) == []
    assert not Case.objects.exists()
    assert sum(model._base_manager.count() for model in leading()) == 0
    assert first_break(a.partnership) is None

"""A new key comes in, an old one goes: nothing is lost, nobody waits, and none goes that is still needed."""

from __future__ import annotations

import datetime as dt
import io
import secrets
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cspr.documents.models import Document
from cspr.documents.storing import opened, write
from cspr.sealed import rotating
from cspr.sealed.fields import same_as
from cspr.sealed.keys import ring
from referrals.models import Child, Referral
from tests import factories as make

pytestmark = pytest.mark.django_db
ROWS = 300
BORN = dt.date(2019, 4, 23)


@pytest.fixture
def children() -> list[Child]:
    case = make.accepted(make.area()).case
    return Child.objects.bulk_create(
        Child(case=case, name=f"Child {n}", born_on=BORN + dt.timedelta(days=n), ethnicity="not_yet_known")
        for n in range(ROWS)
    )


@pytest.fixture
def new_key(settings: Any, children: list[Child]) -> str:
    """A new key seals from now on, the old one still opens."""
    settings.FIELD_KEYS = [secrets.token_hex(32), *settings.FIELD_KEYS]
    return ring().first.id


def rotate(*args: str) -> str:
    said = io.StringIO()
    call_command("rotate_keys", *args, stdout=said)
    return said.getvalue()


def columns_of(model: type) -> rotating.Columns:
    return next(columns for columns in rotating.sealed_tables() if columns.model is model)


def test_every_row_is_sealed_anew_and_the_old_key_can_go(new_key: str, settings: Any) -> None:
    old = ring().keys[1].id
    said = rotate()
    assert f"referrals_child: {Child.objects.count()} rows\n" in said
    assert f"key {old}: 0 values: it can be taken out of CSPR_FIELD_KEYS\n" in said
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert Child.objects.get(pk=Child.objects.latest("pk").pk).name == f"Child {ROWS - 1}"
    assert Referral.objects.get().answers["children"]["items"]
    assert rotate().count("rows") == 0
    assert set(rotating.in_use()) == {new_key}


def test_between_two_batches_every_row_is_read_and_found_whichever_key_it_has(new_key: str) -> None:
    seen = 0
    for _ in rotating.rotate(columns_of(Child)):
        names = {child.name for child in Child.objects.all()}
        assert {f"Child {n}" for n in range(ROWS)} <= names
        for day in (0, ROWS - 1):  # the first is sealed anew, the last is not yet
            found = Child.objects.filter(same_as(Child, "born_on", [BORN + dt.timedelta(days=day)]))
            assert [child.name for child in found if child.name.startswith("Child ")] == [f"Child {day}"]
        seen += 1
    assert seen >= 2


def test_stopped_half_way_it_goes_on_where_it_was(new_key: str) -> None:
    first = next(rotating.rotate(columns_of(Child)))
    left = columns_of(Child).left().count()
    assert left == Child.objects.count() - first
    assert sum(rotating.rotate(columns_of(Child))) == left
    assert columns_of(Child).left().count() == 0


def test_what_is_written_meanwhile_with_the_old_key_is_still_counted(new_key: str, settings: Any) -> None:
    rotate()
    late, settings.FIELD_KEYS = settings.FIELD_KEYS, settings.FIELD_KEYS[::-1]
    Child.objects.filter(pk=Child.objects.latest("pk").pk).update(
        name="Late"
    )  # a process not started anew yet
    settings.FIELD_KEYS = late
    assert f"key {ring().keys[1].id}: 1 values\n" in rotate("--check")


def test_a_key_that_something_needs_is_missed_at_once_and_nothing_is_changed(
    new_key: str, settings: Any
) -> None:
    old, kept = ring().keys[1].id, settings.FIELD_KEYS
    settings.FIELD_KEYS = kept[:1]
    with pytest.raises(CommandError, match=rf"values need a key that CSPR_FIELD_KEYS does not hold: {old}\."):
        rotate("--check")
    with pytest.raises(CommandError, match=old):
        rotate()
    settings.FIELD_KEYS = kept
    assert Child.objects.latest("pk").name == f"Child {ROWS - 1}"


def test_a_stored_file_is_not_written_anew_only_its_key_is(new_key: str, settings: Any) -> None:
    a = make.area("Other")
    letter = make.letter(make.accepted(a).case, a.staff)
    settings.FIELD_KEYS = settings.FIELD_KEYS[::-1]
    stored = write(b"words")
    Document.objects.filter(pk=letter.pk).update(path=stored.path, file_key=stored.key)
    settings.FIELD_KEYS = settings.FIELD_KEYS[::-1]
    rotate()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    document = Document.objects.get(pk=letter.pk)
    assert document.path == stored.path
    with opened(document) as file:
        assert file.read() == b"words"

"""A sealed column: what stands in the database, what reads it, and what must not be asked of it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from cspr.sealed.fields import same_as
from cspr.sealed.keys import KeyMissing, ring
from cspr.sealed.sealing import MARK, Unreadable, seal, unseal
from referrals.models import Case, Child, FamilyMember
from tests import factories as make

pytestmark = pytest.mark.django_db
NAME, BORN, NHS = "Zephyrine Quillfeather", dt.date(2019, 4, 23), "9434765919"


@pytest.fixture
def case() -> Case:
    case = make.accepted(make.area()).case
    assert case is not None
    return case


@pytest.fixture
def child(case: Case) -> Child:
    return Child.objects.create(
        case=case, name=NAME, born_on=BORN, nhs_number=NHS, ethnicity="not_yet_known", details={"school": "Larkrise"}
    )  # fmt: skip


def stands(child: Child, column: str) -> str:
    """What is really in the column."""
    raw = Child.objects.annotate(raw=Cast(F(column), TextField())).values_list("raw", flat=True)
    return str(raw.get(pk=child.pk))


@pytest.mark.parametrize("column", ["name", "born_on", "nhs_number", "details"])
def test_the_column_names_its_key_and_holds_nothing_else_that_can_be_read(child: Child, column: str) -> None:
    said = stands(child, column)
    assert said.startswith(f"{MARK}{ring().first.id}.")
    assert [word for word in (NAME, "2019", NHS, "Larkrise") if word in said] == []


def test_what_is_read_is_what_was_written(child: Child) -> None:
    read = Child.objects.get(pk=child.pk)
    assert (read.name, read.also_known_as, read.born_on, read.died_on) == (NAME, "", BORN, None)
    assert read.details == {"school": "Larkrise"}


def test_the_same_words_are_never_sealed_alike(child: Child) -> None:
    before = stands(child, "name")
    child.save()
    assert stands(child, "name") != before


def test_rows_saved_many_at_once_or_by_update_are_sealed_too(case: Case, child: Child) -> None:
    FamilyMember.objects.bulk_create([FamilyMember(case=case, name=NAME, relationship="Mother")])
    Child.objects.filter(pk=child.pk).update(name="Another")
    Child.objects.bulk_update([child], ["also_known_as"])
    read = FamilyMember.objects.annotate(raw=Cast(F("name"), TextField())).order_by("-pk")[0]
    assert (read.name, read.raw.startswith(MARK)) == (NAME, True)
    assert stands(child, "name").startswith(MARK)


@pytest.mark.parametrize(
    "asked", ["name", "name__icontains", "born_on__gt", "details__school", "nhs_number__in"]
)
def test_looking_a_sealed_column_up_is_an_error_and_not_an_empty_answer(asked: str) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        Child.objects.filter(**{asked: "2019-04-23"})


def test_that_there_is_none_can_be_asked(child: Child) -> None:
    assert Child.objects.filter(pk=child.pk, died_on__isnull=True, born_on__isnull=False).exists()


@pytest.mark.parametrize(("name", "same", "other"), [
    ("born_on", BORN, BORN + dt.timedelta(days=1)),
    ("born_on", "2019-04-23", "2019-04-24"),
    ("nhs_number", "943 476 5919", "9434765918"),
])  # fmt: skip
def test_equal_values_are_found_again(child: Child, name: str, same: object, other: object) -> None:
    assert list(Child.objects.filter(same_as(Child, name, [same]))) == [child]
    assert not Child.objects.filter(same_as(Child, name, [other, None, ""])).exists()


def test_the_index_does_not_hold_the_value_and_is_another_one_in_another_column(child: Child) -> None:
    assert child.born_on_index.startswith(f"{ring().first.id}.")
    assert "2019" not in child.born_on_index
    child.nhs_number = BORN.isoformat()
    child.save()
    assert child.nhs_number_index != child.born_on_index


def test_a_field_without_an_index_cannot_be_searched() -> None:
    with pytest.raises(LookupError, match=r"Child\.name has no index"):
        same_as(Child, "name", [NAME])


def test_without_the_key_reading_fails_with_the_keys_id_and_nothing_else(child: Child, settings: Any) -> None:
    needed = ring().first.id
    settings.FIELD_KEYS = [secrets.token_hex(32)]
    with pytest.raises(KeyMissing) as refused:
        Child.objects.get(pk=child.pk)
    assert str(refused.value) == (
        f"This was sealed with the key {needed}, which is not in CSPR_FIELD_KEYS. Put it back, after the others."
    )


@pytest.mark.parametrize("broken", ["another column", "one letter", "not sealed"])
def test_what_was_changed_or_moved_does_not_open_and_is_never_shown(child: Child, broken: str) -> None:
    said = {
        "another column": seal("Somebody", "referrals_familymember.name"),
        "one letter": stands(child, "name")[:-3] + "AA=",
        "not sealed": "Somebody in the clear",
    }[broken]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_child SET name = %s WHERE id = %s", [said, child.pk])
    with pytest.raises(Unreadable) as refused:
        Child.objects.get(pk=child.pk)
    assert str(refused.value) == (
        "A sealed value of referrals_child.name does not open: it was changed, or belongs elsewhere."
    )


def test_a_key_never_shows_itself() -> None:
    assert repr(ring().first) == f"<key {ring().first.id}>"
    assert ring().first.secret.hex() not in repr(ring())


def test_former_keys_go_on_opening_and_the_first_one_seals(settings: Any) -> None:
    before = seal("words", "somewhere")
    settings.FIELD_KEYS = [secrets.token_hex(32), *settings.FIELD_KEYS]
    assert unseal(before, "somewhere") == "words"
    assert seal("words", "somewhere").startswith(f"{MARK}{ring().first.id}.")
    assert not before.startswith(f"{MARK}{ring().first.id}.")

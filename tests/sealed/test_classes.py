"""Every field of every model has one class, and what is identity is sealed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from cspr.sealed.classes import Class, Unclassed, classes_of
from cspr.sealed.fields import BlindIndex, Sealed
from reviews.management.data_map import TABLES

pytestmark = pytest.mark.once


def called(field: models.Field) -> str:
    return f"{field.model._meta.label}.{field.name}"


def test_every_field_of_every_model_has_one_class() -> None:
    every = {called(f) for model in apps.get_models() for f in model._meta.local_concrete_fields}
    assert {called(field) for field in classes_of(TABLES)} == every


@pytest.mark.parametrize(("changed", "said"), [
    ({Class.IDENTITY: "name born_on", Class.NARRATIVE: "relationship role"}, r"^referrals\.FamilyMember\.details: no"),
    ({Class.IDENTITY: "name born_on details", Class.NARRATIVE: "name relationship role"}, "name: two classes"),
    ({Class.IDENTITY: "name born_on details address", Class.NARRATIVE: "relationship role"}, "no such field"),
])  # fmt: skip
def test_a_field_that_is_forgotten_doubled_or_gone_is_named(changed: dict[Class, str], said: str) -> None:
    with pytest.raises(Unclassed, match=said):
        classes_of({**TABLES, "referrals.FamilyMember": changed})


def test_a_table_for_a_model_that_is_gone_is_named() -> None:
    with pytest.raises(Unclassed, match=r"referrals\.Gone: there is no such model"):
        classes_of({**TABLES, "referrals.Gone": {}})


def test_identity_is_sealed_and_nothing_is_sealed_that_is_not_identity_or_secret() -> None:
    sealed = {f for f in classes_of(TABLES) if isinstance(f, Sealed | BlindIndex)}
    identity = {field for field, kind in classes_of(TABLES).items() if kind is Class.IDENTITY}
    assert len(identity) >= 30
    assert {called(f) for f in identity - sealed} == set()
    assert {called(f) for f in sealed - identity} == {"documents.Document.file_key"}


def test_no_table_is_kept_in_the_order_of_a_sealed_column_and_no_constraint_rests_on_one() -> None:
    for model in apps.get_models():
        sealed = {f.name for f in model._meta.local_concrete_fields if isinstance(f, Sealed)}
        ordered = {str(name).lstrip("-") for name in model._meta.ordering or ()}
        rested_on = {name for rule in model._meta.constraints for name in getattr(rule, "fields", ())}
        indexed = {name.lstrip("-") for index in model._meta.indexes for name in index.fields}
        assert not sealed & (ordered | rested_on | indexed), model._meta.label

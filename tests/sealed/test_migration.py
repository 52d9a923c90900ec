"""The migrations that seal: rows from before are taken in, and the way back leaves them as they were."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cspr.sealed.fields import same_as
from cspr.sealed.sealing import MARK
from referrals.models import Child, Referral
from reviews.models import FamilyContact
from tests import factories as make
from tests.signing_in import build_wall

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("owner", "emptied"),
    pytest.mark.thorough,
]
BEFORE = [
    ("documents", "0001_initial"),
    ("referrals", "0005_processes_are_a_register"),
    ("reviews", "0031_fact_checks"),
]


def go(*targets: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())
    return executor.loader.project_state(list(targets) or executor.loader.graph.leaf_nodes()).apps


def column(table: str, name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST({name} AS text) FROM {table} ORDER BY id")
        return [said for (said,) in cursor.fetchall()]


@pytest.fixture
def newest_again() -> Any:
    yield
    go()
    build_wall()  # tables that went and came back have no rights and no rules


def test_rows_are_opened_on_the_way_back_and_sealed_on_the_way_there(newest_again: None) -> None:
    a = make.area()
    case = make.accepted(a).case
    child = Child.objects.get(case=case)
    answers, name, born = Referral.objects.get().answers, child.name, child.born_on
    assert name
    assert born
    old = go(*BEFORE)
    assert column("referrals_child", "name") == [name]
    assert column("referrals_child", "born_on") == [born.isoformat()]
    assert [json.loads(said) for said in column("referrals_referral", "answers")] == [answers]
    assert old.get_model("referrals", "Child").objects.get().born_on == born
    go()
    for place in ("name", "born_on", "details"):
        assert [said[: len(MARK)] for said in column("referrals_child", place)] == [MARK]
    assert (Child.objects.get().name, Child.objects.get().born_on) == (name, born)
    assert Child.objects.get(same_as(Child, "born_on", [born])).name == name
    assert Referral.objects.get().answers == answers
    assert not FamilyContact.objects.exists()

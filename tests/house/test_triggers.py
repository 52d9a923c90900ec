"""The database itself refuses a state without its event, for every noun that has one."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from cspr.workflow import Subject

NOUNS = [m for m in apps.get_models() if issubclass(m, Subject) and hasattr(m, "state")]


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun._meta.label_lower)
def test_the_table_of_a_noun_keeps_its_trigger_through_every_migration(noun: type[Subject]) -> None:
    if connection.vendor == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    else:
        asked = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(asked, [noun._meta.db_table])
        assert [name for (name,) in cursor.fetchall()] == [f"{noun._meta.db_table}_state_needs_event"]

"""Building the wall, as the owner of the database; and seeing whether it stands, as anybody."""

from __future__ import annotations

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cspr.wall.policies import POLICY, policy, question, rights, walled

STANDS = """
    SELECT count(*) FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relname = ANY (%s) AND c.relnamespace = 'public'::regnamespace
    AND c.relrowsecurity AND c.relforcerowsecurity AND p.polname = %s
"""
# Each is true of a role that could walk round the wall, with what that means.
TOO_MUCH = {
    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user": "is not held by row-level security",
    "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND pg_has_role(relowner, 'MEMBER'))": "owns tables",
    "SELECT has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE')"
    " OR has_database_privilege(current_database(), 'TEMPORARY')": "can create tables",
    "SELECT has_table_privilege('audit_event', 'UPDATE') OR has_table_privilege('audit_event', 'DELETE')"
    " OR has_table_privilege('audit_event', 'TRUNCATE') OR has_table_privilege('audit_words', 'UPDATE')"
    " OR has_table_privilege('audit_words', 'TRUNCATE')": "can change or empty the record of what happened",
}


def build(connection: BaseDatabaseWrapper, role: str, password: str) -> None:
    """Make the site's role if it is missing, set its password and its rights, and wall every table. Run as the owner.

    May be run any number of times, while the site is up: each table is changed in a transaction of its own.
    """
    name, database = (
        connection.ops.quote_name(role),
        connection.ops.quote_name(connection.settings_dict["NAME"]),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        known = cursor.fetchone()
        cursor.execute(f"{'ALTER' if known else 'CREATE'} ROLE {name} LOGIN PASSWORD %s", [password])
        for parent in {key.related_model for key in walled().values()} & walled().keys():
            cursor.execute(question(parent))
        for model in walled():
            with transaction.atomic(using=connection.alias):
                for statement in policy(model):
                    cursor.execute(statement)
        with transaction.atomic(using=connection.alias):
            for statement in rights(name, database):
                cursor.execute(statement)


def why_no_wall(connection: BaseDatabaseWrapper) -> str | None:
    """``None`` when the wall stands and the connection's role is held by it; otherwise the sentence that says why not.

    On SQLite there is no wall and nothing to say.
    """
    if connection.vendor != "postgresql":
        return None
    tables = [model._meta.db_table for model in walled()]
    with connection.cursor() as cursor:
        for question, means in TOO_MUCH.items():
            cursor.execute(question)
            if cursor.fetchone() == (True,):
                return f"The database role that the site signs in with {means}. See docs/settings.md, “Two roles”."
        cursor.execute(STANDS, [tables, POLICY])
        (stand,) = cursor.fetchone()
    return None if stand == len(tables) else "Tables are not walled. Run manage.py build_wall as the owner."

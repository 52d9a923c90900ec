"""The role the site signs in with: what it may do at all, and how long what was open to it stays open."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg2.extensions
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from cspr.accounts.middleware import Walled
from cspr.celery import app
from cspr.wall.building import why_no_wall
from cspr.wall.checks import the_wall_stands
from cspr.wall.scope import admitted, everything, setting, within
from referrals.models import Case
from tests import factories as make
from tests.signing_in import as_owner

ROOT = Path(__file__).resolve().parent.parent.parent
ON_POSTGRESQL = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- what it may do -----------------------------------------------------------------------------------------


@ON_POSTGRESQL
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET words_digest = ''",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event CASCADE",
        "UPDATE audit_words SET text = ''",
        "TRUNCATE audit_words",
        "TRUNCATE referrals_case CASCADE",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE referrals_case (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE referrals_case ADD COLUMN mine int",
        "ALTER TABLE referrals_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP POLICY wall ON referrals_case",
        "CREATE POLICY mine ON referrals_case USING (true)",
        "DROP TABLE referrals_case CASCADE",
        "SET session_replication_role = replica",
        "UPDATE django_migrations SET name = ''",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
    ],
)
def test_the_database_refuses_it(statement):
    make.sent(make.area())
    with pytest.raises(DatabaseError, match=r"permission denied|must be (table )?owner|must be superuser"):
        run(statement)


@ON_POSTGRESQL
@pytest.mark.django_db
def test_row_security_cannot_be_asked_away():
    with pytest.raises(DatabaseError, match="would be affected by row-level security"):
        run("SET LOCAL row_security = off; SELECT * FROM referrals_case")


@ON_POSTGRESQL
@pytest.mark.django_db
def test_the_wall_is_found_to_stand():
    assert why_no_wall(connection) is None
    assert the_wall_stands(["default"]) == []


def test_the_deployment_check_opens_no_connection_unless_a_database_is_named():
    assert the_wall_stands() == []  # the database is not open to this test


@ON_POSTGRESQL
@pytest.mark.django_db(transaction=True)
def test_an_owner_is_found_to_be_too_mighty_for_the_site():
    with as_owner():
        assert [error.id for error in the_wall_stands(["default"])] == ["wall.E001"]


@ON_POSTGRESQL
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "too_much", ["UPDATE ON audit_event", "UPDATE ON audit_words", "CREATE ON SCHEMA public"]
)
def test_a_right_too_many_is_found(too_much):
    try:
        with as_owner():
            run(f"GRANT {too_much} TO PUBLIC")
        assert why_no_wall(connection) is not None
    finally:
        with as_owner():
            run(f"REVOKE {too_much} FROM PUBLIC")
    assert why_no_wall(connection) is None


# --- for how long -------------------------------------------------------------------------------------------


def kept_in_the_session() -> str | None:
    """What the database still knows on this connection, asked past everything that would tell it anew."""
    with connection.connection.cursor(cursor_factory=psycopg2.extensions.cursor) as cursor:
        cursor.execute("SELECT current_setting('cspr.partnerships', true)")
        (kept,) = cursor.fetchone()
    return kept or None


@ON_POSTGRESQL
@pytest.mark.usefixtures("emptied")
def test_nothing_stays_open_after_a_statement_a_transaction_or_a_failure():
    one = make.accepted(make.area()).case
    with within([one.partnership_id]):
        assert Case.objects.count() == 1
        assert kept_in_the_session() is None
        with transaction.atomic():
            assert Case.objects.count() == 1
            assert kept_in_the_session() == str(one.partnership_id)
        assert kept_in_the_session() is None
        with pytest.raises(DatabaseError):
            run("SELECT 1 / 0 FROM referrals_case")
        assert kept_in_the_session() is None


@ON_POSTGRESQL
@pytest.mark.usefixtures("emptied")
def test_two_requests_and_a_visitor_on_one_connection_each_see_their_own():
    ours, theirs = make.area(), make.area("Other")
    case, other = make.accepted(ours).case, make.accepted(theirs).case
    seen = []

    def forgetful(request):
        """A view that forgets ``visible_to``."""
        seen.append(list(Case.objects.values_list("ref", flat=True)))
        return HttpResponse()

    link, page = connection.connection, Walled(forgetful)
    for user in (ours.staff, theirs.staff, AnonymousUser(), ours.staff):
        request = RequestFactory().get("/", headers={"Cookie": "sessionid=x"})
        request.user = user
        page(request)
    assert seen == [[case.ref], [other.ref], [], [case.ref]]
    assert connection.connection is link


@ON_POSTGRESQL
@pytest.mark.django_db
def test_a_savepoint_that_fails_inside_a_transaction_leaves_the_wall_as_it_was():
    one = make.accepted(make.area()).case
    with within([one.partnership_id]), transaction.atomic():
        with everything(), pytest.raises(DatabaseError), transaction.atomic():
            run("SELECT 1 / 0")
        assert list(Case.objects.all()) == [one]
    with within(()):
        assert list(Case.objects.all()) == []


@ON_POSTGRESQL
@pytest.mark.django_db
def test_the_worker_sees_what_waits_everywhere_and_nobody_else_does():
    make.accepted(make.area()), make.accepted(make.area("Other"))
    counting = type("Counting", (app.Task,), {"name": "counting", "run": lambda self: Case.objects.count()})()
    counting.bind(app)
    with within(()):
        assert (Case.objects.count(), counting(), Case.objects.count()) == (0, 2, 0)


def test_what_is_open_widens_and_closes_again():
    with within([7, 3]):
        assert setting() == "3,7"
        with admitted([5]):
            assert setting() == "3,5,7"
        with everything(), admitted([5]):
            assert setting() == "all"
        assert setting() == "3,7"
    with within(()):
        assert setting() == ""


def test_everything_is_open_only_where_this_list_says_so():
    """Each place, with what it reads: mail and links before anybody is known, what is published, and the entrances."""
    found = {}
    for file in [
        ROOT / "manage.py",
        *(f for r in ("cspr", "referrals", "reviews") for f in (ROOT / r).rglob("*.py")),
    ]:
        if times := len(re.findall(r"(?<!def )\beverything\(\)", file.read_text(encoding="utf-8"))):
            found[str(file.relative_to(ROOT))] = times
    assert (
        found
        == {
            "manage.py": 1,  # somebody at the machine
            "cspr/celery.py": 1,  # what waits, in the worker
            "cspr/health.py": 1,  # whether the keys open what is stored: yes or no, of one row each
            "cspr/documents/quarantine.py": 1,  # how long a file has waited for the scanner: one date, of everybody's
            "cspr/mail/outbox.py": 2,  # how late the mail is, and how long nobody took it: one date each
            "reviews/actions/links.py": 3,  # a link, by its token or by what the browser was given for it
            "reviews/actions/practice_review.py": 1,  # whether a public address is taken
            "reviews/models/earlier.py": 1,  # recommendations, of which only visible and published ones are read
            "reviews/views/public.py": 1,  # what is published
        }
    )

"""The two health pages: no sign-in, no content, and the truth about each part."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from cspr.celery import app
from cspr.clocks.models import BankHoliday
from cspr.health import CHECKS, heartbeat, heartbeat_file
from cspr.mail.kinds import PASSWORD_RESET
from cspr.mail.models import OutgoingEmail
from cspr.mail.outbox import queue_account_mail
from tests import factories as make
from tests.signing_in import nothing_recorded

NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _no_heartbeat_yet() -> None:
    heartbeat_file().unlink(missing_ok=True)


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/health/ready")
    return answer.status_code, json.loads(answer.content)


def test_live_answers_without_sign_in_and_without_the_database(client: Client) -> None:
    answer = client.get("/health/live")  # no django_db mark: any statement would fail this test
    assert (answer.status_code, json.loads(answer.content)) == (200, {"ok": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_once_a_worker_has_left_a_heartbeat(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        assert ready(client)[1]["parts"]["background_work"] == {"ok": False}
        heartbeat()
        status, body = ready(client)
    assert (status, body["ok"]) == (200, True)
    assert set(body["parts"]) == set(CHECKS)
    assert body["parts"]["background_work"] == {"ok": True, "age_seconds": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(3, 200), (4, 503)])
def test_a_heartbeat_of_three_minutes_ago_is_the_oldest_that_counts(
    client: Client, minutes: int, status: int
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        heartbeat()
        clock.shift(dt.timedelta(minutes=minutes))
        found, body = ready(client)
    assert found == status
    assert body["parts"]["background_work"]["age_seconds"] == minutes * 60


@pytest.mark.django_db
def test_not_ready_when_bank_holidays_run_out_within_a_year(client: Client) -> None:
    BankHoliday.objects.filter(on__year__gte=2027).delete()
    with time_machine.travel(NOON, tick=False):
        heartbeat()
        status, body = ready(client)
    assert (status, body["parts"]["bank_holidays"]) == (503, {"ok": False})


@pytest.mark.django_db
def test_not_ready_while_nothing_can_be_put_on_record(client: Client) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no rights")
    assert ready(client)[1]["parts"]["record"] == {"ok": True}
    with nothing_recorded():
        status, body = ready(client)
    assert (status, body["parts"]["record"]) == (503, {"ok": False})


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "well"), [(4, True), (5, False)])
def test_a_mail_that_nobody_takes_is_noticed_within_five_minutes(
    client: Client, minutes: int, well: bool
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        queue_account_mail("somebody@agency.example", PASSWORD_RESET)
        clock.shift(dt.timedelta(minutes=minutes))
        heartbeat()
        found = ready(client)[1]["parts"]["relay"]
    assert found == {"ok": well, "oldest_untaken_seconds": minutes * 60}


@pytest.mark.django_db
def test_a_mail_that_the_mail_server_put_off_waits_for_its_time(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        queue_account_mail("somebody@agency.example", PASSWORD_RESET)
        later = NOON + dt.timedelta(minutes=15)
        OutgoingEmail.objects.update(next_try_at=later, attempts=2)
        clock.shift(dt.timedelta(minutes=10))
        waiting = ready(client)[1]["parts"]["relay"]
        clock.shift(dt.timedelta(minutes=10))
        left = ready(client)[1]["parts"]["relay"]
    assert [part["oldest_untaken_seconds"] for part in (waiting, left)] == [0, 300]


@pytest.mark.django_db
def test_health_pages_only_read(client: Client) -> None:
    for path in ("/health/live", "/health/ready"):
        assert client.post(path).status_code in {403, 405}


@pytest.mark.django_db
def test_the_heartbeat_asks_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        heartbeat()
    assert connection.queries_log is not None


def test_every_tick_of_the_schedule_is_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert wanted - set(app.tasks) == set()


def test_no_tick_can_pile_up() -> None:
    """A tick that no worker took expires before its next one, or soon after."""
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"]


@pytest.mark.django_db
def test_not_ready_when_the_keys_at_hand_do_not_open_what_is_stored(client: Client, settings: Any) -> None:
    def part() -> dict[str, Any]:
        found: dict[str, Any] = ready(client)[1]["parts"]["field_keys"]
        return found

    kept = settings.FIELD_KEYS
    settings.FIELD_KEYS = ["5a" * 32]
    assert part() == {"ok": True}  # nothing is stored yet
    settings.FIELD_KEYS = kept
    make.accepted(make.area())
    assert part() == {"ok": True}
    settings.FIELD_KEYS = ["5a" * 32, *kept]
    assert part() == {"ok": True}
    settings.FIELD_KEYS = ["5a" * 32]
    assert part() == {"ok": False}

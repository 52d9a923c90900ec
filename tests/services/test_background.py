"""A real worker takes real ticks: from Redis with PostgreSQL; from a folder with SQLite as in ./dev up."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import pytest
import redis

from cspr.celery import app
from tests.services.programs import Environment, as_the_site, eventually, run, running

WORKER = [sys.executable, "-m", "celery", "-A", "cspr.celery", "worker", "--concurrency=1", "--loglevel=INFO"]
MANAGE = [sys.executable, "manage.py"]
TICKS = sorted(entry["task"] for entry in app.conf.beat_schedule.values())


def send(tasks: list[str], site: Environment) -> None:
    program = f"from cspr.celery import app\nfor task in {tasks}: app.send_task(task)"
    sent = run([sys.executable, "-c", program], site)
    assert sent.returncode == 0, sent.stderr


def prepared(site: Environment) -> Environment:
    """A database as the owner leaves it, and the environment of the site, which is somebody else there."""
    owner = dict(site)
    if "DATABASE_URL" in site:
        site = site | {"DATABASE_URL": as_the_site(site["DATABASE_URL"])}
        owner["CSPR_APP_DATABASE_URL"] = site["DATABASE_URL"]
    for command in (["migrate", "--no-input"], ["createcachetable"], ["build_wall"]):
        done = run([*MANAGE, *command], owner)
        assert done.returncode == 0, done.stderr
    return site


def did(task: str, log: Path) -> bool:
    """Whether the log says that the task was done; nothing may have gone wrong."""
    text = log.read_text(errors="replace") if log.exists() else ""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]
    about = [line for line in lines if line.get("name") == task]
    assert [line for line in about if "error" in line] == []
    return any("succeeded" in line["said"] for line in about)


@pytest.mark.services
def test_every_tick_runs_in_a_worker_on_redis_and_postgresql(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    site = prepared(
        {
            "CSPR_MODE": "demo",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "CSPR_DATA_DIR": str(tmp_path),
            "CSPR_LOG_LEVEL": "INFO",
        }
    )
    log = tmp_path / "worker.log"
    with running(WORKER, site, log):
        send(TICKS, site)
        for task in TICKS:
            eventually(partial(did, task, log), f"{task} ran", log)
    assert redis.Redis.from_url(redis_url).llen("celery") == 0


@pytest.mark.thorough
@pytest.mark.services
def test_a_tick_sent_while_no_worker_runs_waits_in_redis(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    site = prepared(
        {
            "CSPR_MODE": "demo",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "CSPR_DATA_DIR": str(tmp_path),
            "CSPR_LOG_LEVEL": "INFO",
        }
    )
    send(["cspr.health.heartbeat"], site)
    assert redis.Redis.from_url(redis_url).llen("celery") == 1
    log = tmp_path / "worker.log"
    with running(WORKER, site, log):
        eventually((tmp_path / "heartbeat").exists, "the waiting tick ran", log)


@pytest.mark.thorough
@pytest.mark.once
def test_every_tick_runs_in_a_worker_on_a_folder_and_sqlite(tmp_path: Path) -> None:
    (tmp_path / "broker" / "queue").mkdir(parents=True)
    site = prepared({"CSPR_MODE": "demo", "CSPR_DATA_DIR": str(tmp_path), "CSPR_LOG_LEVEL": "INFO"})
    log = tmp_path / "worker.log"
    with running(WORKER, site, log):
        send(TICKS, site)
        for task in TICKS:
            eventually(partial(did, task, log), f"{task} ran", log)
    assert list((tmp_path / "broker" / "queue").iterdir()) == []

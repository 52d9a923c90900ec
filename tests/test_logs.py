"""The log says what happened where, a JSON object a line, and nothing of what anybody wrote."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as shipped
from django.db import IntegrityError
from django.test import Client

from cspr.health import heartbeat
from cspr.logs import Line
from referrals.models import Case
from tests import factories as make

WORDS = "Canary Foxglove"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What production writes to standard error."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Line())
    told = [logging.getLogger(name) for name in ("", *shipped.LOGGING["loggers"])]
    listening = [logger for logger in told if logger.name == "root" or not logger.propagate]
    levels = [(logger, logger.level) for logger in told]
    for logger in told:
        logger.setLevel(logging.DEBUG)
    for logger in listening:
        logger.addHandler(handler)
    yield written
    for logger in listening:
        logger.removeHandler(handler)
    for logger, level in levels:
        logger.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def broken(*given: Any, **named: Any) -> None:
    raise IntegrityError(f"DETAIL: Key (name)=({WORDS}) already exists.")


@pytest.mark.django_db
def test_an_error_in_a_page_is_a_line_with_kind_and_place_and_without_its_words(log, monkeypatch, settings):
    settings.MFA_REQUIRED = False
    area = make.area()
    client = Client(raise_request_exception=False)
    client.force_login(area.staff)
    monkeypatch.setattr(Case.objects.get_queryset().__class__, "visible_to", broken)
    assert client.get("/cases/", {"q": WORDS}).status_code == 500
    told = lines(log)
    [error] = [line for line in told if "error" in line]
    assert error["error"].startswith("IntegrityError at referrals/")
    assert error["logger"] == "django.request"
    [answered] = [line for line in told if line["logger"] == "cspr.requests"]
    assert (answered["page"], answered["status"], answered["user"]) == ("cases", 500, area.staff.pk)
    assert answered["request"] == error["request"] != ""
    assert "Canary" not in log.getvalue()
    assert area.staff.email not in log.getvalue()


@pytest.mark.django_db
def test_a_refused_page_is_a_line_with_who_and_when_in_utc(log, settings):
    settings.MFA_REQUIRED = False
    area, elsewhere = make.area(), make.area("Otherham")
    case = make.accepted(elsewhere).case
    client = Client()
    client.force_login(area.staff)
    assert client.get(f"/cases/{case.ref}/").status_code == 404
    [line] = [line for line in lines(log) if line["logger"] == "cspr.requests"]
    assert (line["page"], line["status"], line["user"]) == ("case", 404, area.staff.pk)
    assert dt.datetime.fromisoformat(line["at"]).utcoffset() == dt.timedelta(0)
    assert case.ref not in log.getvalue()


@pytest.mark.django_db
def test_an_error_in_a_task_is_told_by_celery_without_its_words(log, monkeypatch):
    monkeypatch.setattr("cspr.health.heartbeat_file", broken)
    heartbeat.apply()
    [line] = [line for line in lines(log) if "error" in line]
    assert (line["logger"], line["name"]) == ("celery.app.trace", "cspr.health.heartbeat")
    assert line["error"].startswith("IntegrityError at cspr/health.py:")
    assert "Canary" not in log.getvalue()


def test_the_values_of_another_packages_message_are_left_out_but_for_numbers(log):
    logging.getLogger("somewhere").warning("Refused %s after %d tries", WORDS, 3)
    [line] = lines(log)
    assert (line["said"], line["numbers"]) == ("Refused %s after %d tries", [3])


def test_a_line_break_in_a_message_makes_no_second_line(log):
    logging.getLogger("cspr.mail.relay").warning("E-mail %s", "a\nb\u2028c")
    [line] = lines(log)
    assert line["said"] == "E-mail a\nb\u2028c"
    assert log.getvalue().count("\n") == 1

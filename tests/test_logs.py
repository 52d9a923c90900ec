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
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.test import Client

from cspr.accounts.models import User
from cspr.documents.uploads import UploadRefused, store_upload
from cspr.health import heartbeat
from cspr.logs import Line
from referrals.models import Case
from tests import factories as make
from tests.accounts.totp import code, enrol, give_code, give_password

WORDS = "Canary Foxglove"
PASSWORD = "three green kettles"


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


@pytest.fixture
def person_with_a_code() -> tuple[User, str]:
    user = make.area().staff
    user.set_password(PASSWORD)
    user.save()
    return user, enrol(user)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def broken(*given: Any, **named: Any) -> None:
    raise IntegrityError(f"DETAIL: Key (name)=({WORDS}) already exists.")


@pytest.mark.django_db
def test_a_refused_sign_in_is_a_line_that_says_whose_account_and_repeats_no_address(log, person_with_a_code):
    user, secret = person_with_a_code
    give_password(Client(), user.email, "not the password")
    give_password(Client(), "canary@foxglove.example", "not the password")
    client = Client()
    give_password(client, user.email, PASSWORD)
    give_code(client, "000000" if code(secret) != "000000" else "000001")
    refused = [line for line in lines(log) if line["said"].startswith("sign-in refused")]
    assert [(line["level"], line["said"], line["account"]) for line in refused] == [
        ("WARNING", "sign-in refused: wrong password", user.pk),
        ("WARNING", "sign-in refused: wrong password", None),
        ("WARNING", "sign-in refused: wrong code", user.pk),
    ]
    assert "foxglove" not in log.getvalue()
    assert user.email not in log.getvalue()


@pytest.mark.django_db
def test_what_goes_round_a_control_is_a_line_refused_files_too_many_tries_and_forged_forms(
    log, person_with_a_code
):
    user, _ = person_with_a_code
    for _ in range(6):
        give_password(Client(), user.email, "not the password")
    assert Client(enforce_csrf_checks=True).post("/account/login/", {"login": WORDS}).status_code == 403
    area = make.area()
    with pytest.raises(UploadRefused):
        store_upload(
            ContentFile(b"MZ", name=f"{WORDS}.exe"), by=area.staff, partnership=area.partnership,
            case_ref="", subject_label="referrals.referral", subject_ref="AAAAA-AAAAA",
        )  # fmt: skip
    told = {line["said"]: line for line in lines(log) if line["level"] == "WARNING"}
    assert "too many attempts" in told
    assert told["Forbidden (%s): %s"]["logger"] == "django.security.csrf"
    assert (told["file refused"]["user"], told["file refused"]["bytes"]) == (area.staff.pk, 2)
    assert "Canary" not in log.getvalue()
    assert user.email not in log.getvalue()


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

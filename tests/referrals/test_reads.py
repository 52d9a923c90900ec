"""Who read a case: what the page says is what people really opened, and it says nothing of what stands there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from referrals import actions
from referrals.models import Case
from referrals.views.reading import READS
from tests import factories as make
from tests.factories import TODAY

Opens = Callable[[User, str], Any]


@pytest.fixture
def case(a: make.Area) -> Case:
    return make.accepted(a).case


@pytest.fixture
def opens(settings: Any) -> Opens:
    """The answer to a person who opens an address."""
    settings.MFA_REQUIRED = False

    def answer(user: User, address: str) -> Any:
        client = Client()
        client.force_login(user)
        return client.get(address)

    return answer


def read_by(page: str) -> list[tuple[str, str]]:
    """Each person of the table with how often they read."""
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>.*?data-label="Times">(\d+)<', page, re.DOTALL)
    return [(name.strip(), times) for name, times in rows]


@pytest.mark.django_db
def test_the_page_says_who_opened_what_and_how_often(a: make.Area, case: Case, opens: Opens) -> None:
    people, reads = reverse("case-people", args=[case.ref]), reverse("case-reads", args=[case.ref])
    before = read_by(opens(a.chair, reads).content.decode())
    for user, times in ((a.staff, 2), (a.chair, 1)):
        for _ in range(times):
            assert opens(user, people).status_code == 200
    assert opens(a.dpo, people).status_code == 404  # who was sent away read nothing
    page = opens(a.chair, reads).content.decode()
    assert dict(read_by(page)) == {**dict(before), a.staff.name: "2", a.chair.name: "1"}
    assert page.count(READS["identity"]) == 3


@pytest.mark.django_db
def test_opening_the_case_is_on_record_once_an_hour_for_each_person(
    a: make.Area, case: Case, opens: Opens
) -> None:
    address, began = case.get_absolute_url(), timezone.now()
    other = make.person(a.partnership, Role.STAFF, name="Another Worker")
    for minutes, user in ((0, a.staff), (1, other), (30, a.staff), (59, a.staff), (60, a.staff), (61, other)):
        with time_machine.travel(began + dt.timedelta(minutes=minutes), tick=False):
            assert opens(user, address).status_code == 200
    assert opens(a.referrer, address).status_code == 404
    found = Event.objects.filter(kind="read.case", case_ref=case.ref).values_list("by", flat=True)
    assert sorted(found) == sorted([a.staff.pk, other.pk, a.staff.pk, other.pk])
    with CaptureQueriesContext(connection) as asked:
        opens(a.staff, address)
    again = [query["sql"] for query in asked if "audit_event" in query["sql"] and "read.case" in query["sql"]]
    assert len(again) == 1
    assert not [query for query in asked if query["sql"].startswith('INSERT INTO "audit')]


@pytest.mark.django_db
def test_the_page_equals_what_an_insider_really_opened(a: make.Area, opens: Opens) -> None:
    """Somebody reads around in several cases, by several ways in, and is sent away from one."""
    cases = [make.accepted(a).case for _ in range(4)]
    insider = make.person(a.partnership, Role.STAFF, name="An Insider")
    truth = {case.ref: set() for case in cases}
    ways: list[tuple[Callable[[Case], str], str]] = [
        (lambda case: case.get_absolute_url(), "case"),
        (lambda case: reverse("case-events", args=[case.ref]), "case"),
        (lambda case: reverse("clock", args=[case.ref, "SIN_5WD"]), "case"),
        (lambda case: reverse("case-people", args=[case.ref]), ""),  # refused: not on the list
    ]
    for case, (way, what) in zip(cases, ways, strict=True):
        assert opens(insider, way(case)).status_code == (200 if what else 403)
        if what:
            truth[case.ref].add(READS[what])
    told = {}
    for case in cases:
        page = opens(a.chair, reverse("case-reads", args=[case.ref])).content.decode()
        told[case.ref] = {READS["case"]} if insider.name in dict(read_by(page)) else set()
    assert told == truth


@pytest.mark.django_db
def test_a_referral_that_was_read_before_there_was_a_case_counts_too(a: make.Area, opens: Opens) -> None:
    sent = make.sent(a)
    assert opens(a.staff, reverse("referral", args=[sent.ref])).status_code == 200
    case = actions.accept(sent, by=a.staff, today=TODAY).case
    page = opens(a.chair, reverse("case-reads", args=[case.ref])).content.decode()
    assert read_by(page) == [(a.staff.name, "1")]


@pytest.mark.django_db
def test_the_officer_reads_who_read_without_seeing_the_case_and_staff_do_not_audit_themselves(
    a: make.Area, case: Case, opens: Opens
) -> None:
    address = reverse("case-reads", args=[case.ref])
    opens(a.staff, reverse("case-people", args=[case.ref]))
    page = opens(a.dpo, address).content.decode()
    assert (a.staff.name in page, case.ref in page) == (True, True)
    names = [case.pseudonym, *case.children.values_list("name", flat=True)]
    assert [name for name in names if name and name in page] == []
    assert opens(a.staff, address).status_code == 403
    register = reverse("access-register")
    assert [address in opens(user, register).content.decode() for user in (a.dpo, a.chair, a.staff)] == [
        True, True, False,
    ]  # fmt: skip
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert opens(a.dpo, address).status_code == 404


@pytest.mark.django_db
def test_before_anybody_read_it_the_page_says_so(a: make.Area, case: Case, opens: Opens) -> None:
    page = opens(a.dpo, reverse("case-reads", args=[case.ref])).content.decode()
    assert ("Nobody has opened any of it yet." in page, read_by(page)) == (True, [])


def test_everything_whose_opening_is_on_record_has_its_words() -> None:
    sources = [
        file.read_text()
        for app in ("cspr", "referrals", "reviews")
        for file in (project.BASE_DIR / app).rglob("*.py")
    ]
    calls = [
        call for source in sources for call in re.findall(r"record_read\((.*?)\)\s*\n", source, re.DOTALL)
    ]
    assert {what for call in calls for what in re.findall(r'what="(\w+)"', call)} == set(READS)

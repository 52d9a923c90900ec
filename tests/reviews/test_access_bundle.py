"""The file that is handed over: what it says, what is never in it, who opens it, and until when."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse

from cspr.audit.models import Event
from cspr.documents.making import make_waiting
from cspr.documents.models import Document
from cspr.documents.storing import bytes_of
from cspr.workflow import Refused, perform
from referrals.models import Case
from reviews import actions
from reviews.models import AccessRequest
from reviews.models.access_request import BUNDLE_DAYS
from tests import factories as make
from tests.factories import TODAY
from tests.reading import read
from tests.referrals.browse import Browser
from tests.reviews.test_access_finding import MOTHER, OTHERS, bereaved, decided, gathered
from tests.reviews.test_proving_oneself import asked_before, at_a_browser

pytestmark = pytest.mark.django_db
CANARIES = (*OTHERS, "Tobiah", "Wilmette", "Perpetua", "Canary")


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def case(a: make.Area) -> Case:
    return bereaved(a)


def prepared(a: make.Area) -> AccessRequest:
    return perform(decided(a, gathered(a)), "prepare", by=a.staff, today=TODAY, answer="give")


def made(a: make.Area) -> Document:
    actions.confirm_answer(prepared(a), by=a.dpo, today=TODAY)
    make_waiting()
    return Document.objects.get(kind="access_bundle")


def later(days: int) -> time_machine.travel:
    at = dt.datetime.combine(TODAY + dt.timedelta(days=days), dt.time(9), ZoneInfo("Europe/London"))
    return time_machine.travel(at, tick=False)


def test_the_archive_says_all_that_is_given_twice_and_nothing_of_anybody_else(
    a: make.Area,
    case: Case,
) -> None:
    request = decided(a, gathered(a))
    withheld = next(one for one in request.passages.all() if one.text == "The mother left early.")
    perform(
        request,
        "decide",
        by=a.staff,
        today=TODAY,
        passage=withheld.pk,
        decision="withhold",
        exemption="crime",
    )
    request = perform(request, "prepare", by=a.staff, today=TODAY, answer="give")
    actions.confirm_answer(request, by=a.dpo, today=TODAY)
    make_waiting()
    document = Document.objects.get()
    assert (document.state, document.content_type) == ("ready", "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(document)))
    pdf, data = sorted(archive.namelist(), reverse=True)
    said = json.loads(archive.read(data))
    assert said["name"] == MOTHER
    assert {record["source"] for record in said["records"]} == {"family member"}
    assert all(one["purpose"] and one["kept_for"] for one in (*said["records"], *said["passages"]))
    assert said["not_given"] == [
        {
            "why": "It would prejudice the prevention or detection of crime (Schedule 2, paragraph 2)",
            "passages": 1,
        }
    ]
    paper = read(archive.read(pdf))
    for text in (archive.read(data).decode(), paper.words):
        assert MOTHER in text
        assert "[another person]" in text
        assert not [canary for canary in (*CANARIES, "left early", "father") if canary in text]
    assert not [canary for canary in CANARIES if canary in paper.everything]


def test_a_double_click_makes_one_archive(a: make.Area, case: Case) -> None:
    request = prepared(a)
    officer, page = Browser(a.dpo), f"{request.get_absolute_url()}confirm/"
    sent = officer.get(page).sends
    officer.post(page, sent)
    officer.post(page, sent)
    assert Document.objects.filter(kind="access_bundle").count() == 1


def test_no_archive_is_made_of_a_refusal(a: make.Area, case: Case) -> None:
    refused = {"answer": "refuse", "reason_code": "unknown"}
    request = perform(make.access_request(a), "prepare", by=a.staff, today=TODAY, **refused)
    actions.confirm_answer(request, by=a.dpo, today=TODAY)
    assert not Document.objects.exists()


def test_opening_it_asks_for_the_password_and_is_on_record(
    a: make.Area,
    case: Case,
    settings: object,
) -> None:
    settings.MFA_REQUIRED = False  # type: ignore[attr-defined]
    document, client = made(a), at_a_browser(a.dpo)
    page = reverse("documents:download", args=[document.ref])
    assert client.get(page).headers["Content-Type"] == "application/zip"
    assert Event.objects.filter(kind="read.document", subject_ref=document.ref, by=a.dpo).count() == 1
    with time_machine.travel(dt.datetime(2026, 11, 23, 9, 6, tzinfo=dt.UTC), tick=False):
        assert client.get(page).headers["Location"] == asked_before(page)
    assert Event.objects.filter(kind="read.document").count() == 1


def test_it_is_opened_by_nobody_else_and_by_nobody_of_another_partnership(
    a: make.Area,
    case: Case,
) -> None:
    other, page = make.area("Otherham"), reverse("documents:download", args=[made(a).ref])
    third = make.person(a.partnership, "staff")  # answers requests, but is not on the list of the case
    for user in (other.dpo, a.chair, a.reviewer, a.sysadmin, third):
        Browser(user).get(page, 404)


def test_after_a_fortnight_it_is_gone_and_so_are_the_copied_words(a: make.Area, case: Case) -> None:
    document = made(a)
    request = AccessRequest.objects.get()
    perform(request, "hand_over", by=a.dpo, today=TODAY, handing="by_hand")
    page = reverse("documents:progress", args=[document.ref])
    with later(14):
        actions.forget_bundles(TODAY + BUNDLE_DAYS)
        Browser(a.dpo).get(page)
    with later(15):
        Browser(a.dpo).get(page, 404)
        for _ in range(2):
            actions.forget_bundles(TODAY + BUNDLE_DAYS + dt.timedelta(days=1))
    assert not Document.objects.exists()
    assert not default_storage.exists(document.path)
    assert not request.passages.exists()
    assert Event.objects.filter(kind="accessrequest.forget").count() == 1


def test_what_was_sent_back_cannot_be_opened_any_more(a: make.Area, case: Case) -> None:
    page = reverse("documents:download", args=[made(a).ref])
    perform(AccessRequest.objects.get(), "send_back", by=a.dpo, today=TODAY, words="Too much.")
    Browser(a.dpo).get(page, 404)
    actions.forget_bundles(TODAY)
    assert not Document.objects.exists()
    with pytest.raises(Refused):
        actions.confirm_answer(AccessRequest.objects.get(), by=a.dpo, today=TODAY)


def test_an_archive_of_what_was_sent_back_does_not_come_back_with_the_second_confirmation(
    a: make.Area, case: Case
) -> None:
    former = made(a)
    request = perform(AccessRequest.objects.get(), "send_back", by=a.dpo, today=TODAY, words="Too much.")
    passage = next(one for one in request.passages.all() if one.text == "The mother left early.")
    withhold = {"decision": "withhold", "exemption": "crime"}
    request = perform(request, "decide", by=a.staff, today=TODAY, passage=passage.pk, **withhold)
    request = perform(request, "prepare", by=a.staff, today=TODAY, answer="give")
    actions.confirm_answer(request, by=a.dpo, today=TODAY)
    make_waiting()
    [document] = Document.objects.filter(kind="access_bundle")
    assert document.ref != former.ref
    assert not default_storage.exists(former.path)
    archive = zipfile.ZipFile(io.BytesIO(bytes_of(document)))
    assert not [name for name in archive.namelist() if b"left early" in archive.read(name)]


def test_an_archive_that_was_never_made_does_not_keep_the_words_of_others(a: make.Area, case: Case) -> None:
    """It is asked for and cannot be made: there are no bytes to destroy, and the rest goes on."""
    actions.confirm_answer(prepared(a), by=a.dpo, today=TODAY)
    request = AccessRequest.objects.get()
    perform(request, "hand_over", by=a.dpo, today=TODAY, handing="by_hand")
    assert Document.objects.get().path == ""
    actions.forget_bundles(TODAY + BUNDLE_DAYS + dt.timedelta(days=1))
    assert not Document.objects.exists()
    assert not request.passages.exists()


def test_nothing_is_handed_over_before_it_was_confirmed(a: make.Area, case: Case) -> None:
    request = actions.confirm_answer(prepared(a), by=a.dpo, today=TODAY)
    yesterday = TODAY - dt.timedelta(days=1)
    with pytest.raises(Refused, match="before the day on which the answer was confirmed"):
        perform(request, "hand_over", by=a.dpo, today=TODAY, effective_on=yesterday, handing="by_hand")

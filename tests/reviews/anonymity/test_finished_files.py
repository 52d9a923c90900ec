"""The finished files are looked through by the worker: asked for, claimed, recorded once, or failed in words."""

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from cspr.audit.models import Event
from cspr.documents.leases import MOST_ATTEMPTS, LeaseLost
from cspr.documents.making import make_waiting
from cspr.documents.models import Document, State
from cspr.workflow import Refused, perform
from reviews.actions import finished_files
from reviews.actions.finished_files import ROWS, check_waiting
from reviews.models import AskedCheck, FileCheck
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return make.fact_checked(a)


@pytest.fixture
def key(a, review):
    return make.key_begun(a, review)


@pytest.fixture
def made(a, review, tmp_path, settings):
    """Both files, made by the worker; a name that was overlooked stands in them."""
    settings.MEDIA_ROOT = tmp_path
    leaky = "Synthetic Child’s mother rang."
    review = perform(review, "write_report", by=a.reviewer, today=TODAY, sections={"events": leaky})
    key = make.key_begun(a, review)
    finished_files.ask_for_files(key, by=a.staff)
    while make_waiting():
        pass
    return key


@pytest.fixture
def unreadable(a, key, tmp_path, settings):
    """Both files, and neither is what it should be."""
    settings.MEDIA_ROOT = tmp_path
    finished_files.ask_for_files(key, by=a.staff)
    for document in Document.objects.for_subject(key._meta.label_lower, key.ref):
        path = default_storage.save(f"files/{document.ref}", ContentFile(b"not a file of that kind"))
        Document.objects.filter(pk=document.pk).update(state=State.READY, path=path)
    return key


def ask(a, key):
    return finished_files.ask_for_check(key, by=a.staff, today=TODAY)


def room(review):
    return reverse("anonymity-workbench", args=[review.ref])


@needs_pango
def test_asking_reads_no_file_and_the_worker_looks_through_both_and_records_what_it_found(a, review, made):
    staff = Browser(a.staff)
    staff.fill(reverse("identity-key-ask_for_check", args=[made.ref]))
    assert staff.went_to == f"{room(review)}#files"
    assert not FileCheck.objects.exists()
    assert "The finished files are being checked." in staff.get(room(review)).words
    with pytest.raises(Refused, match="being checked already"):
        ask(a, made)
    assert check_waiting()
    assert not check_waiting()
    check = FileCheck.objects.get()
    assert {file["kind"] for file in check.files if file["finds"]} == {"pdf", "docx"}
    assert {find["said"] for file in check.files for find in file["finds"]} == {"Synthetic Child’s"}
    event = Event.objects.get(kind="identitykey.check_files")
    assert (event.by, check.checked_by) == (a.staff, a.staff)
    assert "finds in them." in staff.get(room(review)).words


@needs_pango
def test_a_worker_that_dies_loses_nothing_and_one_that_wakes_up_late_records_nothing(a, made):
    ask(a, made)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        late = ROWS.claim(timezone.now())
        assert not check_waiting()
        clock.shift(ROWS.lease)
        assert check_waiting()
        with pytest.raises(LeaseLost):
            finished_files.look(late)
    assert FileCheck.objects.count() == 1
    assert Event.objects.filter(kind="identitykey.check_files").count() == 1


@needs_pango
def test_a_check_during_which_the_key_was_changed_does_not_count(a, made, monkeypatch):
    ask(a, made)
    look_through = finished_files.find_in_file

    def slowly(contents, known):
        if "Zebedee Quill" not in made.entries.values_list("real", flat=True):
            perform(
                made, "add_entry", by=a.colleague, today=TODAY, kind="person", real="Zebedee Quill", instead="the uncle"
            )  # fmt: skip
        return look_through(contents, known)

    monkeypatch.setattr(finished_files, "find_in_file", slowly)
    assert check_waiting()
    row = AskedCheck.objects.get()
    assert (row.state, row.failure) == (
        "failed", "The key was changed while the files were looked through. Check them again."
    )  # fmt: skip
    assert not FileCheck.objects.exists()
    ask(a, made)
    assert check_waiting()
    assert FileCheck.objects.get().stands


def test_after_some_dead_workers_it_has_failed_and_can_be_asked_again(a, review, unreadable):
    ask(a, unreadable)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(MOST_ATTEMPTS):
            assert ROWS.claim(timezone.now())
            clock.shift(ROWS.lease)
        assert not check_waiting()
        page = Browser(a.staff).get(room(review))
    assert "The files could not be checked." in page.words
    assert "It was tried 3 times." in page.words
    assert page.links["Try again"] == reverse("identity-key-ask_for_check", args=[unreadable.ref])
    ask(a, unreadable)
    assert [row.state for row in AskedCheck.objects.all()] == ["waiting", "failed"]


def test_a_file_that_cannot_be_read_is_said_in_words_and_nothing_is_recorded(a, unreadable):
    ask(a, unreadable)
    assert check_waiting()
    assert AskedCheck.objects.get().failure == (
        "The file could not be read, so it is not checked. Make it again."
    )
    assert not FileCheck.objects.exists()
    assert Event.objects.filter(kind="identitykey.check_files").count() == 0


@pytest.mark.parametrize("change", ["text", "access"])
def test_what_changed_between_asking_and_looking_is_refused_in_words(a, review, unreadable, change):
    ask(a, unreadable)
    if change == "text":
        perform(review, "write_report", by=a.reviewer, today=TODAY, sections={"child": "Other words."})
        said = "The report was changed after these files were made. Make them again."
    else:
        perform(review.case, "end_access", by=a.colleague, today=TODAY, user=a.staff)
        said = (
            "You are not on this case’s access list in a role that can do this. "
            "Of those who are on it, the partnership’s staff can."
        )
    assert check_waiting()
    row = AskedCheck.objects.get()
    assert (row.state, row.failure) == ("failed", said)


def test_files_that_are_not_made_yet_are_not_asked_to_be_checked(a, key):
    with pytest.raises(Refused, match="have to be made first"):
        ask(a, key)
    assert not AskedCheck.objects.exists()


def test_the_panel_alone_is_fetched_until_the_check_is_done_and_says_nothing_of_the_key(a, unreadable):
    ask(a, unreadable)
    staff = Browser(a.staff)
    at = reverse("anonymity-check", args=[unreadable.ref])
    with override_settings(MFA_REQUIRED=False):
        waiting = staff.client.get(at, headers={"X-Fragment": "files-check"}).content.decode()
    assert f'data-poll-url="{at}"' in waiting
    assert "<html" not in waiting
    check_waiting()
    assert "The files could not be checked." in staff.get(at).words
    assert not Event.objects.filter(kind="read.identity_key").exists()

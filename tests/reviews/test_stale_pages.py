"""Pages that are no longer as they were: what somebody did not see is neither overwritten nor decided on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from referrals.models import Case
from reviews.models import ChronologyEntry, Meeting, RapidReview
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def review(a: make.Area) -> RapidReview:
    return RapidReview.objects.get(notification=make.notified(a))


@pytest.fixture
def meeting(a: make.Area, review: RapidReview) -> Meeting:
    return make.planned(a, review)


def test_a_mistake_on_a_stale_page_does_not_make_it_a_fresh_one(a: make.Area, meeting: Meeting) -> None:
    """The colleague’s agenda was never seen, so it is shown before it is overwritten."""
    staff, url = Browser(a.staff), reverse("meeting-set_agenda", args=[meeting.ref])
    page = staff.get(url)
    Browser(a.colleague).fill(url, items="What the colleague wrote")
    page = staff.post(url, {**page.sends, "items": ""}, 422)
    page = staff.post(url, {**page.sends, "items": "What I wrote"}, 409)
    assert "What I wrote" in page.sends["items"]
    assert a.colleague.name in page.words
    assert Meeting.objects.get(pk=meeting.pk).agenda == ["What the colleague wrote"]
    staff.post(url, page.sends)
    assert Meeting.objects.get(pk=meeting.pk).agenda == ["What I wrote"]


def test_a_form_without_its_version_changes_nothing(a: make.Area, meeting: Meeting) -> None:
    staff, url = Browser(a.staff), reverse("meeting-cancel", args=[meeting.ref])
    page = staff.post(url, {"words": "Not now.", "nonce": "n"}, 422)
    assert ("Something was missing" in page.words, page.sends["words"]) == (True, "Not now.")
    assert Meeting.objects.get(pk=meeting.pk).state == "planned"


def test_somebody_who_goes_back_and_sends_another_text_is_not_told_that_it_was_sent(
    a: make.Area, meeting: Meeting
) -> None:
    staff, url = Browser(a.staff), reverse("meeting-set_agenda", args=[meeting.ref])
    sends = staff.get(url).sends
    staff.post(url, {**sends, "items": "First"})
    page = staff.post(url, {**sends, "items": "First, and a second"}, 409)
    assert page.sends["items"] == "First, and a second"
    staff.post(url, {**sends, "items": "First"})  # the very same form again: answered as the first time
    assert Meeting.objects.get(pk=meeting.pk).agenda == ["First"]


def test_another_event_from_the_page_of_an_earlier_one_is_told_so_and_keeps_its_words(
    a: make.Area, review: RapidReview
) -> None:
    staff, url = Browser(a.staff), reverse("chronology-add", args=[review.ref])
    sends = {**staff.get(url).sends, "agency": str(a.agencies["school"].pk), "date": "3 April 2025"}
    for happened in ("Seen at school.", "Seen at school."):
        staff.post(url, {**sends, "happened": happened, "type": "contact"})
    page = staff.post(url, {**sends, "happened": "Seen at home.", "type": "contact"}, 409)
    assert "begin with an empty form" in page.words
    assert "Happened Seen at home." in page.words
    staff.post(
        url, {**sends, "nonce": staff.get(url).sends["nonce"], "happened": "Seen at home.", "type": "contact"}
    )
    entered = ChronologyEntry.objects.beside().filter(case=Case.objects.beside().get(pk=review.case_id))
    assert sorted(entry.happened for entry in entered) == ["Seen at home.", "Seen at school."]


def test_telling_the_outcome_from_an_old_page_before_the_panel_has_answered_says_so(
    a: make.Area, review: RapidReview
) -> None:
    page = Browser(a.staff).post(
        reverse("rapid-review-tell_outcome", args=[review.ref]), {"version": "999", "nonce": "n"}, 409
    )
    assert "This cannot be done now." in page.words


def test_as_what_somebody_comes_stays_as_it_was_where_the_form_does_not_say(
    a: make.Area, meeting: Meeting
) -> None:
    before = dict(meeting.participants.values_list("pk", "capacity"))
    chair = meeting.participants.get(user=a.chair)
    given = {"version": meeting.version, "nonce": "n", f"attendance-{chair.pk}": "present"}
    Browser(a.staff).post(
        reverse("meeting-record_attendance", args=[meeting.ref]),
        given | {"attendance-999999": "present", "partner-999999": "la"},
    )
    assert dict(meeting.participants.values_list("pk", "capacity")) == before
    assert list(meeting.participants.filter(attendance="present")) == [chair]

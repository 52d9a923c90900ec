"""What reached the partnership another way: by e-mail, on paper, or as the authority's notification."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from cspr.accounts.roles import Role
from cspr.documents.models import Document
from referrals import actions
from referrals.models import Case, Referral
from referrals.states import ReferralState, Route
from tests import factories as make
from tests.referrals.browse import DECLARED, SAFE, Browser, letter, part, stored, verb

pytestmark = pytest.mark.django_db


# --- what came another way --------------------------------------------------------------------------------


def received(a: make.Area, **changed: Any) -> dict[str, Any]:
    return {
        "route": "email", "agency": f"{a.partnership.pk}-{a.agencies['school'].pk}", "sender": "Head teacher",
        "received_on_day": "20", "received_on_month": "11", "received_on_year": "2026", **changed,
    }  # fmt: skip


def test_staff_record_what_came_by_e_mail_with_the_correspondence_and_fill_in_the_form(a: make.Area) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-received"), **received(a, uploads=[letter("mail.txt")]))
    referral = Referral.objects.get()
    assert staff.went_to == reverse("referral-form", args=[referral.ref])
    assert (referral.route, referral.sender, referral.received_on, referral.agency) == (
        Route.EMAIL, "Head teacher", dt.date(2026, 11, 20), a.agencies["school"],
    )  # fmt: skip
    assert Document.objects.get().kind == "correspondence"
    staff.fill(part(referral, "safety"), **SAFE)
    assert stored(referral, "safety") == SAFE


def test_recording_needs_how_who_and_when(a: make.Area) -> None:
    page = Browser(a.staff).fill(reverse("referral-received"), 422)
    assert page.messages == [
        "Answer the question “How did it come?”",
        "Answer the question “Which agency did it come from?”",
        "Answer the question “Who sent it?”",
        "Enter the date it reached the partnership",
    ]


def test_what_staff_wrote_down_and_sent_is_theirs_to_judge(a: make.Area) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-received"), **received(a))
    referral = Referral.objects.get()
    for section, given in make.answers().items():
        referral = actions.write(referral, by=a.staff, today=make.TODAY, section=section, answers=given)
    staff.fill(verb(referral, "submit"), **DECLARED)
    assert "Can this referral be accepted?" in staff.get(reverse("referral", args=[referral.ref])).words


def test_only_staff_record_what_came_another_way(a: make.Area, mine: Browser) -> None:
    mine.get(reverse("referral-received"), 403)
    mine.post(reverse("referral-received"), received(a), 403)
    assert not Referral.objects.exists()


def test_a_refused_file_does_not_undo_what_was_recorded(a: make.Area) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-received"), **received(a, uploads=[letter("mail.msg")]))
    assert Referral.objects.count() == 1
    assert "but a file is not: “mail.msg” cannot be accepted" in staff.get(staff.went_to).words


def notification(a: make.Area, **changed: Any) -> dict[str, Any]:
    dates = {"submitted_on": (20, 11), "la_aware_on": (18, 11)}
    boxes = {
        f"{name}_{box}": str(value)
        for name, (day, month) in dates.items()
        for box, value in (("day", day), ("month", month), ("year", 2026))
    }
    return {
        "agency": f"{a.partnership.pk}-{a.agencies['la'].pk}", "panel_reference": "SIN-TEST-1", "area": "Testshire",
        "notifier": "Service manager", "type": "abuse_neglect", **boxes, **changed,
    }  # fmt: skip


def test_a_notification_by_the_authority_counts_as_a_referral_and_starts_the_rapid_review(
    a: make.Area,
) -> None:
    staff = Browser(a.staff)
    staff.fill(reverse("referral-la-notification"), **notification(a, uploads=[letter("notification.txt")]))
    referral = Referral.objects.get()
    assert (referral.route, referral.state) == (Route.LA_NOTIFICATION, ReferralState.DECIDED_NOTIFY)
    assert referral.case is not None
    assert referral.case.la_aware_on == dt.date(2026, 11, 18)
    assert referral.case.deadlines.filter(code="RR_15WD", trigger_on=dt.date(2026, 11, 20)).exists()
    assert Document.objects.get().subject_ref == referral.ref


def test_somebody_of_the_authority_records_it_and_adds_the_copy_later(a: make.Area) -> None:
    council = Browser(make.person(a.partnership, Role.REFERRER, a.agencies["la"]))
    council.fill(reverse("referral-la-notification"), **notification(a))
    referral = Referral.objects.get()
    council.post(reverse("referral-files", args=[referral.ref]), {"uploads": [letter()]})
    assert "letter.txt" in council.get(reverse("referral", args=[referral.ref])).links


def test_a_late_notification_needs_its_reason_and_keeps_what_was_typed(a: make.Area) -> None:
    staff = Browser(a.staff)
    page = staff.fill(reverse("referral-la-notification"), 422, **notification(a, la_aware_on_day="2"))
    assert "It was sent after the five working days." in page.words
    assert page.sends["panel_reference"] == "SIN-TEST-1"
    assert not Referral.objects.exists()
    assert not Case.objects.exists()
    staff.post(reverse("referral-la-notification"), {**page.sends, "late_reason": "admin_error"})
    assert Referral.objects.count() == 1


def test_a_notification_cannot_come_before_the_authority_was_aware(a: make.Area) -> None:
    page = Browser(a.staff).fill(
        reverse("referral-la-notification"), 422, **notification(a, la_aware_on_day="21")
    )
    assert page.messages == ["The notification cannot have been sent before the authority was aware"]


def test_another_agency_cannot_notify_for_the_authority(a: make.Area, mine: Browser) -> None:
    mine.get(reverse("referral-la-notification"), 403)
    page = Browser(a.la).fill(
        reverse("referral-la-notification"), 422,
        **notification(a, agency=f"{a.partnership.pk}-{a.agencies['hospital'].pk}"),
    )  # fmt: skip
    assert page.messages == ["Select one of the options"]
    assert not Referral.objects.exists()

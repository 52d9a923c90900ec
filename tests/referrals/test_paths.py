"""The side paths of a referral and its notification, and what each does to the clocks."""

import datetime as dt
import json

import pytest
from django.core.management import call_command

from cspr.audit.models import Event
from cspr.clocks.models import BankHoliday
from cspr.workflow import Refused, perform
from referrals import actions
from referrals.models import Case, Deadline, Decision, Notification, Referral
from referrals.states import DecisionKind, Outcome
from reviews.models import RapidReview
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
AWARE = dt.date(2026, 11, 19)
MARK = [
    {"section": "incident", "field": "narrative", "reason": "missing_mandatory", "comment": "Who was there?"}
]


def clock(case, code="SIN_5WD"):
    return Deadline.objects.get(case=case, code=code)


def returned(a):
    return perform(
        make.sent(a),
        "return_incomplete",
        by=a.staff,
        today=TODAY,
        due_on=TODAY + dt.timedelta(days=2),
        marks=MARK,
    )


def test_a_return_never_stops_a_clock():
    a = make.area()
    referral = returned(a)
    row = clock(referral.case)
    assert (referral.state, row.trigger_on, row.due_on, row.running) == (
        "returned",
        AWARE,
        dt.date(2026, 11, 26),
        True,
    )


def test_a_returned_referral_keeps_every_version_it_was_sent_in():
    a = make.area()
    referral = returned(a)
    better = {**referral.answers["incident"], "narrative": "Both parents were there."}
    actions.write(referral, by=a.referrer, today=TODAY, section="incident", answers=better)
    again = actions.submit(Referral.objects.get(pk=referral.pk), by=a.referrer, today=TODAY)
    told = [v.answers["incident"]["narrative"] for v in again.versions.all()]
    assert (again.state, told[1]) == ("submitted", "Both parents were there.")
    assert told[0] != told[1]


def test_what_was_sent_cannot_be_changed_by_the_agency():
    a = make.area()
    referral = make.sent(a)
    with pytest.raises(Refused, match="has been sent"):
        actions.write(referral, by=a.referrer, today=TODAY, section="incident", answers={})


def test_an_unclear_answer_about_safety_alerts_staff_at_once():
    a = make.area()
    referral = make.sent(
        a, safety={"child_safe": "unknown", "child_safe_unknown": "Not seen", "passed_to": "Front door"}
    )
    assert Event.objects.filter(kind="referral.alert", subject_ref=referral.ref).count() == 1


def test_where_leads_sign_off_the_referrer_cannot_send_alone():
    a = make.area()
    a.partnership.lead_signs_off = True
    a.partnership.save()
    referral = make.draft(a)
    with pytest.raises(Refused, match="Send it to them first"):
        actions.submit(referral, by=a.referrer, today=TODAY)
    waiting = perform(referral, "send_to_lead", by=a.referrer, today=TODAY)
    sent = actions.submit(waiting, by=a.safeguarding_lead, today=TODAY)
    assert (sent.state, sent.lead, sent.lead_signed_on) == ("submitted", a.safeguarding_lead, TODAY)


def test_a_withdrawal_is_asked_for_by_the_agency_and_confirmed_by_staff_with_the_duty_considered():
    a = make.area()
    referral = perform(make.sent(a), "ask_to_withdraw", by=a.referrer, today=TODAY, words="Sent by mistake")
    with pytest.raises(Refused, match="notify all the same"):
        perform(referral, "withdraw", by=a.staff, today=TODAY, words="Agreed", la_duty_considered=False)
    gone = perform(referral, "withdraw", by=a.staff, today=TODAY, words="Agreed", la_duty_considered=True)
    assert (gone.state, clock(gone.case).stopped_on) == ("withdrawn", TODAY)


def test_a_transfer_needs_the_other_area_and_ends_our_clock():
    a = make.area()
    referral = make.accepted(a)
    moved = perform(
        referral,
        "transfer",
        by=a.staff,
        today=TODAY,
        to="Elsewhere SCP",
        accepted_on=TODAY,
        words="Incident was there",
    )
    assert (moved.state, clock(moved.case).stopped_on) == ("transferred", TODAY)


def test_a_second_referral_about_the_same_child_joins_the_first_case_and_its_own_clock_stops():
    a = make.area()
    first, second = make.accepted(a), make.sent(a)
    own = second.case
    linked = actions.link(second, by=a.staff, today=TODAY, to=first.case)
    assert (linked.state, linked.case) == ("linked", first.case)
    assert Case.objects.get(pk=own.pk).merged_into == first.case
    assert not clock(own).running
    assert clock(first.case).running


def test_reopening_starts_the_five_days_anew_and_keeps_the_earlier_outcome():
    a = make.area()
    referral = make.accepted(a)
    make.decided(a, referral.case, DecisionKind.NOTIFY, Outcome.NFA)
    ended = Referral.objects.get(pk=referral.pk)
    assert (ended.state, clock(ended.case).stopped_on) == ("decided_not_met", TODAY)
    later = TODAY + dt.timedelta(days=7)
    again = actions.reopen(
        ended, by=a.staff, today=later, reason_code="new_information", words="A new scan", aware_on=later
    )
    row = clock(again.case)
    assert (again.state, row.trigger_on, row.due_on, row.running) == (
        "triage",
        later,
        dt.date(2026, 12, 7),
        True,
    )
    assert [(d.outcome, d.state) for d in Decision.objects.all()] == [("nfa", "superseded")]
    assert Notification.objects.get().state == "considering"
    event = Event.objects.get(kind="referral.reopen")
    assert (event.facts["outcome"], event.reason_code) == ("nfa", "new_information")


def test_an_authority_that_has_notified_counts_as_a_referral_and_opens_the_rapid_review():
    a = make.area()
    notification = actions.record_la_notification(
        by=a.staff,
        partnership=a.partnership,
        agency=a.agencies["la"],
        today=TODAY,
        submitted_on=TODAY,
        panel_reference="SIN-1",
        notifier="Head of safeguarding",
        type="abuse_neglect",
        la_aware_on=AWARE,
        incident_on=AWARE,
        area="Testshire",
    )
    referral = Referral.objects.get()
    assert (notification.state, notification.direct, referral.state) == ("submitted", True, "decided_notify")
    assert RapidReview.objects.get().notification == notification
    assert clock(notification.case).met_on == TODAY


def test_another_agency_cannot_record_a_notification():
    a = make.area()
    with pytest.raises(Refused, match="by the local authority"):
        actions.record_la_notification(
            by=a.referrer,
            partnership=a.partnership,
            agency=a.agencies["hospital"],
            today=TODAY,
            submitted_on=TODAY,
            panel_reference="SIN-1",
            notifier="N",
            type="abuse_neglect",
            la_aware_on=AWARE,
            incident_on=None,
            area="",
        )


def test_the_death_of_a_looked_after_child_without_abuse_has_its_own_clock_and_no_rapid_review():
    a = make.area()
    notification = make.notified(a, type_="lac_death")
    assert not RapidReview.objects.exists()
    codes = {d.code: d.met_on for d in Deadline.objects.filter(case=notification.case)}
    assert codes["LAC_DEATH_5WD"] == TODAY
    assert "RR_15WD" not in codes


def test_converting_it_opens_the_rapid_review_from_the_day_of_the_update():
    a = make.area()
    notification = make.notified(a, type_="lac_death")
    later = dt.date(2026, 12, 1)
    perform(notification, "convert", by=a.staff, today=later, words="The post-mortem found injuries.")
    assert clock(notification.case, "RR_15WD").trigger_on == later


def test_a_late_notification_says_why():
    a = make.area()
    referral = make.accepted(a)
    make.decided(a, referral.case, DecisionKind.NOTIFY, Outcome.NOTIFY)
    late = {"panel_reference": "S", "notifier": "N", "type": "abuse_neglect"}
    notification = Notification.objects.get()
    with pytest.raises(Refused, match="after the five working days"):
        perform(notification, "submit", by=a.staff, today=dt.date(2026, 11, 27), **late)
    sent = perform(
        notification, "submit", by=a.staff, today=dt.date(2026, 11, 27), late_reason="medical_opinion", **late
    )
    assert sent.late_reason == "medical_opinion"


def test_retracting_needs_the_partners_decision_and_cancels_the_rapid_review():
    a = make.area()
    notification = make.notified(a)
    why = {"words": "An accident after all", "panel_told_on": TODAY}
    with pytest.raises(Refused, match="each of the three partners"):
        perform(notification, "retract", by=a.chair, today=TODAY, **why)
    make.decided(a, notification.case, DecisionKind.RETRACT, Outcome.RETRACT)
    perform(notification, "retract", by=a.chair, today=TODAY, **why)
    assert RapidReview.objects.get().state == "cancelled"
    assert clock(notification.case, "RR_15WD").stopped_on == TODAY


def test_a_changed_date_keeps_the_old_due_date_in_the_history_with_the_reason():
    a = make.area()
    case = make.accepted(a).case
    with pytest.raises(Refused, match="Say why"):
        perform(case, "set_dates", by=a.staff, today=TODAY, words=" ", la_aware_on=dt.date(2026, 11, 20))
    perform(
        case,
        "set_dates",
        by=a.staff,
        today=TODAY,
        words="The call was on Friday.",
        la_aware_on=dt.date(2026, 11, 20),
    )
    moves = [e for e in Event.objects.filter(kind="deadline.move") if e.facts["code"] == "SIN_5WD"]
    assert [(e.facts["due_before"], e.facts["due_after"], e.words) for e in moves] == [
        ("2026-11-26", "2026-11-27", "The call was on Friday.")
    ]


def test_the_later_date_of_suspicion_counts_only_with_a_reason():
    a = make.area()
    case = make.accepted(a).case
    basis = {"clock_basis": "la_suspected", "la_suspected_on": dt.date(2026, 11, 23)}
    changed = perform(
        case, "set_dates", by=a.staff, today=TODAY, words="Suspected only after the scan.", **basis
    )
    assert (changed.basis_reason, clock(case).trigger_on) == (
        "Suspected only after the scan.",
        dt.date(2026, 11, 23),
    )


def test_a_proclaimed_bank_holiday_moves_open_dates_on_record(tmp_path):
    a = make.area()
    case = make.notified(a).case
    days = [*BankHoliday.objects.order_by("on"), BankHoliday(on=dt.date(2026, 12, 7), title="A royal day")]
    events = [
        {"title": d.title, "date": d.on.isoformat(), "notes": "", "bunting": True}
        for d in sorted(days, key=lambda d: d.on)
    ]
    file = tmp_path / "holidays.json"
    file.write_text(json.dumps({"england-and-wales": {"division": "england-and-wales", "events": events}}))
    call_command("import_bank_holidays", str(file))
    assert clock(case, "RR_15WD").due_on == dt.date(2026, 12, 15)
    move = next(e for e in Event.objects.filter(kind="deadline.move") if e.facts["code"] == "RR_15WD")
    assert (move.by, move.facts["due_before"], move.words) == (
        None,
        "2026-12-14",
        "The bank holidays changed: 2026-12-07.",
    )


def test_a_met_date_stays_met_when_the_calendar_changes_later():
    a = make.area()
    case = make.notified(a).case
    assert clock(case).met_on == TODAY
    call_command("proclaim_bank_holiday", "2026-11-24", "A royal day")
    assert clock(case).met_on == TODAY

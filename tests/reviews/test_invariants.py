"""What holds for every case, whatever is done to it: the ten invariants, one after the other.

1 a notification has exactly one rapid review · 2 cancelled only with it · 3 seven days before publication · 4 every
due date says how it was counted · 5 a changed date keeps the earlier one · 6 three views · 7 one year public · 8 a
hold moves nothing · 9 the full report was sent all the same · 10 reopening deletes nothing
"""

from __future__ import annotations

import datetime as dt

import pytest

from cspr.accounts.roles import Partner
from cspr.audit.log import history
from cspr.clocks.table import clock_for
from cspr.workflow import Refused, perform
from referrals import actions
from referrals.models import Case, Deadline, Decision, Notification
from referrals.states import DecisionKind, DecisionState, NotificationType, Outcome
from reviews import actions as review_actions
from reviews.models import PracticeReview, Publication, RapidReview
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
WEEK = dt.timedelta(days=7)
WITHHELD = {"reason_code": "court_order", "words": "A court order forbids it."}


def due(case: Case, code: str) -> dt.date | None:
    return Deadline.objects.get(case=case, code=code, key="").due_on


def retracted(a: make.Area, notification: Notification) -> Notification:
    make.decided(a, notification.case, DecisionKind.RETRACT, Outcome.RETRACT)
    return perform(
        notification,
        "retract",
        by=a.chair,
        today=TODAY,
        words="It did not meet the criteria.",
        panel_told_on=TODAY,
    )


# --- 1: a submitted abuse-or-neglect notification has exactly one rapid review ------------------------------


def test_1_a_notification_of_abuse_or_neglect_opens_one_rapid_review_and_no_more_when_it_changes():
    a = make.area()
    notification = make.notified(a)
    perform(notification, "update", by=a.staff, today=TODAY, words="New facts.")
    assert [review.notification_id for review in RapidReview.objects.all()] == [notification.pk]


@pytest.mark.parametrize("type_", [NotificationType.LAC_DEATH, NotificationType.CARE_LEAVER_DEATH])
def test_1_another_notification_opens_no_rapid_review_until_abuse_or_neglect_emerges(type_):
    a = make.area()
    notification = make.notified(a, type_=type_)
    assert not RapidReview.objects.exists()
    later = TODAY + WEEK
    perform(notification, "convert", by=a.staff, today=later, words="A post-mortem showed it.")
    review = RapidReview.objects.get()
    assert (review.notification_id, review.opened_on) == (notification.pk, later)
    assert Deadline.objects.get(code="RR_15WD").trigger_on == later


def test_1_there_is_no_rapid_review_before_the_notification_was_sent():
    a = make.area()
    referral = make.accepted(a)
    make.decided(a, referral.case, DecisionKind.NOTIFY, Outcome.NOTIFY)
    assert not RapidReview.objects.exists()


# --- 2: a rapid review is cancelled only with its notification retracted, and why ---------------------------


def test_2_retracting_the_notification_cancels_the_rapid_review_with_the_reason():
    a = make.area()
    retracted(a, make.notified(a))
    review = RapidReview.objects.get()
    assert review.state == "cancelled"
    cancelled = history(review.case.ref).get(kind="rapidreview.cancel")
    assert (cancelled.by, cancelled.words) == (None, "It did not meet the criteria.")


def test_2_nothing_else_cancels_it_and_nobody_cancels_it_by_hand():
    a = make.area()
    make.notified(a)
    review = RapidReview.objects.get()
    for by in (None, a.staff, a.chair):
        with pytest.raises(Refused):
            perform(review, "cancel", by=by, today=TODAY, words="No longer wanted.")
    assert RapidReview.objects.get().state == "open"


def test_2_a_notification_is_not_retracted_without_the_three_partners():
    a = make.area()
    notification = make.notified(a)
    with pytest.raises(Refused, match="approved decision to retract"):
        perform(notification, "retract", by=a.chair, today=TODAY, words="Not met.", panel_told_on=TODAY)


# --- 3: nothing is published without having been sent to both seven days earlier ----------------------------


@pytest.mark.parametrize("days", [0, 6])
def test_3_before_seven_days_have_passed_nothing_is_published(days):
    a = make.area()
    review = make.sent_before_publication(a)
    with pytest.raises(Refused, match="first lawful day is Monday 30 November 2026"):
        review_actions.publish(review, by=a.colleague, today=TODAY + dt.timedelta(days=days))
    assert (Publication.objects.count(), PracticeReview.objects.get().state) == (0, "sent")


def test_3_on_the_seventh_day_it_may_be_published():
    a = make.area()
    review_actions.publish(make.sent_before_publication(a), by=a.colleague, today=TODAY + WEEK)
    assert [p.published_on for p in Publication.objects.all()] == [TODAY + WEEK]


def test_3_the_later_of_the_two_sendings_counts():
    a = make.area()
    review = make.sent_before_publication(a)
    later = TODAY + dt.timedelta(days=3)
    review = perform(
        review, "send", by=a.staff, today=later, sent_to_sos_on=TODAY, sent_to_panel_on=later,
        planned_publication_on=TODAY + 2 * WEEK,
    )  # fmt: skip
    with pytest.raises(Refused, match="Thursday 3 December 2026"):
        review_actions.publish(review, by=a.colleague, today=TODAY + WEEK)


@pytest.mark.parametrize("field", ["sent_to_sos_on", "sent_to_panel_on"])
def test_3_a_sending_is_not_recorded_before_the_sign_off_or_ahead_of_time(field):
    a = make.area()
    review = make.fact_checked(a)
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, evidence_hash=review.report_hash)
    review = perform(review, "sign_off", by=a.chair, today=TODAY)
    for wrong in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)):
        days = {"sent_to_sos_on": TODAY, "sent_to_panel_on": TODAY, field: wrong}
        with pytest.raises(Refused, match="on or after the day it was signed off"):
            perform(review, "send", by=a.staff, today=TODAY, planned_publication_on=TODAY + 2 * WEEK, **days)


def test_3_a_text_that_was_opened_again_has_to_be_sent_again():
    a = make.area()
    review = make.sent_before_publication(a)
    review = perform(review, "reopen_report", by=a.chair, today=TODAY + WEEK, words="A late fact.")
    assert (review.sent_on, review.signed_off_on) == (None, None)
    assert Deadline.objects.get(case=review.case, code="PREPUB_7D").met_on is None


# --- 4: every due date stores rule set, trigger and counting -------------------------------------------------


def test_4_every_due_date_says_by_which_rule_from_which_day_and_how_it_was_counted():
    a = make.area()
    make.sent_before_publication(a)
    rows = Deadline.objects.all()
    codes = {row.code for row in rows}
    assert codes == {
        *("SIN_5WD", "SIN_TO_PARTNERS_5WD", "RR_15WD", "RR_DECISION_NOTICE"),
        *("LCSPR_6M", "LCSPR_MONITOR", "PREPUB_7D", "PREPUB_7WD"),
    }
    blank = [r.code for r in rows if not (r.rule_set and r.trigger_on and r.trigger_source and r.counting)]
    assert blank == []
    wrong = [r.code for r in rows if r.rule_set != clock_for(r.code, r.trigger_on).rule_set]
    assert wrong == []


# --- 5: a changed trigger date keeps the earlier due date, and needs a reason --------------------------------


def test_5_a_corrected_date_moves_the_due_date_and_leaves_the_earlier_one_with_the_reason():
    a = make.area()
    case = make.accepted(a).case
    before = due(case, "SIN_5WD")
    perform(
        case,
        "set_dates",
        by=a.staff,
        today=TODAY,
        words="The council's log shows it.",
        la_aware_on=dt.date(2026, 11, 17),
    )
    after = due(case, "SIN_5WD")
    assert (before, after) == (dt.date(2026, 11, 26), dt.date(2026, 11, 24))
    moved = [e for e in history(case.ref).filter(kind="deadline.move") if e.facts["code"] == "SIN_5WD"]
    assert [(e.facts["due_before"], e.facts["due_after"], e.words) for e in moved] == [
        ("2026-11-26", "2026-11-24", "The council's log shows it.")
    ]


def test_5_without_a_reason_the_date_stays():
    a = make.area()
    case = make.accepted(a).case
    with pytest.raises(Refused, match="Say why"):
        perform(case, "set_dates", by=a.staff, today=TODAY, words=" ", la_aware_on=dt.date(2026, 11, 17))
    assert due(case, "SIN_5WD") == dt.date(2026, 11, 26)


# --- 6: no decision without three recorded partner views -----------------------------------------------------


@pytest.mark.parametrize("missing", Partner.values)
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (DecisionKind.NOTIFY, Outcome.NOTIFY),
        (DecisionKind.REVIEW, Outcome.LCSPR),
        (DecisionKind.PUBLICATION, Outcome.PUBLISH),
    ],
)
def test_6_two_views_are_not_three(kind, outcome, missing):
    a = make.area()
    case = make.accepted(a).case
    decision = actions.propose(
        case, by=a.staff, today=TODAY, kind=kind, outcome=outcome, grounds={}, reasons="Because."
    )
    for partner in set(Partner.values) - {missing}:
        perform(
            decision, "give_view", by=a.people[partner], today=TODAY, partner=partner, view="agree", reason=""
        )
    with pytest.raises(Refused, match=f"Views not yet recorded: {Partner(missing).label}"):
        actions.approve(decision, by=a.chair, today=TODAY)
    assert Decision.objects.get(pk=decision.pk).state == DecisionState.PROPOSED


def test_6_without_that_decision_there_is_no_practice_review_and_no_publication():
    a = make.area()
    make.drafted(a)
    assert not PracticeReview.objects.exists()
    b = make.area("Otherham")
    review = make.fact_checked(b)
    with pytest.raises(Refused, match="not yet decided on publication"):
        perform(review, "sign_off", by=b.chair, today=TODAY)


def test_6_a_decision_on_another_text_is_no_decision_on_this_one():
    a = make.area()
    review = make.fact_checked(a)
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, evidence_hash=review.report_hash)
    review = perform(
        review, "write_report", by=a.reviewer, today=TODAY, sections={"reasons": "Another analysis."}
    )
    with pytest.raises(Refused, match="as it reads now"):
        perform(review, "sign_off", by=a.chair, today=TODAY)


# --- 7: taking down is blocked for one year ------------------------------------------------------------------


def test_7_a_published_report_stays_public_for_its_whole_year():
    a = make.area()
    review_actions.publish(make.sent_before_publication(a), by=a.colleague, today=TODAY + WEEK)
    publication = Publication.objects.get()
    last = dt.date(2027, 11, 30)
    assert publication.public_until == last
    for day in (TODAY + WEEK, last):
        with pytest.raises(Refused, match="until 30 November 2027"):
            perform(publication, "withdraw", by=a.colleague, today=day, words="It is old.")
    perform(publication, "withdraw", by=a.colleague, today=last + dt.timedelta(days=1), words="It is old.")
    assert not Publication.objects.public(dt.date(2028, 1, 1)).exists()


# --- 8: a hold never moves the six months --------------------------------------------------------------------


def test_8_the_six_months_run_on_through_a_hold_a_delay_and_another_reviewer():
    a = make.area()
    review = make.fact_checked(a)
    six_months = dt.date(2027, 5, 23)
    words = {"words": "The court asked for it."}
    held = {"reason_code": "trial", "agreed_by": "The three partners", **words}
    review = perform(review, "ask_changes", by=a.chair, today=TODAY, words="More on fathers.")
    steps = [
        ("hold", a.chair, {"review_on": TODAY + 8 * WEEK, **held}),
        ("record_delay", a.staff, {"reason_code": "criminal", "expected_on": dt.date(2027, 9, 1), **words}),
        ("extend_hold", a.chair, {"review_on": TODAY + 8 * WEEK, **held}),
        ("resume", a.chair, {}),
        ("remove_reviewer", a.chair, words),
    ]
    for verb, by, data in steps:
        review = perform(review, verb, by=by, today=TODAY, **data)
        assert due(review.case, "LCSPR_6M") == six_months, verb
    assert not history(review.case.ref).filter(kind="deadline.move", facts__code="LCSPR_6M").exists()


def test_8_a_hold_is_looked_at_again_within_eight_weeks():
    a = make.area()
    review = make.fact_checked(a)
    review = perform(review, "ask_changes", by=a.chair, today=TODAY, words="More.")
    for wrong in (TODAY, TODAY + 8 * WEEK + dt.timedelta(days=1)):
        with pytest.raises(Refused, match="within eight weeks"):
            perform(
                review,
                "hold",
                by=a.chair,
                today=TODAY,
                reason_code="trial",
                review_on=wrong,
                agreed_by="Partners",
            )


# --- 9: improvements only: the full report was sent to both all the same -------------------------------------


def test_9_the_improvements_are_published_only_after_the_full_report_was_sent():
    a = make.area()
    review = make.sent_before_publication(a, outcome=Outcome.IMPROVEMENTS_ONLY)
    assert review.sent_hash == review.report_hash
    review = review_actions.publish_improvements(review, by=a.colleague, today=TODAY + WEEK, **WITHHELD)
    publication = Publication.objects.get()
    assert (publication.improvements_only, set(publication.sections)) == (True, {"improvements"})
    assert (review.sent_to_sos_on, review.sent_to_panel_on) == (TODAY, TODAY)
    met = Deadline.objects.get(case=review.case, code="PREPUB_7D_IMPROVEMENTS").met_on
    assert met == TODAY


def test_9_neither_the_improvements_nor_silence_come_without_it():
    a = make.area()
    review = make.fact_checked(a)
    make.decided(
        a, review.case, DecisionKind.PUBLICATION, Outcome.IMPROVEMENTS_ONLY, evidence_hash=review.report_hash
    )
    review = perform(review, "sign_off", by=a.chair, today=TODAY)
    for verb, data in (
        ("publish_improvements", WITHHELD),
        ("withhold", {**WITHHELD, "review_on": TODAY + WEEK}),
    ):
        with pytest.raises(Refused):
            perform(review, verb, by=a.colleague, today=TODAY + WEEK, **data)
    assert review.may_publish_improvements() == (
        "The full report has not been sent to the Secretary of State and the Panel (reg 16)."
    )


def test_9_what_was_not_published_can_be_published_when_the_bar_lifts():
    a = make.area()
    review = make.sent_before_publication(a, outcome=Outcome.NOT_PUBLISH)
    later = TODAY + 10 * WEEK
    review = perform(review, "withhold", by=a.colleague, today=TODAY, review_on=later, **WITHHELD)
    clock = Deadline.objects.get(case=review.case, code="LCSPR_6M")
    assert (clock.met_on, clock.stopped_on) == (None, TODAY)
    make.decided(
        a,
        review.case,
        DecisionKind.PUBLICATION,
        Outcome.PUBLISH,
        today=later,
        evidence_hash=review.report_hash,
    )
    review = review_actions.publish(review, by=a.colleague, today=later)
    clock.refresh_from_db()
    assert (review.state, clock.met_on, clock.stopped_on) == ("published", later, None)


# --- 10: reopening never deletes the earlier outcome ---------------------------------------------------------


def test_10_a_rapid_review_sent_again_keeps_the_day_on_which_it_was_first_sent():
    a = make.area()
    review = make.drafted(a)
    make.decided(a, review.case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT, evidence_hash=review.report_hash)
    review = perform(review, "submit", by=a.staff, today=TODAY, proof=make.shown(review))
    letter = make.letter(review.case, a.staff)
    review = perform(
        review, "record_panel_response", by=a.staff, today=TODAY, outcome="agrees", letter=letter
    )
    review = perform(review, "close", by=a.staff, today=TODAY, words="Told by telephone.")
    review = perform(review, "reopen", by=a.chair, today=TODAY, words="A finding at inquest.")
    review = perform(
        review, "hold_meeting", by=a.staff, today=TODAY, represented=Partner.values, attendees="Everybody"
    )
    for verb in ("finish_draft", "seek_sign_off"):
        review = perform(review, verb, by=a.staff, today=TODAY)
    late = TODAY + 20 * WEEK
    review = perform(
        review, "submit", by=a.staff, today=late, words="The decision stands.", proof=make.shown(review)
    )
    assert (review.first_submitted_on, review.submitted_on, review.panel_outcome) == (TODAY, late, "")
    assert Deadline.objects.get(case=review.case, code="RR_15WD").met_on == TODAY
    reopened = history(review.case.ref).get(kind="rapidreview.reopen")
    assert reopened.facts == {"submitted_before": TODAY.isoformat(), "panel_outcome": "agrees"}


def test_10_a_later_decision_replaces_the_earlier_one_which_stays_in_the_record():
    a = make.area()
    case = make.accepted(a).case
    first = make.decided(a, case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT)
    second = make.decided(a, case, DecisionKind.REVIEW, Outcome.OTHER_LEARNING)
    first = Decision.objects.get(pk=first.pk)
    assert (first.state, first.outcome, first.views.count()) == ("superseded", Outcome.RR_SUFFICIENT, 3)
    assert case.standing_decision(DecisionKind.REVIEW) == second


def test_10_an_addendum_stands_beside_what_was_published():
    a = make.area()
    review = review_actions.publish(make.sent_before_publication(a), by=a.colleague, today=TODAY + WEEK)
    words = Publication.objects.get().sections
    later = TODAY + 20 * WEEK
    review = perform(review, "reopen_report", by=a.chair, today=later, words="A finding at inquest.")
    review = perform(
        review, "write_report", by=a.reviewer, today=later, sections={"events": "What the inquest found."}
    )
    review = perform(review, "start_fact_check", by=a.staff, today=later)
    make.anonymity_signed(a, review, on=later)
    decided = {"today": later, "evidence_hash": review.report_hash}
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, **decided)
    review = perform(review, "sign_off", by=a.chair, today=later)
    review = perform(
        review, "send", by=a.staff, today=later, sent_to_sos_on=later, sent_to_panel_on=later,
        planned_publication_on=later + WEEK,
    )  # fmt: skip
    review = perform(review, "tell_family", by=a.staff, today=later)
    review = review_actions.publish(review, by=a.colleague, today=later + WEEK)
    published = list(Publication.objects.order_by("pk"))
    assert (published[0].state, published[0].sections) == ("public", words)
    assert [p.slug for p in published] == ["rowan-2026", "rowan-2027"]
    assert Deadline.objects.get(case=review.case, code="LCSPR_6M").met_on == TODAY + WEEK


def test_10_a_review_that_was_stopped_can_be_decided_anew_with_six_months_of_its_own():
    a = make.area()
    review = make.fact_checked(a)
    make.decided(a, review.case, DecisionKind.DISCONTINUE, Outcome.DISCONTINUE)
    later = TODAY + 20 * WEEK
    make.decided(a, review.case, DecisionKind.REVIEW, Outcome.LCSPR, today=later)
    review = PracticeReview.objects.get()
    assert (review.state, review.decided_on, review.reviewer) == ("decided", later, None)
    ended = history(review.case.ref).get(kind="practicereview.discontinue")
    assert (ended.state_after, ended.effective_on) == ("discontinued", TODAY)

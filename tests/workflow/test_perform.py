"""The one door: what it refuses, what it records, and that a refusal leaves nothing behind."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from cspr.audit.chain import first_break
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, Replayed, Stale, perform, verbs, why_not
from referrals import actions
from referrals.models import Case, Referral
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def everything():
    return (
        Event.objects.count(),
        OutgoingEmail.objects.count(),
        list(Referral.objects.values_list("state", "version")),
    )


def test_a_rule_refuses_with_its_sentence_and_nothing_changes():
    a = make.area()
    referral = make.sent(a)
    before = everything()
    with pytest.raises(Refused, match="Only the partnership’s own staff can do this"):
        perform(referral, "accept", by=a.referrer, today=TODAY)
    assert everything() == before


def test_a_verb_from_the_wrong_state_is_refused_and_says_where_it_stands():
    a = make.area()
    referral = make.accepted(a)
    before = everything()
    with pytest.raises(Refused, match="It is at the stage “Being considered”"):
        perform(referral, "accept", by=a.staff, today=TODAY)
    assert everything() == before


def test_a_stale_page_is_told_who_did_what_meanwhile():
    a = make.area()
    referral = make.sent(a)
    seen = referral.version
    actions.accept(referral, by=a.staff, today=TODAY, version=seen)
    with pytest.raises(Stale) as stale:
        actions.accept(referral, by=a.colleague, today=TODAY, version=seen)
    assert [(e.kind, e.by) for e in stale.value.events] == [("referral.accept", a.staff)]


def test_the_same_form_twice_is_carried_out_once():
    a = make.area()
    referral = make.sent(a)
    actions.accept(referral, by=a.staff, today=TODAY, version=referral.version, nonce="one-form")
    before = everything()
    with pytest.raises(Replayed) as replayed:
        actions.accept(referral, by=a.staff, today=TODAY, version=referral.version, nonce="one-form")
    assert replayed.value.event.kind == "referral.accept"
    assert everything() == before


def test_a_change_leaves_its_event_with_who_when_and_from_where_to_where():
    a = make.area()
    referral = make.accepted(a)
    event = Event.objects.get(kind="referral.accept")
    assert (event.by, event.by_role, event.state_before, event.state_after, event.effective_on) == (
        a.staff,
        "staff",
        "submitted",
        "triage",
        TODAY,
    )
    assert (event.subject_ref, event.subject_version) == (referral.ref, referral.version)
    assert first_break(a.partnership) is None


@pytest.mark.parametrize("model", [Referral, Case])
def test_the_database_refuses_a_state_change_without_its_event(model):
    make.accepted(make.area())
    with pytest.raises(DatabaseError, match="only with its event"), transaction.atomic():
        model.objects.update(state="closed")


def test_the_database_refuses_to_change_or_delete_an_event():
    make.sent(make.area())
    refusal = "append-only|permission denied for table audit_event"  # the trigger, or before it the site's own rights
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        Event.objects.update(reason_code="nothing")
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        Event.objects.all()._raw_delete("default")


def test_a_failure_after_the_change_undoes_all_of_it():
    a = make.area()
    referral = make.accepted(a, authority={"la_aware_on": "2026-11-19"})
    before = everything()
    with pytest.raises(Refused, match="bank holiday"):
        perform(
            referral.case,
            "set_dates",
            by=a.staff,
            today=TODAY,
            words="Typing error",
            la_aware_on=dt.date(2031, 1, 1),
        )
    assert everything() == before


def test_buttons_and_guards_speak_with_one_voice():
    a = make.area()
    referral = make.sent(a)
    shown = {v.name: v.reason for v in verbs(referral, a.referrer)}
    assert (
        shown["accept"]
        == why_not(referral, "accept", a.referrer)
        == ("Only the partnership’s own staff can do this.")
    )
    assert shown["ask_to_withdraw"] is None
    assert "decide_notify" not in {v.name for v in verbs(make.accepted(a), a.staff)}

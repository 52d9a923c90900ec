"""The record of the decision on a practice review: who met, as what, and what exactly was decided on."""

from __future__ import annotations

import pytest

from cspr.documents.pdf import paper_kind
from cspr.workflow import perform
from referrals.models import Case, Decision
from referrals.models.evidence import content_hash, parts_of
from referrals.papers import record
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.models import Meeting, RapidReview
from tests import factories as make
from tests.reading import words_of

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
DEPUTY = {
    "attendance": "present",
    "capacity": "member",
    "partner": "police",
    "deputy_for": "the superintendent",
}


@pytest.fixture
def a() -> make.Area:
    return make.area()


def decided(a: make.Area) -> Decision:
    review = make.weighed(a, RapidReview.objects.get())
    return make.decided(a, Case.objects.get(pk=review.case_id), DecisionKind.REVIEW, Outcome.LCSPR)


def said(a: make.Area, decision: Decision) -> str:
    return words_of(paper_kind("decision").builder(decision, a.staff))


def met(a: make.Area) -> Meeting:
    """The superintendent is away and has sent a deputy; a midwife has a conflict; a manager only tells."""
    make.notified(a)
    review = RapidReview.objects.get()
    meeting = make.planned(a, review)
    people = [
        {"name": "Named Midwife", "role": "Hospital", "capacity": "member", "agency_type": "maternity"},
        {"name": "Tenancy Manager", "role": "Housing", "capacity": "information"},
    ]
    meeting = perform(meeting, "invite", by=a.staff, today=TODAY, people=people)
    meeting = make.attended(a, meeting, police={"attendance": "apologies"}, colleague=DEPUTY)
    midwife = meeting.participants.get(name="Named Midwife")
    actions.note_conflict(meeting, by=a.chair, today=TODAY, participant=midwife.pk, words="Knows the family.")
    return perform(Meeting.objects.get(), "hold", by=a.staff, today=TODAY)


def test_the_record_tells_members_from_people_who_gave_information_and_names_deputies_and_apologies(a):
    met(a)
    make.written_up(a, RapidReview.objects.get())
    text = said(a, decided(a))
    assert "The meeting of Monday 23 November 2026 Rapid review meeting. It was quorate." in text
    assert "Police is represented Met" in text
    members, rest = text.split("Members who took part")[1].split("Gave information only")
    information, apologies = rest.split("Apologies")
    assert f"{a.colleague.name} Not recorded Police Deputy for the superintendent" in members
    assert (
        "Named Midwife Hospital Maternity service Conflict of interest. Did not count for the quorum"
        in members
    )
    assert "Tenancy Manager Housing Giving information only" in information
    assert a.police.name in apologies
    assert (
        "Named Midwife Declared at the meeting of Monday 23 November 2026 Did not count for the quorum"
        in text
    )


def test_a_decision_without_a_meeting_says_so(a):
    make.drafted(a)
    Meeting.objects.all().delete()
    assert "No meeting was held on this question before it was decided." in said(a, decided(a))


def test_every_part_it_rests_on_stands_in_the_record_with_its_fingerprint_in_the_order_it_is_read(a):
    review = make.drafted(a)
    make.entry(a, review.case, happened="Seen at the gate.")
    decision = decided(a)
    text = said(a, decision)
    places = []
    for code in (part.code for part in parts_of(decision.case, decision.kind)):
        part = decision.evidence[code]
        row = f"{part['words']} {part['hash'][: record.SHOWN]}"
        assert row in text, code
        places.append(text.index(row))
    assert len(places) > 20
    assert places == sorted(places)
    headings = [
        text.index(f"{title} Part Fingerprint") for title in ("The criteria", "The chronology", "Meetings")
    ]
    assert headings == sorted(headings)


def test_the_record_still_holds_a_part_that_was_taken_away_since(a):
    review = make.drafted(a)
    entry = make.entry(a, review.case)
    decision = decided(a)
    was = decision.evidence[f"entry.{entry.ref}"]
    perform(entry, "strike_out", by=a.staff, today=TODAY, because="Entered twice.")
    text = said(a, Decision.objects.get(pk=decision.pk))
    assert f"{was['words']} {was['hash'][: record.SHOWN]}" in text


def test_a_long_chronology_is_told_as_one_part_with_one_fingerprint(a, monkeypatch):
    monkeypatch.setattr(record, "MOST_LISTED", 20)
    review = make.drafted(a)
    for day in range(1, 23):
        make.entry(a, review.case, date=f"{day} April 2026")
    decision = decided(a)
    entries = {code: p["hash"] for code, p in decision.evidence.items() if code.startswith("entry.")}
    together = content_hash(entries)[: record.SHOWN]
    assert f"The chronology Part Fingerprint 22 parts, taken together {together}" in said(a, decision)


def test_the_record_of_a_reopened_decision_says_that_it_no_longer_stands_and_what_has_changed(a):
    review = make.drafted(a)
    decision = decided(a)
    make.entry(a, review.case)
    text = said(a, Decision.objects.get(pk=decision.pk))
    assert (
        "This no longer stands. What it rests on has changed since it was approved: The chronology entry"
        in text
    )


def test_a_criterion_names_the_evidence_its_reason_rests_on(a):
    review = make.weighed(a, make.drafted(a))
    cites = [{"code": "report.learning", "words": "Rapid review report: Learning"}]
    review = perform(
        review,
        "weigh",
        by=a.staff,
        today=TODAY,
        criterion="R11A",
        met="yes",
        reason="Learning is clear.",
        cites=cites,
    )
    decision = make.decided(
        a, Case.objects.get(pk=review.case_id), DecisionKind.REVIEW, Outcome.LCSPR, grounds=review.weighed
    )
    assert "Learning is clear. Rests on: Rapid review report: Learning" in said(a, decision)

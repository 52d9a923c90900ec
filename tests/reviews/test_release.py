"""The release: proposed by one, confirmed by another, published once at its time and never when something is unmet."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals.models import Decision
from referrals.states import Outcome
from reviews import actions
from reviews.actions import anonymity
from reviews.models import IdentityKey, Publication, Release
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LONDON = ZoneInfo("Europe/London")
WEEK, HOUR = dt.timedelta(days=7), dt.timedelta(hours=1)
LAWFUL = TODAY + WEEK
WHEN = {"day": LAWFUL, "time": dt.time(9)}


def at(day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), LONDON)


def then(moment: dt.datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    """Everything is done but the seven days."""
    return make.sent_before_publication(a)


def propose(a, review, **changes):
    now = timezone.now()
    return actions.propose_release(
        review, by=a.staff, today=timezone.localdate(now), now=now, **{**WHEN, **changes}
    )


def confirm(release, by):
    now = timezone.now()
    return actions.confirm_release(release, by=by, today=timezone.localdate(now), now=now)


@pytest.fixture
def released(a, review):
    """Confirmed for nine o’clock on the first lawful day."""
    return confirm(propose(a, review), a.colleague)


def sweep(moment: dt.datetime) -> int:
    with then(moment):
        return actions.release_due(timezone.now())


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


# --- two people, one time, once ---------------------------------------------------------------------------


def test_it_is_published_at_its_time_in_the_name_of_whoever_confirmed_it_and_only_once(a, released):
    assert sweep(at(LAWFUL, 8, 59)) == 0
    assert [sweep(at(LAWFUL)), sweep(at(LAWFUL)), sweep(at(LAWFUL, 10))] == [1, 0, 0]
    publication = Publication.objects.get()
    assert publication.published_on == LAWFUL
    event = Event.objects.get(kind="practicereview.publish")
    assert (event.by, event.effective_on) == (a.colleague, LAWFUL)
    assert fresh(released).state == "published"


def test_after_nights_without_a_worker_it_is_published_late_and_once(released):
    late = LAWFUL + dt.timedelta(days=3)
    assert (sweep(at(late, 2)), sweep(at(late, 2))) == (1, 0)
    assert Publication.objects.get().published_on == late


def test_shortly_after_midnight_in_summer_the_day_is_londons(a):
    sent = dt.date(2027, 4, 5)
    with then(at(sent)):
        review = make.sent_before_publication(a, on=sent)
        confirm(propose(a, review, day=sent + WEEK, time=dt.time(0, 1)), a.colleague)
    assert sweep(dt.datetime(2027, 4, 11, 23, 0, tzinfo=dt.UTC)) == 0
    assert sweep(dt.datetime(2027, 4, 11, 23, 1, tzinfo=dt.UTC)) == 1
    assert Publication.objects.get().published_on == sent + WEEK


def test_without_a_time_it_is_published_as_soon_as_it_is_confirmed(a, review):
    with then(at(LAWFUL)):
        release = propose(a, review, day=None, time=None)
        assert actions.release_due(timezone.now()) == 0
        assert confirm(release, a.colleague).state == "published"
    assert Publication.objects.count() == 1


def test_neither_proposer_confirms_it(a, review):
    release = propose(a, review)
    with pytest.raises(Refused, match="You proposed the publication"):
        confirm(release, a.staff)
    Decision.objects.filter(kind="publication").update(proposed_by=a.colleague)
    with pytest.raises(Refused, match="You proposed this release"):
        confirm(release, a.staff)
    with pytest.raises(Refused, match="You proposed the publication"):
        confirm(release, a.colleague)


def test_others_than_staff_neither_propose_nor_confirm(a, review):
    others = [a.chair, a.la, a.reviewer, a.panel_member]
    for other in others:
        with pytest.raises(Refused):
            actions.propose_release(review, by=other, today=TODAY, now=timezone.now(), **WHEN)
    release = propose(a, review)
    for other in others:
        with pytest.raises(Refused):
            confirm(release, other)


def test_there_is_one_release_at_a_time(a, review, released):
    with pytest.raises(Refused, match="A release is proposed already"):
        propose(a, fresh(review))


def test_only_the_improvements_are_released_with_the_reason(a):
    review = make.sent_before_publication(a, outcome=Outcome.IMPROVEMENTS_ONLY)
    with pytest.raises(Refused, match="Explain it"):
        propose(a, review)
    why = {"reason_code": "court_order", "words": "A court order forbids it."}
    confirm(propose(a, review, **why), a.colleague)
    assert sweep(at(LAWFUL)) == 1
    assert Publication.objects.get().improvements_only
    assert fresh(review).withhold_explanation == "A court order forbids it."


# --- the time ---------------------------------------------------------------------------------------------


WRONG_TIMES = [
    (
        dt.date(2027, 3, 28),
        dt.time(1, 30),
        "there is no 01:30 on that day. Choose a time before 01:00, or 02:00",
    ),
    (
        dt.date(2027, 10, 31),
        dt.time(1, 30),
        "01:30 comes twice on that day. Choose a time before 01:00, or 02:00",
    ),
    (TODAY, dt.time(8, 59), "That time has passed: it is Monday 23 November 2026 at 09:00."),
    (LAWFUL - dt.timedelta(days=1), dt.time(23, 59), "The first lawful day is Monday 30 November 2026."),
    (None, None, "The first lawful day is Monday 30 November 2026."),
]


def test_a_time_that_cannot_be_is_refused_in_words_and_the_hours_beside_it_can_be_chosen(a, review):
    for day, time, said in WRONG_TIMES:
        with pytest.raises(Refused, match=said):
            propose(a, review, day=day, time=time)
    assert not Release.objects.exists()
    for time in (dt.time(0, 59), dt.time(2)):
        release = propose(a, fresh(review), day=dt.date(2027, 3, 28), time=time)
        assert release.when == f"Sunday 28 March 2027 at {time:%H:%M}"
        perform(release, "call_off", by=a.staff, today=TODAY)


def test_a_proposal_that_nobody_confirmed_in_time_is_put_aside_and_cannot_be_confirmed(a, review):
    release = propose(a, review)
    with then(at(LAWFUL)), pytest.raises(Refused, match="has passed"):
        confirm(release, a.colleague)
    assert sweep(at(LAWFUL)) == 0
    assert (fresh(release).state, fresh(release).why_aside) == (
        "put_aside",
        "Nobody confirmed it before the time that was proposed.",
    )


# --- what puts it aside -----------------------------------------------------------------------------------


def reopened(a, review):
    perform(review, "reopen_report", by=a.chair, today=TODAY, words="A late fact.")


def said_more(a, review):
    perform(review, "tell_family", by=a.staff, today=TODAY)


def unsigned(a, review):
    key = IdentityKey.objects.get(case=review.case)
    anonymity.accept(key, by=a.staff, today=TODAY, place="", said="x", reason="Only a letter.")


def barred(a, review):
    review.case.processes.update(bars_publication=True)


def undecided(a, review):
    make.decided(a, review.case, "publication", Outcome.NOT_PUBLISH, evidence_hash=review.report_hash)


def left(a, review):
    perform(review.case, "end_access", by=a.staff, today=TODAY, user=a.colleague)


CHANGES = {
    reopened: "Something was recorded on the review after its release was proposed.",
    said_more: "Something was recorded on the review after its release was proposed.",
    unsigned: "Nobody has signed yet that no one can be recognised",
    barred: "Publication is barred:",
    undecided: "This needs an approved decision on publication",
    left: "You are not on this case’s access list in a role that can do this.",
}


def test_when_something_no_longer_holds_nothing_is_published_and_staff_are_told_why(a, review, released):
    for change, why in CHANGES.items():
        with transaction.atomic():
            change(a, fresh(review))
            OutgoingEmail.objects.all().delete()
            assert [sweep(at(LAWFUL)), sweep(at(LAWFUL, 12))] == [0, 0], change
            release = fresh(released)
            assert (release.state, release.why_aside.startswith(why)) == ("put_aside", True), (
                release.why_aside
            )
            assert Event.objects.filter(kind="release.put_aside").count() == 1
            told = set(OutgoingEmail.objects.filter(kind="release_put_aside").values_list("to", flat=True))
            assert {a.staff.pk, a.chair.pk} <= told
            assert not Publication.objects.exists()
            transaction.set_rollback(True)
    assert sweep(at(LAWFUL)) == 1


def test_without_a_title_another_name_of_the_case_undoes_what_was_signed(a):
    review = perform(
        make.fact_checked(a), "write_report", by=a.reviewer, today=TODAY, sections={}, title=""
    )  # fmt: skip
    key = make.anonymity_signed(a, review)
    assert key.unsigned(fresh(review).report_hash) is None
    perform(review.case, "rename", by=a.staff, today=TODAY, pseudonym="Zebedee Quill")
    assert Publication.of(fresh(review), on=TODAY).title == "Zebedee Quill"
    assert "Nobody has signed yet" in key.unsigned(fresh(review).report_hash)


def test_what_was_recorded_since_puts_it_aside_before_its_time(a, review, released):
    said_more(a, fresh(review))
    assert sweep(at(TODAY, 10)) == 0
    assert fresh(released).state == "put_aside"
    propose(a, fresh(review))


def test_it_is_called_off_before_its_time_by_either_person_or_the_chair(a, released):
    for who in (a.staff, a.colleague, a.chair):
        with transaction.atomic():
            off = perform(released, "call_off", by=who, today=TODAY, words="The court asked.")
            assert sweep(at(LAWFUL)) == 0
            with pytest.raises(Refused):
                confirm(off, a.colleague)
            assert not Publication.objects.exists()
            transaction.set_rollback(True)


def test_one_release_that_fails_stops_no_other_and_is_tried_again(a, released, monkeypatch):
    b = make.area("Otherham")
    confirm(propose(b, make.sent_before_publication(b)), b.colleague)
    broken = Publication.of.__func__

    def of(cls, review, **how):
        if review.pk == released.review_id:
            raise ZeroDivisionError
        return broken(cls, review, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Publication, "of", classmethod(of))
        assert sweep(at(LAWFUL)) == 1
    assert fresh(released).state == "confirmed"
    assert sweep(at(LAWFUL, 10)) == 1


# --- the page ---------------------------------------------------------------------------------------------


def gate(review):
    return reverse("publication-gate", args=[review.ref])


def test_the_gate_says_what_is_still_to_do_and_leads_to_it(a):
    review = make.fact_checked(a)
    page = Browser(a.staff).get(gate(review))
    assert "Not yet. 4 things still to do." in page.words
    assert page.links["The partners decided on the report as it reads now"] == (
        f"/cases/{review.case.ref}/decide/publication/"
    )
    assert page.links["The family was told, and its promises are kept"].endswith("/tell_family/")
    assert "Done The report has the parts" not in page.words


def test_the_first_lawful_day_is_a_block_and_the_seven_working_days_a_warning(a):
    review = make.sent_before_publication(a, planned=LAWFUL)
    page = Browser(a.staff).get(gate(review))
    assert "Yes, from Monday 30 November 2026, in 7 days." in page.words
    assert "Wednesday 2 December 2026, in 9 days guidance" in page.words
    assert (
        "before the seven working days of the guidance. The law allows it; be ready to say why." in page.words
    )


def test_where_nothing_is_published_the_gate_says_so_and_leads_to_recording_it(a):
    review = make.sent_before_publication(a, outcome=Outcome.NOT_PUBLISH)
    page = Browser(a.colleague).get(gate(review))
    assert "No. The partners decided that nothing is published." in page.words
    assert page.links["Record that nothing is published"].endswith("/withhold/")
    assert "still to do" not in page.words
    assert "Next:" not in page.words


def test_a_hold_is_said_with_who_agreed_and_when_it_is_looked_at_again(a):
    review = perform(make.fact_checked(a), "ask_changes", by=a.chair, today=TODAY, words="More.")
    given = {"reason_code": "trial", "review_on": TODAY + WEEK, "agreed_by": "The three partners"}
    review = perform(review, "hold", by=a.chair, today=TODAY, **given)
    said = (
        "On hold: Trial. The three partners agreed to it; it is looked at again on Monday 30 November 2026."
    )
    assert said in Browser(a.staff).get(gate(review)).words


def test_from_proposing_to_published_by_two_people_at_their_pages(a, review):
    staff, colleague = Browser(a.staff), Browser(a.colleague)
    at_page = staff.get(gate(review)).links["Propose the release"]
    again = staff.fill(at_page, 422, when="later", day_day="28", day_month="3", day_year="2027", time="01:30")
    assert "The clocks go forward on Sunday 28 March 2027: there is no 01:30 on that day." in again.words
    assert again.sends["time"] == "01:30"
    staff.fill(at_page, when="later", day_day="30", day_month="11", day_year="2026", time="09:00")
    page = staff.get(gate(review))
    assert f"{a.colleague.name} can confirm it." in page.words
    assert "Confirm the release" not in page.links
    offered = colleague.get(gate(review)).links["Confirm the release"]
    colleague.fill(offered)
    assert (
        "It will be published on Monday 30 November 2026 at 09:00 (in 7 days)."
        in colleague.get(gate(review)).words
    )
    with then(at(LAWFUL)):
        actions.release_due(timezone.now())
        assert (
            "It is public. Published on Monday 30 November 2026." in Browser(a.chair).get(gate(review)).words
        )


def test_the_gate_explains_the_other_ways_and_asks_the_same_however_many_releases_there_were(a, review):
    chair, counts = Browser(a.chair), []
    chair.get(gate(review))  # the first page of a browser signs in
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            words = chair.get(gate(review)).words
        counts.append(len(asked))
        for _ in range(3):
            perform(propose(a, fresh(review)), "call_off", by=a.staff, today=TODAY)
    assert (counts[0] == counts[1], counts[0] <= 40) == (True, True), counts
    for law in ("section 16F(4)", "section 16F(5)", "reg 16(2)", "reg 16(1)"):
        assert law in words

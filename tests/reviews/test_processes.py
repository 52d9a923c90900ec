"""The register of other proceedings: what runs beside the review, and which of it bars publication on which day."""

from __future__ import annotations

import datetime as dt

import pytest

from cspr.audit.models import Event
from cspr.workflow import Refused, perform
from referrals import actions
from referrals.models import ParallelProcess
from reviews import actions as review_actions
from reviews.models import PracticeReview
from reviews.states import SUITABILITY
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
LATER = TODAY + dt.timedelta(days=30)
SECRET = "The officer in the case, 01632 960111"


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def entered(a, case, **given):
    return actions.add_process(case, by=a.staff, today=TODAY, given={"type": "inq", **given})


def on_page(case):
    return f"/cases/{case.ref}/processes/"


def test_an_accepted_referral_enters_its_proceedings_and_staff_go_on_from_there(a):
    case = make.accepted(a).case
    process = ParallelProcess.objects.get(case=case)
    assert (process.type, process.body, process.status) == ("crim", "Police", "Under way")
    staff = Browser(a.staff)
    amend = f"/processes/{process.ref}/amend_process/"
    said = {"status": "Charged", "contact": SECRET, "bars_publication": "on", **day("bar_until", LATER)}
    staff.post(amend, {**staff.get(amend).sends, **said})
    words = staff.get(on_page(case)).words
    assert f"Barred : not before {LATER:%A} {LATER.day} {LATER:%B %Y}" in words
    staff.fill(
        f"/processes/{process.ref}/end_process/",
        outcome="Acquitted",
        order_goes_on="no",
        **day("effective_on", TODAY),
    )
    assert "Acquitted" in staff.get(on_page(case)).words
    events = Event.objects.filter(subject_ref=process.ref)
    assert [e.kind.partition(".")[2] for e in events] == ["end_process", "amend_process", "begin"]
    assert SECRET not in " ".join(f"{e.words} {e.facts}" for e in events)


def test_a_proceeding_is_added_by_staff_on_the_case_alone_and_nothing_typed_is_lost(a):
    case = make.accepted(a).case
    staff = Browser(a.staff)
    given = {"type": "inq", "effect": "waits", "status": "Inquest opened", **day("bar_until", LATER)}
    again = staff.client.post(f"{on_page(case)}add/", given)
    assert (again.status_code, "Inquest opened" in again.content.decode()) == (422, True)
    assert "Tick that it bars publication" in again.content.decode()
    staff.post(f"{on_page(case)}add/", {**given, "bars_publication": "on"})
    assert "The review waits for it" in Browser(a.chair).get(on_page(case)).words
    Browser(a.chair).get(f"{on_page(case)}add/", status=403)
    Browser(make.area("Elsewhere").staff).get(on_page(case), status=404)


def test_a_bar_runs_until_its_day_or_until_the_proceeding_ends(a):
    case = make.accepted(a).case
    open_ended = entered(a, case, bars_publication=True)
    assert open_ended.barred(LATER) == "Publication is barred: Inquest, until it ends."
    ended = perform(open_ended, "end_process", by=a.staff, today=TODAY)
    assert ended.barred(LATER) is None
    dated = entered(a, case, bars_publication=True, bar_until=LATER)
    assert dated.barred(LATER - dt.timedelta(days=1)) == (
        f"Publication is barred: Inquest, not before {LATER:%A} {LATER.day} {LATER:%B %Y}."
    )
    assert dated.barred(LATER) is None


def test_a_dated_bar_ends_with_its_proceeding_unless_a_courts_order_goes_on(a):
    case = make.accepted(a).case
    kept, ended = (entered(a, case, bars_publication=True, bar_until=LATER) for _ in range(2))
    with pytest.raises(Refused, match="Say whether a court’s order"):
        perform(kept, "end_process", by=a.staff, today=TODAY)
    staff = Browser(a.staff)
    end = f"/processes/{kept.ref}/end_process/"
    question = f"Is publication still barred until {LATER:%A} {LATER.day} {LATER:%B %Y}?"
    assert staff.fill(end, status=422, **day("effective_on", TODAY)).messages == [
        f"Answer the question “{question}”"
    ]
    staff.fill(end, order_goes_on="yes", **day("effective_on", TODAY))
    staff.fill(f"/processes/{ended.ref}/end_process/", order_goes_on="no", **day("effective_on", TODAY))
    kept, ended = (ParallelProcess.objects.get(pk=one.pk) for one in (kept, ended))
    assert kept.barred(TODAY) == (
        f"Publication is barred: Inquest has ended, but a court’s order goes on, not before "
        f"{LATER:%A} {LATER.day} {LATER:%B %Y}."
    )
    assert (kept.barred(LATER), ended.barred(TODAY)) == (None, None)
    again = perform(ended, "take_up_process", by=a.staff, today=TODAY)
    assert again.barred(LATER) == "Publication is barred: Inquest, until it ends."


def test_nothing_is_published_while_a_bar_runs_and_a_planned_day_inside_it_is_warned_of(a):
    sent_on = TODAY - dt.timedelta(days=10)
    review = make.sent_before_publication(a, on=sent_on, planned=TODAY + dt.timedelta(days=7))
    entered(a, review.case, bars_publication=True, bar_until=LATER)
    review = PracticeReview.objects.get(pk=review.pk)
    with pytest.raises(Refused, match="not before"):
        perform(review, "publish", by=a.colleague, today=TODAY)
    plan = Browser(a.staff).get(f"/practice-reviews/{review.ref}/milestones/").words
    assert "Publication is barred: Inquest, not before" in plan
    moved = perform(review, "plan_publication", by=a.staff, today=TODAY, planned_publication_on=LATER)
    assert moved.planned_in_a_bar is None
    assert perform(moved, "publish", by=a.colleague, today=LATER).concluded_on == LATER


def test_a_hold_names_the_proceeding_it_waits_for_and_none_of_another_case(a):
    judgements = dict.fromkeys(SUITABILITY, "Yes.")
    review = review_actions.appoint_reviewer(
        make.practice_review(a), by=a.chair, today=TODAY, user=a.reviewer, suitability=judgements
    )
    review = perform(review, "begin_work", by=a.staff, today=TODAY)
    running = ParallelProcess.objects.get(case=review.case)
    why = {"reason_code": "trial", "agreed_by": "All three", "review_on": TODAY + dt.timedelta(days=14)}
    other = make.accepted(make.area("Elsewhere")).case.processes.get()
    with pytest.raises(Refused, match="another case"):
        perform(review, "hold", by=a.chair, today=TODAY, process=other, **why)
    chair = Browser(a.chair)
    chair.fill(
        f"{review.get_absolute_url()}hold/", reason_code="trial", agreed_by="All three", process=running.ref,
        **day("review_on", why["review_on"]), **day("effective_on", TODAY),
    )  # fmt: skip
    plan = chair.get(f"{review.get_absolute_url()}milestones/").words
    assert "It waits for: Police investigation or criminal proceedings, Police." in plan


def test_the_register_asks_as_many_statements_for_many_proceedings_as_for_one(
    a, django_assert_max_num_queries
):
    case = make.accepted(a).case
    chair = Browser(a.chair)
    chair.get(on_page(case))

    def count():
        with django_assert_max_num_queries(16) as asked:
            chair.get(on_page(case))
        return len(asked.captured_queries)

    one = count()
    for _ in range(6):
        entered(a, case)
    assert count() == one

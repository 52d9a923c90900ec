"""The figures of a year are those of what was done, and stay the same whatever happens afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.clocks.models import working_days
from cspr.workflow import perform
from referrals.models import Case, Notification
from reviews.annual import figures, true_figures
from reviews.annual.counting import count
from reviews.annual.reading import read
from reviews.models import Action, InformationRequest, RapidReview
from reviews.yearly.pack import Pack
from reviews.yearly.year import Year
from tests import acting
from tests import factories as make
from tests.reviews.yearly import book as books

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LATER = TODAY + dt.timedelta(days=200)


def counted(a: make.Area, year: int, as_at: dt.date = TODAY) -> dict[str, int]:
    """What the system counts."""
    found = count(read(a.partnership, Year(year), as_at), working_days())
    return {name: number for name, number in sorted(found.figures.items()) if number}


def said(pack: Pack) -> list[tuple[str, str, list[tuple[str, int | None, str]]]]:
    """All that a pack says."""
    return [(t.title, str(t.total), [(r.label, r.number, r.took) for r in t.rows]) for t in pack.tables]


def test_three_years_are_counted_as_they_were_done():
    a = make.area()
    book = books.three_years(a)
    for begins in (2023, 2024, 2025):
        expected = book.counted(dt.date(begins, 4, 1), dt.date(begins + 1, 3, 31))
        assert counted(a, begins) == dict(sorted(expected.items())), begins
    # On the last day of a year what came later is not known yet, and what was not late yet was not late.
    early = counted(a, 2024, dt.date(2024, 6, 20))
    assert early["rr.waiting"] == 1
    assert early["request.in_time"] == 1
    assert {name: early.get(name, 0) for name in ("rr.late", "panel.agrees", "sin.late", "referral.not_met")} == {
        "rr.late": 0, "panel.agrees": 0, "sin.late": 0, "referral.not_met": 1,
    }  # fmt: skip
    assert early["referral"] == 2


def practice(a: make.Area) -> Action:
    """A review on its way to publication, and an action that was agreed to have changed practice."""
    return acting.assured(a)


def test_a_practice_review_and_its_actions_are_counted():
    a = make.area()
    practice(a)
    found = counted(a, 2026)
    assert {name: found[name] for name in found if name.startswith(("pr", "action", "grade", "decided"))} == {
        "pr": 1, "pr.open": 1, "pr.open_in_time": 1, "action": 1, "action.pursued": 1, "action.under_way": 1,
        "grade.3": 1,
    }  # fmt: skip
    assert counted(a, 2026, LATER)["pr.open_late"] == 1
    assert counted(a, 2026, LATER)["action.overdue"] == 1


def test_what_is_recorded_afterwards_changes_no_figure_of_a_day_that_is_over():
    a = make.area()
    action = practice(a)
    review = RapidReview.objects.get()
    request = make.asked(a, RapidReview.objects.get(notification=make.notified(a)))
    before = [said(figures(a.partnership, Year(2026), TODAY)), counted(a, 2026)]
    whole = said(true_figures(a.partnership, Year(2026), TODAY, Case.objects.all()))
    with time_machine.travel(dt.datetime.combine(LATER, dt.time(9), dt.UTC), tick=False):
        aware = TODAY - dt.timedelta(days=40)
        for case in Case.objects.all():
            perform(
                case, "set_dates", by=None, today=LATER, words="An earlier day was found", la_aware_on=aware
            )
        perform(
            action, "amend_action", by=None, today=LATER, what="Less", due_on=LATER, words="Too much",
            agency=a.agencies["hospital"], owner=a.referrer,
        )  # fmt: skip
        perform(action, "end_action", by=None, today=LATER, words="Not pursued")
        request = InformationRequest.objects.get(pk=request.pk)
        perform(request, "extend", by=None, today=LATER, due_on=LATER + dt.timedelta(days=9), words="Longer")
        perform(request, "record_nil_return", by=None, today=LATER, name="Manager", role="Manager")
        perform(review.case.practice_review, "merge", by=None, today=LATER, words="With a neighbour")
        make.notified(a)
        assert counted(a, 2026, LATER) != before[1]
        assert [said(figures(a.partnership, Year(2026), TODAY)), counted(a, 2026)] == before
        assert said(true_figures(a.partnership, Year(2026), TODAY, Case.objects.all())) == whole
    assert Notification.objects.count() == 3


def test_true_figures_are_those_of_the_cases_one_may_open_and_of_no_others():
    a = make.area()
    mine, other = make.notified(a).case, make.notified(a).case
    perform(other, "restrict", by=a.chair, today=TODAY, words="Somebody works here")
    Case.objects.get(pk=other.pk).members.filter(user=a.staff).delete()
    seen = Case.objects.visible_to(type(a.staff).objects.get(pk=a.staff.pk))
    assert list(seen) == [mine]
    pack = true_figures(a.partnership, Year(2026), TODAY, seen)
    assert pack.sentences[0] == "Referrals received: 1. Decided to notify the Panel: 1; decided not to: 0."
    hidden = figures(a.partnership, Year(2026), TODAY)
    assert (
        hidden.sentences[0]
        == "Referrals received: hidden. Decided to notify the Panel: hidden; decided not to: hidden."
    )


def test_another_partnership_adds_nothing():
    a, elsewhere = make.area(), make.area("Elsewhere")
    make.notified(elsewhere)
    assert counted(a, 2026) == {}


def test_it_asks_the_same_number_of_statements_however_much_was_done():
    a = make.area()
    make.notified(a)
    asked = [statements(a)]
    book = books.opened(a)
    for day in range(4):
        books.notify(book, dt.date(2026, 5, 5) + dt.timedelta(days=7 * day), 2)
    make.drafted(a)
    asked.append(statements(a))
    assert (asked[0] <= 9, asked[1]) == (True, asked[0])


def statements(a: make.Area) -> int:
    working_days()
    with CaptureQueriesContext(connection) as asked:
        figures(a.partnership, Year(2026), TODAY)
    return len(asked)

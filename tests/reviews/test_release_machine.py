"""The release, driven at random: whatever is tried, nothing is public with a condition unmet, too early, or twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.workflow import Refused, perform
from referrals.models import Case
from referrals.states import DecisionKind
from reviews import actions
from reviews.actions import anonymity
from reviews.models import IdentityKey, PracticeReview, Publication, Release
from tests import factories as make
from tests.factories import TODAY

PEOPLE = st.sampled_from(("staff", "colleague", "third", "chair", "reviewer"))
STAFF = st.sampled_from(("staff", "colleague", "third"))


class ReleaseMachine(RuleBasedStateMachine):
    """One report that was sent, three of staff, and a clock; the worker sweeps when it happens to."""

    area: make.Area
    review_id: int
    tally: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.now = dt.datetime.combine(TODAY, dt.time(9), ZoneInfo("Europe/London")).astimezone(dt.UTC)
        self.travel = time_machine.travel(self.now, tick=False)
        self.traveller = self.travel.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.public = 0

    @initialize(hours=st.one_of(st.none(), st.integers(168, 300)))
    def begins(self, hours: int | None) -> None:
        """Nothing is public; in half of the runs somebody else then agreed and waited long enough, or with some seeds
        nothing ever would be."""
        if hours is not None:
            self.two_of_staff_agree_and_its_time_comes(hours, "colleague", "third")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.travel.stop()

    @property
    def review(self) -> PracticeReview:
        return PracticeReview.objects.get(pk=self.review_id)

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    def person(self, name: str) -> User:
        return User.objects.get(pk=self.area.people[name].pk)

    def newest(self) -> Release | None:
        return Release.objects.first()

    def attempt(self, deed: Any) -> None:
        """Do it. If it is refused, nothing is recorded; if something became public by it, all must have been met."""
        recorded, release = Event.objects.count(), self.newest()
        unmet = self.review.unmet("publish") or self.review.too_early(self.today)
        try:
            deed()
        except Refused:
            assert Event.objects.count() == recorded
        if Publication.objects.count() == self.public:
            return
        self.public += 1
        self.tally["published"] += 1
        assert unmet is None
        assert release is not None
        release = Release.objects.get(pk=release.pk)
        assert (release.state, release.at is None or release.at <= self.now) == ("published", True)
        decided = self.review.case.standing_decision(DecisionKind.PUBLICATION)
        assert release.confirmed_by_id not in {None, release.proposed_by_id, decided.proposed_by_id}
        assert Publication.objects.get().published_on == self.today
        assert Event.objects.get(kind="practicereview.publish").by_id == release.confirmed_by_id

    @rule(who=PEOPLE, hours=st.one_of(st.none(), st.integers(-2, 240)))
    def propose(self, who: str, hours: int | None) -> None:
        at = timezone.localtime(self.now + dt.timedelta(hours=hours or 0))
        when = {} if hours is None else {"day": at.date(), "time": at.time()}
        by = self.person(who)
        self.attempt(
            lambda: actions.propose_release(self.review, by=by, today=self.today, now=self.now, **when)
        )

    @rule(who=PEOPLE)
    def confirm(self, who: str) -> None:
        if release := self.newest():
            by = self.person(who)
            self.attempt(lambda: actions.confirm_release(release, by=by, today=self.today, now=self.now))

    @rule(who=PEOPLE)
    def call_off(self, who: str) -> None:
        if release := self.newest():
            by = self.person(who)
            self.attempt(lambda: perform(release, "call_off", by=by, today=self.today))

    @rule(hours=st.integers(1, 120))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self.traveller.move_to(self.now, tick=False)

    @rule(times=st.integers(1, 2))
    def the_worker_sweeps(self, times: int) -> None:
        for _ in range(times):
            self.attempt(lambda: actions.release_due(self.now))

    @rule(hours=st.integers(168, 300), first=STAFF, second=STAFF)
    def two_of_staff_agree_and_its_time_comes(self, hours: int, first: str, second: str) -> None:
        """What is meant to happen; by chance alone it would be rare."""
        self.propose(first, hours)
        self.confirm(second)
        self.time_passes(hours)
        self.the_worker_sweeps(1)

    @rule(barred=st.booleans())
    def a_bar_comes_or_goes(self, barred: bool) -> None:
        self.review.case.processes.update(bars_publication=barred)

    @rule(again=st.booleans())
    def signatures_are_undone(self, again: bool) -> None:
        key = IdentityKey.objects.get(case=self.review.case)
        words = {"place": "", "said": str(self.now), "reason": "Only a number."}
        anonymity.accept(key, by=self.person("staff"), today=self.today, **words)
        if again:
            make.anonymity_signed(self.area, self.review, on=self.today)

    @rule()
    def the_family_is_told_more(self) -> None:
        by = self.person("staff")
        self.attempt(lambda: perform(self.review, "tell_family", by=by, today=self.today))

    @rule()
    def the_text_is_opened_again(self) -> None:
        if Release.objects.exists():
            by = self.person("chair")
            words = {"words": "A late fact."}
            self.attempt(lambda: perform(self.review, "reopen_report", by=by, today=self.today, **words))

    @invariant()
    def one_release_at_a_time_and_at_most_one_is_carried_out(self) -> None:
        states = Counter(Release.objects.values_list("state", flat=True))
        assert states["proposed"] + states["confirmed"] <= 1
        assert states["published"] == Publication.objects.count() <= 1


@pytest.mark.thorough
@pytest.mark.django_db
def test_whatever_is_tried_it_is_released_by_two_people_at_its_time_with_everything_met_and_once():
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9), dt.UTC), tick=False):
        area = make.area()
        area.people["third"] = make.person(area.partnership, Role.STAFF)
        review = make.sent_before_publication(area)
        case = Case.objects.beside().get(pk=review.case_id)
        perform(
            case, "grant_access", by=area.staff, today=TODAY, user=area.people["third"], capacity=Role.STAFF
        )
    ReleaseMachine.area, ReleaseMachine.review_id = area, review.pk
    run_state_machine_as_test(
        ReleaseMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert ReleaseMachine.tally["published"] > 0, "a machine that never publishes proves nothing"

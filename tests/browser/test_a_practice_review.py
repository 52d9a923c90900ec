"""A whole practice review by pages alone: from the partners' decision to the public, with a trial in between.

A trial holds it up and bars publication; the delay is explained in a letter; agencies check the facts of what concerns
them; on the sixth day after the sending it cannot be published, on the seventh two people release it. The day on which
its six months end never moves. Every page on the way is looked at by ``tests.browser.looking``.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.browser.conftest import Site
from tests.browser.journey import checking, held_up, practice, publishing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_review_that_a_trial_holds_up_is_published_on_the_seventh_day(site: Site) -> None:
    case, review, due = held_up.a_practice_review_is_decided(site)
    practice.it_is_planned_and_the_panel_told(site, case)
    practice.a_reviewer_is_appointed_and_begins(site, review)
    a_trial_comes_between(site, case, review, due)
    practice.the_reviewer_writes(site, review)
    practice.it_is_checked(site, review)
    the_agencies_check_the_facts(site, review)
    practice.two_people_sign_that_nobody_can_be_recognised(site, review)
    practice.its_publication_is_decided_and_the_chair_signs_off(site, review)
    lawful = practice.it_is_sent_and_the_family_told(site, review)
    on_the_sixth_day_it_is_blocked_and_on_the_seventh_public(site, review, lawful)
    held_up.its_six_months_never_moved(review, due)


def a_trial_comes_between(site: Site, case: str, review: str, due: dt.date) -> None:
    """For six weeks the work waits; the bar on publication lasts until the trial is over."""
    day = site.calendar.today
    held_up.the_register_says_that_a_trial_bars_publication(site, case, day + dt.timedelta(days=21))
    held_up.the_chair_puts_it_on_hold_for_the_trial(site, review, day + dt.timedelta(days=28))
    held_up.the_delay_is_explained_in_a_letter(site, review, due, due + dt.timedelta(days=30))
    site.nights(day + dt.timedelta(days=28))
    held_up.the_hold_is_looked_at_and_goes_on(site, review, site.calendar.today + dt.timedelta(days=14))
    site.nights(site.calendar.today + dt.timedelta(days=14))
    held_up.the_trial_ends_and_the_work_goes_on(site, case, review)
    held_up.its_six_months_never_moved(review, due)


def the_agencies_check_the_facts(site: Site, review: str) -> None:
    checking.two_agencies_are_asked(site, review)
    checking.it_is_open_until_every_point_is_handled(site, review)
    checking.one_has_nothing_to_correct(site)
    checking.one_corrects_a_point(site)
    checking.staff_handle_the_point(site, review)


def on_the_sixth_day_it_is_blocked_and_on_the_seventh_public(
    site: Site, review: str, lawful: dt.date
) -> None:
    site.calendar.until(lawful - dt.timedelta(days=1))
    publishing.a_day_too_early_it_is_refused(site, review, lawful)
    publishing.two_people_release_it(site, review, lawful)
    publishing.the_worker_publishes_it_at_its_time(site, review, lawful)
    publishing.anybody_reads_it(site)

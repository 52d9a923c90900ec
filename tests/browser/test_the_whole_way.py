"""The first story of the rehearsal, from a nurse's referral to the published review, by pages alone.

Nothing is done here by a verb: everybody signs in at a browser of their own, reads, types and presses. Every
page on the way is looked at by ``tests.browser.looking``.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site
from tests.browser.journey import deciding, practice, publishing, rapid, referring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.thorough
def test_from_a_referral_to_a_published_review(site: Site) -> None:
    referral = referring.nurse_writes_and_sends(site)
    referring.staff_return_one_answer(site, referral)
    referring.nurse_corrects_it(site, referral)
    referring.staff_accept(site, referral)

    case = deciding.a_colleague_gets_access(site, referral)
    deciding.the_authority_notifies(site, case)

    rapid_review = rapid.two_agencies_are_asked(site, case)
    rapid.one_agency_answers(site)
    rapid.one_agency_was_not_involved(site)
    rapid.staff_accept_the_answers(site, rapid_review)
    rapid.the_meeting_and_the_report(site, rapid_review)
    rapid.the_partners_decide_on_a_review(site, rapid_review)
    rapid.the_panel_is_told_and_answers(site, rapid_review)

    review = practice.it_is_planned_and_the_panel_told(site, case)
    practice.a_reviewer_is_appointed_and_begins(site, review)
    practice.the_reviewer_writes(site, review)
    practice.it_is_checked(site, review)
    practice.two_people_sign_that_nobody_can_be_recognised(site, review)
    practice.its_publication_is_decided_and_the_chair_signs_off(site, review)
    lawful = practice.it_is_sent_and_the_family_told(site, review)

    publishing.a_day_too_early_it_is_refused(site, review, lawful)
    publishing.two_people_release_it(site, review, lawful)
    publishing.the_worker_publishes_it_at_its_time(site, review, lawful)
    publishing.anybody_reads_it(site)

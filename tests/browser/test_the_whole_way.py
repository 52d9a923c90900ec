"""The first story of the rehearsal, from a nurse's referral to the published review, by pages alone.

Nothing is done here by a verb: everybody signs in at a browser of their own, reads, types and presses. Every
page on the way is looked at by ``tests.browser.looking``.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site
from tests.browser.journey import referring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_referral_to_a_published_review(site: Site) -> None:
    referral = referring.nurse_writes_and_sends(site)
    referring.staff_return_one_answer(site, referral)
    referring.nurse_corrects_it(site, referral)
    referring.staff_accept(site, referral)

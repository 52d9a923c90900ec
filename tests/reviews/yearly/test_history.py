"""The demonstration has a year of figures to look at: most can be shown, and some are hidden."""

from __future__ import annotations

import datetime as dt

import pytest

from reviews.annual import figures
from reviews.management.rehearsal import history
from reviews.management.rehearsal.people import company
from reviews.yearly.year import Year
from tests.factories import TODAY


@pytest.mark.once
@pytest.mark.django_db
def test_the_year_before_the_stories_can_be_told_and_hides_something():
    stage = company(TODAY, None)
    stage.nightly = False
    history.play(stage, Year(2025))
    pack = figures(stage.partnership, Year(2025), TODAY)
    assert pack.sentences[:3] == (
        "Referrals received: 10. Decided to notify the Panel: 5; decided not to: 5.",
        "Notifications made within five working days: 5 of 5 (100%).",
        "Rapid reviews with the Panel within fifteen working days: 5 of 5 (100%). "
        "Half of them took 14 working days or less.",
    )
    assert pack.hides
    assert stage.today <= dt.date(2026, 4, 30)

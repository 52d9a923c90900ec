"""The demonstration: every room of its stories holds something, and nothing long past waits on anybody's page."""

from collections import Counter

import pytest
from django.core.management import call_command

from cspr.accounts.models import Partnership, User
from cspr.audit.chain import first_break
from referrals.models import Case
from reviews.models import FactCheck, FamilyPromise, PracticeReview, ReportComment
from tests.referrals.browse import Browser

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.thorough
@pytest.mark.long
def test_no_two_cases_share_a_name_nobody_waits_from_last_year_and_the_rooms_are_not_empty(
    settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    call_command("rehearse", demo=True, verbosity=0)
    names = Counter(Case.objects.values_list("pseudonym", flat=True))
    assert len(names) > 10
    assert {name: count for name, count in names.items() if count > 1} == {}
    staff = Browser(User.objects.get(email="staff@samplebury.example"))
    staff.get("/work/")
    waits = [(item.words, item.about) for part in ("late", "soon", "mine") for item in staff.context[part]]
    assert [about for words, about in waits if words.startswith("Tell the referrer")] == ["Linden"]
    assert set(FamilyPromise.objects.values_list("state", flat=True)) == {"kept", "released", "open"}
    assert set(FactCheck.objects.values_list("state", flat=True)) == {"asked", "answered", "handled"}
    assert set(ReportComment.objects.values_list("state", flat=True)) >= {"open", "done"}
    told = PracticeReview.objects.get(title="Spindle")
    assert "Spindle" in told.report["summary"]
    assert "Rowan" not in str(told.published_texts())
    assert {p.name: first_break(p) for p in Partnership.objects.all() if first_break(p)} == {}

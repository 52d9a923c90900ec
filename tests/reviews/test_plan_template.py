"""Staff read the plan that rapid reviews are laid out from, make it their own, and go back to the shipped one."""

import pytest

from cspr.workflow import Refused
from reviews import actions
from reviews.models import PlanStep, PlanTemplate, PlanTemplateStep, RapidReview
from reviews.plans import SHIPPED
from reviews.states import PlanKind
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
STEPS = SHIPPED[PlanKind.RAPID_REVIEW]
STEP = {
    "day": "4",
    "title": "Ring the school",
    "what": "Ask for the attendance.",
    "owner": "staff",
    "event": "",
}


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def staff(a):
    return Browser(a.staff)


@pytest.fixture
def template(a):
    return actions.own_template(a.partnership, by=a.staff, today=TODAY)


def shipped_page(a):
    return f"/plan-templates/of/{a.partnership.ref}/"


def planned(template):
    return [step.as_step() for step in template.steps.all()]


def titles(review):
    return {step.title for step in PlanStep.objects.filter(case=review.case)}


def test_the_shipped_plan_is_shown_until_the_partnership_has_its_own(a, staff):
    page = staff.get(shipped_page(a))
    shown = [step.title for step in STEPS if step.title in page.words]
    assert (shown, "This is the plan we ship." in page.words) == ([step.title for step in STEPS], True)
    assert [words for words in page.links if words.startswith(("Change", "Remove"))] == []


def test_making_it_our_own_copies_the_shipped_steps_and_twice_makes_one(a, staff):
    own = f"{shipped_page(a)}own/"
    staff.post(own, {})
    staff.post(own, {})
    template = PlanTemplate.objects.get()
    assert planned(template) == list(STEPS)
    assert staff.client.get(shipped_page(a)).url == template.get_absolute_url()
    assert "This is your own plan." in staff.get(template.get_absolute_url()).words


def test_a_step_is_added_changed_and_removed_on_its_pages(staff, template):
    own = template.get_absolute_url()
    staff.fill(f"{own}add_step/", **STEP)
    added = template.steps.get(title="Ring the school")
    assert (added.day, added.what, added.owner) == (4, "Ask for the attendance.", "staff")
    form = staff.get(f"{own}change_step/{added.number}/")
    assert {name: form.sends[name] for name in ("day", "title", "what", "owner")} == {
        name: STEP[name] for name in ("day", "title", "what", "owner")
    }
    staff.fill(f"{own}change_step/{added.number}/", **{**STEP, "day": "5", "owner": "chair"})
    added.refresh_from_db()
    assert (added.day, added.owner) == (5, "chair")
    staff.fill(f"{own}remove_step/{added.number}/")
    assert planned(template) == list(STEPS)
    assert staff.client.get(f"{own}change_step/{added.number}/").status_code == 404


def test_a_day_that_cannot_be_is_refused_and_nothing_typed_is_lost(staff, template):
    response = staff.client.post(f"{template.get_absolute_url()}add_step/", {**STEP, "day": "0"})
    words = response.content.decode()
    assert (response.status_code, "Ring the school" in words, template.steps.count()) == (
        422,
        True,
        len(STEPS),
    )
    assert "Give a day from 1. Day 0 is the day the notification was sent" in words


def test_the_last_step_stays(a, staff, template):
    last = template.steps.first()
    template.steps.exclude(pk=last.pk).delete()
    address = f"{template.get_absolute_url()}remove_step/{last.number}/"
    response = staff.client.post(address, {"version": template.version})
    assert (response.status_code, template.steps.count()) == (422, 1)
    assert "A plan needs at least one step." in response.content.decode()


def test_going_back_brings_the_shipped_plan_again(staff, template):
    own = template.get_absolute_url()
    staff.fill(f"{own}add_step/", **STEP)
    staff.fill(f"{own}restore/")
    assert planned(template) == list(STEPS)


def test_a_change_is_for_reviews_that_open_from_now_on(a, staff, template):
    before = RapidReview.objects.get(notification=make.notified(a))
    staff.fill(f"{template.get_absolute_url()}add_step/", **STEP)
    after = RapidReview.objects.get(notification=make.notified(a))
    assert titles(before) == {step.title for step in STEPS}
    assert titles(after) == {step.title for step in STEPS} | {"Ring the school"}


def test_nobody_but_the_staff_of_the_partnership_finds_it(a, template):
    elsewhere = make.area("Otherton")
    strangers = [elsewhere.staff, a.chair, a.la, a.referrer, a.sysadmin]
    addresses = [template.get_absolute_url(), shipped_page(a), f"{shipped_page(a)}own/"]
    answers = {Browser(user).client.get(url).status_code for user in strangers for url in addresses}
    assert answers == {404}
    with pytest.raises(Refused):
        actions.own_template(a.partnership, by=a.chair, today=TODAY)


def test_staff_are_led_to_it_from_a_rapid_review_and_from_the_list(a, staff):
    review = RapidReview.objects.get(notification=make.notified(a))
    chair = Browser(a.chair)
    of_review = "Change the plan for future reviews"
    assert staff.get(review.get_absolute_url()).links[of_review] == shipped_page(a)
    assert staff.get("/rapid-reviews/").links["The plan of a rapid review"] == shipped_page(a)
    assert of_review not in chair.get(review.get_absolute_url()).links
    assert "The plan of a rapid review" not in chair.get("/rapid-reviews/").links


def test_the_page_asks_as_much_for_many_steps_as_for_few(
    staff, template, django_assert_num_queries, django_assert_max_num_queries
):
    url = template.get_absolute_url()
    staff.get(url)  # the first page after signing in asks more
    with django_assert_max_num_queries(7) as few:
        staff.get(url)
    PlanTemplateStep.objects.bulk_create(
        PlanTemplateStep(template=template, number=100 + n, day=1 + n, title=f"Step {n}") for n in range(40)
    )
    with django_assert_num_queries(len(few)):
        staff.get(url)

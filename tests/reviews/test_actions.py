"""Actions: four steps that count only with evidence and four eyes, checks, reminders, and who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.clocks.models import working_days
from cspr.mail.models import OutgoingEmail
from cspr.ui.steps import in_words, steps
from cspr.workflow import Refused, perform, why_not
from referrals.models import Case
from reviews import actions
from reviews.action_reminders import remind_of_actions
from reviews.change import LACKS, LADDER, Grade, Shows, Status, rung_due, status_of
from reviews.models import Action, PracticeReview, Publication
from tests import acting
from tests import factories as make
from tests.referrals.browse import Browser

TODAY = make.TODAY
NAMES = [grade.label for grade in Grade]
db = pytest.mark.django_db


@pytest.fixture
def a():
    return make.area()


def do(action, verb, by, on=TODAY, **data):
    return perform(Action.objects.get(pk=action.pk), verb, by=by, today=on, **data)


def later(days):
    return TODAY + dt.timedelta(days=days)


# --- steps ------------------------------------------------------------------------------------------------


@db
@pytest.mark.parametrize("kind", Shows.values)
def test_no_step_counts_without_evidence_of_that_step(a, kind):
    """Green, "better for children", needs figures about children or what they say; nothing else reaches it."""
    action = acting.shown(a, kind=kind)
    reaches = {"policy": 2, "trained": 2, "audited": 3, "data": 4, "families": 4}[kind]
    for grade in Grade:
        if grade > reaches:
            with pytest.raises(Refused, match="needs evidence"):
                do(action, "assure", a.staff, grade=int(grade), words="I looked")
    assert do(action, "assure", a.staff, grade=reaches, words="I looked").assured == reaches


@db
def test_without_any_evidence_nothing_can_be_assured_or_complete(a):
    action = acting.planned(a)
    with pytest.raises(Refused, match="“Done” needs evidence"):
        do(action, "assure", a.staff, grade=2, words="I looked")
    with pytest.raises(Refused, match="“Done” needs evidence"):
        do(action, "complete", a.referrer)


@db
def test_a_step_is_not_offered_to_be_agreed_to_before_anything_shows_one(a, settings):
    settings.MFA_REQUIRED = False
    action = acting.planned(a)
    refused = Browser(a.colleague).get(f"{action.get_absolute_url()}assure/", status=403)
    assert LACKS[Grade.DONE] in refused.words


@db
def test_nobody_assures_what_they_own_or_gave_evidence_for(a):
    action = acting.shown(a)
    assert why_not(action, "assure", a.referrer) is not None
    do(action, "add_evidence", a.staff, kind="policy", words="Told by telephone")
    assert "You added evidence" in why_not(Action.objects.get(pk=action.pk), "assure", a.staff)
    assert why_not(Action.objects.get(pk=action.pk), "assure", a.colleague) is None


@db
def test_a_partner_does_not_assure_what_their_own_organisation_owns(a):
    action = acting.planned(a, agency=a.agencies["la"], owner=None, owner_role="Director")
    do(action, "add_evidence", a.staff, kind="policy", words="A new form")
    fresh = Action.objects.get(pk=action.pk)
    assert why_not(fresh, "assure", a.la) == "You own this action, so somebody else has to look at it." or (
        "Your organisation owns this action" in why_not(fresh, "assure", a.la)
    )
    assert why_not(fresh, "assure", a.icb) is None


@db
def test_an_action_is_given_only_to_somebody_who_works_there_or_to_a_named_post(a):
    with pytest.raises(Refused, match="no role in this partnership for that body"):
        acting.planned(a, agency=a.agencies["school"])
    with pytest.raises(Refused, match="Name the person or the post"):
        acting.planned(a, owner=None)
    assert not Action.objects.exists()


# --- status -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.NOT_STARTED),
        ({"heard_on": TODAY}, Status.ON_TRACK),
        ({"heard_on": TODAY, "at_risk": True}, Status.AT_RISK),
        ({"due_on": later(28)}, Status.AT_RISK),
        ({"heard_on": later(-85)}, Status.AT_RISK),
        ({"due_on": TODAY, "heard_on": TODAY}, Status.ON_TRACK),
        ({"due_on": later(-1), "heard_on": TODAY}, Status.OVERDUE),
        ({"state": "complete"}, Status.COMPLETE),
        ({"state": "complete", "assured": 4}, Status.COMPLETE),
        ({"state": "complete", "assured": 2, "lasts": True}, Status.COMPLETE),
        ({"state": "complete", "assured": 3, "lasts": True}, Status.EMBEDDED),
        ({"state": "complete", "assured": 4, "lasts": False}, Status.COMPLETE),
        ({"state": "ended", "due_on": later(-1)}, Status.ENDED),
    ],
)
def test_the_status_is_worked_out_from_what_is_recorded(changes, status):
    facts = {
        "state": "open",
        "due_on": later(200),
        "heard_on": None,
        "at_risk": False,
        "assured": 1,
        "lasts": None,
    }
    facts |= changes
    state = facts.pop("state")
    assert status_of(state, today=TODAY, **facts) == status


@db
def test_checks_lie_three_six_and_twelve_months_after_the_planning_and_make_it_embedded(a):
    action = acting.planned(a)
    due = [check.due_on for check in action.checks.all()]
    assert due == [dt.date(2027, 2, 23), dt.date(2027, 5, 23), dt.date(2027, 11, 23)]
    acting.shown(a, action)
    do(action, "assure", a.staff, grade=3, words="Ten records")
    do(action, "complete", a.referrer)
    with pytest.raises(Refused):
        do(action, "check_action", a.referrer, lasts=True, words="Fine")
    held = do(action, "check_action", a.chair, on=due[0], lasts=True, words="Ten more records")
    assert held.status(due[0]) == Status.EMBEDDED
    again = do(action, "take_up", a.staff, on=due[1], words="It did not last")
    assert (again.state, again.assured, again.lasts) == ("open", 3, None)


# --- who sees what ----------------------------------------------------------------------------------------


@db
def test_an_owner_opens_their_action_and_nothing_else_of_the_case(a):
    action = acting.planned(a)
    owner = Browser(a.referrer)
    page = owner.get(action.get_absolute_url())
    review = action.recommendation.review
    for hidden in (action.case.pseudonym, action.case.ref, review.ref, review.title):
        assert hidden not in page.words
        assert not any(hidden in address for address in page.links.values())
    assert "Include fathers." in page.words
    for address in (review.get_absolute_url(), f"{review.get_absolute_url()}actions/"):
        owner.get(address, status=404)
    listed = owner.get("/actions/")
    assert "A local review, recommendation 1" in listed.words
    assert action.case.pseudonym not in listed.words
    assert list(Action.objects.visible_to(a.author)) == []


@db
def test_owning_does_not_outlive_the_work_there_nor_a_conflict(a):
    action = acting.planned(a)
    perform(Case.objects.get(pk=action.case.pk), "record_conflict", by=a.staff, today=TODAY, user=a.referrer,
            words="A relative")  # fmt: skip
    assert list(Action.objects.visible_to(a.referrer)) == []
    assert why_not(Action.objects.get(pk=action.pk), "report_progress", a.referrer) is not None
    assert list(Action.objects.visible_to(a.safeguarding_lead)) == [action]


@db
def test_the_owner_says_how_it_goes_and_shows_it_and_somebody_else_agrees(a):
    action = acting.planned(a)
    owner, staff = Browser(a.referrer), Browser(a.staff)
    owner.fill(
        f"{action.get_absolute_url()}report_progress/", words="The form is with the printer.", at_risk="on"
    )
    assert "At risk" in owner.get(action.get_absolute_url()).words
    owner.fill(f"{action.get_absolute_url()}add_evidence/", kind="audited", words="Forty records")
    page = staff.get(f"{action.get_absolute_url()}assure/")
    assert "“Better for children” needs evidence about children" in page.words
    staff.fill(f"{action.get_absolute_url()}assure/", grade="3", words="Ten of the forty")
    action.refresh_from_db(fields=["assured", "assured_by"])
    assert (action.assured, action.assured_by) == (Grade.PRACTISED, a.staff)
    page = staff.get(f"/practice-reviews/{action.recommendation.review.ref}/actions/")
    assert "1 action: 0 agreed to be better for children, none past the date." in page.words
    refused = owner.get(f"{action.get_absolute_url()}assure/", status=403)
    assert action.case.pseudonym not in refused.words


@db
def test_an_action_is_planned_from_its_recommendation_and_its_owner_is_told(a):
    review = acting.signed_off(a)
    staff = Browser(a.staff)
    staff.fill(
        f"/practice-reviews/{review.ref}/plan_action/1/", what="Print the form", agency=a.agencies["hospital"].pk,
        owner=a.referrer.ref, due_on_day=1, due_on_month=6, due_on_year=2027,
    )  # fmt: skip
    action = Action.objects.get()
    assert (action.called, action.owner, action.due_on) == ("1.1", a.referrer, dt.date(2027, 6, 1))
    assert OutgoingEmail.objects.filter(to=a.referrer, kind="action_given").count() == 1
    with pytest.raises(Refused, match="no recommendation 9"):
        actions.plan_action(
            review, by=a.staff, today=TODAY, number=9, what="x", due_on=later(9), owner_role="y"
        )


@db
def test_a_recommendation_that_is_acted_on_is_not_taken_out(a):
    action = acting.planned(a)
    review = PracticeReview.objects.get(pk=action.recommendation.review_id)
    perform(review, "reopen_report", by=a.staff, today=TODAY, words="A late fact")
    with pytest.raises(Refused, match="Something is being done"):
        perform(PracticeReview.objects.get(pk=review.pk), "drop_recommendation", by=a.staff, today=TODAY, number=1,
                words="No")  # fmt: skip


@db
def test_the_tracker_filters_and_asks_a_fixed_number_of_statements(a):
    review = acting.signed_off(a)
    first = acting.planned(a, review, due_on=later(3))
    acting.shown(a, first)
    staff = Browser(a.staff)

    def asked():
        with CaptureQueriesContext(connection) as statements:
            staff.get("/actions/")
        return len(statements)

    asked()  # the first visit also reads who is signed in
    few = asked()
    for n in range(6):
        acting.shown(a, acting.planned(a, review, due_on=later(40 + n)))
    assert asked() == few <= 14
    assert first.ref in str(staff.get("/actions/?grade=shown").links)
    assert "Nothing fits these filters" in staff.get("/actions/?late=yes").words
    assert "Nothing fits these filters" in staff.get("/actions/?owner=nobody").words
    assert first.ref in str(staff.get("/actions/?review=rowan").links)
    assert "Nothing fits these filters" in Browser(a.referrer).get("/actions/?review=rowan").words


# --- what the public is told ------------------------------------------------------------------------------


@db
def test_the_public_is_told_only_of_what_was_assured_and_never_a_name(a):
    action = acting.shown(a)
    with pytest.raises(Refused, match="Nobody has yet agreed"):
        do(action, "tell_public", a.staff, sentence="Forms now ask who lives in the home.")
    do(action, "assure", a.staff, grade=3, words="Ten records")
    staff = Browser(a.staff)
    page = staff.post(
        f"{action.get_absolute_url()}tell_public/", {"sentence": "Synthetic Child is safe."}, status=422
    )
    assert "is a name in this case" in page.errors[0][0]
    staff.fill(f"{action.get_absolute_url()}tell_public/", sentence="Forms now ask who lives in the home.")
    action.refresh_from_db(fields=["public_words", "public_on"])
    assert (action.public_words, action.public_on is not None) == (
        "Forms now ask who lives in the home.",
        True,
    )


@db
def test_the_public_page_says_what_has_changed_since_in_the_approved_words_alone(a):
    review = make.sent_before_publication(a, on=later(-8), planned=TODAY)
    actions.publish(review, by=a.colleague, today=TODAY)
    action = acting.shown(a, acting.planned(a, review))
    address = Publication.objects.get().get_absolute_url()
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9)), tick=False):
        assert "What has changed since" not in Browser(a.staff).get(address).words
        do(action, "assure", a.staff, grade=3, words="Ten records")
        do(action, "tell_public", a.staff, sentence="Forms now ask who lives in the home.")
        page = Browser(a.staff).get(address)
        assert "Forms now ask who lives in the home. Recommendation 1. Practised." in page.words
        for hidden in ("Change the form", "Forty records", "Ten records", a.referrer.name):
            assert hidden not in page.words
        do(action, "end_action", a.staff, words="The form is gone")
        assert "What has changed since" not in Browser(a.staff).get(address).words


# --- reminders --------------------------------------------------------------------------------------------


def told(kind):
    return sorted(OutgoingEmail.objects.filter(kind=kind).values_list("to__name", flat=True))


@db
def test_the_ladder_reaches_the_owner_then_the_lead_then_the_chair_each_once(a):
    action = acting.planned(a)
    calendar = working_days()
    before = calendar.subtract(action.due_on, 10)
    for day, kinds in (
        (before, {"action_near"}),
        (calendar.add(action.due_on, 5), {"action_late", "action_late_lead"}),
        (calendar.add(action.due_on, 10), {"action_late", "action_late_lead", "action_late_chair"}),
    ):
        had = set(OutgoingEmail.objects.filter(kind__startswith="action_").values_list("pk", flat=True))
        assert remind_of_actions(day) > 0
        assert remind_of_actions(day) == 0
        new = OutgoingEmail.objects.filter(kind__startswith="action_").exclude(pk__in=had)
        assert set(new.values_list("kind", flat=True)) - {"action_check"} == kinds
    assert told("action_late_lead") == [a.safeguarding_lead.name] * 2
    assert told("action_late_chair") == [a.chair.name]


@db
def test_a_complete_action_reminds_nobody_and_a_due_check_the_team(a):
    action = acting.complete(a)
    assert remind_of_actions(action.due_on) == 0
    due = working_days().add(dt.date(2027, 2, 23), 0)
    assert remind_of_actions(due) == 2
    assert told("action_check") == sorted([a.staff.name, a.colleague.name])


@db
def test_a_missed_night_is_made_up_for_by_the_newest_rung_alone_and_old_rungs_never_come():
    calendar = working_days()
    due = dt.date(2027, 3, 1)
    assert rung_due(due, TODAY, calendar.add(due, 7), calendar)[0] == "late 1"
    assert rung_due(due, TODAY, calendar.add(due, 30), calendar)[0] == "late 3"
    assert rung_due(due, calendar.subtract(due, 3), calendar.subtract(due, 2), calendar) is None
    assert rung_due(due, TODAY, dt.date(2027, 2, 28), calendar) is None  # a Sunday
    assert len({rung.code for rung in LADDER}) == len(LADDER)


# --- the picture ------------------------------------------------------------------------------------------


def test_the_picture_says_in_words_what_it_shows():
    assert in_words(NAMES, agreed=2, shown=3) == (
        "Done: agreed. Practised: shown, not yet agreed. To come: better for children."
    )
    drawn = str(steps(NAMES, agreed=4, shown=4))
    assert drawn.count("app-steps__step--agreed") == 4
    assert 'aria-label="Better for children: agreed."' in drawn
    assert "style=" not in drawn

"""Whom to ask: facts, rules and suggestions; the board with who holds us up; and who is not asked, with the reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cspr.accounts.models import Agency
from cspr.accounts.roles import AgencyType
from cspr.workflow import Refused, perform
from reviews import actions
from reviews.models import NotAsked, RapidReview, SuggestionRule
from reviews.questions import SHIPPED, AskRule, Fact, Named, facts_of, suggest
from reviews.views.agencies import Held, board, held, in_a_sentence
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

DAY = dt.timedelta(days=1)


# --- facts ----------------------------------------------------------------------------------------------------


def facts(area="Testshire", on=TODAY, **sections):
    return facts_of([sections], area=area, on=on)


def child(**answers):
    return {"items": [answers]}


@pytest.mark.parametrize(
    ("born", "fact"),
    [
        (TODAY + DAY, {Fact.UNBORN}),
        (TODAY, {Fact.UNDER_1, Fact.UNDER_5}),
        (TODAY.replace(year=2025) + DAY, {Fact.UNDER_1, Fact.UNDER_5}),
        (TODAY.replace(year=2025), {Fact.UNDER_5}),
        (TODAY.replace(year=2021), {Fact.SCHOOL_AGE, Fact.NO_SCHOOL}),
        (TODAY.replace(year=2010) + DAY, {Fact.SCHOOL_AGE, Fact.NO_SCHOOL}),
        (TODAY.replace(year=2010), {Fact.OVER_16}),
    ],
)
def test_the_age_counts_on_the_day_of_the_incident(born, fact):
    assert facts(children=child(born_on=born.isoformat())) == {Fact.ALWAYS, *fact}


def test_what_is_not_known_is_no_fact():
    assert facts(children=child(born_on_unknown="Not held")) == {Fact.ALWAYS}
    assert facts_of([], area="Testshire", on=TODAY) == {Fact.ALWAYS}


@pytest.mark.parametrize(
    ("answers", "fact"),
    [
        ({"looked_after": "yes", "placement": "K2"}, {Fact.LOOKED_AFTER, Fact.RESIDENTIAL}),
        ({"looked_after": "yes", "placement": "U4"}, {Fact.LOOKED_AFTER, Fact.FOSTERED}),
        ({"legal_status": "C2"}, {Fact.LOOKED_AFTER, Fact.COURT}),
        ({"legal_status": "J1"}, {Fact.LOOKED_AFTER, Fact.SECURE}),
        ({"cp_plan": "before"}, {Fact.PLAN}),
        ({"disability": ["AUT"]}, {Fact.DISABLED}),
        ({"disability": ["NONE"]}, set()),
        ({"placing_la": "Otherham"}, {Fact.OTHER_AREA}),
        ({"placing_la": "Testshire County Council"}, set()),
    ],
)
def test_status_placement_health_and_area_are_read_from_the_child(answers, fact):
    assert facts(children=child(**answers)) == {Fact.ALWAYS, *fact}


def test_the_incident_and_other_processes_are_read_too():
    assert facts(
        incident={"harm_types": ["suicide", "fractures"], "area": "Otherham"},
        criteria={"indicators": ["W4"]},
        processes={"items": [{"type": "mappa"}, {"type": "fam"}, {"type": "complaint"}]},
    ) == {
        Fact.ALWAYS, Fact.SUICIDE, Fact.INJURY, Fact.OTHER_AREA, Fact.DOMESTIC_ABUSE, Fact.MAPPA, Fact.COURT,
    }  # fmt: skip


# --- suggestions ----------------------------------------------------------------------------------------------

KINDS, FACTS = st.sampled_from(AgencyType.values), st.sampled_from(Fact.values)
RULES = st.lists(st.builds(AskRule, FACTS, KINDS, st.sampled_from(["Because.", "They know."])), max_size=12)
NAMED = st.lists(
    st.builds(
        Named, KINDS, st.sampled_from(["", "Canary Surgery", "Otherham"]), st.sampled_from(["Police", "A trust"])
    ),
    max_size=6,
)  # fmt: skip
ASKED = st.dictionaries(
    KINDS, st.lists(st.sampled_from(["Otherham", "Vale"]), min_size=1, max_size=2), max_size=6
)


@given(st.frozensets(FACTS), RULES, NAMED, ASKED, st.frozensets(KINDS, max_size=6))
def test_every_suggestion_has_its_reason_and_none_is_made_against_a_decision(
    so, rules, named, asked, against
):
    found = suggest(so, rules, named, asked=asked, against=against)
    kinds = [one.agency_type for one in found]
    assert len(kinds) == len(set(kinds))
    assert against.isdisjoint(kinds)
    assert all(one.reasons and len(set(one.reasons)) == len(one.reasons) for one in found)
    known = {rule.agency_type for rule in rules if rule.fact in so} | {one.agency_type for one in named}
    assert set(kinds) <= known
    assert known - set(asked) - against <= set(kinds)


@given(st.frozensets(FACTS), RULES, NAMED, ASKED)
def test_what_somebody_typed_never_stands_in_a_suggestion(so, rules, named, asked):
    words = [reason for one in suggest(so, rules, named, asked=asked, against=()) for reason in one.reasons]
    assert [line for line in words if "Canary" in line or "Otherham" in line] == []


@given(st.frozensets(FACTS), st.frozensets(FACTS), RULES)
def test_more_facts_never_take_a_suggestion_away(some, more, rules):
    def kinds(so):
        return {one.agency_type for one in suggest(so, rules, [], asked={}, against=())}

    assert kinds(some) <= kinds(some | more)


def test_a_kind_that_is_asked_is_suggested_again_only_for_another_agency_of_it():
    named = [Named("gp", "Vale Surgery", "Police"), Named("gp", "the vale  surgery, Samplebury", "A trust")]
    assert suggest((), [], named, asked={"gp": ["Vale Surgery"]}, against=()) == []
    [again] = suggest(
        (), [], [Named("gp", "Hill Surgery", "Police")], asked={"gp": ["Vale Surgery"]}, against=()
    )
    assert again.reasons == ("Police named another one of this kind.",)


def test_every_fact_but_those_that_only_add_weight_is_used_by_a_shipped_rule():
    used = {rule.fact for rule in SHIPPED}
    assert set(Fact.values) - used == {Fact.PLAN, Fact.LOOKED_AFTER}
    assert len({(rule.fact, rule.agency_type) for rule in SHIPPED}) == len(SHIPPED)


# --- who has held it ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_time_is_counted_in_working_days_for_whoever_has_it():
    steps = [
        (dt.date(2026, 11, 23), "sent"),
        (dt.date(2026, 11, 24), "opened"),
        (dt.date(2026, 11, 27), "submitted"),
        (dt.date(2026, 12, 1), "queried"),
    ]
    assert held(steps, dt.date(2026, 12, 2)) == Held(agency=4 + 1, team=2)
    assert held([], TODAY) == Held(0, 0)


# --- the room -------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return RapidReview.objects.get(notification=make.notified(a))


def room(review):
    return reverse("rapid-review-agencies", args=[review.ref])


def test_the_board_puts_first_who_holds_the_review_up(a, review):
    done = make.asked(a, review, "school")
    perform(done, "nil_return", by=a.author, today=TODAY, name="N", role="R")
    perform(done, "accept", by=a.staff, today=TODAY)
    late, early = make.asked(a, review, "hospital"), make.asked(a, review, "police")
    perform(early, "extend", by=a.staff, today=TODAY, due_on=TODAY + 9 * DAY, words="Ill")
    actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["icb"])
    fresh = RapidReview.objects.prefetch_related("requests__agency").get()
    rows = board(fresh, {}, a.staff, TODAY)
    assert [row.request.pk for row in rows[:2]] == [late.pk, early.pk]
    assert [row.tag for row in rows] == [
        "waiting for the agency", "waiting for the agency", "to do", "done",
    ]  # fmt: skip


def test_it_is_said_in_words_when_all_have_answered(a, review):
    assert in_a_sentence(review.requests.all()) == "No agency has been asked yet."
    one, two = make.asked(a, review, "school"), make.asked(a, review, "hospital")
    assert in_a_sentence(review.requests.all()) == "2 of 2 have not answered yet."
    perform(one, "nil_return", by=a.author, today=TODAY, name="N", role="R")
    assert in_a_sentence(review.requests.all()) == "1 of 2 has not answered yet."
    perform(two, "record_answer", by=a.staff, today=TODAY, summary={"summary": "By telephone."})
    assert in_a_sentence(review.requests.all()) == "All answered: 2 of 2. 1 of them had no involvement."
    assert "All answered: 2 of 2." in Browser(a.chair).get(room(review)).words


def test_one_press_puts_a_suggested_agency_on_the_board(a, review):
    staff = Browser(a.staff)
    words = staff.get(room(review)).words
    assert "A statutory partner: what the police knew of the people in the home." in words
    assert "Named by the referral of" in words
    assert "Example health visiting" not in words
    staff.post(
        reverse("rapid-review-add_requests", args=[review.ref]),
        {"agencies": str(a.agencies["police"].pk), "version": "1", "nonce": "once"},
    )
    assert staff.went_to == room(review)
    assert [r.agency_id for r in review.requests.all()] == [a.agencies["police"].pk]
    assert "what the police knew" not in staff.get(room(review)).words


def test_where_several_agencies_are_of_the_kind_one_is_chosen(a, review):
    second = Agency.objects.create(name="Second Hospital", type=AgencyType.ACUTE_TRUST)
    second.partnerships.add(a.partnership)
    words = Browser(a.staff).get(room(review)).words
    assert "Which?" in words
    assert "Second Hospital" in words


def test_where_no_agency_of_the_kind_works_with_the_partnership_that_is_said(a, review):
    words = Browser(a.staff).get(room(review)).words
    assert "Nobody of these kinds works with the partnership yet" in words


def test_not_asking_needs_a_reason_which_is_shown_and_ends_the_suggestion(a, review):
    staff, address = Browser(a.staff), reverse("rapid-review-not_ask", args=[review.ref])
    page = staff.get(f"{address}?kind=gp")
    assert page.sends["agency_type"] == "gp"
    staff.post(address, {**page.sends, "words": " "}, status=422)
    staff.post(address, {**page.sends, "words": "The ICB answers for the practices."})
    assert [(row.agency_type, row.reason, row.by) for row in NotAsked.objects.all()] == [
        ("gp", "The ICB answers for the practices.", a.staff)
    ]
    shown = staff.get(room(review)).words
    assert "The ICB answers for the practices." in shown
    assert "Nearly every child and parent is known to a GP." not in shown
    assert "The ICB answers for the practices." in Browser(a.chair).get(room(review)).words


def test_agencies_named_in_an_answer_become_suggestions(a, review):
    request = make.written(
        a, make.asked(a, review), others={"items": [{"agency_type": "sports", "name": "A club"}]}
    )
    actions.answer_request(request, by=a.author, today=TODAY, signed_by="Person Ten", signed_role="Head")
    words = Browser(a.staff).get(room(review)).words
    assert f"Sports organisation Named by {a.agencies['school'].name}." in words
    assert "A club" not in words


def test_only_who_may_add_agencies_is_shown_suggestions(a, review):
    assert "Whom else to ask" not in Browser(a.chair).get(room(review)).words


@pytest.mark.parametrize("many", [1, 12])
def test_the_board_costs_the_same_however_many_agencies_are_on_it(a, review, many, django_assert_num_queries):
    for number in range(many):
        agency = Agency.objects.create(name=f"School {number}", type=AgencyType.SCHOOL)
        agency.partnerships.add(a.partnership)
        actions.send(
            actions.add_request(review, by=a.staff, today=TODAY, agency=agency),
            by=a.staff, today=TODAY, due_on=TODAY + 5 * DAY,
        )  # fmt: skip
    staff = Browser(a.staff)
    staff.get(room(review))
    with django_assert_num_queries(18):
        staff.get(room(review))


# --- the rules ------------------------------------------------------------------------------------------------


def rules(a, name="asking-rules", *which):
    return reverse(name, args=[a.partnership.ref, *which])


def test_the_shipped_rules_are_in_force_until_somebody_changes_one(a):
    assert actions.rules_of(a.partnership) == list(SHIPPED)
    staff = Browser(a.staff)
    assert "These are the rules the system came with." in staff.get(rules(a)).words
    staff.fill(rules(a, "asking-rule-add"), fact="under_1", agency_type="faith", why="Baptisms.")
    assert actions.rules_of(a.partnership) == [*SHIPPED, AskRule("under_1", "faith", "Baptisms.")]
    assert "These are your own rules." in staff.get(rules(a)).words
    assert actions.rules_of(make.area("Otherham").partnership) == list(SHIPPED)


def test_a_rule_is_removed_and_the_shipped_ones_can_be_had_back(a):
    staff = Browser(a.staff)
    staff.fill(rules(a, "asking-rule-remove", "always", "gp"))
    assert ("always", "gp") not in {(r.fact, r.agency_type) for r in actions.rules_of(a.partnership)}
    staff.get(rules(a, "asking-rule-remove", "always", "gp"), status=404)
    staff.fill(rules(a, "asking-rules-ship"))
    assert actions.rules_of(a.partnership) == list(SHIPPED)
    assert not SuggestionRule.objects.exists()


def test_one_rule_says_one_thing_and_the_last_one_stays(a):
    staff = Browser(a.staff)
    shown = staff.fill(rules(a, "asking-rule-add"), status=422, fact="always", agency_type="gp", why="Again.")
    assert "There is a rule for this already." in shown.words
    actions.remove_rule(a.partnership, by=a.staff, fact="always", agency_type="gp")
    SuggestionRule.objects.exclude(pk=SuggestionRule.objects.first().pk).delete()
    last = SuggestionRule.objects.get()
    with pytest.raises(Refused, match="last rule"):
        actions.remove_rule(a.partnership, by=a.staff, fact=last.fact, agency_type=last.agency_type)


def test_nobody_but_the_partnerships_staff_keeps_its_rules(a):
    other = make.area("Otherham")
    for person in (other.staff, a.chair, a.sysadmin):
        Browser(person).get(rules(a), status=404)
        with pytest.raises(Refused):
            actions.ship_rules(a.partnership, by=person)

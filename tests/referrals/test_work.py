"""Your work: each role meets what waits for it, in date order, and nothing that is not theirs to see."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from cspr.accounts.roles import Role
from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Referral
from referrals.views.work import Item, _sources, work_from
from tests import factories as make
from tests.referrals.browse import Browser, Page

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
WORK = "/work/"
HEADINGS = (
    "Late",
    "Due today or within two working days",
    "Waiting for you",
    "Waiting for others",
    "Recent changes",
)


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a() -> make.Area:
    return make.area()


def on(day: dt.date) -> time_machine.travel:
    """Nine in the morning of that day."""
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False)


def work(user) -> dict[str, list[Item]]:
    """The groups of a person's page, by name."""
    browser = Browser(user)
    response = browser.client.get(WORK)
    assert response.status_code == 200
    return {name: response.context[name] for name in ("late", "soon", "mine", "others")}


def said(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.words, item.about) for item in items]


def proposed(a: make.Area, case: Case, **changes):
    return actions.propose(
        case,
        by=a.staff,
        today=TODAY,
        kind="notify",
        outcome="notify",
        grounds={},
        reasons="Because.",
        **changes,
    )


# --- agencies ---------------------------------------------------------------------------------------------


def test_a_referrer_meets_drafts_returns_and_what_is_with_the_partnership(a):
    make.draft(a)
    make.sent(a)
    returned = make.sent(a)
    perform(
        returned,
        "return_incomplete",
        by=a.staff,
        today=TODAY,
        due_on=TODAY + dt.timedelta(days=1),
        marks=[{"section": "incident", "field": "narrative", "reason": "missing_mandatory", "comment": ""}],
    )
    own = work(a.referrer)
    assert [item.words for item in own["soon"]] == [
        "Complete the answers that were marked, and send it again"
    ]
    assert [item.words for item in own["mine"]] == ["Finish your referral and send it"]
    assert [(item.words, item.waits_for) for item in own["others"]] == [("Your referral", "the partnership")]
    assert own["soon"][0].url == reverse("referral", args=[returned.ref])


def test_a_safeguarding_lead_meets_what_waits_for_their_signature(a):
    a.partnership.lead_signs_off = True
    a.partnership.save()
    drafted = Referral.objects.get(pk=make.draft(a).pk)
    perform(drafted, "send_to_lead", by=a.referrer, today=TODAY)
    assert [i.words for i in work(a.safeguarding_lead)["mine"]] == [
        "Check a referral of your agency and send it on"
    ]
    assert [i.waits_for for i in work(a.referrer)["others"]] == ["your safeguarding lead"]


# --- staff ------------------------------------------------------------------------------------------------


def test_staff_meet_what_was_sent_what_to_propose_and_whom_to_tell(a):
    sent = make.sent(a).case.pseudonym
    considered = make.accepted(a).case.pseudonym
    decided = make.accepted(a).case
    make.decided(a, decided, "notify", "nfa")
    assert said(work(a.staff)["mine"]) == [
        ("Consider a referral: accept, return or link it", sent),
        ("Propose whether to notify the Panel", considered),
        ("Tell the referrer the outcome", decided.pseudonym),
    ]


def test_what_was_proposed_waits_for_others_by_name(a):
    case = make.accepted(a).case
    decision = proposed(a, case)
    assert [i.waits_for for i in work(a.staff)["others"]] == [
        "a view: Local authority, Integrated care board, Police"
    ]
    for partner in ("la", "icb", "police"):
        decision = perform(
            decision, "give_view", by=a.people[partner], today=TODAY, partner=partner, view="agree", reason=""
        )
    assert [i.waits_for for i in work(a.staff)["others"]] == ["the chair’s approval"]


def test_a_request_to_withdraw_comes_before_the_referral_itself(a):
    referral = make.sent(a)
    perform(referral, "ask_to_withdraw", by=a.referrer, today=TODAY, words="Sent in error.")
    assert [i.words for i in work(a.staff)["mine"]] == ["Decide on a request to withdraw"]


def test_dates_come_near_are_due_and_are_late(a):
    case = make.accepted(a).case
    names = ("Serious incident notification", "Telling the safeguarding partners")
    assert [name for name in names if name in [i.words for i in work(a.staff)["soon"]]] == []
    for day, group in (
        (dt.date(2026, 11, 24), "soon"),
        (dt.date(2026, 11, 26), "soon"),
        (dt.date(2026, 11, 27), "late"),
    ):
        with on(day):
            found = {i.words: i for i in work(a.staff)[group]}
            assert [found[name].about for name in names] == [case.pseudonym] * 2


def test_a_late_date_says_so_in_words_and_how_late(a):
    make.accepted(a)
    with on(dt.date(2026, 11, 30)):
        words = Browser(a.staff).get(WORK).words
    assert "late Due Thursday 26 November 2026, 2 working days ago set by guidance (day 7)" in words


def test_a_date_that_runs_says_which_day_it_is_of_how_many(a):
    make.accepted(a)
    with on(dt.date(2026, 11, 26)):
        words = Browser(a.staff).get(WORK).words
    assert "Due Thursday 26 November 2026, today set by guidance (day 5 of 5)" in words


def test_what_was_met_or_stopped_is_on_nobodys_list(a):
    case = make.accepted(a).case
    make.decided(a, case, "notify", "nfa")
    with on(dt.date(2027, 1, 4)):
        assert work(a.staff)["late"] == []


# --- partners and chair -----------------------------------------------------------------------------------


def test_a_partner_gives_a_view_and_then_it_waits_for_others(a):
    case = make.accepted(a).case
    decision = proposed(a, case)
    assert said(work(a.icb)["mine"]) == [
        ("Give your partner’s view: whether to notify the Panel", case.pseudonym)
    ]
    perform(decision, "give_view", by=a.icb, today=TODAY, partner="icb", view="agree", reason="")
    own = work(a.icb)
    assert (own["mine"], [i.waits_for for i in own["others"]]) == (
        [],
        ["a view: Local authority, Police"],
    )


def test_the_chair_approves_what_has_its_three_views_and_did_not_propose(a):
    case = make.accepted(a).case
    decision = proposed(a, case)
    assert work(a.chair)["mine"] == []
    for partner in ("la", "icb", "police"):
        decision = perform(
            decision, "give_view", by=a.people[partner], today=TODAY, partner=partner, view="agree", reason=""
        )
    assert said(work(a.chair)["mine"]) == [
        ("Approve or send back: whether to notify the Panel", case.pseudonym)
    ]


def test_what_was_sent_back_waits_for_its_proposer(a):
    case = make.accepted(a).case
    perform(proposed(a, case), "send_back", by=a.chair, today=TODAY, words="Say more.")
    assert [i.words for i in work(a.staff)["mine"]] == [
        "Change the proposal that was sent back: whether to notify the Panel"
    ]
    assert [i.waits_for for i in work(a.colleague)["others"]] == [a.staff.name]


def test_a_conflict_takes_everything_of_the_case_off_the_page(a):
    case = make.accepted(a).case
    proposed(a, case)
    perform(Case.objects.get(pk=case.pk), "declare_conflict", by=a.icb, today=TODAY, words="I know them.")
    with on(dt.date(2026, 12, 1)):
        page = Browser(a.icb).get(WORK)
    assert case.pseudonym not in page.words
    assert "Nothing waits for you." in page.words


def test_a_restricted_case_is_on_the_page_of_its_people_only(a):
    case = make.accepted(a).case
    perform(Case.objects.get(pk=case.pk), "restrict", by=a.staff, today=TODAY, words="Known to many.")
    newcomer = make.person(a.partnership, Role.STAFF)
    with on(dt.date(2026, 12, 1)):
        assert (
            case.pseudonym in Browser(a.staff).get(WORK).words,
            case.pseudonym in Browser(newcomer).get(WORK).words,
        ) == (True, False)


def test_another_partnerships_work_is_not_shown(a):
    make.accepted(a)
    other = make.area().staff
    assert work(other) == {"late": [], "soon": [], "mine": [], "others": []}


# --- the page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["panel_member", "sysadmin", "dpo", "reviewer", "author"])
def test_an_empty_page_says_so(a, who):
    make.accepted(a)
    assert "Nothing waits for you." in Browser(a.people[who]).get(WORK).words


def test_an_empty_page_names_the_next_date(a):
    make.accepted(a)
    words = Browser(a.police).get(WORK).words
    assert "Nothing waits for you. Next date: Serious incident notification" in words
    assert "Thursday 26 November 2026, in 3 working days" in words


def test_the_groups_come_in_their_order_and_items_by_date(a):
    for _ in range(2):
        make.accepted(a)
    proposed(a, Case.objects.first())
    with on(dt.date(2026, 11, 27)):
        page = Browser(a.staff).get(WORK)
        late = work(a.staff)["late"]
    places = [page.words.index(f" {heading} ") for heading in HEADINGS if f" {heading} " in page.words]
    assert places == sorted(places)
    assert [i.due_on for i in late] == sorted(i.due_on for i in late)


def test_recent_changes_say_what_happened(a):
    case = make.accepted(a).case
    perform(Case.objects.get(pk=case.pk), "rename", by=a.staff, today=TODAY, pseudonym="Hazel")
    assert "Hazel : The case was given another name" in Browser(a.staff).get(WORK).words


def test_reviews_add_their_own(a):
    def theirs(user, today):
        yield Item("Answer a request", "/requests/1/", "Ash", due_on=today, since=today)

    try:
        work_from(theirs)
        work_from(theirs)
        assert said(work(a.author)["soon"]) == [("Answer a request", "Ash")]
    finally:
        _sources.remove(theirs)


def test_nobody_is_shown_the_page_without_signing_in(client):
    assert client.get(WORK).status_code == 302


def test_every_item_leads_somewhere_the_person_may_go(a):
    make.draft(a)
    make.sent(a)
    proposed(a, make.accepted(a).case)
    with on(dt.date(2026, 11, 27)):
        for who in ("referrer", "staff", "chair", "la"):
            browser = Browser(a.people[who])
            page: Page = browser.get(WORK)
            for url in {
                u for u in page.links.values() if u.startswith(("/cases/", "/decisions/", "/referrals/"))
            }:
                assert (who, url, browser.client.get(url).status_code) == (who, url, 200)

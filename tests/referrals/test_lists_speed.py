"""Lists, the case page and your work ask a fixed number of statements, however much there is."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cspr.accounts.models import Membership
from cspr.accounts.roles import Role
from cspr.audit.log import record
from referrals.actions import propose
from referrals.models import Case, CaseMember, Conflict, Deadline, Decision, Notification, Referral
from referrals.states import Stage
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
FEW, SOME, MANY = 25, 250, 2500
LISTS = ("/cases/", "/cases/?due=soon", "/cases/?stage=notification", "/cases/access/")


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a() -> make.Area:
    return make.area()


def many_cases(a: make.Area, number: int) -> list[Case]:
    """Cases as rows, made at once: with a clock, people, a referral being considered and an open question."""
    now = timezone.now()
    cases = Case.objects.bulk_create(
        Case(
            partnership=a.partnership,
            pseudonym=f"Tree {n}",
            stage=Stage.NOTIFICATION,
            la_aware_on=TODAY,
            last_event_at=now - dt.timedelta(minutes=n),
            next_due_on=TODAY + dt.timedelta(days=n % 20 - 5),
        )
        for n in range(number)
    )
    Notification.objects.bulk_create(Notification(case=case) for case in cases)
    Deadline.objects.bulk_create(row for case in cases for row in clocks(case))
    people = {a.staff: Role.STAFF, a.chair: Role.CHAIR, a.la: Role.PARTNER, a.icb: Role.PARTNER}
    CaseMember.objects.bulk_create(
        CaseMember(case=case, user=user, capacity=role, starts_on=TODAY, granted_by=a.staff)
        for case in cases
        for user, role in people.items()
    )
    Referral.objects.bulk_create(
        Referral(
            partnership=a.partnership,
            agency=a.agencies["hospital"],
            referrer=a.referrer,
            state="triage",
            case=case,
            received_on=TODAY,
            accepted_on=TODAY,
            answers=make.answers(),
        )
        for case in cases
    )
    Decision.objects.bulk_create(
        Decision(
            case=case,
            kind="notify",
            outcome="notify",
            reasons="Because.",
            proposed_by=a.staff,
            proposed_on=TODAY,
        )
        for case in cases[::2]
    )
    return cases


def clocks(case: Case) -> Iterable[Deadline]:
    for code, name in (
        ("SIN_5WD", "Serious incident notification"),
        ("SIN_TO_PARTNERS_5WD", "Telling the partners"),
    ):
        yield Deadline(
            ref=f"{case.ref}:{code}",
            partnership_id=case.partnership_id,
            case=case,
            code=code,
            name=name,
            trigger_on=TODAY,
            trigger_source="Recorded",
            due_on=case.next_due_on,
            force="guidance",
            rule_set="WT2023",
            counting="5 working days",
        )


def statements(browser: Browser, url: str) -> list[str]:
    """What the second look at a page asks of the database (the first marks the session as used)."""
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    return [query["sql"] for query in asked]


@pytest.mark.parametrize("who", ["staff", "chair", "la"])
def test_who_may_is_asked_in_three_statements_at_most_on_the_page_of_a_case(a, who):
    (case,) = many_cases(a, 1)
    of_access = {model._meta.db_table for model in (Membership, CaseMember, Conflict)}
    asked = [table_of(sql) for sql in statements(Browser(getattr(a, who)), f"/cases/{case.ref}/")]
    assert "referrals_case" in asked
    assert 1 <= len([table for table in asked if table in of_access]) <= 3, asked


def table_of(sql: str) -> str:
    """The table whose rows a statement is for: the first it names outside every bracket."""
    while (outside := re.sub(r"\([^()]*\)", "", sql)) != sql:
        sql = outside
    found = re.search(r' FROM "(\w+)"', sql)
    return found[1] if found else ""


def measured(a: make.Area, look: Callable[[], int]) -> list[int]:
    counts = []
    for target in (FEW, SOME, MANY):
        many_cases(a, target - Case.objects.count())
        counts.append(look())
    return counts


@pytest.mark.parametrize("url", LISTS)
def test_a_list_asks_at_most_ten_statements_none_of_them_twice_at_any_size(a, url):
    staff = Browser(a.staff)

    def look() -> int:
        asked = statements(staff, url)
        assert [sql for sql, times in Counter(asked).items() if times > 1] == []
        assert [sql for sql in asked if "COUNT(" in sql or "OFFSET" in sql] == []
        return len(asked)

    counts = measured(a, look)
    assert (len(set(counts)), counts[0] <= 10) == (1, True), counts


@pytest.mark.parametrize("url", LISTS)
def test_twenty_five_rows_are_at_most_sixty_kilobytes(a, url):
    many_cases(a, SOME)
    staff = Browser(a.staff)
    response = staff.client.get(url)
    assert len(response.context["page"].items) == 25
    assert len(response.content) <= 60_000


def test_paging_through_the_list_meets_every_case_once(a):
    cases = many_cases(a, 80)
    staff, seen, url = Browser(a.staff), [], "/cases/"
    while url:
        response = staff.client.get(url)
        seen += [case.ref for case in response.context["page"].items]
        cursor = response.context["page"].next_cursor
        url = f"/cases/?after={cursor}" if cursor else ""
    assert seen == [case.ref for case in cases]


def test_a_later_page_asks_no_more_than_the_first(a):
    many_cases(a, SOME)
    staff = Browser(a.staff)
    cursor = staff.client.get("/cases/").context["page"].next_cursor
    assert len(statements(staff, f"/cases/?after={cursor}")) == len(statements(staff, "/cases/"))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("stage=rapid_review", []),
        ("stage=notification&due=late", ["Tree 0", "Tree 1", "Tree 2", "Tree 3", "Tree 4"]),
        ("q=tree+7", ["Tree 7"]),
        ("restricted=yes", ["Tree 9"]),
        ("stage=nonsense&due=nonsense&after=nonsense&q=Tree+8", ["Tree 8"]),
    ],
)
def test_filters_live_in_the_address(a, query, rows):
    cases = many_cases(a, 10)
    Case.objects.filter(pk=cases[9].pk).update(restricted=True)
    page = Browser(a.staff).client.get(f"/cases/?{query}").context["page"]
    assert [case.pseudonym for case in page.items] == rows


def test_of_the_clocks_of_single_agencies_a_list_names_the_late_one_and_no_other(a):
    case = many_cases(a, 1)[0]
    Deadline.objects.filter(case=case).update(met_on=TODAY)
    for key, due in (("late", TODAY - dt.timedelta(days=1)), ("early", TODAY + dt.timedelta(days=9))):
        row = next(iter(clocks(case)))
        row.ref, row.code, row.key, row.name, row.due_on = key, "INFO_REQUEST", key, f"Answer: {key}", due
        row.save()
    page = Browser(a.staff).client.get("/cases/?due=late").context
    assert [(case.pseudonym, [clock.name for clock in clocks]) for case, clocks in page["rows"]] == [
        ("Tree 0", ["Answer: late"])
    ]


def test_a_chosen_filter_is_named_and_taken_away_by_a_link(a):
    many_cases(a, 3)
    page = Browser(a.staff).get("/cases/?stage=notification&q=Tree")
    removing = {words: url for words, url in page.links.items() if words.startswith("Remove this filter")}
    assert removing == {
        "Remove this filter: Name or reference of the case: Tree ×": "?stage=notification",
        "Remove this filter: Stage: Notification ×": "?q=Tree",
    }


def test_the_list_is_for_those_who_may_know_of_cases(a):
    many_cases(a, 3)
    assert [
        Browser(a.people[who]).client.get("/cases/").status_code for who in ("referrer", "sysadmin", "dpo")
    ] == [404] * 3
    assert list(Browser(a.police).client.get("/cases/").context["page"].items) == []
    assert list(Browser(make.area().staff).client.get("/cases/").context["page"].items) == []


# --- the case page ----------------------------------------------------------------------------------------


def events(a: make.Area, case: Case, number: int) -> None:
    for n in range(number):
        record(
            partnership=a.partnership, kind="case.rename", by=a.staff, case_ref=case.ref, words=f"Reason {n}"
        )


@pytest.mark.parametrize("who", ["staff", "chair", "la"])
def test_the_case_page_asks_at_most_sixteen_with_two_hundred_events_and_any_number_of_cases(a, who):
    case = make.drafted(a).case
    browser = Browser(a.people[who])
    alone = statements(browser, f"/cases/{case.ref}/")
    events(a, case, 200)
    many_cases(a, MANY)
    crowded = statements(browser, f"/cases/{case.ref}/")
    assert [sql for sql, times in Counter(crowded).items() if times > 1] == []
    assert (len(crowded), len(crowded) <= 16) == (len(alone), True)


@pytest.mark.parametrize("stage", ["drafted", "practice_review", "fact_checked", "sent_before_publication"])
def test_the_case_page_asks_at_most_sixteen_at_every_stage_and_two_more_of_whoever_may_release(a, stage):
    case = getattr(make, stage)(a).case
    asked = [
        len(statements(Browser(a.people[who]), f"/cases/{case.ref}/"))
        for who in ("chair", "la", "staff", "colleague")
    ]
    # Staff may propose the release of what is sent, so signatures, promises and figures are looked at, too.
    assert (max(asked[:2]) <= 16, max(asked[2:]) <= 18) == (True, True), asked


def test_the_case_page_asks_at_most_sixteen_with_an_open_question(a):
    review, referral = make.fact_checked(a), make.accepted(a)
    for case, kind in ((review.case, "publication"), (referral.case, "notify")):
        outcome = {"publication": "publish", "notify": "notify"}[kind]
        propose(case, by=a.staff, today=TODAY, kind=kind, outcome=outcome, grounds={}, reasons="Because.")
        asked = [
            len(statements(Browser(a.people[who]), f"/cases/{case.ref}/")) for who in ("staff", "chair", "la")
        ]
        assert max(asked) <= 16, asked


def test_the_history_asks_the_same_for_two_hundred_events(a):
    case = make.accepted(a).case
    staff = Browser(a.staff)
    few = len(statements(staff, f"/cases/{case.ref}/events/"))
    events(a, case, 200)
    assert (len(statements(staff, f"/cases/{case.ref}/events/")), few <= 10) == (few, True)


# --- your work --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["staff", "chair", "la", "referrer"])
def test_your_work_asks_at_most_thirteen_at_any_size(a, who):
    browser = Browser(a.people[who])

    def look() -> int:
        asked = statements(browser, "/work/")
        assert [sql for sql, times in Counter(asked).items() if times > 1] == []
        return len(asked)

    counts = measured(a, look)
    assert (len(set(counts)), counts[0] <= 13) == (1, True), counts

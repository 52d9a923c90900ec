"""The list of referrals: narrowed by its address, one page at a time, each to whom it may concern."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cspr.accounts.models import Agency
from cspr.accounts.roles import Role
from referrals import actions
from referrals.models import Referral
from tests import factories as make
from tests.referrals.browse import Browser, part, verb

pytestmark = pytest.mark.django_db


# --- what it costs ----------------------------------------------------------------------------------------


def count(django_assert_max_num_queries: Any, browser: Browser, url: str, most: int) -> list[str]:
    with django_assert_max_num_queries(most) as asked:
        browser.get(url)
    return [query["sql"] for query in asked.captured_queries]


def test_the_list_is_one_page_whatever_the_number_of_referrals(
    a: make.Area, django_assert_max_num_queries: Any
) -> None:
    staff, sizes = Browser(a.staff), []
    staff.get(reverse("referrals"))  # what a process remembers is not counted
    for number in (3, 30):
        for _ in range(number):
            make.sent(a)
        statements = count(django_assert_max_num_queries, staff, reverse("referrals"), 10)
        assert len(statements) == len(set(statements)), "a statement is repeated"
        sizes.append(len(statements))
    assert sizes[0] == sizes[1]
    assert staff.size <= 60 * 1024
    assert len(staff.context["rows"]) == 25
    assert "Next page" in staff.get(reverse("referrals")).links


def test_the_pages_of_the_list_show_every_referral_once(a: make.Area) -> None:
    refs = {make.sent(a).ref for _ in range(28)}
    staff, seen, address = Browser(a.staff), [], reverse("referrals")
    while address:
        staff.get(address)
        seen += [row.ref for row, _ in staff.context["rows"]]
        cursor = staff.context["page"].next_cursor
        address = f"{reverse('referrals')}?after={cursor}" if cursor else ""
    assert sorted(seen) == sorted(refs)


@pytest.mark.parametrize(
    "query",
    ["state=nowhere", "agency=999999999999999999999", "agency=x", "ref=%00", "ref=abc", "route=%F0%9F%98%80",
     "after=" + "A" * 600, "after=%00%00", "state=draft&state=triage"],
)  # fmt: skip
def test_a_nonsense_filter_finds_nothing_and_breaks_nothing(a: make.Area, query: str) -> None:
    make.sent(a)
    Browser(a.staff).get(f"{reverse('referrals')}?{query}")


def test_the_list_is_narrowed_by_what_stands_in_the_address(a: make.Area) -> None:
    one, other = make.sent(a), make.accepted(a)
    staff = Browser(a.staff)
    assert refs(staff, "state=triage") == [other.ref]
    assert refs(staff, f"ref={one.ref.lower().replace('-', '%20')}") == [one.ref]
    assert refs(staff, f"ref={one.ref[:8]}") == []
    assert refs(staff, f"agency={a.agencies['hospital'].pk}&route=online") == [other.ref, one.ref]
    assert refs(staff, f"agency={a.agencies['school'].pk}") == []
    page = staff.get(f"{reverse('referrals')}?state=triage")
    assert page.links["Remove this filter: Where it stands: Being considered ×"] == reverse("referrals")


def refs(browser: Browser, query: str) -> list[str]:
    browser.get(f"{reverse('referrals')}?{query}")
    return [row.ref for row, _ in browser.context["rows"]]


def test_an_empty_list_says_why_and_what_to_do(a: make.Area, mine: Browser) -> None:
    assert "You have no referrals yet." in mine.get(reverse("referrals")).words
    make.sent(a)
    assert "No referral fits these filters." in mine.get(f"{reverse('referrals')}?state=withdrawn").words


def test_the_agency_sees_its_own_referrals_by_the_childs_name_and_staff_by_the_cases_name(
    a: make.Area, mine: Browser
) -> None:
    referral = make.sent(a)
    make_other(a)
    assert "Synthetic Child" in mine.get(reverse("referrals")).links
    assert refs(mine, "") == [referral.ref]
    staff = Browser(a.staff).get(reverse("referrals"))
    assert "Synthetic Child" not in staff.words
    assert referral.case is not None
    assert referral.case.pseudonym in staff.links


def make_other(a: make.Area) -> Referral:
    """A referral by another agency of the same partnership."""
    school: Agency = a.agencies["school"]
    teacher = make.person(a.partnership, Role.REFERRER, school)
    referral = actions.start(by=teacher, partnership=a.partnership, agency=school, today=make.TODAY)
    for section, given in make.answers().items():
        referral = actions.write(referral, by=teacher, today=make.TODAY, section=section, answers=given)
    return actions.submit(referral, by=teacher, today=make.TODAY)


def test_the_form_costs_the_same_however_much_is_written(
    a: make.Area, django_assert_max_num_queries: Any
) -> None:
    referral, mine = make.draft(a), Browser(a.referrer)
    for address in (
        reverse("referral-form", args=[referral.ref]),
        part(referral, "children", 1),
        verb(referral, "submit"),
    ):
        count(django_assert_max_num_queries, mine, address, 12)

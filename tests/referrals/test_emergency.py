"""Opening a case in an emergency: who can, what it opens and for how long, who hears of it, and what ends it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.documents.access import why_not_read
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.subjects import visible_pairs
from cspr.workflow import Refused, perform, why_not
from referrals import actions, permissions
from referrals.emergency import HOURS
from referrals.models import Case, Conflict, EmergencyAccess, Referral
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
CHILD = "Synthetic Child"
SAID = {"reason_code": "danger", "words": "The ward rang about a sibling.", "hours": "2"}


@pytest.fixture
def case(a: make.Area) -> Case:
    return make.accepted(a).case


@pytest.fixture
def colleague(a: make.Area) -> User:
    """Another chair of the partnership, who is on no list."""
    return make.person(a.partnership, Role.CHAIR, name="Another Chair")


@pytest.fixture
def worker(a: make.Area) -> User:
    return make.person(a.partnership, Role.STAFF, name="Another Worker")


def opened(case: Case, by: User, hours: int = 4) -> EmergencyAccess:
    return actions.open_in_emergency(
        case, by=by, today=TODAY, now=timezone.now(), hours=hours, reason_code="danger", words="A call"
    )


def fresh(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def reads_names(case: Case, user: User) -> bool:
    found = Case.objects.visible_to(fresh(user)).filter(pk=case.pk).first()
    return found is not None and permissions.see_identity(found, fresh(user)) is None


# --- asking -----------------------------------------------------------------------------------------------


def test_somebody_who_knows_the_reference_says_why_and_reads_the_case_with_its_names(
    a: make.Area, case: Case, colleague: User
) -> None:
    browser = Browser(colleague)
    browser.get(case.get_absolute_url(), 404)
    browser.fill(reverse("emergency-which"), ref=f" {case.ref.lower()} ")
    asking = browser.went_to
    page = browser.get(asking)
    assert case.pseudonym not in page.words
    assert a.chair.name in page.words
    assert a.dpo.name in page.words
    browser.fill(asking, **SAID)
    assert browser.went_to == case.get_absolute_url()
    page = browser.get(case.get_absolute_url())
    assert "You opened this case in an emergency" in page.words
    assert CHILD in browser.get(reverse("case-people", args=[case.ref])).words
    referral = case.referrals.get()
    assert CHILD in browser.get(referral.get_absolute_url()).words
    browser.get(asking, 302)  # it is open already


def test_whoever_is_on_the_staff_is_led_there_from_the_case_page(case: Case, worker: User) -> None:
    browser = Browser(worker)
    page = browser.get(case.get_absolute_url())
    browser.fill(page.links["Open them in an emergency"], **SAID)
    assert CHILD in browser.get(reverse("case-people", args=[case.ref])).words
    assert "Open them in an emergency" not in browser.get(case.get_absolute_url()).links


def test_every_reference_that_cannot_be_opened_gets_the_same_bytes(
    a: make.Area, case: Case, colleague: User, settings: Any
) -> None:
    settings.MFA_REQUIRED = False
    elsewhere = make.accepted(make.area("Otherham")).case
    restricted, conflicted = make.accepted(a).case, make.accepted(a).case
    perform(restricted, "restrict", by=a.staff, today=TODAY, words="A colleague’s family")
    perform(conflicted, "record_conflict", by=a.staff, today=TODAY, user=colleague, words="A relative")
    browser = Browser(colleague)
    answers, pages = set(), set()
    for ref in ("33333-33333", elsewhere.ref, restricted.ref, conflicted.ref):
        browser.client.cookies.clear()
        browser.client.force_login(colleague, backend="cspr.accounts.backends.People")
        page = browser.client.post(reverse("emergency-which"), {"ref": ref})
        assert page.status_code == 422
        answers.add(masked(page, ref))
        asked = browser.client.get(reverse("emergency-open", args=[ref]))
        assert asked.status_code == 404
        pages.add(masked(asked, ref))
    assert (len(answers), len(pages)) == (1, 1)
    assert browser.client.post(reverse("emergency-which"), {"ref": case.ref}).status_code == 302


def masked(response: Any, ref: str) -> str:
    page = response.content.decode().replace(ref, "…")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_it_asks_to_sign_in_again(case: Case, worker: User) -> None:
    browser = Browser(worker)
    session = browser.client.session
    session["started_at"] = 1
    session["account_authentication_methods"] = [{"method": "password", "at": 1.0}]
    session.save()
    browser.get(reverse("emergency-open", args=[case.ref]), 302)
    assert "/account/" in browser.client.get(reverse("emergency-open", args=[case.ref]))["Location"]
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("who", ["staff", "chair", "la", "referrer", "dpo", "sysadmin", "reviewer"])
def test_on_the_list_it_is_not_needed_and_in_other_roles_nobody_can(
    a: make.Area, case: Case, who: str
) -> None:
    with pytest.raises(Refused):
        opened(case, a.people[who])


@pytest.mark.parametrize(
    "wrong", [{"hours": 5}, {"hours": 0}, {"words": " "}, {"reason_code": "curious"}, {"reason_code": ""}]
)
def test_without_a_reason_or_for_longer_it_is_refused(
    case: Case, colleague: User, wrong: dict[str, Any]
) -> None:
    given = {"hours": 1, "reason_code": "nobody", "words": "A call"} | wrong
    with pytest.raises(Refused):
        actions.open_in_emergency(case, by=colleague, today=TODAY, now=timezone.now(), **given)
    assert not EmergencyAccess.objects.exists()
    assert max(HOURS) == 4


def test_where_nobody_would_hear_of_it_nothing_opens(a: make.Area, case: Case, colleague: User) -> None:
    case.members.filter(capacity=Role.CHAIR).delete()
    a.dpo.memberships.update(ends_on=TODAY - dt.timedelta(days=1))
    with pytest.raises(Refused, match="Nobody could be told"):
        opened(case, colleague)


def test_an_officer_in_conflict_does_not_count_as_somebody_who_hears_of_it(
    a: make.Area, case: Case, colleague: User
) -> None:
    Conflict.objects.create(case=case, user=a.dpo, declared_on=TODAY, recorded_by=a.dpo, reason="A relative")
    case.members.filter(capacity=Role.CHAIR).delete()
    with pytest.raises(Refused, match="Nobody could be told"):
        opened(case, colleague)


def test_the_same_form_sent_twice_opens_it_once(case: Case, colleague: User) -> None:
    browser = Browser(colleague)
    address = reverse("emergency-open", args=[case.ref])
    sent = {**browser.get(address).sends, **SAID}
    for _ in range(2):
        browser.post(address, sent)
        assert browser.went_to == case.get_absolute_url()
    assert EmergencyAccess.objects.count() == 1


# --- what it opens ----------------------------------------------------------------------------------------


def test_it_lets_nobody_do_anything_or_take_a_copy(a: make.Area, case: Case, colleague: User) -> None:
    opened(case, colleague)
    seen = Case.objects.visible_to(fresh(colleague)).get()
    referral = Referral.objects.visible_to(fresh(colleague)).get()
    assert why_not_read(referral, fresh(colleague), "referral") is not None
    assert why_not_read(seen, fresh(colleague), "attachment") is not None
    for verb in ("rename", "restrict", "grant_access", "close", "set_legal_hold", "record_conflict"):
        assert why_not(seen, verb, fresh(colleague)) is not None
    for verb in ("ask_more", "withdraw"):
        assert why_not(referral, verb, fresh(colleague)) is not None


def test_it_puts_no_decision_on_the_desk_of_a_chair(a: make.Area, case: Case, colleague: User) -> None:
    opened(case, colleague)
    assert list(Case.objects.filter(permissions.visible_cases(fresh(colleague), Role.CHAIR))) == []


# --- how it ends ------------------------------------------------------------------------------------------


def test_it_ends_by_itself_to_the_second(case: Case, colleague: User) -> None:
    access = opened(case, colleague, hours=1)
    with time_machine.travel(access.ends_at - dt.timedelta(seconds=1), tick=False):
        assert reads_names(case, colleague)
    with time_machine.travel(access.ends_at, tick=False):
        assert not reads_names(case, colleague)
        assert not Case.objects.visible_to(fresh(colleague)).exists()
        with pytest.raises(Refused, match="ended by itself"):
            perform(access, "end_emergency", by=colleague, today=TODAY)


@pytest.mark.parametrize("who", ["itself", "chair", "dpo"])
def test_the_person_the_chair_and_the_officer_can_end_it(
    a: make.Area, case: Case, colleague: User, who: str
) -> None:
    access = opened(case, colleague)
    by = colleague if who == "itself" else a.people[who]
    Browser(by).fill(reverse("emergency-end_emergency", args=[access.ref]))
    assert not reads_names(case, colleague)
    event = Event.objects.get(kind="emergencyaccess.end_emergency")
    assert (event.by, event.case_ref) == (by, case.ref)


@pytest.mark.parametrize("who", ["staff", "la", "sysadmin"])
def test_nobody_else_can_end_it(a: make.Area, case: Case, colleague: User, who: str) -> None:
    access = opened(case, colleague)
    with pytest.raises(Refused):
        perform(access, "end_emergency", by=a.people[who], today=TODAY)


def test_a_restriction_ends_it_for_good(a: make.Area, case: Case, colleague: User) -> None:
    opened(case, colleague)
    case = perform(case, "restrict", by=a.staff, today=TODAY, words="A colleague’s family")
    assert not reads_names(case, colleague)
    assert not EmergencyAccess.objects.visible_to(fresh(colleague)).exists()
    perform(case, "lift_restriction", by=a.chair, today=TODAY, words="Over")
    assert not reads_names(case, colleague)


def test_a_conflict_ends_it_for_good(a: make.Area, case: Case, colleague: User) -> None:
    opened(case, colleague)
    case = perform(case, "record_conflict", by=a.staff, today=TODAY, user=colleague, words="A relative")
    assert not reads_names(case, colleague)
    perform(case, "lift_conflict", by=a.chair, today=TODAY, user=colleague, words="A mistake")
    assert not reads_names(case, colleague)


def test_what_shuts_a_case_counts_at_the_next_request_even_if_nothing_was_ended(
    a: make.Area, case: Case, colleague: User, worker: User
) -> None:
    opened(case, colleague)
    opened(case, worker)
    Conflict.objects.create(
        case=case, user=colleague, declared_on=TODAY, recorded_by=a.staff, reason="A relative"
    )
    assert not reads_names(case, colleague)
    worker.memberships.update(ends_on=TODAY - dt.timedelta(days=1))
    assert not reads_names(case, worker)
    assert EmergencyAccess.objects.filter(ended_at=None).count() == 2


# --- who hears of it, and looks at it ---------------------------------------------------------------------


def test_the_chair_and_the_officer_hear_of_it_at_once_and_read_no_case_in_it(
    a: make.Area, case: Case, colleague: User
) -> None:
    access = opened(case, colleague)
    mails = OutgoingEmail.objects.filter(kind="opened_in_emergency")
    assert {mail.to for mail in mails} == {a.chair, a.dpo}
    assert {(mail.state, mail.immediate, mail.subject_ref) for mail in mails} == {
        (MailState.QUEUED, True, access.ref)
    }
    people = [(user, access.ref) for user in (a.chair, a.dpo, a.staff)]
    seen = visible_pairs("referrals.emergencyaccess", people)
    assert seen == {(a.chair.pk, access.ref), (a.dpo.pk, access.ref)}


def test_asking_is_on_record_with_its_reason(case: Case, colleague: User) -> None:
    opened(case, colleague, hours=2)
    event = Event.objects.get(kind="emergencyaccess.begin")
    assert (event.by, event.case_ref, event.by_role) == (colleague, case.ref, Role.CHAIR)
    assert (event.facts["reason"], event.facts["hours"]) == ("danger", 2)


def test_the_officer_sees_what_was_read_meanwhile_and_nothing_that_was_read_before_or_by_others(
    a: make.Area, case: Case, worker: User
) -> None:
    names = reverse("case-people", args=[case.ref])
    access = opened(case, worker, hours=1)
    Browser(worker).get(names)
    Browser(a.staff).get(names)
    later = access.ends_at + dt.timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        case.members.create(user=worker, capacity=Role.STAFF, starts_on=TODAY)
        Browser(worker).get(names)
        page = Browser(a.dpo).get(access.get_absolute_url())
    assert page.words.count("Names, dates of birth and addresses") == 1
    assert "A call" in page.words
    assert [name for name in (case.pseudonym, CHILD) if name in page.words] == []


def test_somebody_else_looks_at_it_and_says_what_they_found(
    a: make.Area, case: Case, colleague: User
) -> None:
    access = opened(case, colleague)
    assert "Look at who opened a case in an emergency" in Browser(a.chair).get(reverse("work")).links
    Browser(a.dpo).fill(reverse("emergency-look_at", args=[access.ref]), words="It was needed.")
    page = Browser(a.chair).get(access.get_absolute_url())
    assert "It was needed." in page.words
    assert "Look at who opened a case in an emergency" not in Browser(a.chair).get(reverse("work")).links
    with pytest.raises(Refused, match="has looked at it"):
        perform(access, "look_at", by=a.chair, today=TODAY, words="Again")


def test_a_chair_does_not_look_at_their_own(a: make.Area, case: Case, colleague: User) -> None:
    access = opened(case, colleague)
    case.members.create(user=colleague, capacity=Role.CHAIR, starts_on=TODAY)
    with pytest.raises(Refused, match="You opened the case yourself"):
        perform(access, "look_at", by=fresh(colleague), today=TODAY, words="All well")


def test_the_list_shows_each_their_own_and_those_they_look_after(
    a: make.Area, case: Case, colleague: User, worker: User
) -> None:
    opened(case, colleague)
    opened(case, worker)
    other = make.area("Otherham")
    opened(make.accepted(other).case, make.person(other.partnership, Role.STAFF, name="Far Away"))
    address = reverse("emergencies")

    def listed(user: User, query: str = "") -> set[str]:
        words = Browser(user).get(f"{address}{query}").words
        return {name for name in (colleague.name, worker.name, "Far Away") if f" {name} " in words}

    assert listed(a.dpo) == listed(a.chair) == {colleague.name, worker.name}
    assert listed(worker) == {worker.name}
    assert listed(a.staff) == set()
    assert listed(a.dpo, "?q=33333-33333") == set()
    Browser(a.la).get(address, 404)


def test_the_case_page_asks_no_more_of_the_database_than_before(
    a: make.Area, case: Case, worker: User, django_assert_max_num_queries: Any
) -> None:
    """Only while it is open one statement more, for when it ends."""
    address = case.get_absolute_url()
    Browser(worker).get(address)
    with django_assert_max_num_queries(60) as before:
        Browser(worker).get(address)
    opened(case, worker)
    Browser(worker).get(address)
    with django_assert_max_num_queries(60) as during:
        Browser(worker).get(address)
    assert len(during) <= len(before) + 1

"""What the table cannot say: see the section of that name in ``docs/access.md``."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cspr.accounts.models import Membership, User
from cspr.accounts.roles import CAPACITIES, THOSE, Role
from cspr.workflow import Refused, perform, why_not
from referrals import permissions
from referrals.models import Case, CaseMember, Decision, Notification, Referral
from reviews.models import InformationRequest
from tests import factories as make
from tests.access.cast import HELD, LONG_AGO, Browser, Town
from tests.access.scenes import CHILD, SCENES
from tests.access.trying import content, masked
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(town: Town) -> Town:
    town.move_in([])
    return town


def found(town: Town, scene: str, kind: type) -> Any:
    return next(thing for thing in SCENES[scene](town.here) if isinstance(thing, kind))


def also(town: Town, user: User, role: Role, agency: str = "") -> User:
    """One more role for somebody; the person as the next request knows them."""
    Membership.objects.create(
        user=user,
        partnership=town.here.partnership,
        role=role,
        agency=town.here.agencies[agency] if agency else None,
        starts_on=LONG_AGO,
    )
    return User.objects.get(pk=user.pk)


def listed(case: Case, user: User, capacity: Role) -> User:
    CaseMember.objects.update_or_create(
        case=case, user=user, capacity=capacity, defaults={"starts_on": LONG_AGO}
    )
    return User.objects.get(pk=user.pk)


# --- an agency's own --------------------------------------------------------------------------------------


def test_a_colleague_reads_what_was_sent_but_not_a_draft_and_writes_neither(there: Town) -> None:
    colleague = also(there, there.cast["REF", "N"].user, Role.REFERRER, "hospital")
    draft, sent = make.draft(there.here), make.sent(there.here)
    assert list(Referral.objects.visible_to(colleague)) == [sent]
    assert [permissions.edit_referral(referral, colleague) is None for referral in (draft, sent)] == [
        False,
        False,
    ]


def test_a_safeguarding_lead_does_not_sign_off_what_they_wrote(there: Town) -> None:
    referral = found(there, "with_lead", Referral)
    Referral.objects.filter(pk=referral.pk).update(referrer=there.here.safeguarding_lead)
    reason = why_not(Referral.objects.get(pk=referral.pk), "submit", there.here.safeguarding_lead)
    assert reason == "Somebody other than the person who wrote the referral signs it off."


def test_what_an_agency_has_written_and_not_sent_is_read_by_nobody_else(there: Town) -> None:
    request = found(there, "asked", InformationRequest)
    perform(
        request, "save_draft", by=there.here.author, today=TODAY, summary={"summary": "A canary in a draft"}
    )
    browser = Browser()
    browser.force_login(there.here.staff)
    for page in (
        reverse("request", args=[request.ref]),
        reverse("rapid-review", args=[request.rapid_review.ref]),
    ):
        response = browser.get(page)
        assert (response.status_code, b"canary" in content(response)) == (200, False)


# --- the authority ----------------------------------------------------------------------------------------


def test_of_the_three_partners_only_the_authority_records_that_the_panel_was_notified(there: Town) -> None:
    notification = found(there, "triage", Notification)
    asked = {who: why_not(notification, "submit", there.here.people[who]) for who in ("la", "icb", "police")}
    refusal = (
        "Only the local authority notifies the Panel. Its delegated partner or partnership staff record it."
    )
    assert asked == {"la": None, "icb": refusal, "police": refusal}


def test_a_referrer_of_the_authority_records_its_notification_and_one_of_a_hospital_does_not(
    there: Town,
) -> None:
    of_council = also(there, there.cast["REF", "N"].user, Role.REFERRER, "la")
    page = reverse("referral-la-notification")
    assert there.cast["REF", "N"].browser.get(page).status_code == 200
    assert there.cast["REF", "A"].browser.get(page).status_code == 403
    assert of_council.holds(there.here.partnership.pk, Role.REFERRER, agency_id=there.council.pk)


# --- four eyes --------------------------------------------------------------------------------------------


@pytest.fixture
def decision(there: Town) -> Decision:
    """All views are given; the crew's chair may approve it."""
    decision: Decision = found(there, "proposed", Decision)
    assert why_not(decision, "approve", there.here.chair) is None
    return Decision.objects.get(pk=decision.pk)


def test_a_chair_does_not_approve_what_they_referred(there: Town, decision: Decision) -> None:
    decision.case.referrals.update(referrer=there.here.chair)
    assert why_not(decision, "approve", there.here.chair) == (
        "You referred this case, so somebody else has to approve it."
    )


def test_a_chair_does_not_approve_what_they_gave_a_partners_view_on(there: Town, decision: Decision) -> None:
    decision.views.filter(partner="la").update(given_by=there.here.chair)
    assert why_not(decision, "approve", there.here.chair) == (
        "You gave a partner’s view on this, so somebody else has to approve it."
    )


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER])
def test_a_chair_does_not_approve_what_they_wrote_a_part_of(
    there: Town, decision: Decision, role: Role
) -> None:
    also(there, there.here.chair, role, "school" if role == Role.AUTHOR else "")
    chair = listed(decision.case, there.here.chair, role)
    assert why_not(decision, "approve", chair) == (
        "You wrote part of what this decision rests on, so somebody else has to approve it."
    )


# --- the list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sysadmin", "dpo", "referrer", "safeguarding_lead"])
def test_a_role_that_never_reads_cases_is_not_put_on_a_list(there: Town, who: str) -> None:
    case, person = found(there, "triage", Case), there.here.people[who]
    role = person.memberships.get().role
    with pytest.raises(Refused, match="does not hold that role"):
        perform(case, "grant_access", by=there.here.staff, today=TODAY, user=person, capacity=role)


def test_nobody_puts_themselves_on_the_list_of_a_restricted_case(there: Town) -> None:
    case = found(there, "restricted", Case)
    chair = also(there, there.here.chair, Role.PANEL_MEMBER)
    with pytest.raises(Refused, match="Nobody adds themselves to a restricted case"):
        perform(case, "grant_access", by=chair, today=TODAY, user=chair, capacity=Role.PANEL_MEMBER)


def test_on_a_restricted_case_the_role_on_the_list_counts_and_not_another_that_one_holds(there: Town) -> None:
    """Staff who are on the list only as their agency's author read of a restricted case what an author reads."""
    case = found(there, "restricted", Case)
    also(there, there.cast["AUTH", "N"].user, Role.STAFF)
    person = listed(case, there.cast["AUTH", "N"].user, Role.AUTHOR)
    assert list(Case.objects.visible_to(person)) == [case]
    assert list(Decision.objects.visible_to(person)) == []
    assert list(Referral.objects.visible_to(person)) == []
    assert permissions.read_whole_case(case, person) is not None


def test_a_referral_is_linked_only_to_a_case_that_the_person_can_see(there: Town) -> None:
    hidden = found(there, "restricted", Case)
    referral = make.sent(there.here)
    staff = there.cast["STAFF", "N"]
    address = reverse("referral-link", args=[referral.ref])
    answers = {
        ref: staff.browser.post(address, {"to": ref, "words": "Twin"}) for ref in (hidden.ref, "33333-33333")
    }
    assert {answer.status_code for answer in answers.values()} == {422}
    assert Referral.objects.get(pk=referral.pk).case_id != hidden.pk
    pages = [masked(answer).replace(ref.encode(), b"") for ref, answer in answers.items()]
    assert pages[0] == pages[1]


# --- identity ---------------------------------------------------------------------------------------------


def test_a_panel_member_finds_no_name_on_any_page_of_the_case(there: Town) -> None:
    referral = found(there, "triage", Referral)
    listed(referral.case, there.cast["PANEL", "A"].user, Role.PANEL_MEMBER)
    browser, ref = there.cast["PANEL", "A"].browser, referral.case.ref
    pages = [f"/cases/{ref}/", f"/cases/{ref}/events/", f"/cases/{ref}/clocks/SIN_5WD/", "/cases/", "/work/"]
    answers = [browser.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200] * len(pages)
    assert [page for page, a in zip(pages, answers, strict=True) if CHILD.encode() in content(a)] == []


def test_staff_off_the_list_know_the_case_and_not_its_reports_answers_or_papers(there: Town) -> None:
    request = found(there, "asked", InformationRequest)
    ref = request.case.ref
    browser = there.cast["STAFF", "N"].browser
    page = browser.get(f"/cases/{ref}/")
    assert (page.status_code, CHILD.encode() in content(page)) == (200, False)
    assert request.rapid_review.ref.encode() not in content(page)
    hidden = (
        reverse("rapid-review", args=[request.rapid_review.ref]),
        reverse("request", args=[request.ref]),
    )
    assert [browser.get(address).status_code for address in hidden] == [404, 404]


def test_an_author_on_the_list_reads_their_own_request_and_no_other(there: Town) -> None:
    request = found(there, "asked", InformationRequest)
    authors = [there.here.author, there.cast["AUTH", "A"].user]
    listed(request.case, there.cast["AUTH", "A"].user, Role.AUTHOR)
    seen = [list(InformationRequest.objects.visible_to(User.objects.get(pk=p.pk))) for p in authors]
    assert seen == [[request], []]
    assert permissions.read_whole_case(request.case, there.here.author) is not None


# --- who can, instead -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "roles",
    [
        (Role.STAFF,),
        (Role.CHAIR, Role.STAFF),
        permissions.CASE_READERS,
        tuple(Role),
        permissions.IDENTITY_ROLES,
    ],
)
def test_a_refusal_names_exactly_the_roles_that_its_rule_lets_through(
    there: Town, roles: tuple[Role, ...]
) -> None:
    case = found(there, "asked", InformationRequest).case
    assert set(THOSE) == set(Role)
    refused = permissions.listed(case, there.cast["DPO", "N"].user, *roles) or ""
    assert refused.startswith(f"{permissions.NOT_LISTED} ")
    for column, role in HELD.items():
        user = listed(case, there.cast[column, "N"].user, role)
        permissions.access_changed(case)
        may = permissions.listed(case, user, *roles) is None
        named = THOSE[role] in refused or ("Everybody" in refused and role in CAPACITIES)
        assert named is may, role

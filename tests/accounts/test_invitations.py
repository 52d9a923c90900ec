"""How somebody comes to have an account: one link, for one address, once, within a week."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client

from cspr.accounts.models import Agency, Invitation, Membership, Partnership, PendingGrant, User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.people.actions import accept_invitation, close_offer, deactivate, find_invitation, invite
from cspr.workflow import Refused
from tests.accounts.conftest import PASSWORD, MakePerson, SignedIn
from tests.accounts.totp import enrol, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = dt.date(2026, 11, 23)
EMAIL = "nell@newcomer.example"
ENDED = "This link has been used, withdrawn or is too old. Ask for a new invitation."


def token_of(invitation: Invitation) -> str:
    link = OutgoingEmail.objects.filter(to_address=invitation.email).order_by("-id")[0].link
    return link.rstrip("/").rsplit("/", 1)[1]


@pytest.fixture
def invitation(admin: User, partnership: Partnership) -> Invitation:
    return invite(admin, partnership, EMAIL, "Nell Newcomer", Role.STAFF, None, TODAY)


def test_the_link_is_mailed_and_only_its_hash_is_kept(invitation: Invitation, admin: User) -> None:
    mail = OutgoingEmail.objects.get()
    assert (mail.to_address, mail.kind) == (EMAIL, "account.invitation")
    assert mail.link == f"{settings.SITE_URL}/account/invitation/{token_of(invitation)}/"
    assert len(token_of(invitation)) == 43
    assert token_of(invitation) not in str(vars(Invitation.objects.get()))
    event = Event.objects.get()
    assert (event.kind, event.by, event.subject_ref) == ("invitation.send", admin, invitation.ref)
    assert EMAIL not in str(event.content())


def test_accepting_makes_an_account_with_the_role(invitation: Invitation, partnership: Partnership) -> None:
    user = accept_invitation(token_of(invitation), today=TODAY, password=PASSWORD, name="Nell N. Newcomer")
    assert (user.email, user.name, user.check_password(PASSWORD)) == (EMAIL, "Nell N. Newcomer", True)
    assert [(m.partnership, m.role, m.agency, m.starts_on) for m in user.memberships.all()] == [
        (partnership, Role.STAFF, None, TODAY)
    ]
    kinds = ["invitation.send", "invitation.accept", "membership.grant"]
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == kinds


def test_the_link_works_once(invitation: Invitation) -> None:
    token = token_of(invitation)
    accept_invitation(token, today=TODAY, password=PASSWORD)
    with pytest.raises(Refused, match=ENDED):
        accept_invitation(token, today=TODAY, password="another three words")
    assert User.objects.get(email=EMAIL).check_password(PASSWORD)


@pytest.mark.parametrize(("days", "works"), [(0, True), (7, True), (8, False), (400, False)])
def test_the_link_works_for_seven_days(invitation: Invitation, days: int, works: bool) -> None:
    found = find_invitation(token_of(invitation), TODAY + dt.timedelta(days=days))
    assert (found is not None) is works


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda t: t[:-1], lambda t: t + "A", lambda t: "", lambda t: "%00"]
)
def test_a_wrong_link_opens_nothing(invitation: Invitation, spoil: object) -> None:
    wrong = spoil(token_of(invitation))  # type: ignore[operator]
    with pytest.raises(Refused, match=ENDED):
        accept_invitation(wrong, today=TODAY, password=PASSWORD)
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_withdrawn_link_opens_nothing(invitation: Invitation, admin: User) -> None:
    close_offer(admin, invitation, TODAY)
    with pytest.raises(Refused, match=ENDED):
        accept_invitation(token_of(invitation), today=TODAY, password=PASSWORD)


def test_inviting_again_ends_the_first_link(
    invitation: Invitation, admin: User, partnership: Partnership
) -> None:
    first = token_of(invitation)
    second = invite(admin, partnership, EMAIL.upper(), "Nell Newcomer", Role.STAFF, None, TODAY)
    assert find_invitation(first, TODAY) is None
    assert find_invitation(token_of(second), TODAY) == second


def test_an_invitation_dies_with_the_power_of_who_sent_it(invitation: Invitation, admin: User) -> None:
    Membership.objects.filter(user=admin).update(ends_on=dt.date(2020, 1, 1))
    with pytest.raises(Refused, match="This invitation no longer holds: Only a technical administrator"):
        accept_invitation(token_of(invitation), today=TODAY, password=PASSWORD)
    assert not User.objects.filter(email=EMAIL).exists()
    assert Invitation.objects.get().closed_on is None


def test_an_active_account_takes_a_role_only_signed_in(
    admin: User, partnership: Partnership, person: MakePerson
) -> None:
    known, other = person("Kay Known", role=""), person("Otto Other", role="")
    token = token_of(invite(admin, partnership, known.email, "Kay", Role.STAFF, None, TODAY))
    for signed_in in (None, other):
        with pytest.raises(Refused, match=r"You already have an account. Sign in"):
            accept_invitation(token, today=TODAY, password="stolen and replaced", signed_in=signed_in)
    assert accept_invitation(token, today=TODAY, signed_in=known) == known
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert [m.role for m in known.memberships.all()] == [Role.STAFF]


def test_a_closed_account_comes_back_with_a_new_password_and_no_second_factor(
    admin: User, partnership: Partnership, person: MakePerson
) -> None:
    user = person("Rita Returner")
    enrol(user)
    deactivate(admin, user, TODAY)
    token = token_of(invite(admin, partnership, user.email, "Rita", Role.STAFF, None, TODAY))
    back = accept_invitation(token, today=TODAY, password="a fresh set of words")
    assert (back.pk, back.is_active, back.has_second_factor) == (user.pk, True, False)
    assert back.check_password("a fresh set of words")


def test_a_chair_who_accepts_waits_for_a_second_administrator(admin: User, partnership: Partnership) -> None:
    token = token_of(invite(admin, partnership, EMAIL, "Nell", Role.CHAIR, None, TODAY))
    user = accept_invitation(token, today=TODAY, password=PASSWORD)
    assert user.standing == []
    assert [(g.role, g.offered_by) for g in PendingGrant.objects.all()] == [(Role.CHAIR, admin)]


# --- in the browser -------------------------------------------------------------------------------------------
@pytest.fixture
def link(admin: User, partnership: Partnership) -> str:
    today = TODAY
    return (
        f"/account/invitation/{token_of(invite(admin, partnership, EMAIL, 'Nell', Role.STAFF, None, today))}/"
    )


def test_a_newcomer_chooses_a_password_and_goes_on_to_the_second_factor(client: Client, link: str) -> None:
    page = client.get(link, follow=True)
    assert page.redirect_chain == [("/account/invitation/", 302)]
    text = page.content.decode()
    assert "Ada Admin invites you to the case system of Testshire Safeguarding Partnership" in text
    assert EMAIL in text
    done = client.post("/account/invitation/", {"name": "Nell Newcomer", "password": PASSWORD})
    assert done["Location"] == "/work/"
    assert client.get("/account/")["Location"] == "/account/2fa/totp/activate/"
    assert client.get("/account/2fa/totp/activate/").status_code == 200
    again = Client().get(link)
    assert again.status_code == 404
    assert "This invitation is no longer valid" in again.content.decode()


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short words", "too short"),
        ("password1234", "too common"),
        ("nell@newcomer.example", "too similar"),
        ("", "Enter a password"),
    ],
)
def test_a_weak_password_is_refused_and_the_name_kept(
    client: Client, link: str, password: str, why: str
) -> None:
    client.get(link)
    text = client.post("/account/invitation/", {"name": "Nell Kept", "password": password}).content.decode()
    assert why in text
    assert 'value="Nell Kept"' in text
    assert not User.objects.filter(email=EMAIL).exists()


def test_somebody_else_signed_in_here_cannot_accept(
    link: str, signed_in: SignedIn, person: MakePerson
) -> None:
    client = signed_in(person("Otto Other"))
    text = client.get(link, follow=True).content.decode()
    assert "It was sent to another address than the one you are signed in with" in text
    client.post("/account/invitation/", {"name": "Otto", "password": PASSWORD})
    assert not User.objects.filter(email=EMAIL).exists()
    assert Invitation.objects.get().closed_on is None


def test_somebody_with_an_account_signs_in_and_accepts(
    client: Client, admin: User, partnership: Partnership, agency: Agency, person: MakePerson
) -> None:
    known = person("Kay Known", role="")
    invitation = invite(admin, partnership, known.email, "Kay", Role.REFERRER, agency, TODAY)
    page = client.get(f"/account/invitation/{token_of(invitation)}/", follow=True)
    assert "You already have an account for this address." in page.content.decode()
    sign_in(client, known.email, PASSWORD, enrol(known))
    accepted = client.post("/account/invitation/", follow=True)
    assert accepted.redirect_chain == [("/account/", 302)]
    assert "Agency referrer for Testshire Council" in accepted.content.decode()

"""The frames: a public page leaves no trace, an error tells nothing, a signed-in page knows whose it is."""

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from lxml import html
from pytest_django import DjangoAssertNumQueries, Settings

from cspr.accounts.models import Membership, Partnership, User
from cspr.accounts.roles import Role
from cspr.ui import context
from cspr.ui.context import REFERRAL_ROLES, REVIEW_ROLES, SECTIONS, Frame
from tests.ui.forms_for_test import GOOD

pytestmark = [pytest.mark.urls("tests.ui.urls"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def one_factor(settings: Settings) -> None:
    settings.MFA_REQUIRED = False


def partnership(name: str) -> Partnership:
    return Partnership.objects.create(
        name=name,
        short_name=name,
        area="Invented",
        email="t@example.org",
        phone="01632 960000",
        urgent_contact="x",
    )


@pytest.fixture
def person() -> User:
    user = User.objects.create_user("person@example.org", "Invented Person")
    Membership.objects.create(user=user, partnership=partnership("Northtown Partnership"), role=Role.STAFF)
    return user


def title(response: object) -> str:
    return str(html.fromstring(response.content).findtext(".//title"))


def test_a_public_page_sets_no_cookie_and_asks_the_database_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get("/public/")
    assert response.status_code == 200
    assert not response.cookies


def test_the_public_frame_never_looks_at_the_person() -> None:
    class Watched:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError("the public frame looked at the person")

    request = RequestFactory().get("/")
    request.user = Watched()
    engines["django"].from_string('{% extends "public_base.html" %}').render({}, request)


def test_every_public_page_can_be_left_at_once(client: Client) -> None:
    page = html.fromstring(client.get("/public/").content)
    ways_out = page.xpath("//a[contains(@class,'exit-this-page')]")
    assert [(w.get("rel"), w.get("href")) for w in ways_out] == [
        ("nofollow noreferrer", "https://www.bbc.co.uk/weather")
    ] * 2
    assert page.xpath("//div[@data-module='govuk-exit-this-page']")


def test_the_title_says_first_that_there_is_an_error(client: Client, person: User) -> None:
    client.force_login(person)
    assert title(client.get("/ask/")) == "Ask"
    assert title(client.post("/ask/", GOOD | {"name": ""})) == "Error: Ask"
    assert title(client.post("/ask/", GOOD)) == "Ask"


def test_the_header_names_the_partnership_of_a_person_with_one(person: User) -> None:
    request = RequestFactory().get("/work/")
    request.user = person
    assert Frame(request).header_name == "Northtown Partnership"
    Membership.objects.create(user=person, partnership=partnership("Southtown Partnership"), role=Role.CHAIR)
    request.user = User.objects.get(pk=person.pk)
    assert Frame(request).header_name == context.SERVICE_NAME


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.REFERRER, ["Your work", "Referrals", "Actions", "Library"]),
        (Role.SYSADMIN, ["Your work", "Library", "People and access"]),
        (
            Role.CHAIR,
            ["Your work", "Cases", "Referrals", "Rapid reviews", "Practice reviews", "Actions", "Library"],
        ),
    ],
)
def test_the_navigation_leaves_out_what_a_role_never_opens(role: Role, labels: list[str]) -> None:
    user = User.objects.create_user(f"{role}@example.org", "Invented Person")
    home = partnership("Northtown Partnership")
    agency = home.agencies.create(name="Invented School", type="school") if role == Role.REFERRER else None
    Membership.objects.create(user=user, partnership=home, role=role, agency=agency)
    request = RequestFactory().get("/referrals/")
    request.user = user
    assert [s.label for s in Frame(request).sections] == labels


def test_every_role_the_navigation_names_exists() -> None:
    assert set(Role.values) >= REFERRAL_ROLES | REVIEW_ROLES
    assert {role for s in SECTIONS for role in s.only} <= set(Role.values)


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_missing_page_and_a_hidden_one_are_the_same_bytes(
    client: Client, person: User, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(person)
    pages = [
        client.get(path) for path in ("/raises/404/", "/no/such/page/", "/referrals/K7QF3-MXRTW/?q=secret")
    ]
    assert [p.status_code for p in pages] == [404, 404, 404]
    assert len({p.content for p in pages}) == 1
    assert not any("csrftoken" in p.cookies for p in pages)


@pytest.mark.parametrize(
    ("kind", "status", "heading"),
    [
        ("400", 400, "We could not read what your browser sent"),
        ("403", 403, "You cannot do this"),
        ("404", 404, "There is nothing here for you to see"),
        ("500", 500, "Something went wrong on our side"),
    ],
)
def test_each_error_has_its_own_plain_page(kind: str, status: int, heading: str) -> None:
    response = Client(raise_request_exception=False).get(f"/raises/{kind}/")
    assert response.status_code == status
    assert html.fromstring(response.content).findtext(".//h1") == heading
    assert b"secret-ref" not in response.content
    assert b"unforeseen" not in response.content


def test_a_refusal_says_its_reason(client: Client) -> None:
    assert "The reviewer’s report is not signed." in client.get("/raises/403/").content.decode()


def test_a_form_kept_open_too_long_says_what_to_do(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    response = client.post("/ask/", GOOD)
    assert response.status_code == 403
    assert (
        html.fromstring(response.content).findtext(".//h1") == "We could not be sure that this came from you"
    )


def test_trouble_is_told_to_those_signed_in_only(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "_troubles", [])
    context.register_trouble(lambda user: "Mail is 3 hours late.")
    context.register_trouble(lambda user: "")
    assert b"Mail is" not in client.get("/public/").content
    client.force_login(person)
    page = html.fromstring(client.get("/ask/").content)
    assert [p.text_content() for p in page.xpath("//div[@class='app-strip'][@role='status']//p")] == [
        "Mail is 3 hours late."
    ]


def test_the_demonstration_says_so_on_every_page(client: Client, settings: Settings) -> None:
    assert b"Demonstration" not in client.get("/public/").content
    settings.DEMO = True
    assert b"Demonstration" in client.get("/public/").content

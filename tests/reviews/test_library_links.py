"""The links that staff keep for the public: theirs alone to change, and on record."""

import pytest
from django.test import Client

from cspr.audit.models import Event
from reviews.models import LibraryLink
from tests import factories as make
from tests.referrals.browse import Browser, Page

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def get(url):
    response = Client().get(url)
    assert response.status_code == 200
    return response


ADD = "/library/links/add/"
LINK = {
    "kind": "national",
    "title": "A national review",
    "url": "https://www.example.org/review",
    "note": "On babies.",
}


def send(browser, address, status=302, **answers):
    """Open the page, answer some of it, send it."""
    return browser.post(address, {**browser.get(address).sends, **answers}, status)


def test_a_link_that_staff_add_is_public_at_once_and_on_record():
    a = make.area()
    send(Browser(a.staff), ADD, **LINK)
    link = LibraryLink.objects.get()
    assert (
        Page(get("/library/").content.decode()).links["A national review"] == "https://www.example.org/review"
    )
    event = Event.objects.get(kind="librarylink.add")
    assert (event.by, event.subject_ref, event.facts["url"]) == (a.staff, link.ref, link.url)


@pytest.mark.parametrize(
    ("kind", "url"), [("national", "/library/"), ("framework", "/guidance/"), ("guidance", "/guidance/")]
)
def test_each_kind_of_link_has_its_page(kind, url):
    a = make.area()
    send(Browser(a.staff), ADD, **{**LINK, "kind": kind})
    pages = {page: "A national review" in get(page).content.decode() for page in ("/library/", "/guidance/")}
    assert pages == {page: page == url for page in pages}


def test_a_link_is_changed_and_removed_and_the_record_keeps_what_it_said():
    a = make.area()
    staff = Browser(a.staff)
    send(staff, ADD, **LINK)
    ref = LibraryLink.objects.get().ref
    send(staff, f"/library/links/{ref}/", title="Another title")
    assert LibraryLink.objects.get().title == "Another title"
    send(staff, f"/library/links/{ref}/remove/")
    assert not LibraryLink.objects.exists()
    told = Event.objects.filter(subject_ref=ref).order_by("seq")
    assert [(e.kind, e.facts["title"]) for e in told] == [
        ("librarylink.add", "A national review"),
        ("librarylink.change", "Another title"),
        ("librarylink.remove", "Another title"),
    ]


def test_the_same_form_sent_twice_adds_one_link():
    a = make.area()
    staff = Browser(a.staff)
    form = {**staff.get(ADD).sends, **LINK}
    for _ in range(2):
        staff.post(ADD, form)
    assert LibraryLink.objects.count() == 1


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://files.example/x", "not an address", ""])
def test_only_an_address_of_the_web_can_be_a_link_and_nothing_typed_is_lost(url):
    a = make.area()
    page = send(Browser(a.staff), ADD, 422, **{**LINK, "url": url})
    assert page.errors
    assert (page.sends["title"], page.sends["url"]) == (LINK["title"], url)
    assert not LibraryLink.objects.exists()


@pytest.mark.parametrize("role", ["referrer", "chair", "la", "reviewer", "panel_member", "sysadmin", "dpo"])
def test_to_everybody_but_staff_the_pages_of_the_links_do_not_exist(role):
    a = make.area()
    send(Browser(a.staff), ADD, **LINK)
    ref = LibraryLink.objects.get().ref
    other = Browser(a.people[role])
    for url in ("/library/links/", ADD, f"/library/links/{ref}/", f"/library/links/{ref}/remove/"):
        other.get(url, 404)
        other.post(url, LINK, 405 if url == "/library/links/" else 404)
    assert LibraryLink.objects.get().title == "A national review"


def test_staff_of_another_partnership_neither_see_nor_touch_a_link():
    a, b = make.area("Northshire"), make.area("Southshire")
    send(Browser(a.staff), ADD, **LINK)
    ref = LibraryLink.objects.get().ref
    theirs = Browser(b.staff)
    assert "A national review" not in theirs.get("/library/links/").words
    theirs.get(f"/library/links/{ref}/", 404)
    theirs.post(f"/library/links/{ref}/remove/", {}, 404)
    theirs.post(f"/library/links/{ref}/", LINK, 404)
    assert LibraryLink.objects.get().partnership == a.partnership


def test_staff_of_two_partnerships_say_whose_the_link_is_and_cannot_name_a_third():
    a, b, c = make.area("Northshire"), make.area("Southshire"), make.area("Elsewhere")
    both = make.person(a.partnership, "staff")
    both.memberships.create(partnership=b.partnership, role="staff", starts_on=TODAY)
    browser = Browser(both)
    send(browser, ADD, 422, **LINK, partnership=c.partnership.pk)
    send(browser, ADD, **LINK, partnership=b.partnership.pk)
    assert LibraryLink.objects.get().partnership == b.partnership


def test_staff_find_the_links_beside_their_people_and_the_public_is_not_led_to_them():
    a = make.area()
    assert Browser(a.staff).get("/people/").links["Links in the library"] == "/library/links/"
    assert "/library/links/" not in get("/library/").content.decode()


def test_who_is_not_signed_in_is_led_to_the_sign_in_page():
    response = Client().get("/library/links/")
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")

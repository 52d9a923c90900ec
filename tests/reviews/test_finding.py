"""How the public finds a published review: by what staff say it is about, by its words, by a feed, as data."""

import datetime as dt
import json
import re
from importlib import import_module
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.workflow import Refused, perform
from reviews import actions
from reviews.models import LibraryTerm, PracticeReview, Publication
from reviews.questions.library import AgeBand, age_band, words_of
from tests import factories as make
from tests.referrals.browse import Browser, Page
from tests.reviews.test_library import PUBLISHED_ON, get, on
from tests.reviews.test_papers import canaries, published

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
ABOUT = {
    "age": ["under_1"],
    "harm": ["serious_harm"],
    "agency": ["police", "gp"],
}


@pytest.fixture(autouse=True)
def settled():
    with on(PUBLISHED_ON + dt.timedelta(days=1)):
        yield


def described(a, **other):
    publication = published(a)
    perform(publication.review, "describe", by=a.staff, today=TODAY, **{**ABOUT, **other})
    return publication


def found(query):
    links = Page(get(f"/library/?{query}").content.decode()).links
    return "Rowan" in links


# --- described by staff -----------------------------------------------------------------------------------


def test_a_published_review_is_found_by_each_thing_it_is_about_and_by_nothing_else():
    described(make.area())
    given = {(facet, code) for facet, codes in ABOUT.items() for code in codes}
    given |= {("theme", "hidden_men"), ("extent", "report"), ("progress", "none")}
    assert {pair for pair in given if not found(f"{pair[0]}={pair[1]}")} == set()
    page = get("/library/").content.decode()
    offered = set(re.findall(r'<option value="(\w+)"', page)) - {"2026"}
    assert offered == {code for _, code in given}
    assert "Fathers and men who are not seen (1)" in page
    assert found("theme=hidden_men&age=under_1&year=2026&words=fathers")
    assert not found("theme=hidden_men&age=under_1&year=2026&words=mothers")


def test_what_was_chosen_stands_above_the_list_in_words_and_can_be_taken_away_one_by_one():
    described(make.area())
    links = Page(get("/library/?theme=hidden_men&age=under_1").content.decode()).links
    assert links["Remove this filter: Theme: Fathers and men who are not seen ×"] == "?age=under_1"


def test_what_is_public_is_found_by_the_new_description_at_once_and_no_longer_by_the_old():
    a = make.area()
    publication = described(a)
    perform(
        publication.review,
        "describe",
        by=a.staff,
        today=TODAY,
        **{**ABOUT, "harm": ["death"], "agency": []},
    )
    assert found("harm=death")
    kinds = LibraryTerm.objects.filter(publication=publication).exclude(kind="word")
    assert set(kinds.values_list("kind", "value")) == {
        ("age", "under_1"), ("harm", "death"), ("theme", "hidden_men"), ("extent", "report"),
    }  # fmt: skip


def test_the_description_waits_with_the_report_and_becomes_public_with_it():
    a = make.area()
    review = make.sent_before_publication(a)
    perform(review, "describe", by=a.staff, today=TODAY, **ABOUT)
    assert not LibraryTerm.objects.exists()
    with on(PUBLISHED_ON):
        actions.publish(review, by=a.colleague, today=PUBLISHED_ON)
    assert found("theme=hidden_men")


def test_a_word_that_is_not_in_the_list_describes_nothing():
    a = make.area()
    publication = published(a)
    with pytest.raises(Refused, match="not in the list"):
        perform(
            publication.review,
            "describe",
            by=a.staff,
            today=TODAY,
            **{**ABOUT, "agency": ["Rowan Real-Name"]},
        )
    assert PracticeReview.objects.get().catalogue == {}


def test_the_form_starts_from_the_case_and_says_no_more_than_bands_and_kinds(settings):
    settings.MFA_REQUIRED = False
    a = make.area()
    review = make.sent_before_publication(a)
    child = review.case.children.first()
    child.born_on = review.case.incident_on - dt.timedelta(days=100)
    child.save()
    staff = Browser(a.staff)
    address = f"/practice-reviews/{review.ref}/describe/"
    page = Page(staff.client.get(address).content.decode())
    assert (page.sends["age"], page.sends["harm"]) == (["under_1"], ["serious_harm"])
    sent = staff.client.post(address, {**page.sends, **ABOUT})
    assert sent.status_code == 302
    assert PracticeReview.objects.get().described == ABOUT


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (dt.date(2026, 3, 1), AgeBand.UNDER_1),
        (dt.date(2025, 2, 1), AgeBand.UNDER_1),
        (dt.date(2025, 1, 31), AgeBand.FROM_1),
        (dt.date(2020, 1, 31), AgeBand.FROM_6),
        (dt.date(2020, 2, 1), AgeBand.FROM_1),
        (dt.date(2015, 1, 31), AgeBand.FROM_11),
        (dt.date(2010, 1, 31), AgeBand.FROM_16),
        (dt.date(2004, 1, 31), AgeBand.FROM_16),
    ],
)
def test_an_age_is_told_as_one_of_five_bands_and_the_birthday_counts(born, band):
    assert age_band(born, dt.date(2026, 1, 31)) == band


# --- found by words ---------------------------------------------------------------------------------------


def test_words_are_looked_for_from_their_beginning_in_any_case_and_without_accents():
    a = make.area()
    publication = published(a)
    publication.sections["events"] = "She was neglected; Zoë’s café closed. Naïve. O’Neill & 12 others."
    publication.enter_in_library()
    for wanted in ("neglect", "NEGLECTED", "zoe", "Zoë", "cafe closed", "oneill", "12", "rowan naive"):
        assert found(f"words={wanted}"), wanted
    for missing in ("eglected", "neglectful", "cafe open", "%25", "%26%26", "_"):
        assert not found(f"words={missing}"), missing


def test_words_of_a_text_are_small_bare_different_and_bounded():
    assert words_of("The The thé I a1 " + "x" * 90) == ["the", "i", "a1", "x" * 40]


def test_only_words_that_anybody_can_read_are_found():
    a = make.area()
    publication = described(a)
    publication.review.case.children.update(name="Hidden Canaryname")
    publication.enter_in_library()
    assert not found("words=canaryname")
    assert not LibraryTerm.objects.filter(value__in=[c.casefold() for c in canaries(a, publication)]).exists()


def test_what_was_published_before_there_was_a_register_of_words_is_found_too():
    publication = published(make.area())
    words = set(publication.terms.values_list("kind", "value"))
    LibraryTerm.objects.all().delete()
    import_module("reviews.migrations.0016_library_terms").enter_what_is_public(apps, None)
    assert set(publication.terms.values_list("kind", "value")) == words


# --- for programs -----------------------------------------------------------------------------------------


def test_the_feed_is_atom_with_absolute_addresses_and_the_day_of_publication(settings):
    settings.SITE_URL = "https://reviews.example"
    described(make.area())
    response = get("/library/feed.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    atom = "{http://www.w3.org/2005/Atom}"
    [entry] = ElementTree.fromstring(response.content).iter(f"{atom}entry")
    assert entry.find(f"{atom}title").text == "Child Safeguarding Practice Review: Rowan"
    assert entry.find(f"{atom}link").get("href") == "https://reviews.example/library/rowan-2026/"
    assert entry.find(f"{atom}published").text.startswith(PUBLISHED_ON.isoformat())
    assert entry.find(f"{atom}summary").text == "Text."


def test_a_review_as_data_is_a_report_that_says_what_its_page_says(settings):
    settings.SITE_URL = "https://reviews.example"
    a = make.area()
    described(a)
    response = get("/library/rowan-2026/report.json")
    assert response["Content-Type"] == "application/ld+json"
    data = json.loads(response.content)
    assert (data["@context"], data["@type"], data["datePublished"]) == (
        "https://schema.org", "Report", PUBLISHED_ON.isoformat(),
    )  # fmt: skip
    assert data["url"] == "https://reviews.example/library/rowan-2026/"
    assert [who["name"] for who in data["author"]] == [a.reviewer.name, a.partnership.name]
    assert {"Under 1", "Fathers and men who are not seen", "Police force"} <= set(data["keywords"])
    assert 'href="/library/rowan-2026/report.json"' in get("/library/rowan-2026/").content.decode()


def test_the_list_as_data_keeps_to_its_filters():
    described(make.area())

    def count(query):
        return len(json.loads(get(f"/library/reviews.json?{query}").content)["itemListElement"])

    assert (count(""), count("theme=hidden_men"), count("theme=online"), count("words=fathers")) == (
        1,
        1,
        0,
        1,
    )


def test_feed_and_data_ask_the_database_no_more_for_many_than_for_one():
    publication = described(make.area())
    counts = {}
    for number in (1, 40):
        Publication.objects.exclude(pk=publication.pk).delete()
        Publication.objects.bulk_create(
            Publication(
                review=publication.review, slug=f"t-{n}", title=f"Tree {n}", sections=publication.sections,
                published_on=publication.published_on, public_until=publication.public_until,
            )
            for n in range(number)
        )  # fmt: skip
        for path in ("/library/feed.atom", "/library/reviews.json"):
            with CaptureQueriesContext(connection) as queries:
                get(path)
            counts.setdefault(path, []).append(len(queries))
    assert counts == {"/library/feed.atom": [2, 2], "/library/reviews.json": [3, 3]}


def test_what_is_taken_down_or_not_public_yet_is_in_no_feed_and_no_data():
    publication = described(make.area())
    with on(PUBLISHED_ON - dt.timedelta(days=1)):
        assert "Rowan" not in get("/library/feed.atom").content.decode()
        assert "Rowan" not in get("/library/reviews.json").content.decode()
        assert (
            get("/library/rowan-2026/report.json", 404).content
            == get("/library/never/report.json", 404).content
        )
    assert publication.title == "Rowan"

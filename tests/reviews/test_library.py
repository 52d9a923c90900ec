"""What anybody may read: calm, complete, leaving no trace, and naming nobody."""

import datetime as dt
from contextlib import contextmanager
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cspr.documents.models import Document
from cspr.documents.storing import write
from cspr.workflow import perform
from referrals.states import Outcome
from reviews import actions
from reviews.models import PracticeReview, Publication
from reviews.urls import PUBLIC
from tests import acting
from tests import factories as make
from tests.referrals.browse import Browser, Page
from tests.reviews.test_papers import canaries, published

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
EARLIER = dt.timedelta(days=8)
ATOM = "{http://www.w3.org/2005/Atom}"
PUBLISHED_ON = TODAY + dt.timedelta(days=7)
PAGES = [pattern.name for pattern in PUBLIC]
FOR_PROGRAMS = {"library-feed", "library-reviews"}
WAITING = "The PDF is not ready yet"


@contextmanager
def on(day):
    with time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        yield


@pytest.fixture
def after():
    """The day after publication."""
    with on(PUBLISHED_ON + dt.timedelta(days=1)):
        yield


def get(url, status=200):
    response = Client().get(url)
    assert response.status_code == status, (url, response.status_code)
    return response


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def many(publication, number):
    """More publications of the same review, one a day backwards; rows as ``publish`` writes them."""
    rows = Publication.objects.bulk_create(
        Publication(
            review=publication.review,
            slug=f"tree-{n}",
            title=f"Tree {n}",
            sections=publication.sections,
            recommendations=publication.recommendations,
            published_on=publication.published_on - dt.timedelta(days=n),
            public_until=publication.public_until,
        )
        for n in range(number)
    )
    for row in rows:
        row.enter_in_library()


# --- without a trace --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_needs_no_sign_in_sets_no_cookie_and_may_be_cached_for_five_minutes(name):
    make.area()
    response = get(reverse(name))
    assert "Set-Cookie" not in response.headers
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("name", [name for name in PAGES if name not in FOR_PROGRAMS])
def test_every_public_page_can_be_left_at_once_and_read_in_high_contrast(name):
    html = get(reverse(name)).content.decode()
    assert html.count('data-module="govuk-exit-this-page"') == 1
    assert html.count("data-contrast-switch") == 1
    assert html.count("<h1") == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_of_a_signed_in_person_is_kept_by_no_cache(name, settings):
    settings.MFA_REQUIRED = False
    response = Browser(make.area().staff).client.get(reverse(name))
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_only_reads(name):
    assert Client().post(reverse(name)).status_code == 405
    assert Client().head(reverse(name)).status_code == 200


def test_the_site_of_one_partnership_wears_its_name_and_the_site_of_several_lists_them():
    first = make.area("Northshire").partnership
    html = get("/").content.decode()
    assert f'homepage-link">{first.name}</a>' in html
    second = make.area("Southshire").partnership
    html = get("/").content.decode()
    assert 'homepage-link">Child safeguarding practice reviews</a>' in html
    assert [p.name for p in (first, second) if f'<h3 class="govuk-heading-s">{p.name}</h3>' not in html] == []


# --- what they say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentences"),
    [
        (
            "/",
            [
                "A review never blames.",
                "15 working days after the notification",
                "within six months of the decision",
            ],
        ),
        ("/", ["At least 7 days before it is published Law"]),
        (
            "/refer/",
            ["If it is incomplete, it comes back to you", "counts as a referral", "not for urgent concerns"],
        ),
        ("/families/", ["It is not an investigation of you.", "Leaving this site quickly"]),
        ("/guidance/", ["has not put its own documents here yet", "SI 2018/789"]),
        ("/library/", ["No local review has been published yet."]),
        ("/accessibility/", ["Web Content Accessibility Guidelines 2.2 at level AA"]),
        ("/privacy/", ["set no cookies"]),
    ],
)
def test_the_public_pages_say_what_people_come_for(url, sentences):
    words = Page(get(url).content.decode()).words
    assert [sentence for sentence in sentences if sentence not in words] == []


# --- the library ------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_public_today_and_nothing_else():
    a = make.area()
    publication = published(a)
    with on(PUBLISHED_ON - dt.timedelta(days=1)):
        assert "Rowan" not in get("/library/").content.decode()
    with on(PUBLISHED_ON):
        assert Page(get("/library/").content.decode()).links["Rowan"] == publication.get_absolute_url()


def test_the_list_is_narrowed_by_words_and_by_year(after):
    a = make.area()
    publication = published(a)
    many(publication, 3)
    Publication.objects.filter(title="Tree 2").update(published_on=dt.date(2025, 5, 1))

    def shown(query):
        links = Page(get(f"/library/?{query}").content.decode()).links
        return sorted(words for words in links if words.startswith(("Tree", "Rowan")))

    assert shown("words=tree") == ["Tree 0", "Tree 1", "Tree 2"]
    assert shown("words=2+TREE") == ["Tree 2"]
    assert shown("year=2025") == ["Tree 2"]
    assert shown("year=2026&words=tree") == ["Tree 0", "Tree 1"]
    assert shown("words=%25") == []


@pytest.mark.parametrize(
    "query", ["year=nonsense", "year=1066", "after=nonsense", "words=%00", "words=" + "x" * 200]
)
def test_nonsense_in_the_address_breaks_nothing(query, after):
    published(make.area())
    assert "Published reviews" in get(f"/library/?{query}").content.decode()


def test_every_page_of_the_list_leads_to_the_next_and_none_is_missed_or_repeated(after):
    many(published(make.area()), 60)
    seen, url = [], "/library/"
    while url:
        links = Page(get(url).content.decode()).links
        seen += [words for words in links if words.startswith(("Tree", "Rowan"))]
        url = "/library/" + links["Next page"] if "Next page" in links else ""
    assert sorted(seen) == sorted(["Rowan", *(f"Tree {n}" for n in range(60))])


def test_the_list_asks_the_database_five_times_however_much_was_published(after):
    publication = published(make.area())
    publication.sections["events"] = "Long. " * 5000
    Publication.objects.filter(pk=publication.pk).update(sections=publication.sections)
    counts, sizes = [], []
    for number in (0, 60):
        many(publication, number)
        with CaptureQueriesContext(connection) as queries:
            response = get("/library/")
        counts.append(len(queries))
        sizes.append(len(response.content))
        assert not [q["sql"] for q in queries if '"sections"' in q["sql"] or '"report"' in q["sql"]]
    assert counts == [5, 5]
    assert sizes[1] < 60_000


def test_the_list_is_narrowed_by_what_became_of_the_actions_and_only_agreed_steps_count(after):
    done, begun, silent = make.area("Here"), make.area("There"), make.area("Elsewhere")
    acting.assured(done)
    one = acting.assured(begun)
    acting.planned(begun, one.recommendation.review)
    acting.shown(silent)
    titles = {}
    for a, name in ((done, "Ash"), (begun, "Birch"), (silent, "Cedar")):
        review = PracticeReview.objects.get(case__partnership=a.partnership)
        titles[name] = copied(review, name)
    words = Page(get("/library/").content.decode()).words
    for answer in (
        "Nothing agreed to be done yet (1)",
        "Some of it agreed to be done (1)",
        "All of it agreed to be done (1)",
    ):
        assert answer in words
    for asked, name in (("done", "Ash"), ("under_way", "Birch"), ("none", "Cedar")):
        links = Page(get(f"/library/?progress={asked}").content.decode()).links
        assert [title for title in titles if title in links] == [name]


def copied(review, title):
    """A publication of the report as it reads now."""
    shown = Publication.of(review, on=PUBLISHED_ON)
    shown.title, shown.slug = title, title.lower()
    shown.save()
    shown.enter_in_library()
    return shown


# --- one review -------------------------------------------------------------------------------------------


def test_a_published_review_is_a_page_with_warning_recommendations_report_and_citation(after):
    a = make.area()
    publication = published(a)
    words = Page(get("/library/rowan-2026/").content.decode()).words
    wanted = [
        "Before you read.",
        "Published Monday 30 November 2026",
        "Public until Tuesday 30 November 2027 at the earliest",
        f"Lead reviewer {a.reviewer.name}",
        "What should change",
        "1 Include fathers. Answers finding 1 All partners No date set",
        "Analysis of the underlying reasons why actions were or were not taken Text.",
        f"To cite it: {a.reviewer.name}, for {a.partnership.name} (2026).",
    ]
    assert [sentence for sentence in wanted if sentence not in words] == []
    assert publication.get_absolute_url() == "/library/rowan-2026/"


def test_a_review_costs_five_questions_to_the_database(after, django_assert_num_queries):
    published(make.area())
    with django_assert_num_queries(5):
        get("/library/rowan-2026/")


def test_before_publication_after_take_down_and_for_a_review_that_never_was_the_answer_is_the_same():
    a = make.area()
    publication = published(a)
    with on(PUBLISHED_ON - dt.timedelta(days=1)):
        before = [get(url, 404).content for url in ("/library/rowan-2026/", "/library/rowan-2026/report.pdf")]
    last = publication.public_until + dt.timedelta(days=1)
    perform(publication, "withdraw", by=a.colleague, today=last, words="A year is over.")
    with on(last):
        taken_down = [get(url, 404) for url in ("/library/rowan-2026/", "/library/rowan-2026/report.pdf")]
        never = [get(url, 404) for url in ("/library/elm-2031/", "/library/elm-2031/report.pdf")]
    answers = {*before, *(response.content for response in taken_down + never)}
    assert len(answers) == 1
    assert {response["Cache-Control"] for response in taken_down + never} == {"no-store"}
    assert b"Rowan" not in answers.pop()


def test_what_somebody_typed_into_a_published_report_is_shown_and_never_obeyed(after):
    publication = published(make.area())
    hostile = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    sections = dict.fromkeys(publication.sections, hostile)
    rows = [{"number": 1, "text": hostile, "owner": hostile, "due_on": None}]
    Publication.objects.filter(pk=publication.pk).update(
        sections=sections, recommendations=rows, title=hostile, reviewer=hostile
    )
    for url in ("/library/rowan-2026/", "/library/"):
        html = get(url).content.decode()
        assert [tag for tag in ("<script>", "<img") if tag in html] == []
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_nothing_on_the_public_pages_could_name_anybody_in_the_case(after):
    for name in ("First", "Second", "Third"):
        make.area(name)
    a = make.area()
    publication = published(a)
    responses = [get(url) for url in ("/library/rowan-2026/", "/library/", "/")]
    said = " ".join(f"{response.content.decode()} {response.headers}" for response in responses)
    assert "Rowan" in said
    assert {what: word for what, word in canaries(a, publication).items() if word in said} == {}


def test_improvements_alone_are_published_as_such_and_a_later_report_leads_back_to_them():
    a = make.area()
    review = make.sent_before_publication(a, outcome=Outcome.IMPROVEMENTS_ONLY)
    actions.publish_improvements(
        review, by=a.colleague, today=PUBLISHED_ON, reason_code="risk_of_identification", words="A sibling."
    )
    improvements = Publication.objects.get()
    with on(PUBLISHED_ON):
        words = Page(get(improvements.get_absolute_url()).content.decode()).words
    assert "publishing the whole report would not be appropriate" in words
    assert "A sibling." not in words
    assert "Why this review was carried out" not in words
    many(improvements, 1)
    with on(PUBLISHED_ON):
        links = Page(get("/library/tree-0/").content.decode()).links
    assert links["The improvements, 30 November 2026"] == improvements.get_absolute_url()


# --- the PDF ----------------------------------------------------------------------------------------------


def made(publication, data=b"%PDF-1.7 an invented report"):
    """The queued PDF as the worker leaves it."""
    stored = write(data)
    Document.objects.filter(pk=publication.pdf_id).update(
        state="ready", path=stored.path, size=stored.size, sha256=stored.sha256, file_key=stored.key
    )
    return data


def test_until_the_pdf_is_made_a_page_says_so_and_leads_to_the_report(after):
    publication = published(make.area())
    response = get("/library/rowan-2026/report.pdf", 503)
    page = Page(response.content.decode())
    assert WAITING in page.words
    assert page.links["read the whole report as a page"] == publication.get_absolute_url()
    assert (response["Cache-Control"], response["Retry-After"]) == ("no-store", "60")
    assert "Being made." in Page(get("/library/rowan-2026/").content.decode()).words


def test_the_pdf_is_open_to_everybody_and_its_name_says_no_more_than_its_title(after):
    data = made(published(make.area()))
    response = get("/library/rowan-2026/report.pdf")
    assert body(response) == data
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "public, max-age=300")
    assert response["Content-Disposition"] == 'inline; filename="rowan-2026.pdf"'
    assert "Set-Cookie" not in response.headers
    links = Page(get("/library/rowan-2026/").content.decode()).links
    assert links["The report as PDF"] == "/library/rowan-2026/report.pdf"


def test_a_pdf_that_was_lost_or_made_again_costs_the_reader_nothing(after):
    a = make.area()
    publication = published(a)
    made(publication)
    Document.objects.filter(pk=publication.pdf_id).update(path="no/where")
    assert WAITING in Page(get("/library/rowan-2026/report.pdf", 503).content.decode()).words
    Document.objects.filter(pk=publication.pdf_id).update(state="failed", path="")
    first = Document.objects.get(pk=publication.pdf_id)
    again = Document.objects.create(
        partnership=a.partnership, case_ref=first.case_ref, subject_label=first.subject_label,
        subject_ref=first.subject_ref, kind="publication", title=first.title, name=first.name, origin="rendered",
        content_type="application/pdf", state="queued", uploaded_by=a.colleague,
    )  # fmt: skip
    Publication.objects.filter(pk=publication.pk).update(pdf=again)
    data = made(Publication.objects.get(pk=publication.pk))
    Publication.objects.filter(pk=publication.pk).update(pdf=first)
    assert body(get("/library/rowan-2026/report.pdf")) == data


def test_nothing_typed_in_a_title_makes_the_feed_unreadable():
    """U+FFFE and U+FFFF are in no XML: readers of the feed would give up at the first one."""
    a = make.area()
    review = make.fact_checked(a)
    typed = Browser(a.reviewer)
    typed.fill(f"/practice-reviews/{review.ref}/write_report/", title="Ro\uffffw\ufffea\x0bn & <b>")
    review = PracticeReview.objects.get(pk=review.pk)
    review = make.sent_before_publication(a, on=TODAY - EARLIER, planned=TODAY, review=review)
    actions.publish(review, by=a.colleague, today=TODAY)
    titles = [one.text for one in ET.fromstring(body(get(reverse("library-feed")))).iter(f"{ATOM}title")]
    assert titles[1:] == ["Child Safeguarding Practice Review: Rowan & <b>"]

"""The pages of a rapid review and of an agency's request: what they show, whom they refuse, and why."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.workflow import Refused, follows, perform, transitions
from referrals.models import CaseMember, Deadline
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.models import InformationRequest, Meeting, RapidReview
from reviews.states import RAPID_REVIEW_SECTIONS
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def day(name, on):
    """A date as the three boxes send it."""
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def url(subject, verb=""):
    return f"{subject.get_absolute_url()}{verb}/" if verb else subject.get_absolute_url()


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return RapidReview.objects.get(notification=make.notified(a))


def asked(a, review, agency="school"):
    """The school (whose author the area has) is asked."""
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies[agency])
    return actions.send(request, by=a.staff, today=TODAY, due_on=working_days().add(TODAY, 5))


# --- every verb has its page ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "prefix", "beside", "without"),
    [
        (
            RapidReview,
            "rapid-review-",
            {"agencies", "add_requests", "plan_meeting", "meeting", "report"},
            set(),
        ),
        (Meeting, "meeting-", {"calendar", "rules"}, set()),
        (
            InformationRequest,
            "request-",
            {"account", "section", "item", "item-remove", "changes", "send_link"},
            {"save_draft", "open_request"},
        ),
    ],
)
def test_every_verb_that_a_person_does_has_a_page_and_no_other_has(noun, prefix, beside, without):
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    by_hand = {
        verb
        for verb, steps in transitions(noun).items()
        if any(s.custom["rule"] is not follows for s in steps)
    }
    pages = {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    pages = {page for page in pages if not page.startswith("section")}
    assert pages - beside == by_hand - without


# --- who sees it ------------------------------------------------------------------------------------------


def test_another_partnership_finds_nothing_at_all(a, review):
    request, stranger = asked(a, review), Browser(make.area("Elsewhere").staff)
    for page in (url(review), url(review, "hold_meeting"), url(request), url(request, "accept")):
        stranger.get(page, status=404)
    assert "There is no rapid review" not in stranger.get("/rapid-reviews/").words


def test_an_agency_sees_its_own_request_and_nothing_else_of_the_review(a, review):
    request = asked(a, review)
    other = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["hospital"])
    author = Browser(a.author)
    page = author.get(url(request))
    assert "Please answer by Monday 30 November 2026, in 5 working days." in page.words
    for hidden in (url(review), url(other)):
        author.get(hidden, status=404)


# --- asking and answering ---------------------------------------------------------------------------------


def test_agencies_are_put_on_the_list_and_asked_all_at_once(a, review):
    staff = Browser(a.staff)
    staff.fill(
        url(review, "add_requests"), agencies=[str(a.agencies["school"].pk), str(a.agencies["police"].pk)]
    )
    assert {r.state for r in review.requests.all()} == {"not_sent"}
    staff.fill(
        url(review, "request_info"),
        question="Please tell us what you know.",
        **day("due_on", dt.date(2026, 11, 30)),
    )
    assert {(r.state, r.due_on) for r in review.requests.all()} == {("sent", dt.date(2026, 11, 30))}
    assert CaseMember.objects.filter(case=review.case, user=a.author, capacity="author").exists()
    rows = Deadline.objects.filter(case=review.case, code="INFO_REQUEST")
    assert {row.name for row in rows} == {
        f"Answer from {a.agencies[code].name}" for code in ("school", "police")
    }


def test_the_cases_page_leads_to_the_plan_of_today_and_not_to_what_belongs_beside_it(a, review):
    page = Browser(a.staff).get(url(review.case))
    assert page.links["Open today’s plan of the rapid review"] == url(review)
    assert not {"Decide not to ask", "Add a step to the plan", "Answer a criterion"} & page.links.keys()


def test_an_agency_reads_whom_it_can_ring_wherever_it_answers(a, review):
    request = asked(a, review)
    author = Browser(a.people["author"])
    for place in (url(request), url(request, "account")):
        page = author.get(place)
        assert page.links[a.partnership.phone].startswith("tel:")
        assert a.partnership.email in page.links


def test_saying_that_there_was_no_involvement_takes_one_page(a, review):
    request = asked(a, review)
    Browser(a.author).fill(url(request, "nil_return"), role="Head of year")
    answered = fresh(request)
    assert (answered.state, answered.answer["role"], answered.answered_on) == (
        "nil_return",
        "Head of year",
        TODAY,
    )


# --- the meeting, the report, the Panel -------------------------------------------------------------------


def test_a_meeting_without_one_of_the_partners_does_not_count(a, review):
    two = {"represented": ["la", "icb"], "attendees": "Two", "conflicts_declared": "None"}
    with pytest.raises(Refused, match="nobody represented Police"):
        perform(review, "hold_meeting", by=a.staff, today=TODAY, **two)
    assert fresh(review).state == "open"


def test_the_report_is_written_section_by_section_and_a_clash_shows_both_texts(a, review):
    staff = Browser(a.staff)
    staff.fill(url(review, "write_report/child"), text="She liked trains.")
    assert fresh(review).report == {"child": "She liked trains."}
    older = {"text": "She liked ships.", "base": "0", "version": "1", "nonce": "n"}
    page = staff.post(url(review, "write_report/child"), older, status=409)
    assert "She liked trains." in page.words
    assert "She liked ships." in page.words
    assert fresh(review).report == {"child": "She liked trains."}


def test_it_goes_to_the_panel_and_its_letter_is_kept(a):
    review = make.drafted(a)
    make.decided(a, review.case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT, evidence_hash=review.report_hash)
    staff = Browser(a.staff)
    staff.fill(
        url(review, "submit"), message="Sent to the mailbox, message 42.", **day("effective_on", TODAY)
    )
    assert Deadline.objects.get(case=review.case, code="RR_15WD").met_on == TODAY
    letter = SimpleUploadedFile("letter.txt", b"We agree.", content_type="text/plain")
    staff.fill(
        url(review, "record_panel_response"), outcome="agrees", letter=letter, **day("effective_on", TODAY)
    )
    answered = fresh(review)
    assert (answered.state, answered.panel_outcome, answered.panel_letter.name) == (
        "panel_response",
        "agrees",
        "letter.txt",
    )


def test_without_the_letter_the_panels_answer_is_not_recorded(a):
    review = make.drafted(a)
    make.decided(a, review.case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT, evidence_hash=review.report_hash)
    sent = perform(review, "submit", by=a.staff, today=TODAY, proof=make.shown(review))
    Browser(a.staff).fill(
        url(sent, "record_panel_response"), outcome="agrees", status=422, **day("effective_on", TODAY)
    )
    assert fresh(sent).state == "submitted"


def test_a_delay_stands_beside_the_date_and_never_instead_of_it(a, review):
    Browser(a.staff).fill(
        url(review, "record_delay"),
        reason_code="agency_information",
        words="Two agencies are late.",
        **day("expected_on", dt.date(2026, 12, 21)),
    )
    page = Browser(a.staff).get(url(review))
    assert "It is now expected on Monday 21 December 2026; the date it is due has not moved." in page.words
    assert Deadline.objects.get(case=review.case, code="RR_15WD").due_on == dt.date(2026, 12, 14)


# --- refusals ---------------------------------------------------------------------------------------------


def done():
    """Everything on record but readings."""
    return Event.objects.exclude(kind__startswith="read.")


def test_a_refused_verb_says_why_and_a_stale_page_says_what_happened(a, review):
    panel = perform(
        review.case, "grant_access", by=a.staff, today=TODAY, user=a.panel_member, capacity="panel_member"
    )
    page = Browser(a.panel_member).get(url(review, "hold_meeting"), status=403)
    assert (
        "You are not on this case’s access list in a role that can do this. "
        "Of those who are on it, the partnership’s staff can."
    ) in page.words
    seen = fresh(review).version
    perform(review, "write_report", by=a.colleague, today=TODAY, sections={"child": "New."})
    before = done().count()
    delay = {
        "reason_code": "family_request",
        "words": "They ask for more time.",
        **day("effective_on", TODAY),
        **day("expected_on", TODAY + dt.timedelta(days=30)),
        "version": seen,
        "nonce": "n",
    }
    stale = Browser(a.staff).post(url(review, "record_delay"), delay, status=409)
    assert "somebody else changed this" in stale.words
    assert (done().count(), fresh(review).state, panel.state) == (before, "open", "open")


# --- speed ------------------------------------------------------------------------------------------------


def statements(browser, page):
    working_days()
    with CaptureQueriesContext(connection) as captured:
        browser.get(page)
    return [q["sql"] for q in captured]


def test_the_list_and_the_page_take_the_same_statements_however_many_reviews_there_are(a, review):
    staff = Browser(a.staff)
    staff.get("/rapid-reviews/")
    few = len(statements(staff, "/rapid-reviews/"))
    staff.get(url(review))  # the first time within an hour it is recorded
    page = len(statements(staff, url(review)))
    for _ in range(3):
        other = RapidReview.objects.get(notification=make.notified(a))
        asked(a, other)
    asked(a, review)
    many = statements(staff, "/rapid-reviews/")
    assert (len(many), len(set(many))) == (few, few)
    assert few <= 10
    assert len(statements(staff, url(review))) == page


def test_every_section_has_a_page(a, review):
    staff = Browser(a.staff)
    for code, title in RAPID_REVIEW_SECTIONS.items():
        assert title in staff.get(url(review, f"write_report/{code}")).words
    staff.get(url(review, "write_report/nonsense"), status=404)

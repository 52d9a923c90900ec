"""Findings and recommendations: which answers which, what is published of them, and the five quiet questions."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from cspr.workflow import Refused, perform
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.lint.smart import smart
from reviews.models import PracticeReview, Publication
from reviews.themes import labels
from tests import factories as make
from tests.referrals.browse import Browser

TODAY = make.TODAY
db = pytest.mark.django_db


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def writing(a):
    """A draft in quality assurance, with one finding that one recommendation answers."""
    review = make.fact_checked(a)
    return perform(review, "ask_changes", by=a.staff, today=TODAY, words="Shorter")


def fresh(review):
    return PracticeReview.objects.get(pk=review.pk)


def do(review, verb, by, **data):
    return perform(fresh(review), verb, by=by, today=TODAY, **data)


def url(review, verb=""):
    return f"/practice-reviews/{review.ref}/{verb}"


# --- findings ---------------------------------------------------------------------------------------------


@db
def test_a_finding_says_what_it_rests_on_and_recommendations_name_it(a, writing):
    reviewer = Browser(a.reviewer)
    reviewer.fill(
        url(writing, "add_finding/"),
        text="Forms ask for the father.",
        rests_on="Four forms",
        themes=["records"],
    )
    reviewer.fill(
        url(writing, "recommend/"), text="Ask who lives in the home.", kind="agency", owner="The trust",
        answers=["1", "2"], outcome="Babies are known with everybody who cares for them.", measure="An audit",
    )  # fmt: skip
    given = fresh(writing).recommendations.get(number=2)
    assert (given.answers, given.measure) == ([1, 2], "An audit")
    page = reviewer.get(url(writing, "findings/"))
    for words in (
        "2 Forms ask for the father.",
        "Rests on: Four forms",
        "Records and chronologies",
        "finding 2",
    ):
        assert words in page.words


@db
def test_a_finding_that_is_answered_is_not_taken_out(a, writing):
    with pytest.raises(Refused, match="Recommendation 1 answers this finding"):
        do(writing, "drop_finding", a.reviewer, number=1, words="Not one")
    do(writing, "drop_recommendation", a.reviewer, number=1, words="Said twice")
    do(writing, "drop_finding", a.reviewer, number=1, words="Not one")
    assert not fresh(writing).findings.exists()


@db
def test_a_recommendation_cannot_answer_a_finding_that_is_not_there(a, writing):
    with pytest.raises(Refused, match="not there any more"):
        do(writing, "recommend", a.reviewer, text="One", kind="agency", owner="The trust", answers=[7])


@db
def test_what_is_not_named_stays_when_a_recommendation_is_changed(a, writing):
    do(writing, "amend_recommendation", a.reviewer, number=1, text="New", kind="agency", owner="The trust")
    given = fresh(writing).recommendations.get()
    assert (given.text, given.answers) == ("New", [1])


# --- what is published ------------------------------------------------------------------------------------


@db
def test_the_hash_covers_what_is_published_and_nothing_else(a, writing):
    before = fresh(writing).report_hash
    do(writing, "amend_finding", a.reviewer, number=1, text="Nobody asked about the father.", rests_on="More talks",
       themes=["hidden_men"])  # fmt: skip
    assert fresh(writing).report_hash == before
    for verb, change in (
        ("amend_finding", {"number": 1, "text": "Nobody asked.", "themes": ["hidden_men"]}),
        ("amend_recommendation", {"number": 1, "text": "Include fathers.", "kind": "partnership",
                                  "owner": "All partners", "outcome": "Fathers are seen."}),
    ):  # fmt: skip
        do(writing, verb, a.reviewer, **change)
        assert fresh(writing).report_hash != before
        before = fresh(writing).report_hash


@db
def test_a_report_without_findings_keeps_the_hash_it_was_approved_with(a, writing):
    do(writing, "amend_recommendation", a.reviewer, number=1, text="Include fathers.", kind="partnership",
       owner="All partners", answers=[])  # fmt: skip
    do(writing, "drop_finding", a.reviewer, number=1, words="Not one")
    assert fresh(writing).published_beyond() == {}


@db
def test_the_public_reads_findings_and_outcomes_but_not_what_they_rest_on(a):
    review = make.sent_before_publication(a, on=TODAY - dt.timedelta(days=8), planned=TODAY)
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9)), tick=False):
        actions.publish(review, by=a.colleague, today=TODAY)
        publication = Publication.objects.get()
        page = Browser(a.staff).get(publication.get_absolute_url())
    assert (publication.findings, publication.themes) == (
        [{"number": 1, "text": "Nobody asked about the father."}],
        ["hidden_men"],
    )
    assert "What the review found Nobody asked about the father." in page.words
    assert "Answers finding 1" in page.words
    assert "Talks with two health visitors" not in page.words


@db
def test_the_improvements_alone_hold_no_findings(a):
    review = make.fact_checked(a)
    only = Publication.of(review, on=TODAY, improvements_only=True)
    assert (only.findings, len(only.recommendations)) == ([], 1)


@db
def test_every_word_that_would_be_published_is_named_by_its_place(a, writing):
    do(writing, "amend_recommendation", a.reviewer, number=1, text="Include fathers.", kind="partnership",
       owner="All partners", owner_role="Director", outcome="Fathers are seen.", measure="Counted")  # fmt: skip
    review = fresh(writing)
    texts = review.published_texts()
    said = Publication.of(review, on=TODAY)
    frozen = [said.title, *said.sections.values(), *(row["text"] for row in said.findings)]
    frozen += [value for row in said.recommendations for value in row.values() if isinstance(value, str)]
    assert sorted(texts.values()) == sorted(frozen)
    assert texts["recommendation.1.outcome"] == "Fathers are seen."
    assert "Talks with two health visitors." not in texts.values()


# --- the partners' answer ---------------------------------------------------------------------------------


@db
def test_the_partners_answer_a_recommendation_with_their_reason_where_it_is_not_a_plain_yes(a):
    review = make.fact_checked(a)
    staff = Browser(a.staff)
    page = staff.post(url(review, "answer_recommendation/1/"), {"response": "partly"}, status=422)
    assert page.errors[0][0] == "Say why the recommendation is not accepted as it stands"
    staff.fill(url(review, "answer_recommendation/1/"), response="partly", words="For first visits only")
    assert "Accepted in part. For first visits only" in staff.get(url(review, "findings/")).words
    before = fresh(review).report_hash
    do(review, "answer_recommendation", a.chair, number=1, response="accepted")
    assert fresh(review).report_hash == before
    with pytest.raises(Refused):
        do(review, "answer_recommendation", a.reviewer, number=1, response="accepted")


@db
def test_answering_a_decided_publication_does_not_undo_the_decision(a):
    review = make.fact_checked(a)
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, evidence_hash=review.report_hash)
    do(review, "answer_recommendation", a.staff, number=1, response="accepted")
    assert fresh(review).undecided() is None


# --- the five questions -----------------------------------------------------------------------------------

GOOD = "Give every health visitor a tested form of words for the conversation about a bruise."


def met(text=GOOD, *, owner="Vale Community Health", due_on=TODAY, **more):
    return {tick.code: tick.met for tick in smart(text, owner=owner, due_on=due_on, **more)}


def test_a_recommendation_that_could_be_begun_tomorrow_has_its_five_ticks():
    assert met(measure="An audit of twenty records after six months") == dict.fromkeys(
        ("specific", "measurable", "owner", "one", "time"), True
    )


@pytest.mark.parametrize(
    "text",
    [
        "Remind all staff of the protocol on bruising in babies and of their duties.",
        "Partners should ensure that information is shared in every case of this kind.",
        "Raise awareness of unseen men among all practitioners who visit families.",
        "The trust should consider whether the form is still right for every family.",
        "Continue to train practitioners in what the protocol asks of them each year.",
    ],
)
def test_words_that_leave_open_what_will_be_different_are_named_kindly(text):
    [specific, *_] = smart(text, owner="The trust", due_on=TODAY)
    assert not specific.met
    assert specific.quote.lower() in text.lower()
    assert specific.advice.startswith("Perhaps ")


def test_a_number_or_an_audit_in_the_words_counts_as_a_measure():
    assert met("Audit twenty records of babies after six months and tell the board.")["measurable"]
    assert not met()["measurable"]


def test_what_everybody_owns_nobody_owns_unless_a_post_answers_for_it():
    assert not met(owner="All three safeguarding partners")["owner"]
    assert met(owner="All three safeguarding partners", owner_role="Director of children’s services")["owner"]


def test_a_recommendation_that_asks_for_much_is_asked_to_be_two():
    assert not met(f"{GOOD} {GOOD} {GOOD}")["one"]
    assert not met(due_on=None)["time"]


@db
def test_the_questions_hold_nothing_up(a, writing):
    do(writing, "recommend", a.reviewer, text="Ensure it.", kind="agency", owner="All")
    page = Browser(a.reviewer).get(url(writing, "findings/"))
    assert "“Ensure” Perhaps say what will be done so that it happens." in page.words
    do(writing, "receive_draft", a.reviewer)


def test_themes_are_known_once_and_in_the_order_of_the_list():
    assert labels(["records", "hidden_men", "hidden_men", "nonsense"]) == [
        "Fathers and men who are not seen",
        "Records and chronologies",
    ]

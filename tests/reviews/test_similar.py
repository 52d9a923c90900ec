"""Similar recommendations made before: which are found, in which words, and by whom."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.workflow import perform
from reviews.likeness import likeness, terms
from reviews.models import PracticeReview, Publication
from reviews.models.earlier import SHOWN, similar
from tests import acting
from tests import factories as make
from tests.referrals.browse import Browser

TODAY = make.TODAY
BRUISE = "Give every health visitor a tested form of words for the conversation about a bruise in a baby."
LIKE_IT = "Every health visitor has tested words for conversations about bruises in babies."
OTHER = "Fit smoke alarms in all temporary housing."
db = pytest.mark.django_db


def recommended(a, review, *texts):
    """The review with these recommendations."""
    review = perform(review, "ask_changes", by=a.staff, today=TODAY, words="More")
    for text in texts:
        review = perform(
            review, "recommend", by=a.reviewer, today=TODAY, text=text, kind="agency", owner="A trust"
        )
    return review


def found(a, text, user=None, **more):
    return [earlier.text for earlier in similar(text, user or a.staff, today=TODAY, **more)]


# --- words ------------------------------------------------------------------------------------------------


def test_endings_and_words_that_say_nothing_do_not_count():
    assert terms("Bruises, bruising and a bruise in babies") == terms("bruise baby")
    assert terms("All agencies should ensure that practitioners work together.") == set()


def test_likeness_orders_texts_as_a_reader_would():
    assert likeness(BRUISE, BRUISE) == 1
    assert likeness(BRUISE, LIKE_IT) > 0.5 > likeness(BRUISE, OTHER)
    assert likeness(BRUISE, BRUISE.replace("visitor", "vistor")) > 0.8
    assert likeness("", BRUISE) == 0


# --- what is found ----------------------------------------------------------------------------------------


@db
def test_what_is_alike_is_found_and_what_is_not_is_not():
    a = make.area()
    recommended(a, make.fact_checked(a), LIKE_IT, OTHER)
    assert found(a, BRUISE) == [LIKE_IT]
    assert found(a, "") == []


@db
def test_the_review_one_is_writing_is_not_earlier_than_itself():
    a = make.area()
    review = recommended(a, make.fact_checked(a), LIKE_IT)
    assert found(a, BRUISE, but=review) == []


@db
def test_a_recommendation_is_found_by_its_present_words_alone():
    a = make.area()
    review = recommended(a, make.fact_checked(a), LIKE_IT)
    perform(review, "amend_recommendation", by=a.reviewer, today=TODAY, number=2, text=OTHER, kind="agency",
            owner="A trust")  # fmt: skip
    assert found(a, BRUISE) == []


@db
def test_of_another_partnership_only_what_is_public_is_found_and_in_its_published_words():
    a, b = make.area(), make.area("Otherham")
    there = recommended(b, make.fact_checked(b), LIKE_IT)
    assert found(a, BRUISE) == []
    frozen = Publication.of(there, on=TODAY)
    frozen.slug = "elsewhere"
    frozen.save()
    review = PracticeReview.objects.get(pk=there.pk)
    perform(review, "amend_recommendation", by=b.reviewer, today=TODAY, number=2, text=f"{LIKE_IT} A secret.",
            kind="agency", owner="A trust")  # fmt: skip
    [earlier] = similar(BRUISE, a.staff, today=TODAY)
    assert (earlier.text, earlier.given, earlier.url) == (LIKE_IT, None, "/library/elsewhere/#change")
    assert found(b, BRUISE) == [f"{LIKE_IT} A secret."]


@db
def test_somebody_who_is_not_on_the_case_finds_nothing_of_it():
    a = make.area()
    recommended(a, make.fact_checked(a), LIKE_IT)
    assert found(a, BRUISE, make.person(a.partnership, "chair")) == []


@db
def test_the_number_of_statements_does_not_grow_with_what_is_found():
    a = make.area()
    recommended(a, make.fact_checked(a), *(f"{LIKE_IT} In area {n}." for n in range(SHOWN + 3)))
    with CaptureQueriesContext(connection) as asked:
        assert len(found(a, BRUISE)) == SHOWN
    assert len(asked) <= 6  # the person's roles, the index, the rows, and three that hang on them


@db
def test_what_became_of_it_is_said_to_whoever_reads_the_review():
    a = make.area()
    action = acting.assured(a)
    text = "Include fathers and other men in the home."
    [earlier] = similar(f"{text} Include fathers.", a.staff, today=TODAY)
    assert earlier.given == action.recommendation
    assert earlier.became == "Actions complete: 0 of 1; “Practised” is agreed, on 1 piece of evidence."


# --- beside the form --------------------------------------------------------------------------------------


@db
def test_looking_first_shows_similar_ones_and_saves_nothing():
    a = make.area()
    recommended(a, make.fact_checked(a), LIKE_IT)
    review = recommended(a, make.fact_checked(a))
    reviewer = Browser(a.reviewer)
    page = reviewer.get(f"/practice-reviews/{review.ref}/recommend/")
    looked = reviewer.post(
        f"/practice-reviews/{review.ref}/recommend/",
        {**page.sends, "text": BRUISE, "look": "yes"},
        status=200,
    )
    assert LIKE_IT in looked.words
    assert (looked.errors, looked.sends["text"]) == ([], BRUISE)
    assert not PracticeReview.objects.get(pk=review.pk).recommendations.filter(text=BRUISE).exists()


@db
def test_before_anything_is_typed_the_findings_that_nothing_answers_are_looked_for():
    a = make.area()
    recommended(a, make.fact_checked(a), LIKE_IT)
    review = recommended(a, make.fact_checked(a))
    perform(
        review, "add_finding", by=a.reviewer, today=TODAY, text="Health visitors had no words about bruises."
    )
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9)), tick=False):
        page = Browser(a.reviewer).get(f"/practice-reviews/{review.ref}/recommend/")
    assert LIKE_IT in page.words


@db
def test_the_measure_fills_looks_and_keeps_nothing(capsys):
    from_before = PracticeReview.objects.count()
    call_command("measure_similar", recommendations=40)
    assert "40 recommendations" in capsys.readouterr().out
    assert PracticeReview.objects.count() == from_before

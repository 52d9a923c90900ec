"""The seven-minute briefing and the sheet for the national collection: complete, short, and naming nobody."""

from __future__ import annotations

import pytest

from cspr.documents.failures import CannotRender
from cspr.documents.pdf import paper_kind
from reviews.management.rehearsal.baby_change import FINDINGS, SAID
from reviews.management.rehearsal.baby_words import RECOMMENDATIONS, REPORT
from reviews.models import Publication
from reviews.papers.sharing import abstract, seven_parts, shortened
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.reading import set_and_read

TODAY = make.TODAY
db = pytest.mark.django_db


def paper(kind, review, user):
    return paper_kind(kind).builder(review, user)


def rowan(a, review):
    """The report of the rehearsal, as it would be published; not saved."""
    review.title, review.report = "Rowan", REPORT
    said = Publication.of(review, on=TODAY)
    said.findings = [{"number": n, "text": text} for n, (text, *_) in enumerate(FINDINGS, start=1)]
    said.recommendations = [
        {"number": n, "text": text, "owner": owner, "due_on": None}
        for n, (text, _, owner, _) in enumerate(RECOMMENDATIONS, start=1)
    ]
    said.themes = [theme for more in SAID for theme in more["themes"]]
    return said


@db
def test_the_seven_parts_say_something_each_and_in_their_order():
    a = make.area()
    parts = seven_parts(rowan(a, make.fact_checked(a)))
    assert [part.title for part in parts] == [
        "What this is about, and why", "The child", "What happened", "What was learnt", "What went well",
        "What should be different", "What we ask ourselves",
    ]  # fmt: skip
    assert all(part.text for part in parts)
    assert "(Vale Community Health)" in parts[5].text


@db
def test_before_anything_is_written_there_is_nothing_to_brief_about():
    a = make.area()
    with pytest.raises(CannotRender, match="Nothing of the report is written yet"):
        paper("briefing", make.practice_review(a), a.staff)


@db
@pytest.mark.parametrize("kind", ["briefing", "briefing_word", "nspcc_sheet"])
def test_what_is_not_public_says_so_and_nothing_of_the_case_is_in_it(kind):
    a = make.area()
    review = make.fact_checked(a)
    made = paper(kind, review, a.staff)
    assert made.running_head == "Not public yet"
    for hidden in (review.case.pseudonym, "Synthetic", "Talks with two health visitors", review.case.ref):
        assert hidden not in made.source()


@db
@needs_pango
def test_the_briefing_of_a_whole_report_is_two_sides_of_a4(monkeypatch):
    a = make.area()
    review = make.fact_checked(a)
    said = rowan(a, review)
    monkeypatch.setattr("reviews.papers.sharing.read", lambda review: said)
    read = set_and_read(paper("briefing", review, a.staff))
    assert len(read.pages) == 2


@db
def test_the_abstract_tells_event_child_learning_and_recommendations_and_keywords_follow():
    a = make.area()
    review = make.fact_checked(a)
    said = rowan(a, review)
    event, child, learning, recommendations = abstract(said)
    assert event.startswith("This review was carried out because a baby")
    assert child.startswith("Rowan was a few months old.")
    assert learning.startswith("Learning includes: The rule about bruises was known")
    assert recommendations.startswith("Recommendations include: Give every practitioner")
    assert "Fathers and men" not in paper("nspcc_sheet", review, a.staff).source()  # in small letters
    assert "fathers and men who are not seen" in paper("nspcc_sheet", review, a.staff).source()


def test_a_part_is_shortened_at_the_end_of_a_sentence_and_never_inside_one():
    text = "## A heading\n\nOne sentence. Another one, which is longer.\n\nA third."
    assert shortened(text, 20) == "One sentence."
    assert shortened(text, 60) == "One sentence. Another one, which is longer.\n\nA third."
    assert shortened("A sentence that does not fit at all.", 5) == "A sentence that does not fit at all."

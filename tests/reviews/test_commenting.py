"""Comments on the draft of a report: beside its sections, found again when the text changes, and never let out."""

from __future__ import annotations

import pytest

from cspr.audit.models import Event
from cspr.documents.passages import GONE, NEAR, THERE, Place, Readable, stretches
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals.models import Conflict
from reviews import actions
from reviews.models import PracticeReview, ReportComment
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TEXT = (
    "Nobody asked the father. The health visitor came twice. Nobody asked the school, and nobody asked why."
)
WORDS, REMARK = "The health visitor came twice.", "Her name was Synthetic Nurse, on 3 May 🎈"


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return written(make.fact_checked(a), a, TEXT)


def written(review, a, text):
    return perform(review, "write_report", by=a.reviewer, today=TODAY, sections={"reasons": text})


def say(a, review, text=REMARK, quote="", by=None):
    return actions.comment(review, by=by or a.la, today=TODAY, section="reasons", text=text, quote=quote)


def page(review, section="reasons"):
    return f"/practice-reviews/{review.ref}/comments/{section}/"


# --- passages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "how", "words"),
    [
        (f"Before it.\n\n{TEXT}", THERE, WORDS),
        (TEXT.replace("visitor came", "**visitor**\ncame"), THERE, "The health **visitor**\ncame twice."),
        (TEXT.replace("came twice", "called once"), NEAR, "The health visitor called once."),
        ("Something else stands here by now.", GONE, ""),
        ("", GONE, ""),
    ],
)
def test_a_passage_is_found_again_where_it_stands_now(now, how, words):
    start = TEXT.index(WORDS)
    passage = Readable(TEXT).passage(start, start + len(WORDS))
    place = Readable(now).find(passage)
    assert (place.how, now[place.start : place.end]) == (how, words)


def test_of_the_same_words_in_several_places_the_ones_in_their_surroundings_are_taken():
    start = TEXT.index("Nobody asked the school")
    passage = Readable(TEXT).passage(start, start + len("Nobody asked"))
    now = f"Nobody asked anybody. {TEXT}"
    assert Readable(now).find(passage).start == now.index("Nobody asked the school")


def test_quotation_marks_and_signs_of_any_kind_do_not_hide_a_passage():
    text = "She said “I’m fine 👩‍👧” – café, naïve."
    places = Readable(text).places('"I\'m fine 👩‍👧" - cafe\u0301')
    assert [text[start:end] for start, end in places] == ["“I’m fine 👩‍👧” – café"]
    assert Readable(text).places("“ ”") == []


def test_passages_that_overlap_are_both_marked():
    cut = stretches("abcdef", [(1, Place(THERE, 0, 4)), (2, Place(THERE, 2, 6)), (3, Place(GONE))])
    found = [(one.text, one.of, one.ending) for one in cut]
    assert found == [("ab", (1,), ()), ("cd", (1, 2), (1,)), ("ef", (2,), (2,))]


# --- saying something -------------------------------------------------------------------------------------------


def test_the_section_is_shown_in_words_without_signs_of_markdown(a, review):
    written(review, a, f"## What we heard\n\n**{WORDS}** See [the guidance](https://example.org/x).")
    say(a, review, quote=WORDS)
    shown = Browser(a.staff).get(page(review)).words
    assert f"What we heard {WORDS} See the guidance." in shown
    assert [sign for sign in ("##", "**", "](") if sign in shown] == []


def test_a_reader_of_the_draft_comments_on_words_of_it_and_finds_them_marked(a, review):
    partner = Browser(a.la)
    partner.fill(page(review), quote="the  health visitor came twice.", text=REMARK)
    said = ReportComment.objects.get()
    assert (said.quote, said.number, said.by, said.state) == (WORDS, 1, a.la, "open")
    shown = Browser(a.reviewer).client.get(page(review)).content.decode()
    assert f'<mark class="app-passage">{WORDS}</mark>' in shown
    assert f"“{WORDS}”" in shown
    assert "1 open comment" in Browser(a.la).get(f"/practice-reviews/{review.ref}/report/").words
    writing = f"/practice-reviews/{review.ref}/write_report/"
    for url in (writing, f"{writing}reasons/"):
        assert "1 open comment" in Browser(a.reviewer).get(url).words


def test_words_that_are_not_there_or_stand_there_twice_are_not_guessed_and_nothing_typed_is_lost(a, review):
    partner = Browser(a.la)
    refused = {"She was born": "do not stand in the section", "Nobody asked": "stand in the section 3 times"}
    for quote, answer in refused.items():
        again = partner.fill(page(review), status=422, quote=quote, text=REMARK)
        assert (answer in again.words, again.sends["text"], again.sends["quote"]) == (True, REMARK, quote)
    assert not ReportComment.objects.exists()


def test_when_the_passage_was_changed_the_comment_says_so_and_keeps_the_old_words(a, review):
    say(a, review, quote=WORDS)
    written(review, a, TEXT.replace("came twice", "called, once,"))
    assert "Marked is what comes nearest" in Browser(a.staff).get(page(review)).words
    written(review, a, "Something else.")
    words = Browser(a.staff).get(page(review)).words
    assert ("The passage was changed." in words, f"“{WORDS}”" in words) == (True, True)


def test_a_comment_is_answered_done_with_who_and_when_and_opened_again(a, review):
    said = say(a, review)
    reviewer = Browser(a.reviewer)
    reviewer.fill(f"{said.get_absolute_url()}reply/", text="The records do not say.")
    reviewer.fill(f"{said.get_absolute_url()}settle/")
    shown = Browser(a.la).get(page(review)).words
    assert f"Done: {a.reviewer.name}" in shown
    assert "The records do not say." in shown
    assert "open comment" not in Browser(a.staff).get(f"/practice-reviews/{review.ref}/report/").words
    Browser(a.la).fill(f"{said.get_absolute_url()}reopen/")
    assert ReportComment.objects.get().settled_by is None


def test_two_comments_are_settled_from_one_page_each_by_its_own_button(a, review):
    first, second = say(a, review), say(a, review, "Another")
    staff = Browser(a.staff)
    shown = staff.client.get(page(review))
    for one in shown.context["open"]:
        url = f"{one.comment.get_absolute_url()}settle/"
        staff.post(url, {"version": one.comment.version, "nonce": one.nonce})
    assert set(ReportComment.objects.values_list("state", flat=True)) == {"done"}
    assert {first.number, second.number} == {1, 2}


def test_who_only_made_no_comment_and_does_not_write_does_not_say_that_it_is_done(a, review):
    said = say(a, review)
    with pytest.raises(Refused, match="Whoever made this comment"):
        perform(said, "settle", by=a.icb, today=TODAY)


def test_nothing_is_added_when_the_report_is_not_being_written(a):
    review = make.sent_before_publication(a)
    with pytest.raises(Refused, match="not being written now"):
        say(a, review)
    assert "not being written now" in Browser(a.la).get(page(review)).words


def test_somebody_in_conflict_or_from_elsewhere_finds_no_comment(a, review):
    said = say(a, review)
    Browser(make.area("Elsewhere").staff).get(page(review), status=404)
    Browser(a.icb).get(page(review))
    Conflict.objects.create(case=review.case, user=a.icb, recorded_by=a.staff, reason="x", declared_on=TODAY)
    for url in (page(review), said.get_absolute_url()):
        Browser(a.icb).get(url, status=404)


# --- where its words are not ------------------------------------------------------------------------------------


def test_what_a_comment_says_is_in_no_event_no_email_no_list_and_not_in_what_is_published(a, review):
    before = (review.report_hash, review.published_texts())
    said = say(a, review, quote=WORDS)
    perform(said, "reply", by=a.staff, today=TODAY, text="Synthetic reply")
    fresh = PracticeReview.objects.get(pk=review.pk)
    assert (fresh.report_hash, fresh.published_texts()) == before
    kept = " ".join(f"{e.words} {e.facts}" for e in Event.objects.filter(case_ref=review.case.ref))
    mails = OutgoingEmail.objects.filter(kind__in=("report_comment", "comment_reply"))
    assert {(mail.kind, mail.to) for mail in mails} == {
        ("report_comment", a.staff),
        ("report_comment", a.colleague),
        ("report_comment", a.reviewer),
        ("comment_reply", a.la),
    }
    seen = kept + " ".join(
        Browser(a.staff).get(url).words for url in ("/work/", "/practice-reviews/", "/emails/")
    )
    assert [words for words in ("Synthetic Nurse", "Synthetic reply") if words in seen] == []


# --- how many ---------------------------------------------------------------------------------------------------


def test_the_page_asks_as_many_statements_for_many_comments_as_for_one(
    a, review, django_assert_max_num_queries
):
    def asked():
        with django_assert_max_num_queries(40) as seen:
            Browser(a.staff).get(page(review))
        return len(seen.captured_queries)

    perform(say(a, review, quote=WORDS), "reply", by=a.la, today=TODAY, text="Yes")
    asked()  # that it was opened is on record from then on
    one = asked()
    for number in range(8):
        said = say(a, review, f"Number {number}", quote="Nobody asked the father")
        perform(said, "reply", by=a.la, today=TODAY, text="Yes")
    assert asked() == one

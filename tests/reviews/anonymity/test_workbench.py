"""The workbench: the key is begun from the case, finds are answered, files are checked, two people sign."""

import pytest
from django.urls import reverse

from cspr.audit.models import Event
from cspr.workflow import Refused, perform, why_not
from reviews import actions
from reviews.actions import anonymity
from reviews.anonymity import LONGEST
from reviews.models import IdentityKey, PracticeReview, SectionVersion
from reviews.models.anonymising import cautions, open_finds
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LEAKY = "Then Synthetic Child’s mother rang. Synthetic Child was seen on 12 March 2025 at Example Surgery."


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    review = make.fact_checked(a)
    return perform(review, "write_report", by=a.reviewer, today=TODAY, sections={"events": LEAKY})


@pytest.fixture
def key(a, review):
    return make.key_begun(a, review)


def at(review):
    return reverse("anonymity-workbench", args=[review.ref])


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def chosen(key, review, said):
    one = next(f for f in open_finds(fresh(key), fresh(review)) if f.said == said)
    return anonymity.Chosen(one.place.code, one.start, one.said)


# --- the key ----------------------------------------------------------------------------------------------


def test_the_key_begins_with_what_the_case_says_and_is_begun_once(a, review, key):
    entries = {(entry.kind, entry.real) for entry in key.entries.all()}
    assert {
        ("child", "Synthetic Child"),
        ("family", "Synthetic Parent"),
        ("date", "1 June 2026"),
        ("service", "Example Surgery"),
        ("place", "Example Street"),
    } <= entries
    assert a.reviewer.name not in {real for _, real in entries}
    assert make.key_begun(a, review).pk == key.pk


def test_what_stands_in_the_key_stands_in_no_event_and_no_hash(a, review, key):
    before = review.report_hash
    said = {"kind": "person", "real": "Quillon Featherby", "instead": "a friend", "others": "Quill"}
    perform(key, "add_entry", by=a.staff, today=TODAY, **said)
    entry = next(one for one in key.entries.all() if one.real == "Quillon Featherby")
    perform(key, "change_entry", by=a.staff, today=TODAY, entry=entry.pk, **{**said, "others": "Feathers"})
    perform(key, "accept_find", by=a.staff, today=TODAY, place="", said="Quill", reason="A pen, not Quillon.")
    perform(key, "remove_entry", by=a.staff, today=TODAY, entry=entry.pk)
    told = [(event.words, event.facts) for event in Event.objects.filter(subject_ref=key.ref)]
    assert len(told) == 5
    assert "uill" not in str(told)
    assert "eather" not in str(told)
    assert fresh(review).report_hash == before


@pytest.mark.parametrize("role", ["reviewer", "la", "panel_member", "referrer", "dpo", "sysadmin"])
def test_neither_the_reviewer_nor_a_partner_opens_the_key(a, key, role):
    assert not IdentityKey.objects.visible_to(a.people[role]).exists()


def test_each_reading_of_the_key_is_on_record(a, review, key):
    staff = Browser(a.staff)
    staff.get(at(review))
    staff.get(key.get_absolute_url())
    assert Event.objects.filter(kind="read.identity_key", by=a.staff, subject_ref=key.ref).count() == 2


# --- finds ------------------------------------------------------------------------------------------------


def test_a_find_is_replaced_in_a_new_version_with_the_possessive_that_stood_there(a, review, key):
    number = anonymity.replace(
        key, by=a.staff, today=TODAY, chosen=chosen(key, review, "Synthetic Child’s"), words="Rowan"
    )
    assert number == 1
    assert fresh(review).report["events"].startswith("Then Rowan’s mother rang. Synthetic Child was")
    newest = SectionVersion.objects.of(review, "events").first()
    assert (newest.by, newest.number) == (a.staff, 3)


def test_all_that_are_like_it_are_replaced_together(a, review, key):
    words = "Rowan"
    one = chosen(key, review, "Synthetic Child")
    assert anonymity.replace(key, by=a.staff, today=TODAY, chosen=one, words=words, everywhere=True) == 2
    assert fresh(review).report["events"] == (
        "Then Rowan’s mother rang. Rowan was seen on 12 March 2025 at Example Surgery."
    )


def test_a_name_in_title_finding_and_recommendation_is_found_and_replaced_there(a, review, key):
    review = perform(review, "add_finding", by=a.reviewer, today=TODAY, text="Synthetic Child was not asked.")
    review = perform(review, "write_report", by=a.reviewer, today=TODAY, sections={}, title="Synthetic Child")
    one = chosen(key, review, "Synthetic Child")
    anonymity.replace(key, by=a.staff, today=TODAY, chosen=one, words="Rowan", everywhere=True)
    review = fresh(review)
    assert (review.title, review.findings.last().text) == ("Rowan", "Rowan was not asked.")


def test_a_number_may_be_left_out_and_a_name_may_not(a, review, key):
    with pytest.raises(Refused, match="Write what stands there instead"):
        anonymity.replace(
            key, by=a.staff, today=TODAY, chosen=chosen(key, review, "Example Surgery"), words=" "
        )
    perform(review, "write_report", by=a.reviewer, today=TODAY, sections={"child": "Call 07700 900123."})
    one = chosen(key, review, "07700 900123")
    anonymity.replace(key, by=a.staff, today=TODAY, chosen=one, words="")
    assert fresh(review).report["child"] == "Call ."


def test_a_text_that_changed_meanwhile_is_not_overwritten(a, review, key):
    one = chosen(key, review, "12 March 2025")
    perform(review, "write_report", by=a.reviewer, today=TODAY, sections={"events": f"So. {LEAKY}"})
    with pytest.raises(Refused, match="changed since this page was made"):
        anonymity.replace(key, by=a.staff, today=TODAY, chosen=one, words="in March")


def test_a_find_left_in_needs_a_reason_and_can_be_looked_at_again(a, review, key):
    with pytest.raises(Refused, match="Say why"):
        anonymity.accept(
            key, by=a.staff, today=TODAY, place="section.events", said="12 March 2025", reason=" "
        )
    said = {"place": "section.events", "said": "12 March 2025", "reason": "The day of a national report."}
    anonymity.accept(key, by=a.staff, today=TODAY, **said)
    assert "12 March 2025" not in [f.said for f in open_finds(fresh(key), review)]
    perform(key, "look_again", by=a.staff, today=TODAY, accepted=key.accepted.get().pk)
    assert "12 March 2025" in [f.said for f in open_finds(fresh(key), review)]


def test_a_pseudonym_that_is_the_name_of_another_child_here_is_warned_of_without_saying_whose(a, review, key):
    make.accepted(
        make.area("Otherham"),
        children={"items": [{**make.answers()["children"]["items"][0], "name": "Rowan Else"}]},
    )
    perform(key, "add_entry", by=a.staff, today=TODAY, kind="child", real="Second Name", instead="Rowan")
    (caution,) = [c for c in cautions(fresh(key), review) if c.rule == "pseudonym"]
    assert caution.words == "“Rowan” is the real name of a child on this system. Choose another pseudonym."


def test_the_page_shows_each_find_in_its_sentence_and_answers_without_scripts(a, review, key):
    staff = Browser(a.staff)
    page = staff.get(at(review))
    assert "4 finds left in the report." in page.words
    assert "Synthetic Child was seen on 12 March 2025 at Example Surgery ." in page.words
    one = chosen(key, review, "Example Surgery")
    form = {
        "place": one.place,
        "start": one.start,
        "said": one.said,
        "words": "a GP practice",
        "press": "replace",
    }
    staff.post(at(review), form)
    assert staff.went_to == f"{at(review)}#next"
    assert fresh(review).report["events"].endswith("12 March 2025 at a GP practice.")


def test_what_was_typed_is_not_lost_when_it_cannot_be_done(a, review, key):
    one = chosen(key, review, "Example Surgery")
    form = {"place": one.place, "start": one.start, "said": one.said, "words": "my words", "press": "accept"}
    page = Browser(a.staff).post(at(review), {**form, "reason": "\n"}, 422)
    assert "Say why nobody can be recognised by it" in page.words
    assert "my words" in page.sends["words"]


def test_a_report_of_a_thousand_pages_is_refused_with_a_sentence(a, review, key):
    PracticeReview.objects.filter(pk=review.pk).update(report={"events": "a " * (LONGEST // 2 + 1)})
    page = Browser(a.staff).get(at(review))
    assert "Divide the report: it is not checked in part." in page.words


def test_the_chair_reads_and_signs_and_changes_nothing(a, review, key):
    page = Browser(a.chair).get(at(review))
    assert "Example Surgery" in page.words
    assert "Write instead" not in page.words
    assert why_not(key, "accept_find", a.chair) is not None


def test_others_are_told_that_it_is_not_theirs(a, review, key):
    reviewer = Browser(a.reviewer)
    reviewer.get(at(review), 403)
    reviewer.get(key.get_absolute_url(), 404)


# --- the finished files, and the signatures ---------------------------------------------------------------


def test_nobody_signs_before_the_finished_files_are_checked(a, review, key):
    assert why_not(key, "sign", a.staff) == (
        "The finished PDF and Word document have not been checked since the report or the key was changed."
    )


def test_nobody_signs_while_a_find_in_the_files_is_open(a, review):
    found = {"where": "Document information: Author", "said": "Synthetic Parent"}
    key = make.files_checked(a, review, finds=[found])
    assert why_not(key, "sign", a.staff) == "2 finds in the finished files still to look at."


def test_the_second_signature_is_another_persons(a, review):
    key = perform(make.files_checked(a, review), "sign", by=a.staff, today=TODAY)
    assert why_not(key, "sign", a.staff) == "You have signed already, so somebody else has to be the second."
    assert key.unsigned(review.report_hash) == "One person has signed. A second person has to sign, too."
    key = perform(key, "sign", by=a.chair, today=TODAY)
    assert key.unsigned(review.report_hash) is None


@pytest.mark.parametrize("change", ["text", "key", "acceptance", "files"])
def test_any_change_undoes_the_signatures(a, review, change):
    key = make.anonymity_signed(a, review)
    if change == "text":
        review = perform(
            review, "write_report", by=a.reviewer, today=TODAY, sections={"child": "Other words."}
        )
    elif change == "key":
        said = {"kind": "place", "real": "Nether Brindle", "instead": "a village"}
        perform(key, "add_entry", by=a.staff, today=TODAY, **said)
    elif change == "acceptance":
        anonymity.accept(key, by=a.staff, today=TODAY, place="", said="x", reason="Only a letter.")
    else:
        make.files_checked(a, review)
    assert fresh(key).unsigned(fresh(review).report_hash) == (
        "Nobody has signed yet that no one can be recognised in the report as it reads now."
    )
    assert fresh(key).signatures.count() == 2


def test_nothing_is_published_without_two_signatures(a):
    review = make.sent_before_publication(a, on=TODAY)
    key = IdentityKey.objects.get(case=review.case)
    anonymity.accept(key, by=a.staff, today=TODAY, place="", said="x", reason="Only a letter.")
    with pytest.raises(Refused, match="Nobody has signed yet"):
        actions.publish(review, by=a.colleague, today=TODAY.replace(day=30))

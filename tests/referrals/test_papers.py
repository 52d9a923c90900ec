"""The papers of referrals and decisions: they say all of what was sent or decided, and nothing since."""

import datetime as dt

import pytest

from cspr.documents.access import why_not_read
from cspr.documents.failures import CannotRender
from cspr.documents.models import Document
from cspr.documents.pdf import paper_kind, paper_kinds, queue_pdf
from cspr.workflow import perform
from referrals import actions
from referrals.models import Decision
from referrals.questions import shown
from referrals.states import Criterion, DecisionKind, Outcome
from tests import factories as make
from tests.documents.pango import needs_pango
from tests.reading import set_and_read, words_of

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def paper(kind, subject, user):
    return paper_kind(kind).builder(subject, user)


def test_each_noun_offers_its_own_papers():
    kinds = {
        label: [k.kind for k in paper_kinds(label)] for label in ("referrals.referral", "referrals.decision")
    }
    assert kinds == {"referrals.referral": ["referral"], "referrals.decision": ["decision"]}


# --- the referral -----------------------------------------------------------------------------------------


def test_the_referral_holds_every_question_that_was_asked_with_its_answer():
    a = make.area()
    referral = make.sent(a)
    html = paper("referral", referral, a.staff).html()
    asked = list(shown(referral.answers))
    assert [s.question.noun for s in asked if f">{s.question.noun}<" not in html.replace("&#x27;", "'")] == []
    assert "A baby was brought to hospital with fractures." in html
    assert html.count("Not answered") == sum(not s.value for s in asked)


def test_the_referral_shows_the_version_that_was_sent_last_and_nothing_written_since():
    a = make.area()
    referral = make.sent(a)
    referral = perform(
        referral, "return_incomplete", by=a.staff, today=TODAY, due_on=TODAY,
        marks=[{"section": "incident", "field": "place", "reason": "other", "comment": "Where?"}],
    )  # fmt: skip
    incident = {**referral.answers["incident"], "place": "Kitchen"}
    referral = actions.write(referral, by=a.referrer, today=TODAY, section="incident", answers=incident)
    assert "Kitchen" not in paper("referral", referral, a.staff).html()
    referral = actions.submit(referral, by=a.referrer, today=TODAY)
    again = paper("referral", referral, a.staff).html()
    assert "Kitchen" in again
    assert "2, after it was returned for completion" in again


def test_a_referral_that_was_never_sent_gives_no_paper_but_a_sentence():
    a = make.area()
    with pytest.raises(CannotRender, match="has not been sent yet"):
        paper("referral", make.draft(a), a.referrer)


def test_what_somebody_typed_into_a_referral_stays_text():
    a = make.area()
    referral = make.sent(a, incident={"narrative": "<img src=x onerror=alert(1)>\n## Not a heading"})
    html = paper("referral", referral, a.staff).html()
    assert "&lt;img src=x onerror=alert(1)&gt;<br>## Not a heading" in html


def test_title_and_file_name_of_a_referral_name_nobody():
    a = make.area()
    referral = make.sent(a)
    made = paper("referral", referral, a.staff)
    assert (made.title, made.file_stem, made.running_head) == (
        f"Referral {referral.ref}", f"referral-{referral.ref}", "",
    )  # fmt: skip
    assert made.marking == "Official – sensitive: personal"


@needs_pango
def test_the_referral_is_set_with_real_headings_and_its_marking_on_every_page():
    a = make.area()
    pdf = set_and_read(paper("referral", make.sent(a), a.staff))
    assert [page for page in pdf.pages if "Official – sensitive: personal" not in page] == []
    assert "1. Whether everybody is safe now" in pdf.outline
    assert "3.1 Child 1" in pdf.outline
    assert {"/H1", "/H2", "/H3", "/H4", "/Table", "/TH", "/Caption", "/Link"} <= set(pdf.tags)
    assert "Synthetic Child" in pdf.words
    assert not {"/Author", "/Subject", "/Keywords", "/CreationDate"} & set(pdf.info)


def test_until_it_is_accepted_all_staff_may_make_the_pdf_and_afterwards_only_who_is_on_the_list():
    a = make.area()
    stranger = make.person(a.partnership, "staff")
    referral = make.sent(a)
    assert why_not_read(referral, stranger, "referral") is None
    referral = actions.accept(referral, by=a.staff, today=TODAY)
    stranger = type(stranger).objects.get(pk=stranger.pk)
    assert why_not_read(referral, stranger, "referral") is not None
    assert why_not_read(referral, a.staff, "referral") is None
    assert why_not_read(referral, a.referrer, "referral") is None


def test_asking_for_the_same_paper_twice_makes_it_once():
    a = make.area()
    referral = make.sent(a)
    first, second = (queue_pdf("referral", referral, a.staff) for _ in range(2))
    assert first.pk == second.pk
    assert Document.objects.filter(kind="referral").count() == 1


# --- the decision -----------------------------------------------------------------------------------------

GROUNDS = {
    "SCSC_A": {"met": "yes", "reason": "Unexplained fractures."},
    "SCSC_B2": {"met": "unclear", "reason": "An opinion is awaited."},
}


def proposed(a, **more):
    referral = make.accepted(a)
    return actions.propose(
        referral.case, by=a.staff, today=TODAY, kind=DecisionKind.NOTIFY, outcome=Outcome.NOTIFY, grounds=GROUNDS,
        reasons="Both limbs were weighed.", **more,
    )  # fmt: skip


def viewed(a, decision):
    """The authority agrees, the police differ, nobody reached the ICB."""
    views = [
        (a.la, "la", "agree", ""),
        (a.police, "police", "disagree", "The opinion should be awaited."),
        (a.staff, "icb", "not_sought", "nobody could be reached in time."),
    ]
    for by, partner, view, reason in views:
        decision = perform(
            decision, "give_view", by=by, today=TODAY, partner=partner, view=view, reason=reason
        )
    return decision


def test_the_decision_record_answers_each_ground_by_itself_also_the_one_nobody_answered():
    a = make.area()
    said = words_of(paper("decision", proposed(a), a.staff))
    assert f"{Criterion.SCSC_A.label} Met Unexplained fractures." in said
    assert f"{Criterion.SCSC_B1.label} Not recorded No reason recorded" in said
    assert f"{Criterion.SCSC_B2.label} Not clear yet An opinion is awaited." in said


def test_a_proposal_says_that_nothing_is_decided_yet():
    a = make.area()
    said = words_of(paper("decision", proposed(a), a.staff))
    assert "This is a proposal." in said
    assert said.count("Not given yet") == 3
    assert "Approved Not approved yet" in said


def test_the_decision_record_shows_dissent_and_why_a_view_was_not_sought():
    a = make.area()
    said = words_of(paper("decision", viewed(a, proposed(a)), a.staff))
    sentence = "Not unanimous. Disagrees: Police. No view was sought from: Integrated care board."
    assert sentence in said
    assert f"Police Disagrees {a.police.name} 23 November 2026 The opinion should be awaited." in said
    recorded = f"Recorded for them by {a.staff.name} 23 November 2026"
    assert f"board Not sought {recorded} Not sought, because: nobody could be reached in time." in said


def test_the_decision_record_says_who_approved_when_and_the_fingerprint_of_what_was_approved():
    a = make.area()
    decision = actions.approve(viewed(a, proposed(a, evidence_hash="e" * 64)), by=a.chair, today=TODAY)
    said = words_of(paper("decision", decision, a.staff))
    assert f"Approved by {a.chair.name} On Monday 23 November 2026" in said
    assert decision.approved_hash in said
    assert "e" * 64 in said
    assert "This is a proposal." not in said


def test_conflicts_known_when_it_was_decided_stand_in_the_record_with_what_followed():
    a = make.area()
    decision = proposed(a)
    assert "Conflicts of interest None was declared or recorded" in words_of(
        paper("decision", decision, a.staff)
    )
    later = TODAY + dt.timedelta(days=7)
    case = perform(
        decision.case, "record_conflict", by=a.staff, today=TODAY, user=a.colleague, words="A relative."
    )
    decision = actions.approve(viewed(a, decision), by=a.chair, today=TODAY)
    case = perform(case, "lift_conflict", by=a.chair, today=later, user=a.colleague, words="Not close.")
    perform(case, "record_conflict", by=a.staff, today=later, user=a.icb, words="Another one.")
    said = words_of(paper("decision", decision, a.staff))
    assert (
        f"{a.colleague.name} A relative. Recorded by {a.staff.name} No access to the case from Monday 23"
        in said
    )
    assert f"Lifted by {a.chair.name} on Monday 30 November 2026" in said
    assert "Another one." not in said


def test_a_decision_that_was_replaced_still_stands_in_the_record_of_the_later_one():
    a = make.area()
    case = make.accepted(a).case
    make.decided(a, case, DecisionKind.NOTIFY, Outcome.NFA)
    later = make.decided(a, case, DecisionKind.NOTIFY, Outcome.AUDIT)
    earlier = Decision.objects.exclude(pk=later.pk).get(case=case)
    assert earlier.state == "superseded"
    said = words_of(paper("decision", later, a.staff))
    assert f"Monday 23 November 2026 {Outcome.NFA.label} Replaced by a later decision" in said


@needs_pango
def test_the_decision_record_is_set_with_headings_and_header_cells():
    a = make.area()
    pdf = set_and_read(paper("decision", viewed(a, proposed(a)), a.staff))
    assert pdf.outline == [
        "Decision record",
        "1. The grounds, one by one",
        "2. The reasons",
        "3. The views of the three safeguarding partners",
        "4. Conflicts of interest",
        "5. Approval",
    ]
    assert pdf.pages[0].endswith(f"Page 1 of {len(pdf.pages)}")
    assert pdf.tags.count("/Table") == 3

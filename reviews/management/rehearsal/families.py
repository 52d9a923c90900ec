"""The family in the first story's practice review: who was invited, what they answered, and what was promised and kept."""

from __future__ import annotations

from reviews import actions
from reviews.management.rehearsal.stage import Stage
from reviews.models import FamilyContact, FamilyPromise, PracticeReview
from reviews.questions.family import Advocate, FamilyAnswer, PromiseKind, PromiseState

# How each kind of promise was kept.
KEPT = {
    PromiseKind.TOLD_FIRST: "At home, by the named officer. She asked what a review is and who reads it.",
    PromiseKind.UPDATE: "By telephone, on a Tuesday morning as she had asked.",
    PromiseKind.READ_DRAFT: "With her advocate, over two afternoons. She changed two words.",
    PromiseKind.TOLD_BEFORE: "At home, two days before. She chose not to be there on the day.",
}


def invited(stage: Stage, review: PracticeReview, child: str) -> None:
    """The mother takes part; her former partner is a suspect, and the police have not agreed to contact yet."""
    mother = _added(stage, review, "Mother")
    given = {
        "invited_on": stage.today, "invited_how": "A visit by the named officer, and a letter",
        "answer": FamilyAnswer.TAKES_PART, "answer_words": "I want them to know that I asked for help.",
        "advocate": Advocate.ACCEPTED, "advocate_name": "An advocate of a women’s organisation",
        "safe_contact": "By telephone on weekday mornings. Nothing by post.",
        "wishes": f"She chose the name {child}. She is told before anybody else.",
    }  # fmt: skip
    stage.do(mother, "record", "staff", given=given)
    partner = _added(stage, review, "Mother's partner")
    stage.do(partner, "record", "staff", given={"suspect": True})
    keep(stage, review, PromiseKind.TOLD_FIRST)


def keep(stage: Stage, review: PracticeReview, *kinds: PromiseKind) -> None:
    """What was promised to the mother, and falls due about now, is kept today."""
    waiting = FamilyPromise.objects.filter(case=review.case, state=PromiseState.OPEN, contact__suspect=False)
    for promise in waiting.filter(kind__in=kinds):
        stage.do(promise, "keep", "staff", how=KEPT[PromiseKind(promise.kind)])


def spoken_for(stage: Stage, review: PracticeReview) -> None:
    """The trial is over: the police agree, and the mother's former partner wants none of what he was promised."""
    partner = FamilyContact.objects.get(case=review.case, suspect=True)
    given = {"police_agreed_on": stage.today, "answer": FamilyAnswer.DECLINED, "invited_on": stage.today,
             "invited_how": "A letter through his solicitor"}  # fmt: skip
    stage.do(partner, "record", "staff", given=given)
    for promise in FamilyPromise.objects.filter(contact=partner, state=PromiseState.OPEN):
        stage.do(
            promise, "release", "staff", why="He does not wish to take part. His solicitor wrote to say so."
        )


def _added(stage: Stage, review: PracticeReview, relationship: str) -> FamilyContact:
    member = review.case.family.get(relationship=relationship)
    added: FamilyContact = stage.act(
        actions.add_to_family, review, by="staff", name=member.name, relationship=relationship, member=member
    )
    return added

"""What follows from the first story's report: actions with owners, evidence, four eyes, and a word to the public."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile

from cspr.documents.uploads import store_upload
from reviews import actions as review_actions
from reviews.management.rehearsal.baby_change import ACTIONS, CARD
from reviews.management.rehearsal.stage import Stage
from reviews.models import Action, PracticeReview


def plan(stage: Stage, review: PracticeReview) -> None:
    """Learning does not wait for publication: what is recommended is acted on from the sign-off."""
    for number, what, agency, owner, post, weeks in ACTIONS:
        stage.act(
            review_actions.plan_action,
            review,
            by="staff",
            number=number,
            what=what,
            agency=stage.agencies[agency] if agency else None,
            owner=stage.person(owner) if owner else None,
            owner_role=post,
            due_on=stage.today + dt.timedelta(weeks=weeks),
        )


def follow_up(stage: Stage, review: PracticeReview) -> None:
    """Two are looked at and agreed to, one is shown and not yet looked at, one is at risk, one has not begun."""
    card, telephone, record, visits, exhausted, _ = Action.objects.filter(
        recommendation__review=review
    ).order_by("recommendation__number", "number")
    with stage.at(stage.today):
        file = store_upload(
            ContentFile(CARD.encode(), name="card-for-clinic-bags.txt"),
            by=stage.person("community_author"),
            partnership=stage.partnership,
            case_ref=review.case.ref,
            subject_label=Action._meta.label_lower,
            subject_ref=card.ref,
            kind="action_evidence",
        )
    stage.do(card, "add_evidence", "community_author", kind="policy", documents=[file],
             words="The card, tested with six parents and twelve health visitors. It is in 74 of 74 clinic bags.")  # fmt: skip
    stage.do(card, "add_evidence", "community_author", kind="families",
             words="Nine parents who were asked about a bruise since then: eight say that they understood why.")  # fmt: skip
    stage.do(card, "add_evidence", "community_author", kind="audited",
             words="All eleven bruises recorded since then: ten seen by a paediatrician on the same day.")  # fmt: skip
    stage.do(
        card,
        "assure",
        "chair",
        grade=4,
        words="I read the eleven records and spoke with three of the parents.",
    )
    stage.do(card, "complete", "community_author", words="The card goes to every new starter from now on.")
    stage.do(card, "tell_public", "colleague", sentence="Health visitors carry a card with tested words for the "
             "conversation about a bruise. Ten of eleven babies with a bruise were seen the same day.")  # fmt: skip
    stage.do(
        telephone,
        "report_progress",
        "hospital_author",
        words="The line is open from eight to six, with a rota.",
    )
    stage.do(telephone, "add_evidence", "hospital_author", kind="policy",
             words="The rota and the number, sent to all clinics.")  # fmt: skip
    stage.do(
        telephone, "assure", "staff", grade=2, words="I rang it on three days. It was answered each time."
    )
    stage.do(telephone, "tell_public", "colleague", sentence="A paediatrician answers a telephone for questions about "
             "bruises in babies every working day.")  # fmt: skip
    stage.do(record, "report_progress", "community_author", words="The new form is ready. Two services use it; three wait for "
             "their supplier.", at_risk=True)  # fmt: skip
    stage.do(visits, "add_evidence", "council_author", kind="trained",
             words="Forty-one of forty-six family workers took part in the half-day on who is in the home.")  # fmt: skip
    stage.do(exhausted, "report_progress", "staff",
             words="By telephone from the chief nurse: two posts are advertised.")  # fmt: skip

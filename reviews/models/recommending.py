"""Findings and recommendations of a practice review: which answers which, what is asked of whom, and the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Max

from cspr.accounts.models import Agency, User
from cspr.workflow import Refused, Subject, verb
from reviews import permissions
from reviews.likeness import LONGEST, terms
from reviews.states import ANSWERING, FOLLOWED, WRITING, RecommendationKind, Response
from reviews.themes import in_order


class Finding(models.Model):
    """One thing the review found, and what it rests on. What it rests on is never published."""

    review = models.ForeignKey("reviews.PracticeReview", on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    rests_on = models.TextField(blank=True)
    themes = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="one_finding_per_number")]

    def __str__(self) -> str:
        return f"finding {self.number}"


class Recommendation(models.Model):
    """What should change, which findings it answers, who owns it, by when, and how one will know (practice A11)."""

    review = models.ForeignKey(
        "reviews.PracticeReview", on_delete=models.CASCADE, related_name="recommendations"
    )
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    kind = models.CharField(max_length=12, choices=RecommendationKind.choices)
    # The numbers of the findings it answers. A finding that is answered cannot be taken out.
    answers = models.JSONField(default=list)
    themes = models.JSONField(default=list)
    outcome = models.TextField("what will be different for children", blank=True)
    baseline = models.TextField("how it is now", blank=True)
    measure = models.TextField("how it will be measured", blank=True)
    owner = models.CharField(max_length=160)
    owner_role = models.CharField(max_length=160, blank=True)
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    response = models.CharField(max_length=10, choices=Response.choices, blank=True)
    response_reason = models.TextField(blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="one_recommendation_per_number")
        ]

    def __str__(self) -> str:
        return f"recommendation {self.number}"

    def as_published(self) -> dict[str, Any]:
        """What the public reads of it. What was left empty has no key, so that an older copy reads the same."""
        more = {
            "owner_role": self.owner_role,
            "answers": self.answers,
            "outcome": self.outcome,
            "measure": self.measure,
        }
        return {
            "number": self.number,
            "text": self.text,
            "owner": self.owner,
            "due_on": self.due_on and self.due_on.isoformat(),
            **{name: value for name, value in more.items() if value},
        }


class RecommendationTerm(models.Model):
    """One telling word of a recommendation (``reviews.likeness``): the index by which similar ones are found."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="terms")
    term = models.CharField(max_length=LONGEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "recommendation"], name="one_term_per_recommendation")
        ]

    def __str__(self) -> str:
        return self.term


def index_terms(given: Recommendation) -> None:
    """Store the telling words of a recommendation as it reads now."""
    given.terms.all().delete()
    RecommendationTerm.objects.bulk_create(
        RecommendationTerm(recommendation=given, term=term) for term in sorted(terms(given.text))
    )


# What of a recommendation is words that the public reads.
PUBLISHED_WORDS = ("text", "owner", "owner_role", "outcome", "measure")
# What may be said of a recommendation besides its words, kind and owner.
MORE = frozenset({"owner_role", "due_on", "answers", "themes", "outcome", "baseline", "measure"})


class Recommending(Subject):
    """What a review found and recommends, numbered; numbers stay when others are taken out."""

    findings: Any
    recommendations: Any

    class Meta:
        abstract = True

    def found(self) -> list[dict[str, Any]]:
        """The findings as the public reads them: without what they rest on."""
        return [{"number": finding.number, "text": finding.text} for finding in self.findings.all()]

    def themes(self) -> list[str]:
        """What the findings and recommendations are about."""
        rows = [*self.findings.all(), *self.recommendations.all()]
        return in_order(code for row in rows for code in row.themes)

    def published_beyond(self) -> dict[str, Any]:
        """What is published besides title, sections and a recommendation's words, owner and date; often nothing.

        A report that has none of it keeps the hash that was approved before there was any.
        """
        plain = {"number", "text", "owner", "due_on"}
        rows = [row for r in self.recommendations.all() if (row := r.as_published()).keys() != plain]
        more = {"findings": self.found(), "recommendations": rows, "themes": self.themes()}
        return {name: value for name, value in more.items() if value}

    # --- findings ---

    @verb(WRITING, rule=permissions.write_review, label="Add a finding")
    def add_finding(
        self, *, by: User | None, on: dt.date, text: str, rests_on: str = "", themes: Sequence[str] = ()
    ) -> dict[str, Any]:
        """What the review found, in a sentence or two, with the evidence it rests on."""
        number = _next_number(self.findings)
        self.findings.create(number=number, text=text, rests_on=rests_on, themes=in_order(themes))
        return {"number": number}

    @verb(WRITING, rule=permissions.write_review, label="Change a finding")
    def amend_finding(
        self,
        *,
        by: User | None,
        on: dt.date,
        number: int,
        text: str,
        rests_on: str = "",
        themes: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Change one; its earlier words stay in the event."""
        found = self._finding(number)
        before = {"text": found.text, "rests_on": found.rests_on, "themes": found.themes}
        found.text, found.rests_on, found.themes = text, rests_on, in_order(themes)
        found.save()
        return {"number": number, "before": before}

    @verb(WRITING, rule=permissions.write_review, label="Take out a finding")
    def drop_finding(self, *, by: User | None, on: dt.date, number: int, words: str) -> dict[str, Any]:
        """Take one out of the draft. Refused while a recommendation answers it."""
        found = self._finding(number)
        answering = [r.number for r in self.recommendations.all() if number in r.answers]
        if answering:
            raise Refused(
                f"Recommendation {answering[0]} answers this finding. Change or take out the recommendation first."
            )
        facts = {"number": number, "text": found.text, "rests_on": found.rests_on}
        found.delete()
        return facts

    def _finding(self, number: int) -> Finding:
        found: Finding | None = self.findings.filter(number=number).first()
        if found is None:
            raise Refused(f"There is no finding {number} any more.")
        return found

    # --- recommendations ---

    @verb(WRITING, rule=permissions.write_review, label="Add a recommendation")
    def recommend(
        self, *, by: User | None, on: dt.date, text: str, kind: str, owner: str, **more: Any
    ) -> dict[str, Any]:
        """Clear on who must do what and by when, and focused on outcomes (guidance). ``more``: see ``MORE``."""
        number = _next_number(self.recommendations)
        given = Recommendation(review_id=self.pk, number=number)
        self._say(given, text=text, kind=kind, owner=owner, **more)
        return {"number": number}

    @verb(WRITING, rule=permissions.write_review, label="Change a recommendation")
    def amend_recommendation(
        self, *, by: User | None, on: dt.date, number: int, text: str, kind: str, owner: str, **more: Any
    ) -> dict[str, Any]:
        """Change one; what is not named stays as it is, and its earlier words stay in the event."""
        given = self._recommendation(number)
        before = self._say(given, text=text, kind=kind, owner=owner, **more)
        return {"number": number, "before": before}

    def _say(self, given: Recommendation, **said: Any) -> dict[str, Any]:
        """Put the words down and return those they replace."""
        if unknown := said.keys() - MORE - {"text", "kind", "owner"}:
            raise TypeError(f"A recommendation has no {', '.join(sorted(unknown))}.")
        if "answers" in said:
            there = set(self.findings.values_list("number", flat=True))
            said["answers"] = sorted({int(number) for number in said["answers"]})
            if not there.issuperset(said["answers"]):
                raise Refused("One of these findings is not there any more. Look at the list again.")
        if "themes" in said:
            said["themes"] = in_order(said["themes"])
        before = {name: getattr(given, name) for name, value in said.items() if getattr(given, name) != value}
        for name, value in said.items():
            setattr(given, name, value)
        given.save()
        index_terms(given)
        return before

    @verb(WRITING, rule=permissions.write_review, label="Drop a recommendation")
    def drop_recommendation(self, *, by: User | None, on: dt.date, number: int, words: str) -> dict[str, Any]:
        """Take one out of the draft; its words stay in the event, and the others keep their numbers."""
        given = self._recommendation(number)
        if given.actions.exists():
            raise Refused(
                "Something is being done about this recommendation. Stop those actions, and leave it in."
            )
        facts = {"number": number, "text": given.text, "owner": given.owner}
        given.delete()
        return facts

    @verb(
        ANSWERING,
        rule=permissions.staff_or_chair,
        label="Record the partners’ answer to a recommendation",
        effect="The answer stands beside the recommendation. Its words do not change.",
    )
    def answer_recommendation(
        self, *, by: User | None, on: dt.date, number: int, response: str, words: str = ""
    ) -> dict[str, Any]:
        """Accepted, in part, or not; anything but a plain yes needs its reason (domain §4.4)."""
        given = self._recommendation(number)
        if response != Response.ACCEPTED and not words.strip():
            raise Refused("Say why the recommendation is not accepted as it stands.")
        before = given.response
        given.response, given.response_reason, given.answered_on = response, words, on
        given.save()
        return {"number": number, "response": response, "before": before}

    @verb(
        FOLLOWED,
        rule=permissions.case_staff,
        label="Plan an action",
        effect="Its owner is told, and can open this action and nothing else of the case.",
    )
    def plan_action(self, *, by: User | None, on: dt.date, number: int, action: int) -> dict[str, Any]:
        """One body does one thing about recommendation ``number``; ``actions.plan_action`` puts it down."""
        self._recommendation(number)
        return {"number": number, "action": action}

    def _recommendation(self, number: int) -> Recommendation:
        found: Recommendation | None = self.recommendations.filter(number=number).first()
        if found is None:
            raise Refused(f"There is no recommendation {number} any more.")
        return found


def _next_number(rows: Any) -> int:
    last: int | None = rows.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1

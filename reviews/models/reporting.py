"""The report of a practice review and its recommendations: what may be written, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Max

from cspr.accounts.models import User
from cspr.workflow import Refused, Subject, verb
from referrals.models.evidence import content_hash
from reviews import permissions
from reviews.models.parts import Recommendation
from reviews.models.sections import keep_versions
from reviews.states import REPORT_SECTIONS, REQUIRED_BY_LAW, WRITING


class Reporting(Subject):
    """A text in sections under a neutral title, with numbered recommendations."""

    title = models.CharField("neutral title of the report", max_length=120, blank=True)
    report = models.JSONField(default=dict)
    recommendations: Any

    class Meta:
        abstract = True

    @property
    def report_hash(self) -> str:
        """The hash of all that would be published: what a decision on publication rests on."""
        recommended = [
            (r.number, r.text, r.kind, r.owner, r.due_on and r.due_on.isoformat())
            for r in self.recommendations.all()
        ]
        return content_hash([self.title, self.report, recommended])

    def law_missing(self) -> str | None:
        """Reg 15: the improvements recommended, and the underlying reasons."""
        empty = [REPORT_SECTIONS[code] for code in REQUIRED_BY_LAW if not self.report.get(code, "").strip()]
        return f"The law requires these parts (reg 15): {'; '.join(empty)}." if empty else None

    @verb(WRITING, rule=permissions.write_review, label="Write the report")
    def write_report(
        self,
        *,
        by: User | None,
        on: dt.date,
        sections: dict[str, str],
        title: str | None = None,
        taken_from: int | None = None,
    ) -> dict[str, Any]:
        """Save sections, each new text as a new version of its own, and the title; unnamed ones stay as they are."""
        written = {code: text for code, text in sections.items() if code in REPORT_SECTIONS}
        versions = keep_versions(self, written, by=by, taken_from=taken_from)
        self.report = {**self.report, **written}
        self.title = self.title if title is None else title
        return {"sections": sorted(sections), "title": title, "versions": versions}

    @verb(WRITING, rule=permissions.write_review, label="Add a recommendation")
    def recommend(
        self, *, by: User | None, on: dt.date, text: str, kind: str, owner: str, due_on: dt.date | None = None
    ) -> dict[str, Any]:
        """Clear on who must do what and by when, and focused on outcomes (guidance)."""
        number = (self.recommendations.aggregate(last=Max("number"))["last"] or 0) + 1
        self.recommendations.create(number=number, text=text, kind=kind, owner=owner, due_on=due_on)
        return {"number": number}

    @verb(WRITING, rule=permissions.write_review, label="Change a recommendation")
    def amend_recommendation(
        self,
        *,
        by: User | None,
        on: dt.date,
        number: int,
        text: str,
        kind: str,
        owner: str,
        due_on: dt.date | None = None,
    ) -> dict[str, Any]:
        """Change one; its earlier words stay in the event."""
        given = self._recommendation(number)
        before = {"text": given.text, "owner": given.owner, "due_on": given.due_on}
        given.text, given.kind, given.owner, given.due_on = text, kind, owner, due_on
        given.save()
        return {"number": number, "before": before}

    @verb(WRITING, rule=permissions.write_review, label="Drop a recommendation")
    def drop_recommendation(self, *, by: User | None, on: dt.date, number: int, words: str) -> dict[str, Any]:
        """Take one out of the draft; its words stay in the event, and the others keep their numbers."""
        given = self._recommendation(number)
        facts = {"number": number, "text": given.text, "owner": given.owner}
        given.delete()
        return facts

    def _recommendation(self, number: int) -> Recommendation:
        found: Recommendation | None = self.recommendations.filter(number=number).first()
        if found is None:
            raise Refused(f"There is no recommendation {number} any more.")
        return found

"""The report of a practice review and its recommendations: what may be written, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from cspr.accounts.models import User
from cspr.workflow import verb
from referrals.models.evidence import content_hash
from reviews import permissions
from reviews.models.figures import Illustrated
from reviews.models.recommending import PUBLISHED_WORDS, Recommending
from reviews.models.sections import keep_versions
from reviews.states import REPORT_SECTIONS, REQUIRED_BY_LAW, WRITING


class Reporting(Recommending, Illustrated):
    """A text in sections under a neutral title, with figures and numbered findings and recommendations."""

    title = models.CharField("neutral title of the report", max_length=120, blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @property
    def report_hash(self) -> str:
        """The hash of all that would be published: what a decision on publication rests on.

        Without a title of its own a report is published under the name that the case goes by.
        """
        recommended = [
            (r.number, r.text, r.kind, r.owner, r.due_on and r.due_on.isoformat())
            for r in self.recommendations.all()
        ]
        figures = self.figures_hashed()
        more = self.published_beyond() | ({"figures": figures} if figures else {})
        title = self.title or self.case.pseudonym
        return content_hash([title, self.report, recommended, *([more] if more else [])])

    def published_texts(self) -> dict[str, str]:
        """Every text that the public would read, by its place: what is checked for names and details is all of it."""
        texts = {"title": self.title} | {f"section.{code}": text for code, text in self.report.items()}
        for one in self.pictures():
            texts |= {f"figure.{one.number}.caption": one.caption, f"figure.{one.number}.alt": one.alt}
        texts |= {f"finding.{row['number']}": row["text"] for row in self.found()}
        for given in self.recommendations.all():
            row = given.as_published()
            texts |= {
                f"recommendation.{given.number}.{name}": row[name]
                for name in PUBLISHED_WORDS
                if row.get(name)
            }
        return {place: text for place, text in texts.items() if text.strip()}

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

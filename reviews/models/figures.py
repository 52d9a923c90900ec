"""The figures of a report: pictures with a caption and a description, each under a number that stays its own.

A section says ``[Figure 1]`` where one is shown (``cspr.ui.richtext``). Of one that was taken out nothing is
kept but its number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Max

from cspr.accounts.models import User
from cspr.documents.inspection.images import dots
from cspr.documents.models import Document
from cspr.documents.storing import bytes_of
from cspr.ui.richtext import Figure as Place
from cspr.ui.richtext import read
from cspr.workflow import Refused, Subject, verb
from reviews import permissions
from reviews.states import WRITING

# The kind of document that a figure is, of a review and of what was published of it.
FIGURE = "figure"
UNCHECKED = (
    "The virus scanner does not answer, and a picture is shown at once. Nothing of it was kept: add it again in some "
    "minutes."
)
# What one report shows: as much as the child that sets it holds at once (``cspr.documents.parcel``).
MOST, MOST_BYTES = 40, 30 * 1024 * 1024


class Figure(models.Model):
    """One picture. Without its document it was taken out, and nobody else gets its number."""

    review = models.ForeignKey("reviews.PracticeReview", on_delete=models.CASCADE, related_name="figures")
    number = models.PositiveSmallIntegerField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField("hash of what is seen", max_length=64)
    width = models.PositiveIntegerField("in dots")
    height = models.PositiveIntegerField("in dots")
    caption = models.TextField()
    alt = models.TextField("what it says to whoever does not see it")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="one_figure_per_number"),
        ]

    def __str__(self) -> str:
        return f"figure {self.number}"

    def as_published(self) -> dict[str, Any]:
        """What the public sees of it, and the document that is shown."""
        return {
            "number": self.number,
            "caption": self.caption,
            "alt": self.alt,
            "sha256": self.sha256,
            "width": self.width,
            "height": self.height,
            "document": self.document_id,
        }


def shown_in(texts: Iterable[str]) -> set[int]:
    """The numbers of the figures that have their place in one of the texts."""
    told = [text for text in texts if "[figure" in text.lower()]
    return {block.number for text in told for block in read(text).blocks if isinstance(block, Place)}


def unshown(review: Any) -> set[int]:
    """The numbers of the figures of a report that have no place in it."""
    return {one.number for one in review.pictures()} - shown_in(review.report.values())


class Illustrated(Subject):
    """A report with figures. They are changed while the report is written, and closed with it."""

    figures: Any

    class Meta:
        abstract = True

    def pictures(self) -> list[Figure]:
        """The figures that are there, in the order of their numbers."""
        return [one for one in self.figures.all() if one.document_id is not None]

    def figures_hashed(self) -> list[list[Any]]:
        """What of the figures an agreement rests on: what is seen, and every word beside it."""
        return [[one.number, one.caption, one.alt, one.sha256] for one in self.pictures()]

    @verb(WRITING, rule=permissions.write_review, label="Add a figure")
    def add_figure(
        self, *, by: User | None, on: dt.date, document: Document, caption: str, alt: str
    ) -> dict[str, Any]:
        """A picture that was taken in (``PICTURES``), under the next number. Refused: without words, or too many."""
        there = self.pictures()
        _worded(caption, alt)
        if document.is_held:
            raise Refused(UNCHECKED)
        if len(there) >= MOST:
            raise Refused(f"A report shows at most {MOST} figures. Take one out first.")
        sizes = Document.objects.filter(pk__in=[one.document_id for one in there]).uploaded_bytes()
        if sizes + document.size > MOST_BYTES:
            raise Refused(
                f"With it, the figures of this report would be more than {MOST_BYTES // 1024**2} MB. "
                "Save photographs as JPEG, or take a figure out."
            )
        width, height = dots(bytes_of(document))
        number = (self.figures.aggregate(last=Max("number"))["last"] or 0) + 1
        self.figures.create(
            number=number, document=document, sha256=document.sha256, width=width, height=height,
            caption=caption.strip(), alt=alt.strip(),
        )  # fmt: skip
        return {"number": number, "sha256": document.sha256}

    @verb(WRITING, rule=permissions.write_review, label="Change the words of a figure")
    def amend_figure(
        self, *, by: User | None, on: dt.date, number: int, caption: str, alt: str
    ) -> dict[str, Any]:
        """The words beside a picture; the earlier ones stay in the event. Another picture is another figure."""
        one = self._figure(number)
        _worded(caption, alt)
        before = {"caption": one.caption, "alt": one.alt}
        one.caption, one.alt = caption.strip(), alt.strip()
        one.save()
        return {"number": number, "before": before}

    @verb(WRITING, rule=permissions.write_review, label="Take out a figure")
    def drop_figure(self, *, by: User | None, on: dt.date, number: int, words: str) -> dict[str, Any]:
        """The picture is deleted for good; its words stay in the event, and its number is given to no other."""
        one = self._figure(number)
        facts = {"number": number, "caption": one.caption, "alt": one.alt, "sha256": one.sha256}
        document: Any = one.document
        one.document, one.caption, one.alt = None, "", ""
        one.save()
        document.delete()
        transaction.on_commit(partial(default_storage.delete, document.path))
        return facts

    def _figure(self, number: int) -> Figure:
        found: Figure | None = self.figures.filter(number=number, document__isnull=False).first()
        if found is None:
            raise Refused(f"There is no figure {number} any more.")
        return found


def _worded(caption: str, alt: str) -> None:
    if not caption.strip():
        raise Refused("Write a caption: what the figure shows, and from where it is.")
    if not alt.strip():
        raise Refused("Say what the figure shows, for people who cannot see it.")

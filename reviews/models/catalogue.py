"""How the public finds a published review: what staff say it is about, kept as rows that can be looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from cspr.accounts.models import User
from cspr.workflow import Refused, Subject, verb
from reviews import permissions
from reviews.questions.library import DESCRIBED, FACETS
from reviews.states import CONCLUDED, WRITING, PracticeReviewState

S = PracticeReviewState


class LibraryTerm(models.Model):
    """One answer to one facet, or one word of the text, of one publication. Made anew from it at any time."""

    publication = models.ForeignKey("reviews.Publication", on_delete=models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "kind", "value"], name="one_library_term"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="library_term")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"


def enter(publication: Any, terms: Mapping[str, Iterable[str]]) -> None:
    """Let a publication be found by these values of each kind; of these kinds, by nothing else any more."""
    publication.terms.filter(kind__in=list(terms)).delete()
    LibraryTerm.objects.bulk_create(
        (
            LibraryTerm(publication=publication, kind=kind, value=value)
            for kind, values in terms.items()
            for value in values
        ),
        batch_size=500,
    )


class Catalogued(Subject):
    """A review that the library can describe: coded answers alone, no text."""

    catalogue = models.JSONField(default=dict)
    publications: Any

    class Meta:
        abstract = True

    @property
    def described(self) -> dict[str, list[str]]:
        """What staff say the report is about: facet -> codes; a facet without an answer is empty."""
        return {facet: self.catalogue.get(facet, []) for facet in DESCRIBED}

    @verb(
        WRITING | CONCLUDED | {S.SIGNED_OFF, S.SENT, S.ACTION_MONITORING, S.CLOSED},
        rule=permissions.case_staff,
        label="Describe it for the library",
        effect="The public finds the report by these words once it is published. Nothing is public before.",
    )
    def describe(
        self,
        *,
        by: User | None,
        on: dt.date,
        age: list[str],
        harm: list[str],
        agency: list[str],
    ) -> dict[str, Any]:
        """What the report is about, in codes. What is public already is found by the new answers at once."""
        before, given = self.catalogue, {"age": age, "harm": harm, "agency": agency}
        if any(code not in FACETS[facet].names for facet, codes in given.items() for code in codes):
            raise Refused("One of the answers is not in the list. Open the page again and choose anew.")
        self.catalogue = given
        for publication in self.publications.all():
            enter(publication, self.described)
        return {"before": before, **given}

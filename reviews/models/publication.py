"""What the public reads: a frozen copy of what was signed off, and the links that staff keep beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.clocks.calendar import add_months, in_short
from cspr.documents.models import Document
from cspr.documents.storing import copied
from cspr.refs import new_ref
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.change import ActionState, Grade
from reviews.models.action import Action
from reviews.models.catalogue import LibraryTerm, enter
from reviews.models.figures import shown_in
from reviews.models.practice_review import PracticeReview
from reviews.questions.library import WORD, Extent, Progress, words_of
from reviews.states import LinkKind, PublicationState

MOST_WORDS = 5


class Publications(Visible["Publication"]):
    def public(self, today: dt.date | None = None) -> Self:
        """What anybody may read: published on or before ``today`` and not taken down."""
        return self.filter(state=PublicationState.PUBLIC, published_on__lte=today or timezone.localdate())

    def found_by(self, kind: str, value: str) -> Self:
        """Those filed under this answer to a facet."""
        return self.filter(pk__in=LibraryTerm.objects.filter(kind=kind, value=value).values("publication"))

    def with_progress(self) -> Any:
        """Each with its ``progress``: what has become of the actions of its review that are pursued."""
        pursued = Action.objects.filter(recommendation__review=OuterRef("review")).exclude(
            state=ActionState.ENDED
        )
        agreed, left = pursued.filter(assured__gt=Grade.PLANNED), pursued.filter(assured=Grade.PLANNED)
        return self.annotate(
            progress=Either(
                When(~Exists(agreed), then=Value(Progress.NONE)),
                When(Exists(left), then=Value(Progress.UNDER_WAY)),
                default=Value(Progress.DONE),
                output_field=models.CharField(),
            )
        )

    def with_words(self, text: str) -> Self:
        """Those in which every word of ``text`` begins a word: "neglect" finds "neglected". Five words at the most.

        A text without a word (signs alone) finds nothing.
        """
        words = words_of(text)[:MOST_WORDS]
        rows = self if words else self.none()
        for word in words:
            begun = LibraryTerm.objects.filter(kind=WORD, value__startswith=word)
            rows = rows.filter(pk__in=begun.values("publication"))
        return rows


class Publication(Subject):
    """One published report, or the improvements alone. Never edited: an addendum is another publication."""

    review = models.ForeignKey(PracticeReview, on_delete=models.PROTECT, related_name="publications")
    state = FSMField(default=PublicationState.PUBLIC, choices=PublicationState.choices, protected=True)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    improvements_only = models.BooleanField(default=False)
    sections = models.JSONField()
    findings = models.JSONField(default=list)
    recommendations = models.JSONField(default=list)
    # Those that have their place in what is published: words, hash, and the copy of the picture that is shown.
    figures = models.JSONField(default=list)
    themes = models.JSONField(default=list)
    reviewer = models.CharField(max_length=120, blank=True)
    published_on = models.DateField()
    public_until = models.DateField()
    pdf = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    objects = Publications.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-published_on", "-id"], name="publication_recent")]

    @classmethod
    def of(cls, review: PracticeReview, *, on: dt.date, improvements_only: bool = False) -> Publication:
        """The report as it reads now, copied as it would be published on that day; not saved, without address."""
        reviewer = review.reviewer
        sections = {k: v for k, v in review.report.items() if k == "improvements" or not improvements_only}
        shown = shown_in(sections.values())
        return cls(
            review=review,
            title=review.title or review.case.pseudonym,
            improvements_only=improvements_only,
            sections=sections,
            figures=[one.as_published() for one in review.pictures() if one.number in shown],
            findings=[] if improvements_only else review.found(),
            recommendations=[r.as_published() for r in review.recommendations.all()],
            themes=review.themes(),
            reviewer=reviewer.user.name if reviewer else "",
            published_on=on,
            public_until=one_year_from(on),
        )

    def enter_in_library(self) -> None:
        """Let it be found: by what the review is described with, and by every word that anybody can read."""
        extent = Extent.IMPROVEMENTS if self.improvements_only else Extent.REPORT
        text = [self.title, self.reviewer, *self.sections.values()]
        text += [words for row in self.recommendations for words in (row["text"], row["owner"])]
        text += [finding["text"] for finding in self.findings]
        text += [words for figure in self.figures for words in (figure["caption"], figure["alt"])]
        words = words_of("\n".join(text))
        enter(self, {**self.review.described, "theme": self.themes, "extent": [extent], WORD: words})

    def keep_figures(self, by: User) -> None:
        """Copies of the pictures of its own, before it is saved: what is published depends on nothing that changes."""
        kept = []
        for figure in self.figures:
            copy = copied(
                Document.objects.get(pk=figure["document"]), subject=(self._meta.label_lower, self.ref), by=by
            )
            kept.append({**figure, "document": copy.pk})
        self.figures = kept

    @property
    def case(self) -> Case:
        return self.review.case

    @property
    def partnership(self) -> Partnership:
        return self.review.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        """For staff pages; the public reads through ``public()``."""
        return permissions.of_visible_cases(user, *permissions.READERS, case="review__case")

    def get_absolute_url(self) -> str:
        return reverse("publication", args=[self.slug])

    @verb(
        PublicationState.PUBLIC,
        PublicationState.WITHDRAWN,
        rule=permissions.withdraw_publication,
        label="Take down the published report",
        effect="Nobody outside can read it any more. A copy can still be asked for.",
    )
    def withdraw(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        if early := self.must_stay(on):
            raise Refused(early)
        return {"public_until": self.public_until}

    def must_stay(self, on: dt.date) -> str | None:
        """Reg 17: publicly available for at least one year (invariant 7)."""
        if on > self.public_until:
            return None
        return f"The law keeps a report public for one year (reg 17): until {in_short(self.public_until)}."


def one_year_from(day: dt.date) -> dt.date:
    """The last day of the year in which a report has to stay public (reg 17: at least one year)."""
    return add_months(day, 12)


class LibraryLinks(Visible["LibraryLink"]):
    def public(self) -> Self:
        """All of them: they are kept for the public."""
        return self.all()


class LibraryLink(models.Model):
    """A link that staff keep for the public: national reviews, the framework, guidance and forms."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=400)
    note = models.CharField(max_length=300, blank=True)
    added_on = models.DateField()
    objects = LibraryLinks.as_manager()

    class Meta:
        ordering = ["kind", "-added_on", "-id"]

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def visibility(user: User) -> Q:
        """For the staff who keep them; the public reads them all."""
        return Q(partnership__in=user.partnerships(Role.STAFF))

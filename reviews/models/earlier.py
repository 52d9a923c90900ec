"""What was recommended before: the few earlier recommendations that are most alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from cspr.accounts.models import User
from cspr.wall.scope import everything
from reviews.change import ActionState, Grade
from reviews.likeness import ALIKE, likeness, terms
from reviews.models.action import Action
from reviews.models.practice_review import PracticeReview
from reviews.models.publication import Publication
from reviews.models.recommending import Recommendation, RecommendationTerm

# So many share the most telling words; so many of them are shown.
CANDIDATES, SHOWN = 80, 5


@dataclass(frozen=True)
class Earlier:
    """One recommendation made before, as this person may read it. ``given`` is None where only the public copy is."""

    text: str
    owner: str
    of: str
    on: dt.date
    url: str
    alike: float
    given: Recommendation | None
    published: Publication | None

    @property
    def became(self) -> str:
        """What became of it, as far as this person may know: the actions, or what the public was told."""
        actions: list[Action] = list(self.given.actions.all()) if self.given else []
        if not actions:
            return "" if self.given is None else "No action is recorded."
        done = sum(1 for action in actions if action.state == ActionState.COMPLETE)
        best = Grade(max(action.assured for action in actions))
        evidence = sum(len(action.evidence.all()) for action in actions)
        agreed = f"“{best.label}” is agreed" if best > Grade.PLANNED else "nothing is agreed yet"
        pieces = "1 piece" if evidence == 1 else f"{evidence} pieces"
        return f"Actions complete: {done} of {len(actions)}; {agreed}, on {pieces} of evidence."


@everything()
def similar(text: str, user: User, *, today: dt.date, but: PracticeReview | None = None) -> list[Earlier]:
    """The earlier recommendations most like ``text``, the most alike first, in a fixed number of statements.

    From every review the person may read, and of others what is public: then in the words that were published.
    """
    wanted = terms(text)
    if not wanted:
        return []
    mine = PracticeReview.objects.visible_to(user).values("pk")
    public = Publication.objects.public(today)
    readable = Q(recommendation__review__in=mine) | Q(recommendation__review__in=public.values("review_id"))
    found = RecommendationTerm.objects.filter(readable, term__in=wanted)
    if but is not None:
        found = found.exclude(recommendation__review=but)
    best = found.values("recommendation").annotate(shared=Count("pk")).order_by("-shared", "-recommendation")
    ids = [row["recommendation"] for row in best[:CANDIDATES]]
    return _most_alike(text, _rows(ids, mine, public))


def _rows(ids: list[int], mine: Any, public: Any) -> Iterable[Recommendation]:
    if not ids:
        return []
    newest = public.order_by("published_on", "pk").select_related("review__case__partnership")
    rows: Iterable[Recommendation] = (
        Recommendation.objects.filter(pk__in=ids)
        .select_related("review__case__partnership")
        .annotate(mine=models.Exists(mine.filter(pk=models.OuterRef("review_id"))))
        .prefetch_related(Prefetch("review__publications", newest, to_attr="public"), "actions__evidence")
    )
    return rows


def _most_alike(text: str, rows: Iterable[Any]) -> list[Earlier]:
    read = (_as_read(text, given) for given in rows)
    alike = [earlier for earlier in read if earlier is not None and earlier.alike >= ALIKE]
    return sorted(alike, key=lambda earlier: (-earlier.alike, earlier.on))[:SHOWN]


def _as_read(text: str, given: Any) -> Earlier | None:
    """In the words of the review where the person reads it; otherwise in the published ones, or not at all."""
    published: Publication | None = given.review.public[-1] if given.review.public else None
    if given.mine:
        review = given.review
        return Earlier(
            given.text, given.owner, review.title or review.case.pseudonym, review.decided_on,
            f"{reverse('findings', args=[review.ref])}#recommendation-{given.number}",
            likeness(text, given.text), given, published,
        )  # fmt: skip
    row = (
        next((r for r in published.recommendations if r["number"] == given.number), None)
        if published
        else None
    )
    if published is None or row is None:
        return None
    return Earlier(
        row["text"], row["owner"], f"{published.title}, {published.partnership.short_name}", published.published_on,
        f"{published.get_absolute_url()}#change", likeness(text, row["text"]), None, published,
    )  # fmt: skip

"""``manage.py measure_similar [--recommendations N]``: how long "similar recommendations" takes; nothing is kept."""

from __future__ import annotations

import datetime as dt
import random
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cspr.accounts.models import Membership, Partnership, User
from cspr.accounts.roles import Role
from referrals.models import Case, CaseMember, Decision
from reviews.likeness import terms
from reviews.models import PracticeReview, Recommendation, RecommendationTerm
from reviews.models.earlier import similar

A_REVIEW = 8  # recommendations in each
WHO = (
    "health visitors",
    "social workers",
    "police officers",
    "teachers",
    "midwives",
    "general practitioners",
)
WHAT = (
    "a tested form of words for the conversation about a bruise", "the names of all adults who live in the home",
    "a visit within five days when a parent reports exhaustion", "time in supervision to think about identity",
    "a named person to ring when a threshold is disputed", "the plan for a child who moves to another area",
    "what the school knows about absence", "an interpreter at every first visit", "the date of the next housing check",
    "a safe place to sleep before the mother leaves the ward", "what is known of violence in an earlier household",
)  # fmt: skip
HOW = (
    "and audit it after six months",
    "and report to the board",
    "from next April",
    "in every district",
    "by letter",
)


class Command(BaseCommand):
    help = (
        "Fill a database with made-up recommendations, look for similar ones, print times, and undo it all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--recommendations", type=int, default=5000, metavar="N")

    def handle(self, *, recommendations: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "This makes people and reviews up. It does not run in production.", returncode=2
            )
        with transaction.atomic():
            user = _fill(recommendations)
            self._measure(user)
            transaction.set_rollback(True)

    def _measure(self, user: User) -> None:
        today, dice = timezone.localdate(), random.Random(7)  # noqa: S311  (made-up words, no secrets)
        taken = []
        for _ in range(20):
            started = time.perf_counter()
            with CaptureQueriesContext(connection) as asked:
                found = similar(_sentence(dice), user, today=today)
            taken.append(time.perf_counter() - started)
        taken.sort()
        self.stdout.write(
            f"{Recommendation.objects.count()} recommendations, {RecommendationTerm.objects.count()} terms, "
            f"{connection.vendor}: median {taken[10] * 1000:.0f} ms, slowest {taken[-1] * 1000:.0f} ms, "
            f"{len(asked)} statements, {len(found)} shown."
        )


def _sentence(dice: random.Random) -> str:
    return f"Give {dice.choice(WHO)} {dice.choice(WHAT)}, {dice.choice(HOW)}, and {dice.choice(WHAT)}."


def _fill(wanted: int) -> User:
    """A partnership with so many recommendations in its reviews, and somebody of its staff who is on every case."""
    partnership = Partnership.objects.create(name="Measured", short_name="Measured", area="Measured")
    user = User.objects.create_user("measured@measured.example", "Measured")
    today, dice = dt.date(2026, 1, 5), random.Random(1)  # noqa: S311
    Membership.objects.create(user=user, partnership=partnership, role=Role.STAFF, starts_on=today)
    cases = Case.objects.bulk_create(
        Case(partnership=partnership, pseudonym=f"Case {n}") for n in range(-(-wanted // A_REVIEW))
    )
    CaseMember.objects.bulk_create(
        CaseMember(case=case, user=user, capacity=Role.STAFF, starts_on=today) for case in cases
    )
    decisions = Decision.objects.bulk_create(
        Decision(case=case, kind="review", outcome="lcspr", reasons="", proposed_by=user, proposed_on=today)
        for case in cases
    )
    reviews = PracticeReview.objects.bulk_create(
        PracticeReview(case=case, decision=decision, decided_on=today)
        for case, decision in zip(cases, decisions, strict=True)
    )
    given = Recommendation.objects.bulk_create(
        Recommendation(review=reviews[n // A_REVIEW], number=n % A_REVIEW + 1, text=_sentence(dice),
                       kind="agency", owner="A trust")
        for n in range(wanted)
    )  # fmt: skip
    RecommendationTerm.objects.bulk_create(
        (RecommendationTerm(recommendation=one, term=term) for one in given for term in terms(one.text)),
        batch_size=400,
    )
    return user

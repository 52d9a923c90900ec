"""Whom to ask: a partnership's own rules, and the kinds of agency that are not asked, with the reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import AgencyType, Role
from cspr.refs import new_ref
from referrals.models.visible import Visible
from reviews.questions.asking import Fact


class SuggestionRule(models.Model):
    """One rule of a partnership that has made the shipped ones its own."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="suggestion_rules")
    fact = models.CharField("when", max_length=20, choices=Fact.choices)
    agency_type = models.CharField("ask", max_length=40, choices=AgencyType.choices)
    why = models.CharField("because", max_length=200)
    objects = Visible["SuggestionRule"].as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "fact", "agency_type"], name="one_rule_per_fact_and_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_fact_display()}: {self.get_agency_type_display()}"

    @staticmethod
    def visibility(user: User) -> Q:
        """For the partnership's staff, who keep them. They hold no case."""
        return Q(partnership__in=user.partnerships(Role.STAFF))


class NotAsked(models.Model):
    """A kind of agency that is not asked in this review, and why: kept, and shown."""

    rapid_review = models.ForeignKey(
        "reviews.RapidReview", on_delete=models.PROTECT, related_name="not_asked"
    )
    agency_type = models.CharField(max_length=40, choices=AgencyType.choices)
    reason = models.TextField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["rapid_review", "agency_type"], name="one_reason_per_kind")
        ]

    def __str__(self) -> str:
        return self.get_agency_type_display()

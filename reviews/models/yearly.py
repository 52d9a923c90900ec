"""The yearly pack: which year's figures were taken out of the house, as of which day, and by whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.workflow import Subject, follows, verb
from referrals.models.visible import Visible
from reviews import permissions
from reviews.states import PackState
from reviews.yearly.year import Year

S = PackState


class YearlyPack(Subject):
    """The figures of one year as they were known at the end of one day, small numbers hidden.

    It keeps no figures: they are counted from the record and come out the same at any time. One pack of a year is in
    use at a time: two as of different days, set side by side, would tell small numbers.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="yearly_packs")
    year = models.PositiveSmallIntegerField("the year in whose April it begins")
    as_at = models.DateField("figures as known at the end of")
    made_on = models.DateField()
    state = FSMField(default=S.IN_USE, choices=S.choices, protected=True)
    objects = Visible["YearlyPack"].as_manager()
    case = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "year"], condition=Q(state=S.IN_USE), name="one_yearly_pack_in_use"
            )
        ]

    @staticmethod
    def visibility(user: User) -> Q:
        return Q(partnership__in=user.partnerships(*permissions.YEARLY_READERS))

    def get_absolute_url(self) -> str:
        return reverse("yearly-pack", args=[self.ref])

    @property
    def about(self) -> Year:
        return Year(self.year)

    @verb(S.IN_USE, S.REPLACED, rule=follows, label="Replaced by figures as of another day")
    def replace(self, *, by: User | None, on: dt.date, new: str) -> dict[str, Any]:
        """The person said that it has not been passed on, or was called back. ``new``: the pack made instead."""
        return {"new": new}

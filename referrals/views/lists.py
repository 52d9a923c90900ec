"""Lists with filters that live in the address, a page at a time by cursor. Shared by every list of the domain."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import LISTED_ROLES, Role
from cspr.ui.forms import GovukForm
from cspr.ui.keyset import Page, page_of
from referrals.models import Case, Deadline
from referrals.states import Stage
from referrals.views.clocks import Face, faces

M = TypeVar("M", bound=models.Model)
PER_PAGE = 25


class ListFilter(GovukForm):
    """The filters of a list. Everything is optional, and what is not understood filters nothing."""

    optional_words = ""
    # So many filters are seen at once and the others folded away; 0: all are seen.
    leads = 0

    @property
    def leading(self) -> list[forms.BoundField]:
        return list(self)[: self.leads]

    @property
    def folded(self) -> list[forms.BoundField]:
        return list(self)[self.leads :] if self.leads else []

    def folds_something_chosen(self) -> bool:
        return any(field.value() for field in self.folded)

    def answers(self) -> dict[str, str]:
        """What was asked and understood, by field name."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}

    def chosen(self) -> list[tuple[str, str]]:
        """Each filter in use, in words, with the address of the list without it."""
        asked = {name: value for name, value in self.answers().items() if value}
        return [
            (self._words(name, value), "?" + urlencode({k: v for k, v in asked.items() if k != name}))
            for name, value in asked.items()
        ]

    def _words(self, name: str, value: str) -> str:
        field = self.fields[name]
        label = dict(field.choices).get(value, value) if isinstance(field, forms.ChoiceField) else value  # type: ignore[arg-type]
        return f"{field.label}: {label}"


class ListPage(View, Generic[M]):
    """A list of one noun: 25 rows a page, found by cursor, so that every page is as fast as the first.

    Subclasses say which rows (already narrowed to what the person may see), how a filter narrows them, and in
    which order. ``order`` names columns that are never null and ends with a unique one.
    """

    template_name: str
    filter_class: type[ListFilter] = ListFilter
    order: tuple[str, ...] = ("-id",)
    heading = ""
    empty = "Nothing fits these filters. Take one away, or clear them all."
    # Who has such a list; for everybody else the page does not exist.
    roles: ClassVar[frozenset[str]] = frozenset(Role.values)

    def rows(self, user: User) -> QuerySet[M]:
        raise NotImplementedError

    def narrowed(self, rows: QuerySet[M], asked: dict[str, str]) -> QuerySet[M]:
        return rows

    def ordered(self, asked: dict[str, str]) -> tuple[str, ...]:
        return self.order

    def context(self, page: Page[M]) -> dict[str, Any]:
        """What the template needs beyond the rows."""
        return {}

    @property
    def today(self) -> dt.date:
        return timezone.localdate()

    def get(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not any(m.role in self.roles for m in user.standing):
            raise Http404
        asked = self.filter_class(request.GET)
        answers = asked.answers()
        page = page_of(
            self.narrowed(self.rows(user), answers),
            order=self.ordered(answers),
            after=request.GET.get("after", ""),
            size=PER_PAGE,
        )
        context = {
            "page": page,
            "filter": asked,
            "chosen": asked.chosen(),
            "clear": request.path,
            "heading": self.heading,
            "empty": self.empty,
            "today": self.today,
            **self.context(page),
        }
        return render(request, self.template_name, context)


RUNNING = Prefetch(
    "deadlines",
    Deadline.objects.beside().filter(met_on=None, stopped_on=None).exclude(code="PUBLIC_1Y"),
    to_attr="running_clocks",
)
"""The running clocks of each case of a page, in one statement. Then ``clocks_of(case, today)``."""


def clocks_of(case: Any, today: dt.date) -> list[Face]:
    """The case's own clocks, and of those of single agencies the late ones: what makes a case late is named."""
    return [clock for clock in faces(case.running_clocks, today) if not clock.row.key or clock.late]


# --- cases ------------------------------------------------------------------------------------------------

DUE = (("", "Any date"), ("late", "Late"), ("soon", "Due within 14 days"))
SOON = dt.timedelta(days=14)


class CaseFilter(ListFilter):
    q = forms.CharField(label="Name or reference of the case", required=False, max_length=60)
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "Every stage"), *Stage.choices])
    due = forms.ChoiceField(label="Next date", required=False, choices=DUE)
    restricted = forms.ChoiceField(
        label="Access", required=False, choices=[("", "Every case"), ("yes", "Restricted to named people")]
    )


class CaseList(ListPage[Case]):
    """The cases a person may know of, those that changed last first; by date where a date is asked for."""

    template_name = "cases/list.html"
    filter_class = CaseFilter
    order = ("-last_event_at", "-id")
    heading = "Cases"
    roles = LISTED_ROLES | {Role.STAFF}

    def rows(self, user: User) -> QuerySet[Case]:
        return Case.objects.visible_to(user).prefetch_related(RUNNING)

    def narrowed(self, rows: QuerySet[Case], asked: dict[str, str]) -> QuerySet[Case]:
        if asked["stage"]:
            rows = rows.filter(stage=asked["stage"])
        if asked["due"]:
            before = self.today if asked["due"] == "late" else self.today + SOON
            rows = rows.filter(next_due_on__lt=before)
        if asked["restricted"]:
            rows = rows.filter(restricted=True)
        if asked["q"]:
            words = asked["q"].strip()
            rows = rows.filter(models.Q(pseudonym__icontains=words) | models.Q(ref__iexact=words))
        return rows

    def ordered(self, asked: dict[str, str]) -> tuple[str, ...]:
        return ("next_due_on", "id") if asked["due"] else self.order

    def context(self, page: Page[Case]) -> dict[str, Any]:
        return {"rows": [(case, clocks_of(case, self.today)) for case in page.items]}

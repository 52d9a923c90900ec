"""Which rows belong to a case: every model whose foreign keys lead to one, worked out from the models themselves.

A new model is known without a word. What names a case or a part of it in another way (a reference in a column) is
named here, and so is what leads to a case and is not part of it; a test asks for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from cspr.documents.models import Document
from cspr.mail.models import OutgoingEmail
from referrals.models.case import Case

Model = type[models.Model]
Keys = dict[Model, list[models.ForeignKey[Any, Any]]]

# Leads to a case, and outlives it.
STAYS = {"referrals.Disposal": "it says that the case was disposed of, and by whom"}
# Names a case or a part of it by its reference. What becomes of these rows is said in ``referrals.actions.erasing``.
BY_REFERENCE = {
    "documents.Document": "a file: its row holds the only key to its bytes",
    "mail.OutgoingEmail": "an e-mail about it",
    "audit.Event": "the record: it stays, and holds no names",
}


@cache
def leading() -> Keys:
    """Every model that leads to a case, with the keys by which it does, each after those that it leads through."""
    keys: Keys = {Case: []}
    every = [m for m in apps.get_models(include_auto_created=True) if m._meta.label not in STAYS]
    found = True
    while found:
        found = False
        for model in every:
            ways = [key for key in _keys(model) if key.related_model in keys]
            if model is not Case and len(ways) > len(keys.get(model, ())):
                keys[model], found = ways, True
    return {model: keys[model] for model in _in_order(keys)}


def _keys(model: Model) -> list[models.ForeignKey[Any, Any]]:
    return [key for key in model._meta.concrete_fields if isinstance(key, models.ForeignKey)]


def _in_order(keys: Keys) -> Iterator[Model]:
    """Each model after the ones it leads through. Raises ``LookupError`` when two lead through one another."""
    done: set[Model] = set()
    while len(done) < len(keys):
        ready = [m for m in keys if m not in done and {key.related_model for key in keys[m]} - {m} <= done]
        if not ready:
            raise LookupError("Two models lead to a case through one another: neither can go first.")
        yield from ready
        done.update(ready)


@dataclass(frozen=True)
class Belongings:
    """All rows of a case and of those that were joined to it: the keys of each model, those that lead first."""

    cases: list[Case]
    rows: dict[Model, list[Any]]

    @property
    def refs(self) -> list[str]:
        return [case.ref for case in self.cases]

    def of(self, model: Model) -> QuerySet[Any]:
        return model._base_manager.filter(pk__in=self.rows.get(model, ()))

    def documents(self) -> QuerySet[Document]:
        """Every file of the case, or of anything on it."""
        return Document.objects.filter(Q(case_ref__in=self.refs) | self._about())

    def emails(self) -> QuerySet[OutgoingEmail]:
        """Every e-mail about the case, or about anything on it."""
        return OutgoingEmail.objects.filter(self._about())

    def _about(self) -> Q:
        about = Q(pk__in=[])
        for model, keys in self.rows.items():
            if keys and any(field.name == "ref" for field in model._meta.concrete_fields):
                refs = list(self.of(model).values_list("ref", flat=True))
                about |= Q(subject_label=model._meta.label_lower, subject_ref__in=refs)
        return about


def belongings(case: Case) -> Belongings:
    """Everything that belongs to the case, and to cases that were joined to it."""
    cases = list(_with_joined([case]))
    return belongings_of(cases)


def belongings_of(cases: Collection[Case]) -> Belongings:
    rows: dict[Model, list[Any]] = {}
    for model, keys in leading().items():
        if model is Case:
            rows[model] = [case.pk for case in cases]
            continue
        belongs = Q(pk__in=[])
        for key in keys:
            if parents := rows[key.related_model]:
                belongs |= Q(**{f"{key.name}__in": parents})
        rows[model] = (
            list(model._base_manager.filter(belongs).values_list("pk", flat=True)) if belongs else []
        )
    return Belongings(list(cases), rows)


def _with_joined(cases: Iterable[Case]) -> Iterator[Case]:
    for case in cases:
        yield case
        yield from _with_joined(Case.objects.beside().filter(merged_into=case).order_by("pk"))

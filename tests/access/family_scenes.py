"""The moments at which the family in a practice review is tried."""

from __future__ import annotations

from typing import Any

from cspr.workflow import perform
from reviews import actions
from reviews.models import FamilyContact, FamilyPromise
from tests.access.scenes import appoint, of_case, scene
from tests.factories import TODAY, Area

FAMILY, SILENT, KEPT = "family", "family_silent", "promise_kept"
RELATIVE = "Synthetic Grandmother"


def in_touch(a: Area) -> FamilyContact:
    return actions.add_to_family(
        appoint(a), by=a.staff, today=TODAY, name=RELATIVE, relationship="Grandmother"
    )


def with_promise(contact: FamilyContact) -> list[Any]:
    """Everything of the case, the person, and their first promise."""
    promise = FamilyPromise.objects.filter(contact=contact).order_by("pk").first()
    return [*of_case(contact.case), FamilyContact.objects.get(pk=contact.pk), promise]


@scene
def family(a: Area) -> list[Any]:
    return with_promise(in_touch(a))


@scene
def family_silent(a: Area) -> list[Any]:
    return with_promise(perform(in_touch(a), "stop_contact", by=a.staff, today=TODAY, why="She asked for it"))


@scene
def promise_kept(a: Area) -> list[Any]:
    contact = in_touch(a)
    promise = FamilyPromise.objects.filter(contact=contact).order_by("pk").first()
    perform(promise, "keep", by=a.staff, today=TODAY)
    return with_promise(contact)

"""What an e-mail is about, and who may still see it. The same rule as for pages: ``visible_to(user)``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Model, Value

from cspr.accounts.models import User


def subject_model(label: str) -> type[Model] | None:
    """The model an e-mail can be about under this label: one with references and a visibility rule."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    referred_to = any(field.name == "ref" for field in model._meta.concrete_fields)
    return model if referred_to and hasattr(model._default_manager, "visible_to") else None


def visible_pairs(label: str, asked: Iterable[tuple[User, str]]) -> set[tuple[int, str]]:
    """Of the pairs (person, subject's reference), as (id, reference), those the person may see now.

    One query, however many people. A label nobody knows answers with nothing: when in doubt, no e-mail.
    """
    model = subject_model(label)
    if model is None:
        return set()
    people: dict[int, User] = {}
    refs: dict[int, set[str]] = defaultdict(set)
    for user, ref in asked:
        people[user.pk] = user
        refs[user.pk].add(ref)
    manager: Any = model._default_manager
    per_person = [
        manager.visible_to(user)
        .filter(ref__in=refs[user_id])
        .order_by()
        .annotate(recipient=Value(user_id, output_field=BigIntegerField()))
        .values_list("recipient", "ref")
        for user_id, user in people.items()
    ]
    return set(per_person[0].union(*per_person[1:], all=True)) if per_person else set()


def reachable_pairs(label: str, asked: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of the pairs (address, subject's reference), those that may still be written to now.

    A bare address has no account whose access could be asked, so the subject itself answers: its manager's
    ``reachable(pairs)``. A subject without that answer lets nobody be written to.
    """
    model = subject_model(label)
    reachable = getattr(model._default_manager, "reachable", None) if model else None
    return set(reachable(set(asked))) if reachable else set()

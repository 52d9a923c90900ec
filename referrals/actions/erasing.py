"""Removing a case: every row that leads to it, its files with their keys, and the e-mails about it."""

from __future__ import annotations

from typing import Any

from cspr.documents.models import Document
from referrals.models import Disposal
from referrals.models.leading import Belongings


def counted(held: Belongings) -> dict[str, int]:
    """How many rows of each kind belong to the case, by the model's label; kinds without any are left out."""
    counts = {model._meta.label: len(keys) for model, keys in held.rows.items() if keys}
    others = {Document._meta.label: held.documents().count(), "mail.OutgoingEmail": held.emails().count()}
    return {label: number for label, number in sorted({**counts, **others}.items()) if number}


def listed_files(held: Belongings) -> list[dict[str, Any]]:
    """What is certified of each file: reference, kind, size, and the hash of what it said."""
    files = held.documents().exclude(path="").order_by("ref")
    return [dict(row) for row in files.values("ref", "kind", "size", "sha256")]


def erase(held: Belongings) -> list[str]:
    """Remove every row of the case, in the caller's transaction; return where its files still lie.

    With a file's row goes the only key to its bytes: wherever a copy of them lies, it is noise from then on. Rows go
    before those they hang on, so that no key ever points to nothing; one that came meanwhile undoes everything.
    """
    places = list(held.documents().exclude(path="").values_list("path", flat=True))
    held.emails().delete()
    documents = list(held.documents().values_list("pk", flat=True))
    restricted = any(case.restricted for case in held.cases)
    Disposal.objects.filter(case__in=held.cases).update(case=None, words="", restricted=restricted)
    for model in reversed(held.rows):
        if keys := held.rows[model]:
            # As it stands in the table: what hangs on these rows has gone before them.
            model._base_manager.filter(pk__in=keys)._raw_delete(using="default")
    Document.objects.filter(pk__in=documents)._raw_delete(using="default")
    return places

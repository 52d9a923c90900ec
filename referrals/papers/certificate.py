"""The certificate of a disposal, as its page and its paper say it: references, days, numbers, hashes, two roles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.clocks.calendar import in_full
from cspr.documents.failures import CannotRender
from cspr.documents.pdf import Paper
from referrals.models import Disposal
from referrals.retention import Kind

Facts = list[tuple[str, str]]
NOT_YET = "There is no certificate before the disposal is carried out."


@dataclass(frozen=True)
class Certificate:
    """What was disposed of, as tables: what and why, how many of each kind, and every file with its hash."""

    facts: Facts
    counts: list[tuple[str, int]]
    files: list[dict[str, Any]]


def certificate_of(disposal: Disposal) -> Certificate:
    said = disposal.certificate
    facts = [
        ("Certificate", said["certificate"]),
        ("Case", said["case"]),
        *([("Cases that had been joined to it", ", ".join(said["joined"]))] if said["joined"] else []),
        ("Kept as", str(Kind(said["kind"]).label)),
        ("Period", f"{said['period']}, counted from {_day(said['kept_from'])}"),
        ("Over on", _day(said["over_on"])),
        ("Proposed", _by(said["proposed"])),
        ("Approved", _by(said["approved"])),
        ("Disposed of", _day(said["disposed_on"])),
        ("SHA-256 of this certificate", disposal.certificate_hash),
    ]
    counts = [(_kind_of_row(label), number) for label, number in said["counts"].items()]
    return Certificate(facts, sorted(counts), said["files"])


def _day(said: str) -> str:
    return in_full(dt.date.fromisoformat(said))


def _by(said: dict[str, str]) -> str:
    role = Role(said["role"]).label if said["role"] in Role.values else "Somebody"
    return f"{_day(said['on'])}, {role.lower()}"


def _kind_of_row(label: str) -> str:
    """The kind of row in words; a model that is no longer there, by its name."""
    try:
        plural = str(apps.get_model(label)._meta.verbose_name_plural)
    except LookupError:
        plural = label
    return plural[:1].upper() + plural[1:]


def certificate(disposal: Disposal, user: User) -> Paper:
    """The paper. It holds no name, so it carries no marking."""
    if not disposal.carried_out:
        raise CannotRender(NOT_YET)
    told = certificate_of(disposal)
    return Paper(
        template="pdf/certificate.html",
        context={
            "partnership": disposal.partnership.name,
            "facts": told.facts,
            "counts": told.counts,
            "files": told.files,
        },
        title=f"Certificate of disposal {disposal.ref}",
        file_stem=f"certificate {disposal.ref}",
    )

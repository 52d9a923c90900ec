"""The referral as its agency sent it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.documents.failures import CannotRender
from cspr.documents.models import Document, Origin, identity
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper
from referrals.models import Referral, ReferralVersion
from referrals.questions import Kind, Place, Shown, shown
from referrals.states import Route

NOT_SENT = "This referral has not been sent yet, so there is nothing to make a PDF of."
NOT_ANSWERED = "Not answered"


@dataclass
class Block:
    """A run of answers under one heading: short ones as rows of a table, or one long one as text."""

    heading: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True)
class Part:
    """One section of the form; ``items`` are its children, people or agencies with their blocks."""

    title: str
    items: list[tuple[str, list[Block]]]


def parts_of(answers: dict[str, Any]) -> list[Part]:
    """The whole form in its own order, every question that was asked with its answer."""
    found = []
    for section, of_section in groupby(shown(answers), lambda s: s.section):
        items = [
            ("" if item is None else Place(section, item).label, _blocks(of_item))
            for item, of_item in groupby(of_section, lambda s: s.item)
        ]
        found.append(Part(section.title, items))
    return found


def _blocks(answers: Iterable[Shown]) -> list[Block]:
    blocks: list[Block] = []
    for answer in answers:
        question = answer.question
        if question.group:
            blocks.append(Block(question.group))
        if question.kind is Kind.LONG:
            blocks.append(Block(question.noun, text=answer.value or NOT_ANSWERED))
            continue
        if not blocks or blocks[-1].text:
            blocks.append(Block())
        blocks[-1].rows.append((question.noun, answer.value or NOT_ANSWERED))
    return blocks


def submitted_referral(referral: Referral, user: User) -> Paper:
    """The referral as its agency sent it last: every question and answer of that version, nothing since."""
    version = referral.versions.order_by("-number").first()
    if version is None:
        raise CannotRender(NOT_SENT)
    context = {
        "partnership": referral.partnership,
        "facts": _sent(referral, version),
        "parts": parts_of(version.answers),
        "files": _files(referral),
    }
    return Paper(
        "pdf/referral.html",
        context,
        title=f"Referral {referral.ref}",
        file_stem=f"referral-{referral.ref}",
        marking=OFFICIAL_SENSITIVE,
    )


def _sent(referral: Referral, version: ReferralVersion) -> list[tuple[str, str]]:
    facts = [
        ("Reference", referral.ref),
        ("Agency", referral.agency.name),
        ("Sent by", version.sent_by.name),
        ("Sent on", in_full(version.sent_on)),
    ]
    if version.number > 1:
        facts.append(("Version", f"{version.number}, after it was returned for completion"))
    if referral.received_on and referral.received_on != version.sent_on:
        facts.append(("First received on", in_full(referral.received_on)))
    if referral.route != Route.ONLINE:
        facts += [("The way it came", Route(referral.route).label), ("Sender", referral.sender)]
    if referral.lead and referral.lead_signed_on:
        facts.append(("Signed off by", f"{referral.lead.name}, {in_full(referral.lead_signed_on)}"))
    return facts


def _files(referral: Referral) -> list[tuple[str, str]]:
    """The files that came with it, each with the hash that proves it unchanged."""
    kept = Document.objects.for_subject(*identity(referral)).filter(origin=Origin.UPLOADED)
    return [(document.name, document.sha256) for document in kept.order_by("created_at", "pk")]

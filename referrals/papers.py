"""What the papers of referrals and decisions say.

A builder gives words and a template. It checks nothing about access (``cspr.documents`` does) and uses only
what belongs to its subject. Titles and file names are neutral: they travel with the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from cspr.accounts.models import User
from cspr.accounts.roles import Partner
from cspr.clocks.calendar import in_full
from cspr.documents.failures import CannotRender
from cspr.documents.models import Document, Origin, identity
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper, register_paper
from referrals.models import Decision, PartnerView, Referral, ReferralVersion
from referrals.questions import Kind, Place, Shown, shown
from referrals.questions.criteria import criteria_of
from referrals.states import Route, View

NOT_SENT = "This referral has not been sent yet, so there is nothing to make a PDF of."
NOT_ANSWERED = "Not answered"

# --- the referral -----------------------------------------------------------------------------------------


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


# --- the decision -----------------------------------------------------------------------------------------

ANSWERS = {"yes": "Met", "no": "Not met", "unclear": "Not clear yet"}
NOT_CONSIDERED = "Not recorded"


def grounds(decision: Decision) -> list[tuple[str, str, str]]:
    """Each ground by itself: the ground, whether it is met, and why. One not addressed says so."""
    words = dict(criteria_of(decision.kind))
    given = decision.grounds
    known = [(label, given.get(code, {})) for code, label in words.items()]
    others = [(code, answer) for code, answer in given.items() if code not in words]
    return [(ground, _met(answer), answer.get("reason", "")) for ground, answer in (*known, *others)]


def _met(answer: dict[str, str]) -> str:
    given = answer.get("met", "")
    return ANSWERS.get(given, given) or NOT_CONSIDERED


def views(decision: Decision) -> list[list[str]]:
    """A row for each of the three partners, whether or not a view has been given."""
    recorded = decision.views.select_related("given_by", "recorded_by", "evidence")
    given = {view.partner: view for view in recorded}
    return [_row(Partner(partner).label, given.get(partner)) for partner in Partner.values]


def _row(partner: str, view: PartnerView | None) -> list[str]:
    if view is None:
        return [partner, "Not given yet", "Not yet", "None yet"]
    return [partner, View(view.view).label, _how(view), _why(view)]


def _how(view: PartnerView) -> str:
    by = view.given_by.name if view.given_by else f"Recorded for them by {view.recorded_by.name}"
    return f"{by}\n{view.given_on.day} {view.given_on:%B %Y}"


def _why(view: PartnerView) -> str:
    reason = f"Not sought, because: {view.reason}" if view.view == View.NOT_SOUGHT else view.reason
    words = f"{reason}\nEvidence: {view.evidence.title}".lstrip("\n") if view.evidence else reason
    return words or "No words added"


def dissent(decision: Decision) -> str:
    """Who disagrees, in a sentence; "" when nobody does."""
    names = [Partner(v.partner).label for v in decision.views.all() if v.view == View.DISAGREE]
    if not names:
        return ""
    return f"Not unanimous. Disagrees: {', '.join(names)}. The reasons stand in the table."


def decision_context(decision: Decision) -> dict[str, Any]:
    """What ``pdf/components/decision.html`` needs, in the decision record and in the rapid review report."""
    return {
        "decision": decision,
        "grounds": grounds(decision),
        "views": views(decision),
        "dissent": dissent(decision),
        "approved": decision.approved_on is not None,
    }


def decision_record(decision: Decision, user: User) -> Paper:
    """One decision: the question, each ground, the reasons, the three views, who approved what and when."""
    same = decision.case.decisions.filter(kind=decision.kind, approved_on__isnull=False)
    context = {
        **decision_context(decision),
        "partnership": decision.partnership,
        "facts": _decided(decision),
        "others": [
            [in_full(d.approved_on), d.get_outcome_display(), d.get_state_display()]
            for d in same.exclude(pk=decision.pk).order_by("approved_on", "pk")
            if d.approved_on
        ],
    }
    return Paper(
        "pdf/decision.html",
        context,
        title=f"Decision record {decision.ref}",
        file_stem=f"decision-{decision.ref}",
        marking=OFFICIAL_SENSITIVE,
        running_head=decision.case.pseudonym,
    )


def _decided(decision: Decision) -> list[tuple[str, str]]:
    case = decision.case
    return [
        ("Case", f"{case.pseudonym} ({case.ref})"),
        ("Question", decision.get_kind_display()),
        ("Decision" if decision.approved_on else "Proposal", decision.get_outcome_display()),
        ("Stage", decision.get_state_display()),
        ("Proposed", f"{decision.proposed_by.name}, {in_full(decision.proposed_on)}"),
        ("Approved", approval(decision)),
    ]


def approval(decision: Decision) -> str:
    """Who approved it and when, or that nobody has yet."""
    if decision.approved_on is None:
        return "Not approved yet"
    by = decision.approved_by.name if decision.approved_by else "Recorded"
    return f"{by}, {in_full(decision.approved_on)}"


def register() -> None:
    """Make these papers known; called once, when the app is ready."""
    register_paper(
        "referral", submitted_referral, "The referral as it was sent", subject_label="referrals.referral"
    )
    register_paper("decision", decision_record, "The decision record", subject_label="referrals.decision")

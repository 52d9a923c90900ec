"""The record of one decision: the question, grounds, reasons, views, what was done before it, who approved what."""

from __future__ import annotations

from typing import Any

from cspr.accounts.models import User
from cspr.accounts.roles import Partner
from cspr.clocks.calendar import in_full
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper
from referrals.models import Decision, PartnerView
from referrals.papers.record import rests_on, sections_of
from referrals.questions.criteria import criteria_of
from referrals.states import DecisionState, View

ANSWERS = {"yes": "Met", "no": "Not met", "unclear": "Not clear yet"}
NOT_CONSIDERED = "Not recorded"


def grounds(decision: Decision) -> list[tuple[str, str, str]]:
    """Each ground by itself: the ground, whether it is met, and why. One not addressed says so."""
    words = dict(criteria_of(decision.kind))
    given = decision.grounds
    known = [(label, given.get(code, {})) for code, label in words.items()]
    others = [(code, answer) for code, answer in given.items() if code not in words]
    return [(ground, _met(answer), _reason(answer)) for ground, answer in (*known, *others)]


def _met(answer: dict[str, Any]) -> str:
    given = answer.get("met", "")
    return ANSWERS.get(given, given) or NOT_CONSIDERED


def _reason(answer: dict[str, Any]) -> str:
    """The reason, and the pieces of evidence it names."""
    named = "; ".join(cite["words"] for cite in answer.get("cites", ()))
    return "\n".join(part for part in (answer.get("reason", ""), named and f"Rests on: {named}") if part)


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
    """Who disagrees, and whose view was not sought, in a sentence or two; "" when all agree."""
    given = list(decision.views.all())
    against, unasked = (
        ", ".join(Partner(v.partner).label for v in given if v.view == view)
        for view in (View.DISAGREE, View.NOT_SOUGHT)
    )
    said = [f"Not unanimous. Disagrees: {against}."] if against else []
    said += [f"No view was sought from: {unasked}."] if unasked else []
    return " ".join([*said, "The reasons stand in the table."]) if said else ""


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
        "no_longer": decision.changes if decision.state == DecisionState.REOPENED else [],
        "sections": sections_of(decision),
        "annexes": rests_on(decision),
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

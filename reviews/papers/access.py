"""The answer to a request for access: everything about the person that is given, as PDF and as JSON in one archive.

It is made of what two people decided on, and of nothing else: rows about the person without what could name somebody
else, and the words of passages as they are given. What was taken out is not in it in any form.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.documents.bundle import BundlePaper
from cspr.documents.pdf import Paper
from referrals.models.retaining import schedule_of
from referrals.retention import Kind
from reviews.access_finding import known_of, own_data, row_of
from reviews.models import AccessRequest
from reviews.questions.access_request import Disclosure, Exemption, Verdict

PURPOSE = (
    "To consider, notify and review serious child safeguarding incidents and to learn from them: a task of the "
    "safeguarding partners in the public interest (Children Act 2004, sections 16C to 16Q; UK GDPR Article 6(1)(c) and "
    "(e), Article 9(2)(g))."
)
OF_ACCOUNTS = "To let people who work with the partnership sign in, and to know who did what."
RECIPIENTS = (
    "The partnership’s team, the chair of its sub-group, the three safeguarding partners, the reviewer and the panel "
    "of the review, and agencies that took part, each as far as their part asks for it; by law the Child Safeguarding "
    "Practice Review Panel, the Department for Education and Ofsted."
)
RIGHTS = (
    "You can ask for what is wrong to be put right, and object to what is done with it.",
    "You can complain to the Information Commissioner: ico.org.uk, 0303 123 1113; and you can go to court.",
)


def access_bundle(request: AccessRequest, user: User) -> BundlePaper:
    """The archive as it is handed over; ``user`` is whoever confirmed it."""
    data = answered(request)
    context = {
        "answer": data,
        "received": in_full(request.received_on),
        "partnership": request.partnership.name,
        "subtitle": f"Answer to the request of {in_full(request.received_on)}",
    }
    paper = Paper(
        "pdf/access_bundle.html",
        context,
        "The data held about you",
        f"answer-{request.ref.lower()}",
    )
    return BundlePaper(paper, data)


def answered(request: AccessRequest) -> dict[str, Any]:
    """All that is given, in plain words and lists, for the page of the PDF and for the JSON alike."""
    known = known_of(request)
    kept = {one.row.kind: one.lasting for one in schedule_of(request.partnership)}
    passages = list(request.passages.exclude(decision=Disclosure.NOT_ABOUT))
    return {
        "partnership": request.partnership.name,
        "request": request.ref,
        "name": request.name,
        "received_on": request.received_on.isoformat(),
        "recipients": RECIPIENTS,
        "rights": list(RIGHTS),
        "records": [_record(one, known, kept) for one in request.records.filter(verdict=Verdict.THEIRS)],
        "passages": [_passage(one, kept) for one in passages if one.given],
        "not_given": [
            {"why": str(Exemption(code).label), "passages": count}
            for code, count in sorted(Counter(one.exemption for one in passages if not one.given).items())
        ],
    }


def _record(one: Any, known: set[str], kept: dict[Kind, str]) -> dict[str, Any]:
    row, _ = row_of(one)
    made = getattr(row, "created_at", None)
    return {
        **_about(one, kept),
        "date": made.date().isoformat() if made else "",
        "data": [{"field": leaf.title, "value": leaf.text} for leaf in own_data(one, known)[0]],
    }


def _passage(one: Any, kept: dict[Kind, str]) -> dict[str, Any]:
    why = str(Exemption(one.exemption).label) if one.exemption else ""
    return {**_about(one, kept), "field": one.title, "text": one.given, "taken_out": why}


def _about(one: Any, kept: dict[Kind, str]) -> dict[str, str]:
    """Where it stands, why it is held and for how long."""
    in_case = one.case_id is not None
    return {
        "source": str(apps.get_model(one.label)._meta.verbose_name),
        "purpose": PURPOSE if in_case else OF_ACCOUNTS,
        "kept_for": kept[Kind.CASE_FILE if in_case else Kind.ACCOUNTS],
    }

"""The report of a rapid review as a room: what is written and what not, what the check says, who is at it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from cspr.workflow import why_not
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.verbs import offers
from reviews.forms.writing import AcceptNameForm
from reviews.models import RapidReview, SectionDraft, SectionVersion
from reviews.models.checking import Check, check_of
from reviews.states import OPTIONAL_SECTIONS, RAPID_REVIEW_SECTIONS, RAPID_REVIEW_WORKING
from reviews.views.rapid_review import whole_review
from reviews.views.rapid_verbs import RapidVerb
from reviews.views.reports import RAPID_REPORT
from reviews.views.rooms import rooms

ROOM = "rapid-review-report"
# What moves the report on, in this order.
ONWARD = ("finish_draft", "seek_sign_off", "reopen_report")


@dataclass(frozen=True)
class Row:
    """One section as the room lists it."""

    code: str
    title: str
    url: str
    versions_url: str
    text: str
    optional: bool
    newest: SectionVersion | None
    holds_up: int
    advice: int
    here: list[str]


class ReportRoom(View):
    """Everybody on the case's list reads it; whoever writes finds each section with what is to be done there."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        working = review.state in RAPID_REVIEW_WORKING
        found = [o for o in offers(review, user) if o.name in ONWARD]
        check = check_of(review) if working else None
        rows = list_sections(review, check)
        context: dict[str, Any] = {
            "review": review,
            "case": case,
            "rooms": rooms(review, user, ROOM),
            "today": today,
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "working": working,
            "writes": working and why_not(review, "write_report", user) is None,
            "rows": rows,
            "written": sum(1 for row in rows if row.text.strip()),
            "names": check.names() if check else [],
            "accept_url": reverse("rapid-review-accept_name", args=[review.ref]),
            "verbs": [offer for offer in found if offer.reason is None],
            "refused": [offer for offer in found if offer.reason],
            "subject": review,
            "documents": documents_of(review, user),
            "paper_kinds": [k for k in paper_kinds(review._meta.label_lower) if "delay" not in k.kind],
        }
        return render(request, "rapid_reviews/report.html", context)


def list_sections(review: RapidReview, check: Check | None) -> list[Row]:
    """Every section with its newest version, who has it open, and what the check says; three statements."""
    of_report = {"case_id": review.case_id, "report": review._meta.model_name}
    last = SectionVersion.objects.filter(**of_report, section=OuterRef("section")).order_by("-number")
    newest = {
        version.section: version
        for version in SectionVersion.objects.filter(**of_report)
        .annotate(last=Subquery(last.values("number")[:1]))
        .filter(number=F("last"))
        .defer("text")
        .select_related("by")
    }
    drafts = list(SectionDraft.objects.filter(**of_report).defer("text").select_related("user"))
    rows = []
    for code, title in RAPID_REVIEW_SECTIONS.items():
        finds = check.finds(code) if check and review.report.get(code, "").strip() else []
        rows.append(
            Row(
                code=code,
                title=title,
                url=RAPID_REPORT.url("section", review, code),
                versions_url=RAPID_REPORT.url("section-versions", review, code),
                text=review.report.get(code, ""),
                optional=code in OPTIONAL_SECTIONS,
                newest=newest.get(code),
                holds_up=sum(1 for find in finds if find.blocks),
                advice=sum(1 for find in finds if not find.blocks),
                here=[d.user.name for d in drafts if d.section == code and d.here],
            )
        )
    return rows


class AcceptName(RapidVerb):
    """Leave a name in. Which names there are stands in the form, never in the address."""

    verb = "accept_name"
    form_class = AcceptNameForm
    button = "Leave it in"
    done = "The name stays, and your reason with it."

    def form(self, subject: RapidReview, data: Any = None, files: Any = None) -> forms.Form:
        return AcceptNameForm(data, names=check_of(subject).names())

    def next(self, subject: RapidReview) -> str:
        return reverse(ROOM, args=[subject.ref])

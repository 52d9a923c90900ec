"""The papers of a meeting: all of them for its members, and one part for whoever only gives information."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cspr.accounts.models import User
from cspr.documents.failures import CannotRender
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper
from referrals.models import Case
from referrals.papers import parts_of
from referrals.questions import shown
from reviews.chronology.codes import EntryState, Sensitivity
from reviews.models import (
    ChronologyEntry,
    InformationRequest,
    Meeting,
    RapidReview,
)
from reviews.papers.parts import Part, numbered
from reviews.questions import PARTS
from reviews.states import (
    ANSWERED,
    RAPID_REVIEW_SECTIONS,
    MeetingState,
)


def meeting_pack(meeting: Meeting, user: User) -> Paper:
    """Everything for the members in one file: agenda, accounts, draft report, referral; each opens from a bookmark."""
    review = RapidReview.objects.beside().filter(case=meeting.case).first()
    report = review.report if review else {}
    context = {
        "meeting": meeting,
        "partnership": meeting.partnership,
        "agencies": [_account(request) for request in _answered(meeting)],
        "chronology": _entries(meeting),
        "report": list(
            numbered(
                Part(code, title, report.get(code, ""))
                for code, title in RAPID_REVIEW_SECTIONS.items()
                if report.get(code, "").strip()
            )
        ),
        "referrals": [
            (referral.agency.name, parts_of(referral.answers))
            for referral in meeting.case.referrals.select_related("agency").order_by("pk")
            if referral.received_on
        ],
    }
    return _of_a_meeting(
        "pdf/meeting_pack.html", context, meeting.case, "Papers for the meeting", meeting.ref
    )


def meeting_part(request: InformationRequest, user: User) -> Paper:
    """For people who only give information: the agenda, and their own agency's account."""
    meeting = request.case.meetings.exclude(state=MeetingState.CANCELLED).order_by("-on", "-pk").first()
    if meeting is None:
        raise CannotRender("No meeting is planned yet, so there are no papers for it.")
    context = {
        "meeting": meeting,
        "partnership": meeting.partnership,
        "agencies": [_account(request)],
        "limited": True,
    }
    return _of_a_meeting(
        "pdf/meeting_pack.html", context, meeting.case, "Agenda and our account", request.ref
    )


def _of_a_meeting(template: str, context: dict[str, Any], case: Case, title: str, ref: str) -> Paper:
    return Paper(
        template,
        context,
        title=title,
        file_stem=f"meeting-{ref}",
        marking=OFFICIAL_SENSITIVE,
        running_head=case.pseudonym,
    )


def _entries(meeting: Meeting) -> list[tuple[str, str, str]]:
    """The chronology for everybody at the table: what is marked as sensitive stays on its own page."""
    standing = ChronologyEntry.objects.beside().filter(
        case=meeting.case, state=EntryState.STANDS, sensitivity=Sensitivity.ORDINARY
    )
    entries = standing.select_related("agency").order_by("starts_on", "at", "pk")
    return [(entry.when.words(), entry.agency.name, entry.happened) for entry in entries]


def _answered(meeting: Meeting) -> Iterable[InformationRequest]:
    of_case = InformationRequest.objects.beside().filter(rapid_review__case=meeting.case, state__in=ANSWERED)
    return of_case.select_related("agency").order_by("agency__name", "pk")


def _account(request: InformationRequest) -> tuple[str, list[tuple[str, str]]]:
    """An agency's answer part by part; a nil return is said as such."""
    if request.answer.get("nil"):
        return request.agency.name, [("Its answer", "The agency had no involvement.")]
    said = [(row.question.noun, row.value) for row in shown(request.answer, PARTS) if row.value]
    return request.agency.name, said or [("Its answer", "Not given yet.")]

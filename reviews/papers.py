"""What the papers of reviews say: the rapid review report, the letters about delay, the published report.

A builder gives words and a template. It checks nothing about access (``cspr.documents`` does) and uses only
what belongs to its subject. Titles and file names are neutral: they travel with the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from cspr.accounts.roles import Partner
from cspr.clocks.calendar import in_full
from cspr.documents.pdf import OFFICIAL_SENSITIVE, CannotRender, Paper, register_paper
from referrals.models import Case, Deadline, Decision, Notification
from referrals.papers import approval, decision_context, parts_of
from referrals.questions import shown
from referrals.states import DecisionKind, DecisionState
from reviews.chronology.codes import EntryState, Sensitivity
from reviews.models import (
    ChronologyEntry,
    Delay,
    InformationRequest,
    Meeting,
    PracticeReview,
    Publication,
    RapidReview,
)
from reviews.questions import PARTS
from reviews.states import (
    ANSWERED,
    OPTIONAL_SECTIONS,
    RAPID_REVIEW_SECTIONS,
    REPORT_SECTIONS,
    MeetingState,
    RequestState,
)

PANEL = "Child Safeguarding Practice Review Panel"
SECRETARY_OF_STATE = "Secretary of State for Education"
# A letter is one page: a reason of more lines than this goes on a page of its own behind it.
MOST_LINES, LINE = 6, 80
NOT_YET = "Not recorded yet"
NOT_PUBLIC = "Not public yet"
NOTHING_WRITTEN = "Nothing has been written here yet."


@dataclass(frozen=True)
class Part:
    """One section of a report as it is read."""

    code: str
    title: str
    text: str


# --- the rapid review report ------------------------------------------------------------------------------


def rapid_review_report(review: RapidReview, user: User) -> Paper:
    """The report to the Panel: sections, who took part, the decision with each criterion, the three sign-offs."""
    decision = _decision_on(review)
    signed_off = review.decision() is not None
    context = {
        "partnership": review.partnership,
        "subtitle": review.case.pseudonym,
        "facts": [
            ("Case", review.case.ref),
            ("Notification", review.notification.panel_reference),
            ("Stage", review.get_state_display()),
        ],
        "signed_off": signed_off,
        "views_title": "Sign-offs of the three safeguarding partners",
        "dates": _dates(review),
        "people": [
            ("Represented", ", ".join(Partner(p).label for p in Partner.values if p in review.represented)),
            ("Took part", review.attendees),
            ("Apologies", review.apologies),
            ("Conflicts of interest declared", review.conflicts_declared or "None recorded"),
        ],
        "agencies": [
            (r.agency.name, RequestState(r.state).label, in_full(r.answered_on) if r.answered_on else "")
            for r in review.requests.select_related("agency").order_by("agency__name")
        ],
        "parts": [
            Part(code, title, review.report.get(code, "") or NOTHING_WRITTEN)
            for code, title in RAPID_REVIEW_SECTIONS.items()
            if review.report.get(code, "").strip() or (_unsent(review) and code not in OPTIONAL_SECTIONS)
        ],
        **(_decision_context(review, decision) if decision else {}),
    }
    return Paper(
        "pdf/rapid_review.html",
        context,
        title="Rapid review report" if signed_off else "Rapid review report, draft",
        file_stem=f"rapid-review-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
        running_head=review.case.pseudonym,
    )


def _unsent(review: RapidReview) -> bool:
    """A report that was sent once is not asked for a section that reports have only had since."""
    return review.first_submitted_on is None


def _decision_on(review: RapidReview) -> Decision | None:
    """The decision on a practice review that stands, or else the one that is proposed."""
    current = review.case.decisions.filter(kind=DecisionKind.REVIEW).exclude(state=DecisionState.SUPERSEDED)
    return current.order_by("-pk").first()


def _decision_context(review: RapidReview, decision: Decision) -> dict[str, Any]:
    return {
        **decision_context(decision),
        "decided": [
            ("Decision" if decision.approved_on else "Proposal", decision.get_outcome_display()),
            ("Stage", decision.get_state_display()),
            ("Approved", approval(decision)),
            ("Fingerprint of what was approved", decision.approved_hash or "None yet"),
        ],
        "earlier_text": decision.evidence_hash != review.report_hash,
    }


def _dates(review: RapidReview) -> list[tuple[str, str]]:
    case, notification = review.case, review.notification
    due = _deadline(case, "RR_15WD")
    days = [
        ("Incident", case.incident_on),
        ("Local authority became aware", case.la_aware_on),
        ("Notification sent to the Panel", notification.submitted_on),
        ("Rapid review due with the Panel", due and due.due_on),
        ("Meeting held", review.meeting_on),
        ("Sent to the Panel", review.submitted_on),
    ]
    return [
        ("Area of the incident", case.area),
        *((label, in_full(on) if on else NOT_YET) for label, on in days),
    ]


def _deadline(case: Case, code: str) -> Deadline | None:
    return case.deadlines.filter(code=code).first()


# --- the papers of a meeting ------------------------------------------------------------------------------


def meeting_pack(meeting: Meeting, user: User) -> Paper:
    """Everything for the members in one file: agenda, accounts, draft report, referral; each opens from a bookmark."""
    review = RapidReview.objects.beside().filter(case=meeting.case).first()
    report = review.report if review else {}
    context = {
        "meeting": meeting,
        "partnership": meeting.partnership,
        "agencies": [_account(request) for request in _answered(meeting)],
        "chronology": _entries(meeting),
        "report": [
            (title, report.get(code, ""))
            for code, title in RAPID_REVIEW_SECTIONS.items()
            if report.get(code, "").strip()
        ],
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


# --- letters about a delay --------------------------------------------------------------------------------


def rapid_review_delay(review: RapidReview, user: User) -> Paper:
    """To the Panel: why the rapid review is late, when it was due, when to expect it."""
    return _delay_letter("pdf/rapid_review_delay.html", review, "RR_15WD", review.notification, [PANEL])


def practice_review_delay(review: PracticeReview, user: User) -> Paper:
    """To the Panel and the Secretary of State: why the review is not published within its six months."""
    notification = Notification.objects.filter(case=review.case).first()
    recipients = [PANEL, SECRETARY_OF_STATE]
    return _delay_letter("pdf/practice_review_delay.html", review, "LCSPR_6M", notification, recipients)


def _delay_letter(
    template: str,
    review: RapidReview | PracticeReview,
    clock: str,
    notification: Notification | None,
    recipients: list[str],
) -> Paper:
    case = review.case
    delays = list(Delay.objects.filter(case=case, clock=clock)[:2])
    deadline = _deadline(case, clock)
    if not delays or deadline is None or deadline.due_on is None:
        raise CannotRender("Record the delay first: the reason and the new date stand in the letter.")
    delay, earlier = delays[0], delays[1] if len(delays) > 1 else None
    partnership = review.partnership
    context = {
        "sender": {"name": partnership.name, "lines": [partnership.email, partnership.phone]},
        "recipient": {"lines": [f"The {name}" for name in recipients]},
        "signed_by": {"name": "For the safeguarding partners", "post": partnership.name},
        "date": delay.told_on,
        "reference": case.ref,
        "panel_reference": notification.panel_reference if notification else "",
        "delay": delay,
        "earlier": earlier,
        "deadline": deadline,
        "passed": delay.told_on > deadline.due_on,
        "annex": _lines(delay.explanation) > MOST_LINES,
    }
    return Paper(
        template,
        context,
        title="Letter about a delay",
        file_stem=f"delay-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
    )


def duty_letter(request: InformationRequest, user: User) -> Paper:
    """To an agency: what it is asked and by when, the duty it rests on, and what follows if it is not answered."""
    if request.duty_invoked_on is None or request.due_on is None:
        raise CannotRender("Invoke the duty to answer first: its day stands in the letter.")
    partnership, agency = request.partnership, request.agency
    context = {
        "sender": {"name": partnership.name, "lines": [partnership.email, partnership.phone]},
        "recipient": {"lines": [line for line in (agency.executive_name, agency.name) if line]},
        "signed_by": {"name": "For the safeguarding partners", "post": partnership.name},
        "date": request.duty_invoked_on,
        "reference": request.ref,
        "request": request,
        "phone": partnership.phone,
        "annex": _lines(request.question) > MOST_LINES,
    }
    return Paper(
        "pdf/duty_letter.html",
        context,
        title="Request for information under section 16H",
        file_stem=f"request-{request.ref}",
        marking=OFFICIAL_SENSITIVE,
    )


def _lines(text: str) -> int:
    """About how many lines a text takes in a letter; a new paragraph counts as a line."""
    return sum(1 + len(line) // LINE for line in text.splitlines())


# --- the published report ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recommended:
    """One recommendation as it was frozen."""

    number: int
    text: str
    owner: str
    due_on: dt.date | None


def parts(publication: Publication) -> list[Part]:
    """The published sections that say something, in the order of the report; recommendations need theirs."""
    wanted = {code: text for code, text in publication.sections.items() if text.strip()}
    if publication.recommendations:
        wanted.setdefault("improvements", "")
    return [Part(code, title, wanted[code]) for code, title in REPORT_SECTIONS.items() if code in wanted]


def recommended(publication: Publication) -> list[Recommended]:
    """The recommendations as they stood on the day of publication."""
    return [
        Recommended(
            number=row["number"],
            text=row["text"],
            owner=row["owner"],
            due_on=dt.date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        )
        for row in publication.recommendations
    ]


def full_title(publication: Publication) -> str:
    """``Child Safeguarding Practice Review: Rowan``: what it is, and its neutral title."""
    return f"Child Safeguarding Practice Review: {publication.title}"


def citation(publication: Publication) -> str:
    """How others name the report."""
    partnership = publication.partnership.name
    author = f"{publication.reviewer}, for {partnership}" if publication.reviewer else partnership
    what = "Improvements from the " if publication.improvements_only else ""
    return f"{author} ({publication.published_on.year}). {what}{full_title(publication)}."


def published_report(publication: Publication, user: User) -> Paper:
    """The report as the public reads it: only what was frozen. The case is not looked at."""
    context = {**_report(publication), "when": ("Published", in_full(publication.published_on))}
    return Paper("pdf/publication.html", context, full_title(publication), publication.slug)


def report_before_publication(review: PracticeReview, user: User) -> Paper:
    """The whole report as it reads now, for those who receive it before the public does (reg 16, guidance)."""
    planned = review.planned_publication_on
    # The day is only planned; nothing of the paper depends on when it is made.
    unpublished = Publication.of(review, on=planned or review.decided_on)
    context = {
        **_report(unpublished),
        "when": ("Planned publication", in_full(planned) if planned else "Not planned yet"),
        "unpublished": True,
    }
    return Paper(
        "pdf/publication.html",
        context,
        title=full_title(unpublished),
        file_stem=f"practice-review-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
        running_head=NOT_PUBLIC,
    )


def _report(publication: Publication) -> dict[str, Any]:
    improvements = "The improvements that should be made"
    return {
        "publication": publication,
        "partnership": publication.partnership,
        "subtitle": improvements if publication.improvements_only else "Report of a local review",
        "parts": parts(publication),
        "recommended": recommended(publication),
        "citation": citation(publication),
    }


def register() -> None:
    """Make these papers known; called once, when the app is ready."""
    register_paper("meeting_pack", meeting_pack, "The papers of the meeting", subject_label="reviews.meeting")
    register_paper(
        "meeting_part",
        meeting_part,
        "The agenda of the meeting with this account",
        subject_label="reviews.informationrequest",
    )
    register_paper(
        "rapid_review", rapid_review_report, "The rapid review report", subject_label="reviews.rapidreview"
    )
    register_paper(
        "rapid_review_delay",
        rapid_review_delay,
        "The letter to the Panel about the delay",
        subject_label="reviews.rapidreview",
    )
    register_paper(
        "duty_letter",
        duty_letter,
        "The letter about the duty to answer",
        subject_label="reviews.informationrequest",
    )
    register_paper(
        "practice_review",
        report_before_publication,
        "The whole report, to send before publication",
        subject_label="reviews.practicereview",
    )
    register_paper(
        "practice_review_delay",
        practice_review_delay,
        "The letter to the Panel and the Secretary of State about the delay",
        subject_label="reviews.practicereview",
    )
    register_paper(
        "publication", published_report, "The published report", subject_label="reviews.publication"
    )

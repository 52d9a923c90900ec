"""The meeting: its page, which is also a room of the rapid review, its calendar entry and the page of each verb."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from icalendar import Calendar, Event

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from cspr.workflow import why_not
from referrals.models import Deadline
from referrals.views.case import note_opening, signed_in, staffed_partnership
from referrals.views.clocks import Face, case_bar
from referrals.views.verbs import VerbView, offers
from reviews import actions, permissions
from reviews.forms import meeting as asked
from reviews.models import Meeting, MeetingRules, RapidReview
from reviews.states import MeetingPurpose, MeetingState
from reviews.views.rapid_review import whole_review
from reviews.views.rapid_verbs import RapidVerb
from reviews.views.rooms import rooms

ROOM = "rapid-review-meeting"
LONDON = ZoneInfo("Europe/London")
ONWARD = ("record_attendance", "hold")


def whole_meeting(user: User, ref: str) -> Meeting:
    found = Meeting.objects.visible_to(user).select_related("case__partnership")
    return get_object_or_404(found.prefetch_related("participants", "actions", "case__deadlines"), ref=ref)


def the_meeting(meeting: Meeting, user: User) -> dict[str, Any]:
    """What the room and the own page show; whoever only gives information sees no more than the invitation."""
    whole = permissions.read_meeting(meeting, user) is None
    found = offers(meeting, user)
    out = meeting.conflicted()
    return {
        "meeting": meeting,
        "whole": whole,
        "people": [(person, person.pk in out) for person in meeting.participants.all()] if whole else [],
        "quorum": _quorum(meeting) if whole else [],
        "not_quorate": meeting.not_quorate() if meeting.state == MeetingState.PLANNED else None,
        "onward": [o for o in found if o.name in ONWARD and o.reason is None],
        "also": [o for o in found if o.name not in ONWARD and o.reason is None],
        "documents": documents_of(meeting, user),
        "paper_kinds": paper_kinds(meeting._meta.label_lower) if whole else [],
    }


def _quorum(meeting: Meeting) -> list[tuple[str, bool]]:
    """As it was on the day, or as it stands."""
    kept = [(words, met) for words, met in meeting.quorum_met]
    return kept or [(condition.words, condition.met) for condition in meeting.quorum()]


class MeetingPage(View):
    """One meeting: when and where, the agenda, who is asked, the quorum, the minutes."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        meeting = whole_meeting(user, ref)
        note_opening(meeting.case, user)
        review = RapidReview.objects.visible_to(user).filter(case=meeting.case).first()
        context = {
            "case": meeting.case,
            "subject": meeting,
            "today": today,
            "bar": case_bar(meeting.case, list(meeting.case.deadlines.all()), today),
            "rooms": rooms(review, user, ROOM) if review else [],
            **the_meeting(meeting, user),
        }
        return render(request, "meetings/meeting.html", context)


class MeetingRoom(View):
    """The meeting of a rapid review: the one that is planned or was held last, or how to plan one."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        of_review = Meeting.objects.visible_to(user).filter(
            case=review.case, purpose=MeetingPurpose.RAPID_REVIEW
        )
        held = list(of_review.order_by("-on", "-pk"))
        latest = next((m for m in held if m.state != MeetingState.CANCELLED), None)
        context = {
            "review": review,
            "case": review.case,
            "subject": latest or review,
            "today": today,
            "bar": case_bar(review.case, list(review.case.deadlines.all()), today),
            "rooms": rooms(review, user, ROOM),
            "earlier": [m for m in held if m != latest],
            "may_plan": why_not_plan(review, user) is None,
            "keeps_rules": review.case.partnership_id in user.partnerships(Role.STAFF),
            **(the_meeting(whole_meeting(user, latest.ref), user) if latest else {"whole": True}),
        }
        return render(request, "meetings/meeting.html", context)


def why_not_plan(review: RapidReview, user: User) -> str | None:
    """A meeting is planned under the rule by which it is recorded, and one at a time."""
    if planned(review):
        return "A meeting is planned already. Move it, or cancel it first."
    return why_not(review, "weigh", user)


def planned(review: RapidReview) -> Meeting | None:
    return (
        Meeting.objects.beside()
        .filter(case=review.case, purpose=MeetingPurpose.RAPID_REVIEW, state=MeetingState.PLANNED)
        .first()
    )


class CalendarFile(View):
    """An entry for the person's own calendar. It travels, so it says when and nothing else."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        meeting = whole_meeting(signed_in(request), ref)
        response = HttpResponse(calendar_of(meeting), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
        return response


def calendar_of(meeting: Meeting) -> bytes:
    """The same entry whenever it moves (UID), newer than the last (SEQUENCE); cancelled, it takes itself out."""
    over = meeting.state == MeetingState.CANCELLED
    calendar, entry = Calendar(), Event()
    calendar.add("prodid", "-//CSPR//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if over else "PUBLISH")
    entry.add("uid", meeting.uid)
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", timezone.now().astimezone(dt.UTC))
    for name, time in (("dtstart", meeting.starts_at), ("dtend", meeting.ends_at)):
        entry.add(name, dt.datetime.combine(meeting.on, time, LONDON))
    entry.add("summary", "Meeting")
    entry.add("description", "Sign in to see the place, the agenda and the papers.")
    entry.add("status", "CANCELLED" if over else "CONFIRMED")
    entry.add("class", "PRIVATE")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


# --- verbs ------------------------------------------------------------------------------------------------


class PlanMeeting(RapidVerb):
    """Plan the meeting of a rapid review."""

    verb = "plan_meeting"
    form_class = asked.PlanForm
    action = actions.plan_meeting
    effect = "Everybody on the case’s access list is asked to it, and told by an e-mail that says no more than that."
    button = "Plan the meeting"
    done = "The meeting is planned, and everybody on the access list is asked."

    def label(self) -> str:
        return "Plan the meeting"

    def form_kwargs(self, subject: RapidReview) -> dict[str, Any]:
        return {}

    def refusal(self, subject: RapidReview) -> str | None:
        return why_not_plan(subject, self.user)

    def told(self, subject: RapidReview) -> list[User]:
        people = [row["user"] for row in actions.on_the_list(subject.case, self.today)]
        return [user for user in people if user.pk != self.user.pk]

    def next(self, subject: Any) -> str:
        return reverse(ROOM, args=[subject.ref])


class HoldMeeting(RapidVerb):
    """Recording the meeting begins where it was planned: this address leads there."""

    verb = "hold_meeting"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        review = self.subject()
        if reason := self.refusal(review):
            return self._refused(review, reason, 403)
        meeting = planned(review)
        return redirect(meeting.get_absolute_url() if meeting else reverse(ROOM, args=[review.ref]))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.get(request, **kwargs)


class MeetingVerb(VerbView):
    """One verb on one meeting."""

    model = Meeting

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        return []


class Move(MeetingVerb):
    verb = "move"
    button = "Move it and tell everybody"
    done = "The meeting is moved, and everybody who was asked is told."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        return asked.PlanForm(data, meeting=subject)


class Cancel(MeetingVerb):
    verb = "cancel"
    form_class = asked.CancelForm
    button = "Cancel it and tell everybody"
    done = "The meeting is cancelled, and everybody who was asked is told."


class SetAgenda(MeetingVerb):
    verb = "set_agenda"
    button = "Save the agenda"
    done = "The agenda is saved."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        return asked.AgendaForm(data, meeting=subject)


class Invite(MeetingVerb):
    verb = "invite"
    button = "Ask them"
    done = "They are asked."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        known = subject.participants.exclude(user=None).values_list("user_id", flat=True)
        offered = actions.on_the_list(subject.case, self.today, without=known)
        return asked.InviteForm(data, offered=offered)

    def data(self, form: Any) -> dict[str, Any]:
        return {"people": form.rows()}


class RecordAttendance(MeetingVerb):
    verb = "record_attendance"
    template_name = "meetings/attendance.html"
    button = "Save who took part"
    done = "It is recorded who took part."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        return asked.AttendanceForm(data, participants=list(subject.participants.all()))

    def data(self, form: Any) -> dict[str, Any]:
        return {"rows": form.rows()}


class NoteConflict(MeetingVerb):
    verb = "note_conflict"
    action = actions.note_conflict
    button = "Record the conflict"
    done = "The conflict is recorded. The person can no longer open this case."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        out = subject.conflicted()
        people = [person for person in subject.participants.all() if person.pk not in out]
        return asked.ConflictForm(data, participants=people)


class Hold(MeetingVerb):
    verb = "hold"
    button = "Record the meeting"
    done = "The meeting is on record."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        return asked.HoldForm(data, meeting=subject, today=self.today)


class WriteMinutes(MeetingVerb):
    verb = "write_minutes"
    button = "Save the minutes"
    done = "The minutes are saved."

    def form(self, subject: Meeting, data: Any = None, files: Any = None) -> forms.Form:
        return asked.MinutesForm(data, meeting=subject)


class AddAction(MeetingVerb):
    verb = "add_action"
    form_class = asked.ActionForm
    button = "Add the action"
    done = "The action is added."


MEETING_VERBS: tuple[type[MeetingVerb], ...] = (
    Move,
    Cancel,
    SetAgenda,
    Invite,
    RecordAttendance,
    NoteConflict,
    Hold,
    WriteMinutes,
    AddAction,
)


# --- the partnership's own rules --------------------------------------------------------------------------


class Rules(View):
    """What the partnership asks of its meetings: agenda and quorum. To everybody but its staff nothing is here."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        partnership = staffed_partnership(request, ref)
        return self._page(request, partnership, asked.RulesForm(rules=MeetingRules.of(partnership)))

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        partnership = staffed_partnership(request, ref)
        form = asked.RulesForm(request.POST, rules=MeetingRules.of(partnership))
        if not form.is_valid():
            return self._page(request, partnership, form, status=422)
        actions.set_rules(partnership, by=signed_in(request), **form.cleaned_data)
        messages.success(
            request, "The rules are saved. They count for every meeting that has not been held yet."
        )
        return redirect("meeting-rules", ref=ref)

    def _page(
        self, request: HttpRequest, partnership: Partnership, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "partnership": partnership}
        return render(request, "meetings/rules.html", context, status=status)

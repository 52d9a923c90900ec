"""What a review adds to the record of its decision: the meeting, its quorum, who took part as what, conflicts."""

from __future__ import annotations

from collections.abc import Iterable

from cspr.accounts.roles import AgencyType, Partner
from cspr.clocks.calendar import in_full
from referrals.models import Decision
from referrals.papers import Grid, RecordSection
from reviews.models import Meeting
from reviews.models.meeting import Participant
from reviews.states import Attendance, Capacity, MeetingState

NO_MEETING = "No meeting was held on this question before it was decided."
NO_ROLE = "Not recorded"
CONFLICT = "Did not count for the quorum, and did not decide"
ANSWERED_FOR = {Attendance.PRESENT, Attendance.APOLOGIES}


def meetings_of(decision: Decision) -> Iterable[RecordSection]:
    """Each meeting the decision rests on, or the sentence that none was held."""
    return [_section(meeting) for meeting in _held(decision)] or [RecordSection("The meeting", NO_MEETING)]


def declared(decision: Decision) -> Iterable[list[str]]:
    """What people without an account declared at a meeting; everybody else's conflict stands on the case."""
    for meeting in _held(decision):
        for person in meeting.participants.all():
            if person.conflict and person.user_id is None:
                day = in_full(meeting.held_on or meeting.on)
                yield [person.name, f"Declared at the meeting of {day}", CONFLICT]


def _held(decision: Decision) -> Iterable[Meeting]:
    """A decision made before meetings were part of what it rests on: all that were held by then."""
    held = Meeting.objects.beside().filter(case=decision.case, state=MeetingState.HELD)
    named = [code.partition(".")[2] for code in decision.evidence if code.startswith("meeting.")]
    if decision.evidence:
        held = held.filter(ref__in=named)
    elif decision.approved_on:
        held = held.filter(held_on__lte=decision.approved_on)
    return held.prefetch_related("participants").order_by("held_on", "pk")


def _section(meeting: Meeting) -> RecordSection:
    people, out = list(meeting.participants.all()), _in_conflict(meeting)
    here = [p for p in people if p.attendance == Attendance.PRESENT]
    quorate = all(met for _, met in meeting.quorum_met)
    words = f"{meeting.get_purpose_display()}. It was {'' if quorate else 'not '}quorate."
    grids = [
        Grid(
            "The quorum, condition by condition",
            ("Condition", "Met?"),
            [[condition, "Met" if met else "Not met"] for condition, met in meeting.quorum_met],
            "parts",
        ),
        _present("Members who took part", (p for p in here if p.capacity == Capacity.MEMBER), out),
        _present("Gave information only", (p for p in here if p.capacity == Capacity.INFORMATION), out),
        _away("Apologies", (p for p in people if p.attendance == Attendance.APOLOGIES)),
        _away("Asked, and did not come", (p for p in people if p.attendance not in ANSWERED_FOR)),
    ]
    return RecordSection(
        f"The meeting of {in_full(meeting.held_on or meeting.on)}", words, [g for g in grids if g.rows]
    )


def _in_conflict(meeting: Meeting) -> set[int]:
    """The rows of people with a conflict of interest on that day: declared there, or standing on the case."""
    day = meeting.held_on or meeting.on
    known = meeting.case.conflicts.filter(declared_on__lte=day).exclude(lifted_on__lte=day)
    users = set(known.values_list("user_id", flat=True))
    return {p.pk for p in meeting.participants.all() if p.conflict or p.user_id in users}


def _present(caption: str, people: Iterable[Participant], out: set[int]) -> Grid:
    rows = [[p.name, p.role or NO_ROLE, _as(p, conflict=p.pk in out)] for p in people]
    return Grid(caption, ("Name", "Role and agency", "Took part as"), rows, "people")


def _away(caption: str, people: Iterable[Participant]) -> Grid:
    rows = [[p.name, p.role or NO_ROLE] for p in people]
    return Grid(caption, ("Name", "Role and agency"), rows, "people")


def _as(person: Participant, *, conflict: bool) -> str:
    """Whom somebody spoke for, whose deputy they were, and what followed from a conflict."""
    agency = AgencyType(person.agency_type).label if person.agency_type else ""
    spoke = Partner(person.partner).label if person.partner else agency
    words = [spoke or Capacity(person.capacity).label]
    if person.deputy_for:
        words.append(f"Deputy for {person.deputy_for}")
    if conflict:
        words.append(f"Conflict of interest. {CONFLICT}")
    return "\n".join(words)

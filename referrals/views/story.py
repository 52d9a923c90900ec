"""What happened, in sentences: one for every kind of event. ``reviews`` adds its own with ``register``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format

from cspr.accounts.models import User
from cspr.accounts.roles import Partner, Role
from cspr.audit.models import Event
from cspr.audit.words import gone_since
from cspr.clocks.table import UnknownClock, clock_for
from cspr.workflow import Subject, transitions
from referrals.emergency import EmergencyReason
from referrals.retention import HoldReason
from referrals.states import NotificationType, Outcome, Process, Route, View

Facts = Mapping[str, Any]
Sentence = str | Callable[[Facts], str]


@dataclass(frozen=True)
class Told:
    """One event as a page tells it (``components/timeline.html``)."""

    words: str
    by: str
    at: dt.datetime
    detail: str = ""
    times: int = 1


def _label(choices: type[TextChoices], value: object) -> str:
    """The words of a coded value; the code itself if it is no longer in the list."""
    return dict(choices.choices).get(str(value), str(value or ""))


def _day(value: object) -> str:
    return date_format(dt.date.fromisoformat(str(value)), "j F Y") if value else "no date"


def _moved(facts: Facts) -> str:
    try:
        name = clock_for(facts["code"], dt.date.fromisoformat(facts["trigger_after"])).name
    except UnknownClock:
        name = facts["code"]
    return f"A date moved. {name}: from {_day(facts['due_before'])} to {_day(facts['due_after'])}"


def _dates(facts: Facts) -> str:
    names = {
        "la_aware_on": "authority aware",
        "la_suspected_on": "abuse or neglect suspected",
        "incident_on": "incident",
    }
    before, after = facts.get("before", {}), facts.get("after", {})
    changed = [n for n in names if n in after and before.get(n) != after[n]]
    what = "; ".join(f"{names[n]}: {_day(before.get(n))}, now {_day(after[n])}" for n in changed)
    return f"The dates that clocks run from were changed{f' ({what})' if what else ''}"


def _gave_view(facts: Facts) -> str:
    recorded = ", recorded by staff" if facts.get("recorded_for_them") else ""
    said = _label(View, facts.get("view")).lower()
    return f"A partner’s view ({_label(Partner, facts.get('partner'))}): {said}{recorded}"


def _submitted(facts: Facts) -> str:
    late = ", late" if facts.get("late_reason") else ""
    return f"The Panel was notified on {_day(facts.get('submitted_on'))}{late}"


def _process(words: str) -> Callable[[Facts], str]:
    """What became of another proceeding, and whether it bars publication now."""

    def sentence(facts: Facts) -> str:
        bar = ""
        if facts.get("bars_publication"):
            until = facts.get("bar_until")
            bar = f"; it bars publication {f'before {_day(until)}' if until else 'until it ends'}"
        return f"{words}: {_label(Process, facts.get('type'))}{bar}"

    return sentence


SENTENCES: dict[str, Sentence] = {
    "case.begin": "The case was opened",
    "case.team": "The chair and the three partners were given access",
    "case.merge": "This case was joined to another one",
    "case.set_dates": _dates,
    "case.rename": "The case was given another name",
    "case.restrict": "The case was restricted to named people",
    "case.lift_restriction": "The restriction was lifted",
    "case.grant_access": lambda f: f"Somebody was given access as {_label(Role, f.get('capacity')).lower()}",
    "case.end_access": "Somebody’s access was ended",
    "case.declare_conflict": "A conflict of interest was declared",
    "case.record_conflict": "A conflict of interest was recorded",
    "case.lift_conflict": "A conflict of interest was lifted",
    "case.set_legal_hold": lambda f: f"A legal hold was set: {_label(HoldReason, f.get('reason')).lower()}",
    "case.lift_legal_hold": lambda f: (
        f"A legal hold was lifted: {_label(HoldReason, f.get('reason')).lower()}"
    ),
    "emergencyaccess.begin": lambda f: (
        f"Somebody opened the case in an emergency: {_label(EmergencyReason, f.get('reason')).lower()}"
    ),
    "emergencyaccess.end_emergency": "An emergency access was ended before its time",
    "emergencyaccess.look_at": "An emergency access was looked at afterwards",
    "case.propose_disposal": "Disposal of the case was proposed",
    "disposal.begin": "Disposal of the case was proposed",
    "disposal.approve": "Disposal of the case was approved",
    "disposal.decline": "Disposal of the case was declined",
    "disposal.withdraw": "Disposal of the case was called off",
    "disposal.put_aside": "Disposal of the case was put aside: something stood against it",
    "disposal.carry_out": "The case was disposed of",
    "disposal.carry_out_again": "The case was disposed of once more, after a restore",
    "case.close": "The case was closed",
    "case.reopen": "The case was reopened",
    "referral.begin": lambda f: (
        f"A referral was begun ({_label(Route, f.get('route', Route.ONLINE)).lower()})"
    ),
    "referral.write": "The referral was written on",
    "referral.attach": "A file was added to the referral",
    "referral.detach": "A file was taken off the referral",
    "referral.alert": "Alert: the referral does not say clearly whether a child is safe now",
    "referral.send_to_lead": "The referral went to the agency’s safeguarding lead",
    "referral.give_back": "The safeguarding lead gave the referral back to its writer",
    "referral.submit": lambda f: (
        "The referral was sent again after a return" if f.get("returned_before") else "The referral was sent"
    ),
    "referral.return_incomplete": lambda f: (
        f"The referral was returned, to be completed by {_day(f.get('due_on'))}"
    ),
    "referral.accept": "The referral was accepted",
    "referral.ask_more": lambda f: f"More information was asked for, by {_day(f.get('due_on'))}",
    "referral.record_info": "The information asked for was received",
    "referral.decide_notify": "The referral was decided: notify",
    "referral.decide_not_met": lambda f: f"The referral was decided. {_label(Outcome, f.get('outcome'))}",
    "referral.give_feedback": "The referrer was told the outcome",
    "referral.transfer": lambda f: f"The referral was transferred to {f.get('to', 'another area')}",
    "referral.discard": "The draft of a referral was discarded",
    "referral.take_up": "A discarded draft was taken up again",
    "referral.ask_to_withdraw": "The referrer asked to withdraw the referral",
    "referral.withdraw": "The referral was withdrawn; the authority’s own duty was considered",
    "referral.link": "A referral was linked to this case",
    "referral.reopen": "The referral was reopened",
    "notification.begin": "Whether to notify the Panel is being considered",
    "notification.decide_notify": "It was decided to notify the Panel",
    "notification.decide_not_notify": "It was decided not to notify the Panel",
    "notification.reconsider": "Whether to notify is being considered again",
    "notification.submit": _submitted,
    "notification.copy": "A copy of the notification was filed",
    "notification.tell_partners": "The safeguarding partners were told",
    "notification.acknowledge": "The Panel acknowledged the notification",
    "notification.update": "The Panel was sent new facts",
    "notification.convert": lambda f: (
        f"Abuse or neglect emerged. It was “{_label(NotificationType, f.get('type'))}” before"
    ),
    "notification.retract": "The notification was retracted",
    "notification.close": "The notification was closed",
    "decision.begin": lambda f: f"Proposed: {_label(Outcome, f.get('outcome'))}",
    "decision.give_view": _gave_view,
    "decision.approve": lambda f: f"Approved: {_label(Outcome, f.get('outcome'))}",
    "decision.send_back": "A proposal was sent back",
    "decision.revise": lambda f: f"A proposal was changed: {_label(Outcome, f.get('outcome'))}",
    "decision.withdraw": "A proposal was taken back",
    "decision.reopen": "A decision no longer stands, because what it rests on has changed",
    "decision.supersede": "A decision was replaced",
    "parallelprocess.begin": _process("Another proceeding was entered"),
    "parallelprocess.amend_process": _process("What is known of another proceeding was changed"),
    "parallelprocess.end_process": _process("Another proceeding has ended"),
    "parallelprocess.take_up_process": "Another proceeding goes on after all",
    "deadline.move": _moved,
}
# What was written with these is for the access page, not for everybody who may open the case.
PRIVATE = frozenset({"case.declare_conflict", "case.record_conflict", "case.lift_conflict"})
# What the platform records of a case by itself.
BESIDE: dict[str, Sentence] = {"document.infected": "A virus was found in a file. It was not kept"}
_table: dict[str, Sentence] = {**SENTENCES, **BESIDE}


def register(sentences: Mapping[str, Sentence]) -> None:
    """Take an app's sentences: kind of event → what to say, or a function of the event's facts."""
    _table.update(sentences)


def registered() -> dict[str, Sentence]:
    return dict(_table)


def sentence(kind: str, facts: Facts) -> str:
    """One event in words. A kind without a sentence says its noun and the label of its verb."""
    found = _table.get(kind)
    if found is None:
        return _from_label(kind)
    return found if isinstance(found, str) else found(facts)


def _from_label(kind: str) -> str:
    noun, _, name = kind.partition(".")
    model = next((m for m in apps.get_models() if m._meta.model_name == noun), None)
    if model is None or not issubclass(model, Subject):
        return name.replace("_", " ").capitalize()
    noun_in_words = str(model._meta.verbose_name).capitalize()
    if name == "begin":
        return f"{noun_in_words}: begun"
    known = transitions(model).get(name)
    label = known[0].custom["label"] if known else name.replace("_", " ")
    return f"{noun_in_words}: {label[:1].lower()}{label[1:]}"


def told(events: Iterable[Event]) -> list[Told]:
    """Events in sentences, in the order given. The caller has checked that the case may be seen whole."""
    events = list(events)
    gone = gone_since(events)
    return [_told(event, gone.get(event.pk)) for event in events]


def in_short(events: Iterable[Event], most: int) -> list[Told]:
    """The newest ``most`` things that happened: what one person did again and again on a day is told once."""
    found: list[Told] = []
    for event in told(events):
        before = found[-1] if found else None
        if before and _same(before, event):
            found[-1] = replace(before, times=before.times + 1)
        else:
            found.append(event)
    return found[:most]


def _same(one: Told, other: Told) -> bool:
    days = {timezone.localdate(one.at), timezone.localdate(other.at)}
    return (one.words, one.by, one.detail) == (other.words, other.by, other.detail) and len(days) == 1


def _told(event: Event, gone_on: dt.date | None) -> Told:
    detail = [] if event.kind in PRIVATE or not event.words else [event.words]
    if detail and gone_on:
        detail = [f"These words were disposed of on {date_format(gone_on, 'j F Y')}."]
    if event.effective_on and event.effective_on != timezone.localdate(event.at):
        detail.append(f"Counts from {date_format(event.effective_on, 'l j F Y')}.")
    by: User | None = event.by
    return Told(
        words=sentence(event.kind, event.facts),
        by=by.name if by else "the agency, through its link" if "by_link" in event.facts else "",
        at=event.at,
        detail="\n".join(detail),
    )

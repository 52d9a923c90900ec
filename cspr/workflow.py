"""The one door. A case moves only by a named verb, and every verb goes through ``perform()``.

``perform`` locks, authorises, changes, records, then lets the follow-ups re-time the clocks and tell people,
in that order and in one transaction. Everything else in the system is reading.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django_fsm import Transition, can_proceed, transition

from cspr.accounts.models import Partnership, User
from cspr.audit.log import hold, record
from cspr.audit.models import Event
from cspr.refs import new_ref

Rule = Callable[[Any, User], str | None]  # None: allowed. Otherwise the sentence the person is shown.
Guard = Callable[[Any], str | None]


class Pass(ABC):
    """What somebody without an account holds who was let in to one thing (docs/decisions/0008).

    No verb's rule is asked about such a person: the pass itself says, verb by verb and at the very moment, what it
    opens, and everything it does not name is refused. Events name the pass by its ``ref``.
    """

    ref: str
    pk: None = None

    @abstractmethod
    def why_not(self, subject: Any, verb: str) -> str | None:
        """``None`` when the holder may do this now; otherwise the sentence to show."""


Actor = User | Pass


def account_of(by: Actor | None) -> User | None:
    """The account of whoever acts; a pass and the system itself have none."""
    return by if isinstance(by, User) else None


class Refused(Exception):
    """The verb may not be done now, or not by this person. ``str()`` is the sentence to show."""


class Stale(Exception):
    """Somebody changed the subject since the page was opened. ``events`` says who did what."""

    def __init__(self, events: Sequence[Event]) -> None:
        super().__init__("Somebody else changed this while you had the page open.")
        self.events = events


class Replayed(Exception):
    """The same form arrived twice; its first arrival was carried out as ``event``."""

    def __init__(self, event: Event) -> None:
        super().__init__("This form was already sent.")
        self.event = event


class Resent(Exception):
    """The same form arrived again with other words: its first arrival was carried out as ``event``, this one not."""

    def __init__(self, event: Event) -> None:
        super().__init__("This form was already sent, with other words.")
        self.event, self.events = event, [event]


class Subject(models.Model):
    """Something that moves by verbs. Subclasses add ``state``, ``partnership`` and ``case``."""

    ref = models.CharField("reference", max_length=11, unique=True, default=new_ref, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    state: Any
    partnership: Any
    case: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.ref


def verb(
    source: Any,
    target: Any = None,
    *,
    rule: Rule,
    label: str,
    effect: str = "",
    guards: Sequence[Guard] = (),
) -> Callable[..., Any]:
    """Declare a transition method as a verb.

    ``source``: a state, a list of states or ``"*"``; ``target``: the new state, or ``None`` for a verb that
    records something without moving. ``rule(subject, user)`` and each guard ``(subject)`` answer ``None`` or
    the sentence that explains the refusal; the same sentence guards, greys the button and explains.
    ``effect`` is what the page says will happen. The method itself takes ``(self, *, by, on, **data)``.
    """
    if isinstance(source, (set, frozenset)):
        source = sorted(source)
    return transition(
        field="state",
        source=source,
        target=target,
        conditions=[_as_condition(guard) for guard in guards],
        permission=lambda subject, user: rule(subject, user) is None,
        custom={"rule": rule, "guards": tuple(guards), "label": label, "effect": effect},
    )


def follows(subject: Any, user: User) -> str | None:
    """The rule of a verb that only ever follows from another verb: nobody does it by hand, no page offers it."""
    return "This follows by itself from a decision. It is not done by hand."


def _as_condition(guard: Guard) -> Callable[[Any], bool]:
    return lambda subject: guard(subject) is None


@dataclass(frozen=True)
class VerbState:
    """One verb as a page shows it: available when ``reason`` is None, else greyed with that sentence."""

    name: str
    label: str
    effect: str
    reason: str | None


@dataclass(frozen=True)
class Change:
    """What the follow-ups are told after the subject was saved and the event recorded."""

    subject: Any
    verb: str
    by: User | None
    on: dt.date
    today: dt.date
    event: Event


FollowUp = Callable[[Change], None]
_follow_ups: list[FollowUp] = []


def then(follow_up: FollowUp) -> FollowUp:
    """Register what happens after every change, in order of registration: re-time, then tell."""
    if follow_up not in _follow_ups:
        _follow_ups.append(follow_up)
    return follow_up


def transitions(subject: Subject | type[Subject]) -> dict[str, list[Transition]]:
    """Every declared verb of a noun with its transitions, as ``{verb: [Transition, …]}``."""
    model: Any = subject if isinstance(subject, type) else type(subject)
    field = model._meta.get_field("state")
    found: dict[str, list[Transition]] = {}
    for kind in model.__mro__:  # a long noun is written in parts: abstract models that it inherits
        for name, method in vars(kind).items():
            fsm = getattr(method, "_django_fsm", None)
            if fsm is not None and fsm.field is field:
                found.setdefault(name, list(fsm.transitions.values()))
    return found


def _transition(subject: Subject, name: str) -> Transition | None:
    """The transition that ``name`` would take from the state the subject is in; None when there is none."""
    fsm = getattr(getattr(type(subject), name, None), "_django_fsm", None)
    if fsm is None:
        raise LookupError(f"{type(subject).__name__} has no verb {name!r}")
    found: Transition | None = fsm.get_transition(subject.state)
    return found


def why_not(subject: Subject, name: str, by: Actor) -> str | None:
    """``None`` when the person may do this now; otherwise the sentence that says why not."""
    step = _transition(subject, name)
    if step is None:
        label = getattr(subject, "get_state_display", lambda: subject.state)()
        return f"This cannot be done now. It is at the stage “{label}”."
    reason: str | None = (
        by.why_not(subject, name) if isinstance(by, Pass) else step.custom["rule"](subject, by)
    )
    if reason is None:
        reason = next((r for guard in step.custom["guards"] if (r := guard(subject))), None)
    return reason


def verbs(subject: Subject, user: User, *, without: Collection[str] = ()) -> list[VerbState]:
    """The verbs that leave the present state, in the order they are declared, but for those ``without``."""
    states = []
    for name in transitions(subject):
        step = _transition(subject, name) if name not in without else None
        if step is not None and step.custom["rule"] is not follows:
            c = step.custom
            states.append(VerbState(name, c["label"], c["effect"], why_not(subject, name, user)))
    return states


@contextmanager
def in_turn(partnership: Partnership, *, by: Actor | None = None, nonce: str = "") -> Iterator[None]:
    """A transaction that waits for its turn: the changes of one partnership happen one after the other.

    They wait for one another anyhow, where each is recorded. Waiting first keeps two changes that touch the same
    rows in another order from each holding what the other needs. An action that looks before it performs looks here.
    Raises ``Replayed`` when ``by`` has sent the form with this ``nonce`` before, ``Resent`` when with other words.
    """
    with transaction.atomic():
        hold(partnership)
        _raise_if_replayed(by, nonce)
        yield


S = TypeVar("S", bound=Subject)


def perform(
    subject: S,
    name: str,
    /,
    *,
    by: Actor | None,
    today: dt.date,
    version: int | None = None,
    nonce: str = "",
    effective_on: dt.date | None = None,
    **data: Any,
) -> S:
    """Carry out one verb and return the fresh subject.

    ``by=None`` is the system itself: a verb that follows from another verb a person was allowed to do.
    ``version`` is what the person's page showed; ``effective_on`` the day it counts from (default ``today``).
    ``data`` goes to the transition method. ``reason_code`` and ``words`` in it are kept in the event, and so
    are the facts (a dict of codes and dates) that the method returns.

    Raises ``Refused`` (state, guard or rule), ``Stale`` (somebody was quicker), ``Replayed`` (same form twice) or
    ``Resent`` (same form, other words).
    Whatever is raised, nothing at all was changed.
    """
    try:
        with in_turn(subject.partnership, by=by, nonce=nonce):
            locked: S = type(subject)._base_manager.select_for_update().get(pk=subject.pk)
            if version is not None and locked.version != version:
                _raise_if_replayed(by, nonce)
                raise Stale(list(Event.objects.filter(subject_ref=locked.ref, subject_version__gt=version)))
            _authorise(locked, name, by)
            if effective_on and effective_on > today:
                raise Refused("This is about a day that has not come yet. Check the date.")
            before = locked.state
            facts = getattr(locked, name)(by=account_of(by), on=effective_on or today, **data) or {}
            locked.version += 1
            # The event goes first: the database refuses a new state that no event accounts for.
            event = _record(locked, name, by, before, effective_on or today, nonce, facts, data)
            locked.save()
            _follow(Change(locked, name, account_of(by), effective_on or today, today, event))
            return locked
    except IntegrityError:
        _raise_if_replayed(by, nonce)
        raise


def begin(
    subject: S, *, by: User | None, today: dt.date, nonce: str = "", facts: dict[str, Any] | None = None
) -> S:
    """Save a new subject, with its event ``noun.begin``. Raises ``Replayed`` or ``Resent`` when the form was sent."""
    try:
        with in_turn(subject.partnership, by=by, nonce=nonce):
            subject.save(force_insert=True)
            event = _record(subject, "begin", by, "", today, nonce, facts or {}, {})
            _follow(Change(subject, "begin", by, today, today, event))
            return subject
    except IntegrityError:
        _raise_if_replayed(by, nonce)
        raise


def note(subject: Subject, name: str, /, *, by: Actor | None, today: dt.date, **facts: Any) -> Event:
    """Record something about a subject that no transition stands for (a row added beside it, a file kept)."""
    event = _record(subject, name, by, subject.state, today, "", facts, {})
    _follow(Change(subject, name, account_of(by), today, today, event))
    return event


def _authorise(subject: Subject, name: str, by: Actor | None) -> None:
    reason = why_not(subject, name, by) if by else None
    if reason:
        raise Refused(reason)
    if not can_proceed(getattr(subject, name)):
        raise Refused(f"This cannot be done now. It is at the stage “{subject.state}”.")


def _record(
    subject: Subject,
    name: str,
    by: Actor | None,
    before: str,
    on: dt.date,
    nonce: str,
    facts: dict[str, Any],
    data: dict[str, Any],
) -> Event:
    partnership: Partnership = subject.partnership
    return record(
        partnership=partnership,
        kind=f"{subject._meta.model_name}.{name}",
        by=account_of(by),
        case_ref=subject.case.ref if subject.case else "",
        subject=subject._meta.label_lower,
        subject_ref=subject.ref,
        subject_version=subject.version,
        state_before=before,
        state_after=subject.state,
        effective_on=on,
        reason_code=data.get("reason_code", ""),
        words=data.get("words", ""),
        facts={**facts, "by_link": by.ref} if isinstance(by, Pass) else facts,
        nonce=nonce,
    )


def _follow(change: Change) -> None:
    for follow_up in _follow_ups:
        follow_up(change)


def _raise_if_replayed(by: Actor | None, nonce: str) -> None:
    """``nonce`` is the form's number, and after a dot what it says (``cspr.pages.posted_nonce``)."""
    if not by or not nonce:
        return
    sent = Event.objects.filter(~Q(nonce=""), by=account_of(by))
    if event := sent.filter(nonce=nonce).first():
        raise Replayed(event)
    number, dot, _ = nonce.partition(".")
    if dot and (event := sent.filter(nonce__startswith=f"{number}.").first()):
        raise Resent(event)

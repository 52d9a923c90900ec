"""Counting what was read: every thing of the year into the tables it belongs to. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from cspr.clocks.calendar import WorkingDays, add_months
from referrals.states import STARTS_CSPR, Criterion, NotificationType
from reviews.annual.reading import DELAYS, Entry, Record
from reviews.change import Grade
from reviews.states import PANEL_DISAGREES, PanelOutcome, RequestState
from reviews.yearly.counted import Counted, age_band

# Which clock each type of notification runs under.
NOTIFY_BY: dict[str, str] = {
    NotificationType.ABUSE_NEGLECT: "SIN_5WD",
    NotificationType.LAC_DEATH: "LAC_DEATH_5WD",
    NotificationType.CARE_LEAVER_DEATH: "CARE_LEAVER_DEATH_5WD",
}
OUTCOME_OF = {
    "decide_notify": "notify",
    "decide_not_met": "not_met",
    "transfer": "transferred",
    "withdraw": "withdrawn",
    "link": "linked",
    "reopen": "considered",
}
PUBLISHES = frozenset({"publish", "publish_improvements"})
STOPS = frozenset({"discontinue", "subsume", "merge"})
ANSWERS = frozenset({"answer_request", "nil_return", "record_answer", "record_nil_return"})
AGREES, PRACTICE_REVIEW_MONTHS = PanelOutcome.AGREES, 6


def count(record: Record, calendar: WorkingDays) -> Counted:
    """Every figure of the year, and how long things took."""
    counted = Counted()
    for part in (
        _referrals, _children, _notifications, _rapid_reviews, _delays, _requests,
        _reports, _actions,
    ):  # fmt: skip
        part(record, calendar, counted)
    return counted


Part = Callable[[Record, WorkingDays, Counted], None]


def _last(entries: Iterable[Entry], verbs: Iterable[str]) -> Entry | None:
    found = None
    for entry in entries:
        found = entry if entry.verb in verbs else found
    return found


def _first(entries: Iterable[Entry], *verbs: str) -> Entry | None:
    return next((entry for entry in entries if entry.verb in verbs), None)


def _begun(record: Record, noun: str, verb: str) -> Iterator[tuple[str, list[Entry], Entry]]:
    """Each thing that began in the year, with all its entries and the one by which it began."""
    for ref, entries in record.of(noun).items():
        first = _first(entries, verb)
        if first is not None and record.within(first.on):
            yield ref, entries, first


# --- referrals --------------------------------------------------------------------------------------------


def _referrals(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    decided = {entry.case: entry for entry in _approved(record, "notify")}
    for ref, entries, first in _begun(record, "referral", "submit"):
        last = _last(entries, OUTCOME_OF)
        outcome = OUTCOME_OF[last.verb] if last else "considered"
        counted.add("referral", f"referral.{outcome}", f"referral.by.{record.kinds[ref]}")
        if last and outcome == "not_met":
            decision = decided.get(last.case or first.case)
            grounds = record.grounds.get(decision.ref, {}) if decision else {}
            counted.add(f"not_met.{last.facts['outcome']}", f"limb.{_limb_not_met(grounds)}")


def _limb_not_met(grounds: dict[str, dict[str, str]]) -> str:
    """Which of the two parts of the test was not met: abuse or neglect; death or serious harm."""

    def answered(*criteria: str) -> list[str]:
        return [grounds.get(criterion, {}).get("met", "") for criterion in criteria]

    abuse = answered(Criterion.SCSC_A) == ["no"]
    harm = answered(Criterion.SCSC_B1, Criterion.SCSC_B2) == ["no", "no"]
    return {(True, True): "both", (True, False): "abuse", (False, True): "harm"}.get((abuse, harm), "unsaid")


def _approved(record: Record, kind: str) -> Iterator[Entry]:
    for entries in record.of("decision").values():
        yield from (entry for entry in entries if entry.facts.get("kind") == kind)


def _children(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    accepted: dict[str, dt.date] = {}
    for entries in record.of("referral").values():
        for entry in entries:
            if entry.verb == "accept":
                accepted[entry.case] = min(entry.on, accepted.get(entry.case, entry.on))
    for child in record.children:
        day = accepted.get(child.case)
        if day is not None and record.within(day):
            age = _age(child.born_on, day)
            counted.add("child", f"child.age.{age_band(age)}", f"child.sex.{child.sex}")


def _age(born_on: dt.date | None, day: dt.date) -> int | None:
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


# --- notifications and rapid reviews ----------------------------------------------------------------------


def _notifications(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    for _, entries, first in _begun(record, "notification", "submit"):
        kind = _type(entries, first)
        due = record.due.get((first.case, NOTIFY_BY[kind]))
        counted.add("sin", f"sin.type.{kind}")
        if due is None:
            counted.add("sin.uncounted")
        elif first.on <= due:
            counted.add("sin.in_time")
        else:
            counted.add("sin.late", f"late.{first.facts.get('late_reason') or 'unsaid'}")


def _rapid_reviews(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    """One for each notification of the year that opens one; what was decided after it, and how that stands."""
    reviews = _by_case(record, "rapidreview")
    practice, decided = _by_case(record, "practicereview"), {e.case: e for e in _approved(record, "review")}
    for _, entries, first in _begun(record, "notification", "submit"):
        if _type(entries, first) != NotificationType.ABUSE_NEGLECT:
            continue
        notified = _first(entries, "convert") or first
        found = reviews.get(first.case, [])
        counted.add(f"panel.{_answered(found)}", f"rr.{_how_sent(found, record, first.case)}")
        if sent := _first(found, "submit"):
            counted.timed("rr", calendar.number(notified.on, sent.on))
        outcome = decided[first.case].facts["outcome"] if first.case in decided else "not_yet"
        if outcome in STARTS_CSPR:
            counted.add("pr")
            _practice_review(practice.get(first.case, []), record.as_at, counted)
        else:
            counted.add(f"decided.{outcome}")


def _by_case(record: Record, noun: str) -> dict[str, list[Entry]]:
    """A case has one of them."""
    return {entries[0].case: entries for entries in record.of(noun).values()}


def _type(entries: list[Entry], first: Entry) -> str:
    """Of what type a notification is, as far as was known."""
    converted = _first(entries, "convert") is not None
    return NotificationType.ABUSE_NEGLECT if converted else first.facts["type"]


def _how_sent(entries: list[Entry], record: Record, case: str) -> str:
    sent, due = _first(entries, "submit"), record.due.get((case, "RR_15WD"))
    if sent:
        return "late" if due and sent.on > due else "in_time"
    if _first(entries, "cancel"):
        return "cancelled"
    return "overdue" if due and record.as_at > due else "waiting"


def _answered(entries: Sequence[Entry]) -> str:
    """What the Panel answered last: agrees, disagrees, something else, nothing yet."""
    last = _last(entries, {"record_panel_response"})
    if last is None:
        return "none"
    outcome = last.facts["outcome"]
    return "agrees" if outcome == AGREES else "disagrees" if outcome in PANEL_DISAGREES else "other"


# --- practice reviews -------------------------------------------------------------------------------------


def _practice_review(entries: list[Entry], as_at: dt.date, counted: Counted) -> None:
    """A review that was stopped and decided anew counts from the new decision on."""
    starts = [place for place, entry in enumerate(entries) if entry.verb in {"begin", "restart"}]
    if not starts:  # the decision is known by then; the review that follows from it began at once
        counted.add("pr.open", "pr.open_in_time")
        return
    entries = entries[starts[-1] :]
    begun = entries[0].on
    due = add_months(begun, PRACTICE_REVIEW_MONTHS)
    public, last = _first(entries, *PUBLISHES), _last(entries, {*STOPS, *PUBLISHES, "withhold"})
    if public:
        counted.add("pr.public", "pr.in_time" if public.on <= due else "pr.late")
        whole = _first(entries, "publish")
        counted.add(*(["pr.full"] if whole else ["pr.improvements", f"improvements.{public.reason}"]))
        counted.timed("pr", (public.on - begun).days)
    elif last is None:
        counted.add("pr.open", "pr.open_late" if as_at > due else "pr.open_in_time")
    elif last.verb in STOPS:
        counted.add("pr.stopped")
    else:
        counted.add("pr.nothing", f"nothing.{last.reason}")


def _delays(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    for noun in ("rapidreview", "practicereview"):
        for entries in record.of(noun).values():
            for entry in entries:
                if entry.kind in DELAYS:
                    counted.add("delay", f"delay.{entry.reason}")


# --- agencies ---------------------------------------------------------------------------------------------


def _requests(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    for ref, entries, _ in _begun(record, "informationrequest", "send"):
        kind = record.kinds[ref]
        state, days = _how_answered(entries, record.as_at, calendar)
        counted.add("request", f"request.by.{kind}", f"request.{state}")
        if days is not None:
            counted.timed("request", days)
            counted.timed(f"request.{kind}", days)


def _how_answered(entries: list[Entry], as_at: dt.date, calendar: WorkingDays) -> tuple[str, int | None]:
    """How a request stands, and the working days to its first answer. Asked again, it counts from then."""
    sent, due, state = as_at, as_at, ""
    for entry in entries:
        if entry.verb == "send":
            sent, due, state = entry.on, dt.date.fromisoformat(entry.facts["due_on"]), ""
        elif entry.verb == "extend":
            due = dt.date.fromisoformat(entry.facts["due_on"])
        elif entry.verb in ANSWERS:
            return "late" if entry.on > due else "in_time", calendar.number(sent, entry.on)
        elif entry.verb in {"refuse", "withdraw"}:
            state = RequestState.REFUSED if entry.verb == "refuse" else RequestState.WITHDRAWN
    return state or ("overdue" if as_at > due else "waiting"), None


# --- what was learnt, and what changed --------------------------------------------------------------------


def _reports(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    recommended: dict[tuple[str, int], str] = {}
    for report in record.published:
        counted.add("report", *(f"theme.{code}" for code in report.themes))
        recommended |= {(report.review, row["number"]): "unanswered" for row in report.recommendations}
        for entry in record.of("practicereview").get(report.review, []):
            of = (report.review, entry.facts.get("number"))
            if entry.verb == "answer_recommendation" and of in recommended:
                recommended[of] = entry.facts["response"]
    for response in recommended.values():
        counted.add("recommendation", f"recommendation.{response}")


def _actions(record: Record, calendar: WorkingDays, counted: Counted) -> None:
    for _ref, entries, _begins in _begun(record, "action", "begin"):
        ends = _last(entries, {"complete", "end_action", "take_up"})
        counted.add("action")
        if ends and ends.verb == "end_action":
            counted.add("action.ended")
            continue
        assured, dated = _last(entries, {"assure"}), _last(entries, {"begin", "amend_action"})
        assert dated is not None  # it began
        grade = assured.facts["grade"] if assured else Grade.PLANNED.value
        due = dt.date.fromisoformat(dated.facts["due_on"])
        late = "action.overdue" if record.as_at > due else "action.under_way"
        done = ends is not None and ends.verb == "complete"
        counted.add("action.pursued", f"grade.{grade}", "action.complete" if done else late)

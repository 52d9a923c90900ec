"""Two chairs, each at a browser of their own, decide on the same proposal in the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from functools import partial

from cspr.accounts.roles import Partner, Role
from cspr.audit.models import Event
from cspr.workflow import perform
from referrals import actions
from referrals.models import Decision
from referrals.states import DecisionKind, DecisionState, Outcome
from tests import factories as make
from tests.factories import TODAY, Area
from tests.faults.checker import check
from tests.faults.driver import Answer, Browser, Fields, form_in, side_by_side
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

# What the two do, by turns. Whoever is second did not see what the first has done.
PAIRS = (("approve", "approve"), ("approve", "send_back"), ("send_back", "send_back"))
ENDS = {"approve": DecisionState.APPROVED, "send_back": DecisionState.SENT_BACK}


@dataclass
class Chair:
    """One of the two: the page they have open, and what they typed."""

    browser: Browser
    verb: str
    path: str
    form: Fields
    words: str

    def send(self, together: threading.Barrier) -> Answer:
        together.wait(30)
        return self.browser.post(self.path, {**self.form, "words": self.words})


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Each race is about a proposal of its own, with the three partners' views."""
    rig.start_web()
    a = make.area()
    a.people["deputy"] = make.person(a.partnership, Role.CHAIR)
    browsers = [rig.person(a.chair), rig.person(a.deputy)]
    races = size.of(20, 200)
    statuses: Counter[str] = Counter()
    one_winner = kept = told = 0
    result = Result(f"{races} races of two people over HTTP")
    for race in range(races):
        decision = proposed(a)
        chairs = opened(rig, decision, browsers, race)
        if not all(chair.form for chair in chairs):
            result.wrong.append(f"race {race}: the page had no form")
            continue
        answers = raced(chairs)
        statuses[" and ".join(sorted(str(answer.status) for answer in answers))] += 1
        won, lost = sorted(zip(chairs, answers, strict=True), key=lambda pair: pair[1].status)
        one_winner += decided_once(decision, won[0])
        kept += lost[0].words in lost[1].text
        told += won[0].browser.user.name in lost[1].text and "Nothing was changed" in lost[1].text
    result.figures = {
        "exactly one decided": f"{one_winner} of {races}",
        "the other's words are on their page": f"{kept} of {races}",
        "the other is told who did what": f"{told} of {races}",
        "answers": dict(statuses),
    }
    result.expect(one_winner == races, f"{races - one_winner} races did not end with exactly one decision")
    result.expect(kept == races, f"{races - kept} times the other's words were not kept")
    result.expect(told == races, f"{races - told} times the other was not told")
    result.expect(dict(statuses) == {"302 and 409": races}, f"answers: {dict(statuses)}")
    result.wrong += check(rig, mail_is_out=False)
    return result


def proposed(a: Area) -> Decision:
    """Whether to notify: proposed, with the three views, before two chairs on the list of the case."""
    case = make.accepted(a).case
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.deputy, capacity=Role.CHAIR)
    decision = actions.propose(
        case, by=a.staff, today=TODAY, kind=DecisionKind.NOTIFY, outcome=Outcome.NOTIFY, grounds={},
        reasons="As the agencies told us.",
    )  # fmt: skip
    for partner in Partner:
        given = {"partner": partner, "view": "agree", "reason": ""}
        decision = perform(decision, "give_view", by=a.people[partner], today=TODAY, **given)
    return decision


def opened(rig: Rig, decision: Decision, browsers: list[Browser], race: int) -> list[Chair]:
    """Both have the page before them."""
    pair = list(PAIRS[race % len(PAIRS)])
    rig.nemesis.choose.shuffle(pair)
    found = []
    for place, (browser, verb) in enumerate(zip(browsers, pair, strict=True)):
        path = f"/decisions/{decision.ref}/{verb}/"
        words = f"What chair {place} of race {race} has typed"
        found.append(Chair(browser, verb, path, form_in(browser.get(path).text), words))
    return found


def raced(chairs: list[Chair]) -> list[Answer]:
    together = threading.Barrier(len(chairs))
    return side_by_side([partial(chair.send, together) for chair in chairs], len(chairs))


def decided_once(decision: Decision, winner: Chair) -> bool:
    """One event of one of the verbs, by the winner, and the state that it leads to."""
    kinds = [f"decision.{verb}" for verb in ENDS]
    events = Event.objects.filter(subject_ref=decision.ref, kind__in=kinds)
    found = list(events.values_list("kind", "by", "said__text"))
    state = Decision.objects.get(pk=decision.pk).state
    return (found, state) == (
        [(f"decision.{winner.verb}", winner.browser.user.pk, winner.words)],
        ENDS[winner.verb],
    )

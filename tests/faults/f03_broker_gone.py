"""Redis is stopped, frozen, emptied or full while people send forms."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

from cspr.mail.models import ON_ITS_WAY, OutgoingEmail
from tests.faults.checker import check, twice
from tests.faults.driver import Answer, side_by_side
from tests.faults.people import Lane, lanes
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

SLOWER_AT_MOST, OUT_WITHIN = 1.2, 60
LANES = 4


def run(rig: Rig, size: Size, seed: int) -> Result:
    """So many forms while all is well, then as many under each of four faults; the same people, the same pages."""
    posts = size.of(16, 200)
    ways: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "stopped": (rig.redis.kill, rig.redis.start),
        "frozen": (rig.redis.freeze, rig.redis.thaw),
        "emptied": (rig.redis.flush, lambda: None),
        "full": (rig.redis.fill, rig.redis.empty_again),
    }
    rig.start_web()
    rig.start_worker()
    rig.start_beat()
    people = lanes(rig, LANES)
    sent(people, LANES * 4)  # the first pages of a new process are slow
    usual = p95(sent(people, posts))
    result = Result(
        f"{posts} forms in each of four ways that Redis can be gone, and {posts} while it was not"
    )
    result.figures["95 % of forms, Redis well"] = f"{usual * 1000:.0f} ms"
    saved, slowest = 0, 0.0
    for name, (breaks, mends) in ways.items():
        breaks()
        answers = sent(people, posts, meanwhile=rig.redis.flush if name == "emptied" else None)
        mends()
        out = rig.until(everything_is_out, f"mail is out after Redis was {name}", 180)
        judge(result, name, answers, usual, out, size)
        saved, slowest = saved + sum(answer.acknowledged for answer in answers), max(slowest, out)
    result.figures["the worker ended and was started again"] = f"{len(rig.history.of('ended'))} times"
    result.figures["with Redis gone"] = (
        f"{saved} of {posts * len(ways)} saved, all mail out within {slowest:.0f} s"
    )
    result.expect(not twice(rig), f"{len(twice(rig))} mails came twice")
    result.wrong += check(rig)
    return result


def sent(people: list[Lane], posts: int, meanwhile: Callable[[], None] | None = None) -> list[Answer]:
    """The forms, each lane's one after the other, the lanes side by side."""

    def one_after_the_other(lane: Lane) -> list[Answer]:
        answers = []
        for number in range(posts // len(people)):
            if meanwhile and number % 5 == 0:
                meanwhile()
            answers.append(lane.step())
        return answers

    done = side_by_side([partial(one_after_the_other, lane) for lane in people], len(people))
    return [answer for answers in done for answer in answers]


def judge(result: Result, name: str, answers: list[Answer], usual: float, out: float, size: Size) -> None:
    saved, slow = sum(answer.acknowledged for answer in answers), p95(answers)
    result.figures[name] = (
        f"{saved} of {len(answers)} saved, 95 % within {slow * 1000:.0f} ms, mail out {out:.0f} s after"
    )
    result.expect(saved == len(answers), f"{name}: {len(answers) - saved} of {len(answers)} were not saved")
    # In small, one slow answer would decide.
    allowed = usual * SLOWER_AT_MOST if size is Size.FULL else usual + 2
    result.expect(
        slow <= allowed, f"{name}: 95 % within {slow * 1000:.0f} ms, otherwise {usual * 1000:.0f} ms"
    )
    result.expect(out <= OUT_WITHIN, f"{name}: mail was out only after {out:.0f} s")


def p95(answers: list[Answer]) -> float:
    return statistics.quantiles([answer.seconds for answer in answers], n=20)[-1]


def everything_is_out() -> bool:
    time.sleep(0.2)
    return not OutgoingEmail.objects.filter(state__in=ON_ITS_WAY).exists()

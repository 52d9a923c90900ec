"""People who go on sending forms, whatever happens, until they are told to stop."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.driver import Answer
from tests.faults.people import Lane

# The page is refused, or the form is stale: what was sent before had arrived although no answer came.
NOT_OUR_TURN = {403, 409}


@dataclass
class Traffic:
    """What became of every form."""

    answers: list[Answer] = field(default_factory=list)
    seconds_between: float = 0.0
    _enough: threading.Event = field(default_factory=threading.Event)

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in list(self.answers))

    def go_on(self, lane: Lane) -> None:
        while not self._enough.is_set():
            answer = lane.step()
            self.answers.append(answer)
            if answer.status in NOT_OUR_TURN:
                lane.with_staff = not lane.with_staff
            self._enough.wait(self.seconds_between)

    @contextlib.contextmanager
    def flowing(self, lanes: list[Lane]) -> Iterator[None]:
        threads = [threading.Thread(target=self.go_on, args=(lane,), daemon=True) for lane in lanes]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._enough.set()
            for thread in threads:
                thread.join(60)

    def in_words(self) -> str:
        """How many forms were answered how."""
        names = {0: "no answer", 302: "saved"}
        return ", ".join(
            f"{number} {names.get(status, status)}" for status, number in sorted(self.statuses.items())
        )

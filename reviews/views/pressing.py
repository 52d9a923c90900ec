"""The last days of the fifteen: what has to be done before they are over, said plainly, and said so when it was not."""

from __future__ import annotations

from collections.abc import Sequence

from cspr.clocks.calendar import in_full
from referrals.views.clocks import Face
from reviews.models import Delay

# From so many working days before the due day on (day 13 of 15): the letter about a delay goes before it, not after.
PRESSES_BEFORE = 2


def pressing(clock: Face | None, delays: Sequence[Delay]) -> str:
    """The sentence that stands above everything else; "" while there is time, and once it was sent or told.

    ``delays``: those of this clock, the newest first.
    """
    if clock is None or not clock.running or clock.due_on is None:
        return ""
    due = in_full(clock.due_on)
    if clock.late and not delays:
        return (
            f"The fifteen working days ended on {due}, and the Panel was not told of a delay. "
            "Record it now: the reason, the day you expect to send it, and the letter."
        )
    if delays and clock.today > delays[0].expected_on:
        return f"The Panel was told to expect it by {in_full(delays[0].expected_on)}, which is over. Tell it anew."
    if not delays and clock.working_days is not None and clock.working_days <= PRESSES_BEFORE:
        return (
            f"The Panel should have it by {due}. If it will be later, tell the Panel before that day: "
            "record the delay with its reason and the new date, and make the letter."
        )
    return ""

"""Making the yearly pack."""

from __future__ import annotations

import datetime as dt

from cspr.accounts.models import Partnership, User
from cspr.documents.pdf import paper_kinds, queue_pdf
from cspr.workflow import Refused, begin, in_turn, perform
from reviews.models import YearlyPack
from reviews.permissions import read_yearly
from reviews.states import PackState
from reviews.yearly.year import Year


def make_pack(
    partnership: Partnership, *, by: User, today: dt.date, year: Year, as_at: dt.date, called_back: bool = False
) -> YearlyPack:  # fmt: skip
    """The pack of that year as of that day, with its papers asked for; the one that there is, if it is the same.

    ``called_back``: an earlier pack as of another day has not been passed on, or was called back. Refused without it;
    for a day outside what is known; for somebody who may not read it.
    """
    if reason := read_yearly(partnership, by) or why_not_as_at(year, as_at, today):
        raise Refused(reason)
    with in_turn(partnership):
        earlier = YearlyPack.objects.filter(
            partnership=partnership, year=year.begins, state=PackState.IN_USE
        ).first()
        pack = YearlyPack(partnership=partnership, year=year.begins, as_at=as_at, made_on=today)
        if earlier is not None and earlier.as_at == as_at:
            pack = earlier
        else:
            if earlier is not None:
                if not called_back:
                    raise Refused(ANOTHER_DAY)
                perform(earlier, "replace", by=None, today=today, new=pack.ref)
            begin(pack, by=by, today=today, facts={"year": year.begins, "as_at": as_at})
        for kind in paper_kinds(YearlyPack._meta.label_lower):
            queue_pdf(kind.kind, pack, by)
        return pack


ANOTHER_DAY = (
    "There is a pack of this year as of another day. Two side by side would tell small numbers. "
    "Confirm that the earlier one has not been passed on, or was called back."
)


def why_not_as_at(year: Year, as_at: dt.date, today: dt.date) -> str | None:
    """Why the figures of a year cannot be told as of a day; None when they can."""
    if as_at > today:
        return "Choose a day that is over, or today: what will be known later is not known yet."
    if as_at < year.first:
        return "Choose a day in the year or after it."
    return None

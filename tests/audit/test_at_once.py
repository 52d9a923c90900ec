"""Eight workers append to the record of one partnership in the same moments: it stays one chain."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cspr.audit.chain import first_break
from cspr.audit.log import record
from cspr.audit.models import Chain, Event
from cspr.wall.scope import within
from tests import factories as make

WORKERS, EACH = 8, 500


@pytest.mark.thorough
@pytest.mark.usefixtures("emptied")
def test_eight_times_five_hundred_appends_at_once_do_not_fork_the_chain():
    a = make.area()
    before = Chain.objects.get(partnership=a.partnership).seq if Chain.objects.exists() else 0
    start = threading.Barrier(WORKERS)

    def append(worker: int) -> None:
        start.wait()
        with within([a.partnership.pk]):
            for n in range(EACH):
                record(partnership=a.partnership, kind="case.note", by=None, facts={"worker": worker, "n": n})
        connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(append, range(WORKERS)))

    written = Event.objects.filter(partnership=a.partnership, seq__gt=before).order_by("seq")
    assert list(written.values_list("seq", flat=True)) == list(range(before + 1, before + 1 + WORKERS * EACH))
    of_each = [
        [fact["n"] for fact in written.filter(facts__worker=w).values_list("facts", flat=True)]
        for w in range(8)
    ]
    assert of_each == [list(range(EACH))] * WORKERS
    assert first_break(a.partnership) is None

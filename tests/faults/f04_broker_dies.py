"""Redis dies (-9) with 500 mails on their way, and has kept nothing."""

from __future__ import annotations

from cspr.mail.models import MailState, OutgoingEmail
from tests import factories as make
from tests.faults.checker import check, twice
from tests.faults.people import letters
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size


def run(rig: Rig, size: Size, seed: int) -> Result:
    """It dies while the worker sends, stays away for some seconds, and comes back empty."""
    mails = size.of(100, 500)
    rig.mail.here().seconds_for_each = 0.01
    rows = OutgoingEmail.objects.filter(pk__in=[row.pk for row in letters(make.area(), mails, f"f4:{seed}")])
    rig.start_worker()
    rig.start_beat()
    some = rig.nemesis.choose.randint(mails // 10, mails // 2)
    rig.until(lambda: rows.filter(state=MailState.SENT).count() >= some, "the first mails are out", 60)
    rig.redis.kill()
    on_their_way = rows.exclude(state=MailState.SENT).count()
    rig.until(lambda: len(rig.beat.log.read_text()) > 0, "beat has noticed", 10)
    rig.redis.start()
    took = rig.until(lambda: rows.filter(state=MailState.SENT).count() == mails, "all are out", 120)
    result = Result(f"kill -9 of Redis (no persistence) while {mails} mails went out")
    result.figures = {
        "on their way when it died": on_their_way,
        "sent": rows.filter(state=MailState.SENT).count(),
        "twice": len(twice(rig)),
        "seconds until all were out": round(took),
    }
    result.expect(not twice(rig), f"{len(twice(rig))} mails came twice")
    result.expect(on_their_way > 0, "everything was out already when Redis died")
    result.wrong += check(rig)
    return result

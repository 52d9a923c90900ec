"""Nobody sends the mail that waits: the worker is there, but its relay is not; then the worker is gone as well."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

from django.utils import timezone

from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.views import MAIL_IS_LATE
from tests import factories as make
from tests.faults.checker import check
from tests.faults.people import letters
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

NOTICED_WITHIN = 300
TICKS = {"heartbeat": 2}  # beat and worker run, and nobody asks for the relay


def run(rig: Rig, size: Size, seed: int) -> Result:
    """In full size somebody waits as long as it takes; in small the mail is made four and a half minutes older."""
    a = make.area()
    rig.start_web()
    rig.start_worker()
    rig.start_beat(ticks=TICKS)
    staff = rig.person(a.staff)
    rig.until(lambda: parts(rig)["background_work"]["ok"], "the heartbeat is there", 60)
    before = parts(rig)
    (email,) = letters(a, 1, f"f19:{seed}")
    if size is Size.SMOKE:
        older = timezone.now() - dt.timedelta(seconds=NOTICED_WITHIN - 30)
        OutgoingEmail.objects.filter(pk=email.pk).update(waiting_since=older, next_try_at=older)
    since = OutgoingEmail.objects.get(pk=email.pk).waiting_since
    red = age_when(lambda: not parts(rig)["relay"]["ok"], since)
    strip = age_when(lambda: MAIL_IS_LATE.partition(".")[0] in staff.get("/work/").text, since)
    said, true_age = parts(rig)["mail"]["oldest_waiting_seconds"], (timezone.now() - since).total_seconds()
    result = Result("beat and worker run, the relay does not; then it does again")
    result.figures = {
        "age of the mail when readiness was red": f"{red:.0f} s",
        "when staff read it": f"{strip:.0f} s",
        "oldest age said, and true": f"{said} s, {true_age:.0f} s",
    }
    result.expect(before["relay"]["ok"], "readiness was red before")
    result.expect(red <= NOTICED_WITHIN, f"readiness was red only after {red:.0f} s")
    result.expect(strip <= NOTICED_WITHIN, f"staff read it only after {strip:.0f} s")
    result.expect(abs(said - true_age) <= 2, f"the age is said to be {said} s, it is {true_age:.0f} s")
    rig.beat.stop()
    rig.start_beat()
    sent = OutgoingEmail.objects.filter(pk=email.pk, state=MailState.SENT)
    rig.until(sent.exists, "the mail is out once there is a relay", 60)
    result.expect(parts(rig)["relay"]["ok"], "readiness stays red")
    result.wrong += check(rig)
    return result


def parts(rig: Rig) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rig.visitor().get("/health/ready").text)["parts"]
    return found


def age_when(noticed: Any, since: dt.datetime) -> float:
    """How old the mail was when it was noticed; a minute late is late enough to stop waiting."""
    while not noticed() and (timezone.now() - since).total_seconds() < NOTICED_WITHIN + 60:
        time.sleep(1)
    return (timezone.now() - since).total_seconds()

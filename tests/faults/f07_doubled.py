"""Three beats, three relays and ten sweeps at once."""

from __future__ import annotations

import sys
import time

from cspr.mail.models import OutgoingEmail
from tests import factories as make
from tests.faults.checker import check, twice
from tests.faults.people import overdue
from tests.faults.rig import ALONE, CELERY, Rig
from tests.faults.shape import Result, Size

SWEEPS = 10
SWEEP = [sys.executable, "-c", "import tests.faults.profile; from referrals.tasks import sweep; sweep()"]


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Clocks that ran out are swept by ten sweeps, three workers and the ticks of three beats."""
    case = make.accepted(make.area()).case
    owed = overdue(case, size.of(20, 400))
    beats = [
        rig.program(f"beat-{n}", [*CELERY, "beat", f"--schedule={rig.folder / f'beat-{n}'}", "--pidfile="])
        for n in range(3)
    ]
    relays = [
        rig.program(f"worker-{n}", [*CELERY, "worker", f"--hostname=w{n}@here", "--concurrency=1", *ALONE])
        for n in range(3)
    ]
    sweeps = [rig.program(f"sweep-{n}", SWEEP) for n in range(SWEEPS)]
    started = time.monotonic()
    for program in [*sweeps, *beats, *relays]:
        program.start()
    mine = OutgoingEmail.objects.filter(subject_ref=case.ref, kind__startswith="deadline")
    rig.until(lambda: mine.filter(state="sent").count() >= owed, f"{owed} reminders are out", 120)
    ended = [program.process.wait(60) for program in sweeps if program.process]
    took = time.monotonic() - started
    time.sleep(3)  # for what would come a second time
    for program in [*beats, *relays, *sweeps]:
        program.stop()
    result = Result(f"{SWEEPS} sweeps, 3 workers with the relay, 3 beats, {owed} reminders owed")
    result.figures = {"rows": mine.count(), "mails twice": len(twice(rig)), "seconds": round(took)}
    result.expect(ended == [0] * SWEEPS, f"sweeps ended with {ended}")
    result.expect(mine.count() == owed, f"{mine.count()} rows for {owed} reminders")
    result.expect(not twice(rig), f"{len(twice(rig))} mails came twice")
    result.wrong += check(rig)
    return result

"""A child of the worker dies for lack of memory, each time it comes to one mail."""

from __future__ import annotations

import signal

from cspr.accounts.models import Membership, User
from cspr.accounts.roles import Role
from cspr.mail.models import MailState, OutgoingEmail, Trouble
from cspr.mail.outbox import Message, queue
from tests import factories as make
from tests.factories import TODAY, Area
from tests.faults.checker import check
from tests.faults.nemesis import POISON
from tests.faults.people import letters
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

DEATHS = 3
DIED = f"signal {int(signal.SIGKILL)} (SIGKILL)"


def run(rig: Rig, size: Size, seed: int) -> Result:
    """One mail among many takes more memory than its process may have (RLIMIT_AS)."""
    others = size.of(20, 200)
    a = make.area()
    poison = poisoned(a, f"f2:{seed}")
    rows = letters(a, others, f"f2:{seed}")
    rig.start_web()
    said_before = rig.worker.log.read_text().count(DIED) if rig.worker.log.exists() else 0
    rig.start_worker()
    rig.start_beat()
    worker = rig.worker.process

    def ended() -> bool:
        return OutgoingEmail.objects.filter(pk=poison, state=MailState.FAILED).exists()

    took = rig.until(ended, "the mail is given up", 120)
    company = OutgoingEmail.objects.filter(pk__in=[row.pk for row in rows], state=MailState.SENT)
    # Those that were in hand with it at its second death are sent after it, one by one.
    later = rig.until(lambda: company.count() == others, "all other mails are out", 60)
    deaths = rig.worker.log.read_text().count(DIED) - said_before
    page = rig.person(a.staff).get("/emails/?state=failed")
    result = Result(f"a mail that needs more memory than there is, among {others} others")
    result.figures = {
        "children that died": deaths,
        "others sent": company.count(),
        "seconds until the last of them was out, after that": round(later),
        "seconds until given up": round(took),
    }
    row = OutgoingEmail.objects.get(pk=poison)
    result.expect(row.last_error == Trouble.WORKER_DIED, f"it was given up as {row.last_error!r}")
    result.expect(deaths == DEATHS, f"{deaths} children died")
    result.expect(worker is not None and worker.poll() is None, "the worker itself ended")
    result.expect(Trouble.WORKER_DIED.label in page.text, "staff do not see it on their page of e-mails")
    result.wrong += check(rig)
    return result


def poisoned(a: Area, key: str) -> int:
    """The first mail in the queue; its key."""
    user = User.objects.create_user(f"{POISON}{a.partnership.pk}.example", "Somebody Heavy")
    Membership.objects.create(user=user, partnership=a.partnership, role=Role.STAFF, starts_on=TODAY)
    about = {"kind": "deadline_near", "partnership_id": a.partnership.pk, "immediate": True}
    queue([Message(to=user, dedupe_key=f"{key}:poison", **about)])
    return OutgoingEmail.objects.get(dedupe_key=f"{key}:poison").pk

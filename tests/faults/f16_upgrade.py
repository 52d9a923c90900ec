"""An upgrade under way: a worker that does not know a new task, columns that the code does not know, a migration."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter

from django.db import connection

from cspr.celery import app
from cspr.mail.models import MailState, OutgoingEmail
from cspr.refs import new_ref
from tests import factories as make
from tests.faults.checker import check
from tests.faults.old_code import NEW_TASK
from tests.faults.people import lanes, letters
from tests.faults.rig import ALONE, Rig
from tests.faults.shape import Result, Size
from tests.services.programs import running

WIDENED = ("mail_outgoingemail", "referrals_referral", "audit_event", "documents_document", "referrals_case")
OLD = [sys.executable, "-m", "celery", "-A", "tests.faults.old_code", "worker", "--concurrency=1", *ALONE]
# The newest migration of a table that grows, and the one before it.
APP, BEFORE, TABLE = "mail", "0002", "mail_outgoingemail"
MOST_LOCKED = 2.0


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Tasks sent to old code, forms and mail on a database that is ahead, and a migration of many rows."""
    tasks, forms, rows = size.of(5, 100), size.of(10, 100), size.of(2_000, 100_000)
    result = Result(f"{tasks} unknown tasks, {forms} forms on wider tables, a migration of {rows:,} rows")
    parked, left, ran = unknown_tasks(rig, tasks)
    answers, sent = wider_tables(rig, forms)
    locked = longest_lock(rig, rows)
    result.figures = {
        "parked by old code": f"{parked} of {tasks}",
        "taken up by new code": f"{ran} of {tasks}",
        "forms": dict(answers),
        "mails of them": "all out" if sent else "some wait",
        "longest exclusive lock of the migration": f"{locked:.2f} s",
    }
    result.expect(parked == tasks, f"{tasks - parked} tasks were lost by old code")
    result.expect((left, ran) == (0, tasks), f"{left} are still parked, {ran} ran")
    result.expect(dict(answers) == {302: forms}, f"forms: {dict(answers)}")
    result.expect(sent, "mail waits on wider tables")
    result.expect(locked <= MOST_LOCKED, f"a table was locked for {locked:.1f} s")
    result.wrong += check(rig)
    return result


def unknown_tasks(rig: Rig, number: int) -> tuple[int, int, int]:
    """How many old code parked, how many are still parked once new code has run, and how many that ran."""
    old = rig.program("old-worker", OLD)
    old.start()
    with app.connection_for_write(rig.redis.url) as line, app.amqp.Producer(line) as producer:
        for _ in range(number):
            app.send_task(NEW_TASK, producer=producer)
    client = rig.redis.client
    rig.until(lambda: client.llen("parked") + client.llen("celery") >= number, "the tasks were taken", 60)
    rig.until(lambda: client.llen("celery") == 0, "old code has looked at all of them", 60)
    time.sleep(1)
    parked = int(client.llen("parked"))
    old.stop()
    rig.worker.start(CSPR_LOG_LEVEL="INFO")  # only then the log says which tasks were done
    rig.until(lambda: client.llen("parked") == 0, "new code takes them up", 60)
    rig.until(lambda: ran_in(rig) >= number, "and runs them", 60)
    rig.worker.stop()
    return parked, int(client.llen("parked")), ran_in(rig)


def ran_in(rig: Rig) -> int:
    log = rig.worker.log.read_text(errors="replace") if rig.worker.log.exists() else ""
    return sum(NEW_TASK in line and "succeeded" in line for line in log.splitlines())


def wider_tables(rig: Rig, number: int) -> tuple[Counter[int], bool]:
    """The code is the older one: the tables have a column more, which the database itself fills."""
    with connection.cursor() as cursor:
        for table in WIDENED:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN of_tomorrow text NOT NULL DEFAULT 'new'")
    rig.start_web()
    rig.start_worker()
    rig.start_beat(ticks={"relay": 1})
    way = lanes(rig, 2)
    answers = Counter(way[n % 2].step().status for n in range(number))
    mine = OutgoingEmail.objects.filter(subject_ref__in=[lane.ref for lane in way])
    open_ones = mine.filter(state__in=[MailState.QUEUED, MailState.LEASED])
    rig.until(lambda: not open_ones.exists(), "the mail is out", 60)
    for program in (rig.beat, rig.worker, rig.web):
        program.stop()
    with connection.cursor() as cursor:
        for table in WIDENED:
            cursor.execute(f"ALTER TABLE {table} DROP COLUMN of_tomorrow")
    return answers, not open_ones.exists()


def longest_lock(rig: Rig, rows: int) -> float:
    """The newest migration of the outbox is taken back and done again over so many rows."""
    [model] = letters(make.area(), 1, "migrated")
    multiply(model, rows)
    migrate(rig, APP, BEFORE)
    watched = Watched()
    thread = threading.Thread(target=watched.watch)
    thread.start()
    try:
        migrate(rig, APP)
    finally:
        watched.over.set()
        thread.join()
    OutgoingEmail.objects.filter(dedupe_key__startswith="migrated:").delete()
    return watched.longest


def multiply(model: OutgoingEmail, rows: int) -> None:
    """Copies of one row that were sent long ago."""
    copies = []
    for number in range(rows):
        model.pk, model.ref, model.dedupe_key = None, new_ref(), f"migrated:copy:{number}"
        copies.append(
            OutgoingEmail(
                **{
                    field.attname: getattr(model, field.attname)
                    for field in model._meta.concrete_fields
                    if field.attname not in {"id", "message_id", "state"}
                },
                state=MailState.DROPPED,
            )
        )
    OutgoingEmail.objects.bulk_create(copies, batch_size=5_000)


class Watched:
    """How long the table is locked against everybody, measured from a connection of its own."""

    def __init__(self) -> None:
        self.over, self.longest = threading.Event(), 0.0

    def watch(self) -> None:
        since: float | None = None
        while not self.over.is_set():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = %s::regclass",
                    [TABLE],
                )
                locked = cursor.fetchone() is not None
            now = time.monotonic()
            since = (since or now) if locked else None
            self.longest = max(self.longest, now - since if since else 0.0)
            time.sleep(0.005)
        connection.close()


def migrate(rig: Rig, *words: str) -> None:
    owner = rig.site | {"DATABASE_URL": rig.postgres.url, "CSPR_STATEMENT_TIMEOUT": "0"}
    line = [sys.executable, "manage.py", "migrate", "--no-input", *words]
    with running(line, owner, rig.folder / "migrate.log") as process:
        assert process.wait(120) == 0, (rig.folder / "migrate.log").read_text()[-1000:]

"""What people wrote moves into a table of its own, and every chain is written anew (docs/decisions/0014).

Each event is held against its old hash first: a record that is not as it was written is not made to look as if it were.
Anchors from before fit no longer: how to put them away is in docs/deploying.md, "Anchors of the record".
"""

import datetime as dt
import hashlib
import json
import secrets
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.exceptions import IrreversibleError

from cspr.audit.triggers import append_only, not_append_only, words_stay_until_disposed

AT_ONCE = 1000
BEGINNING = "0" * 64
# The demonstration, which plays in London, hashed the moments of its summers as London writes them.
ZONES = (dt.UTC, ZoneInfo("Europe/London"))
ANCHORS = (
    "\n    The record of {} partnerships was written anew. Anchors kept before today fit no longer: put them away as "
    "docs/deploying.md says."
)


class NotAsWritten(Exception):
    """A record does not fit its hashes. The message names the place, and nothing that stands there."""


def move_out(apps, editor):
    words = apps.get_model("audit", "Words")

    def turn(events):
        beside = [words(event_id=e.pk, text=e.words, salt=secrets.token_hex(32)) for e in events if e.words]
        words.objects.bulk_create(beside)
        digests = {row.event_id: fingerprint(row) for row in beside}
        for event in events:
            event.words_digest = digests.get(event.pk, "")

    anew(apps, editor, before="words", after="words_digest", turn=turn)


def move_back(apps, editor):
    words = apps.get_model("audit", "Words")

    def turn(events):
        beside = {row.event_id: row for row in words.objects.filter(event_id__in=[e.pk for e in events])}
        for event in events:
            row = beside.get(event.pk)
            if (fingerprint(row) if row else "") != event.words_digest:
                raise IrreversibleError("Words of the record have gone. It cannot be written as it was before.")
            event.words = row.text if row else ""

    anew(apps, editor, before="words_digest", after="words", turn=turn)


def anew(apps, editor, *, before, after, turn):
    """Every chain, some events at a time: held against its old hashes, given its new ones."""
    rewritten = 0
    for chain in apps.get_model("audit", "Chain").objects.select_related("partnership").filter(seq__gt=0):
        events = apps.get_model("audit", "Event").objects.filter(partnership=chain.partnership)
        place, old, new = 0, BEGINNING, BEGINNING
        while rows := list(events.filter(seq__gt=place).order_by("seq")[:AT_ONCE]):
            turn(rows)
            changed = []
            for event in rows:
                place, known = place + 1, event.hash
                fits = known in {digest(old, event, before, zone) for zone in ZONES}
                if (event.seq, event.previous_hash) != (place, old) or not fits:
                    raise NotAsWritten(f"partnership {chain.partnership.ref}, place {place}")
                old, new, previous = known, digest(new, event, after), new
                changed.append((getattr(event, after), previous, new, event.pk))
            with editor.connection.cursor() as cursor:
                cursor.executemany(
                    f"UPDATE audit_event SET {after} = %s, previous_hash = %s, hash = %s WHERE id = %s", changed
                )
        if (chain.seq, chain.head) != (place, old):
            raise NotAsWritten(f"partnership {chain.partnership.ref}, its end")
        chain.head = new
        chain.save(update_fields=["head"])
        rewritten += 1
    if editor.connection.vendor == "postgresql":
        editor.connection.check_constraints()  # it changes no table while deferred checks wait
    if rewritten:
        print(ANCHORS.format(rewritten))


def fingerprint(row):
    return hashlib.sha256(f"{row.salt}{row.text}".encode()).hexdigest()


def digest(previous, event, said, zone=dt.UTC):
    """The hash as it is worked out with the words themselves (``said``: words), or with theirs (words_digest)."""
    content = {
        "ref": event.ref,
        "partnership": event.partnership_id,
        "seq": event.seq,
        "at": event.at.astimezone(zone).isoformat(),
        "by": event.by_id,
        "by_role": event.by_role,
        "kind": event.kind,
        "case": event.case_ref,
        "subject": event.subject,
        "subject_ref": event.subject_ref,
        "version": event.subject_version,
        "before": event.state_before,
        "after": event.state_after,
        "effective_on": event.effective_on.isoformat() if event.effective_on else None,
        "reason_code": event.reason_code,
        said: getattr(event, said),
        "facts": event.facts,
        "nonce": event.nonce,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}{canonical}".encode()).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Words",
            fields=[
                ("event", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="said", serialize=False, to="audit.event")),
                ("text", models.TextField()),
                ("salt", models.CharField(max_length=64)),
            ],
        ),
        # By statement: SQLite would build the table anew, and may not while the triggers of other tables ask it.
        migrations.RunSQL(
            "ALTER TABLE audit_event ADD COLUMN words_digest varchar(64) NOT NULL DEFAULT ''",
            "ALTER TABLE audit_event DROP COLUMN words_digest",
            state_operations=[
                migrations.AddField(
                    model_name="event",
                    name="words_digest",
                    field=models.CharField(blank=True, default="", db_default="", max_length=64),
                ),
            ],
        ),
        not_append_only("audit_event"),
        migrations.RunPython(move_out, move_back),
        migrations.RunSQL(
            "ALTER TABLE audit_event DROP COLUMN words",
            "ALTER TABLE audit_event ADD COLUMN words text NOT NULL DEFAULT ''",
            state_operations=[migrations.RemoveField(model_name="event", name="words")],
        ),
        append_only("audit_event"),
        words_stay_until_disposed(),
    ]

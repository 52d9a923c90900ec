from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cspr.audit.triggers import no_change_without_event

CLOSED = "closed"


def from_the_record(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    """The day each closed case was last closed, as its event says."""
    cases, events = apps.get_model("referrals", "Case"), apps.get_model("audit", "Event")
    for case in cases.objects.filter(state=CLOSED).only("ref", "closed_on").iterator():
        told = events.objects.filter(case_ref=case.ref, kind="case.close").order_by("-id").first()
        if told is not None:
            cases.objects.filter(pk=case.pk).update(closed_on=told.effective_on)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only"), ("referrals", "0007_what_is_kept_how_long")]
    operations = [
        migrations.AddField(
            model_name="case", name="closed_on", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", False)),
                fields=["partnership", "closed_on"],
                name="case_closed_on",
            ),
        ),
        migrations.RunPython(from_the_record, migrations.RunPython.noop),
        no_change_without_event("referrals_case"),
    ]

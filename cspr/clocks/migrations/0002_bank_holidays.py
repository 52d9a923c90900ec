"""Load the committed list, so that a new database can count from its first day."""

from django.db import migrations

from cspr.clocks.govuk import bundled


def load(apps, schema_editor):
    rows = apps.get_model("clocks", "BankHoliday").objects.using(schema_editor.connection.alias)
    rows.bulk_create(
        [rows.model(on=on, title=title, source="gov.uk") for on, title in bundled().items()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

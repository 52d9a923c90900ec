"""The table behind ``CACHES`` (failed sign-ins, used codes), so that ``migrate`` is all a deployment runs."""

from django.core.management import call_command
from django.db import migrations


def create(apps, editor):
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    initial = True
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

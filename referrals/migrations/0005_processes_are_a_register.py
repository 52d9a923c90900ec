import cspr.refs
import django.utils.timezone
import django_fsm
from cspr.audit.triggers import no_change_without_event
from django.db import migrations, models


def give_references(apps, editor):
    for process in apps.get_model("referrals", "ParallelProcess").objects.all():
        process.ref = cspr.refs.new_ref()
        process.save(update_fields=["ref"])


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0004_drafts_can_be_discarded'),
        ('audit', '0002_append_only'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='parallelprocess',
            options={'ordering': ['id'], 'verbose_name': 'other proceeding', 'verbose_name_plural': 'parallel processes'},
        ),
        migrations.AddField('parallelprocess', 'ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, null=True, verbose_name='reference')),
        migrations.RunPython(give_references, migrations.RunPython.noop),
        migrations.AlterField('parallelprocess', 'ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True, verbose_name='reference')),
        migrations.AddField('parallelprocess', 'version', models.PositiveIntegerField(default=1, editable=False)),
        migrations.AddField('parallelprocess', 'created_at', models.DateTimeField(auto_now_add=True, default=django.utils.timezone.now), preserve_default=False),
        migrations.AddField('parallelprocess', 'state', django_fsm.FSMField(choices=[('running', 'Running'), ('ended', 'Ended')], default='running', max_length=50, protected=True)),
        migrations.AddField('parallelprocess', 'their_reference', models.CharField(blank=True, max_length=80, verbose_name='its reference')),
        migrations.AddField('parallelprocess', 'contact', models.CharField(blank=True, max_length=200, verbose_name='who to speak to, by role')),
        migrations.AddField('parallelprocess', 'began_on', models.DateField(blank=True, null=True)),
        migrations.AddField('parallelprocess', 'effect', models.CharField(choices=[('goes_on', 'The review goes on'), ('in_part', 'The review goes on in part'), ('waits', 'The review waits for it')], default='goes_on', max_length=10)),
        migrations.AddField('parallelprocess', 'restrictions', models.TextField(blank=True, verbose_name='what must not be said or done while it runs')),
        migrations.AddField('parallelprocess', 'bar_until', models.DateField(blank=True, null=True)),
        migrations.AddField('parallelprocess', 'ended_on', models.DateField(null=True)),
        migrations.AddField('parallelprocess', 'outcome', models.CharField(blank=True, max_length=300, verbose_name='how it ended')),
        migrations.AlterField('parallelprocess', 'body', models.CharField(blank=True, max_length=160, verbose_name='court, force or organisation')),
        migrations.AlterField('parallelprocess', 'status', models.CharField(blank=True, max_length=200, verbose_name='where it stands')),
        migrations.AlterField('parallelprocess', 'next_on', models.DateField(blank=True, null=True, verbose_name='next date')),
        no_change_without_event("referrals_parallelprocess"),
    ]

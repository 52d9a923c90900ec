import cspr.refs
import django.db.models.deletion
import django_fsm
from cspr.audit.triggers import no_change_without_event
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_append_only'),
        ('referrals', '0008_when_a_case_was_closed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmergencyAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True, verbose_name='reference')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('state', django_fsm.FSMField(choices=[('open', 'Open'), ('ended', 'Ended before its time')], default='open', max_length=50, protected=True)),
                ('reason', models.CharField(choices=[('danger', 'A child may be in danger now, and what this case holds may matter'), ('nobody', 'Something cannot wait, and nobody on the case’s list can be reached'), ('demand', 'A court, the police or a coroner needs an answer at once'), ('other', 'Something else')], max_length=10)),
                ('words', models.TextField()),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('looked_at_on', models.DateField(null=True)),
                ('finding', models.TextField(blank=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='emergencies', to='referrals.case')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('looked_at_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergencies', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'emergency access',
                'verbose_name_plural': 'emergency accesses',
                'indexes': [models.Index(fields=['user', 'ends_at'], name='emergency_of_person')],
            },
        ),
        no_change_without_event("referrals_emergencyaccess"),
    ]

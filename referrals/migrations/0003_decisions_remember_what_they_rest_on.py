import django_fsm
from cspr.audit.triggers import no_change_without_event
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0002_states_need_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='changes',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='decision',
            name='evidence',
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name='decision',
            name='state',
            field=django_fsm.FSMField(choices=[('proposed', 'Proposed'), ('approved', 'Approved'), ('sent_back', 'Sent back to the proposer'), ('reopened', 'To be decided again: what it rests on has changed'), ('superseded', 'Replaced by a later decision')], default='proposed', max_length=50, protected=True),
        ),
        no_change_without_event("referrals_decision"),
    ]

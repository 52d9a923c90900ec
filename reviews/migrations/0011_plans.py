import cspr.refs
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from cspr.audit.triggers import no_change_without_event


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('audit', '0002_append_only'),
        ('referrals', '0002_states_need_events'),
        ('reviews', '0010_request_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True, verbose_name='reference')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('rapid_review', 'Rapid review')], default='rapid_review', max_length=20)),
                ('state', django_fsm.FSMField(choices=[('in_use', 'In use')], default='in_use', max_length=50, protected=True)),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_templates', to='accounts.partnership')),
            ],
        ),
        migrations.CreateModel(
            name='PlanTemplateStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('day', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('working_days', 'Working days'), ('weeks', 'Weeks')], default='working_days', max_length=12)),
                ('title', models.CharField(max_length=100)),
                ('what', models.TextField(blank=True, verbose_name='what to do')),
                ('owner', models.CharField(choices=[('staff', 'Partnership staff'), ('chair', 'Sub-group chair'), ('partner', 'Delegated safeguarding partner'), ('reviewer', 'Lead reviewer')], default='staff', max_length=20)),
                ('event', models.CharField(blank=True, choices=[('requests_sent', 'The agencies are asked'), ('answers_in', 'Every agency that was asked has answered'), ('meeting_held', 'The meeting is on record'), ('draft_finished', 'The draft is complete'), ('sign_off_sought', 'The partners are asked to sign off'), ('views_given', 'The three partners have given their views'), ('decision_approved', 'The decision is approved'), ('sent_to_panel', 'It is sent to the Panel')], max_length=20, verbose_name='what marks it as done')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='reviews.plantemplate')),
            ],
            options={
                'ordering': ['day', 'number'],
            },
        ),
        migrations.CreateModel(
            name='PlanStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True, verbose_name='reference')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('day', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('working_days', 'Working days'), ('weeks', 'Weeks')], default='working_days', max_length=12)),
                ('title', models.CharField(max_length=100)),
                ('what', models.TextField(blank=True, verbose_name='what to do')),
                ('owner', models.CharField(choices=[('staff', 'Partnership staff'), ('chair', 'Sub-group chair'), ('partner', 'Delegated safeguarding partner'), ('reviewer', 'Lead reviewer')], default='staff', max_length=20)),
                ('event', models.CharField(blank=True, choices=[('requests_sent', 'The agencies are asked'), ('answers_in', 'Every agency that was asked has answered'), ('meeting_held', 'The meeting is on record'), ('draft_finished', 'The draft is complete'), ('sign_off_sought', 'The partners are asked to sign off'), ('views_given', 'The three partners have given their views'), ('decision_approved', 'The decision is approved'), ('sent_to_panel', 'It is sent to the Panel')], max_length=20, verbose_name='what marks it as done')),
                ('plan', models.CharField(choices=[('rapid_review', 'Rapid review')], default='rapid_review', max_length=20)),
                ('state', django_fsm.FSMField(choices=[('open', 'To do'), ('done', 'Done'), ('dropped', 'Not needed')], default='open', max_length=50, protected=True)),
                ('due_on', models.DateField()),
                ('set_by_hand', models.BooleanField(default=False)),
                ('done_on', models.DateField(null=True)),
                ('how', models.TextField(blank=True, verbose_name='how it was done, or why it is not needed')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_steps', to='referrals.case')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_on', 'day', 'number'],
                'indexes': [models.Index(fields=['state', 'due_on'], name='plan_step_by_due_day')],
                'constraints': [models.UniqueConstraint(fields=('case', 'plan', 'number'), name='one_number_per_plan_step')],
            },
        ),
        migrations.AddConstraint(
            model_name='plantemplate',
            constraint=models.UniqueConstraint(fields=('partnership', 'kind'), name='one_plan_template_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='plantemplatestep',
            constraint=models.UniqueConstraint(fields=('template', 'number'), name='one_number_per_template_step'),
        ),
        no_change_without_event("reviews_plantemplate"),
        no_change_without_event("reviews_planstep"),
    ]

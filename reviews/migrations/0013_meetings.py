from cspr.audit.triggers import no_change_without_event
import cspr.refs
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('referrals', '0003_decisions_remember_what_they_rest_on'),
        ('reviews', '0012_duty_to_answer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True, verbose_name='reference')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('purpose', models.CharField(choices=[('rapid_review', 'Rapid review meeting'), ('practice_review', 'Practice review meeting')], max_length=20)),
                ('state', django_fsm.FSMField(choices=[('planned', 'Planned'), ('held', 'Held'), ('cancelled', 'Cancelled')], default='planned', max_length=50, protected=True)),
                ('on', models.DateField()),
                ('starts_at', models.TimeField()),
                ('ends_at', models.TimeField()),
                ('place', models.CharField(max_length=300, verbose_name='place or link')),
                ('agenda', models.JSONField(default=list)),
                ('sequence', models.PositiveSmallIntegerField(default=0)),
                ('held_on', models.DateField(null=True)),
                ('quorum_met', models.JSONField(default=list)),
                ('decisions', models.TextField(blank=True, verbose_name='what was decided')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='referrals.case')),
            ],
        ),
        migrations.CreateModel(
            name='MeetingAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=400)),
                ('owner', models.CharField(max_length=160)),
                ('due_on', models.DateField()),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='reviews.meeting')),
            ],
            options={
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='MeetingRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agenda', models.JSONField(default=list)),
                ('members_needed', models.PositiveSmallIntegerField(default=0)),
                ('agency_types', models.JSONField(default=list)),
                ('for_decision', models.BooleanField(default=False)),
                ('partnership', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='meeting_rules', to='accounts.partnership')),
            ],
            options={
                'verbose_name_plural': 'meeting rules',
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('role', models.CharField(blank=True, max_length=160, verbose_name='role and agency')),
                ('capacity', models.CharField(choices=[('member', 'Member'), ('information', 'Giving information only')], default='member', max_length=12)),
                ('partner', models.CharField(blank=True, choices=[('la', 'Local authority'), ('icb', 'Integrated care board'), ('police', 'Police')], max_length=10)),
                ('agency_type', models.CharField(blank=True, choices=[('childrens_social_care', "Local authority children's social care"), ('early_help', 'Local authority early help'), ('education_service', 'Local authority education, inclusion and SEND'), ('adult_social_care', 'Local authority adult social care'), ('housing', 'Local authority housing'), ('public_health', 'Local authority public health'), ('legal', 'Local authority legal services'), ('youth_justice', 'Youth justice service'), ('police', 'Police force'), ('btp', 'British Transport Police'), ('icb', 'Integrated care board'), ('acute_trust', 'Acute hospital trust'), ('community_trust', 'Community health trust'), ('mental_health', 'Mental health trust or CAMHS'), ('ambulance', 'Ambulance service'), ('urgent_care', '111 or urgent care'), ('gp', 'GP practice'), ('maternity', 'Maternity service'), ('health_visiting', 'Health visiting or school nursing'), ('dentist_pharmacy', 'Dentist or pharmacy'), ('sexual_health', 'Sexual health service'), ('substance_use', 'Substance use service'), ('school', 'School or academy'), ('ehe', 'Elective home education team'), ('fe_college', 'Further education college'), ('early_years', 'Nursery or early years setting'), ('childminder', 'Childminder'), ('probation', 'Probation service'), ('prison', 'Prison or young offender institution'), ('cafcass', 'Cafcass'), ('courts', 'Courts'), ('immigration', 'Immigration enforcement or UKVI'), ('dwp', 'Department for Work and Pensions'), ('fire', 'Fire and rescue service'), ('housing_association', 'Housing association'), ('domestic_abuse', 'Domestic abuse service or refuge'), ('voluntary', 'Voluntary or community organisation'), ('faith', 'Faith organisation'), ('sports', 'Sports organisation'), ('residential_care', 'Residential care or supported accommodation'), ('fostering_adoption', 'Fostering or adoption agency'), ('cdop', 'Child death overview panel'), ('coroner', 'Coroner'), ('cps', 'Crown Prosecution Service'), ('armed_forces', 'Armed forces'), ('other_la', 'Another local authority'), ('cross_border_health', 'Health service outside England'), ('regulator', 'Regulator'), ('other', 'Other organisation')], max_length=40)),
                ('attendance', models.CharField(blank=True, choices=[('present', 'Took part'), ('apologies', 'Sent apologies'), ('absent', 'Did not come')], max_length=10)),
                ('deputy_for', models.CharField(blank=True, max_length=120)),
                ('conflict', models.BooleanField(default=False, verbose_name='a conflict of interest was declared at the meeting')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='reviews.meeting')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'planned')), fields=('case', 'purpose'), name='one_planned_meeting'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('meeting', 'user'), name='asked_to_a_meeting_once'),
        ),
        no_change_without_event("reviews_meeting"),
        no_change_without_event("reviews_rapidreview"),
    ]

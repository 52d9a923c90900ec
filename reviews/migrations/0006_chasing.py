import cspr.refs
from cspr.audit.triggers import no_change_without_event
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0005_report_sections_have_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='informationrequest',
            name='chasing_paused_until',
            field=models.DateField(null=True, verbose_name='the reminders pause up to and including'),
        ),
        migrations.AddField(
            model_name='informationrequest',
            name='chasing_paused_why',
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name='Chase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True)),
                ('due_on', models.DateField(verbose_name='the date that is chased')),
                ('step', models.CharField(max_length=20)),
                ('level', models.CharField(choices=[('asked', 'Whoever was asked: the report authors, or the contact who answers by a link'), ('lead', "The agency's safeguarding lead"), ('executive', "The agency's named executive")], max_length=10)),
                ('on', models.DateField()),
                ('name', models.CharField(blank=True, max_length=120)),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chases', to='reviews.informationrequest')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-on', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('user', None)), fields=('request', 'due_on', 'step', 'level', 'address'), name='one_chase_per_step_and_address'), models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('request', 'due_on', 'step', 'user'), name='one_chase_per_step_and_person')],
            },
        ),
        no_change_without_event("reviews_informationrequest"),
    ]

import cspr.refs
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_agency_executive'),
        ('audit', '0004_who_read_when'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadingAlarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, max_length=11, unique=True)),
                ('at', models.DateTimeField()),
                ('cases', models.PositiveIntegerField(verbose_name='different cases within an hour')),
                ('files', models.PositiveIntegerField(verbose_name='files within ten minutes')),
                ('looked_at_on', models.DateField(null=True)),
                ('finding', models.TextField(blank=True)),
                ('looked_at_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.partnership')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'at'], name='alarm_of_person')],
            },
        ),
    ]

import cspr.refs
import django.db.models.deletion
import django_fsm
from cspr.audit.triggers import no_change_without_event
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0009_whom_to_ask'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=cspr.refs.new_ref, editable=False, max_length=11, unique=True, verbose_name='reference')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('state', django_fsm.FSMField(choices=[('open', 'Can be used'), ('locked', 'Locked after five wrong codes'), ('revoked', 'Revoked'), ('ended', 'Used, or no longer needed')], default='open', max_length=50, protected=True)),
                ('name', models.CharField(max_length=120)),
                ('role', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('code_by', models.CharField(choices=[('telephone', 'By telephone'), ('post', 'By post'), ('address', 'By e-mail to another address, from our own mailbox'), ('other', 'Another way')], max_length=20)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('code_hash', models.CharField(max_length=200)),
                ('expires_on', models.DateField(verbose_name='last day it can be used')),
                ('wrong_codes', models.PositiveSmallIntegerField(default=0)),
                ('browser_hash', models.CharField(blank=True, max_length=64)),
                ('opened_on', models.DateField(null=True)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='reviews.informationrequest')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        no_change_without_event("reviews_requestlink"),
    ]

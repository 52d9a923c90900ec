import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0005_processes_are_a_register'),
        ('reviews', '0021_identity_key'),
    ]

    operations = [
        migrations.AddField('hold', 'process', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.parallelprocess')),
    ]

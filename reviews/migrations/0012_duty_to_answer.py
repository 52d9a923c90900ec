from cspr.audit.triggers import no_change_without_event
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0011_plans'),
    ]

    operations = [
        migrations.AddField(
            model_name='informationrequest',
            name='duty_invoked_on',
            field=models.DateField(null=True),
        ),
        no_change_without_event("reviews_informationrequest"),
    ]

from cspr.audit.triggers import no_change_without_event
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0003_requests_have_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='rapidreview',
            name='weighed',
            field=models.JSONField(default=dict),
        ),
        no_change_without_event("reviews_rapidreview"),
        # The migration before this one changed its table, and SQLite dropped what was attached to it.
        no_change_without_event("reviews_informationrequest"),
    ]

from django.db import migrations

from cspr.audit.triggers import no_change_without_event

TABLES = (
    "reviews_rapidreview",
    "reviews_informationrequest",
    "reviews_practicereview",
    "reviews_publication",
)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("audit", "0002_append_only")]
    operations = [no_change_without_event(table) for table in TABLES]

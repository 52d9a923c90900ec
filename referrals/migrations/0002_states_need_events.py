from django.db import migrations

from cspr.audit.triggers import no_change_without_event

TABLES = ("referrals_case", "referrals_referral", "referrals_notification", "referrals_decision")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_initial"), ("audit", "0002_append_only")]
    operations = [no_change_without_event(table) for table in TABLES]

"""What the worker runs for cases. The database says what is due; a lost or doubled run changes nothing."""

from celery import shared_task
from django.utils import timezone

from referrals import reminders


@shared_task(name="referrals.tasks.sweep")
def sweep() -> None:
    reminders.sweep(timezone.now())

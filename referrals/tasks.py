"""What the worker runs for cases. The database says what is due; a lost or doubled run changes nothing."""

from celery import shared_task
from django.utils import timezone

from referrals import reminders
from referrals.actions import disposing


@shared_task(name="referrals.tasks.sweep")
def sweep() -> None:
    reminders.sweep(timezone.now())


@shared_task(name="referrals.tasks.dispose")
def dispose() -> None:
    """Carry out what two people disposed of."""
    disposing.dispose_waiting(timezone.now())

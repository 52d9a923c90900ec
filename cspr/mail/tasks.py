"""What the worker runs. All it needs stands in the outbox, so a lost or doubled run changes nothing."""

from celery import shared_task

from cspr.mail.relay import relay as send_what_is_due


@shared_task(name="cspr.mail.tasks.relay")
def relay() -> None:
    send_what_is_due()

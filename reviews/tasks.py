"""What the worker runs for reviews. The database says what waits; a lost or doubled run changes nothing."""

from celery import shared_task
from django.utils import timezone

from reviews.actions import access_request, finished_files, releasing


@shared_task(name="reviews.tasks.check_files", time_limit=finished_files.TASK_SECONDS)
def check_files() -> None:
    """Look through the finished files that somebody asked to have checked."""
    finished_files.check_waiting()


@shared_task(name="reviews.tasks.release")
def release() -> None:
    """Publish what was released for a time that has come; destroy answers whose time is over."""
    releasing.release_due(timezone.now())
    access_request.forget_bundles(timezone.localdate())

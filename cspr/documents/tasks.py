"""The worker's side: look for PDFs that wait, and make them."""

from celery import shared_task

from cspr.documents.making import TASK_SECONDS, make_waiting


@shared_task(time_limit=TASK_SECONDS)
def render_waiting() -> None:
    """Make the PDFs that were asked for. A lost or doubled tick changes nothing."""
    make_waiting()

"""The worker's side: look for PDFs that wait, and make them; ask about files that wait for the virus check."""

from celery import shared_task

from cspr.documents.making import TASK_SECONDS, make_waiting
from cspr.documents.quarantine import scan_waiting


@shared_task(time_limit=TASK_SECONDS)
def render_waiting() -> None:
    """Make the PDFs that were asked for. A lost or doubled tick changes nothing."""
    make_waiting()


@shared_task
def scan_files() -> None:
    """Let go of the files that the virus scanner says are clean."""
    scan_waiting()

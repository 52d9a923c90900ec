"""The words about comments on a report."""

from django.db.models import TextChoices


class CommentState(TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"

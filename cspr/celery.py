"""The Celery application. Composition root: nothing imports it but the commands that start workers."""

import os
from typing import Any

from celery import Celery, Task

from cspr.parking import park_what_is_unknown
from cspr.wall.scope import everything

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cspr.settings")


class Walled(Task):
    """A task looks for what waits in every partnership; with what it finds it works inside that one's wall."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with everything():
            return super().__call__(*args, **kwargs)


app = Celery("cspr", task_cls=Walled)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
park_what_is_unknown(app)

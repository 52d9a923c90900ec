"""The code of the day before: it does not know a task that has come since. ``celery -A tests.faults.old_code …``"""

from __future__ import annotations

from tests.faults.profile import app

NEW_TASK = "cspr.audit.tasks.anchor"

# All that is known, known already when the worker starts.
app.loader.import_default_modules()
app.tasks.unregister(NEW_TASK)

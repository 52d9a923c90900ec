"""During an upgrade, old code meets the name of a task that it does not know: it is parked, and taken up by new code.

Ticks say how long they are good for and are not kept: the next one comes by itself, and the database says what is due.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from celery.signals import task_unknown, worker_ready
from kombu.entity import Queue
from kombu.simple import SimpleQueue

PARKED = Queue("parked")  # type: ignore[no-untyped-call]  # kombu has no types
log = logging.getLogger(__name__)


def park_what_is_unknown(app: Celery) -> None:
    """Let the workers of ``app`` park what they do not know, and take up at their start what they do."""

    def send_on(message: Any, queue: Queue) -> None:
        with app.producer_or_acquire() as producer:
            producer.publish(
                message.body,
                routing_key=queue.name,
                declare=[queue],
                headers=message.headers,
                content_type=message.content_type,
                content_encoding=message.content_encoding,
                **{name: message.properties.get(name) for name in ("correlation_id", "reply_to")},
            )

    def park(message: Any, name: str, **more: Any) -> None:
        if not message.headers.get("expires"):
            send_on(message, PARKED)
            log.warning("task %s is not known here and is parked", name)

    def take_up(**more: Any) -> None:
        usual = Queue(app.conf.task_default_queue)  # type: ignore[no-untyped-call]  # kombu has no types
        with app.connection_for_write() as connection:
            parked: Any = SimpleQueue(connection, PARKED)  # type: ignore[no-untyped-call]  # kombu has no types
            for _ in range(parked.qsize()):
                message = parked.get(timeout=1)
                known = message.headers.get("task") in app.tasks
                send_on(message, usual if known else PARKED)
                message.ack()

    task_unknown.connect(park, weak=False)
    worker_ready.connect(take_up, weak=False)

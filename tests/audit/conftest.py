"""Every test here happens on one Monday morning."""

from tests.workflow.conftest import monday_morning

__all__ = ["monday_morning"]

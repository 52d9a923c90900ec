"""Plans as data and arithmetic: what we ship, when a step is due, and how a plan is likely to end. Pure."""

from reviews.plans.forecast import Milestone, expected_dates, expected_on, lateness
from reviews.plans.shipped import SHIPPED
from reviews.plans.steps import EVENTS_OF, FIRST_DAY, LAST_DAY, OWNERS, UNIT, Step, planned_on, to_working_day

__all__ = [
    "EVENTS_OF",
    "FIRST_DAY",
    "LAST_DAY",
    "OWNERS",
    "SHIPPED",
    "UNIT",
    "Milestone",
    "Step",
    "expected_dates",
    "expected_on",
    "lateness",
    "planned_on",
    "to_working_day",
]

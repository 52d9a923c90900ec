"""What people do with referrals, cases, notifications and decisions; the only code here that changes anything.

A verb that is nothing but its transition needs no function: the page calls ``perform`` itself. A function stands
here where a verb has consequences, and ``FOLLOWS`` says which verbs of one noun follow from a verb of another.
"""

from referrals.actions.decisions import approve, propose, recheck
from referrals.actions.follows import FOLLOWS, Consequence, follow, register
from referrals.actions.processes import add_process
from referrals.actions.triage import (
    accept,
    give_team_access,
    link,
    record_la_notification,
    reopen,
    return_incomplete,
)
from referrals.actions.writing import start, submit, write

__all__ = [
    "FOLLOWS",
    "Consequence",
    "accept",
    "add_process",
    "approve",
    "follow",
    "give_team_access",
    "link",
    "propose",
    "recheck",
    "record_la_notification",
    "register",
    "reopen",
    "return_incomplete",
    "start",
    "submit",
    "write",
]

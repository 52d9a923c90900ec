"""What people do with referrals, cases, notifications and decisions; the only code here that changes anything.

A verb that is nothing but its transition needs no function: the page calls ``perform`` itself. A function stands
here where a verb has consequences, and ``FOLLOWS`` says which verbs of one noun follow from a verb of another.
"""

from referrals.actions.decisions import approve, propose, recheck
from referrals.actions.disposing import dispose_again, dispose_waiting, propose_disposal, unproposable
from referrals.actions.emergency import open_in_emergency
from referrals.actions.follows import FOLLOWS, Consequence, follow, register
from referrals.actions.keeping import set_period
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
    "dispose_again",
    "dispose_waiting",
    "follow",
    "give_team_access",
    "link",
    "open_in_emergency",
    "propose",
    "propose_disposal",
    "recheck",
    "record_la_notification",
    "register",
    "reopen",
    "return_incomplete",
    "set_period",
    "start",
    "submit",
    "unproposable",
    "write",
]

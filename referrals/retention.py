"""How long each kind of record is kept: what, from which moment, why, and who ends it. A table, and date arithmetic.

Law sets no fixed periods (ICO: "no set time limits … justify and document"), so every length is a default that the
partnership's data-protection officer confirms or changes; ``RetentionPeriod`` keeps what was said. Nothing here is
ever disposed of by itself: a period that has ended is a reason to look.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices

from cspr.clocks.calendar import add_months


class Kind(TextChoices):
    """The kinds of record in the order of the table."""

    CASE_FILE = "case_file", "Case file"
    NOT_TAKEN_FURTHER = "not_taken_further", "Referral not taken further"
    AGENCY_COPIES = "agency_copies", "What agencies sent for a review"
    DRAFTS = "drafts", "Drafts kept while somebody wrote"
    ALLEGATION = "allegation", "Allegation about a professional in a file"
    PUBLISHED = "published", "Published report"
    RECORD = "record", "Record of who did and read what"
    LOGS = "logs", "Technical log"
    ACCOUNTS = "accounts", "Account of somebody who has left"
    BACKUPS = "backups", "Backups"


class Unit(Enum):
    DAYS = "day"
    MONTHS = "month"
    YEARS = "year"

    def of(self, count: int) -> str:
        return f"{count} {self.value}{'' if count == 1 else 's'}"


class Ends(Enum):
    """Who sees to it when the period has ended."""

    TWO_PEOPLE = "Two people: one proposes that it is disposed of, another approves"
    WITH_CASE = "It goes with its case. Sooner than that nothing ends it here"
    BY_HAND = "Nothing reminds you: somebody looks, and decides"
    DEPLOYER = "Whoever runs the installation"
    NEVER = "Nobody: it is never disposed of"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One row of the schedule. ``least``: no partnership may set it shorter, because a law says so."""

    kind: Kind
    what: str
    length: int | None
    unit: Unit = Unit.YEARS
    moment: str
    why: str
    ends: Ends
    least: int = 1
    besides: str = ""

    def lasting(self, length: int | None) -> str:
        """``25 years``, or for ever."""
        return "For ever" if length is None else self.unit.of(length)

    @property
    def two_people(self) -> bool:
        return self.ends is Ends.TWO_PEOPLE


SCHEDULE: tuple[Kept, ...] = (
    Kept(
        kind=Kind.CASE_FILE,
        what="The case, its referrals, reviews, decisions and their reasons, with every file.",
        length=25,
        moment="the day the case was closed",
        why="NHS Records Management Code (children’s records, to the 25th birthday at least); long local practice.",
        besides="Where sexual abuse is involved: until 75 years after the birth of the youngest child (IICSA, "
        "recommendation 17). Look before anything is disposed of.",
        ends=Ends.TWO_PEOPLE,
    ),
    Kept(
        kind=Kind.NOT_TAKEN_FURTHER,
        what="A case whose referrals were all withdrawn or did not meet the criteria, and that the Panel was never "
        "notified of.",
        length=6,
        moment="the day of the last such decision",
        why="As long as a claim may be brought; local schedules differ.",
        ends=Ends.TWO_PEOPLE,
    ),
    Kept(
        kind=Kind.AGENCY_COPIES,
        what="Agencies’ accounts, the rows of their chronologies as they were brought, and the files they uploaded. "
        "Name, hash and day of each stay.",
        length=12,
        unit=Unit.MONTHS,
        moment="the day the report was published, or without one the day the case was closed",
        why="The agency keeps the original (data minimisation, UK GDPR Article 5(1)(c)).",
        ends=Ends.WITH_CASE,
    ),
    Kept(
        kind=Kind.DRAFTS,
        what="What was typed and never saved as a version: sections of reports, answers to requests, fact checks, "
        "reports brought from Word.",
        length=90,
        unit=Unit.DAYS,
        moment="the day the case was closed",
        why="It has served its purpose (data minimisation, UK GDPR Article 5(1)(c)).",
        ends=Ends.WITH_CASE,
    ),
    Kept(
        kind=Kind.ALLEGATION,
        what="An allegation about somebody who works with children, inside a case file.",
        length=10,
        moment="the day the case was closed",
        why="Local practice of designated officers: a review after ten years, longer where it was substantiated.",
        ends=Ends.BY_HAND,
    ),
    Kept(
        kind=Kind.PUBLISHED,
        what="A practice review’s report, as the public reads it.",
        length=3,
        moment="the day it was published",
        why="One year at least by law (Working Together 2023, chapter 5); three by habit.",
        least=1,
        ends=Ends.BY_HAND,
    ),
    Kept(
        kind=Kind.RECORD,
        what="Who did what when, who read names and files, and what was disposed of.",
        length=None,
        moment="the day of the event",
        why="Nobody could be held to account without it. It holds references, days and states. What people wrote with "
        "it lies beside it, and can go when the case is disposed of.",
        ends=Ends.NEVER,
    ),
    Kept(
        kind=Kind.LOGS,
        what="The lines that web and workers write, without names or words, and the proxy’s.",
        length=13,
        unit=Unit.MONTHS,
        moment="the day of the line",
        why="Long enough to look into an incident of the year before.",
        ends=Ends.DEPLOYER,
    ),
    Kept(
        kind=Kind.ACCOUNTS,
        what="Name, work address and telephone number of somebody without a role.",
        length=7,
        moment="the day the last role ended",
        why="Who wrote and decided stays known while somebody may ask.",
        ends=Ends.BY_HAND,
    ),
    Kept(
        kind=Kind.BACKUPS,
        what="Copies of database and files.",
        length=12,
        unit=Unit.MONTHS,
        moment="the day of the copy",
        why="What was disposed of lives on in them until the last copy is gone.",
        ends=Ends.DEPLOYER,
    ),
)
BY_KIND = {row.kind: row for row in SCHEDULE}
# How long after the birth of the youngest child a file on sexual abuse is kept (IICSA, recommendation 17).
CHILD_YEARS = 75
LONGEST = {Unit.DAYS: 3650, Unit.MONTHS: 1200, Unit.YEARS: 100}


def over_on(moment: dt.date, length: int, unit: Unit) -> dt.date:
    """The first day on which the period is over: the corresponding day so long after, the next one if there is none."""
    if unit is Unit.DAYS:
        return moment + dt.timedelta(days=length)
    day = add_months(moment, length * (12 if unit is Unit.YEARS else 1))
    # 29 February and a year: 1 March, so that nothing is kept a day too short.
    return day if day.day == moment.day else day + dt.timedelta(days=1)


def is_over(moment: dt.date, length: int, unit: Unit, today: dt.date) -> bool:
    return over_on(moment, length, unit) <= today


class DisposalState(TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved, and about to be carried out"
    CARRIED_OUT = "carried_out", "Disposed of"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Called off"
    PUT_ASIDE = "put_aside", "Put aside, because something stood against it"


DISPOSAL_OPEN = frozenset({DisposalState.PROPOSED, DisposalState.APPROVED})


class HoldReason(TextChoices):
    """Why nothing of a case may be disposed of for now."""

    INQUEST = "inquest", "Inquest"
    CRIMINAL = "criminal", "Criminal proceedings"
    INQUIRY = "inquiry", "Public inquiry"
    OTHER = "other", "Something else"

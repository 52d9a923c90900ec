"""The moments at which comments on the draft of a report are tried."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cspr.accounts.models import User
from cspr.documents.manuscript import Chapter, Manuscript
from cspr.workflow import perform
from reviews import actions
from reviews.models import ReportComment, ReportImport
from tests import factories as make
from tests.access.cast import Town
from tests.access.scenes import Scene, of_case, scene
from tests.factories import TODAY, Area

COMMENTED, SETTLED, BROUGHT = "commented", "comment_settled", "report_brought"
REMARK = "Say who was asked about this"


def remarked(a: Area) -> ReportComment:
    return actions.comment(make.fact_checked(a), by=a.la, today=TODAY, section="reasons", text=REMARK)


@scene
def commented(a: Area) -> list[Any]:
    said = remarked(a)
    return [*of_case(said.case), said]


@scene
def comment_settled(a: Area) -> list[Any]:
    said = perform(remarked(a), "settle", by=a.staff, today=TODAY)
    return [*of_case(said.case), said]


def made_it(scene: Scene, user: User, town: Town) -> None:
    """The comment is that person's own."""
    ReportComment.objects.filter(pk=scene[ReportComment].pk).update(by=user)


@scene
def report_brought(a: Area) -> list[Any]:
    """A Word file that somebody brought waits for them."""
    read = Manuscript([Chapter("In short", "Other words.")], [])
    brought = actions.bring_report(make.fact_checked(a), read, asdict(read), by=a.staff, today=TODAY)
    return [*of_case(brought.case), brought]


def brought_it(scene: Scene, user: User, town: Town) -> None:
    ReportImport.objects.filter(pk=scene[ReportImport].pk).update(started_by=user)

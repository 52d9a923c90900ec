"""What the gallery page shows: every component once, with invented content."""

import datetime as dt
from types import SimpleNamespace as N
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from cspr.ui.keyset import Page
from cspr.ui.road import Station
from tests.ui.forms_for_test import TODAY, Children, IncidentForm

ROAD = [
    Station("Referral", "done", on=dt.date(2026, 12, 1)),
    Station(
        "Notification to the Panel", "done", on=dt.date(2026, 12, 8), due=dt.date(2026, 12, 9), force="law"
    ),
    Station("Rapid review", "now", on=dt.date(2026, 12, 8)),
    Station("Decision sent", "to come", due=dt.date(2027, 1, 4), force="guidance"),
    Station("Practice review", "to come"),
    Station("Published", "to come", due=dt.date(2027, 6, 8), force="law"),
]


def gallery_context(request: HttpRequest) -> dict[str, Any]:
    moment = dt.datetime(2026, 12, 23, 14, 5, tzinfo=ZoneInfo("Europe/London"))
    form = IncidentForm(request.POST or None) if request.method == "POST" else IncidentForm()
    return {
        "today": TODAY,
        "moment": moment,
        "stations": ROAD,
        "bar": N(
            reference="K7QF3-MXRTW",
            name="Child Robin",
            restricted=True,
            next_name="Rapid review to the Panel",
            next_due=dt.date(2026, 12, 29),
            next_force="guidance",
            next_late=False,
            working_days=2,
            stages=[
                ("Referral", "done"),
                ("Notification", "done"),
                ("Rapid review", "now"),
                ("Practice review", "to come"),
                ("Published", "to come"),
            ],
        ),
        "clocks": [
            N(
                name="Rapid review",
                day=12,
                length=15,
                due_on=dt.date(2026, 12, 29),
                force="guidance",
                state="to do",
                working_days=2,
                source="Working Together 2023, chapter 5",
                sentence="Fifteen working days after the notification on Tuesday 8 December 2026.",
                steps=[(dt.date(2026, 12, 25), "not counted: Christmas Day")],
                met_on=None,
            ),
            N(
                name="Notification",
                day=5,
                length=5,
                due_on=dt.date(2026, 12, 9),
                force="law",
                state="done",
                working_days=-11,
                source="",
                sentence="",
                steps=[],
                met_on=dt.date(2026, 12, 8),
            ),
            N(
                name="Answer from the school",
                day=9,
                length=None,
                due_on=dt.date(2026, 12, 18),
                force="",
                state="late",
                working_days=-4,
                source="",
                sentence="Asked for by the chair.",
                steps=[],
                met_on=None,
            ),
        ],
        "events": [
            N(words="Chronology asked for", by="Invented Person", at=moment, detail="From six agencies."),
            N(words="Rapid review opened", by="Invented Chair", at=moment, detail=""),
        ],
        "verbs": [
            N(
                label="Propose the decision",
                effect="The three partners are asked for their views.",
                reason=None,
                url="#",
            ),
            N(label="Ask an agency", effect="It has five working days.", reason=None, url="#"),
            N(label="Close", effect="", reason="two agencies have not answered.", url="#"),
        ],
        "tasks": [
            N(title="The child", url="#", hint="Name, date of birth, address", state="done", note=""),
            N(title="What happened", url="#", hint="", state="to do", note=""),
            N(title="Sign-off", url="", hint="", state="", note="Cannot start yet"),
        ],
        "page": Page([], "bmV4dA", "cHJldg"),
        "form": form,
        "children": Children(initial=[{"first_name": "Invented One"}, {}], prefix="children"),
        "chosen": [("Late only", "?"), ("Area: Northtown", "?")],
        "filter": SmallFilter(prefix="f"),
    }


class SmallFilter(IncidentForm):
    """Two of the fields, as a filter would have."""

    reveals = {}
    insets = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name] for name in ("name", "outcome")}

"""Three made-up years, done by the real verbs on their days; what was done is written down, to be counted by itself."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cspr.accounts.models import Membership
from cspr.accounts.roles import AgencyType, Partner
from cspr.clocks.models import working_days
from referrals import actions
from referrals.models import Referral
from referrals.states import Criterion, DecisionKind
from reviews import actions as review_actions
from reviews.management.rehearsal.stage import Stage
from reviews.models import RapidReview
from reviews.states import RAPID_REVIEW_SECTIONS
from tests import factories as make

NOT_MET = {
    Criterion.SCSC_A: {"met": "no", "reason": "No."},
    Criterion.SCSC_B1: {"met": "no", "reason": "No."},
    Criterion.SCSC_B2: {"met": "yes", "reason": "Yes."},
}


@dataclass
class Book:
    """What was done: ``(day it belongs to, day it was recorded, names of the figures it adds to)``."""

    area: make.Area
    stage: Stage
    done: list[tuple[dt.date, dt.date, tuple[str, ...]]] = field(default_factory=list)

    def wrote(self, day: dt.date, *names: str, recorded: dt.date | None = None) -> None:
        self.done.append((day, recorded or self.stage.today, names))

    def counted(self, first: dt.date, last: dt.date) -> Counter[str]:
        """Every figure of the days from ``first`` to ``last``, once all is recorded."""
        return Counter(name for day, _, names in self.done if first <= day <= last for name in names)


def opened(area: make.Area) -> Book:
    """An area in which everybody has been for years."""
    Membership.objects.update(starts_on=dt.date(2022, 1, 1))
    return Book(area, Stage(area.partnership, area.agencies, area.people, make.TODAY, nightly=False))


def refer(book: Book, day: dt.date, *, born_on: str, sex: str, outcome: str) -> Referral:
    """A referral of the hospital that is found not to meet the criteria."""
    stage = book.stage
    stage.today = day
    child = {**make.answers()["children"]["items"][0], "born_on": born_on, "sex": sex}
    sent = stage.refer("referrer", "hospital", make.answers(children={"items": [child]}))
    accepted = stage.act(actions.accept, sent, by="staff")
    stage.decide(
        accepted.case, kind=DecisionKind.NOTIFY, outcome=outcome, reasons="Not met.", grounds=NOT_MET
    )
    age = "under_1" if born_on[:4] == str(day.year) else "10_15"
    book.wrote(
        day, "referral", "referral.not_met", f"referral.by.{AgencyType.ACUTE_TRUST}", f"not_met.{outcome}",
        "limb.abuse", "child", f"child.age.{age}", f"child.sex.{sex}",
    )  # fmt: skip
    return sent


def notify(book: Book, aware: dt.date, after: int, *, kind: str = "abuse_neglect") -> RapidReview | None:
    """The authority notifies so many working days after it became aware."""
    stage, calendar = book.stage, working_days()
    stage.today = calendar.add(aware, after)
    late = after > 5
    notification = stage.act(
        actions.record_la_notification, by="staff", partnership=stage.partnership, agency=stage.agencies["la"],
        submitted_on=stage.today, panel_reference="SIN", notifier="Head of service", type=kind,
        la_aware_on=aware, incident_on=aware, area="Testshire", late_reason="admin_error" if late else "",
    )  # fmt: skip
    book.wrote(
        stage.today, "referral", "referral.notify", f"referral.by.{AgencyType.CHILDRENS_SOCIAL_CARE}", "sin",
        f"sin.type.{kind}", *(["sin.late", "late.admin_error"] if late else ["sin.in_time"]),
    )  # fmt: skip
    return RapidReview.objects.filter(notification=notification).first()


def ask(book: Book, review: RapidReview, agency: str, *, days: int | None, given: int = 5) -> None:
    """An agency is asked, and says that it had no involvement so many working days later, or never."""
    stage = book.stage
    begun = stage.today
    request = stage.act(review_actions.add_request, review, by="staff", agency=stage.agencies[agency])
    stage.act(review_actions.send, request, by="staff", due_on=working_days().add(begun, given))
    kind = stage.agencies[agency].type
    if days is None:
        book.wrote(begun, "request", f"request.by.{kind}", "request.overdue")
        return
    stage.today = working_days().add(begun, days)
    stage.do(request, "record_nil_return", "staff", name="Manager", role="Manager")
    book.wrote(begun, "request", f"request.by.{kind}", f"request.{'late' if days > given else 'in_time'}")
    stage.today = begun


def to_the_panel(book: Book, review: RapidReview, after: int, *, answer: str = "") -> None:
    """The rapid review is with the Panel so many working days after the notification; and what the Panel answers."""
    stage, notified = book.stage, review.opened_on
    stage.today = working_days().add(notified, after)
    stage.do(
        review, "hold_meeting", "staff", represented=[p.value for p in Partner], attendees="The partners"
    )
    stage.do(
        review, "write_report", "staff", sections=dict.fromkeys(RAPID_REVIEW_SECTIONS, "As we were told.")
    )
    stage.do(review, "finish_draft", "staff")
    stage.do(review, "seek_sign_off", "staff")
    proof = stage.letter(review, "sent.txt", "To the Panel.")
    stage.do(review, "submit", "staff", proof=proof, words="The decision follows.")
    book.wrote(notified, "rr.late" if after > 15 else "rr.in_time", "decided.not_yet")
    if answer:
        letter = stage.letter(review, "letter.txt", "From the Panel.")
        stage.do(review, "record_panel_response", "staff", outcome=answer, letter=letter)
    book.wrote(notified, f"panel.{answer or 'none'}")


def not_sent(book: Book, review: RapidReview) -> None:
    """A rapid review that was never sent."""
    book.wrote(review.opened_on, "rr.overdue", "decided.not_yet", "panel.none")


def three_years(area: make.Area, years: Iterable[int] = (2023, 2024, 2025)) -> Book:
    """The same kinds of things in each year, in other numbers; on its first and last days, too."""
    book = opened(area)
    for more, begins in enumerate(years):
        refer(book, dt.date(begins, 4, 3), born_on=f"{begins}-01-05", sex="F", outcome="nfa")
        review = notify(book, dt.date(begins, 6, 5), 2)
        assert review is not None
        ask(book, review, "school", days=3)
        ask(book, review, "hospital", days=9 if more else None)
        to_the_panel(book, review, 16 if more == 1 else 14, answer="agrees" if more else "")
        for _ in range(more):
            late = notify(book, dt.date(begins, 10, 2), 7)
            assert late is not None
            not_sent(book, late)
        notify(book, dt.date(begins + 1, 3, 10), 4, kind="lac_death")
        refer(book, dt.date(begins + 1, 3, 28), born_on=f"{begins - 12}-01-05", sex="M", outcome="audit")
    return book

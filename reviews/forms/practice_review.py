"""What the verbs of a practice review and of a publication ask."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.accounts.models import Membership, User
from cspr.accounts.roles import Partner, Role
from cspr.ui.fields import DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.models import ParallelProcess
from referrals.models.process import ProcessState
from reviews.models import PracticeReview
from reviews.states import SUITABILITY, DelayReason, HoldReason, WithholdReason

LONGEST = 4000


def prose(
    label: str, hint: str = "", *, rows: int = 4, required: bool = True, longest: int = LONGEST
) -> LongTextField:
    return LongTextField(label=label, help_text=hint, rows=rows, max_length=longest, required=required)


def line(label: str, hint: str = "", *, longest: int) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=longest)


class ReviewForm(GovukForm):
    """A form about ``review``, filled in on ``today``.

    ``effective_on``, where a form has it, is the day the verb counts from: today if nothing else is said, never
    later, and never before ``earliest``.
    """

    def __init__(self, *args: Any, review: PracticeReview, today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.as_recorded(review), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        day = self.fields.get("effective_on")
        if isinstance(day, DateField):
            day.initial = today
            day.not_before, day.not_after = self.earliest(review), today

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        """What is known already and only has to be confirmed or changed."""
        return {}

    def earliest(self, review: PracticeReview) -> dt.date:
        return review.decided_on


# --- commissioning ----------------------------------------------------------------------------------------


class PlanForm(ReviewForm):
    """Scope, period, method and the partner that leads. Refused: a period that ends before it begins."""

    scope = prose(
        "What the review looks at", "The time, the children and the services, and what it leaves out.", rows=6
    )
    key_lines = prose(
        "Key lines of enquiry",
        "The questions it is to answer, one on each line. Five good ones are better than twelve.",
        rows=6,
        required=False,
    )
    period_from = DateField(label="First day of the period it looks at", required=False)
    period_to = DateField(label="Last day of the period it looks at", required=False)
    methodology = prose(
        "How it is carried out", "For example, how practitioners and the family take part.", rows=6
    )
    lead_partner = RadioField(label="Which partner leads?", choices=Partner.choices)

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        names = ("scope", "key_lines", "period_from", "period_to", "methodology", "lead_partner")
        return {name: getattr(review, name) for name in names}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("period_from"), data.get("period_to")
        if first and last and last < first:
            self.add_error("period_to", "The last day lies before the first. Check both dates")
        return data


class TellNationalForm(ReviewForm):
    """The days on which the three were told; each may still be empty."""

    told_panel_on = DateField(label="The Panel was told", required=False)
    told_dfe_on = DateField(label="The Department for Education was told", required=False)
    told_ofsted_on = DateField(label="Ofsted was told", required=False)

    def __init__(self, *args: Any, review: PracticeReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        _between(self, review.decided_on, today)

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        return {name: getattr(review, name) for name in ("told_panel_on", "told_dfe_on", "told_ofsted_on")}


def _between(form: forms.Form, first: dt.date | None, last: dt.date | None) -> None:
    """Every date of the form lies in this time."""
    for field in form.fields.values():
        if isinstance(field, DateField):
            field.not_before, field.not_after = first, last


class AppointForm(ReviewForm):
    """A person who is a lead reviewer here, and a judgement on each question of suitability."""

    user = forms.ModelChoiceField(
        label="Who is appointed?",
        queryset=User._default_manager.none(),
        to_field_name="ref",
        empty_label="",
        help_text="Everybody who holds the role of lead reviewer in this partnership and has no recorded conflict.",
    )
    effective_on = DateField(label="Day of the appointment")
    access_until = DateField(
        label="Last day of the reviewer’s access",
        required=False,
        help_text="Leave it empty if it should last as long as the review.",
    )
    words = prose("Anything to add", required=False)

    def __init__(self, *args: Any, review: PracticeReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        person: Any = self.fields["user"]
        person.queryset = lead_reviewers(review)
        person.label_from_instance = lambda user: user.name
        until: Any = self.fields["access_until"]
        until.not_before = today
        for code, question in SUITABILITY.items():
            field = prose(question, "How you know, and any doubt that remains.", rows=3)
            field.error_messages["required"] = f"Say how you know this: {question[:1].lower()}{question[1:]}"
            self.fields[f"suitability_{code}"] = field
            self._dress(f"suitability_{code}", self.fields[f"suitability_{code}"])
        self.order_fields(["user", *(f"suitability_{code}" for code in SUITABILITY)])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        judged = {code: data.pop(f"suitability_{code}", "") for code in SUITABILITY}
        return {**data, "suitability": judged}


def lead_reviewers(review: PracticeReview) -> Any:
    """Who may be appointed: lead reviewers of the partnership today, without those in conflict with the case."""
    conflicted = review.case.conflicts.filter(lifted_on=None).values("user_id")
    held = Membership.objects.holding(review.partnership.pk, [Role.REVIEWER]).values("user_id")
    return User._default_manager.filter(pk__in=held).exclude(pk__in=conflicted).order_by("name", "pk")


class RemoveReviewerForm(ReviewForm):
    words = prose("Why is the reviewer removed?", "The reason is kept with the appointment (reg 13).")


# --- reviewing --------------------------------------------------------------------------------------------


class BeginForm(ReviewForm):
    effective_on = DateField(label="The day the work began")

    def earliest(self, review: PracticeReview) -> dt.date:
        reviewer = review.reviewer
        return reviewer.appointed_on if reviewer else review.decided_on


class MonitorForm(BeginForm):
    """One look at time and quality. Refused: a request to the reviewer that was not made in writing."""

    effective_on = DateField(label="The day you looked at it")
    time_in_hand = prose(
        "Is it making progress in time?", "What is done, what is not, and what stands in the way."
    )
    quality = prose("Is it of satisfactory quality?")
    words = prose(
        "What do you ask of the reviewer?",
        "Leave it empty if you ask for nothing. A request has to be made in writing (reg 14).",
        required=False,
    )
    in_writing = forms.BooleanField(label="This request was made to the reviewer in writing", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("words") and not data.get("in_writing"):
            self.add_error(
                "in_writing", "Make the request in writing first, then tick that this was done (reg 14)"
            )
        return data


class HoldForm(ReviewForm):
    """Refused: a date for looking at it again that lies more than eight weeks after the beginning."""

    effective_on = DateField(label="On hold from")
    reason_code = RadioField(label="Why?", choices=HoldReason.choices)
    process = forms.ModelChoiceField(
        label="Does it wait for one of the other proceedings?",
        queryset=ParallelProcess.objects.none(),
        to_field_name="ref",
        required=False,
        empty_label="No, or not in the register",
    )
    words = prose("Anything to add", required=False)
    agreed_by = line(
        "Who agreed to this?", "For example, the three partners, or the police and the chair.", longest=200
    )
    review_on = DateField(
        label="When is it looked at again?",
        noun="The day it is looked at again",
        help_text="Within eight weeks.",
    )

    def __init__(self, *args: Any, review: PracticeReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        waits_for: Any = self.fields["process"]
        waits_for.queryset = review.case.processes.filter(state=ProcessState.RUNNING)


class ExtendHoldForm(HoldForm):
    effective_on = DateField(label="The day you looked at it")

    def earliest(self, review: PracticeReview) -> dt.date:
        return _hold_began(review)


class ResumeForm(ReviewForm):
    effective_on = DateField(label="The day the work goes on")

    def earliest(self, review: PracticeReview) -> dt.date:
        return _hold_began(review)


def _hold_began(review: PracticeReview) -> dt.date:
    hold = review.current_hold()
    return hold.started_on if hold else review.decided_on


class DelayForm(ReviewForm):
    effective_on = DateField(label="The day the Panel and the Secretary of State were told")
    reason_code = RadioField(label="Why is it late?", choices=DelayReason.choices)
    words = prose(
        "The explanation", "As the letter says it. No names: it goes outside the partnership.", rows=6
    )
    expected_on = DateField(
        label="When do you now expect it to be published?", noun="The day you now expect it to be published"
    )


# --- the report -------------------------------------------------------------------------------------------


class TitleForm(ReviewForm):
    title = line(
        "Title of the report",
        "A neutral word that says nothing about the child or the family, such as the name of a tree.",
        longest=120,
    )

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        return {"title": review.title}


class ChangesForm(ReviewForm):
    words = prose("What should change?", "The reviewer reads this.", rows=8)


class FactCheckForm(ReviewForm):
    words = prose(
        "Who reads it, and by when?",
        "For example, the agencies named in it, the family, legal advisers.",
        required=False,
    )


class ReopenReportForm(ReviewForm):
    words = prose("Why is it opened again?")


# --- publication ------------------------------------------------------------------------------------------


class SendForm(ReviewForm):
    """The days of sending, and the day planned for publication. Nothing is sent by this system."""

    sent_to_sos_on = DateField(label="Sent to the Secretary of State")
    sent_to_panel_on = DateField(label="Sent to the Panel")
    sent_to_ofsted_on = DateField(
        label="Sent to Ofsted", required=False, help_text="Asked for by guidance, not by law."
    )
    planned_publication_on = DateField(
        label="Planned day of publication",
        help_text="By law at least seven days after both were sent; by guidance at least seven working days.",
    )

    def __init__(self, *args: Any, review: PracticeReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        _between(self, review.signed_off_on, today)
        planned: Any = self.fields["planned_publication_on"]
        planned.not_before, planned.not_after = None, None

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        names = ("sent_to_sos_on", "sent_to_panel_on", "sent_to_ofsted_on", "planned_publication_on")
        return {name: getattr(review, name) for name in names}


class PlanPublicationForm(ReviewForm):
    planned_publication_on = DateField(label="Planned day of publication")

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        return {"planned_publication_on": review.planned_publication_on}


class TellFamilyForm(ReviewForm):
    effective_on = DateField(label="The day the family was told")
    words = prose("Who told whom, and what did they say?", required=False)


class ImprovementsOnlyForm(ReviewForm):
    reason_code = RadioField(
        label="Why is publishing the report inappropriate?", choices=WithholdReason.choices
    )
    words = prose("The explanation", "It goes to the Panel and the Secretary of State.", rows=6)


class WithholdForm(ImprovementsOnlyForm):
    reason_code = RadioField(
        label="Why is publishing even the improvements inappropriate?", choices=WithholdReason.choices
    )
    review_on = DateField(label="When is this looked at again?", noun="The day this is looked at again")

    def __init__(self, *args: Any, review: PracticeReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        again: Any = self.fields["review_on"]
        again.not_before = today + dt.timedelta(days=1)


class LeaveForm(ReviewForm):
    words = prose("Why does it stay as published?")


class CloseForm(ReviewForm):
    words = prose("Why is the review closed?", "What was recommended, and what has changed.")


class ReopenForm(ReviewForm):
    words = prose("Why is the review reopened?")


class SubsumeForm(ReviewForm):
    effective_on = DateField(label="The day the partners decided this")
    words = prose("What happened?", "The Panel’s letter, and what the partners decided.")


class MergeForm(SubsumeForm):
    words = prose("What happened?", "Which review or area carries on with it, and what was agreed.")


class TakeDownForm(GovukForm):
    words = prose("Why is it taken down?", "The law keeps a report public for at least one year (reg 17).")

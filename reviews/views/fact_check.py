"""The fact check: the room in which staff ask agencies and handle their points, and the page of one agency's check.

An agency's own page holds its extract and its points, and nothing of the case: no name, no stage, no other agency.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Agency, User
from cspr.clocks.models import working_days
from cspr.pages import posted_nonce
from cspr.ui.arriving import tidied
from cspr.workflow import Refused, Replayed, why_not
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.shared import new_nonce
from referrals.views.verbs import offers
from reviews import actions
from reviews.actions.fact_check import CHECKED_AT, suggested_day
from reviews.fact_permissions import answer_fact_check
from reviews.forms.fact_check import AskForm
from reviews.models import FactCheck, FamilyPromise, InformationRequest, PracticeReview
from reviews.models.facts import fact_check_left
from reviews.permissions import READERS, case_staff, keep_family, listed
from reviews.questions.fact_check import FactCheckState, Verdict
from reviews.questions.family import PromiseKind
from reviews.views.rooms import rooms

S = FactCheckState
ROOM = "practice-review-fact-check"


@dataclass(frozen=True)
class Row:
    """One agency's check as the table shows it; ``tag`` is one of the five words.

    ``days``: working days to its day; ``None`` beyond the known bank holidays.
    """

    check: FactCheck
    days: int | None
    tag: str
    late: bool

    @property
    def points(self) -> int:
        return int(getattr(self.check, "points_all", 0))

    @property
    def handled(self) -> int:
        return int(getattr(self.check, "points_handled", 0))


def row_of(check: FactCheck, today: dt.date) -> Row:
    late = check.state == S.ASKED and check.due_on < today
    tags = {S.ANSWERED: "to do", S.HANDLED: "done", S.WITHDRAWN: "stopped"}
    tag = "late" if late else tags.get(check.state, "waiting for the agency")
    return Row(check, working_days().number_if_known(today, check.due_on), tag, late)


def counted(checks: QuerySet[FactCheck]) -> QuerySet[FactCheck]:
    handled = Count("points", filter=~Q(points__verdict=Verdict.OPEN))
    return checks.select_related("agency").annotate(points_all=Count("points"), points_handled=handled)


def review_of(request: HttpRequest, ref: str) -> tuple[User, PracticeReview]:
    user = signed_in(request)
    found = PracticeReview.objects.visible_to(user).select_related("case__partnership")
    return user, get_object_or_404(found, ref=ref)


class FactCheckRoom(View):
    """Who was asked, who has answered, which points are handled; and the family's reading beside it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, review = review_of(request, ref)
        note_opening(review.case, user)
        case, today = review.case, timezone.localdate()
        checks = list(counted(FactCheck.objects.visible_to(user).filter(review=review)))
        asks = case_staff(review, user) is None and review.state in CHECKED_AT
        context = {
            "review": review,
            "case": case,
            "today": today,
            "rooms": rooms(review, user, ROOM),
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "rows": [row_of(check, today) for check in checks],
            "open": fact_check_left(review),
            "asks": asks,
            "checked_at": review.state in CHECKED_AT,
            "ask": to_ask(review, checks) if asks else {},
            "family": family_reading(review, user, today),
        }
        return render(request, "fact_checks/room.html", context)


def to_ask(review: PracticeReview, checks: list[FactCheck]) -> dict[str, list[Agency]]:
    """Agencies that can be asked now: first those that gave an account to the rapid review, then the others."""
    asked = {check.agency_id for check in checks if check.unfinished}
    gave = InformationRequest.objects.beside().filter(
        rapid_review__case=review.case_id, agency=OuterRef("pk")
    )
    agencies = review.partnership.agencies.annotate(gave=Exists(gave)).order_by("name")
    found = [agency for agency in agencies if agency.pk not in asked]
    return {
        "first": [agency for agency in found if getattr(agency, "gave", False)],
        "others": [agency for agency in found if not getattr(agency, "gave", False)],
    }


def family_reading(review: PracticeReview, user: User, today: dt.date) -> list[dict[str, Any]]:
    """The promise of time to read the draft, person by person, for those who read of the family; else nothing."""
    if keep_family(review, user):
        return []
    promises = FamilyPromise.objects.beside().filter(case=review.case_id, kind=PromiseKind.READ_DRAFT)
    return [
        {
            "promise": promise,
            "person": promise.contact,
            "days": working_days().number_if_known(today, promise.due_on),
            "late": promise.state == "open"
            and promise.due_on < today
            and not promise.contact.untouched(today),
        }
        for promise in promises.select_related("contact")
    ]


class AskAgency(View):
    """What one agency is to read: sections ticked, each as an extract that can be shortened; and by when."""

    def get(self, request: HttpRequest, ref: str, agency: int) -> HttpResponse:
        user, review, asked = self._found(request, ref, agency)
        note_opening(review.case, user)
        return self._page(request, review, asked, self._form(review, asked))

    def post(self, request: HttpRequest, ref: str, agency: int) -> HttpResponse:
        user, review, asked = self._found(request, ref, agency)
        form = self._form(review, asked, tidied(request.POST))
        if not form.is_valid():
            return self._page(request, review, asked, form, 422)
        try:
            actions.ask_fact_check(
                review, by=user, today=timezone.localdate(), agency=asked, texts=form.texts(),
                due_on=form.cleaned_data["due_on"], nonce=posted_nonce(request),
            )  # fmt: skip
        except Replayed:
            return redirect(ROOM, review.ref)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, review, asked, form, 422)
        messages.success(request, f"{asked.name} is asked to check its extract.")
        return redirect(ROOM, review.ref)

    def _found(self, request: HttpRequest, ref: str, agency: int) -> tuple[User, PracticeReview, Agency]:
        user, review = review_of(request, ref)
        if reason := case_staff(review, user):
            raise PermissionDenied(reason)
        return user, review, get_object_or_404(review.partnership.agencies, pk=agency)

    def _form(self, review: PracticeReview, agency: Agency, data: Any = None) -> AskForm:
        today = timezone.localdate()
        return AskForm(data, agency=agency, report=review.report, due_on=suggested_day(today), today=today)

    def _page(
        self, request: HttpRequest, review: PracticeReview, agency: Agency, form: AskForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "pairs": [(form[f"take_{code}"], form[f"text_{code}"]) for code in form.sections],
            "review": review,
            "agency": agency,
            "now": review.state in CHECKED_AT,
            "nonce": new_nonce(),
        }
        return render(request, "fact_checks/ask.html", context, status=status)


class FactCheckPage(View):
    """One agency's check: for the agency its extract and its points; for those who read the review, what to handle."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        found = counted(FactCheck.objects.visible_to(user))
        check = get_object_or_404(found.select_related("review__case__partnership"), ref=ref)
        note_opening(check.case, user)
        reads = listed(check.case, user, *READERS) is None
        answers = answer_fact_check(check, user) is None
        context: dict[str, Any] = {
            "check": check,
            "row": row_of(check, today),
            "points": list(check.points.all()),
            # What is typed and not sent only the agency reads; a withdrawn check shows it nothing any more.
            "draft": check.draft if answers and check.state == S.ASKED else [],
            "extracts": check.extracts if reads or check.state != S.WITHDRAWN else [],
            "today": today,
            "reads": reads,
            "answers": answers,
            "handles": why_not(check, "handle_point", user) is None,
            "team": check.partnership,
        }
        if reads:
            case = check.case
            by_staff = [o for o in offers(check, user) if o.name in ("move_due", "withdraw")]
            context |= {
                "case": case,
                "bar": case_bar(case, list(case.deadlines.all()), today),
                "verbs": [offer for offer in by_staff if offer.reason is None],
                "back": reverse(ROOM, args=[check.review.ref]),
            }
        return render(request, "fact_checks/check.html", context)

"""The decision room of a rapid review: each criterion beside the evidence, the proposal, the views, the approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.workflow import why_not
from referrals.models import Case, Decision
from referrals.models.evidence import parts_of
from referrals.questions.criteria import MET, criteria_of
from referrals.states import Criterion, DecisionKind, DecisionState, LocalIndicator, ReviewCriterion
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.decision import approvers, find_decision, questions, the_decision
from referrals.views.evidence import Evidence, evidence_for
from referrals.views.verbs import offers
from reviews import actions
from reviews.forms.weighing import WeighForm
from reviews.models import RapidReview
from reviews.models.weighing import CRITERIA
from reviews.views.rapid_review import whole_review
from reviews.views.rapid_verbs import RapidVerb
from reviews.views.rooms import rooms

ROOM = "decision-room"
KIND = DecisionKind.REVIEW
# The criteria as they are read: whose test it is, what that asks for, and which they are.
TESTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "First limb of the definition",
        "Children Act 2004, section 16B(9): both limbs make a serious child safeguarding case.",
        (Criterion.SCSC_A,),
    ),
    (
        "Second limb of the definition",
        "Either of the two is enough. That a child may recover does not mean that the harm was not serious.",
        (Criterion.SCSC_B1, Criterion.SCSC_B2),
    ),
    (
        "What the law says must be taken into account",
        "SI 2018/789, regulation 11. Meeting them does not oblige partners to review; not meeting all does not bar it.",
        (ReviewCriterion.R11A, ReviewCriterion.R11B, ReviewCriterion.R11C, ReviewCriterion.R11D),
    ),
    (
        "What guidance says should be considered, too",
        "Further circumstances to which partners should have regard.",
        (ReviewCriterion.C1, ReviewCriterion.C2, ReviewCriterion.C3, ReviewCriterion.C4),
    ),
)


@dataclass(frozen=True)
class Weighed:
    """One criterion and its answer so far."""

    code: str
    label: str
    url: str
    met: str
    reason: str
    cites: list[str]


def weighed(review: RapidReview, codes: Iterable[str]) -> list[Weighed]:
    words = dict(MET)
    found = []
    for code in codes:
        answer = review.weighed.get(code, {})
        url = reverse("rapid-review-weigh", args=[review.ref, str(code)])
        cites = [cite["words"] for cite in answer.get("cites", ())]
        met = words.get(answer.get("met", ""), "")
        found.append(Weighed(str(code), CRITERIA[code], url, met, answer.get("reason", ""), cites))
    return found


def indicators(case: Case, user: User) -> list[tuple[str, str]]:
    """The partnership's local indicators that were ticked in the referrals the person may read. They only advise."""
    ticked = {
        code
        for referral in case.referrals.visible_to(user)
        for code in referral.answers.get("criteria", {}).get("indicators", ())
    }
    return [(str(i.value), str(i.label)) for i in LocalIndicator if i.value in ticked]


class DecisionRoom(View):
    """What has been answered and what not; what is proposed; the three views; who may approve; what has changed."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        tests = [(title, hint, weighed(review, codes)) for title, hint, codes in TESTS]
        context = {
            "review": review,
            "case": case,
            "rooms": rooms(review, user, ROOM),
            "today": today,
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "tests": tests,
            "next": next((row for _, _, rows in tests for row in rows if not row.met), None),
            "may_weigh": why_not(review, "weigh", user),
            "unweighed": review.unweighed(),
            "answered": len(review.weighed),
            "criteria": len(CRITERIA),
            "indicators": indicators(case, user),
            "ask": next((q for q in questions(case, user) if q.kind == KIND), None),
            "parts": parts_of(case, KIND),
            **self._decision(case, user),
        }
        return render(request, "rapid_reviews/decision_room.html", context)

    def _decision(self, case: Case, user: User) -> dict[str, Any]:
        """The latest decision that has not been replaced, whole."""
        latest = next(
            (d for d in case.decisions.all() if d.kind == KIND and d.state != DecisionState.SUPERSEDED), None
        )
        earlier = [d for d in case.decisions.all() if d.kind == KIND and d.state == DecisionState.SUPERSEDED]
        if latest is None:
            return {"decision": None, "earlier": earlier}
        decision: Decision = find_decision(user, latest.ref)
        return {
            **the_decision(decision, user),
            "verbs": [offer for offer in offers(decision, user) if offer.reason is None],
            "approvers": approvers(decision),
            "earlier": earlier,
        }


class Weigh(RapidVerb):
    """One criterion, with all the evidence on the same page. Several people may answer several criteria at once."""

    verb = "weigh"
    template_name = "rapid_reviews/weigh.html"
    action = actions.weigh
    button = "Save this answer"
    done = "The answer is saved."

    @property
    def criterion(self) -> str:
        code: str = self.kwargs["criterion"]
        if code not in CRITERIA:
            raise Http404
        return code

    def label(self) -> str:
        return CRITERIA[self.criterion]

    def evidence(self, subject: RapidReview) -> list[Evidence]:
        """What speaks to this criterion first, then the rest; none that speaks to another alone."""
        if not hasattr(self, "_evidence"):
            codes = set(CRITERIA) - {self.criterion}
            found = evidence_for(subject.case, KIND, self.user)
            kept = [piece for piece in found if piece.criterion not in codes]
            self._evidence = sorted(kept, key=lambda piece: piece.criterion != self.criterion)
        return self._evidence

    def form(self, subject: RapidReview, data: Any = None, files: Any = None) -> forms.Form:
        answer = subject.weighed.get(self.criterion, {})
        initial = {**answer, "cites": [cite["code"] for cite in answer.get("cites", ())]}
        evidence = {piece.code: piece.words for piece in self.evidence(subject) if piece.code}
        return WeighForm(data, evidence=evidence, initial=initial)

    def data(self, form: forms.Form) -> dict[str, Any]:
        read = self.request.POST.get("read", "")[:64]
        return {**super().data(form), "criterion": self.criterion, "read": read}

    def context(self, subject: RapidReview) -> dict[str, Any]:
        title, hint, _ = next(test for test in TESTS if self.criterion in test[2])
        place = list(CRITERIA).index(self.criterion) + 1
        return {
            **super().context(subject),
            "test": (title, hint),
            "place": place,
            "criteria": len(CRITERIA),
            "evidence": self.evidence(subject),
            "stands": weighed(subject, [self.criterion])[0],
            "read": actions.seen(subject, self.criterion),
            "run_on": [],
        }

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        # After a clash the page starts from the newer answer; after a mistake, from what was read before.
        if self.request.method == "POST" and "stale" not in extra:
            extra["read"] = self.request.POST.get("read", "")[:64]
        extra["ticked"] = form["cites"].value() or []
        return super()._page(subject, form, status, **{"back": reverse(ROOM, args=[subject.ref]), **extra})

    def next(self, subject: Any) -> str:
        """The next criterion that nobody has answered, or the room when each has been."""
        codes = [code for code, _ in criteria_of(KIND)]
        place = codes.index(self.criterion)
        later = (code for code in (*codes[place + 1 :], *codes[:place]) if code not in subject.weighed)
        code = next(later, None)
        if code is None:
            return reverse(ROOM, args=[subject.ref])
        return reverse("rapid-review-weigh", args=[subject.ref, code])

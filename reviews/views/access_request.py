"""Requests for access to personal data: the list, a new one, one of them, and a page for each of its verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.audit.log import record_read
from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.documents.access import documents_of
from cspr.pages import posted_nonce
from cspr.people.requests import freshly_proven
from cspr.ui.arriving import tidied
from cspr.workflow import Refused, Replayed, Subject
from referrals.views import story
from referrals.views.case import signed_in
from referrals.views.shared import new_nonce
from referrals.views.verbs import Offer, VerbView, offers
from reviews import actions
from reviews.access_permissions import ACCESS_KEEPERS
from reviews.forms import access_request as asked
from reviews.models import AccessRequest
from reviews.questions.access_request import ACCESS_OPEN, AccessState, Answer

# So many that have ended are listed, the newest first.
ENDED = 30
# What can be done at any stage, beside the next step.
BESIDE = frozenset({"extend", "send_back", "withdraw"})
# The steps of preparing, in their order; what follows comes after them as it is declared.
STEPS = ("identify", "search", "tick", "gather")


def keeping(user: User) -> list[Partnership]:
    """The partnerships for which the person answers requests."""
    return list({m.partnership_id: m.partnership for m in user.standing if m.role in ACCESS_KEEPERS}.values())


class AccessRequests(View):
    """Who has asked, and by when do we answer?"""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        partnerships = keeping(user)
        if not partnerships:
            raise Http404
        found = AccessRequest.objects.visible_to(user).select_related("partnership", "prepared_by")
        open_ = sorted(ACCESS_OPEN)
        context = {
            "partnerships": partnerships,
            "rows": [_row(one, user) for one in found.filter(state__in=open_)],
            "ended": found.exclude(state__in=open_).order_by("-ended_on", "-id")[:ENDED],
            "today": today,
        }
        return render(request, "access_requests/list.html", context)


def _row(one: AccessRequest, user: User) -> dict[str, Any]:
    """One open request, the word of its tag, and the working days to its day."""
    own = one.state == AccessState.PREPARED and one.prepared_by_id == user.pk
    late = one.due_on < timezone.localdate()
    return {
        "request": one,
        "tag": "late" if late else "waiting for a second person" if own else "to do",
        "days": working_days().number_if_known(timezone.localdate(), one.due_on),
    }


class NewAccessRequest(View):
    """Write down that somebody asks."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        return self._page(request, self._of(request, ref), asked.ReceiveForm(today=timezone.localdate()))

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        partnership, today = self._of(request, ref), timezone.localdate()
        form = asked.ReceiveForm(tidied(request.POST), today=today)
        if not form.is_valid():
            return self._page(request, partnership, form, 422)
        try:
            made = actions.receive_access_request(
                partnership,
                by=signed_in(request),
                today=today,
                nonce=posted_nonce(request),
                **form.cleaned_data,
            )
        except Replayed as sent:
            return redirect("access-request", sent.event.subject_ref)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, partnership, form, 422)
        messages.success(request, "The request is recorded, and its month is running.")
        return redirect(made)

    def _of(self, request: HttpRequest, ref: str) -> Partnership:
        found = next((one for one in keeping(signed_in(request)) if one.ref == ref), None)
        if found is None:
            raise Http404
        return found

    def _page(
        self, request: HttpRequest, partnership: Partnership, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        context = {"partnership": partnership, "form": form, "nonce": new_nonce()}
        return render(request, "access_requests/new.html", context, status=status)


def _step(verb: Offer) -> int:
    """The place of a verb among the steps of preparing; what follows them stays as it is declared."""
    return STEPS.index(verb.name) if verb.name in STEPS else len(STEPS)


class AccessRequestPage(View):
    """By when, who asks about whom, what is next. Reading it is on record: it names the person."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        found = AccessRequest.objects.visible_to(user).select_related(
            "partnership", "prepared_by", "confirmed_by"
        )
        one = get_object_or_404(found, ref=ref)
        record_read(
            user,
            what="access_request",
            partnership=one.partnership,
            subject=AccessRequest._meta.label_lower,
            subject_ref=one.ref,
        )
        verbs = sorted(offers(one, user), key=_step)
        done = {
            "identify": one.identity,
            "search": one.searched_on,
            "tick": not one.unsorted(),
            "gather": one.gathered_on,
        }
        beside = BESIDE | {name for name, is_done in done.items() if is_done}
        elsewhere = {"decide", "hand_over" if one.answer == Answer.REFUSE else "tell_refusal"}
        events = Event.objects.filter(subject_ref=one.ref).exclude(kind__startswith="read.")
        context = {
            "request_": one,
            "row": _row(one, user),
            "today": today,
            "verbs": [verb for verb in verbs if verb.name not in beside | elsewhere],
            "beside": [verb for verb in verbs if verb.name in beside and verb.reason is None],
            "left": one.passages.filter(decision="").count(),
            "documents": documents_of(one, user),
            "clock": one.clock,
            "explained": one.clock.explain(one.received_on, one.due_on, today, working_days()),
            "events": story.told(events.select_related("by").order_by("-id")),
        }
        return render(request, "access_requests/request.html", context)


class AccessVerb(VerbView):
    """One verb of a request."""

    model: type[Subject] = AccessRequest
    form_class: type[forms.Form] = asked.AccessForm

    def form_kwargs(self, subject: AccessRequest) -> dict[str, Any]:
        return {"request": subject, "today": self.today}


class Identify(AccessVerb):
    verb = "identify"
    form_class = asked.IdentifyForm
    done = "It is recorded who asks."


class Extend(AccessVerb):
    verb = "extend"
    form_class = asked.ExtendForm
    done = "It is due two months later. Tell whoever asks, and why."


class Prepare(AccessVerb):
    verb = "prepare"
    form_class = asked.PrepareForm
    button = "Hand it to a second person"
    done = "Somebody else checks it now."


class SendBack(AccessVerb):
    verb = "send_back"
    form_class = asked.SendBackForm
    done = "It is sent back."


@freshly_proven
class Confirm(AccessVerb):
    verb = "confirm"
    action = actions.confirm_answer
    template_name = "access_requests/confirm.html"
    done = "The answer is confirmed. It can be handed over."


class HandOver(AccessVerb):
    verb = "hand_over"
    form_class = asked.HandOverForm
    done = "The request is answered."


class TellRefusal(AccessVerb):
    verb = "tell_refusal"
    form_class = asked.ToldForm
    done = "The request is closed as refused."


class Withdraw(AccessVerb):
    verb = "withdraw"
    form_class = asked.WithdrawnForm
    done = "The request is closed as withdrawn."


ACCESS_VERBS: tuple[type[AccessVerb], ...] = (
    Identify, Extend, Prepare, SendBack, Confirm, HandOver, TellRefusal, Withdraw,
)  # fmt: skip

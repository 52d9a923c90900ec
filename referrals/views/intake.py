"""Beginning a referral, recording what came another way, and sending what was written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Partner, Role
from cspr.audit.models import Event
from cspr.pages import posted_nonce
from cspr.ui.arriving import tidied
from cspr.ui.forms import GovukForm
from cspr.workflow import Refused, Replayed
from referrals import actions, attachments
from referrals.forms.intake import (
    DeclarationForm,
    NotificationForm,
    ReceivedForm,
    StartForm,
    referring_for,
    words_form,
)
from referrals.models import Referral
from referrals.questions import Gap, missing, place_of
from referrals.questions.answers import field_of
from referrals.states import Route
from referrals.views.files import keep
from referrals.views.shared import (
    ReferralVerb,
    cards,
    form_link,
    found,
    new_nonce,
    person,
    today,
)

STAFF_ONLY = "Only the partnership’s own staff record what came another way."
AUTHORITY_ONLY = "A notification is recorded by the local authority that made it, or by partnership staff."
LA_ROLES = (Role.PARTNER, Role.REFERRER, Role.SAFEGUARDING_LEAD)


def staffed(user: User) -> list[Partnership]:
    """The partnerships whose staff the person is."""
    return list({m.partnership_id: m.partnership for m in user.standing if m.role == Role.STAFF}.values())


def notifying(user: User) -> list[Partnership]:
    """The partnerships in which the person may record the authority's notification."""
    speaks = {
        m.partnership_id: m.partnership
        for m in user.standing
        if m.role in LA_ROLES and m.agency and m.agency.partner == Partner.LA
    }
    return list({**speaks, **{p.pk: p for p in staffed(user)}}.values())


class Begin(View):
    """A form that begins a referral. Sent twice, it begins one."""

    template_name: str
    refusal = ""
    title = ""

    def allowed(self, user: User) -> bool:
        raise NotImplementedError

    def form(self, user: User, data: Any = None, files: Any = None) -> forms.Form:
        raise NotImplementedError

    def begin(self, user: User, form: Any, nonce: str) -> str:
        """Do it, and say where to go."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        if not self.allowed(user):
            return self._refused(request)
        return self._page(request, self.form(user))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        if not self.allowed(user):
            return self._refused(request)
        form = self.form(user, tidied(request.POST), request.FILES)
        if form.is_valid():
            try:
                return redirect(self.begin(user, form, posted_nonce(request)))
            except Replayed as first:
                return redirect(self.again(first.event))
            except Refused as reason:
                form.add_error(None, str(reason))
        return self._page(request, form, status=422)

    def again(self, event: Event) -> str:
        """Where the first arrival of the same form has led."""
        return reverse("referral-form", args=[event.subject_ref])

    def context(self, user: User) -> dict[str, Any]:
        return {}

    def _page(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "nonce": new_nonce(),
            "back": reverse("referrals"),
            **self.context(person(request)),
        }
        return render(request, self.template_name, context, status=status)

    def _refused(self, request: HttpRequest) -> HttpResponse:
        context = {"label": self.title, "reason": self.refusal, "back": reverse("referrals")}
        return render(request, "actions/refused.html", context, status=403)


class New(Begin):
    """Where everybody begins: what is needed, who will read it, and, for staff, the other ways in."""

    template_name = "referrals/new.html"
    title = "Make a referral"
    refusal = "You can refer once somebody has given you the role of a referrer for your agency."

    def allowed(self, user: User) -> bool:
        return bool(referring_for(user) or notifying(user))

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.allowed(person(request)):
            return self._refused(request)
        return self._page(request, self.form(person(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        return super().post(request) if referring_for(person(request)) else self._refused(request)

    def form(self, user: User, data: Any = None, files: Any = None) -> forms.Form:
        memberships = referring_for(user)
        return StartForm(data, memberships=memberships) if memberships else GovukForm()

    def begin(self, user: User, form: Any, nonce: str) -> str:
        chosen = form.chosen()
        referral = actions.start(
            by=user, partnership=chosen.partnership, agency=chosen.agency, today=today(), nonce=nonce
        )
        return reverse("referral-form", args=[referral.ref])

    def context(self, user: User) -> dict[str, Any]:
        memberships = referring_for(user)
        partnerships = {m.partnership for m in memberships}
        return {
            "refers": bool(memberships),
            "agency": memberships[0].agency if len(memberships) == 1 else None,
            "contact": partnerships.pop().urgent_contact if len(partnerships) == 1 else "",
            "staff": bool(staffed(user)),
            "notifies": bool(notifying(user)),
        }


class Received(Begin):
    """Staff begin to write down what came by e-mail, on paper or by telephone."""

    template_name = "referrals/received.html"
    title = "Record a referral that came another way"
    refusal = STAFF_ONLY

    def allowed(self, user: User) -> bool:
        return bool(staffed(user))

    def form(self, user: User, data: Any = None, files: Any = None) -> forms.Form:
        return ReceivedForm(data, files, partnerships=staffed(user), today=today())

    def begin(self, user: User, form: Any, nonce: str) -> str:
        partnership, agency = form.place()
        given = form.cleaned_data
        referral = actions.start(
            by=user, partnership=partnership, agency=agency, today=today(), nonce=nonce,
            route=given["route"], sender=given["sender"], received_on=given["received_on"],
        )  # fmt: skip
        keep(self.request, referral, given["uploads"], attachments.CORRESPONDENCE)
        return reverse("referral-form", args=[referral.ref])


class LaNotification(Begin):
    """A notification of the local authority is recorded: it counts as a referral, and starts the rapid review."""

    template_name = "referrals/la_notification.html"
    title = "Record a notification by the local authority"
    refusal = AUTHORITY_ONLY

    def allowed(self, user: User) -> bool:
        return bool(notifying(user))

    def form(self, user: User, data: Any = None, files: Any = None) -> forms.Form:
        return NotificationForm(data, files, partnerships=notifying(user), today=today())

    def begin(self, user: User, form: Any, nonce: str) -> str:
        given = dict(form.cleaned_data)
        partnership, agency = form.place()
        files = given.pop("uploads")
        given.pop("agency")
        notification = actions.record_la_notification(
            by=user, partnership=partnership, agency=agency, today=today(), nonce=nonce, **given
        )
        referral = notification.case.referrals.get(route=Route.LA_NOTIFICATION)
        keep(self.request, referral, files, attachments.CORRESPONDENCE)
        messages.success(
            self.request, "The notification is recorded. The clocks run from the dates you gave."
        )
        return referral.get_absolute_url()

    def again(self, event: Event) -> str:
        return reverse("referral", args=[event.subject_ref])


# --- sending ----------------------------------------------------------------------------------------------


class AgencyVerb(ReferralVerb):
    """A verb of the agency's side: its pages show the referral, and nothing of the case behind it."""

    def context(self, subject: Referral) -> dict[str, Any]:
        return {"referral": subject, "case": None}


class SendPage(AgencyVerb):
    """Check the answers, and send. While something is missing the page says what, and offers no button."""

    template_name = "referrals/send.html"

    def act(self, subject: Referral, data: dict[str, Any]) -> Any:
        if missing(subject.answers):
            raise Refused("Something is still missing. The list below shows where.")
        return super().act(subject, data)

    def context(self, subject: Referral) -> dict[str, Any]:
        link = form_link(subject)
        gaps = [(gap.label, link_of(subject, gap)) for gap in missing(subject.answers)]
        return {
            **super().context(subject),
            "gaps": gaps,
            "cards": cards(subject.answers, link),
            "documents": attachments.files_of(subject, self.user),
            "contact": subject.partnership.urgent_contact,
            "back": reverse("referral-form", args=[subject.ref]),
        }


def link_of(referral: Referral, gap: Gap) -> str:
    """Where a missing answer is given."""
    place = place_of(gap.section, field_of(gap.item, gap.question))
    return form_link(referral)(place) if place else reverse("referral-form", args=[referral.ref])


class Submit(SendPage):
    verb = "submit"
    action = actions.submit
    form_class = DeclarationForm
    button = "Send"

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {"declared_by": form.cleaned_data["declared_by"]}

    def next(self, subject: Referral) -> str:
        return reverse("referral-sent", args=[subject.ref])


class SendToLead(SendPage):
    verb = "send_to_lead"
    done = "Your safeguarding lead has been asked to check it and send it on."


class GiveBack(AgencyVerb):
    verb = "give_back"
    form_class = words_form("What should be changed?")
    done = "It is back with the person who wrote it."


class Discard(AgencyVerb):
    verb = "discard"
    button = "Discard it"
    done = "The draft is discarded."


class TakeUp(AgencyVerb):
    verb = "take_up"
    button = "Take it up again"
    done = "The draft is as you left it."


class AskToWithdraw(AgencyVerb):
    verb = "ask_to_withdraw"
    form_class = words_form("Why do you want to withdraw it?")
    done = "The partnership’s team has been asked to withdraw it."


def sent(request: HttpRequest, ref: str) -> HttpResponse:
    """The acknowledgement: the reference, what happens next, and to keep the records safe."""
    referral = found(request, ref)
    list(messages.get_messages(request))  # the page itself is the message
    return render(
        request, "referrals/sent.html", {"referral": referral, "again": referral.times_returned > 0}
    )

"""/emails/: what partnership staff see of the outbox. To whom, which kind, due when; never about what."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.mail.models import MailState, OutgoingEmail, OutgoingEmailQuerySet
from cspr.mail.outbox import LATE_AFTER, oldest_waiting_age, retry
from cspr.ui.context import register_trouble
from cspr.ui.forms import GovukForm
from cspr.ui.keyset import page_of

GROUPS = {
    "failed": [MailState.FAILED],
    "waiting": [MailState.HELD, MailState.QUEUED, MailState.LEASED],
    "sent": [MailState.SENT],
    "dropped": [MailState.DROPPED],
}
EMPTY = {
    "": "No e-mail has been needed yet. Reminders and requests appear here once the system queues them.",
    "failed": "Every e-mail could be sent. There is nothing to do here.",
    "waiting": "No e-mail waits. Everything has gone out.",
    "sent": "No e-mail has been sent yet.",
    "dropped": "No e-mail has been held back.",
}
MAIL_IS_LATE = (
    "E-mail is going out late. Nothing is lost, but reminders may not have arrived: check “Your work”."
)


class Filter(GovukForm):
    """What the address of the page may ask for. Anything else is ignored: it shows everything."""

    optional_words = ""
    state = forms.ChoiceField(
        label="What happened to it",
        required=False,
        choices=[
            ("", "Everything"),
            ("failed", "Could not be sent"),
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("dropped", "No longer needed"),
        ],
    )
    who = forms.CharField(label="Name or address of the person", required=False, max_length=120)


def staff(request: HttpRequest) -> User:
    """The signed-in person if they are partnership staff; for everybody else the page does not exist."""
    user = request.user
    if not isinstance(user, User) or not any(m.role == Role.STAFF for m in user.standing):
        raise Http404
    return user


def chosen(emails: OutgoingEmailQuerySet, asked: Filter) -> OutgoingEmailQuerySet:
    """The e-mails that the filter asks for."""
    if states := GROUPS.get(asked.cleaned_data.get("state", "")):
        emails = emails.filter(state__in=states)
    if who := asked.cleaned_data.get("who", ""):
        emails = emails.sent_to(who)
    return emails


@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """The partnership's e-mails, newest first, 25 a page."""
    user = staff(request)
    asked = Filter(request.GET)
    asked.is_valid()
    emails = OutgoingEmail.objects.visible_to(user).select_related("to")
    page = page_of(chosen(emails, asked), after=request.GET.get("after", ""))
    state = asked.cleaned_data.get("state", "")
    context = {
        "filter": asked,
        "page": page,
        "filtered": bool(state or asked.cleaned_data.get("who")),
        "nothing": EMPTY[state],
        "late_before": timezone.now() - LATE_AFTER,
    }
    return render(request, "mail/outgoing.html", context)


@require_POST
def send_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Put one failed e-mail back in the queue, and return to the list as it was filtered."""
    user = staff(request)
    email = get_object_or_404(OutgoingEmail.objects.visible_to(user).select_related("partnership"), ref=ref)
    if retry(email, by=user):
        messages.success(request, "The e-mail will be sent again within a minute.")
    else:
        messages.info(request, "This e-mail does not need to be sent again. Nothing was changed.")
    query = request.GET.urlencode()
    return HttpResponseRedirect(reverse("mail:outgoing") + (f"?{query}" if query else ""))


def late_mail(user: User) -> str:
    """The sentence of the strip on every page of staff while mail is late; "" when it is not."""
    if not any(m.role == Role.STAFF for m in user.standing):
        return ""
    return MAIL_IS_LATE if oldest_waiting_age() > LATE_AFTER else ""


register_trouble(late_mail)

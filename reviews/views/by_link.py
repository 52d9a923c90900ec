"""Answering without an account. A browser that gave the code holds a pass to one request, and nothing else.

The address with the token only puts the link's reference into the session, so that no later address and no history
holds the token. Everything a holder does goes through ``perform`` as their pass, which is asked anew each time
(docs/decisions/0008). To every other address they are a visitor who is not signed in.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from cspr.accounts.models import Partnership
from cspr.pages import typed
from cspr.ui.arriving import tidied
from cspr.wall.scope import admitted
from cspr.workflow import Refused, perform
from referrals.forms.answers import answers_form
from referrals.questions import Section
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.forms import request as asked
from reviews.forms.links import CodeForm
from reviews.models import InformationRequest, LinkPass, RequestLink
from reviews.questions import part_of
from reviews.states import RequestState
from reviews.views import answering, requests
from reviews.views.answering import Address, queried

# What the session holds: the link's reference, and, once the code was given, this browser's key and its last use.
LINK, KEY, SEEN, SENT = "answer_link", "answer_key", "answer_seen", "answer_sent"
# A browser that was left alone for so many seconds has to give the code again.
IDLE = 30 * 60
LAYOUT = "by_link/base.html"
WRONG = "This is not the code. Check it, or ring the partnership’s team. After five wrong codes the link is locked."
NOT_SAVED = "Not saved: the link no longer opens this. Press “Save” to get your text for copying."


def url(name: str, *which: Any) -> str:
    """The address of a page of the account, by link."""
    return reverse(f"by-link-{name}", args=which)


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Kept nowhere."""
    response["Cache-Control"] = "no-store"
    return response


def untold(response: HttpResponseBase) -> HttpResponseBase:
    """Kept nowhere, and the next address is not told where it was opened from."""
    response["Referrer-Policy"] = "no-referrer"
    return private(response)


# --- who holds what ---------------------------------------------------------------------------------------


def pass_of(request: HttpRequest) -> LinkPass | None:
    """The pass this browser holds now; None when it never gave the code, was left alone, or the link ended."""
    session = request.session
    seen = session.get(SEEN, 0)
    if not session.get(KEY) or time.time() - seen > IDLE:
        return None
    found = actions.pass_for(session.get(LINK, ""), session[KEY], timezone.localdate())
    if found is not None:
        session[SEEN] = int(time.time())
    return found


def waiting_link(request: HttpRequest) -> RequestLink | None:
    """The live link whose address this browser opened, whether or not the code was given."""
    return actions.link_of(request.session.get(LINK, ""), timezone.localdate())


def by_link(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let only a holder of a pass to the page, with the reference of their request. Nothing typed is lost."""

    @wraps(view)
    def asked_first(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        held = pass_of(request)
        if held is None:
            return private(without_pass(request, kwargs))
        request.link_pass = held  # type: ignore[attr-defined]
        with admitted([held.link.partnership.pk]):
            return private(view(request, ref=held.link.request.ref, **kwargs))

    return login_not_required(asked_first)


def held_by(request: HttpRequest) -> LinkPass:
    """The pass that ``by_link`` has found for this page."""
    found: LinkPass = request.link_pass  # type: ignore[attr-defined]  # set by ``by_link``
    return found


def without_pass(request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponseBase:
    if request.session.get(SENT):
        return redirect("by-link-thanks")  # the same form a second time, or the way back
    if request.method == "POST" and "autosave" in request.GET:
        return render(request, "requests/saved.html", {"said": NOT_SAVED})
    if request.method == "POST" and (lines := typed_on(request, kwargs)):
        again = waiting_link(request) is not None
        return render(request, "by_link/not_saved.html", {"typed": lines, "again": again}, status=403)
    return redirect("by-link-code") if waiting_link(request) else dead(request)


def typed_on(request: HttpRequest, kwargs: dict[str, Any]) -> list[tuple[str, str]]:
    """What was typed on a page of the answer, by label."""
    part = part_of(kwargs.get("code", ""))
    if part is not None:
        return typed(answers_form(part, part.questions, timezone.localdate())(tidied(request.POST)))
    data = tidied(request.POST)
    match request.resolver_match.view_name if request.resolver_match else "":
        case "by-link-nil":
            return typed(asked.NilForm(data))
        case "by-link-answer_request":
            return typed(asked.SignForm(data, writer=""))
    return []


def dead(request: HttpRequest) -> HttpResponse:
    """Unknown, used, revoked, locked or too old: one and the same page, which says whom to ring."""
    teams = Partnership.objects.order_by("name").values_list("name", "phone")
    return render(request, "by_link/ended.html", {"teams": list(teams)}, status=404)


# --- the way in -------------------------------------------------------------------------------------------


@login_not_required
@require_safe
@sensitive_variables("token")
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link in the e-mail. It answers the same whatever the token is; the next page has no token in its address."""
    if not counted(request, "request_link"):
        # Led on, too: an answer with a mistake is logged with its address, and this one holds a token.
        return untold(redirect(reverse("by-link-code") + "?wait=1"))
    link = actions.find_link(token, timezone.localdate())
    if link is not None:
        if request.session.get(LINK) != link.ref:
            leave(request)
        request.session[LINK] = link.ref
    elif LINK in request.session:
        leave(request)
    return untold(redirect("by-link-code"))


def counted(request: HttpRequest, action: str) -> bool:
    """Whether this network address may try again now. Also of a link that is opened: allauth leaves out every GET."""
    return consume(request, app="allauth.account", action=action, limit_get=True) is not None


def leave(request: HttpRequest) -> None:
    """This browser holds nothing any more."""
    for name in (LINK, KEY, SEEN, SENT):
        request.session.pop(name, None)


@login_not_required
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponseBase:
    """The second half. A right code starts the session afresh and shuts out the browser that gave it before."""
    if "wait" in request.GET:
        return private(render(request, "429.html", status=429))
    link = waiting_link(request)
    if link is None:
        return private(dead(request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not counted(request, "request_link_code"):
            return private(render(request, "429.html", status=429))
        with admitted([link.partnership.pk]):
            key = actions.enter_code(link, form.cleaned_data["code"], today=timezone.localdate())
        if key is not None:
            request.session.cycle_key()
            request.session[KEY], request.session[SEEN] = key, int(time.time())
            request.session.pop(SENT, None)
            return private(redirect("by-link"))
        if waiting_link(request) is None:
            return private(dead(request))
        form.add_error("code", WRONG)
    context = {"form": form, "partnership": link.partnership}
    return private(render(request, "by_link/code.html", context, status=422 if form.errors else 200))


@login_not_required
@require_POST
def close(request: HttpRequest) -> HttpResponseBase:
    """Leave the request in this browser; the link and the code open it again."""
    leave(request)
    request.session.cycle_key()
    return private(render(request, "by_link/closed.html"))


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponseBase:
    """After the answer was sent. The link is used up by then."""
    if not request.session.get(SENT):
        return private(dead(request))
    return private(render(request, "by_link/thanks.html", {"nil": request.session[SENT] == "nil_return"}))


# --- the request ------------------------------------------------------------------------------------------


@by_link
@require_safe
def asked_page(request: HttpRequest, ref: str) -> HttpResponseBase:
    """What the agency is asked and by when, and the two equal ways to answer."""
    held = held_by(request)
    subject = held.link.request
    if subject.state == RequestState.SENT:
        # Opened by a colleague in this very moment: the page says how it stands.
        with contextlib.suppress(Refused):
            subject = perform(subject, "open_request", by=held, today=timezone.localdate())
    context = {
        **holder(held),
        "subject": subject,
        "request_for": subject,
        "today": timezone.localdate(),
        "queried": queried(subject, url),
    }
    return render(request, "by_link/request.html", context)


def holder(held: LinkPass) -> dict[str, Any]:
    """What every page by link shows: its own frame, and whom to ring."""
    return {"layout": LAYOUT, "team": held.link.partnership, "link_name": held.link.name}


class ByLink:
    """A page of the account, opened by a pass instead of an account."""

    request: HttpRequest
    section: Section
    request_for: InformationRequest

    @property
    def held(self) -> LinkPass:
        return held_by(self.request)

    def writer(self, request: HttpRequest) -> Any:
        return self.held

    def load(self, ref: str) -> None:
        self.request_for = self.held.request()

    def url(self, name: str, *which: Any) -> str:
        return url(name, *which)

    def up(self) -> str:
        return reverse("by-link")

    def base(self) -> dict[str, Any]:
        return {"request_for": self.request_for, "autosave": True, **holder(self.held)}

    def others(self) -> list[str]:
        return []

    def about_the_writer(self) -> dict[str, Any]:
        """What the team said of the contact, offered on the first visit."""
        if self.section.code != "who":
            return {}
        link = self.held.link
        return {"name": link.name, "role": link.role, "contact": link.email}

    def page(self, form: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """Without the names of colleagues who write with accounts."""
        return super().page(form, status, **extra | ({"changed_by": ""} if extra.get("conflict") else {}))  # type: ignore[misc, no-any-return]


class TaskList(ByLink, answering.TaskList):
    pass


class PartPage(ByLink, answering.PartPage):
    pass


class ListPage(ByLink, answering.ListPage):
    @property
    def chronology(self) -> None:
        """The chronology is open to people with an account only."""
        return


class ItemPage(ByLink, answering.ItemPage):
    pass


class RemoveItem(ByLink, answering.RemoveItem):
    pass


def page_of_part(request: HttpRequest, ref: str, code: str) -> HttpResponseBase:
    part = part_of(code)
    kind: Any = ListPage if part and part.repeats else PartPage
    response: HttpResponseBase = kind.as_view()(request, ref=ref, code=code)
    return response


class Sending:
    """Sending an answer by link: as the pass, and then the link is used up."""

    request: HttpRequest
    verb: str

    @property
    def actor(self) -> LinkPass:
        return held_by(self.request)

    def subject(self) -> InformationRequest:
        return self.actor.request()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return VerbView.get(self, request, **kwargs)  # type: ignore[arg-type]

    def told(self, subject: Any) -> list[Any]:
        return []

    def reads_case(self, subject: InformationRequest) -> bool:
        return False

    def account(self, subject: InformationRequest) -> Address:
        return url

    def act(self, subject: Any, data: dict[str, Any]) -> Any:
        done = super().act(subject, data)  # type: ignore[misc]
        self.request.session[SENT] = self.verb
        self.request.session.pop(KEY, None)
        return done

    def next(self, subject: Any) -> str:
        return reverse("by-link-thanks") if self.request.method == "POST" else reverse("by-link")

    def context(self, subject: Any) -> dict[str, Any]:
        return {**super().context(subject), **holder(self.actor), "case": None}  # type: ignore[misc]

    def _refused(self, subject: Any, reason: str, status: int, form: Any = None) -> HttpResponse:
        context = {"typed": typed(form) if form else [], "again": False}
        return render(self.request, "by_link/not_saved.html", context, status=status)


class NilReturn(Sending, requests.NilReturn):
    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"by": self.actor.link.name, "job": self.actor.link.role}


class AnswerRequest(Sending, requests.AnswerRequest):
    pass

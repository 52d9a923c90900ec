"""The page every verb gets. It asks first, says what will happen, does it through the one door, and loses nothing.

GET shows the verb's form, or the sentence that says why the verb is refused (403). POST carries the version the
page was made from and a one-time number, so a stale page is answered with what happened meanwhile (409) and a
form sent twice with the result of its first arrival.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.views import View

from cspr.accounts.models import User
from cspr.documents.access import visible_subject
from cspr.ui.arriving import tidied, words_sent
from cspr.ui.forms import GovukForm
from cspr.workflow import Actor, Refused, Replayed, Resent, Stale, Subject, perform, transitions, why_not


def posted_number(request: HttpRequest, name: str) -> int | None:
    """A small whole number that came with a form; None when there is none, or something else."""
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def posted_nonce(request: HttpRequest) -> str:
    """The one-time number that came with a form, and a short hash of all that it says; "" without a number.

    Somebody who goes back, changes what they had sent and sends it again has not sent the same form twice: they are
    told that the first is done (``Resent``).
    """
    number = request.POST.get("nonce", "")[:28].replace("\0", "")
    said: list[Any] = [pair for pair in sorted(request.POST.lists()) if pair[0] != "csrfmiddlewaretoken"]
    files = (pair for name in sorted(request.FILES) for pair in request.FILES.getlist(name))
    said += [(file.name, file.size) for file in files]
    return f"{number}.{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:11]}" if number else ""


INCOMPLETE = (
    "Something was missing from the page when it was sent. Look at how it stands now, and send it again."
)


class ActionView(View):
    """One verb on one noun. Subclasses say which, and with which form; most need nothing more.

    ``action(subject, by=, today=, version=, nonce=, **cleaned)`` defaults to ``perform`` with the verb. A form
    field called ``effective_on`` becomes the day the verb counts from.
    """

    model: type[Subject]
    verb: str
    form_class: type[forms.Form] = GovukForm
    action: ClassVar[Callable[..., Any] | None] = None
    template_name = "actions/verb.html"
    button = ""
    done = ""

    def subject(self) -> Any:
        """The noun, fetched as visible; otherwise a 404 that looks like any other."""
        found = self.model.objects.visible_to(self.request.user).filter(ref=self.kwargs["ref"]).first()  # type: ignore[attr-defined]
        if found is None:
            raise Http404
        return found

    @property
    def user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)
        return user

    @property
    def actor(self) -> Actor:
        """Who does it: the signed-in person, unless a page is open to somebody by a pass."""
        return self.user

    @property
    def today(self) -> dt.date:
        return timezone.localdate()

    def refusal(self, subject: Any) -> str | None:
        """Why this person may not do this now; None when they may."""
        return why_not(subject, self.verb, self.actor)

    def form(self, subject: Any, data: Any = None, files: Any = None) -> forms.Form:
        return self.form_class(data, files, **self.form_kwargs(subject))

    def form_kwargs(self, subject: Any) -> dict[str, Any]:
        return {}

    def told(self, subject: Any) -> list[User]:
        """Who will be e-mailed; the domain apps know."""
        return []

    def context(self, subject: Any) -> dict[str, Any]:
        """What a template needs beyond the form."""
        return {}

    def shown(self, case: Any) -> None:
        """Something of this case is about to be shown, of none where it is ``None``; the domain apps keep record."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        subject = self.subject()
        reason = self.refusal(subject)
        if reason:
            return self._refused(subject, reason, 403)
        return self._page(subject, self.form(subject))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        subject = self.subject()
        form = self.form(subject, tidied(request.POST), request.FILES)
        if form.is_valid() and self._version() is None:
            form.add_error(None, INCOMPLETE)  # what somebody did not see, they do not decide on
        if not form.is_valid():
            reason = self.refusal(subject)
            return self._refused(subject, reason, 403, form) if reason else self._again(subject, form)
        try:
            self.act(subject, self.data(form))
        except Replayed:
            return redirect(self.next(subject))
        except (Stale, Resent) as meanwhile:
            return self._stale(form, meanwhile)
        except Refused as refused:
            reason = self.refusal(subject)
            if reason:
                return self._refused(subject, reason, 403, form)
            form.add_error(None, str(refused))
            return self._again(subject, form)
        messages.success(request, self.done or f"Done: {self.label()}.")
        return redirect(self.next(subject))

    def data(self, form: forms.Form) -> dict[str, Any]:
        """What the form says, as the keyword arguments of the action."""
        return dict(form.cleaned_data)

    def act(self, subject: Any, data: dict[str, Any]) -> Any:
        common: dict[str, Any] = {
            "by": self.actor,
            "today": self.today,
            "version": self._version(),
            "nonce": self._nonce(),
        }
        # Through the class: an action is a plain function, not a method of the page.
        action = type(self).action
        return action(subject, **common, **data) if action else perform(subject, self.verb, **common, **data)

    def next(self, subject: Any) -> str:
        """Where the person goes afterwards; the same whether the form arrived once or twice."""
        url: str = subject.get_absolute_url()
        return url

    def label(self) -> str:
        label: str = transitions(self.model)[self.verb][0].custom["label"]
        return label

    def _version(self) -> int | None:
        return posted_number(self.request, "version")

    def _nonce(self) -> str:
        return posted_nonce(self.request)

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        # What a verb does may depend on the state it is done in.
        steps = transitions(self.model).get(self.verb, [])
        here = [step for step in steps if step.source in {subject.state, "*"}] or steps
        context = {
            "subject": subject,
            "case": subject.case,
            "form": form,
            "label": self.label(),
            "button": self.button or self.label(),
            "effect": here[0].custom["effect"] if here else "",
            "told": self.told(subject),
            "version": subject.version,
            "nonce": secrets.token_urlsafe(18),
            "back": self.next(subject),
            **self.context(subject),
            **extra,
        }
        self.shown(context["case"])
        return render(self.request, self.template_name, context, status=status)

    def _again(self, subject: Any, form: forms.Form) -> HttpResponse:
        """The page with its mistakes. It is still the page of the version it was made from, so that what somebody
        changed meanwhile is not overwritten unseen."""
        seen = self._version()
        return self._page(subject, form, status=422, **({} if seen is None else {"version": seen}))

    def _refused(
        self, subject: Any, reason: str, status: int, form: forms.Form | None = None
    ) -> HttpResponse:
        context = {
            "subject": subject,
            "case": subject.case,
            "label": self.label(),
            "reason": reason,
            "back": self.next(subject),
            "typed": typed(form) if form else [],
        }
        return render(self.request, "actions/refused.html", context, status=status)

    def _stale(self, form: forms.Form, meanwhile: Stale | Resent) -> HttpResponse:
        """Somebody was quicker, or the person has sent it with other words: say who did what, keep what was typed, and
        offer it again if it still makes sense."""
        fresh = self.subject()
        refusal = self.refusal(fresh)
        told = {"events": meanwhile.events, "refusal": refusal, "resent": isinstance(meanwhile, Resent)}
        return self._page(fresh, form, status=409, stale=True, typed=typed(form), **told)


def typed(form: forms.Form) -> list[tuple[str, str]]:
    """What a person entered, by label and as they saw it: shown again where the form itself is not."""
    said = ((str(bound.label), _said(bound)) for bound in form)
    return [(label, text) for label, text in said if text.strip()]


def _said(bound: forms.BoundField) -> str:
    """A choice by its name, a date with its three boxes side by side, a text as it is; no file."""
    value = bound.value()
    if value is None or isinstance(bound.field, forms.FileField | forms.BooleanField):
        return ""
    values = value if isinstance(value, list | tuple) else [value]
    if not isinstance(bound.field, forms.ChoiceField):
        return " ".join(str(one) for one in values if one not in {None, ""})
    choices: Any = bound.field.choices
    options: Any = flatten_choices(choices)
    names = {str(key): str(name) for key, name in options}
    return ", ".join(names[str(one)] for one in values if one and str(one) in names)


class SentBefore:
    """The page for a form that came again with other words, wherever no page of its own says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Where the first led, and what was typed now, to copy."""
        if not isinstance(error, Resent):
            return None
        made = visible_subject(error.event.subject, error.event.subject_ref, request.user)
        address = getattr(made, "get_absolute_url", None)
        view = getattr(request.resolver_match and request.resolver_match.func, "view_class", None)
        context = {
            "event": error.event,
            "made": address and address(),
            "empty": request.path if hasattr(view, "get") else "",
            "typed": words_sent(request),
        }
        return render(request, "actions/resent.html", context, status=409)

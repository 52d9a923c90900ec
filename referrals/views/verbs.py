"""The page of one verb, for every noun of the domain: who will be told, and which clocks move or run on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from cspr.accounts.models import User
from cspr.audit.log import record_opening
from cspr.audit.models import Event
from cspr.documents.models import Document, identity
from cspr.documents.quarantine import note_infected
from cspr.documents.uploads import FILES, Infected, Takes, UploadRefused, store_upload
from cspr.pages import ActionView
from cspr.workflow import Refused, Subject, VerbState, account_of, verbs
from referrals import emails, permissions
from referrals.models import Case, Deadline, Notification
from referrals.views import story
from referrals.views.clocks import Face, case_bar, faces


def address(subject: Any, verb: str) -> str:
    """Where a verb of a subject has its page: ``/<noun>/<reference>/<verb>/`` for every noun.

    A verb about one part of the subject (one of its recommendations) is found on the subject's own page.
    """
    own = reverse("notification", args=[subject.ref]) if isinstance(subject, Notification) else None
    own = own or subject.get_absolute_url()
    try:
        resolve(f"{own}{verb}/")
    except Resolver404:
        return str(own)
    return f"{own}{verb}/"


class Offer:
    """One verb of one subject as a page offers it (``components/verbs.html``)."""

    def __init__(self, subject: Subject, verb: VerbState) -> None:
        self.subject = subject
        self.name, self.label, self.effect, self.reason = verb.name, verb.label, verb.effect, verb.reason
        self.url = address(subject, verb.name)


def offers(subject: Subject, user: User, *, without: frozenset[str] = frozenset()) -> list[Offer]:
    """Every verb that leaves the subject's present state, each with the reason why it is refused, if it is."""
    return [Offer(subject, verb) for verb in verbs(subject, user, without=without)]


class VerbView(ActionView):
    """One verb on one noun. ``clocks``: a sentence on which clock the verb starts, meets or moves."""

    clocks = ""
    effect = ""  # where the page says more than the verb's own sentence
    # Where the person goes when they have just given up their own access.
    elsewhere = "work"

    def told(self, subject: Any) -> list[User]:
        return emails.told(subject, self.verb, by=self.user)

    def context(self, subject: Any) -> dict[str, Any]:
        """The case bar, and what the clocks do."""
        case: Case | None = subject.case
        own = {"clocks": self.clocks} | ({"effect": self.effect} if self.effect else {})
        if case is None:
            return own
        rows = list(case.deadlines.all())
        return {
            **own,
            "bar": case_bar(case, rows, self.today),
            "today": self.today,
            "run_on": [] if self.clocks else self.run_on(rows),
        }

    def shown(self, case: Case | None) -> None:
        """On record, as where a page of the case itself is shown. An agency's referrer is nothing to the case and sees
        only what the agency said; who comes by a link has no account to be named."""
        user = self.request.user
        if case is None or not isinstance(user, User):
            return
        standing = permissions.standing_on(case, user)
        if standing.staff or standing.emergency or standing.capacities:
            record_opening(user, partnership=case.partnership, case_ref=case.ref)

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        """The clocks that keep running whatever this verb does."""
        return [face for face in faces(rows, self.today) if face.running and face.due_on and not face.row.key]

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        if "events" in extra:
            extra["events"] = story.told(extra["events"])
        return super()._page(subject, form, status, **extra)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self._was_sent():
            return redirect(self._as_the_first_time())
        try:
            response = super().post(request, **kwargs)
        except Http404:
            response = None
        # Its first arrival may have been carried out while this one was looked at, and is then what it is refused for.
        if (response is None or response.status_code in {403, 409, 422}) and self._was_sent():
            return redirect(self._as_the_first_time())
        if response is None:
            raise Http404
        return response

    def _was_sent(self) -> bool:
        """Whether this very form has been carried out."""
        nonce = self._nonce()
        return bool(nonce) and Event.objects.filter(by=account_of(self.actor), nonce=nonce).exists()

    def _as_the_first_time(self) -> str:
        """Where a form that was sent before leads; the first time may have ended the person's own access."""
        try:
            return self.next(self.subject())
        except Http404:
            return reverse(self.elsewhere)


def with_files(
    files: list[UploadedFile],
    subject: Any,
    *,
    by: User,
    kind: str,
    act: Callable[[list[Document]], Any],
    takes: Takes = FILES,
) -> Any:
    """Keep ``files`` with ``subject`` and do ``act(documents)``: both or neither.

    A file that is not acceptable is a refusal (``Refused`` with the sentence), like any other.
    """
    kept: list[Document] = []
    try:
        with transaction.atomic():
            for file in files:
                kept.append(_stored(file, subject, by, kind, takes))  # noqa: PERF401  (each one kept so far is undone)
            return act(kept)
    except BaseException as error:
        for document in kept:
            default_storage.delete(document.path)
        if isinstance(error.__cause__, Infected):
            _note_infected(subject, by, error.__cause__.found)
        raise


def _note_infected(subject: Any, by: User, found: str) -> None:
    label, ref = identity(subject)
    case_ref = subject.case.ref if subject.case else ""
    note_infected(
        by=by, partnership=subject.partnership, case_ref=case_ref, subject=label, subject_ref=ref, found=found
    )


def _stored(file: UploadedFile, subject: Any, by: User, kind: str, takes: Takes) -> Document:
    label, ref = identity(subject)
    try:
        return store_upload(
            file,
            by=by,
            partnership=subject.partnership,
            case_ref=subject.case.ref if subject.case else "",
            subject_label=label,
            subject_ref=ref,
            kind=kind,
            takes=takes,
        )
    except UploadRefused as refused:
        raise Refused(str(refused)) from refused

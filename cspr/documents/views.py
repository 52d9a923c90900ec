"""Opening a file, asking for a PDF, watching it being made. Hidden and unknown get the same answer."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.log import record_read
from cspr.documents.access import visible_subject, why_not_read
from cspr.documents.failures import CannotRender
from cspr.documents.making import ask_again
from cspr.documents.models import Document, State
from cspr.documents.pdf import ask_for, has_to_be_proven, paper_kind
from cspr.documents.quarantine import LATE_AFTER, oldest_waiting_age
from cspr.documents.scanning import configured
from cspr.documents.storing import file_response
from cspr.sealed.files import FileBroken
from cspr.ui.context import register_trouble

log = logging.getLogger(__name__)

FILES_WAIT = (
    "The virus scanner does not answer. Files that were added are kept, and nobody can open them until it does. "
    "Nothing needs to be sent again."
)


@require_safe
def download(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The file itself, after the reading of it was recorded; one that is not ready, or held, leads to its progress."""
    document, _ = _openable(request, ref)
    if not document.is_readable:
        return redirect("documents:progress", ref=document.ref)
    send = reauthentication_required(app="cspr.people")(_sent) if has_to_be_proven(document.kind) else _sent
    answer: HttpResponseBase = send(request, document)
    return answer


def _sent(request: HttpRequest, document: Document) -> HttpResponseBase:
    try:
        response = file_response(document)
    except FileNotFoundError:
        log.error("document %s: its file is missing from the storage", document.ref)
        return render(request, "documents/missing.html", {"document": document}, status=404)
    except FileBroken as broken:
        log.error("document %s: %s", document.ref, broken)
        return render(request, "documents/broken.html", {"document": document}, status=500)
    except OSError as away:
        log.error("document %s: the storage cannot be read: %s", document.ref, type(away).__name__)
        return render(request, "documents/away.html", {"document": document}, status=503)
    record_read(
        _person(request),
        what="document",
        partnership=document.partnership,
        case_ref=document.case_ref,
        subject="documents.document",
        subject_ref=document.ref,
    )
    return response


@require_safe
def progress(request: HttpRequest, ref: str) -> HttpResponse:
    """How far a PDF is. The page looks again by itself where scripts run, and offers a link where not."""
    document, subject = _openable(request, ref)
    fragment = request.headers.get("X-Fragment") == "pdf-progress"
    template = "documents/progress_panel.html" if fragment else "documents/progress.html"
    return render(request, template, {"document": document, "back": _address(subject)})


@require_POST
def retry(request: HttpRequest, ref: str) -> HttpResponse:
    """Try again to make a PDF that could not be made; anything else is left as it is."""
    document, _ = _openable(request, ref)
    if document.state == State.FAILED:
        document = ask_again(document, _person(request))
    return redirect("documents:progress", ref=document.ref)


@require_POST
def ask(request: HttpRequest, kind: str, ref: str) -> HttpResponse:
    """Ask for a PDF of a subject one can see. Refused with the builder's sentence when it cannot be made."""
    user = _person(request)
    try:
        wanted = paper_kind(kind)
    except LookupError:
        raise Http404 from None
    subject = visible_subject(wanted.subject_label, ref, user)
    if subject is None or why_not_read(subject, user, kind):
        raise Http404
    try:
        document = ask_for(kind, subject, user)
    except CannotRender as reason:
        messages.error(request, str(reason))
        return redirect(_address(subject))
    return redirect("documents:progress", ref=document.ref)


def _person(request: HttpRequest) -> User:
    """Who asks; a page of this app is never reached without signing in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _openable(request: HttpRequest, ref: str) -> tuple[Document, Any]:
    """The document and its subject, if the person may open it; else the 404 of an unknown reference."""
    document = Document.objects.select_related("partnership").filter(ref=ref).first()
    subject = document and visible_subject(document.subject_label, document.subject_ref, request.user)
    if not document or not subject or why_not_read(subject, request.user, document.kind):
        raise Http404
    return document, subject


def _address(subject: Any) -> str:
    address = getattr(subject, "get_absolute_url", None)
    return address() if address else "/work/"


def files_wait(user: User) -> str:
    """The sentence of the strip on every page of staff while files wait for the scanner; "" when none does."""
    if not configured() or not any(m.role == Role.STAFF for m in user.standing):
        return ""
    return FILES_WAIT if oldest_waiting_age() > LATE_AFTER else ""


register_trouble(files_wait)

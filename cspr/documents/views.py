"""Opening a file, asking for a PDF, watching it being made. Hidden and unknown get the same answer."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cspr.accounts.models import User
from cspr.audit.log import record_read
from cspr.documents.access import visible_subject, why_not_read
from cspr.documents.failures import CannotRender
from cspr.documents.making import ask_again
from cspr.documents.models import Document, State
from cspr.documents.pdf import paper_kind, queue_pdf
from cspr.documents.storing import file_response
from cspr.sealed.files import FileBroken

log = logging.getLogger(__name__)


@require_safe
def download(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The file itself, after the reading of it was recorded; an unfinished PDF leads to its progress."""
    document, _ = _openable(request, ref)
    if not document.is_readable:
        return redirect("documents:progress", ref=document.ref)
    try:
        response = file_response(document)
    except FileNotFoundError:
        log.error("document %s: its file is missing from the storage", document.ref)
        return render(request, "documents/missing.html", {"document": document}, status=404)
    except FileBroken as broken:
        log.error("document %s: %s", document.ref, broken)
        return render(request, "documents/broken.html", {"document": document}, status=500)
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
        document = queue_pdf(kind, subject, user)
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

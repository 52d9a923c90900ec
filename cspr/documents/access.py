"""Who may open a document: whoever may see its subject. Nothing here knows what a subject is."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from cspr.accounts.models import User
from cspr.documents.models import Document, identity


def visible_subject(label: str, ref: str, user: User | AnonymousUser) -> Any | None:
    """The subject ``ref`` of the model ``label``, if ``user`` may see it; None when hidden or unknown."""
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model.objects.visible_to(user).filter(ref=ref).first()


def why_not_read(subject: Any, user: User | AnonymousUser, kind: str) -> str | None:
    """The subject's own, narrower rule for a kind of document; ``None`` when there is none or it agrees.

    A model that keeps some kinds from people who see the rest defines
    ``may_read_document(cls, subject, user, kind) -> None | sentence`` as a class method.
    """
    rule = getattr(type(subject), "may_read_document", None)
    refusal: str | None = rule(subject, user, kind) if rule else None
    return refusal


def may_open(document: Document, user: User | AnonymousUser) -> bool:
    """Whether ``user`` may open ``document`` now. Asked anew each time: a grant may have ended."""
    subject = visible_subject(document.subject_label, document.subject_ref, user)
    return subject is not None and why_not_read(subject, user, document.kind) is None


def documents_of(subject: Any, user: User | AnonymousUser) -> list[Document]:
    """The documents of a subject that was fetched as visible, newest first; one query however many."""
    documents = Document.objects.for_subject(*identity(subject)).select_related("uploaded_by")
    return [d for d in documents if why_not_read(subject, user, d.kind) is None]

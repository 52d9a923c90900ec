"""Files that belong to a referral: adding them, and taking one away while the referral is still with its writer."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from cspr.accounts.models import User
from cspr.audit.log import history
from cspr.documents.access import documents_of
from cspr.documents.models import Document, Origin, identity
from cspr.documents.quarantine import note_infected
from cspr.documents.uploads import Infected, store_upload
from cspr.workflow import Refused, note
from referrals import permissions
from referrals.models import Referral
from referrals.states import Route

ATTACHMENT, CORRESPONDENCE = "attachment", "correspondence"
KINDS = frozenset({ATTACHMENT, CORRESPONDENCE})


def files_of(referral: Referral, user: User) -> list[Document]:
    """The uploaded files of a referral that was fetched as visible, newest first."""
    return [document for document in documents_of(referral, user) if document.kind in KINDS]


def why_not_attach(referral: Referral, user: User) -> str | None:
    """``None`` where the person may add a file: whoever writes it, while it is theirs to write.

    A notification of the authority is sent the moment it is recorded; its copy may follow from who recorded it.
    """
    if referral.route == Route.LA_NOTIFICATION:
        return permissions.writes(referral, user)
    return permissions.edit_referral(referral, user)


def attach(referral: Referral, *, by: User, today: dt.date, file: File, kind: str = ATTACHMENT) -> Document:
    """Keep a file with the referral. Refused (``Refused``, ``UploadRefused``) with the sentence for the person.

    Taking the file apart can last seconds, so no lock is held over it.
    """
    reason = why_not_attach(referral, by)
    if reason:
        raise Refused(reason)
    label, ref = identity(referral)
    case_ref = referral.case.ref if referral.case else ""
    try:
        document = store_upload(
            file,
            by=by,
            partnership=referral.partnership,
            case_ref=case_ref,
            subject_label=label,
            subject_ref=ref,
            kind=kind,
        )
    except Infected as infected:
        note_infected(
            by=by, partnership=referral.partnership, case_ref=case_ref, subject=label, subject_ref=ref,
            found=infected.found,
        )  # fmt: skip
        raise
    note(referral, "attach", by=by, today=today, document=document.ref, sha256=document.sha256)
    return document


def _sent_with(referral: Referral, document: Document) -> bool:
    """Whether the referral was sent after the file was added: then others rely on it."""
    if referral.case is None:
        return False
    sent = history(referral.case.ref).filter(kind="referral.submit", subject_ref=referral.ref).first()
    return sent is not None and sent.at >= document.created_at


def detach(referral: Referral, *, by: User, today: dt.date, document: Document) -> None:
    """Take a file away for good. Refused once the referral has been sent, and for a file of something else."""
    reason = permissions.edit_referral(referral, by)
    if reason:
        raise Refused(reason)
    if (
        identity(referral) != (document.subject_label, document.subject_ref)
        or document.origin != Origin.UPLOADED
    ):
        raise Refused("This file does not belong to the referral.")
    if _sent_with(referral, document):
        raise Refused("This file was sent with the referral. It stays with it.")
    with transaction.atomic():
        note(referral, "detach", by=by, today=today, document=document.ref, sha256=document.sha256)
        path = document.path
        document.delete()
        if path:  # none is left of a file in which a virus was found
            transaction.on_commit(lambda: default_storage.delete(path))

"""Writing down a request for access to personal data, and counting its day again when the bank holidays change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.clocks import CalendarChange
from cspr.clocks.calendar import OutsideCalendar
from cspr.documents.models import Document, identity
from cspr.documents.pdf import queue_pdf
from cspr.workflow import Refused, begin, in_turn, note, perform
from reviews.access_finding import passages_about, records_about
from reviews.access_permissions import record_access_request
from reviews.models import AccessPassage, AccessRequest
from reviews.models.access_request import BUNDLE_DAYS
from reviews.questions.access_request import ACCESS_OPEN, Answer


def receive_access_request(
    partnership: Partnership, *, by: User, today: dt.date, received_on: dt.date, nonce: str = "", **said: Any
) -> AccessRequest:
    """Somebody asked on ``received_on``: from that day the month runs, whatever is still to be shown.

    Refused: for everybody but the officer and the team; a day to come; one past the known bank holidays.
    """
    if reason := record_access_request(partnership, by):
        raise Refused(reason)
    if received_on > today:
        raise Refused("This is about a day that has not come yet. Check the date.")
    request = AccessRequest(partnership=partnership, received_on=received_on, **said)
    try:
        request.due_on = request.counted()
    except OutsideCalendar as unknown:
        raise Refused(str(unknown)) from unknown
    facts = {"about": request.about, "asked_by": request.asked_by, "due_on": request.due_on}
    return begin(request, by=by, today=today, nonce=nonce, facts={"received_on": received_on, **facts})


def recount_access_requests(change: CalendarChange) -> str:
    """After the bank holidays changed: count every open request again, and say how many dates moved."""
    today, moved = timezone.localdate(), 0
    for found in AccessRequest.objects.filter(state__in=sorted(ACCESS_OPEN)).iterator():
        with in_turn(found.partnership):
            request = AccessRequest.objects.select_for_update().get(pk=found.pk)
            before, request.due_on = request.due_on, request.counted()
            if request.due_on != before:
                request.save(update_fields=["due_on"])
                note(request, "move_due", by=None, today=today, due_before=before, due_after=request.due_on)
                moved += 1
    return f"{moved} requests for access are due on another day." if moved else ""


def search_for_person(request: AccessRequest, **common: Any) -> AccessRequest:
    """Look through the partnership for records that may be about the person; ``common`` as for ``perform``."""
    return perform(request, "search", **common, found=records_about(request))


def confirm_answer(request: AccessRequest, *, by: User, today: dt.date, **common: Any) -> AccessRequest:
    """Confirm it as the second person; where data is given, its archive is asked for. One that was made of an answer
    that was sent back is destroyed: it says what nobody gives any more."""
    with in_turn(request.partnership):
        confirmed = perform(request, "confirm", by=by, today=today, **common)
        earlier = list(Document.objects.for_subject(*identity(confirmed)).filter(kind="access_bundle"))
        for document in earlier:
            document.delete()
        if confirmed.answer == Answer.GIVE:
            queue_pdf("access_bundle", confirmed, by)
    _delete_files(earlier)
    return confirmed


def forget_bundles(today: dt.date) -> None:
    """Destroy archives that nobody may open any more, and the copied words of requests that ended as long ago.

    May be run any number of times. What was decided stays on record, in codes.
    """
    for document in Document.objects.filter(kind="access_bundle").select_related("partnership"):
        request = AccessRequest.objects.get(ref=document.subject_ref)
        if request.bundle_until is None or request.bundle_until < today:
            with transaction.atomic():
                note(request, "forget", by=None, today=today)
                document.delete()
            _delete_files([document])
    AccessPassage.objects.filter(request__ended_on__lt=today - BUNDLE_DAYS).delete()


def _delete_files(documents: Iterable[Document]) -> None:
    """The bytes of rows that are gone; one that was never made has none."""
    for document in documents:
        if document.path:
            default_storage.delete(document.path)


def gather_passages(request: AccessRequest, *, called: str = "", **common: Any) -> AccessRequest:
    """Copy what speaks of the person for a decision on each; ``called``: what texts call them, one a line."""
    return perform(request, "gather", **common, called=called, found=passages_about(request, called))

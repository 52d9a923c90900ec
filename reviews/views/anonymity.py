"""The room "Anonymity": every find in its sentence, the finished files, and the two signatures."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.audit.log import record_read
from cspr.pages import posted_nonce, posted_number
from cspr.workflow import Refused, Replayed, why_not
from referrals.views.case import signed_in
from referrals.views.clocks import case_bar
from reviews.actions import anonymity as actions
from reviews.actions import finished_files
from reviews.anonymity import Find, KeyKind, TooMuch
from reviews.models import IdentityKey, PracticeReview
from reviews.models.anonymising import cautions, open_finds
from reviews.permissions import case_staff
from reviews.states import BEFORE_PUBLICATION, WRITING
from reviews.views.figures import figures_of
from reviews.views.practice_review import whole_review
from reviews.views.rooms import OPENED_BY, rooms

ROOM = "anonymity-workbench"
# So many finds are shown at once; the next come up as these are answered.
SHOWN = 40
NOT_YOURS = (
    "Only the partnership’s staff and the chair on this case open this page: it holds the identity key. "
    "Whether two people have signed that nobody can be recognised stands under “Publication”."
)


@dataclass(frozen=True)
class Row:
    """One find as the page shows it; ``words`` and ``reason`` are what somebody has typed beside it."""

    number: int
    found: Find
    words: str
    alike: int
    reason: str = ""
    error: str = ""


class Workbench(View):
    """How many finds are left, each in its sentence; what to think about; the finished files; who signed."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, review = self._review(request, ref)
        return self._page(request, user, review)

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        """Answer one find, or all that are like it. Nothing typed is lost when it cannot be done."""
        user, review = self._review(request, ref)
        key = _key(user, review)
        chosen = actions.Chosen(
            place=request.POST.get("place", "")[:60],
            start=posted_number(request, "start") or 0,
            said=request.POST.get("said", "")[:2000].replace("\r\n", "\n"),
        )
        said = {"words": request.POST.get("words", "")[:500], "reason": request.POST.get("reason", "")[:1000]}
        if key is None:
            return redirect(ROOM, ref=ref)
        try:
            done = self._answer(key, request, user, chosen, said)
        except Replayed:
            return redirect(f"{reverse(ROOM, args=[ref])}#next")
        except Refused as refused:
            return self._page(request, user, review, problem=str(refused), chosen=chosen, said=said)
        messages.success(request, done)
        return redirect(f"{reverse(ROOM, args=[ref])}#next")

    def _answer(
        self, key: IdentityKey, request: HttpRequest, user: User, chosen: actions.Chosen, said: dict[str, str]
    ) -> str:
        today, press = timezone.localdate(), request.POST.get("press", "")
        if press in {"accept", "accept_all"}:
            place = chosen.place if press == "accept" else ""
            actions.accept(
                key,
                by=user,
                today=today,
                place=place,
                said=chosen.said,
                reason=said["reason"],
                nonce=posted_nonce(request),
            )
            return "It stays in the report, with your reason."
        number = actions.replace(
            key, by=user, today=today, chosen=chosen, words=said["words"], everywhere=press == "replace_all"
        )
        return "Replaced." if number == 1 else f"Replaced in {number} places."

    def _review(self, request: HttpRequest, ref: str) -> tuple[User, PracticeReview]:
        user = signed_in(request)
        review = whole_review(user, ref)
        if OPENED_BY[ROOM](review, user):
            raise PermissionDenied(NOT_YOURS)
        return user, review

    def _page(
        self, request: HttpRequest, user: User, review: PracticeReview, *, problem: str = "",
        chosen: actions.Chosen | None = None, said: dict[str, str] | None = None,
    ) -> HttpResponse:  # fmt: skip
        today, key = timezone.localdate(), _key(user, review)
        context = {
            "review": review,
            "case": review.case,
            "subject": review,
            "rooms": rooms(review, user, ROOM),
            "bar": case_bar(review.case, list(review.case.deadlines.all()), today),
            "today": today,
            "key": key,
            "keeps": case_staff(review, user) is None,
            "workbench": reverse(ROOM, args=[review.ref]),
            "problem": problem,
            "nonce": secrets.token_urlsafe(18),
            **(_check(key, review, user, chosen, said or {}) if key else {}),
        }
        if key:
            record_reading(key, user)
        return render(request, "anonymity/workbench.html", context, status=422 if problem else 200)


def _key(user: User, review: PracticeReview) -> IdentityKey | None:
    found: IdentityKey | None = (
        IdentityKey.objects.visible_to(user)
        .filter(case=review.case)
        .prefetch_related("entries", "accepted__accepted_by", "signatures__by")
        .first()
    )
    if found:
        found.case = review.case  # one review, not two readings of it
        review.case.practice_review = review
    return found


def record_reading(key: IdentityKey, user: User) -> None:
    """Reading the key, or the report with what the key says of it, is on record."""
    record_read(
        user,
        what="identity_key",
        partnership=key.partnership,
        case_ref=key.case.ref,
        subject=key._meta.label_lower,
        subject_ref=key.ref,
    )


def _check(
    key: IdentityKey, review: PracticeReview, user: User, chosen: actions.Chosen | None, said: dict[str, str]
) -> dict[str, Any]:
    try:
        finds = open_finds(key, review)
    except TooMuch as too_much:
        return {"too_much": str(too_much)}
    alike = Counter(actions.like(one) for one in finds)
    rows = [
        Row(number, one, _proposed(one), alike[actions.like(one)])
        for number, one in enumerate(finds[:SHOWN], 1)
    ]
    if chosen:
        rows = [_as_typed(row, chosen, said) for row in rows]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.found.place.title, []).append(row)
    check, files = key.last_check(), finished_files.made_files(key)
    made = [document for document in files.values() if document]
    return {
        # After publication nothing more is made or checked, until the report is opened again.
        "going": review.state in BEFORE_PUBLICATION,
        "ready": len(made) == len(files) and all(document.is_readable for document in made),
        "making": any(document.is_waiting for document in made),
        "left": len(finds),
        "more": max(len(finds) - SHOWN, 0),
        "groups": list(groups.items()),
        "cautions": cautions(key, review),
        "figures": figures_of(review),
        "writes": review.state in WRITING and why_not(review, "write_report", user) is None,
        "closed": review.state not in WRITING,
        "files": files,
        "check": check,
        "asked": key.asked_checks.first(),
        "file_finds": check.open_finds(key.left_in()) if check else [],
        "signatures": key.standing_signatures(review.report_hash),
        "ended": [one for one in key.signatures.all() if one.ended_on is not None],
        "sign": why_not(key, "sign", user),
        "unsigned": key.unsigned(review.report_hash),
    }


def _proposed(found: Find) -> str:
    """What the key says stands instead. Of days and numbers it says only what to do, so a person writes the words."""
    if found.entry is None or found.kind in {KeyKind.DATE, KeyKind.NUMBER}:
        return ""
    return actions.fitting(found, found.instead)


def _as_typed(row: Row, chosen: actions.Chosen, said: dict[str, str]) -> Row:
    one = row.found
    if (one.place.code, one.start, one.said) != (chosen.place, chosen.start, chosen.said):
        return row
    return replace(
        row, words=said["words"], reason=said["reason"], error="Say why nobody can be recognised by it"
    )


class BeginKey(View):
    """Begin the identity key with what the case already says."""

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        review = whole_review(user, ref)
        if reason := case_staff(review, user):
            raise PermissionDenied(reason)
        key = actions.begin_key(review, by=user, today=timezone.localdate(), nonce=posted_nonce(request))
        messages.success(request, "The key is begun. Look through it, and add what the case does not know.")
        return redirect("identity-key", ref=key.ref)


class MakeFiles(View):
    """Ask for the PDF and the Word document that are checked."""

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        review = whole_review(user, ref)
        key = _key(user, review)
        if reason := case_staff(review, user):
            raise PermissionDenied(reason)
        if key:
            finished_files.ask_for_files(key, by=user)
        return redirect(f"{reverse(ROOM, args=[ref])}#files")

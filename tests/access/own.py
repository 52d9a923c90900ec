"""Whose a thing is: what makes it a person’s own, row by row of the table and role by role."""

from __future__ import annotations

from collections.abc import Callable

from cspr.accounts.models import User
from referrals.models import Case, Decision, Referral
from referrals.states import Route
from reviews.models import (
    ChronologyEntry,
    ChronologyImport,
    IdentityKey,
    InformationRequest,
    Meeting,
    PracticeReview,
    Signature,
)
from tests.access import change, emergency_scenes, fact_check_scenes, keeping_scenes
from tests.access.cast import Town
from tests.access.comment_scenes import brought_it, made_it
from tests.access.scenes import Scene
from tests.factories import TODAY

Own = Callable[[Scene, User, Town], None]


def _writes(scene: Scene, user: User, town: Town) -> None:
    Referral.objects.filter(pk=scene[Referral].pk).update(referrer=user, agency=town.clinic)


def _of_agency(scene: Scene, user: User, town: Town) -> None:
    Referral.objects.filter(pk=scene[Referral].pk).update(agency=town.clinic)


def _writes_down(scene: Scene, user: User, town: Town) -> None:
    Referral.objects.filter(pk=scene[Referral].pk).update(referrer=user, route=Route.EMAIL)


def _set_aside(scene: Scene, user: User, town: Town) -> None:
    Case.objects.filter(pk=scene[Case].pk).update(set_aside_by=user)


def _recorded_conflict(scene: Scene, user: User, town: Town) -> None:
    scene[Case].conflicts.update(recorded_by=user)


def _proposed(scene: Scene, user: User, town: Town) -> None:
    Decision.objects.filter(pk=scene[Decision].pk).update(proposed_by=user)


def _asked(scene: Scene, user: User, town: Town) -> None:
    InformationRequest.objects.filter(pk=scene[InformationRequest].pk).update(agency=town.clinic)


def _invited(scene: Scene, user: User, town: Town) -> None:
    """An agency's author is asked to give information."""
    scene[Meeting].participants.get_or_create(
        user=user, defaults={"name": user.name, "capacity": "information"}
    )


def _answered(scene: Scene, user: User, town: Town) -> None:
    InformationRequest.objects.filter(pk=scene[InformationRequest].pk).update(answered_by=user)


def _of_chronology(scene: Scene, user: User, town: Town) -> None:
    _asked(scene, user, town)
    ChronologyEntry.objects.filter(pk=scene[ChronologyEntry].pk).update(agency=town.clinic)


def _brought(scene: Scene, user: User, town: Town) -> None:
    _asked(scene, user, town)
    ChronologyImport.objects.filter(pk=scene[ChronologyImport].pk).update(started_by=user, agency=town.clinic)


def _signed(scene: Scene, user: User, town: Town) -> None:
    review = scene[PracticeReview]
    Signature.objects.create(key=scene[IdentityKey], by=user, on=TODAY, text_hash=review.report_hash)


WRITER = {"REF": _writes, "SGLEAD": _writes, "STAFF": _writes_down}
AGENCY = {"REF": _writes, "SGLEAD": _of_agency}
OWN: dict[str, dict[str, Own]] = {
    **change.OWN,
    **emergency_scenes.OWN,
    **fact_check_scenes.OWN,
    **keeping_scenes.OWN,
    "referral.list": AGENCY,
    "referral.view": AGENCY,
    "referral.read_own": AGENCY,
    "referral.read": AGENCY,
    "referral.read_waiting": AGENCY,
    "referral.copy": AGENCY,
    "referral.copy_waiting": AGENCY,
    "referral.edit_with_lead": AGENCY,
    "referral.sign_off": AGENCY,
    **dict.fromkeys(
        (
            "referral.edit_draft",
            "referral.edit_returned",
            "referral.edit_submitted",
            "referral.send_to_lead",
            "referral.submit",
            "referral.resubmit",
            "referral.ask_to_withdraw",
        ),
        WRITER,
    ),
    "case.close": {"CHAIR": _set_aside},
    "case.reopen": {"CHAIR": _set_aside},
    "restriction.lift": {"CHAIR": _set_aside},
    "conflict.lift": {"CHAIR": _recorded_conflict},
    "decision.take_back": {"STAFF": _proposed},
    "decision.approve": {"CHAIR": _proposed, "STAFF": _proposed},
    "lcspr_draft.import_own": {"STAFF": brought_it, "LEAD": brought_it},
    "lcspr_comment.settle": {"CHAIR": made_it, "PARTNER": made_it},
    "lcspr.approve_final": {"CHAIR": _proposed},
    "publication.publish": {"STAFF": _proposed},
    "identity_key.sign": {"STAFF": _signed, "CHAIR": _signed},
    "agency_report.accept_or_return": {"STAFF": _answered},
    "meeting.view": {"AUTH": _invited},
    "agency_report.view": {"AUTH": _asked},
    "chronology.entry_view": {"AUTH": _of_chronology},
    "chronology.edit": {"AUTH": _of_chronology},
    "chronology.import_own": dict.fromkeys(("AUTH", "STAFF", "LEAD"), _brought),
    "agency_report.download": {"AUTH": _asked},
    "agency_report.edit_draft": {"AUTH": _asked},
    "agency_report.submit": {"AUTH": _asked},
}

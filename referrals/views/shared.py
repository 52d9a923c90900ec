"""What several pages need: the person, the referral fetched as visible, answers laid out for reading."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import User
from cspr.audit.models import Event
from referrals import permissions
from referrals.models import Referral
from referrals.questions import SECTIONS, Kind, Place, Section, Shown, shown, title_of
from referrals.questions.answers import of
from referrals.views.verbs import VerbView


def person(request: HttpRequest) -> User:
    """Who asks. Pages here are never reached without signing in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def today() -> dt.date:
    return timezone.localdate()


def new_nonce() -> str:
    """A number for one sending of a form, so that a double click counts once."""
    return secrets.token_urlsafe(18)


def found(request: HttpRequest, ref: str) -> Referral:
    """The referral, if the person may see it; else the 404 of a reference that never existed."""
    visible = Referral.objects.visible_to(person(request))
    referral = visible.select_related("partnership", "agency", "referrer", "case").filter(ref=ref).first()
    if referral is None:
        raise Http404
    if referral.case is not None:
        referral.case.partnership = referral.partnership
    return referral


def on_agency_side(referral: Referral, user: User) -> bool:
    """Whether the person looks at it as its writer or as their agency's safeguarding lead."""
    return permissions.writes(referral, user) is None or permissions.leads(referral, user) is None


class ReferralVerb(VerbView):
    """One verb on a referral."""

    model = Referral

    def subject(self) -> Referral:
        return found(self.request, self.kwargs["ref"])


def given_back(referral: Referral) -> str:
    """What the safeguarding lead asked for when they gave it back; "" once it has been sent to them again."""
    verbs = ("referral.give_back", "referral.send_to_lead")
    event = Event.objects.filter(subject_ref=referral.ref, kind__in=verbs).first()
    return event.words if event and event.kind == verbs[0] else ""


# --- answers for reading ----------------------------------------------------------------------------------


@dataclass
class Card:
    """The answers of one section, or of one item of a section that repeats."""

    title: str
    place: Place
    url: str = ""
    rows: list[tuple[Shown, str]] = field(default_factory=list)


def cards(
    answers: Mapping[str, Any],
    link: Callable[[Place], str] | None = None,
    sections: Sequence[Section] = SECTIONS,
) -> list[Card]:
    """Every asked question with its answer, by section and item; ``link`` says where each can be changed."""
    found: dict[tuple[str, int | None], Card] = {}
    for row in shown(answers, sections):
        key = (row.section.code, row.item)
        if key not in found:
            place = Place(row.section, row.item)
            found[key] = Card(_title(place, answers), place, link(place) if link else "")
        found[key].rows.append((row, link(row.place) if link else ""))
    return list(found.values())


def _title(place: Place, answers: Mapping[str, Any]) -> str:
    if place.item is None:
        return place.section.title
    item = place.section.items(of(place.section, answers))[place.item]
    named, numbered = title_of(place.section, place.item, item), place.label
    return named if named == numbered else f"{numbered}: {named}"


def form_link(referral: Referral) -> Callable[[Place], str]:
    """Where each answer of this referral is changed: the page of the form, at the question."""

    def link(place: Place) -> str:
        code = place.section.code
        if place.item is None:
            address = reverse("referral-section", args=[referral.ref, code])
        else:
            address = reverse("referral-item", args=[referral.ref, code, place.item + 1])
        return f"{address}?check=1#{anchor(place)}" if place.question else address

    return link


def anchor(place: Place) -> str:
    """The id of the control that answers the question: of several, the first."""
    question = place.question
    if question is None:
        return ""
    several = question.kind in {Kind.DATE, Kind.CHOICES} or (
        question.kind is Kind.CHOICE and not question.is_list
    )
    return f"id_{question.code}_0" if several else f"id_{question.code}"


def readers(referral: Referral) -> Iterator[str]:
    """Who will read what is written, said before a word is written."""
    if referral.needs_lead:
        yield "your agency’s safeguarding lead, who checks it and sends it on"
    yield f"the team of {referral.partnership.name}"
    yield (
        f"if it is accepted, the chair of the {referral.partnership.sub_group_name} and the delegated partners of the "
        "local authority, the integrated care board and the police, and those who review the case"
    )
    yield "a family or a court may later ask to see it, so write what you would be content for them to read"

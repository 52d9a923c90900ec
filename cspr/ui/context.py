"""What the frame of every page needs to know. Nothing is looked up until a template asks for it, so a public
page, which never asks, touches neither the session nor the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

SERVICE_NAME = "Child safeguarding practice reviews"
Trouble = Callable[[Any], str]
_troubles: list[Trouble] = []


@dataclass(frozen=True)
class Section:
    """An entry of the service navigation. ``only`` names the roles it is for; empty means every role."""

    label: str
    url: str
    only: frozenset[str] = frozenset()
    current: bool = False


# An agency's report author comes to their own requests by "Your work", and sees no list of reviews.
REVIEW_ROLES = frozenset({"staff", "chair", "partner", "reviewer", "panel_member"})
REFERRAL_ROLES = frozenset({"referrer", "safeguarding_lead", "staff", "chair", "partner"})
# An agency's people may own an action that follows from a review.
ACTION_ROLES = frozenset({"author", "safeguarding_lead", "referrer"})
SECTIONS = (
    Section("Your work", "/work/"),
    Section("Cases", "/cases/", REVIEW_ROLES),
    Section("Referrals", "/referrals/", REFERRAL_ROLES),
    Section("Rapid reviews", "/rapid-reviews/", REVIEW_ROLES),
    Section("Practice reviews", "/practice-reviews/", REVIEW_ROLES),
    Section("Actions", "/actions/", REVIEW_ROLES | ACTION_ROLES),
    Section("Library", "/library/"),
    Section("People and access", "/people/", frozenset({"staff", "sysadmin", "dpo"})),
)
PUBLIC_SECTIONS = (
    Section("What reviews are", "/"),
    Section("How to refer", "/refer/"),
    Section("Published reviews", "/library/"),
    Section("For families", "/families/"),
    Section("Guidance", "/guidance/"),
)


def register_trouble(check: Trouble) -> None:
    """Let a part of the system say, in one sentence to a signed-in person, that it is in trouble.

    ``check(user)`` gives the sentence or "". It runs on every signed-in page, so it must be cached or cheap.
    """
    _troubles.append(check)


class Frame:
    """The frame round one page: header, navigation, strips."""

    service_name = SERVICE_NAME

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def second_factor_relaxed(self) -> bool:
        return not settings.MFA_REQUIRED

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @property
    def layout(self) -> str:
        """The frame for a page that both kinds of visitor may meet, such as an error."""
        return "base.html" if self.signed_in else "public_base.html"

    @cached_property
    def header_name(self) -> str:
        """The partnership's name; for a person of several, or of none yet, the name of the service."""
        names = {m.partnership.name for m in self._standing}
        return names.pop() if len(names) == 1 else SERVICE_NAME

    @cached_property
    def _standing(self) -> list[Any]:
        user: Any = self._request.user if self.signed_in else None
        return list(user.standing) if user else []

    @property
    def sections(self) -> list[Section]:
        """The signed-in navigation, without what the person's roles never open."""
        roles = {m.role for m in self._standing}
        return [self._placed(s) for s in SECTIONS if not s.only or s.only & roles]

    @property
    def public_sections(self) -> list[Section]:
        return [self._placed(s) for s in PUBLIC_SECTIONS]

    @property
    def unplaced_sections(self) -> list[Section]:
        """The navigation of an error page: the same wherever the error arose."""
        here = self.sections if self.signed_in else self.public_sections
        return [replace(s, current=False) for s in here]

    def _placed(self, section: Section) -> Section:
        path = self._request.path
        here = path == "/" if section.url == "/" else path.startswith(section.url)
        return replace(section, current=here)

    @property
    def troubles(self) -> list[str]:
        if not self.signed_in:
            return []
        return [sentence for check in _troubles if (sentence := check(self._request.user))]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: ``frame``."""
    return {"frame": Frame(request)}

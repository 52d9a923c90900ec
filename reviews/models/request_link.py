"""Answering without an account: a link to one request, and the code that goes another way (docs/decisions/0008)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.workflow import Pass, Refused, Subject, follows, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.models.information_request import InformationRequest
from reviews.states import AWAITED, RAPID_REVIEW_ENDED, CodeBy, LinkState

S = LinkState
WRONG_CODES = 5
# Without the letters and digits that are mistaken for one another on the telephone or on paper.
LETTERS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
CODE_LENGTH = 8
# What the link opens: this one request, read and answered. Nothing else is ever named here.
OPENS = frozenset({"open_request", "save_draft", "nil_return", "answer_request"})
NOT_ASKED = "The agency is not asked now, so there is nothing to answer."
ENDED = "This link no longer opens the request. Ring the partnership’s team."


def hashed(token: str) -> str:
    """For what is long and random itself (the token, a browser's key): no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """``K7QF-3MXR``: about 39 bits; five wrong ones lock the link."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def as_given(code: str) -> str:
    """The code however it was typed: capitals or not, with or without the dash or spaces."""
    return "".join(c for c in code.upper() if c.isalnum())[:40]


class Links(Visible["RequestLink"]):
    def reachable(self, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of the pairs (address, reference), the links that may be mailed now: live, and to their own contact."""
        asked = set(pairs)
        found = self.filter(ref__in={ref for _, ref in asked}).select_related("request__rapid_review")
        today = timezone.localdate()
        return {(link.email, link.ref) for link in found if link.live(today)} & asked


class RequestLink(Subject):
    """One contact of an asked agency who answers without an account."""

    request = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="links")
    state = FSMField(default=S.OPEN, choices=S.choices, protected=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120)
    email = models.EmailField()
    code_by = models.CharField(max_length=20, choices=CodeBy.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=200)
    expires_on = models.DateField("last day it can be used")
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    # The one browser that entered the code last, as the hash of a key that only its session holds.
    browser_hash = models.CharField(max_length=64, blank=True)
    opened_on = models.DateField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    objects = Links.as_manager()

    class Meta:
        ordering = ["-id"]

    @property
    def case(self) -> Case:
        return self.request.case

    @property
    def partnership(self) -> Partnership:
        return self.request.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_links(user)

    def get_absolute_url(self) -> str:
        return f"{self.request.get_absolute_url()}#links"

    def live(self, today: dt.date) -> bool:
        """Whether it still opens the request on that day."""
        asked = self.request.state in AWAITED and self.request.rapid_review.state not in RAPID_REVIEW_ENDED
        return self.state == S.OPEN and today <= self.expires_on and asked

    def fits(self, code: str) -> bool:
        """Whether this is the code. A slow hash, compared in constant time."""
        return check_password(as_given(code), self.code_hash)

    def arm(self, token: str, code: str) -> None:
        """Take a new token and code; only their hashes are kept. Every browser has to give the code again."""
        self.token_hash, self.code_hash = hashed(token), make_password(as_given(code))
        self.wrong_codes, self.browser_hash = 0, ""

    @verb(
        [S.OPEN, S.LOCKED, S.REVOKED, S.ENDED],
        S.OPEN,
        rule=permissions.case_staff,
        label="Send a new link",
        guards=[lambda k: None if k.request.state in AWAITED else NOT_ASKED],
        effect="The contact gets a new link by e-mail, and needs a new code. The earlier ones open nothing more.",
    )
    def renew(
        self, *, by: User | None, on: dt.date, token: str, code: str, expires_on: dt.date
    ) -> dict[str, Any]:
        if expires_on < on:
            raise Refused("Give a last day from today on.")
        self.arm(token, code)
        self.expires_on = expires_on
        return {"expires_on": expires_on}

    @verb(
        [S.OPEN, S.LOCKED],
        S.REVOKED,
        rule=permissions.case_staff,
        label="Revoke the link",
        effect="It opens nothing from this moment on, also where it is open now.",
    )
    def revoke(self, *, by: User | None, on: dt.date) -> None:
        self.browser_hash = ""

    @verb(S.OPEN, rule=follows, label="Opened with the code")
    def enter(self, *, by: User | None, on: dt.date, browser: str) -> None:
        """The code was right: this browser is the one that may answer; an earlier one has to give it again."""
        self.wrong_codes, self.browser_hash = 0, hashed(browser)
        self.opened_on = self.opened_on or on

    @verb(S.OPEN, rule=follows, label="A wrong code")
    def miss(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        self.wrong_codes += 1
        return {"wrong_codes": self.wrong_codes}

    @verb(S.OPEN, S.LOCKED, rule=follows, label="Locked after wrong codes")
    def lock(self, *, by: User | None, on: dt.date) -> None:
        self.browser_hash = ""

    @verb([S.OPEN, S.LOCKED], S.ENDED, rule=follows, label="Used, or no longer needed")
    def end(self, *, by: User | None, on: dt.date) -> None:
        """The answer came, this way or another; or the agency is not asked any more."""
        self.browser_hash = ""


class LinkPass(Pass):
    """What the browser holds that has given the code: it opens one request, and asks anew each time."""

    def __init__(self, link: RequestLink, key: str) -> None:
        self.link, self.ref, self._browser = link, link.ref, hashed(key)

    def request(self) -> InformationRequest:
        """The one request that this pass opens, as it stands now."""
        found = InformationRequest._base_manager.select_related("agency", "rapid_review__case__partnership")
        return found.get(pk=self.link.request_id)

    def why_not(self, subject: Any, verb: str) -> str | None:
        if verb not in OPENS or not isinstance(subject, InformationRequest):
            return ENDED
        fresh = (
            RequestLink._base_manager.filter(
                pk=self.link.pk, request_id=subject.pk, browser_hash=self._browser
            )
            .select_related("request__rapid_review")
            .first()
        )
        return None if fresh is not None and fresh.live(timezone.localdate()) else ENDED

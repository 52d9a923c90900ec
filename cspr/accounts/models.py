"""Who people are: partnerships, agencies, people and the roles they hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from cspr.accounts.roles import AGENCY_ROLES, PEOPLE_READERS, AgencyType, Partner, Role
from cspr.refs import new_ref


class Partnership(models.Model):
    """One safeguarding partnership: the tenant. Nothing of one partnership is ever shown to another."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=40)
    area = models.CharField("area it covers", max_length=120)
    sub_group_name = models.CharField(max_length=80, default="Case Review Sub-group")
    email = models.EmailField("partnership team's mailbox")
    phone = models.CharField(max_length=40)
    # Who to ring about a child at risk now: stands at the top of the referral form.
    urgent_contact = models.CharField(max_length=200)
    lead_signs_off = models.BooleanField("a referral needs the agency's safeguarding lead", default=False)
    last_yearly_report_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An organisation. Police forces and ICBs work with several partnerships."""

    name = models.CharField(max_length=160)
    type = models.CharField(max_length=40, choices=AgencyType.choices)
    # Set for the three statutory safeguarding partners only.
    partner = models.CharField(max_length=10, choices=Partner.choices, blank=True)
    partnerships = models.ManyToManyField(Partnership, related_name="agencies")
    # Whom the last step of the reminders goes to when the agency owes an answer; may have no account.
    executive_name = models.CharField("named executive", max_length=120, blank=True)
    executive_email = models.EmailField("the executive's e-mail address", blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


def authenticator_apps() -> models.QuerySet:
    """The authenticator apps that people have set up; recovery codes alone are no second factor."""
    found: models.QuerySet = apps.get_model("mfa", "Authenticator")._default_manager.filter(type="totp")
    return found


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, viewer: User) -> UserQuerySet:
        """Everybody who holds or held a role in a partnership whose people ``viewer`` may see."""
        theirs = viewer.partnerships(*PEOPLE_READERS)
        return self.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), partnership__in=theirs)))

    def with_second_factor(self) -> UserQuerySet:
        """Read with each person, in the same statement, whether an authenticator app is set up."""
        return self.annotate(_has_second_factor=Exists(authenticator_apps().filter(user=OuterRef("pk"))))

    def without_second_factor(self) -> UserQuerySet:
        return self.filter(~Exists(authenticator_apps().filter(user=OuterRef("pk"))))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: User) -> UserQuerySet:
        return self.get_queryset().visible_to(viewer)

    def with_second_factor(self) -> UserQuerySet:
        return self.get_queryset().with_second_factor()

    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """Create a person. ``password=None`` makes an account that can only be entered by invitation."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person with an account. No superuser flag: nobody passes by the rules of a case."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def has_second_factor(self) -> bool:
        """Whether the person has set up an authenticator app, read once per instance (so per request)."""
        if not hasattr(self, "_has_second_factor"):
            self._has_second_factor: bool = authenticator_apps().filter(user=self).exists()
        return self._has_second_factor

    @property
    def standing(self) -> list[Membership]:
        """The memberships in force today, read once per instance (so once per request)."""
        if not hasattr(self, "_standing"):
            self._standing = (
                list(self.memberships.in_force().select_related("agency", "partnership"))
                if self.is_active
                else []
            )
        return self._standing

    def partnerships(self, *roles: str) -> set[int]:
        """The keys of the partnerships in which the person holds one of ``roles`` today."""
        return {m.partnership_id for m in self.standing if m.role in roles}

    def holds(self, partnership_id: int | None, *roles: str, agency_id: int | None = None) -> bool:
        """Whether the person holds one of ``roles`` there today (in that agency, if one is named)."""
        return any(
            m.partnership_id == partnership_id
            and m.role in roles
            and (agency_id is None or m.agency_id == agency_id)
            for m in self.standing
        )

    def partner_for(self, partnership_id: int) -> str:
        """Which statutory partner (``la``, ``icb``, ``police``) the person speaks for there, or ``""``."""
        for m in self.standing:
            if m.partnership_id == partnership_id and m.role == Role.PARTNER and m.agency:
                return m.agency.partner
        return ""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, today: dt.date | None = None) -> MembershipQuerySet:
        """Memberships that have begun and not ended, of people whose account is active."""
        day = today or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True)

    def holding(self, partnership_id: int, roles: Iterable[str]) -> MembershipQuerySet:
        return self.in_force().filter(partnership_id=partnership_id, role__in=list(roles))


class Membership(models.Model):
    """One person's role in one partnership, for an agency where the role belongs to one."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField(default=timezone.localdate)
    ends_on = models.DateField("last day", null=True, blank=True)
    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two, because SQLite cannot treat two missing agencies as equal. A role that ended may return.
            models.UniqueConstraint(
                fields=["user", "partnership", "agency", "role"],
                condition=Q(ends_on=None, agency__isnull=False),
                name="one_open_membership_per_agency_role",
            ),
            models.UniqueConstraint(
                fields=["user", "partnership", "role"],
                condition=Q(ends_on=None, agency=None),
                name="one_open_membership_per_role",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(role__in=sorted(AGENCY_ROLES)),
                name="agency_role_names_its_agency",
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class Offer(models.Model):
    """A role offered to somebody and not yet theirs: what invitations and pending grants have in common."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    offered_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        abstract = True


AnOffer = TypeVar("AnOffer", bound=Offer)


class OfferQuerySet(models.QuerySet[AnOffer]):
    def visible_to(self, viewer: User) -> OfferQuerySet[AnOffer]:
        """Offers of the partnerships whose people ``viewer`` may see."""
        return self.filter(partnership__in=viewer.partnerships(*PEOPLE_READERS))

    def still_open(self) -> OfferQuerySet[AnOffer]:
        """Offers that nobody has taken up, declined or withdrawn, with what a page says of them."""
        return self.filter(closed_on=None).select_related("agency", "partnership", "offered_by")


class Invitation(Offer):
    """A single-use link by which one person, and only at this address, gets an account or one more role."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    # SHA-256 of the token: who reads the database cannot use the link.
    token_hash = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField("last day it can be used")
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.ref


class PendingGrant(Offer):
    """A role that one administrator wants to give and a second one must confirm."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pending_grants")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.ref


def load_standing(people: Iterable[User]) -> None:
    """Read what ``standing`` answers for many people in one query, where a task asks it of each of them."""
    prefetch_related_objects(
        [person for person in people if person.is_active],
        Prefetch(
            "memberships",
            queryset=Membership.objects.in_force().select_related("agency", "partnership"),
            to_attr="_standing",
        ),
    )


class SignInSession(AbstractBaseSession):
    """One browser in which one person is signed in. Times in seconds since 1970, as sessions keep them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=200, blank=True)
    started_at = models.PositiveBigIntegerField(default=0)
    last_seen_at = models.PositiveBigIntegerField(default=0)


def people(ids: models.QuerySet) -> models.QuerySet[User]:
    """The people with these ids, by name: those named beside something the reader was allowed to fetch."""
    found: models.QuerySet[User] = User._default_manager.filter(pk__in=ids).order_by("name")
    return found

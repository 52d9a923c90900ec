"""Pages of "People and access": who is who, and the few things an administrator does about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from cspr.accounts import permissions
from cspr.accounts.models import Invitation, Membership, Partnership, PendingGrant, User
from cspr.accounts.roles import ALARM_READERS, PEOPLE_READERS, Role
from cspr.people import actions
from cspr.people.forms import EndRoleForm, InvitationForm, PeopleFilter, RoleForm
from cspr.people.panels import panels_for
from cspr.people.requests import freshly_proven, person_of
from cspr.ui.arriving import tidied_too
from cspr.ui.forms import GovukForm
from cspr.ui.keyset import page_of
from cspr.workflow import Refused


class PeoplePage(TemplateView):
    """Who has an account, with which roles, and what waits for an administrator."""

    template_name = "accounts/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        viewer = person_of(self.request)
        readable = viewer.partnerships(*PEOPLE_READERS)
        if not readable:
            raise Http404
        administered = viewer.partnerships(Role.SYSADMIN)
        people_filter = PeopleFilter(self.request.GET)
        people = self._people(viewer, readable, people_filter.answers())
        return super().get_context_data(
            page=page_of(people, order=("name", "id"), after=self.request.GET.get("after", "")),
            filter=people_filter,
            chosen=people_filter.chosen(),
            caption="People without a role" if people_filter.answers()["show"] == "ended" else "People",
            several=len(readable) > 1,
            administers=bool(administered),
            keeps_agencies=bool(viewer.partnerships(Role.STAFF, Role.SYSADMIN)),
            sends=bool(viewer.partnerships(Role.STAFF)),
            keeping=Partnership.objects.filter(
                pk__in=viewer.partnerships(Role.STAFF, Role.SYSADMIN, Role.DPO)
            ).order_by("name"),
            oversees=bool(viewer.partnerships(Role.STAFF, Role.DPO)),
            watches=bool(viewer.partnerships(*ALARM_READERS)),
            invitations=Invitation.objects.visible_to(viewer).still_open(),
            grants=PendingGrant.objects.visible_to(viewer).still_open().select_related("user"),
            today=timezone.localdate(),
            **kwargs,
        )

    @staticmethod
    def _people(viewer: User, readable: set[int], asked: dict[str, str]) -> QuerySet[User]:
        here = Membership.objects.in_force().filter(partnership__in=readable)
        asked_for = here.filter(role=asked["role"]) if asked["role"] else here
        in_force = Exists(asked_for.filter(user=OuterRef("pk")))
        people = User.objects.visible_to(viewer).with_second_factor()
        people = people.filter(~in_force if asked["show"] == "ended" else in_force)
        if asked["show"] == "no-second-factor":
            people = people.without_second_factor()
        if asked["q"]:
            people = people.filter(Q(name__icontains=asked["q"]) | Q(email__icontains=asked["q"]))
        roles = here.select_related("agency", "partnership")
        return people.prefetch_related(Prefetch("memberships", roles, to_attr="roles_here"))


class PersonPage(TemplateView):
    """One person: what they are here, and what their account is like. Nothing of another partnership."""

    template_name = "accounts/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        viewer = person_of(self.request)
        person = find_person(viewer, kwargs["ref"])
        readable = viewer.partnerships(*PEOPLE_READERS)
        in_force = {m.pk for m in person.standing}
        memberships = person.memberships.filter(partnership__in=readable).order_by("-starts_on", "-id")
        roles = list(memberships.select_related("agency", "partnership"))
        no_control = permissions.control_account(viewer, person)
        return super().get_context_data(
            person=person,
            memberships=[m for m in roles if m.pk in in_force],
            ended=[m for m in roles if m.pk not in in_force],
            grants=PendingGrant.objects.visible_to(viewer).still_open().filter(user=person),
            panels=panels_for(viewer, person),
            administered=viewer.partnerships(Role.SYSADMIN),
            may_control=no_control is None,
            why_no_control=no_control,
            itself=viewer.pk == person.pk,
            **kwargs,
        )


def find_person(viewer: User, ref: str) -> User:
    """The person, if ``viewer`` may see who they are; otherwise 404."""
    return get_object_or_404(User.objects.visible_to(viewer).with_second_factor(), ref=ref)


class Doing(FormView):
    """One thing to do: a page that says what will happen, and a button. Subclasses say who, what and where.

    ``why_not`` answers ``None`` or the sentence of the 403 page. ``act`` does it and answers the words for
    the next page; a refusal it raises stands on this page above the form, with everything typed.
    """

    template_name = "accounts/do.html"
    form_class: type[forms.BaseForm] = GovukForm
    heading = ""
    effect = ""
    button = ""
    warning = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.by = person_of(request)
        self.today = timezone.localdate()
        self.find(**kwargs)
        reason = self.why_not()
        if reason:
            raise PermissionDenied(reason)
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Fetch what the page is about; 404 when it is not there or not for this person to know of."""

    def why_not(self) -> str | None:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return tidied_too(super().get_form_kwargs())

    def act(self, form: Any) -> str:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            done = self.act(form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse("accounts:people")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.heading,
            effect=self.effect,
            button=self.button,
            warning=self.warning,
            back=self.get_success_url(),
            **kwargs,
        )

    def administered(self) -> QuerySet[Partnership]:
        return Partnership.objects.filter(pk__in=self.by.partnerships(Role.SYSADMIN)).order_by("name")


@freshly_proven
class Invite(Doing):
    form_class = InvitationForm
    heading = "Invite a person"
    effect = (
        "We send one e-mail with a link that works once, for seven days. The person chooses a password and "
        "sets up an authenticator app before anything else."
    )
    button = "Send the invitation"

    def why_not(self) -> str | None:
        return None if self.administered() else permissions.ADMINISTRATORS_ONLY

    def find(self, **kwargs: Any) -> None:
        if not self.by.partnerships(*PEOPLE_READERS):
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.by, "partnerships": self.administered()}

    def act(self, form: InvitationForm) -> str:
        data = form.cleaned_data
        actions.invite(
            self.by, form.partnership, data["email"], data["name"], data["role"], data["agency"], self.today
        )
        return f"Invitation sent to {data['email']}."


class DoingToOffer(Doing):
    """Something about an open invitation or a role that waits for confirmation."""

    model: type[Invitation] | type[PendingGrant]

    def find(self, **kwargs: Any) -> None:
        offers = self.model.objects.visible_to(self.by).still_open()
        self.offer: Any = get_object_or_404(offers, ref=kwargs["ref"])

    def why_not(self) -> str | None:
        return permissions.close_offer(self.by, self.offer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(offer=self.offer, **kwargs)


class WithdrawInvitation(DoingToOffer):
    model = Invitation
    heading = "Withdraw this invitation"
    effect = "The link in the e-mail stops working. We do not write to the person again."
    button = "Withdraw the invitation"

    def act(self, form: GovukForm) -> str:
        actions.close_offer(self.by, self.offer, self.today)
        return "The invitation is withdrawn."


class DeclineGrant(DoingToOffer):
    model = PendingGrant
    heading = "Do not give this role"
    effect = "The person does not get the role. Both administrators stand in the record."
    button = "Do not give the role"

    def act(self, form: GovukForm) -> str:
        actions.close_offer(self.by, self.offer, self.today)
        return "The role is not given."


@freshly_proven
class ConfirmGrant(DoingToOffer):
    model = PendingGrant
    heading = "Confirm this role"
    effect = "The person has the role from their next page on. Both administrators stand in the record."
    button = "Confirm the role"

    def why_not(self) -> str | None:
        return permissions.confirm_grant(self.by, self.offer)

    def act(self, form: GovukForm) -> str:
        actions.confirm_grant(self.by, self.offer, self.today)
        return f"{self.offer.user.name} is now {self.offer.get_role_display().lower()}."


class DoingToPerson(Doing):
    """Something about one person. Back to their page afterwards."""

    def find(self, **kwargs: Any) -> None:
        self.person = find_person(self.by, kwargs["ref"])

    def get_success_url(self) -> str:
        return reverse("accounts:person", args=[self.person.ref])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, **kwargs)


@freshly_proven
class GiveRole(DoingToPerson):
    form_class = RoleForm
    heading = "Give a role"
    effect = (
        "The person has the role from their next page on, or once a second administrator has confirmed it."
    )
    button = "Give the role"

    def why_not(self) -> str | None:
        if self.person == self.by:
            return "Nobody can give themselves a role. Ask another administrator."
        return None if self.administered() else permissions.ADMINISTRATORS_ONLY

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "by": self.by,
            "partnerships": self.administered(),
            "person": self.person,
        }

    def act(self, form: RoleForm) -> str:
        data = form.cleaned_data
        given = actions.grant_role(
            self.by, self.person, form.partnership, data["role"], data["agency"], self.today
        )
        if isinstance(given, PendingGrant):
            return "The role waits for a second administrator to confirm it."
        return f"{self.person.name} is now {given.get_role_display().lower()}."


class EndRole(DoingToPerson):
    form_class = EndRoleForm
    heading = "End a role"
    effect = "The person keeps their account and their other roles. What they did stays in the record."
    button = "End the role"

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        theirs = self.person.memberships.filter(partnership__in=self.by.partnerships(*PEOPLE_READERS))
        self.membership = get_object_or_404(theirs.in_force(), ref=kwargs["role_ref"])

    def why_not(self) -> str | None:
        return permissions.end_membership(self.by, self.membership)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(membership=self.membership, **kwargs)

    def act(self, form: EndRoleForm) -> str:
        actions.end_membership(self.by, self.membership, self.today, form.cleaned_data["last_day"])
        return f"{self.membership.get_role_display()}: ended, or set to end."


@freshly_proven
class Deactivate(DoingToPerson):
    heading = "Close this account"
    effect = (
        "The person is signed out everywhere at once and cannot sign in again. Their roles end. What they "
        "wrote and decided stays, under their name. To let them back, invite them again."
    )
    button = "Close the account"
    warning = True

    def why_not(self) -> str | None:
        return permissions.control_account(self.by, self.person)

    def act(self, form: GovukForm) -> str:
        actions.deactivate(self.by, self.person, self.today)
        return f"The account of {self.person.name} is closed."


class EndSessions(DoingToPerson):
    heading = "Sign this person out everywhere"
    effect = "Every browser they are signed in with is signed out. They can sign in again."
    button = "Sign them out"

    def why_not(self) -> str | None:
        return permissions.end_sessions(self.by, self.person)

    def act(self, form: GovukForm) -> str:
        actions.end_sessions(self.by, self.person)
        return f"{self.person.name} is signed out everywhere."


@freshly_proven
class ResetSecondFactor(DoingToPerson):
    heading = "Remove the authenticator app"
    effect = (
        "For somebody who lost their telephone and their recovery codes. First make sure, by calling a "
        "number you know, that it is really them who asks. They are signed out, told by e-mail, and must set "
        "up a new app when they next sign in."
    )
    button = "Remove the authenticator app"
    warning = True

    def why_not(self) -> str | None:
        return permissions.control_account(self.by, self.person)

    def act(self, form: GovukForm) -> str:
        actions.reset_second_factor(self.by, self.person)
        return f"{self.person.name} must set up a new authenticator app."

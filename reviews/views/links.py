"""The staff's side of the library: the links they keep for the public."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.pages import posted_nonce
from cspr.ui.fields import RadioField
from cspr.ui.forms import GovukMixin
from reviews import library
from reviews.models import LibraryLink
from reviews.states import LinkKind

SCHEMES = ("https://", "http://")


class LinkForm(GovukMixin, forms.ModelForm):
    """One link. A person who is staff of several partnerships says whose it is."""

    kind = RadioField(
        label="Where does it belong?",
        choices=LinkKind.choices,
        error_messages={"required": "Select where it belongs"},
    )
    url = forms.URLField(
        label="Address",
        assume_scheme="https",
        max_length=400,
        help_text="For example, https://www.gov.uk/",
        error_messages={
            "required": "Enter an address",
            "invalid": "Enter an address such as https://www.gov.uk/",
        },
    )

    class Meta:
        model = LibraryLink
        fields = ("partnership", "kind", "title", "url", "note")
        error_messages: ClassVar[dict[str, Any]] = {"title": {"required": "Enter a title"}}
        labels = {"title": "Title", "note": "What it is, in one sentence", "partnership": "Partnership"}

    def __init__(self, *args: Any, keepers: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["partnership"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset, choice.empty_label = keepers, None
        if len(keepers) == 1:
            del self.fields["partnership"]
            self.instance.partnership = keepers[0]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not url.lower().startswith(SCHEMES):
            raise ValidationError("Enter an address that begins with https://")
        return url


class Links(View):
    """Everything the person's partnerships have put in the library."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, keepers = _keeper(request)
        kept = LibraryLink.objects.visible_to(user).select_related("partnership")
        shelves = [(kind.label, [link for link in kept if link.kind == kind]) for kind in LinkKind]
        return render(request, "library/links.html", {"shelves": shelves, "several": len(keepers) > 1})


class AddLink(View):
    """Put a link in the library."""

    heading, button, done = "Add a link", "Add the link", "The link is in the library."

    def link(self, request: HttpRequest, **kwargs: Any) -> LibraryLink:
        return LibraryLink()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        _, keepers = _keeper(request)
        return self._page(request, LinkForm(instance=self.link(request, **kwargs), keepers=keepers))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user, keepers = _keeper(request)
        form = LinkForm(request.POST, instance=self.link(request, **kwargs), keepers=keepers)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            library.keep_link(form.instance, by=user, today=timezone.localdate(), nonce=posted_nonce(request))
        except IntegrityError:
            return redirect("library-links")  # the same form again: its first arrival did it
        messages.success(request, self.done)
        return redirect("library-links")

    def _page(self, request: HttpRequest, form: LinkForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "heading": self.heading,
            "button": self.button,
            "nonce": secrets.token_urlsafe(18),
        }
        return render(request, "library/link_form.html", context, status=status)


class ChangeLink(AddLink):
    """Correct a link."""

    heading, button, done = "Change a link", "Save", "The link is changed."

    def link(self, request: HttpRequest, **kwargs: Any) -> LibraryLink:
        return _found(request, kwargs["ref"])


class RemoveLink(View):
    """Take a link out, after asking."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        return render(request, "library/link_remove.html", {"link": _found(request, ref)})

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, _ = _keeper(request)
        library.remove_link(_found(request, ref), by=user)
        messages.success(request, "The link is out of the library.")
        return redirect("library-links")


def _keeper(request: HttpRequest) -> tuple[User, QuerySet[Partnership]]:
    """The person and the partnerships they keep links for; to everybody else these pages do not exist."""
    user = request.user
    if not isinstance(user, User) or not (staffed := user.partnerships(Role.STAFF)):
        raise Http404
    return user, Partnership.objects.filter(pk__in=staffed).order_by("name")


def _found(request: HttpRequest, ref: str) -> LibraryLink:
    user, _ = _keeper(request)
    return get_object_or_404(LibraryLink.objects.visible_to(user).select_related("partnership"), ref=ref)

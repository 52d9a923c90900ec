"""Pages that anybody may read: no sign-in, no cookie, no record of the visit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from cspr.accounts.models import Partnership
from cspr.wall.scope import everything
from reviews.models import LibraryLink
from reviews.states import LinkKind

PublicView = Callable[..., HttpResponseBase]
# A page that is public now may be kept this long by caches on the way; nothing else may be kept at all.
KEPT = "public, max-age=300"
NEVER_KEPT = "no-store"


def public(view: PublicView) -> PublicView:
    """Open ``view`` to everybody. Only what was found may be cached, and leaving tells no other site of the visit.

    What is published is no partnership's own any more: such a view reads through ``public()`` alone.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with everything():
                response = view(request, *args, **kwargs)
        except Http404 as missing:
            response = page_not_found(request, missing)
        response["Cache-Control"] = KEPT if response.status_code == 200 else NEVER_KEPT
        response["Referrer-Policy"] = "no-referrer"
        return response

    opened: PublicView = login_not_required(require_safe(shown))
    return opened


def partnerships() -> list[Partnership]:
    """Whose site this is. Public pages speak for the one, or list them when there are several."""
    return list(Partnership.objects.order_by("name"))


def links(*kinds: LinkKind) -> list[LibraryLink]:
    """The links that staff keep for the public, of these kinds."""
    return list(LibraryLink.objects.public().filter(kind__in=kinds).select_related("partnership"))


def text_page(template: str) -> PublicView:
    """A page whose words are all in its template."""

    @public
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, template, {"partnerships": partnerships()})

    return page


home = text_page("public/home.html")
refer = text_page("public/refer.html")
families = text_page("public/families.html")
accessibility = text_page("public/accessibility.html")
privacy = text_page("public/privacy.html")


@public
def guidance(request: HttpRequest) -> HttpResponse:
    """The partnership's framework, its guidance and its forms."""
    kept = links(LinkKind.FRAMEWORK, LinkKind.GUIDANCE)
    shelves = [(kind.label, [link for link in kept if link.kind == kind]) for kind in LinkKind]
    context = {"partnerships": partnerships(), "shelves": [shelf for shelf in shelves if shelf[1]]}
    return render(request, "public/guidance.html", context)

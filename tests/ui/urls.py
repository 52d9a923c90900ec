"""Pages that exist for these tests only."""

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from cspr.ui.forms import GovukForm
from tests.ui.forms_for_test import Children, IncidentForm
from tests.ui.gallery import gallery_context

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")


def page(request: HttpRequest, text: str, **context: object) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(text).render(context, request))


def gallery(request: HttpRequest) -> HttpResponse:
    return page(request, GALLERY, **gallery_context(request))


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        '{% extends "public_base.html" %}{% block title %}What reviews are{% endblock %}'
        '{% block content %}<h1 class="govuk-heading-l">What a review is</h1>'
        '<p class="govuk-body">A review asks what can be learned.</p>{% endblock %}',
    )


@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    form: GovukForm = IncidentForm(request.POST or None)
    return page(
        request,
        '{% extends "base.html" %}{% block title %}Ask{% endblock %}'
        '{% block content %}<h1>Ask</h1><form method="post" novalidate>{% csrf_token %}{{ form }}'
        '{% button "Continue" %}</form>{% endblock %}',
        form=form,
    )


@login_not_required
def children(request: HttpRequest) -> HttpResponse:
    children = Children(request.POST or None, prefix="children")
    if children.is_rearranging:
        children = children.rearranged()
    elif children.is_bound and children.is_valid():
        return HttpResponse(repr(children.rows))
    return page(
        request,
        '{% extends "public_base.html" %}{% block title %}Children{% endblock %}'
        '{% block content %}{% error_summary children %}<h1 class="govuk-heading-l">Children</h1>'
        '<form method="post" novalidate>{{ children }}{% button "Continue" %}</form>{% endblock %}',
        children=children,
    )


@login_not_required
def raises(request: HttpRequest, kind: str) -> HttpResponse:
    raise {
        "404": Http404("secret-ref"),
        "403": PermissionDenied("The reviewer’s report is not signed."),
        "400": SuspiciousOperation("secret-ref"),
    }.get(kind) or SimpleError(f"unforeseen: {kind}")


class SimpleError(Exception):
    """Stands for any bug."""


def progress(request: HttpRequest) -> HttpResponse:
    """A paper that is ready the second time one asks."""
    return page(
        request,
        '{% extends "base.html" %}{% block content %}<h1>Papers</h1><div id="paper" role="status"'
        '{% if not ready %} data-poll-url="/progress/" data-poll-every="0.2"{% endif %}>'
        "{% if ready %}Ready{% else %}Being made{% endif %}</div>{% endblock %}",
        ready="X-Fragment" in request.headers,
    )


@login_not_required
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("gallery/", gallery),
    path("progress/", progress),
    path("public/", public),
    path("ask/", ask),
    path("children/", children),
    path("raises/<str:kind>/", raises),
    path("account/login/", nothing, name="account_login"),
    path("account/logout/", nothing, name="account_logout"),
]

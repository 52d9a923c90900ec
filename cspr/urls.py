"""Every address of the site. Composition root: nothing imports it."""

from django.urls import include, path

from cspr.health import live, ready

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("referrals.urls")),
    path("", include("cspr.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("documents/", include("cspr.documents.urls")),
    path("emails/", include("cspr.mail.urls")),
    path("health/live", live, name="live"),
    path("health/ready", ready, name="ready"),
]

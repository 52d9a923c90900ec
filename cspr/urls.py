"""Every address of the site. Composition root: nothing imports it."""

from django.urls import include, path

from cspr.health import live, ready

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("referrals.urls")),
    path("", include("cspr.people.urls")),
    path("account/", include("cspr.people.allauth_urls")),
    path("documents/", include("cspr.documents.urls")),
    path("emails/", include("cspr.mail.urls")),
    path("health/live", live, name="live"),
    path("health/ready", ready, name="ready"),
]

handler500 = "cspr.unavailable.went_wrong"

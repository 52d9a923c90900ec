"""Addresses below ``/emails/``."""

from django.urls import path

from cspr.mail.views import outgoing, send_again

app_name = "mail"
urlpatterns = [
    path("", outgoing, name="outgoing"),
    path("<str:ref>/send-again/", send_again, name="send-again"),
]

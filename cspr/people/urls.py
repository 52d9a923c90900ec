"""Addresses of "People and access" and "Your account"."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []

"""Addresses of rapid reviews, practice reviews and the public library."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

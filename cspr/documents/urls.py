"""The addresses of files and PDFs."""

from django.urls import path

from cspr.documents import views

app_name = "documents"

urlpatterns = [
    path("make/<str:kind>/<str:ref>/", views.ask, name="make"),
    path("<str:ref>/", views.download, name="download"),
    path("<str:ref>/progress/", views.progress, name="progress"),
    path("<str:ref>/retry/", views.retry, name="retry"),
]

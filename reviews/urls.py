"""Addresses of rapid reviews, practice reviews and the public library."""

from django.urls import URLPattern, path

from reviews.views import library, links, public

# Open to everybody.
PUBLIC = [
    path("", public.home, name="home"),
    path("refer/", public.refer, name="refer"),
    path("families/", public.families, name="families"),
    path("guidance/", public.guidance, name="guidance"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("library/", library.library, name="library"),
]
LINKS = [
    path("library/links/", links.Links.as_view(), name="library-links"),
    path("library/links/add/", links.AddLink.as_view(), name="library-link-add"),
    path("library/links/<slug:ref>/", links.ChangeLink.as_view(), name="library-link-change"),
    path("library/links/<slug:ref>/remove/", links.RemoveLink.as_view(), name="library-link-remove"),
]
# After the links, so that no title can ever hide them.
PUBLISHED = [
    path("library/<slug:slug>/", library.publication, name="publication"),
    path("library/<slug:slug>/report.pdf", library.publication_pdf, name="publication-pdf"),
]

urlpatterns: list[URLPattern] = [*PUBLIC, *LINKS, *PUBLISHED]

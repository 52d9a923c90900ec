"""Published reviews for programs, saying what the pages say: an Atom feed, and each review as a schema.org Report."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from cspr.documents.models import Document
from cspr.ui.richtext import without_tables
from reviews.models import Publication
from reviews.papers import about, citation, full_title
from reviews.views.library import ORDER, found, narrowed, pdf_of
from reviews.views.public import partnerships, public

NEWEST = 50
MOST = 500
FOR_PROGRAMS = "application/ld+json"


@public
def feed(request: HttpRequest) -> HttpResponse:
    """The newest fifty as Atom. An entry's date is the day of publication: nothing published is ever changed."""
    names = partnerships()
    atom = Atom1Feed(
        title="Published Child Safeguarding Practice Reviews",
        link=_address("library"),
        feed_url=_address("library-feed"),
        description="",
        language="en-GB",
        author_name=names[0].name if len(names) == 1 else None,
    )
    for publication in _with_partnership(Publication.objects.public())[:NEWEST]:
        at = dt.datetime.combine(publication.published_on, dt.time(), ZoneInfo("Europe/London"))
        atom.add_item(
            title=full_title(publication),
            link=settings.SITE_URL + publication.get_absolute_url(),
            description=abstract(publication),
            author_name=publication.partnership.name,
            pubdate=at,
            updateddate=at,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@public
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """One review as a schema.org Report."""
    publication = found(slug)
    data = {
        "@context": "https://schema.org",
        **_report(publication),
        **_pdf(publication, pdf_of(publication)),
    }
    return JsonResponse(data, content_type=FOR_PROGRAMS)


@public
def reviews(request: HttpRequest) -> HttpResponse:
    """The newest five hundred that fit the filters of the list, as a schema.org ItemList."""
    rows, _ = narrowed(request)
    listed = [
        {"@type": "ListItem", "position": place, "item": _report(publication)}
        for place, publication in enumerate(_with_partnership(rows)[:MOST], 1)
    ]
    data = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": listed}
    return JsonResponse(data, content_type=FOR_PROGRAMS)


def abstract(publication: Publication) -> str:
    """The report in short; "" where only the improvements are public."""
    return without_tables(publication.sections.get("summary", "")).strip()


def _with_partnership(rows: Any) -> Any:
    return rows.order_by(*ORDER).select_related("review__case__partnership").defer("review__report")


def _report(publication: Publication) -> dict[str, Any]:
    address = settings.SITE_URL + publication.get_absolute_url()
    partnership = {"@type": "Organization", "name": publication.partnership.name}
    reviewer = [{"@type": "Person", "name": publication.reviewer}] if publication.reviewer else []
    return {
        "@type": "Report",
        "@id": address,
        "url": address,
        "name": full_title(publication),
        "datePublished": publication.published_on.isoformat(),
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "author": [*reviewer, partnership],
        "publisher": partnership,
        "abstract": abstract(publication),
        "keywords": [words for _, _, answers in about(publication) for _, words in answers],
        "creditText": citation(publication),
        "contentRating": "Describes harm to a child",
    }


def _pdf(publication: Publication, pdf: Document | None) -> dict[str, Any]:
    if pdf is None:
        return {}
    url = settings.SITE_URL + reverse("publication-pdf", args=[publication.slug])
    return {"encoding": {"@type": "MediaObject", "encodingFormat": "application/pdf", "contentUrl": url}}


def _address(name: str) -> str:
    return settings.SITE_URL + reverse(name)

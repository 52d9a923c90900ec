"""Published reviews: the list, one review as a page, and its PDF."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from cspr.documents.models import Document, State, identity
from cspr.documents.storing import file_response
from cspr.ui.forms import GovukForm
from cspr.ui.keyset import page_of
from reviews.models import Publication
from reviews.papers import citation, full_title, parts, recommended
from reviews.states import LinkKind
from reviews.views.public import links, partnerships, public

ORDER = ("-published_on", "-id")
MOST_WORDS = 5
# Asked of a visitor who comes before the PDF is made; in seconds.
COME_BACK = "60"


class FilterForm(GovukForm):
    """What the list is narrowed by. It stands in the address, so that it can be sent to a colleague."""

    optional_words = ""
    words = forms.CharField(label="Words in the title", required=False, max_length=100)
    year = forms.ChoiceField(label="Year of publication", required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Any year"), *((str(year), str(year)) for year in years)]


@public
def library(request: HttpRequest) -> HttpResponse:
    """Local reviews, newest first, and the links to national ones."""
    everything = Publication.objects.public()
    years = [day.year for day in everything.dates("published_on", "year", order="DESC")]
    form = FilterForm(request.GET, years=years)
    form.is_valid()
    rows = _filtered(everything, form.cleaned_data)
    page = page_of(
        rows.select_related("review__case__partnership").defer("sections", "recommendations", "findings"),
        order=ORDER,
        after=request.GET.get("after", ""),
    )
    context = {
        "partnerships": partnerships(),
        "page": page,
        "form": form,
        "chosen": _chosen(request, form),
        "any": bool(years),
        "national": links(LinkKind.NATIONAL),
    }
    return render(request, "library/list.html", context)


def _filtered(rows: QuerySet[Publication], wanted: dict[str, Any]) -> QuerySet[Publication]:
    for word in wanted.get("words", "").split()[:MOST_WORDS]:
        rows = rows.filter(title__icontains=word)
    if year := wanted.get("year"):
        rows = rows.filter(published_on__year=int(year))
    return rows


def _chosen(request: HttpRequest, form: FilterForm) -> list[tuple[str, str]]:
    """Each filter that is set, in words, with the address that goes without it."""
    chosen = []
    for name, value in form.cleaned_data.items():
        if value:
            query = request.GET.copy()
            query.pop(name, None)
            query.pop("after", None)
            chosen.append((f"{form.fields[name].label}: {value}", f"?{query.urlencode()}"))
    return chosen


def _found(slug: str) -> Publication:
    """The publication, if anybody may read it today. Before and after it is the 404 of one that never was."""
    shown = Publication.objects.public().select_related("review__case__partnership", "pdf")
    publication = shown.filter(slug=slug).first()
    if publication is None:
        raise Http404
    return publication


@public
def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """One review to read, the whole report as a page."""
    found = _found(slug)
    others = Publication.objects.public().filter(review=found.review_id).exclude(pk=found.pk)
    context = {
        "partnerships": partnerships(),
        "publication": found,
        "heading": full_title(found),
        "introduction": [part for part in parts(found) if part.code == "introduction"],
        "rest": [part for part in parts(found) if part.text and part.code != "introduction"],
        "recommended": recommended(found),
        "citation": citation(found),
        "pdf": _pdf(found),
        "others": others.defer("sections", "recommendations", "findings").order_by(*ORDER),
    }
    return render(request, "library/publication.html", context)


@public
def publication_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The PDF of a published review; until it is made, a page that says so and leads to the report."""
    found = _found(slug)
    pdf = _pdf(found)
    if pdf is not None:
        try:
            return file_response(pdf)
        except FileNotFoundError:
            pass  # the storage has lost it: the page below leads to the same words
    context = {"partnerships": partnerships(), "publication": found, "heading": full_title(found)}
    waiting = render(request, "library/no_pdf.html", context, status=503)
    waiting["Retry-After"] = COME_BACK
    return waiting


def _pdf(found: Publication) -> Document | None:
    """The PDF made when it was published, or one made since because that failed. All are of the frozen words."""
    if found.pdf is not None and found.pdf.is_readable:
        return found.pdf
    made = Document.objects.for_subject(*identity(found)).filter(kind="publication", state=State.READY)
    return made.first()

"""Published reviews: the list and what narrows it, one review as a page, and its PDF."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from cspr.documents.failures import Held
from cspr.documents.models import Document, State, identity
from cspr.documents.storing import file_response, picture_response
from cspr.sealed.files import FileBroken
from cspr.ui.keyset import page_of
from cspr.ui.richtext.html import Picture
from referrals.views.lists import ListFilter
from reviews.models import Action, LibraryTerm, Publication
from reviews.models.publication import Publications
from reviews.papers import about, citation, full_title, parts, recommended
from reviews.questions.library import FACETS, PROGRESS
from reviews.states import LinkKind
from reviews.views.public import links, partnerships, public

ORDER = ("-published_on", "-id")
# Asked of a visitor who comes before the PDF is made; in seconds.
COME_BACK = "60"
# What stands before the recommendations.
OPENING = ("summary", "introduction")
# What the list can be narrowed by beside words and year.
ASKED = {**FACETS, "progress": PROGRESS}
# Facet -> answer -> how many published reviews stand under it.
Counted = dict[str, dict[str, int]]


class FilterForm(ListFilter):
    """What the list is narrowed by. It stands in the address, so that it can be sent to a colleague."""

    leads = 2
    words = forms.CharField(label="Words in the report", required=False, max_length=100)
    year = forms.ChoiceField(label="Year of publication", required=False)
    age, harm, theme, agency, extent = (
        forms.ChoiceField(label=facet.label, required=False) for facet in FACETS.values()
    )
    progress = forms.ChoiceField(label=PROGRESS.label, required=False)

    def __init__(self, *args: Any, years: list[int], counted: Counted, **kwargs: Any) -> None:
        """``years`` and the answers in ``counted`` are offered, and what the address asks for, even if none is left.

        A facet without an answer is not asked.
        """
        super().__init__(*args, **kwargs)
        self._offer("year", "Any year", [(str(year), str(year)) for year in years])
        for code, facet in ASKED.items():
            numbers = counted.get(code, {})
            offered = numbers.keys() | {self.data.get(code)}
            answers = [
                (v, f"{name} ({numbers.get(v, 0)})") for v, name in facet.names.items() if v in offered
            ]
            self._offer(code, "Any", answers)
            if not answers:
                del self.fields[code]

    def _offer(self, name: str, every: str, answers: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", every), *answers]

    def _words(self, name: str, value: str) -> str:
        if name in ASKED:
            return f"{ASKED[name].label}: {ASKED[name].names[value]}"
        return super()._words(name, value)


def narrowed(request: HttpRequest) -> tuple[Publications, FilterForm]:
    """What is public today and fits the filters in the address, with the form that shows them."""
    everything = Publication.objects.public()
    years, progress = _years_and_progress(everything)
    form = FilterForm(request.GET, years=years, counted={**_counted(everything), "progress": progress})
    rows, wanted = everything, {name: value for name, value in form.answers().items() if value}
    if words := wanted.pop("words", ""):
        rows = rows.with_words(words)
    if year := wanted.pop("year", ""):
        rows = rows.filter(published_on__year=int(year))
    if progress_asked := wanted.pop("progress", ""):
        rows = rows.with_progress().filter(progress=progress_asked)
    for facet, value in wanted.items():
        rows = rows.found_by(facet, value)
    return rows, form


def _years_and_progress(everything: Publications) -> tuple[list[int], dict[str, int]]:
    """The years in which something was published, the newest first; and how many stand where. One statement."""
    told = everything.with_progress().values_list("published_on__year", "progress").annotate(Count("pk"))
    years: set[int] = set()
    numbers: Counter[str] = Counter()
    for year, progress, number in told.order_by():
        years.add(year)
        numbers[progress] += number
    return sorted(years, reverse=True), numbers


def _counted(everything: Publications) -> Counted:
    """How many reviews stand under each answer of each facet; an answer with none is not offered."""
    terms = LibraryTerm.objects.filter(kind__in=list(FACETS), publication__in=everything)
    counted: Counted = {}
    for kind, value, number in terms.values_list("kind", "value").annotate(Count("id")).order_by():
        counted.setdefault(kind, {})[value] = number
    return counted


@public
def library(request: HttpRequest) -> HttpResponse:
    """Local reviews, newest first, and the links to national ones."""
    rows, form = narrowed(request)
    page = page_of(
        rows.select_related("review__case__partnership").defer(
            "sections", "recommendations", "findings", "figures", "review__report"
        ),
        order=ORDER,
        after=request.GET.get("after", ""),
    )
    context = {
        "partnerships": partnerships(),
        "page": page,
        "rows": [(publication, _in_short(publication)) for publication in page.items],
        "form": form,
        "chosen": form.chosen(),
        "any": "extent" in form.fields,
        "national": links(LinkKind.NATIONAL),
    }
    return render(request, "library/list.html", context)


# What a row of the list says beside the title; the agencies are too many to help there.
IN_SHORT = ("age", "harm", "theme")


def _in_short(publication: Publication) -> list[tuple[str, list[str]]]:
    return [
        (label, [words for _, words in answers])
        for code, label, answers in about(publication)
        if code in IN_SHORT
    ]


def found(slug: str) -> Publication:
    """The publication, if anybody may read it today. Before and after it is the 404 of one that never was."""
    shown = Publication.objects.public().select_related("review__case__partnership", "pdf")
    publication = shown.filter(slug=slug).first()
    if publication is None:
        raise Http404
    return publication


@public
def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """One review to read, the whole report as a page."""
    shown = found(slug)
    others = Publication.objects.public().filter(review=shown.review_id).exclude(pk=shown.pk)
    context = {
        "partnerships": partnerships(),
        "publication": shown,
        "heading": full_title(shown),
        "opening": [part for part in parts(shown) if part.code in OPENING],
        "rest": [part for part in parts(shown) if part.text and part.code not in OPENING],
        "figures": figures_of(shown),
        "about": about(shown),
        "recommended": recommended(shown),
        "since": list(Action.objects.public(shown.review_id)),
        "citation": citation(shown),
        "pdf": pdf_of(shown),
        "others": others.defer("sections", "recommendations", "findings", "figures").order_by(*ORDER),
    }
    return render(request, "library/publication.html", context)


@public
def publication_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The PDF of a published review; until it is made, a page that says so and leads to the report."""
    shown = found(slug)
    pdf = pdf_of(shown)
    if pdf is not None:
        try:
            return file_response(pdf)
        except (FileNotFoundError, FileBroken):
            pass  # lost or damaged in the storage: the page below leads to the same words
    context = {"partnerships": partnerships(), "publication": shown, "heading": full_title(shown)}
    waiting = render(request, "library/no_pdf.html", context, status=503)
    waiting["Retry-After"] = COME_BACK
    return waiting


def figures_of(shown: Publication) -> dict[int, Picture]:
    """Its figures by their numbers, each where anybody can see it as long as it is public."""
    return {
        row["number"]: Picture(
            reverse("publication-figure", args=[shown.slug, row["number"]]),
            row["alt"],
            row["caption"],
            row["width"],
            row["height"],
        )
        for row in shown.figures
    }


@public
def publication_figure(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """One picture of a published review, from the copy that was made when it was published."""
    shown = found(slug)
    row = next((row for row in shown.figures if row["number"] == number), None)
    if row is None:
        raise Http404
    try:
        return picture_response(Document.objects.get(pk=row["document"]))
    except (FileNotFoundError, FileBroken, Held) as lost:
        raise Http404 from lost


def pdf_of(found: Publication) -> Document | None:
    """The PDF made when it was published, or one made since because that failed. All are of the frozen words."""
    if found.pdf is not None and found.pdf.is_readable:
        return found.pdf
    made = Document.objects.for_subject(*identity(found)).filter(kind="publication", state=State.READY)
    return made.first()

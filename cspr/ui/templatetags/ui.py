"""Template tags for every page (a builtin library: no ``{% load %}`` needed).

To change query parameters use Django's own ``{% querystring page=None %}``.

=====================  =======================================================================
``{% tag state %}``    a status tag: to do, waiting for …, late, done, stopped; nothing else
``{% long_date d %}``  Tuesday 29 December 2026
``{{ text|day_told }}``  the same of a text that is a day (2026-12-29); any other text as it is
``{% moment t %}``     29 December 2026 at 14:05
``{% date_with_distance d today n %}``  Tuesday 29 December 2026, in 3 working days
``{% summary_list %}`` … ``{% summary_row "Key" value href="…" %}`` … ``{% endsummary_list %}``
``{% field form.x %}`` one field with label, hint, error and control
``{% error_summary form %}``            the GOV.UK error summary; base.html shows that of ``form``
``{% button "Continue" %}``             submit; ``href=`` makes it a link, ``kind=`` secondary or warning
``{{ text|prose }}``   what people wrote: paragraphs, lists and headings, everything else escaped
``{% rich text level=3 name="x" %}``    a text of a report with lists, tables and footnotes; ``rich_paper`` for PDFs
``{% phone p %}``       a telephone number that can be rung from a telephone
``{% icon "lock" %}``  a decorative picture: lock, tick, cross, clock, warning, file
=====================  =======================================================================
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cspr.ui.bars import Count
from cspr.ui.bars import bars as draw_bars
from cspr.ui.days import StripDay
from cspr.ui.days import day_strip as draw_days
from cspr.ui.errors import ErrorLink, error_links
from cspr.ui.prose import prose
from cspr.ui.richtext.html import page, paper
from cspr.ui.road import Station
from cspr.ui.road import road as draw
from cspr.ui.weeks import Bar, Line, Shade
from cspr.ui.weeks import weeks_chart as draw_weeks

register = template.Library()
register.filter(prose)
register.simple_tag(page, name="rich")
register.simple_tag(paper, name="rich_paper")

DAY = re.compile(r"\d{4}-\d\d-\d\d")
TAG_COLOURS = {"to do": "blue", "late": "red", "done": "green", "stopped": "grey"}
ICONS = {
    "lock": "M5 7V5a3 3 0 0 1 6 0v2h1v8H4V7zm2 0h2V5a1 1 0 0 0-2 0z",
    "tick": "M6 14 0 8l2-2 4 4 8-8 2 2z",
    "cross": "M2 0 0 2l6 6-6 6 2 2 6-6 6 6 2-2-6-6 6-6-2-2-6 6z",
    "clock": "M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0m0 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M7 4h2v4l3 2-1 2-4-3z",
    "warning": "M8 0 16 15H0zM7 5v5h2V5zm0 6v2h2v-2z",
    "flag": "M2 0h2v1h10l-3 4 3 4H4v7H2z",
    "file": "M2 0h8l4 4v12H2zm2 2v12h8V5H9V2z",
}


# --- words and dates ----------------------------------------------------------------------------------------
@register.simple_tag
def tag(state: str) -> SafeString:
    """A status tag: one of the five words, ``waiting for`` being followed by whom. Else ValueError."""
    waits = state.startswith("waiting for ") and bool(state.removeprefix("waiting for ").strip())
    colour = "yellow" if waits else TAG_COLOURS.get(state)
    if colour is None:
        raise ValueError(f"“{state}” is not one of the five status words.")
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, state)


def _day(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.simple_tag
def long_date(value: dt.date | None) -> str:
    """A date in full; of a datetime, the day in London. ``None`` reads "no date yet"."""
    return date_format(_day(value), "l j F Y") if value else "no date yet"


@register.filter
def day_told(text: str) -> str:
    """A text that holds a day and nothing else (``2026-12-29``) in full, any other as it is."""
    try:
        return long_date(dt.date.fromisoformat(text)) if DAY.fullmatch(text) else text
    except ValueError:
        return text


@register.simple_tag
def moment(value: dt.datetime) -> str:
    """A date and time in London, for records of what happened."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j F Y')} at {local:%H:%M}"


@register.simple_tag
def date_with_distance(value: dt.date | None, today: dt.date, working_days: int | None = None) -> str:
    """A date in full and how far it is from ``today``.

    ``working_days`` (negative when past) is counted by whoever knows the bank holidays; without it the
    distance is in calendar days.
    """
    if not value:
        return "no date yet"
    day = _day(value)
    number = (day - today).days if working_days is None else working_days
    unit = "day" if working_days is None else "working day"
    return f"{long_date(day)}, {_distance(day, today, number, unit)}"


def _distance(day: dt.date, today: dt.date, number: int, unit: str) -> str:
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if (calendar_days := (day - today).days) in near:
        return near[calendar_days]
    amount = f"{abs(number)} {unit}{'' if abs(number) == 1 else 's'}"
    return f"in {amount}" if calendar_days > 0 else f"{amount} ago"


# --- summary lists ------------------------------------------------------------------------------------------
@register.simple_block_tag
def summary_list(content: str, classes: str = "") -> SafeString:
    """The GOV.UK summary list round ``{% summary_row %}`` lines."""
    return format_html('<dl class="govuk-summary-list {}">{}</dl>', classes, mark_safe(content))  # noqa: S308  (rendered template)


@register.simple_tag
def summary_row(key: str, value: object, href: str = "", verb: str = "Change") -> SafeString:
    """One row. Empty values say so; dates are in full; ``href`` adds a link "Change <key>"."""
    action = (
        format_html(
            '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">{}'
            '<span class="govuk-visually-hidden"> {}</span></a></dd>',
            href,
            verb,
            key[:1].lower() + key[1:],
        )
        if href
        else ""
    )
    return format_html(
        '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value">{}</dd>{}</div>',
        "" if href else " govuk-summary-list__row--no-actions",
        key,
        shown(value),
        action,
    )


@register.filter
def shown(value: object) -> str:
    """A stored value in words: dates in full, yes or no, lists joined, "Not given" for nothing."""
    if value is None or value in ("", [], ()):
        return "Not given"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.date):
        return moment(value) if isinstance(value, dt.datetime) else long_date(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, SafeString) else format_html('<span class="app-prose">{}</span>', value)


# --- forms --------------------------------------------------------------------------------------------------
@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field of a form, whole."""
    return bound.as_field_group()


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | None) -> dict[str, list[ErrorLink]]:
    """The error summary over forms and form sets, in their order; nothing when there is no error."""
    return {"links": [link for form in forms if form is not None for link in error_links(form)]}


@register.simple_tag
def button(text: str, kind: str = "", href: str = "", name: str = "", value: str = "") -> SafeString:
    """A GOV.UK button: a link when ``href`` is given, else a submit button that ignores a second click."""
    classes = f"govuk-button govuk-button--{kind}" if kind else "govuk-button"
    if href:
        return format_html(
            '<a href="{}" role="button" draggable="false" class="{}" data-module="govuk-button">{}</a>',
            href,
            classes,
            text,
        )
    naming = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button type="submit" class="{}" data-module="govuk-button" data-prevent-double-click="true"{}>'
        "{}</button>",
        classes,
        naming,
        text,
    )


@register.filter
def item(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """The entry of a mapping under a name held in a variable, or ""."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def classes(widget: Mapping[str, Any], block: str) -> str:
    """The classes of a control: its GOV.UK class, the error form of it, and its own."""
    names = [block]
    if widget["attrs"].get("aria-invalid") == "true":
        names.append(f"{block}--error")
    if own := widget["attrs"].get("class"):
        names.append(own)
    return " ".join(names)


# --- pictures -----------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon in the colour of the text; the words beside it carry the meaning."""
    return format_html(
        '<svg class="app-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<path fill-rule="evenodd" d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def road(stations: Sequence[Station], today: dt.date) -> SafeString:
    """The drawing of a case's road. Use ``components/road.html``, which puts the list beside it."""
    return draw(stations, today)


@register.simple_tag
def day_strip(days: Sequence[StripDay], title: str) -> SafeString:
    """The days of a plan as a strip. The page says the same in a table beside it."""
    return draw_days(days, title)


@register.simple_tag
def weeks_chart(
    bars: Sequence[Bar], lines: Sequence[Line], shades: Sequence[Shade], title: str, said: str = ""
) -> SafeString:
    """Months of work as bars. The page says the same in a table below it."""
    return draw_weeks(bars, lines, shades, title, said)


@register.simple_tag
def main_verb(verbs: Sequence[Any], verb: Any) -> bool:
    """Whether ``verb`` is the first of ``verbs`` that may be done: the one main thing to do on a page."""
    return next((v for v in verbs if not v.reason), None) is verb


@register.simple_tag
def phone(number: str) -> SafeString:
    """A telephone number that can be rung from a telephone; "" for none."""
    if not number:
        return SafeString("")
    dialled = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return format_html('<a class="govuk-link app-nowrap" href="tel:{}">{}</a>', dialled, number)


@register.simple_tag(takes_context=True)
def with_parameter(context: template.Context, name: str, value: str) -> str:
    """This page's query string with ``name`` set. Like ``{% querystring %}``, for a name in a variable."""
    query = context["request"].GET.copy()
    query[name] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def sign_out_url() -> str:
    """Where the sign-out button posts to."""
    return reverse("account_logout")


@register.simple_tag
def bars_chart(rows: Sequence[Any], title: str, key: str) -> SafeString:
    """How many of each, as bars: ``rows`` have a ``label`` and a ``number``, which is None where it is not shown."""
    return draw_bars([Count(row.label, row.number) for row in rows], title, key)

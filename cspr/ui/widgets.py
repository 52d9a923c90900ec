"""Controls: what a field looks like. Their templates are in ``templates/django/forms/widgets/``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict


class Revealing(forms.widgets.ChoiceWidget):
    """Radios or checkboxes of which some options open further fields underneath.

    ``revealed(value)`` gives the bound fields an option opens; the form sets it.
    """

    revealed: Callable[[str], Sequence[forms.BoundField]] = staticmethod(lambda value: ())
    exclusive: str = ""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["reveals"] = self.revealed(str(value))
        option["exclusive"] = bool(self.exclusive) and str(value) == self.exclusive
        return option


class Radios(Revealing, forms.RadioSelect):
    """GOV.UK radios."""


class Checkboxes(Revealing, forms.CheckboxSelectMultiple):
    """GOV.UK checkboxes. ``exclusive`` is the value of a "none of these", set apart and clearing the rest."""

    def __init__(self, exclusive: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.exclusive = exclusive


class DateBoxes(forms.MultiWidget):
    """Three boxes: day, month, year. The value is a list of three strings as typed.

    ``wrong_boxes`` (0 day, 1 month, 2 year) is set by the field that refused them.
    """

    template_name = "django/forms/widgets/date_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        self.wrong_boxes: frozenset[int] = frozenset()
        super().__init__({part: forms.TextInput() for part in ("day", "month", "year")}, attrs)

    def decompress(self, value: Any) -> list[str]:
        """A date, or an ISO string from a saved draft, as three strings; anything else as three blanks."""
        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError:
                return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        invalid = "aria-invalid" in (attrs or {})
        for number, box in enumerate(context["widget"]["subwidgets"]):
            box["attrs"].pop("aria-invalid", None)
            if invalid and (not self.wrong_boxes or number in self.wrong_boxes):
                box["attrs"]["aria-invalid"] = "true"
        return context


class LongText(forms.Textarea):
    """A text area that says how many characters are left."""

    def __init__(
        self, rows: int = 8, max_length: int | None = None, attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__({"rows": rows, **(attrs or {})})
        self.max_length = max_length

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["max_length"] = self.max_length
        own = context["widget"]["attrs"]
        if self.max_length and "id" in own:
            own["aria-describedby"] = f"{own.get('aria-describedby', '')} {own['id']}-info".strip()
        return context


class Files(forms.FileInput):
    """A file control that takes several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, UploadedFile], name: str
    ) -> list[UploadedFile]:
        return files.getlist(name)

"""Forms in the GOV.UK manner. The markup is in ``templates/django/forms/``, so plain forms wear it too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

from cspr.ui.widgets import Checkboxes, DateBoxes, Files, Radios


class GovukRenderer(TemplatesSetting):
    """Renders every form, field and control with the project's templates, through the TEMPLATES setting."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    formset_template_name = "django/forms/formsets/repeat.html"


SELECTED = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)
NOT_AN_OPTION = "Select one of the options"
NO_ADDRESS = "Enter an e-mail address in full, like name@example.gov.uk"

# How a label begins tells how it is asked for: "Say why …", "Enter the reference …", "Enter your name".
IMPERATIVE = frozenset(
    {"say", "give", "tell", "write", "describe", "choose", "attach", "explain", "add", "upload"}
)
ASKING = frozenset({"why", "what", "who", "whom", "where", "when", "how", "whether"})
DETERMINED = frozenset({"the", "a", "an", "your", "their", "its", "our", "each", "any", "anything", "which"})


def required_message(label: str, widget: forms.Widget) -> str:
    """What to say when a required answer is missing: "Enter the …", "Say why …", or the question itself."""
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick “{label}”"
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    first = label.partition(" ")[0].lower()
    if first in IMPERATIVE:
        return label
    inner = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    if first in ASKING:
        return f"Say {inner}"
    verb = "Select" if isinstance(widget, SELECTED) else "Enter"
    article = "" if first in DETERMINED else "the "
    return f"{verb} {article}{inner}"


class GovukMixin:
    """What a form needs to be a GOV.UK form. Put it before ``forms.Form`` or ``forms.ModelForm``.

    ``h1``: the field whose label is the heading of the page (one question a page).
    ``insets``: field name → a sentence shown in an inset above it.
    ``reveals``: field name → option → names of the fields that open under that option. A field that is not
    opened is not asked: its errors are dropped and its value is empty.
    ``needed_if``: field name → when it has to be filled in, for one that another answer makes required: "you disagree".
    ``optional_words``: added to the label of an optional field; "" where a draft may leave anything out.
    """

    h1: str = ""
    insets: Mapping[str, str] = {}
    reveals: Mapping[str, Mapping[str, Sequence[str]]] = {}
    needed_if: Mapping[str, str] = {}
    optional_words: str = " (optional)"
    use_required_attribute = False
    label_suffix = ""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self._dress(name, field)
        self._attach_reveals()

    # --- look ---------------------------------------------------------------------------------------------
    def _dress(self, name: str, field: forms.Field) -> None:
        """Give a field GOV.UK words, and a GOV.UK control where the system advises against Django's."""
        label = str(field.label or forms.utils.pretty_name(name))
        if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = required_message(
                getattr(field, "noun", "") or label, field.widget
            )
        if isinstance(field, forms.ChoiceField):
            field.error_messages["invalid_choice"] = NOT_AN_OPTION
        if isinstance(field, forms.IntegerField) and isinstance(field.widget, forms.NumberInput):
            # A number control changes by accident when the wheel turns; GOV.UK asks for text with digits.
            field.widget = forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-5"})
            field.error_messages["invalid"] = f"{label} must be a number"
        if isinstance(field, forms.EmailField):
            field.widget.attrs |= {"autocomplete": "email", "spellcheck": "false"}
            field.error_messages.setdefault("invalid", NO_ADDRESS)

    @property
    def asides(self) -> dict[str, str]:
        """What stands behind the label of a field that may be left empty, always or sometimes."""
        empty = [name for name, field in self.fields.items() if not field.required]
        return {
            name: f" (if {self.needed_if[name]})" if name in self.needed_if else self.optional_words
            for name in empty
        }

    def _attach_reveals(self) -> None:
        for parent in self.reveals:
            widget = self.fields[parent].widget
            if not isinstance(widget, Radios | Checkboxes):
                raise TypeError(f"{parent} reveals fields, so it must be radios or checkboxes.")
            widget.revealed = partial(self._revealed, parent)

    def _revealed(self, parent: str, option: str) -> list[forms.BoundField]:
        return [self[name] for name in self.reveals[parent].get(option, ())]  # type: ignore[index]

    def get_context(self) -> dict[str, Any]:
        """The form's template context, without the fields that open under an option of another."""
        context: dict[str, Any] = super().get_context()  # type: ignore[misc]
        inner = set(self._revealed_names())
        context["fields"] = [pair for pair in context["fields"] if pair[0].name not in inner]
        return context

    # --- answers ------------------------------------------------------------------------------------------
    def _revealed_names(self) -> Iterator[str]:
        for options in self.reveals.values():
            for names in options.values():
                yield from names

    def _opened_names(self) -> set[str]:
        """The revealed fields that are open: those of a chosen option whose own field is open."""
        opened = set(self.fields) - set(self._revealed_names())
        for parent, options in self.reveals.items():  # outer fields are declared before inner ones
            chosen = self[parent].value() if parent in opened else None  # type: ignore[index]
            values = [chosen] if isinstance(chosen, str) else (chosen or [])
            for value in map(str, values):
                opened |= set(options.get(value, ()))
        return opened

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in set(self.fields) - self._opened_names():
            self._errors.pop(name, None)  # type: ignore[attr-defined]
            self.cleaned_data[name] = empty_answer(self.fields[name])


def empty_answer(field: forms.Field) -> Any:
    """What a field gives when it was not asked."""
    if isinstance(field, forms.MultipleChoiceField) or isinstance(field.widget, Files):
        return []
    if isinstance(field.widget, DateBoxes) or not isinstance(field, forms.CharField | forms.ChoiceField):
        return None
    return ""


class GovukForm(GovukMixin, forms.Form):
    """The base of every form of the service."""

"""From a form's errors to the lines of the GOV.UK error summary."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet


@dataclass(frozen=True)
class ErrorLink:
    """One line of an error summary: the message, and the control it leads to ("" for the form as a whole)."""

    message: str
    target: str


def error_links(form: BaseForm | BaseFormSet) -> list[ErrorLink]:
    """The lines for a form (whole-form errors first, then in field order) or for each form of a set."""
    if isinstance(form, BaseFormSet):
        own = [ErrorLink(str(message), "") for message in form.non_form_errors()]
        return own + [link for row in form.forms for link in error_links(row)]
    if not form.errors:
        return []
    links = [ErrorLink(str(message), "") for message in form.non_field_errors()]
    for bound in form:
        links += [ErrorLink(str(message), first_control(bound)) for message in bound.errors]
    return links


def first_control(bound: BoundField) -> str:
    """The id of the control to put right: of several boxes or options, the first (or the first wrong one)."""
    base = bound.id_for_label or bound.auto_id
    if not bound.field.widget.use_fieldset:
        return base
    wrong = sorted(getattr(bound.field.widget, "wrong_boxes", ()))
    return f"{bound.auto_id}_{wrong[0] if wrong else 0}"

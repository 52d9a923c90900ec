"""Repeatable groups ("add another") that work by ordinary POST, with or without JavaScript."""

from __future__ import annotations

import re
from typing import Any

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet, formset_factory


class Repeat(BaseFormSet):
    """Some groups of the same questions, with a button to add one and one on each to remove it.

    The view asks ``is_rearranging`` before it validates; then it shows ``rearranged()``, which keeps all that
    was typed, checks nothing yet and moves the focus to the new group. Groups past the first ``min_num``
    that were left blank are ignored; ``rows`` are the cleaned groups.
    """

    template_name = "django/forms/formsets/repeat.html"
    item: str = "item"
    focus_on: int | None = None

    def initial_form_count(self) -> int:
        # Every group is treated alike: there are no rows in the database behind them.
        return 0

    def total_form_count(self) -> int:
        if self.is_bound:
            return super().total_form_count()
        return min(max(len(self.initial or ()), self.min_num), self.max_num)

    @property
    def _pressed(self) -> str:
        prefix = re.escape(self.prefix or "")
        pattern = re.compile(rf"{prefix}_(add|remove_\d{{1,4}})")
        return next((key for key in self.data or () if pattern.fullmatch(key)), "")

    @property
    def is_rearranging(self) -> bool:
        """Whether "add another" or "remove" was pressed, rather than the form sent."""
        return self.is_bound and bool(self._pressed)

    def rearranged(self) -> Repeat:
        """An unchecked set with the groups as typed, one more or one fewer, within the limits."""
        rows: list[dict[str, Any]] = [self._as_typed(form) for form in self.forms]
        pressed = self._pressed.removeprefix(f"{self.prefix}_")
        if pressed == "add" and len(rows) < self.max_num:
            rows.append({})
            focus_on = len(rows) - 1
        else:
            number = int(pressed.rpartition("_")[2]) if pressed != "add" else len(rows)
            if number < len(rows):
                del rows[number]
            focus_on = max(0, min(number, len(rows)) - 1)
        again = type(self)(initial=rows, prefix=self.prefix, form_kwargs=self.form_kwargs)
        again.focus_on = focus_on
        return again

    @staticmethod
    def _as_typed(form: BaseForm) -> dict[str, Any]:
        return {bound.name: bound.data for bound in form}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The cleaned groups, without those left blank. Only after ``is_valid()``."""
        return [form.cleaned_data for form in self.forms if form.has_changed() or not form.empty_permitted]

    def get_context(self) -> dict[str, Any]:
        """What the template shows: the groups, and whether one may be added or removed."""
        count = len(self.forms)
        return super().get_context() | {
            "item": self.item,
            "may_add": count < self.max_num,
            "may_remove": count > self.min_num,
            "focus_on": self.focus_on,
        }


def repeatable(form: type[BaseForm], *, item: str, min_num: int = 1, max_num: int = 20) -> type[Repeat]:
    """A repeatable group of ``form``; ``item`` is what one is called ("child")."""
    made: Any = formset_factory(
        form,
        formset=Repeat,
        extra=0,
        min_num=min_num,
        max_num=max_num,
        absolute_max=max_num,
        validate_max=True,
    )
    made.item = item
    repeat: type[Repeat] = made
    return repeat

"""What is asked about the identity key."""

from __future__ import annotations

from typing import Any

from django import forms

from cspr.ui.fields import LongTextField
from cspr.ui.forms import GovukForm
from reviews.anonymity.kinds import KeyKind


class EntryForm(GovukForm):
    """One entry. What is typed here is shown to nobody who may not open the key."""

    kind = forms.ChoiceField(label="What is it?", choices=[("", "Select one"), *KeyKind.choices])
    real = forms.CharField(
        label="The real words", max_length=200, help_text="A full name, an address, a day or a number."
    )
    others = LongTextField(
        label="How else is it said or written?",
        help_text="Nicknames, earlier names, other spellings: one on each line.",
        rows=3,
        required=False,
        max_length=1000,
    )
    instead = forms.CharField(
        label="What stands in the report instead?",
        max_length=200,
        help_text="A pseudonym, a role or something general: Rowan, the health visitor, a primary school.",
    )


class RemoveEntryForm(GovukForm):
    """Nothing is asked: the page shows which entry it is."""


class LookAgainForm(GovukForm):
    """Nothing is asked."""


def initial(entry: Any) -> dict[str, str]:
    """The entry as its form shows it."""
    return {"kind": entry.kind, "real": entry.real, "others": entry.others, "instead": entry.instead}

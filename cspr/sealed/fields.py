"""Model fields whose column holds only what is sealed, and the index by which equal values are found again.

Nothing can be looked up, compared or put in order by such a column; asking for it is an error, not an empty answer.
Where equal values have to be found, a ``BlindIndex`` stands beside the field and ``same_as`` asks it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Q

from cspr.sealed.sealing import seal, token, tokens, unseal


class Sealed(models.Field):
    """What the sealed fields share: text in the database, whatever it is in Python."""

    def get_internal_type(self) -> str:
        return "TextField"

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(
            f"{self.place} is sealed: it cannot be looked up. Use same_as, or compare in Python."
        )

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.place} is sealed: the database cannot read it.")

    @property
    def place(self) -> str:
        """What its values are bound to; another table or column does not open them."""
        return f"{self.model._meta.db_table}.{self.column}"

    def as_words(self, value: Any) -> str:
        """The value as it is sealed: one value is always the same words."""
        raise NotImplementedError

    def from_words(self, words: str) -> Any:
        raise NotImplementedError

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "as_sql"):
            return value
        words = self.as_words(value)
        return seal(words, self.place) if words else ""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return self.from_words(unseal(value, self.place) if value else "")


class SealedText(Sealed, models.TextField):
    """Words. No words at all stand in the column as what they are."""

    def as_words(self, value: str) -> str:
        return value

    def from_words(self, words: str) -> str:
        return words


class SealedDate(Sealed, models.DateField):
    """A day."""

    def as_words(self, value: Any) -> str:
        day = self.to_python(value)
        return day.isoformat() if day else ""

    def from_words(self, words: str) -> dt.date | None:
        return dt.date.fromisoformat(words) if words else None


class SealedJSON(Sealed, models.JSONField):
    """Answers of a form, or whatever else JSON keeps."""

    def as_words(self, value: Any) -> str:
        return json.dumps(value, cls=self.encoder, ensure_ascii=False)

    def from_words(self, words: str) -> Any:
        return json.loads(words, cls=self.decoder)


class BlindIndex(models.CharField):
    """Beside a sealed field of the same row: a keyed hash of it, by which equal values are found (``same_as``).

    It is worked out whenever the row is saved; a bare ``update()`` of the sealed field would leave it behind.
    """

    def __init__(self, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**{"max_length": 40, "editable": False, "default": "", **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, [self.of, *args], options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        made = self.made(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, made)
        return made

    @property
    def source(self) -> Sealed:
        """The sealed field whose values it indexes."""
        field = self.model._meta.get_field(self.of)
        assert isinstance(field, Sealed)
        return field

    def made(self, value: Any) -> str:
        """What it holds for that value."""
        return token(normal(self.source, value), self.source.place)


def normal(field: Sealed, value: Any) -> str:
    """The words that are compared: capitals and spaces make no difference."""
    return "".join(field.as_words(value).casefold().split()) if value else ""


def same_as(model: type[models.Model], name: str, values: Iterable[Any]) -> Q:
    """Rows of ``model`` whose sealed field ``name`` is one of ``values``. Raises ``LookupError`` without an index."""
    for index in model._meta.concrete_fields:
        if isinstance(index, BlindIndex) and index.of == name:
            field = index.source
            return Q(**{f"{index.name}__in": tokens((normal(field, v) for v in values), field.place)})
    raise LookupError(f"{model.__name__}.{name} has no index.")

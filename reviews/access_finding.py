"""Where a person stands in the records of a partnership: rows that are about them, and passages that speak of them.

Looked through is every field that ``privacy.py`` gives a class that speaks of people (P2, P3, P4), so a new field is
searched without a word. What is not looked through stands in ``SKIPPED``, with the reason.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cspr.accounts.models import Partnership
from cspr.audit.models import Words
from cspr.privacy import FIELDS as PLATFORM
from cspr.sealed.classes import Class, classes_of
from cspr.sealed.fields import BlindIndex
from cspr.sealed.sealing import token
from cspr.wall.policies import TENANT, all_models, way
from referrals.models import Case, Referral
from referrals.privacy import FIELDS as REFERRALS
from referrals.states import UNSENT
from reviews.anonymity.finder import Find, Finder
from reviews.anonymity.finder import Place as Text
from reviews.anonymity.key import Entry, Key
from reviews.anonymity.kinds import PEOPLE, KeyKind
from reviews.models import AccessRecord, AccessRequest, KeyEntry, Participant
from reviews.privacy import FIELDS as REVIEWS

SPEAKS_OF_PEOPLE = frozenset({Class.STAFF, Class.NARRATIVE, Class.IDENTITY})
# Rows that belong to a partnership by more than one key, or by a list.
THROUGH = {"accounts.User": "memberships__partnership", "accounts.Agency": "partnerships"}
SKIPPED = {
    "accounts.Partnership": "the team's own mailbox and telephone",
    "accounts.SignInSession": "told on the person's own account page",
    "audit.Event": "who did what when: references, codes and reasons without names",
    "documents.Document": "names of files; the files themselves are looked through by hand",
    "mail.OutgoingEmail": "the same fixed sentences to an address that is found in the account",
    "reviews.AccessRequest": "the requests themselves",
    "reviews.AccessRecord": "what a search found",
    "reviews.AccessPassage": "what a search found",
}
# What an agency has typed and not sent: until then it is the agency's alone, which answers for it.
UNSENT_FIELDS = frozenset({"reviews.InformationRequest.draft", "reviews.FactCheck.draft"})
# Answers that say nothing of anybody else, whatever they are about.
CODES = frozenset({"yes", "no", "not_known", "unknown", "not_yet_known", "F", "M", "U", "I"})
OTHER = "[another person]"


@dataclass(frozen=True)
class Leaf:
    """One value of a row: where it stands, what that is called, and what it says."""

    place: str
    title: str
    text: str
    coded: bool  # a day, a choice or a number: it can name nobody


@dataclass(frozen=True)
class FoundRecord:
    """A row, or one entry of a form, that may be about the person, by the fields that agree."""

    label: str
    row: int
    place: str
    case_id: int | None
    why: str


@dataclass(frozen=True)
class FoundPassage:
    """A passage that speaks of the person, or stands in a record about them."""

    label: str
    row: int
    place: str
    title: str
    case_id: int | None
    text: str

    @property
    def text_hash(self) -> str:
        """The same words in the same case are decided once, however many versions hold them."""
        return token(f"{self.case_id or ''}\0{self.text}", "reviews_accesspassage.text")


# --- reading rows -----------------------------------------------------------------------------------------


@cache
def looked_through() -> dict[type[models.Model], tuple[models.Field, ...]]:
    """Every model that is searched, with its fields that speak of people."""
    found: dict[type[models.Model], list[models.Field]] = {}
    for field, kind in classes_of({**PLATFORM, **REFERRALS, **REVIEWS}).items():
        skipped = field.model._meta.label in SKIPPED or isinstance(field, BlindIndex)
        skipped = skipped or str(field) in UNSENT_FIELDS
        if kind in SPEAKS_OF_PEOPLE and not skipped and to_partnership(field.model):
            found.setdefault(field.model, []).append(field)
    known = all_models()
    return {model: tuple(found[model]) for model in known if model in found}


def to_partnership(model: type[models.Model]) -> str:
    """The way from a row to its partnership, as a filter; "" where there is none."""
    key = way(model)
    if model._meta.label in THROUGH or key is None:
        return THROUGH.get(model._meta.label, "")
    if key.related_model._meta.label == TENANT:
        return key.name
    return f"{key.name}__{to_partnership(key.related_model)}"


def to_case(model: type[models.Model]) -> str:
    """The way from a row to the number of its case; "" where it has none."""
    if model is Case:
        return "pk"
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    if own := next((key for key in keys if key.related_model is Case), None):
        return own.attname
    key = way(model)
    further = to_case(key.related_model) if key and key.related_model._meta.label != TENANT else ""
    return f"{key.name}__{further}" if key and further else ""


def rows_of(partnership: Partnership) -> Iterator[tuple[Any, tuple[models.Field, ...]]]:
    """Every row that is looked through; ``case_found`` on it is the number of its case, or None."""
    for model, fields in looked_through().items():
        rows = model._base_manager.filter(**{to_partnership(model): partnership})
        rows = without_unsent(rows).annotate(case_found=case_of(model))
        for row in rows.distinct().iterator():
            yield row, fields


def case_of(model: type[models.Model]) -> Any:
    """The number of a row's case, for a statement. What was written with an event leads to none by a key: the event
    names the case by its reference, or the referral that became one."""
    if model is Words:
        by_ref = Case.objects.beside().filter(ref=OuterRef("event__case_ref"))
        became = Referral.objects.beside().filter(ref=OuterRef("event__subject_ref"))
        found = (Subquery(by_ref.values("pk")[:1]), Subquery(became.values("case")[:1]))
        return Coalesce(*found, output_field=BigIntegerField())
    case = to_case(model)
    return F(case) if case else Value(None, BigIntegerField(null=True))


# Where forms keep what was written: nothing to whoever reads it.
KEPT_UNDER = {"answers", "details", "items"}


def without_unsent(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without what an agency has not sent."""
    if rows.model is Referral:
        return rows.exclude(state__in=UNSENT)
    if rows.model is Words:
        unsent = Referral.objects.beside().filter(state__in=UNSENT)
        return rows.exclude(event__subject_ref__in=unsent.values("ref"))
    return rows


def leaves(row: Any, fields: tuple[models.Field, ...]) -> Iterator[Leaf]:
    """Every value of the row, those of forms and lists one by one."""
    for field in fields:
        title = str(field.verbose_name)
        value = getattr(row, field.attname)
        if field.choices and value:
            yield Leaf(field.name, title, str(getattr(row, f"get_{field.name}_display")()), coded=True)
        else:
            yield from _inside(value, field.name, title)


def _inside(value: Any, place: str, title: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, inner in value.items():
            parts = (title, str(key).replace("_", " "))
            yield from _inside(
                inner, f"{place}.{key}", ": ".join(part for part in parts if part not in KEPT_UNDER)
            )
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _inside(inner, f"{place}.{number}", title)
    elif isinstance(value, str):
        if value.strip():
            yield Leaf(place, title, value, coded=value in CODES)
    elif value is not None:
        yield Leaf(place, title, str(value), coded=True)


# --- rows about the person --------------------------------------------------------------------------------


def told_alike(value: str) -> str:
    """How two ways of writing a name, a number or an address are compared: capitals, spaces and hyphens go."""
    return re.sub(r"[\s\-.,]", "", value).casefold()


def names_of(request: AccessRequest) -> list[str]:
    return [name.strip() for name in (request.name, *request.other_names.splitlines()) if name.strip()]


def known_of(request: AccessRequest) -> set[str]:
    """Everything by which the person is found where it is the whole of a field."""
    said = [*names_of(request), request.nhs_number, request.email]
    if request.born_on:
        said.append(request.born_on.isoformat())
    return {told_alike(one) for one in said if one}


def records_about(request: AccessRequest) -> list[FoundRecord]:
    """The rows that may be about the person, by exact agreement of a name, a day of birth, a number or an address."""
    known = known_of(request)
    found: dict[tuple[str, int, str], FoundRecord] = {}
    for row, fields in rows_of(request.partnership):
        for leaf in leaves(row, fields):
            if told_alike(leaf.text) not in known:
                continue
            place = leaf.place.rpartition(".")[0] if "." in leaf.place else ""
            key = (row._meta.label, row.pk, place)
            why = f"{found[key].why}, {leaf.title}" if key in found else leaf.title
            found[key] = FoundRecord(*key, row.case_found, why)
    return list(found.values())


def row_of(record: AccessRecord) -> tuple[Any, list[Leaf]]:
    """The row behind a record and what of it is about the person; none where it is gone."""
    model = apps.get_model(record.label)
    row = model._base_manager.filter(pk=record.row).first()
    if row is None:
        return None, []
    inside = f"{record.place}." if record.place else ""
    all_leaves = leaves(row, looked_through()[model])
    return row, [leaf for leaf in all_leaves if leaf.place.startswith(inside)]


def own_data(record: AccessRecord, known: set[str]) -> tuple[list[Leaf], list[Leaf]]:
    """What a record about the person says: what can name nobody else; and free text, which somebody has to read."""
    _, found = row_of(record)
    sure = [leaf for leaf in found if leaf.coded or told_alike(leaf.text) in known or _a_day(leaf.text)]
    return sure, [leaf for leaf in found if leaf not in sure]


def _a_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


# --- passages that speak of the person --------------------------------------------------------------------


def passages_about(request: AccessRequest, called: str) -> list[FoundPassage]:
    """Free text of the person's records; paragraphs that name them; and, in their own cases, that call them as in
    ``called`` (one word or more a line)."""
    theirs = list(request.records.filter(verdict=AccessRecord.THEIRS))
    known, cases = known_of(request), {record.case_id for record in theirs if record.case_id}
    named = _any_of(names_of(request))
    in_their_cases = _any_of([*names_of(request), *called.splitlines()])
    found: dict[str, FoundPassage] = {}
    for record in theirs:
        for leaf in own_data(record, known)[1]:
            _keep(
                found,
                FoundPassage(record.label, record.row, leaf.place, leaf.title, record.case_id, leaf.text),
            )
    for row, fields in rows_of(request.partnership):
        spoken_of = in_their_cases if row.case_found in cases else named
        for leaf in leaves(row, fields):
            if leaf.coded or told_alike(leaf.text) in known:
                continue
            for text in re.split(r"\n\s*\n", leaf.text):
                if spoken_of.search(text):
                    at = (row._meta.label, row.pk, leaf.place, leaf.title, row.case_found)
                    _keep(found, FoundPassage(*at, text.strip()))
    return list(found.values())


def _keep(found: dict[str, FoundPassage], passage: FoundPassage) -> None:
    found.setdefault(passage.text_hash, passage)


def _any_of(words: list[str]) -> re.Pattern[str]:
    said = [r"[\s\-]+".join(map(re.escape, line.split())) for line in words if line.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE)


# --- other people in them ---------------------------------------------------------------------------------


def finder_of_others(request: AccessRequest, case_id: int | None) -> Finder:
    """Finds every other known person of the case in a text: children, family, professionals, people on its list."""
    own = names_of(request)
    ours = {told_alike(name) for name in own}
    names = {name for name in _people_of(case_id) if name.strip() and told_alike(name) not in ours}
    entries = tuple(Entry(KeyKind.PERSON, name, OTHER) for name in sorted(names))
    return Finder(Key(entries, meant=tuple(own)))


def _people_of(case_id: int | None) -> Iterator[str]:
    case = Case.objects.beside().filter(pk=case_id).first() if case_id else None
    if case is None:
        return
    for child in case.children.all():
        yield from (child.name, child.also_known_as)
    for related in (case.family.all(), case.family_contacts.all()):
        yield from (one.name for one in related)
    for member in case.members.select_related("user"):
        yield member.user.name
    for participant in Participant.objects.filter(meeting__case=case):
        yield participant.name
    for entry in KeyEntry.objects.filter(key__case=case, kind__in=sorted(PEOPLE)):
        yield from (entry.real, *entry.others.splitlines())


def others_in(finder: Finder, text: str) -> list[Find]:
    """Where the text names another person, and every number or account in it, in order."""
    finds = finder.look(Text("", "", text))
    return [one for one in finds if one.kind in PEOPLE or one.kind == KeyKind.NUMBER]


def without_others(finds: list[Find], text: str) -> str:
    """The text with everything that was found taken out: a suggestion, to be read and changed."""
    for one in sorted(finds, key=lambda find: -find.start):
        text = f"{text[: one.start]}{OTHER}{text[one.end :]}"
    return text

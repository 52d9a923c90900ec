"""The chronology of a case: what each agency knew and did, day by day. It serves every review of the case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.sealed.fields import SealedJSON
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.chronology.codes import (
    EntryState,
    EventType,
    Exactness,
    ImportState,
    Said,
    Sensitivity,
    Verdict,
)
from reviews.chronology.dates import When
from reviews.chronology.rows import Entry

# What a correction may change, by the name of the column.
CORRECTED = (
    "starts_on", "exactness", "circa", "at", "ends_on", "source", "professional", "persons", "type", "happened",
    "seen", "spoken", "voice", "action", "comment", "key", "good", "themes", "lines", "sensitivity",
)  # fmt: skip


def packed(codes: tuple[str, ...] | list[str]) -> str:
    """Several codes in one column, so that every database finds one of them: ``|voice|neglect|``."""
    return f"|{'|'.join(codes)}|" if codes else ""


def unpacked(text: str) -> list[str]:
    return [code for code in text.split("|") if code]


class ChronologyImport(Subject):
    """A table somebody brought, between the first look at it and the moment it is taken over, or not."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chronology_imports")
    # None: staff bring a table in which each row names its agency.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    state = FSMField(default=ImportState.READ, choices=ImportState.choices, protected=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField("how it came", max_length=20)
    # Kept until the rows are taken over; then the entries stand for them.
    rows = SealedJSON(default=list)
    heading = models.PositiveSmallIntegerField("row of the headings", default=0)
    mapping = models.JSONField(default=list)
    taken = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    objects = Visible["ChronologyImport"].as_manager()

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_imports(user)

    def get_absolute_url(self) -> str:
        return reverse("chronology-import", args=[self.ref])

    @verb(ImportState.READ, rule=permissions.own_import, label="Say what the columns are")
    def map_columns(self, *, by: User | None, on: dt.date, mapping: list[str]) -> dict[str, Any]:
        self.mapping = mapping
        return {"columns": sorted({name for name in mapping if name})}

    @verb(
        ImportState.READ,
        ImportState.DONE,
        rule=permissions.own_import,
        label="Import the rows",
        effect="The entries stand in the chronology at once.",
    )
    def take_over(self, *, by: User | None, on: dt.date, taken: int, left_out: int) -> dict[str, Any]:
        self.taken, self.left_out, self.rows = taken, left_out, []
        return {"taken": taken, "left_out": left_out, "origin": self.origin}

    @verb(
        ImportState.READ,
        ImportState.DROPPED,
        rule=permissions.own_import,
        label="Do not import it",
        effect="Nothing of the table is kept.",
    )
    def drop(self, *, by: User | None, on: dt.date) -> None:
        self.rows = []


class ChronologyEntry(Subject):
    """One event as one agency recorded it. It is corrected or struck out, never deleted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chronology")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = FSMField(default=EntryState.STANDS, choices=EntryState.choices, protected=True)
    starts_on = models.DateField("day, or first day of the time it lies in")
    exactness = models.CharField(max_length=8, choices=Exactness.choices, default=Exactness.EXACT)
    circa = models.BooleanField("about that time", default=False)
    at = models.CharField("time, HH:MM", max_length=5, blank=True)
    ends_on = models.DateField("last day", null=True)
    source = models.CharField("source record", max_length=160, blank=True)
    professional = models.CharField("professional, by role", max_length=160, blank=True)
    persons = models.TextField("people of the case, by key", blank=True)
    type = models.CharField(
        "kind of event", max_length=12, choices=EventType.choices, default=EventType.OTHER
    )
    happened = models.TextField("what happened")
    seen = models.CharField("child seen", max_length=3, choices=Said.choices, blank=True)
    spoken = models.CharField("child spoken to", max_length=3, choices=Said.choices, blank=True)
    voice = models.TextField("child’s voice", blank=True)
    action = models.TextField("action or decision", blank=True)
    comment = models.TextField(blank=True)
    key = models.BooleanField("key event", default=False)
    good = models.BooleanField("good practice", default=False)
    themes = models.TextField(blank=True)
    lines = models.TextField("lines of enquiry", blank=True)
    sensitivity = models.CharField(max_length=14, choices=Sensitivity.choices, default=Sensitivity.ORDINARY)
    struck_because = models.TextField(blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    brought_by = models.ForeignKey(
        ChronologyImport, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    objects = Visible["ChronologyEntry"].as_manager()

    class Meta:
        verbose_name_plural = "chronology entries"
        indexes = [models.Index(fields=["case", "starts_on", "at", "id"], name="chronology_in_order")]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_entries(user)

    def get_absolute_url(self) -> str:
        return reverse("chronology-entry", args=[self.ref])

    @property
    def when(self) -> When:
        return When(self.starts_on, Exactness(self.exactness), self.circa)

    @property
    def stands(self) -> bool:
        return bool(self.state == EntryState.STANDS)

    @property
    def person_keys(self) -> list[str]:
        return unpacked(self.persons)

    @property
    def theme_codes(self) -> list[str]:
        return unpacked(self.themes)

    @property
    def line_names(self) -> list[str]:
        return unpacked(self.lines)

    def fill(self, entry: Entry) -> None:
        """Take over what was read; the agency stays."""
        self.starts_on, self.exactness, self.circa = entry.when.first, entry.when.exactness, entry.when.circa
        self.persons, self.themes, self.lines = (
            packed(codes) for codes in (entry.persons, entry.themes, entry.lines)
        )
        for name in (
            "at", "ends_on", "source", "professional", "type", "happened", "seen", "spoken", "voice", "action",
            "comment", "key", "good", "sensitivity",
        ):  # fmt: skip
            setattr(self, name, getattr(entry, name))

    @verb(
        EntryState.STANDS,
        rule=permissions.edit_entry,
        label="Correct this entry",
        effect="The entry reads as you write it. That it was corrected, by whom and when, stays on record.",
    )
    def correct(self, *, by: User | None, on: dt.date, entry: Entry) -> dict[str, Any]:
        before = {name: getattr(self, name) for name in CORRECTED}
        self.fill(entry)
        return {"changed": [name for name in CORRECTED if getattr(self, name) != before[name]]}

    @verb(
        EntryState.STANDS,
        EntryState.STRUCK,
        rule=permissions.edit_entry,
        label="Strike this entry out",
        effect="It stays readable, crossed out, with your reason. It no longer counts and is not exported.",
    )
    def strike_out(self, *, by: User | None, on: dt.date, because: str) -> None:
        """The reason may tell what the entry says, so it stands with the entry and not in the event."""
        if not because.strip():
            raise Refused("Say why it is struck out.")
        self.struck_because = because

    @verb(
        EntryState.STRUCK,
        EntryState.STANDS,
        rule=permissions.edit_entry,
        label="Let this entry stand again",
        effect="It counts again, as it was.",
    )
    def reinstate(self, *, by: User | None, on: dt.date) -> None:
        self.struck_because = ""


class ChronologyJudgement(models.Model):
    """What a person said about two entries side by side. ``first`` has the smaller number."""

    first = models.ForeignKey(ChronologyEntry, on_delete=models.PROTECT, related_name="judged_first")
    second = models.ForeignKey(ChronologyEntry, on_delete=models.PROTECT, related_name="judged_second")
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    words = models.TextField(blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    judged_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_judgement_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()

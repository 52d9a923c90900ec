"""What is held about the person who asks: records that were found, passages that speak of them, and what was decided.

Passages are copies of the words that somebody read and decided on, encrypted: what is written in a case afterwards
changes nothing of it. Records and passages of a case are read by those who may see its identities, and by nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from cspr.accounts.models import User
from cspr.sealed.fields import SealedText
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews.access_permissions import keep_access_request, visible_holdings
from reviews.questions.access_request import AccessState, Disclosure, Exemption, Verdict

S = AccessState
GIVEN = (Disclosure.DISCLOSE, Disclosure.REDACT)
WITH_REASON = (Disclosure.REDACT, Disclosure.WITHHOLD)


class Gathering(Subject):
    """The part of a request that looks for the data and decides what is given."""

    searched_on = models.DateField("day of the last search", null=True)
    gathered_on = models.DateField("day on which passages were gathered", null=True)
    called = SealedText("what texts call the person, one a line", blank=True, default="", db_default="")
    records: Any
    passages: Any

    class Meta:
        abstract = True

    # --- what stands in the way ---

    def unsearched(self) -> str | None:
        return None if self.searched_on else "Search for the person first."

    def unsorted(self) -> str | None:
        """Whether a record that was found is theirs has to be said first."""
        left = self.records.filter(verdict="").count()
        return (
            f"Of {left} that the search found, somebody has to say whether it is this person."
            if left
            else None
        )

    def undecided(self) -> str | None:
        """Nothing is handed over with a passage on which nobody has decided."""
        if reason := self.unsearched() or self.unsorted():
            return reason
        if self.gathered_on is None:
            return "Gather the passages that speak of the person first."
        left = self.passages.filter(decision="").count()
        return f"{left} passages are not decided yet." if left else None

    # --- who and where ---

    def deciders(self) -> set[int]:
        """Everybody who said whose a record is, or what becomes of a passage."""
        return {
            *self.records.exclude(decided_by=None).values_list("decided_by_id", flat=True),
            *self.passages.exclude(decided_by=None).values_list("decided_by_id", flat=True),
        }

    def given_from(self) -> set[int]:
        """The cases from which something is given."""
        records = self.records.filter(verdict=Verdict.THEIRS)
        passages = self.passages.filter(decision__in=GIVEN)
        found = {*records.values_list("case_id", flat=True), *passages.values_list("case_id", flat=True)}
        return found - {None}

    # --- its verbs ---

    @verb(
        S.RECEIVED,
        rule=keep_access_request,
        label="Search for the person",
        effect="Every record of the partnership is looked through for exactly these names, this day and these "
        "numbers, restricted cases too. What was decided before stays.",
    )
    def search(self, *, by: User, on: dt.date, found: Iterable[Any]) -> None:
        """``found``: what ``reviews.access_finding.records_about`` answers."""
        for one in found:
            at = {"label": one.label, "row": one.row, "place": one.place}
            self.records.get_or_create(**at, defaults={"case_id": one.case_id, "why": one.why})
        self.searched_on, self.gathered_on = on, None

    @verb(
        S.RECEIVED,
        rule=keep_access_request,
        label="Say which records are this person",
        guards=[unsearched],
        effect="What is not ticked is taken to be somebody else, and nothing of it is given.",
    )
    def tick(self, *, by: User, on: dt.date, shown: list[int], theirs: list[int]) -> dict[str, Any]:
        """Of the records the person saw (``shown``), those that are the person. Others' records are not touched."""
        seen = AccessRecord.objects.visible_to(by).filter(request_id=self.pk, pk__in=shown)
        seen.update(verdict=Verdict.NOT_THEIRS, decided_by=by, decided_on=on)
        seen.filter(pk__in=theirs).update(verdict=Verdict.THEIRS)
        self.gathered_on = None
        return {"shown": len(shown), "theirs": len(theirs)}

    @verb(
        S.RECEIVED,
        rule=keep_access_request,
        label="Gather what speaks of the person",
        guards=[unsearched, unsorted],
        effect="Paragraphs that name the person are copied here, encrypted, for a decision on each. None is given "
        "before somebody has decided.",
    )
    def gather(self, *, by: User, on: dt.date, called: str, found: Iterable[Any]) -> None:
        """``found``: what ``reviews.access_finding.passages_about`` answers. A decision on the same words stays."""
        kept = []
        for one in found:
            defaults = {
                "label": one.label,
                "row": one.row,
                "place": one.place,
                "title": one.title,
                "text": one.text,
            }
            row, _ = self.passages.get_or_create(
                text_hash=one.text_hash, defaults={**defaults, "case_id": one.case_id}
            )
            kept.append(row.pk)
        self.passages.exclude(pk__in=kept).delete()
        self.called, self.gathered_on = called, on

    @verb(
        S.RECEIVED,
        rule=keep_access_request,
        label="Decide on a passage",
        effect="What is taken out is not in the answer at all: it is not covered, it is gone.",
    )
    def decide(
        self, *, by: User, on: dt.date, passage: int, decision: str, exemption: str = "", redacted: str = ""
    ) -> dict[str, Any]:
        """Refused for a passage of a case whose identities the person may not see."""
        one = AccessPassage.objects.visible_to(by).filter(request_id=self.pk, pk=passage).first()
        if one is None:
            raise Refused("This passage is not there any more.")
        if decision in WITH_REASON and exemption not in Exemption.values:
            raise Refused("Say by which exemption it is not given.")
        if decision == Disclosure.REDACT and redacted.strip() in {"", one.text}:
            raise Refused("Take out what is not given, or give it as it is.")
        one.decision = decision
        one.exemption = exemption if decision in WITH_REASON else ""
        one.redacted = redacted if decision == Disclosure.REDACT else ""
        one.decided_by, one.decided_on = by, on
        one.save()
        return {"decision": decision, "exemption": one.exemption}


class Held(models.Model):
    """What records and passages share: where it stands, and who decided."""

    label = models.CharField("kind of record", max_length=60)
    row = models.BigIntegerField()
    place = models.TextField("place in the record", blank=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField(null=True)

    class Meta:
        abstract = True

    @staticmethod
    def visibility(user: User) -> Q:
        return visible_holdings(user)


class AccessRecord(Held):
    """One row, or one entry of a form, that may be about the person."""

    THEIRS = Verdict.THEIRS
    request = models.ForeignKey("reviews.AccessRequest", on_delete=models.CASCADE, related_name="records")
    why = models.TextField("fields that agree")
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    objects = Visible["AccessRecord"].as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "label", "row", "place"], name="one_record_found_once")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.row}"


class AccessPassage(Held):
    """Words that speak of the person, and what becomes of them."""

    request = models.ForeignKey("reviews.AccessRequest", on_delete=models.CASCADE, related_name="passages")
    title = models.TextField("what the field is called")
    text = SealedText()
    text_hash = models.CharField(max_length=64)
    decision = models.CharField(max_length=12, choices=Disclosure.choices, blank=True)
    exemption = models.CharField(max_length=12, choices=Exemption.choices, blank=True)
    redacted = SealedText("what is given of it", blank=True)
    objects = Visible["AccessPassage"].as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "text_hash"], name="one_passage_decided_once")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.row}"

    @property
    def given(self) -> str:
        """What of it is in the answer; nothing while nobody has decided."""
        return {Disclosure.DISCLOSE: self.text, Disclosure.REDACT: self.redacted}.get(
            Disclosure(self.decision), ""
        )

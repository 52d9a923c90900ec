"""The identity key of a case, kept apart from its report: who is who, what was left in, what was checked, who signed.

Nothing of it goes into the report, its hash, a paper, an export or the words of an event. Reading it is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.sealed.fields import SealedJSON, SealedText
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.anonymity.folding import fold
from reviews.anonymity.key import Entry
from reviews.anonymity.kinds import UNDER_WAY, FileKind, KeyKind, KeyState
from reviews.models.practice_review import PracticeReview

K = KeyState
SIGNATURES = 2


class IdentityKey(Subject):
    """One key a case. Whatever changes what the check looks for, or what it is told to leave, undoes the signatures."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="identity_key")
    state = FSMField(default=K.KEPT, choices=K.choices, protected=True)
    objects = Visible["IdentityKey"].as_manager()
    entries: Any
    accepted: Any
    asked_checks: Any
    checks: Any
    signatures: Any

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @property
    def review(self) -> PracticeReview:
        """The review whose report is checked."""
        review: PracticeReview = self.case.practice_review
        return review

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_keys(user)

    @classmethod
    def may_read_document(cls, subject: IdentityKey, user: User, kind: str) -> str | None:
        return permissions.keep_key(subject, user)

    def get_absolute_url(self) -> str:
        return reverse("identity-key", args=[self.ref])

    def standing_signatures(self, text_hash: str) -> list[Signature]:
        """Those that still count: given to this very text, and to the files that were checked last."""
        return [one for one in self.signatures.all() if one.ended_on is None and one.text_hash == text_hash]

    def signed_by(self, user: User) -> bool:
        return any(one.by_id == user.pk for one in self.standing_signatures(self.review.report_hash))

    def unsigned(self, text_hash: str) -> str | None:
        """What two people have still to do before that text may be published; None when they have signed."""
        missing = SIGNATURES - len(self.standing_signatures(text_hash))
        if missing <= 0:
            return None
        if missing == SIGNATURES:
            return "Nobody has signed yet that no one can be recognised in the report as it reads now."
        return "One person has signed. A second person has to sign, too."

    def last_check(self) -> FileCheck | None:
        """The newest check of the finished files, if it was of the text as it reads now."""
        newest: FileCheck | None = self.checks.first()
        return newest if newest and newest.text_hash == self.review.report_hash and newest.stands else None

    # --- the entries ---

    @verb(K.KEPT, rule=permissions.keep_key, label="Add to the identity key")
    def add_entry(
        self, *, by: User | None, on: dt.date, kind: str, real: str, instead: str, others: str = ""
    ) -> dict[str, Any]:
        """The event says only that, and of which kind: the words stand in the key alone."""
        self._different(on)
        return {
            "entry": self.entries.create(kind=kind, real=real, instead=instead, others=others).pk,
            "kind": kind,
        }

    @verb(K.KEPT, rule=permissions.keep_key, label="Change an entry of the key")
    def change_entry(
        self,
        *,
        by: User | None,
        on: dt.date,
        entry: int,
        kind: str,
        real: str,
        instead: str,
        others: str = "",
    ) -> dict[str, Any]:
        found = self._entry(entry)
        found.kind, found.real, found.instead, found.others = kind, real, instead, others
        found.save()
        self._different(on)
        return {"entry": entry, "kind": kind}

    @verb(K.KEPT, rule=permissions.keep_key, label="Take an entry out of the key")
    def remove_entry(self, *, by: User | None, on: dt.date, entry: int) -> dict[str, Any]:
        self._entry(entry).delete()
        self._different(on)
        return {"entry": entry}

    def _entry(self, number: int) -> KeyEntry:
        found: KeyEntry | None = self.entries.filter(pk=number).first()
        if found is None:
            raise Refused("There is no such entry any more.")
        return found

    def _different(self, on: dt.date) -> None:
        """The check looks for other things from here on: what was checked, and what was signed, counts no longer."""
        self._unsign(on)
        self.checks.filter(stands=True).update(stands=False)

    def _unsign(self, on: dt.date) -> None:
        self.signatures.filter(ended_on=None).update(ended_on=on)

    # --- what stays in ---

    @verb(K.KEPT, rule=permissions.keep_key, label="Leave a find in the report")
    def accept_find(
        self, *, by: User | None, on: dt.date, place: str, said: str, reason: str
    ) -> dict[str, Any]:
        """Somebody says why it identifies nobody. ``place``: a section, or ``""`` for the whole report."""
        if not reason.strip():
            raise Refused("Say why nobody can be recognised by it.")
        words = same(said)
        # Sealed words are compared here; the key is locked, so nobody accepts the same find meanwhile.
        known = (one for one in self.accepted.filter(place=place) if one.said == words)
        accepted = next(known, None) or AcceptedFind(key=self, place=place, said=words)
        accepted.reason, accepted.accepted_by, accepted.accepted_on = reason, by, on
        accepted.save()
        self._unsign(on)
        return {"place": place}

    @verb(K.KEPT, rule=permissions.keep_key, label="Look at it again")
    def look_again(self, *, by: User | None, on: dt.date, accepted: int) -> dict[str, Any]:
        """What was left in is a find again."""
        found = self.accepted.filter(pk=accepted).first()
        if found is None:
            raise Refused("This is among the finds already.")
        place = found.place
        found.delete()
        self._unsign(on)
        return {"place": place}

    # --- the finished files, and the signatures ---

    @verb(
        K.KEPT,
        rule=permissions.keep_key,
        label="Check the finished files",
        effect="The files are looked through in a moment. You can go on meanwhile.",
    )
    def ask_for_check(self, *, by: User | None, on: dt.date) -> None:
        """Leave word for the worker, which looks through the files and keeps what it finds (``check_files``)."""
        if self.asked_checks.filter(state__in=UNDER_WAY).exists():
            raise Refused("The files are being checked already.")
        self.asked_checks.create(asked_by=by)

    @verb(K.KEPT, rule=permissions.keep_key, label="Record the check of the finished files")
    def check_files(
        self, *, by: User | None, on: dt.date, text_hash: str, files: Sequence[dict[str, Any]]
    ) -> dict[str, Any]:
        """Keep what was found in the bytes of the PDF and the Word document, each ``{kind, sha256, finds}``."""
        if text_hash != self.review.report_hash:
            raise Refused("The report was changed after these files were made. Make them again.")
        if {file["kind"] for file in files} != set(FileKind.values):
            raise Refused("Both the PDF and the Word document have to be checked.")
        self._different(on)
        self.checks.create(text_hash=text_hash, files=list(files), checked_by=by)
        return {
            "files": {file["kind"]: file["sha256"] for file in files},
            "found": sum(len(f["finds"]) for f in files),
        }

    def unchecked(self) -> str | None:
        """What has to be done before anybody signs; None when nothing is left."""
        check = self.last_check()
        if check is None:
            return "The finished PDF and Word document have not been checked since the report or the key was changed."
        open_ = len(check.open_finds(self.left_in()))
        return (
            f"{open_} find{'' if open_ == 1 else 's'} in the finished files still to look at."
            if open_
            else None
        )

    @verb(
        K.KEPT,
        rule=permissions.sign_anonymity,
        label="Sign that nobody can be recognised",
        guards=[unchecked],
        effect="Two people sign. Any change of the report or of the key undoes both signatures.",
    )
    def sign(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """The signature rests on the hash of the text and on those of the two files."""
        check = self.last_check()
        if by is None or check is None:
            raise Refused("A person signs what was checked.")
        self.signatures.create(by=by, on=on, text_hash=check.text_hash, files=check.hashes)
        return {"text": check.text_hash, "files": check.hashes}

    def left_in(self) -> set[tuple[str, str]]:
        """What somebody has left in: the place (or "" for the whole report) and the words."""
        return {(one.place, one.said) for one in self.accepted.all()}


def same(said: str) -> str:
    """Two spellings of the same words are one find."""
    return " ".join(fold(said).flat.lower().split())[:300]


class KeyEntry(models.Model):
    """One person, place, day or number: the real words, how else they are written, and what stands instead."""

    key = models.ForeignKey(IdentityKey, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=KeyKind.choices)
    real = SealedText("real words")
    others = SealedText("other spellings and nicknames, one on a line", blank=True)
    instead = models.CharField("what stands instead", max_length=200)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "key entries"

    def __str__(self) -> str:
        return f"entry {self.pk}"

    def as_read(self) -> Entry:
        """The entry as the finder takes it."""
        others = tuple(line.strip() for line in self.others.splitlines() if line.strip())
        return Entry(KeyKind(self.kind), self.real, self.instead, others, self.pk)


class AcceptedFind(models.Model):
    """A find that stays in the report, with the reason."""

    key = models.ForeignKey(IdentityKey, on_delete=models.CASCADE, related_name="accepted")
    place = models.CharField(max_length=40, blank=True)
    said = SealedText()
    reason = models.TextField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    accepted_on = models.DateField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"left in {self.place or 'the report'}"


class FileCheck(models.Model):
    """One look at the finished files: their hashes, and every find with its page or place."""

    key = models.ForeignKey(IdentityKey, on_delete=models.CASCADE, related_name="checks")
    text_hash = models.CharField(max_length=64)
    files = SealedJSON(default=list)
    stands = models.BooleanField(default=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"checked {self.checked_at:%d.%m.%Y}"

    @property
    def hashes(self) -> dict[str, str]:
        return {file["kind"]: file["sha256"] for file in self.files}

    def open_finds(self, left_in: set[tuple[str, str]]) -> list[dict[str, str]]:
        """Finds whose words nobody has left in."""
        known = {said for _, said in left_in}
        return [
            {**found, "file": FileKind(file["kind"]).label}
            for file in self.files
            for found in file["finds"]
            if same(found["said"]) not in known
        ]


class Signature(models.Model):
    """One person’s word that nobody can be recognised, given to a text and to the bytes made of it."""

    key = models.ForeignKey(IdentityKey, on_delete=models.CASCADE, related_name="signatures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    text_hash = models.CharField(max_length=64)
    files = models.JSONField(default=dict)
    # The day something changed what it rests on; the row stays.
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "by", "text_hash"], condition=Q(ended_on=None), name="nobody_signs_twice"
            )
        ]

    def __str__(self) -> str:
        return f"signed {self.on}"

"""Files: what was uploaded, and what was set as PDF. The bytes lie in the default storage, never public."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.documents.formats import called
from cspr.documents.leases import Leased
from cspr.refs import new_ref
from cspr.sealed.fields import SealedText


class Origin(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    RENDERED = "rendered", "Made by this system"


class State(models.TextChoices):
    """``stored`` is an upload's only state; the others are the road of a PDF."""

    STORED = "stored", "Stored"
    QUEUED = "queued", "Waiting to be made"
    RENDERING = "rendering", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be made"


class Scan(models.TextChoices):
    """What the virus scanner said of an upload; "" while it was never asked, as where there is none."""

    WAITING = "waiting", "Waiting for the virus check"
    CLEAN = "clean", "Clean"
    INFECTED = "infected", "A virus was found"


WAITING = (State.QUEUED, State.RENDERING)
UNCHECKED = ("", Scan.WAITING)
READABLE = (State.STORED, State.READY)


class DocumentQuerySet(models.QuerySet["Document"]):
    def for_subject(self, label: str, ref: str) -> DocumentQuerySet:
        """Every document of one subject, newest first. The caller has fetched the subject as visible."""
        return self.filter(subject_label=label, subject_ref=ref).order_by("-created_at", "-pk")

    def uploaded_bytes(self) -> int:
        """How much was uploaded, in bytes."""
        return self.filter(origin=Origin.UPLOADED).aggregate(total=Sum("size"))["total"] or 0


class Document(Leased):
    """One file about one subject. Who may see the subject may open it (``cspr.documents.access``)."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="documents")
    case_ref = models.CharField(max_length=11, blank=True)
    subject_label = models.CharField(max_length=60)
    subject_ref = models.CharField(max_length=11)
    kind = models.CharField(max_length=60)
    title = SealedText()
    name = SealedText("file name")
    path = models.CharField("place in the storage", max_length=80, blank=True)
    # The file's own key. Without it the bytes are noise, wherever they were copied; "" while a file lies open.
    file_key = SealedText(blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=100)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    progress = models.PositiveSmallIntegerField(default=0)
    scan = models.CharField("virus check", max_length=8, choices=Scan.choices, blank=True)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    scan_again_at = models.DateTimeField(null=True, blank=True)
    data_hash = models.CharField("hash of the words and layout it is made from", max_length=64, blank=True)
    uploaded_by = models.ForeignKey(
        User, verbose_name="uploaded or asked for by", on_delete=models.PROTECT, related_name="documents"
    )
    created_at = models.DateTimeField(default=timezone.now)
    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_label", "subject_ref", "created_at"], name="document_by_subject"),
            models.Index(fields=["created_at"], name="document_waiting", condition=Q(state__in=WAITING)),
            models.Index(
                fields=["scan_attempts", "created_at"],
                name="document_unchecked",
                condition=Q(origin=Origin.UPLOADED, scan__in=UNCHECKED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_label", "subject_ref", "data_hash"],
                name="one_waiting_pdf_of_the_same_words",
                condition=Q(state__in=WAITING),
            ),
            models.UniqueConstraint(fields=["path"], name="one_row_per_file", condition=~Q(path="")),
            models.CheckConstraint(
                condition=Q(origin=Origin.UPLOADED, state=State.STORED)
                | (Q(origin=Origin.RENDERED) & ~Q(state=State.STORED)),
                name="state_fits_origin",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=READABLE) | ~Q(path="") | Q(scan=Scan.INFECTED),
                name="readable_document_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def called(self) -> str:
        """``PDF``, ``Word document``, ``Excel workbook``, or just ``file``."""
        return called(self.content_type)

    @property
    def is_readable(self) -> bool:
        """Whether there are bytes to open, and they may be."""
        return self.state in READABLE and not self.is_held

    @property
    def is_held(self) -> bool:
        """Whether nobody may open it: a virus was found, or the scanner has yet to say that there is none."""
        if self.origin != Origin.UPLOADED or self.scan == Scan.CLEAN:
            return False
        return bool(self.scan or settings.CLAMAV)

    @property
    def is_infected(self) -> bool:
        return self.scan == Scan.INFECTED

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


def identity(subject: Any) -> tuple[str, str]:
    """How documents point at their subject: ``("referrals.referral", "K7QF3-MXRTW")``."""
    return subject._meta.label_lower, subject.ref


def case_ref_of(subject: Any) -> str:
    """The reference of the subject's case, ``""`` while it has none."""
    case = getattr(subject, "case", None)
    return "" if case is None else case.ref

"""Figures for tests: invented pictures, put into a report by the real verb."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cspr.accounts.models import User
from cspr.documents.models import Document, identity
from cspr.documents.uploads import PICTURES, store_upload
from cspr.workflow import perform
from reviews.models import PracticeReview
from reviews.models.figures import FIGURE
from tests.factories import TODAY

CAPTION, ALT = "Visits in the year before", "Visits fell from nine in January to two in June."
GPS, NORTH, LATITUDE = 0x8825, 1, 2


def drawn(kind: str = "PNG", size: tuple[int, int] = (300, 200), colour: str = "teal", **how: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, kind, **how)
    return made.getvalue()


def photograph() -> bytes:
    """As a telephone takes it: it says where."""
    told = Image.Exif()
    told[0x010F] = "Invented Phone"
    told.get_ifd(GPS).update({NORTH: "N", LATITUDE: (53.0, 23.0, 24.0)})
    return drawn("JPEG", exif=told)


def stored(review: PracticeReview, by: User, data: bytes = b"", name: str = "chart.png") -> Document:
    label, ref = identity(review)
    return store_upload(
        SimpleUploadedFile(name, data or drawn()), by=by, partnership=review.partnership, case_ref=review.case.ref,
        subject_label=label, subject_ref=ref, kind=FIGURE, takes=PICTURES,
    )  # fmt: skip


def with_figure(
    review: PracticeReview,
    by: User,
    data: bytes = b"",
    *,
    name: str = "chart.png",
    place: str = "reasons",
    **said: Any,
) -> PracticeReview:
    """The report with one figure more, which has its place at the end of a section (none if ``place`` is empty)."""
    words = {"caption": CAPTION, "alt": ALT, **said}
    document = stored(review, by, data, name)
    review = perform(review, "add_figure", by=by, today=TODAY, document=document, **words)
    if not place:
        return review
    number = max(one.number for one in review.pictures())
    text = f"{review.report.get(place, '')}\n\n[Figure {number}]"
    return perform(review, "write_report", by=by, today=TODAY, sections={place: text})

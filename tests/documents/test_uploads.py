"""What is taken in, and what is refused with which sentence."""

from __future__ import annotations

import datetime as dt
import hashlib
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from cspr.documents import uploads
from cspr.documents.models import Document
from cspr.documents.storing import opened
from cspr.documents.uploads import UploadRefused
from tests.documents import samples as s

Upload = Callable[..., Document]

GOOD = {
    "letter.pdf": s.pdf(),
    "owner-locked.pdf": s.pdf(encryption=s.pikepdf.Encryption(owner="only printing is limited", user="")),
    "report.docx": s.docx(),
    "REPORT.DOCX": s.docx({"word/media/image1.png": s.png()}),
    "report.odt": s.odt(),
    "photo.png": s.png(),
    "photo.jpg": s.jpeg(),
    "photo.jpeg": s.jpeg(),
    "notes.txt": "Seen at home, 3 March. Café, £5, “quoted”.\n".encode(),
    "ansi notes.txt": "Seen at home. Café, £5.\r\n".encode("cp1252"),
    "Siân's note – final (2).txt": b"BM and MZ are how some binary files begin; words may begin so too.",
}

DAMAGED_PDF = s.pdf()[:200]
DTD = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol">]><a>&b;</a>'
EXTERNAL = 'TargetMode="External"'
TEMPLATE = {
    "word/_rels/settings.xml.rels": s.relationships(
        ("attachedTemplate", "http://198.51.100.7/x.dotm", EXTERNAL)
    )
}
PICTURE = {"word/_rels/document.xml.rels": s.relationships(("image", "file://server/share/x.png", EXTERNAL))}
DISGUISED = {
    "word/notes.bin": b"\xd0\xcf",
    "word/_rels/document.xml.rels": s.relationships(("vbaProject", "notes.bin", "")),
}
DDE = '<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd "/c calc"</w:instrText></w:r>'
OTHER_IMAGE = '<d:image x:href="https://198.51.100.7/spy.png"/>'
MANY = {f"word/media/{n}.txt": "" for n in range(2001)}


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The archive with one entry's name changed in place, as no honest tool would write it."""
    assert len(old) == len(new)
    return data.replace(old, new)


def encrypted(data: bytes) -> bytes:
    """The archive with the encryption flag set on its entries."""
    flagged = bytearray(data)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(start)
        while at >= 0:
            flagged[at + offset] |= 1
            at = data.find(start, at + 1)
    return bytes(flagged)


CLIMBING = renamed(s.docx({"word/media/abc.png": s.png()}), b"word/media/abc.png", b"../../../../ab.png")
LYING_SIZE = renamed(s.docx({"x": b"A" * 5000}), (5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.pdf", b"", "it is empty"),
    "program": ("setup.exe", b"MZ\x90\0", "this kind of file is not taken here"),
    "no extension": ("readme", b"words", "this kind of file is not taken here"),
    "only an extension": (".pdf", s.pdf(), "this kind of file is not taken here"),
    "old Word": ("a.doc", b"\xd0\xcf\x11\xe0", "save it as .docx or PDF"),
    "vector picture": ("a.svg", b"<svg onload='x'/>", "this kind of file is not taken here"),
    "web page": ("a.html", b"<html>", "this kind of file is not taken here"),
    "program called PDF": ("a.pdf", b"MZ\x90\0" + b"\0" * 500, "its content is not what its name says"),
    "PDF called picture": ("a.png", s.pdf(), "its content is not what its name says"),
    "picture called PDF": ("a.pdf", s.png(), "its content is not what its name says"),
    "page called text": (
        "a.txt",
        b"  <!DOCTYPE html><script>x</script>",
        "its content is not what its name says",
    ),
    "program called text": ("a.txt", b"MZ\x90\0\x03\0\0\0", "its content is not what its name says"),
    "PDF behind words": ("a.pdf", b"hello\n" + s.pdf(), "its content is not what its name says"),
    "archive called Word": ("a.docx", s.archive({"a.txt": "x"}), "it is damaged or not a complete document"),
    "OpenDocument called Word": ("a.docx", s.odt(), "it is damaged or not a complete document"),
    "Word called OpenDocument": ("a.odt", s.docx(), "it is damaged or not a complete document"),
    "Word behind a page": ("a.docx", b"<html>" + s.docx(), "its content is not what its name says"),
    "page behind Word": (
        "a.docx",
        s.docx() + b"<script>x</script>",
        "it is damaged or not a complete document",
    ),
    "two archives in one": ("a.docx", s.docx() + s.docx(), "it is damaged or not a complete document"),
    "broken XML": (
        "a.docx",
        s.docx({"word/document.xml": "<a>"}),
        "it is damaged or not a complete document",
    ),
    "macros": ("a.docx", s.docx({"word/vbaProject.bin": b"\xd0\xcf"}), "it contains macros"),
    "macro type": ("a.docx", s.docx(main=s.MACRO_MAIN), "it contains macros"),
    "macros under another name": ("a.docx", s.docx(DISGUISED), "it contains macros"),
    "embedded sheet": ("a.docx", s.docx({"word/embeddings/s.xlsx": b"PK"}), "another file is embedded in it"),
    "remote template": ("a.docx", s.docx(TEMPLATE), "it loads something from outside the document"),
    "remote picture": ("a.docx", s.docx(PICTURE), "it loads something from outside the document"),
    "DDE in pieces": ("a.docx", s.docx(body=DDE), "it contains a field that fetches data"),
    "DTD": ("a.docx", s.docx({"docProps/app.xml": DTD}), "its inner structure holds definitions (a DTD)"),
    "DTD in UTF-16": (
        "a.docx",
        s.docx({"docProps/app.xml": DTD.replace("?>", ' encoding="UTF-16"?>').encode("utf-16")}),
        "its inner structure holds definitions (a DTD)",
    ),
    "zip bomb": (
        "a.docx",
        s.docx({"word/media/a.txt": b"0" * 60_000_000}),
        "it would unpack to an unreasonable",
    ),
    "too many parts": ("a.docx", s.docx(MANY), "it would unpack to an unreasonable size"),
    "lying size": ("a.docx", LYING_SIZE, "it is damaged or not a complete document"),
    "climbing path": ("a.docx", CLIMBING, "they would unpack outside its own folder"),
    "locked archive": ("a.docx", encrypted(s.docx()), "it is protected with a password"),
    "OpenDocument macros": ("a.odt", s.odt({"Basic/Standard/M.xml": "<a/>"}), "it contains macros"),
    "OpenDocument event": ("a.odt", s.odt(body='<s:event-listener s:language="x"/>'), "it contains macros"),
    "OpenDocument remote": ("a.odt", s.odt(body=OTHER_IMAGE), "it loads something from outside the document"),
    "OpenDocument locked": (
        "a.odt",
        s.odt(manifest="<m:encryption-data/>"),
        "it is protected with a password",
    ),
    "broken PDF": ("a.pdf", DAMAGED_PDF, "it is damaged or not a complete PDF"),
    "locked PDF": (
        "a.pdf",
        s.pdf(encryption=s.pikepdf.Encryption(owner="a", user="b")),
        "it is protected with a password",
    ),
    "PDF with a script": ("a.pdf", s.pdf(s.with_script), "it contains a script or starts a program"),
    "PDF that starts a program": ("a.pdf", s.pdf(s.with_launch), "it contains a script or starts a program"),
    "PDF that opens a file elsewhere": (
        "a.pdf",
        s.pdf(s.with_link_to_a_file),
        "it sends something elsewhere or opens another file",
    ),
    "PDF that sends itself": (
        "a.pdf",
        s.pdf(s.with_form_that_is_sent),
        "it sends something elsewhere or opens another file",
    ),
    "PDF with a second form inside": (
        "a.pdf",
        s.pdf(s.with_form_of_its_own),
        "it sends something elsewhere or opens another file",
    ),
    "PDF with a film inside": ("a.pdf", s.pdf(s.with_film), "other files are attached inside it"),
    "PDF with a file inside": ("a.pdf", s.pdf(s.with_attachment), "other files are attached inside it"),
    "broken picture": ("a.png", s.png()[:-20], "the picture is damaged or breaks off"),
    "broken photograph": ("a.jpg", s.jpeg()[:-6], "the picture is damaged or breaks off"),
    "pixel flood": ("a.png", s.png(width=60_000, height=60_000), "more than 120 million pixels"),
    "pixel flood in a photograph": (
        "a.jpg",
        s.jpeg(width=60_000, height=60_000),
        "more than 120 million pixels",
    ),
    "NUL in the name": ("a\0.pdf", s.pdf(), "hidden characters"),
    "line break in the name": ("a\r\nX-Evil: 1.pdf", s.pdf(), "hidden characters"),
    "turned reading direction": ("a\u202efdp.exe.pdf", s.pdf(), "hidden characters"),
    "invisible letter": ("a\u200b.pdf", s.pdf(), "hidden characters"),
    "folder in the name": ("../../etc/a.pdf", s.pdf(), "contains a folder"),
    "Windows folder in the name": ("..\\a.pdf", s.pdf(), "contains a folder"),
    "endless name": ("a" * 300 + ".pdf", s.pdf(), "has more than 120 characters"),
}


def files(location: Path) -> list[Path]:
    return [path for path in location.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_file_is_kept_with_its_hash_under_a_name_that_says_nothing(
    name: str, upload: Upload, own_storage: Path
) -> None:
    document = upload(name, GOOD[name])
    kept = opened(document).read()
    assert (document.name, document.size) == (name, len(kept))
    assert document.sha256 == hashlib.sha256(kept).hexdigest()
    assert len(files(own_storage)) == 1
    assert files(own_storage)[0].name.isalnum()
    assert Document.objects.get() == document


@pytest.mark.parametrize("what", BAD)
def test_a_hostile_or_broken_file_is_refused_with_its_reason_and_leaves_nothing(
    what: str, upload: Upload, own_storage: Path
) -> None:
    name, data, reason = BAD[what]
    with pytest.raises(UploadRefused) as refusal:
        upload(name, data)
    sentence = str(refusal.value)
    assert reason in sentence
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert not files(own_storage)
    assert not Document.objects.exists()


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(BAD) >= 40
    assert len(GOOD) >= 10


def test_taking_hostile_files_apart_costs_this_process_no_memory(upload: Upload) -> None:
    bomb = s.docx({"word/media/a.txt": b"0" * 60_000_000})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UploadRefused):
        upload("a.docx", bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_file_above_the_limit_is_refused_with_the_limit(upload: Upload, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    with pytest.raises(UploadRefused, match="it is larger than 2 MB"):
        upload("a.txt", b"a" * (2 * 1024 * 1024 + 1))
    assert upload("b.txt", b"a" * (2 * 1024 * 1024)).size == 2 * 1024 * 1024


def test_the_files_of_one_subject_have_a_limit_together(upload: Upload, settings: Any) -> None:
    settings.UPLOAD_MAX_REFERRAL_BYTES = 1024 * 1024
    upload("a.txt", b"a" * 600_000)
    with pytest.raises(UploadRefused, match="the files here would be more than 1 MB"):
        upload("b.txt", b"a" * 600_000)
    assert Document.objects.count() == 1


def test_one_person_adds_only_so_much_within_a_day(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES_A_DAY", 1024 * 1024)
    upload("a.txt", b"a" * 600_000)
    with pytest.raises(UploadRefused, match="more than 1 MB within a day"):
        upload("b.txt", b"a" * 600_000)
    monkeypatch.setattr(uploads, "MOST_FILES_A_DAY", 2)
    upload("c.txt", b"a")
    with pytest.raises(UploadRefused, match="You have added 2 files within a day"):
        upload("d.txt", b"a")
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        upload("d.txt", b"a" * 600_000)
    assert sorted(Document.objects.values_list("size", flat=True)) == [1, 600_000, 600_000]


def test_a_photograph_loses_place_and_time_but_stays_the_right_way_up(upload: Upload) -> None:
    told = s.jpeg(
        s.exif(6), s.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0 person"), s.segment(0xFE, b"home")
    )
    kept = opened(upload("photo.jpg", told + b"second picture")).read()
    assert kept == s.jpeg(kept[2 : kept.index(s.JFIF)])
    assert [word in kept for word in (b"53.39N", b"person", b"home", b"second")] == [False] * 4
    turned = kept[2 : kept.index(s.JFIF)]
    assert turned.startswith(b"\xff\xe1")
    assert turned[-8:] == b"\x00\x06\x00\x00\x00\x00\x00\x00"


def test_an_upright_photograph_keeps_no_exif_at_all(upload: Upload) -> None:
    kept = opened(upload("photo.jpg", s.jpeg(s.exif(1)))).read()
    assert kept == s.jpeg()


def test_a_broken_exif_block_does_no_harm(upload: Upload) -> None:
    kept = opened(upload("p.jpg", s.jpeg(s.segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff")))).read()
    assert kept == s.jpeg()


def test_a_screenshot_loses_its_text_chunks_and_what_follows_its_end(upload: Upload) -> None:
    told = s.png(
        s.chunk(b"tEXt", b"Author\0A Person"), s.chunk(b"eXIf", b"MM53.39N"), end=b"<script>x</script>"
    )
    kept = opened(upload("shot.png", told)).read()
    assert kept == s.png()


def test_a_full_disk_is_said_in_words_and_leaves_nothing(
    upload: Upload, own_storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_storage.chmod(0o500)
    own_storage.rmdir()
    own_storage.write_bytes(b"")  # nothing can be written below a file: the disk says no
    with pytest.raises(
        UploadRefused, match="could not be stored because the system has no room or no access"
    ):
        upload("a.txt", b"words")
    assert not Document.objects.exists()


def test_a_row_that_cannot_be_saved_leaves_no_file(upload: Upload, own_storage: Path, folder: Any) -> None:
    with pytest.raises(DatabaseError):
        upload("a.txt", b"words", kind=None)
    assert not files(own_storage)


def test_the_samples_are_what_they_say() -> None:
    """A corpus proves nothing if its files are broken for another reason than the one they stand for."""
    for name in ("climbing path", "lying size", "locked archive", "macros", "DTD"):
        assert zipfile.is_zipfile(s.io.BytesIO(BAD[name][1]))

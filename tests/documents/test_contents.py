"""What a finished file says: everything, from a child that hostile bytes cannot get out of."""

import io
import zipfile

import pikepdf
import pytest

from cspr.documents.contents import CannotRead, contents_of
from reviews.management.leaks.pdf_places import clean_pdf, pdf_with
from reviews.management.leaks.word_places import clean_docx, docx_with

pytestmark = pytest.mark.once
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>"""


def packed(**parts: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return result.getvalue()


def test_a_pdf_says_its_pages_and_where_each_thing_stands():
    contents = contents_of(pdf_with("PDF: annotation", "Seen by Placeholder"), "pdf", name="report.pdf")
    said = {one.where: one.text for one in contents.said}
    assert said["Page 1"] == "The review looked at how services work together."
    assert "Seen by Placeholder" in said["Annotation on page 1"]
    assert said["File name"] == "report.pdf"
    assert ("Annotation on page 1", "Somebody’s note is still on the page.") in {
        (one.where, one.what) for one in contents.carried
    }


def test_a_word_document_says_what_was_deleted():
    contents = contents_of(docx_with("Word: tracked deletion", "Placeholder was here"), "docx")
    assert ("Deleted text that is still kept", "Placeholder was here") in {
        (one.where, one.text) for one in contents.said
    }
    assert any(one.what == "Tracked changes are still in the file." for one in contents.carried)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
@pytest.mark.parametrize("data", [b"", b"nonsense", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + bytes(60)])
def test_what_is_no_file_at_all_is_said_not_to_be_checked(kind, data):
    with pytest.raises(CannotRead, match="is not checked"):
        contents_of(data, kind)


def test_definitions_that_would_expand_are_not_expanded():
    contents = contents_of(packed(word__document=BOMB), "docx")
    assert all(len(one.text) < 1000 for one in contents.said)


def test_an_archive_that_would_unpack_without_end_is_not_unpacked():
    with pytest.raises(CannotRead):
        contents_of(packed(word__document=b"<a>" + bytes(310 * 1024 * 1024)), "docx")


def test_a_form_that_shows_itself_ends():
    pdf = pikepdf.open(io.BytesIO(clean_pdf()))
    form = pdf.make_stream(b"/Me Do /Me Do /Me Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Me=form))
    pdf.pages[0].Resources.XObject = pikepdf.Dictionary(Me=form)
    pdf.pages[0].contents_add(pdf.make_stream(b"/Me Do"))
    result = io.BytesIO()
    pdf.save(result)
    try:
        contents = contents_of(result.getvalue(), "pdf")
    except CannotRead:
        return
    assert contents.said


def test_clean_files_carry_nothing():
    assert contents_of(clean_pdf(), "pdf").carried == contents_of(clean_docx(), "docx").carried == ()

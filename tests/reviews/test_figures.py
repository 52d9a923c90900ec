"""Figures of a report: taken in, described, placed, hashed, checked, and shown wherever the report is read."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cspr.audit.models import Event
from cspr.documents.contents import contents_of
from cspr.documents.from_word import manuscript_of
from cspr.documents.making import make_waiting
from cspr.documents.models import Document, State
from cspr.documents.pdf import render
from cspr.documents.storing import bytes_of
from cspr.workflow import Refused, perform, why_not
from reviews import actions
from reviews.actions import anonymity
from reviews.models import Figure, IdentityKey, Publication
from reviews.models import figures as limits
from reviews.models.anonymising import open_finds
from reviews.models.checking import check_of
from reviews.papers.anonymity import as_pdf, as_word
from reviews.papers.publication import report_before_publication
from reviews.papers.working_copy import working_copy
from tests import factories as make
from tests.documents.clamd import Clamd, listening
from tests.documents.pango import needs_pango
from tests.factories import TODAY
from tests.illustrated import ALT, CAPTION, GPS, drawn, photograph, stored, with_figure
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return make.fact_checked(a)


@pytest.fixture
def shown(a, review):
    return with_figure(review, a.reviewer)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def do(review, verb, by, **data):
    return perform(fresh(review), verb, by=by, today=TODAY, **data)


def url(review, more=""):
    return f"/practice-reviews/{review.ref}/{more}"


def chosen(data=b"", name="chart.png"):
    return SimpleUploadedFile(name, data or drawn())


def in_pdf(data):
    """The pictures of a PDF, and what its figures say to whoever does not see them."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        tagged = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        return [bytes(one.read_raw_bytes()) for one in streams], [str(one.Alt) for one in tagged]


# --- taken in -----------------------------------------------------------------------------------------------


def test_a_writer_adds_a_figure_with_its_words_and_reads_where_it_is_not_shown_yet(a, review):
    reviewer = Browser(a.reviewer)
    reviewer.fill(url(review, "add_figure/"), picture=chosen(), caption=CAPTION, alt=ALT)
    page = reviewer.get(url(review, "write_report/"))
    assert f"Figure 1: {CAPTION}" in page.words
    assert "It is not shown anywhere yet. Write [Figure 1] in a section" in page.words
    (event,) = Event.objects.filter(kind="practicereview.add_figure")
    assert event.facts == {"number": 1, "sha256": Figure.objects.get().sha256}


def test_a_picture_that_cannot_be_checked_for_viruses_is_not_taken_and_its_words_are_kept(
    a, review, tmp_path, settings
):
    clamd = Clamd()
    clamd.mood = "nonsense"
    with listening(clamd, tmp_path / "s") as settings.CLAMAV:
        page = Browser(a.reviewer).fill(
            url(review, "add_figure/"), status=422, picture=chosen(), caption=CAPTION, alt=ALT
        )
    assert "The virus scanner does not answer" in page.words
    assert (page.sends["caption"], Document.objects.filter(kind="figure").count()) == (CAPTION, 0)


@pytest.mark.parametrize(
    ("missing", "said"),
    [("caption", "Write a caption"), ("alt", "Say what it shows, for people who cannot see it")],
)
def test_a_figure_without_its_words_is_not_taken_and_the_others_are_kept(a, review, missing, said):
    words = {"caption": CAPTION, "alt": ALT, missing: "  "}
    page = Browser(a.reviewer).fill(url(review, "add_figure/"), status=422, picture=chosen(), **words)
    assert page.messages == [said]
    assert {page.sends["caption"].strip(), page.sends["alt"].strip()} == {
        words["caption"].strip(),
        words["alt"].strip(),
    }
    assert "Choose the picture again" in page.words
    assert Document.objects.filter(kind="figure").count() == 0
    with pytest.raises(Refused):
        do(review, "add_figure", a.reviewer, document=stored(review, a.reviewer), **words)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("chart.png", b"words", "its content is not what its name says"),
        ("chart.xlsx", b"PK", "Copy the chart or the picture, save it as PNG"),
        ("dot.png", drawn(size=(2, 2)), "less than 50 pixels"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do_and_the_words_are_kept(a, review, name, data, said):
    page = Browser(a.reviewer).fill(
        url(review, "add_figure/"), status=422, picture=chosen(data, name), caption=CAPTION, alt=ALT
    )
    assert said in page.words
    assert (page.sends["caption"], page.sends["alt"]) == (CAPTION, ALT)
    assert (Figure.objects.count(), Document.objects.filter(kind="figure").count()) == (0, 0)


def test_a_report_takes_so_many_figures_and_so_many_bytes(a, shown, monkeypatch):
    monkeypatch.setattr(limits, "MOST", 1)
    document = stored(shown, a.reviewer)
    words = {"document": document, "caption": CAPTION, "alt": ALT}
    with pytest.raises(Refused, match="at most 1 figures"):
        do(shown, "add_figure", a.reviewer, **words)
    monkeypatch.setattr(limits, "MOST", 9)
    monkeypatch.setattr(limits, "MOST_BYTES", 2 * document.size - 1)
    with pytest.raises(Refused, match="the figures of this report would be more than"):
        do(shown, "add_figure", a.reviewer, **words)


def test_where_a_photograph_was_taken_is_in_no_stored_byte_and_in_no_file(a, review):
    sent = photograph()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(GPS)
    review = with_figure(review, a.reviewer, sent, name="photo.jpg")
    kept = bytes_of(Figure.objects.get().document)
    assert b"Invented Phone" in sent
    assert b"Invented Phone" not in kept
    with Image.open(io.BytesIO(kept)) as after:
        assert dict(after.getexif()) == {}
        assert not after.getexif().get_ifd(GPS)


def test_the_words_are_changed_and_a_figure_is_taken_out_for_good_and_its_number_stays_its_own(
    a, shown, django_capture_on_commit_callbacks
):
    document = Figure.objects.get().document
    Browser(a.staff).fill(url(shown, "amend_figure/1/"), caption="Visits", alt="Fewer and fewer.")
    assert Event.objects.get(kind="practicereview.amend_figure").facts["before"] == {
        "caption": CAPTION,
        "alt": ALT,
    }
    with django_capture_on_commit_callbacks(execute=True):
        Browser(a.staff).fill(url(shown, "drop_figure/1/"), words="A face in it.")
    assert (fresh(shown).pictures(), Document.objects.filter(pk=document.pk).exists()) == ([], False)
    assert not default_storage.exists(document.path)
    again = with_figure(fresh(shown), a.staff)
    assert [one.number for one in again.pictures()] == [2]
    assert Browser(a.staff).client.get(url(shown, "figures/1/")).status_code == 404


# --- where it stands ----------------------------------------------------------------------------------------


def finds(review, section="reasons"):
    return [(find.quote, find.words) for find in check_of(review).finds(section) if find.rule == "figure"]


def test_the_check_says_gently_what_does_not_fit_and_holds_nothing_up(a, shown):
    assert finds(shown) == []
    review = with_figure(shown, a.reviewer, place="")
    assert finds(review) == [("", "Figure 2 is not shown anywhere in the report yet.")]
    text = "[Figure 1]\n\n[Figure 1]\n\nAs [Figure 2] shows.\n\n[Figure 7]"
    review = do(review, "write_report", a.reviewer, sections={"reasons": text})
    assert finds(review) == [
        ("[Figure 1]", "It has another place in the report, so it is shown twice."),
        (
            "[Figure 2]",
            "Among other words it is not shown. Give it a line of its own, with a blank line before and after.",
        ),
        ("[Figure 7]", "There is no such figure. Add it under Figures, or take this out."),
        ("", "Figure 2 is not shown anywhere in the report yet."),
    ]
    review = do(review, "write_report", a.reviewer, sections={"conclusion": "[Figure 1]"})
    assert finds(review, "conclusion")[0][0] == "[Figure 1]"
    assert [find for find in check_of(review).finds("reasons") if find.blocks] == []


def test_a_preview_shows_the_picture_and_a_picture_from_elsewhere_is_told_the_way(a, shown):
    staff = Browser(a.staff)
    where = url(shown, "write_report/reasons/")
    html = staff.client.get(f"{where}?preview=yes").content.decode()
    assert f'<img src="{url(shown, "figures/1/")}" alt="{ALT}" width="300" height="200"' in html
    page = staff.fill(where, status=422, text="![A chart](https://example.org/a.png)", base="2")
    assert "Add it under Figures, write its number like [Figure 1]" in page.words


def test_the_picture_itself_is_shown_to_whoever_reads_the_report_and_to_nobody_else(a, shown):
    elsewhere = make.area("Otherham")
    answer = Browser(a.chair).client.get(url(shown, "figures/1/"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert "no-store" in answer["Cache-Control"]
    nowhere = Browser(elsewhere.staff).client
    hidden, unknown = (
        nowhere.get(url(shown, "figures/1/")),
        nowhere.get("/practice-reviews/NOSUC-HTHNG/figures/1/"),
    )
    assert (hidden.status_code, hidden.content) == (404, unknown.content)
    assert Client().get(url(shown, "figures/1/")).status_code == 302


# --- what an agreement rests on -----------------------------------------------------------------------------


def test_picture_caption_and_description_are_part_of_what_is_hashed(a, shown):
    hashes = [shown.report_hash]
    for caption, alt in (("Other", ALT), ("Other", "Others.")):
        changed = do(shown, "amend_figure", a.reviewer, number=1, caption=caption, alt=alt)
        hashes.append(changed.report_hash)
    dropped = do(shown, "drop_figure", a.reviewer, number=1, words="Wrong")
    hashes.append(dropped.report_hash)
    for number, colour in ((2, "red"), (3, "blue")):
        again = with_figure(
            dropped, a.reviewer, drawn(colour=colour), caption="Other", alt="Others.", place=""
        )
        assert [one.number for one in again.pictures()] == [number]
        hashes.append(again.report_hash)
        Figure.objects.filter(number=number).update(number=9)  # so that nothing but the picture differs
        hashes.append(fresh(again).report_hash)
        Figure.objects.filter(number=9).update(document=None, number=number)
    assert len(set(hashes)) == 8


def test_a_report_without_figures_keeps_the_hash_that_was_agreed_before_there_were_any(a, shown):
    before = fresh(shown).report_hash
    more = with_figure(shown, a.reviewer, place="")
    assert do(more, "drop_figure", a.reviewer, number=2, words="Wrong").report_hash == before


def test_other_words_of_a_figure_undo_the_signatures_and_the_decision(a, shown):
    key = make.anonymity_signed(a, shown)
    make.decided(a, shown.case, "publication", "publish", evidence_hash=shown.report_hash)
    assert (key.unsigned(shown.report_hash), fresh(shown).undecided()) == (None, None)
    changed = do(shown, "amend_figure", a.reviewer, number=1, caption=CAPTION, alt="Others.")
    assert key.unsigned(changed.report_hash).startswith("Nobody has signed yet")
    assert "have not yet decided" in changed.undecided()


def test_figures_are_closed_with_the_report_and_open_with_it(a, shown):
    closed = make.sent_before_publication(a, review=shown)
    verbs = ("add_figure", "amend_figure", "drop_figure")
    assert all("cannot be done now" in why_not(closed, verb, a.reviewer) for verb in verbs)
    assert Browser(a.reviewer).client.get(url(closed, "amend_figure/1/")).status_code == 403
    opened = do(closed, "reopen_report", a.staff, words="A late fact")
    assert [why_not(opened, verb, a.reviewer) for verb in verbs] == [None, None, None]


# --- the check of anonymity ---------------------------------------------------------------------------------


def test_a_name_beside_a_picture_is_found_and_replaced_like_one_in_the_text(a, review):
    leaky = {"caption": "Synthetic Child at home", "alt": "A drawing by Synthetic Child."}
    review = with_figure(review, a.reviewer, **leaky)
    key = make.key_begun(a, review)
    found = [one for one in open_finds(key, review) if one.place.code.startswith("figure")]
    assert [(one.place.title, one.said) for one in found] == [
        ("Figure 1: the caption", "Synthetic Child"),
        ("Figure 1: the description for people who cannot see it", "Synthetic Child"),
    ]
    for one in found:
        at = anonymity.Chosen(one.place.code, one.start, one.said)
        anonymity.replace(key, by=a.staff, today=TODAY, chosen=at, words="the child")
    (figure,) = fresh(review).pictures()
    assert (figure.caption, figure.alt) == ("The child at home", "A drawing by the child.")


@needs_pango
def test_a_name_in_a_description_is_found_in_the_bytes_of_both_finished_files(a, review):
    with_figure(review, a.reviewer, alt="A drawing by Synthetic Child.")
    key = make.key_begun(a, fresh(review))
    for kind, paper in (("pdf", as_pdf), ("docx", as_word)):
        data = render(paper(key, a.staff))
        said = [
            one for one in contents_of(data, kind, name=f"a.{kind}").said if "Synthetic Child" in one.text
        ]
        assert {one.where for one in said} == {"Alternative text"}, kind


def test_the_workbench_and_the_signature_say_that_only_a_person_checks_a_picture(a, shown):
    key = make.files_checked(a, shown)
    page = Browser(a.staff).get(url(shown, "anonymity/"))
    assert "What is in a picture cannot be searched: only a person can check it." in page.words
    assert f"Figure 1: {CAPTION}" in page.words
    page = Browser(a.staff).get(f"/identity-keys/{key.ref}/sign/")
    assert "You sign, too, that you have looked at the picture in it" in page.words
    perform(fresh(shown), "drop_figure", by=a.reviewer, today=TODAY, number=1, words="Wrong")
    assert "cannot be searched" not in Browser(a.staff).get(url(shown, "anonymity/")).words


# --- published ----------------------------------------------------------------------------------------------


@pytest.fixture
def published(a, review):
    review = with_figure(review, a.reviewer)
    review = with_figure(review, a.reviewer, drawn(colour="red"), caption="Nowhere", place="")
    review = make.sent_before_publication(a, on=TODAY - dt.timedelta(days=8), planned=TODAY, review=review)
    actions.publish(review, by=a.colleague, today=TODAY)
    return Publication.objects.get()


def picture_of(publication, number=1):
    return Client().get(f"/library/{publication.slug}/figures/{number}/")


def test_the_public_sees_the_pictures_that_have_a_place_in_what_is_public_as_long_as_it_is(a, published):
    page = Client().get(published.get_absolute_url())
    address = f"/library/{published.slug}/figures/1/"
    assert f'<img src="{address}" alt="{ALT}"' in page.content.decode()
    assert f"<strong>Figure 1:</strong> {CAPTION}" in page.content.decode()
    answer = picture_of(published)
    assert (answer.status_code, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        200,
        "image/png",
        "nosniff",
    )
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == "inline"  # not what the file was called: that may be a name
    unknown = Client().get("/library/no-such-review/figures/1/")
    for number in (2, 3):
        assert (picture_of(published, number).status_code, picture_of(published, number).content) == (
            404,
            unknown.content,
        )
    Publication.objects.update(public_until=TODAY - dt.timedelta(days=1))
    perform(fresh(published), "withdraw", by=a.staff, today=TODAY, words="The year is over")
    assert (picture_of(published).status_code, picture_of(published).content) == (404, unknown.content)


def test_before_it_is_published_nobody_outside_sees_a_picture(a, shown):
    make.sent_before_publication(a, review=shown)
    assert Client().get("/library/rowan-2026/figures/1/").status_code == 404


def test_what_is_public_shows_its_own_copy_whatever_becomes_of_the_report(
    a, published, django_capture_on_commit_callbacks
):
    before = b"".join(picture_of(published).streaming_content)
    opened = do(published.review, "reopen_report", a.staff, words="A late fact")
    with django_capture_on_commit_callbacks(execute=True):
        do(opened, "drop_figure", a.staff, number=1, words="Another one")
    assert b"".join(picture_of(published).streaming_content) == before
    assert (published.figures[0]["caption"], published.figures[0]["alt"]) == (CAPTION, ALT)


def test_only_the_improvements_bring_only_their_own_pictures(a, review):
    review = with_figure(review, a.reviewer)
    review = with_figure(review, a.reviewer, place="improvements", caption="What will change")
    copy = Publication.of(review, on=TODAY, improvements_only=True)
    assert [row["number"] for row in copy.figures] == [2]


def test_a_published_report_is_found_by_the_words_of_its_figures(published):
    assert list(Publication.objects.public(TODAY).with_words("january")) == [published]


@needs_pango
def test_the_pdf_and_the_word_document_show_the_picture_with_its_description(a, published):
    make_waiting()
    pdf = Document.objects.get(kind="publication")
    assert pdf.state == State.READY
    pictures, alts = in_pdf(bytes_of(pdf))
    assert (len(pictures), alts) == (1, [ALT])
    words = " ".join(said.text for said in contents_of(bytes_of(pdf), "pdf", name="a.pdf").said)
    assert f"Figure 1: {CAPTION}" in " ".join(words.split())
    key = IdentityKey.objects.get()
    document = docx.Document(io.BytesIO(render(as_word(key, a.staff))))
    assert [one._inline.docPr.get("descr") for one in document.inline_shapes] == [ALT]


@needs_pango
def test_no_place_of_a_photograph_is_in_the_pdf(a, review):
    review = with_figure(review, a.reviewer, photograph(), name="photo.jpg")
    data = render(report_before_publication(review, a.staff))
    pictures, alts = in_pdf(data)
    assert (len(pictures), alts) == (1, [ALT])
    assert b"Invented Phone" not in b"".join([data, *pictures])
    with Image.open(io.BytesIO(pictures[0])) as seen:
        assert dict(seen.getexif()) == {}


def test_another_picture_is_another_paper(a, shown):
    before = report_before_publication(shown, a.staff).source()
    dropped = do(shown, "drop_figure", a.reviewer, number=1, words="Wrong")
    again = with_figure(dropped, a.reviewer, drawn(colour="red"), place="")
    text = again.report["reasons"].replace("[Figure 1]", "[Figure 2]")
    again = do(again, "write_report", a.reviewer, sections={"reasons": text})
    assert report_before_publication(again, a.staff).source().replace("Figure 2", "Figure 1") != before


# --- in Word and back ---------------------------------------------------------------------------------------


def test_a_working_copy_keeps_the_place_of_a_figure_as_text_and_brings_it_back(a, shown):
    data = render(working_copy(shown, a.reviewer))
    texts = [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]
    assert "[Figure 1]" in texts
    back = manuscript_of(SimpleUploadedFile("report.docx", data))
    assert "Text.\n\n[Figure 1]" in [chapter.text for chapter in back.chapters]
    assert back.left_out == []

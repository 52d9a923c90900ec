"""The renderer is a sealed room: nothing gets in or out, and what happens in it happens to one paper only."""

from __future__ import annotations

import http.server
import io
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from cspr.documents import confined
from cspr.documents.failures import RenderFailed
from cspr.documents.pdf import MOST_HTML, PANGO, PangoMissing, TooLong, typeset
from tests.documents.pango import needs_pango

PAGE = (
    '<!doctype html><html lang="en-GB" data-title="t" data-head="" data-marking=""><head><title>t</title>{}'
)

VECTORS = {
    "picture": '<body><img src="{url}" alt="x">',
    "linked file": '<link rel="attachment" href="{url}"><body>x',
    "file behind a word": '<body><a rel="attachment" href="{url}">x</a>',
    "style sheet": '<link rel="stylesheet" href="{url}"><body>x',
    "imported style": '<style>@import "{url}";</style><body>x',
    "style imported from data": '<link rel="stylesheet" href="data:text/css,@import url({url})"><body>x',
    "font": "<style>@font-face{{font-family:F;src:url({url})}}body{{font-family:F}}</style><body>x",
    "background": "<style>body{{background:url({url})}}</style><body>x",
    "list marker": "<style>li{{list-style:url({url})}}</style><body><ul><li>x</ul>",
    "generated content": "<style>p::before{{content:url({url})}}</style><body><p>x",
    "cursor": "<style>p{{cursor:url({url}),auto}}</style><body><p>x",
    "picture in SVG": '<body><svg><image xlink:href="{url}" width="9" height="9"/></svg>',
    "use in SVG": '<body><svg><use xlink:href="{url}#a"/></svg>',
    "picture in SVG in data": "<body><img alt='x' src=\"data:image/svg+xml,"
    "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
    "<image href='{url}' width='9' height='9'/></svg>\">",
    "object": '<body><object data="{url}"></object>',
    "embed": '<body><embed src="{url}">',
    "frame": '<body><iframe src="{url}"></iframe>',
}


class Canary(http.server.BaseHTTPRequestHandler):
    """Counts every call; whoever calls has got out."""

    hits: list[str]

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"canary")

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []
    handler = type("Listening", (Canary,), {"hits": hits})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/canary", hits
        server.shutdown()


def page_of_vectors(address: str) -> str:
    """One page that tries every door, each with an address of its own."""
    doors = [vector.format(url=f"{address}{number}") for number, vector in enumerate(VECTORS.values())]
    head = [door for door in doors if not door.startswith("<body>")]
    return PAGE.format("".join(head) + "<body>" + "".join(d.removeprefix("<body>") for d in doors))


def attached(pdf: bytes) -> list[str]:
    """What a PDF carries, and which of its streams hold the canary's words."""
    with pikepdf.open(io.BytesIO(pdf)) as made:
        files = [str(o.get("/F")) for o in made.objects if isinstance(o, pikepdf.Dictionary) and "/EF" in o]
        streams = [o.read_bytes() for o in made.objects if isinstance(o, pikepdf.Stream)]
        return [*made.attachments, *files, *(s.decode("latin-1") for s in streams if b"CANARY" in s)]


@needs_pango
def test_no_door_of_html_leads_to_the_network(canary: tuple[str, list[str]]) -> None:
    address, hits = canary
    assert attached(typeset(page_of_vectors(address))) == []
    assert hits == []


@needs_pango
def test_no_door_of_html_leads_to_a_file(tmp_path: Path) -> None:
    for number in range(len(VECTORS)):
        (tmp_path / f"secret{number}").write_text("SECRET-CANARY")
    assert attached(typeset(page_of_vectors(f"{tmp_path.as_uri()}/secret"))) == []


@needs_pango
@pytest.mark.parametrize(
    "lead", ['<base href="{}">', "<style>@import '{}';</style>", '<link rel=attachment href="{}">']
)
def test_a_door_at_the_head_of_the_page_stays_shut(canary: tuple[str, list[str]], lead: str) -> None:
    address, hits = canary
    relative = '<body><img src="x.png" alt="x"><a rel="attachment" href="y">y</a>'
    assert attached(typeset(PAGE.format(lead.format(address) + relative))) == []
    assert hits == []


@needs_pango
def test_a_colour_profile_from_outside_ends_the_paper(canary: tuple[str, list[str]]) -> None:
    with pytest.raises(RenderFailed):
        typeset(PAGE.format(f"<style>@color-profile device-cmyk{{src:url({canary[0]})}}</style><body>x"))
    assert canary[1] == []


@needs_pango
def test_the_canary_would_have_been_heard(canary: tuple[str, list[str]]) -> None:
    """Without our fetcher the same page calls out and carries files: the tests above can fail."""
    address, hits = canary
    script = "import sys, weasyprint; weasyprint.HTML(string=sys.stdin.read()).write_pdf(sys.stdout.buffer)"
    page = page_of_vectors(address).encode()
    done = subprocess.run([sys.executable, "-c", script], input=page, check=True, capture_output=True)
    heard = {list(VECTORS)[int(hit.removeprefix("/canary"))] for hit in hits}
    hits.clear()
    assert {"picture", "linked file", "style sheet", "font", "background", "picture in SVG"} <= heard
    assert attached(done.stdout)


@needs_pango
def test_not_even_what_stands_in_the_document_is_attached() -> None:
    link = '<link rel="attachment" href="data:image/png;base64,aGVsbG8="><body>x'
    assert attached(typeset(PAGE.format(link))) == []
    with pytest.raises(RenderFailed):
        typeset(PAGE.format('<body><a rel="attachment" href="data:image/png;base64,aGVsbG8=">x</a>'))


def test_too_many_words_are_refused_before_anything_is_started() -> None:
    with pytest.raises(TooLong, match="over 300 pages or 1 MB of text"):
        typeset("a" * (MOST_HTML + 1))


@needs_pango
def test_too_many_pages_are_refused() -> None:
    with pytest.raises(TooLong):
        typeset(PAGE.format("<body>" + '<p style="break-after:page">x</p>' * 301))


@needs_pango
def test_a_document_that_exhausts_the_renderer_fails_alone() -> None:
    with pytest.raises(RenderFailed):
        typeset(PAGE.format("<body>" + "<div>" * 2000 + "deep" + "</div>" * 2000))


def test_the_renderer_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSPR_SECRET_KEY", "SECRET")
    done = confined.run("tests.documents.children", b"environment", seconds=20)
    assert b"SECRET" not in done.output
    assert b"DJANGO_SETTINGS_MODULE" not in done.output


def test_a_child_that_hangs_is_ended() -> None:
    with pytest.raises(confined.TookTooLong):
        confined.run("tests.documents.children", b"hang", seconds=0.5)


def test_a_child_cannot_outgrow_its_memory() -> None:
    done = confined.run("tests.documents.children", b"grow", seconds=20)
    assert (done.code, done.note) == (1, "MemoryError")


def test_a_child_that_is_killed_says_so_by_its_code() -> None:
    assert confined.run("tests.documents.children", b"die", seconds=20).code == -9


def test_a_listener_that_fails_ends_the_child() -> None:
    def fail(note: str) -> None:
        raise LookupError(note)

    with pytest.raises(LookupError, match="started"):
        confined.run("tests.documents.children", b"hang", seconds=20, on_note=fail)


def test_without_pango_the_sentence_says_what_to_install(no_pango: None) -> None:
    with pytest.raises(PangoMissing, match=re.escape(PANGO)):
        typeset(PAGE.format("<body>x"))

"""Templates escape everything and carry no code, so that the content security policy can forbid it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(
    path
    for folder in ("templates", "cspr", "referrals", "reviews")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".html", ".svg"} and "templates" in path.parts
)
# Mail programs ignore style sheets, so a letter carries its styles; no policy of ours reaches it there.
ALLOWED = {"emails": {"a style attribute"}}
FORBIDDEN = {
    "unescaped output": re.compile(r"\|\s*(safe|safeseq)\b|{%-?\s*autoescape\s+off"),
    "a style attribute": re.compile(r"<[^>{%]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "an event handler attribute": re.compile(r"<[^>{%]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: link": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
    "a script, style or picture from elsewhere": re.compile(
        r"""<(script|link|img|iframe)\b[^>]*\s(src|href)\s*=\s*["'](https?:)?//""", re.IGNORECASE
    ),
}


def found(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.once
def test_no_template_carries_code_or_unescaped_output() -> None:
    guilty = {
        str(path.relative_to(ROOT)): set(found(path.read_text(encoding="utf-8")))
        - ALLOWED.get(path.parent.name, set())
        for path in TEMPLATES
    }
    assert {path: what for path, what in guilty.items() if what} == {}


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{{ words|safe }}", "unescaped output"),
        ("{% autoescape off %}", "unescaped output"),
        ('<p class="a" style="color: red">', "a style attribute"),
        ("<style>p {}</style>", "a style element"),
        ("<script>alert(1)</script>", "an inline script"),
        ('<button type="button" onclick="go()">', "an event handler attribute"),
        ('<a href="javascript:go()">', "a javascript: link"),
        ('<img alt="" src="https://elsewhere.example/p.png">', "a script, style or picture from elsewhere"),
        ("<script src=\"{% static 'app.js' %}\" defer></script>", None),
        ('<a class="govuk-link" href="https://www.gov.uk/">', None),
    ],
)
def test_the_rules_find_what_they_are_for(text: str, what: str | None) -> None:
    assert found(text) == ([what] if what else [])

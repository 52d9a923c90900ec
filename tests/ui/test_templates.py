"""Every template of the project: nothing that the content security policy would refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR) / "templates"
# Papers are drawn by WeasyPrint and letters by mail programs: the policy does not reach them.
ELSEWHERE = {"pdf", "emails"}
PAGES = sorted(
    name
    for name in (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
    if name.partition("/")[0] not in ELSEWHERE
)
FORBIDDEN = {
    "a style element": r"<style",
    "a style attribute": r"\sstyle\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)[^>]*>",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "a file from elsewhere": r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//",
    "a comment that is printed": r"\{#[^}]*\n",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_template_parses_and_holds_nothing_the_policy_refuses(name: str) -> None:
    engines["django"].get_template(name)
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)] == []

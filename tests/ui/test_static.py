"""The vendored front end: what was reviewed, without what is gov.uk's alone, and fit for hashed names."""

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings

from cspr.ui.management.commands.vendor_frontend import rewritten_css, rewritten_js

STATIC = Path(settings.BASE_DIR) / "static"
LISTED = dict(
    reversed(line.split("  ", 1))
    for line in (STATIC / "VENDORED.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def test_every_vendored_file_is_the_one_that_was_reviewed() -> None:
    found = {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in LISTED}
    assert found == LISTED


def test_nothing_is_carried_that_belongs_to_gov_uk_alone() -> None:
    for name in LISTED:
        if name.endswith((".css", ".js")):
            text = (STATIC / name).read_text(encoding="utf-8")
            for trace in ("GDS Transport", "crest.svg", "url(/assets", "sourceMappingURL"):
                assert trace not in text, f"{trace} in {name}"


def test_the_front_end_stays_small() -> None:
    assert sum((STATIC / name).stat().st_size for name in LISTED) < 900_000


def test_a_stylesheet_is_made_ours() -> None:
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/f.woff2)}p{font-family:GDS Transport,arial;"
        "background:url(/assets/images/icon.svg)}h1{background-image:url(/assets/images/govuk-crest.svg)}"
        "\n/*# sourceMappingURL=x.css.map */\n"
    )
    assert rewritten_css(css) == (
        "p{font-family:Inter,arial;background:url(images/icon.svg)}h1{background-image:none}\n"
    )
    assert rewritten_js("go();//# sourceMappingURL=x.js.map\n") == "go();\n"


def test_the_files_survive_hashed_names(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    assert {"app.css", "app.js", "early.js", "favicon.svg", "fonts/inter.css", *LISTED} <= set(manifest)
    assert manifest["fonts/inter-latin-400-normal.woff2"].removeprefix("fonts/") in (
        tmp_path / manifest["fonts/inter.css"]
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["app.js", "early.js"])
def test_our_scripts_keep_nothing_about_a_person(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    assert "cookie" not in text
    assert "sessionStorage" not in text
    assert text.count("localStorage") == text.count('localStorage.getItem("contrast")') + text.count(
        'localStorage.setItem("contrast"'
    ) + text.count('localStorage.removeItem("contrast")')

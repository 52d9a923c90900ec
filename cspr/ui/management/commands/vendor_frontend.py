"""``manage.py vendor_frontend``: fetch the front end once, make it ours, and commit the result.

Needs npm, and is the only thing that does: nothing fetches or builds when the service runs or is tested.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


@dataclass(frozen=True)
class Package:
    """One npm package, pinned by the hash of its tarball, and the files taken from it."""

    name: str
    version: str
    sha512: str
    licence: str
    files: dict[str, str]

    @property
    def tarball(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


MOJ_IMAGES = (
    "icon-close-cross-black",
    "icon-document",
    "icon-progress-tick",
    "icon-tag-remove-cross",
    "icon-tag-remove-cross-white",
    "icon-toggle-plus-minus",
    "icon-wysiwyg-bold",
    "icon-wysiwyg-italic",
    "icon-wysiwyg-ordered-list",
    "icon-wysiwyg-underline",
    "icon-wysiwyg-unordered-list",
)
FONTS = tuple(f"inter-{subset}-{weight}-normal" for subset in ("latin", "latin-ext") for weight in (400, 700))
PACKAGES = (
    Package(
        "govuk-frontend",
        "6.6.0",
        "xctkWrQvLnvQt7fyjQ3MGX9S0wz0x0RQuLxCeoXF+s8EjGICG81/DYQGKN5qgO+0KVT12UAaRwUsGY6fulRcRg==",
        "MIT (govuk/LICENCE.txt)",
        {
            f"dist/govuk/govuk-frontend.min.{ending}": f"govuk/govuk-frontend.min.{ending}"
            for ending in ("css", "js")
        },
    ),
    Package(
        "@ministryofjustice/frontend",
        "11.1.0",
        "1bkUbm2M4DpcpX/pOmumQRBsbJco9W2RwmJv5h/ZC/ZqrAOn2/FjpF+A7vS0gs7oMXBizr9O5huDrSYbLx73Nw==",
        "MIT (moj/LICENCE.txt)",
        {f"moj/moj-frontend.min.{ending}": f"moj/moj-frontend.min.{ending}" for ending in ("css", "js")}
        | {f"moj/assets/images/{name}.svg": f"moj/images/{name}.svg" for name in MOJ_IMAGES},
    ),
    Package(
        "@fontsource/inter",
        "5.3.0",
        "RofMylZmjlJEfELXeNHFWBRcSs75rGU/6bV2S2jfnvv/3rPXPGe0LgUJTklcHZ9lM4OZmAVFhcJPnACfb91A3g==",
        "SIL Open Font Licence 1.1 (fonts/LICENCE.txt)",
        {f"files/{name}.woff2": f"fonts/{name}.woff2" for name in FONTS} | {"LICENSE": "fonts/LICENCE.txt"},
    ),
)


def rewritten_css(css: str) -> str:
    """Make a distributed stylesheet ours.

    GDS Transport, the crown and the crest belong to gov.uk alone, so a service elsewhere must not carry
    them. Addresses become relative, and the source map is not shipped, so that hashed static names work.
    """
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport", "Inter")
    css = re.sub(r"url\(/assets/images/govuk-crest\.svg\)", "none", css)
    css = css.replace("url(/assets/images/", "url(images/")
    css = re.sub(r":root\{--govuk-frontend-version:\"6\.1\.0\"\}", "", css)
    return re.sub(r"\s*/\*# sourceMappingURL=.*?\*/\s*", "\n", css)


def rewritten_js(js: str) -> str:
    """The script without the address of its source map."""
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "\n", js)


def fetched(package: Package, folder: Path) -> dict[str, bytes]:
    """The wanted files of ``package`` by target path. A tarball with another hash is refused."""
    subprocess.run(  # noqa: S603  (a fixed command, no shell)
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
    )
    tarball = folder / package.tarball
    found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise CommandError(f"{package.name} {package.version} is not the package we reviewed: {found}")
    with tarfile.open(tarball) as archive:
        return {
            target: member.read()
            for source, target in package.files.items()
            if (member := archive.extractfile(f"package/{source}"))
        }


def ours(target: str, content: bytes) -> bytes:
    """The bytes that are committed for ``target``."""
    if target.endswith(".css"):
        return rewritten_css(content.decode()).encode()
    if target.endswith(".js"):
        return rewritten_js(content.decode()).encode()
    return content


def inventory(written: dict[str, bytes]) -> str:
    """``VENDORED.txt``: where each file came from and its hash, in the format of ``sha256sum``."""
    lines = [f"# {p.name} {p.version}, {p.licence}" for p in PACKAGES]
    lines += [
        f"{hashlib.sha256(content).hexdigest()}  {target}" for target, content in sorted(written.items())
    ]
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Fetch the pinned front end with npm, rewrite it and write it to static/ with its hashes."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        static = settings.BASE_DIR / "static"
        written: dict[str, bytes] = {}
        with tempfile.TemporaryDirectory() as folder:
            for package in PACKAGES:
                for target, content in fetched(package, Path(folder)).items():
                    written[target] = ours(target, content)
        for target, content in written.items():
            path = static / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (static / "VENDORED.txt").write_text(inventory(written), encoding="utf-8")
        self.stdout.write(f"{len(written)} files, {sum(map(len, written.values())) // 1000} kB")

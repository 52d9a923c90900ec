"""``./dev supply``: what this system is made of: the licence list, a CycloneDX list of parts, known weaknesses.

All three follow from ``requirements.lock``. The two tools have a lock and an environment of their own, so that they
bring nothing into the one that is tested or shipped. Looking for known weaknesses needs PyPI; the rest does not.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
LOCK, TOOLS = ROOT / "requirements.lock", ROOT / "requirements-supply.lock"
LICENCES, PARTS = ROOT / "docs" / "licences.md", ROOT / "docs" / "sbom.cdx.json"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\\n]+?))? \\$", re.MULTILINE)

# The image of the Dockerfile. What the lock names for other machines only is not part of it.
SHIPPED_ON = {
    "python_version": "3.11",
    "python_full_version": "3.11.9",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
}
# As packages write it themselves, and what is meant.
MEANS = {
    "BSD License": "BSD",
    "New BSD": "BSD",
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "LGPL with exceptions": "LGPL-3.0 with exceptions",
}
# Each may be used in a service and passed on with it. The LGPL asks that the library can be exchanged: it is
# imported, unchanged, from its own folder.
ACCEPTED = {
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "BSD",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "PSF-2.0",
    "MPL-2.0",
    "MPL-1.1",
    "LGPL-3.0 with exceptions",
}
# Offered under several licences, of which one may be chosen; its metadata cannot say "or".
CHOSEN = {"pyphen": "MPL-1.1"}
NOTE = "<!-- Written by `./dev supply` from requirements.lock. Do not edit. -->\n"


@dataclass(frozen=True)
class Part:
    """One package of the lock."""

    name: str
    version: str
    marker: str

    @property
    def shipped(self) -> bool:
        return not self.marker or Marker(self.marker).evaluate(SHIPPED_ON)

    def licences(self) -> list[str]:
        """What its own metadata says, in short names where they are known, otherwise as it stands there."""
        about = metadata.metadata(self.name)
        if about["License-Expression"]:
            return re.split(r" OR | AND ", about["License-Expression"])
        said = about["License"] or ""
        if MEANS.get(said, said) in ACCEPTED:
            return [MEANS.get(said, said)]
        classes = [
            c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")
        ]
        named = [MEANS.get(each, each) for each in classes] or [said]
        chosen = CHOSEN.get(self.name)
        return [chosen] if chosen and chosen in named else named


def parts() -> list[Part]:
    return [Part(*found) for found in PIN.findall(LOCK.read_text())]


def refused(licences: list[str]) -> list[str]:
    """Those among ``licences`` that nobody has accepted: copyleft for a service (AGPL), or simply not known."""
    return [each for each in licences if each not in ACCEPTED]


def licence_page() -> str:
    """``docs/licences.md``, of the packages that are installed here in the versions of the lock."""
    rows = [f"| {p.name} | {p.version} | {' or '.join(p.licences())} |" for p in parts() if p.shipped]
    elsewhere = [f"`{p.name}` {p.version} ({p.marker})" for p in parts() if not p.shipped]
    return "\n".join(
        [
            NOTE,
            "# Licences of the packages that are shipped\n",
            "From each package's own metadata. A test fails when this page is out of date, and when a licence is not",
            "among those that were accepted in `tests/supply.py`. The same packages with their hashes, for programs:",
            "[sbom.cdx.json](sbom.cdx.json) (CycloneDX). The vendored front end: `static/VENDORED.txt`.\n",
            "| package | version | licence |",
            "|---|---|---|",
            *rows,
            f"\nNamed in the lock for other machines only, and not in the image: {', '.join(elsewhere)}.\n",
        ]
    )


def main() -> int:
    """Writes both files, then looks for known weaknesses; exit code 1 when one is known or could not be asked after."""
    LICENCES.write_text(licence_page())
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=False, symlinks=True)
        tool = Path(folder) / "bin"
        pip = [f"{sys.base_prefix}/bin/python3", "-m", "pip"]  # .venv has none (see ./dev)
        into = ["--python", str(tool / "python"), "install", "--quiet", "--require-hashes", "--no-deps"]
        subprocess.run([*pip, *into, "--requirement", str(TOOLS)], check=True)
        line = [str(tool / "cyclonedx-py"), "requirements", "--output-reproducible", "--spec-version", "1.6"]
        subprocess.run([*line, "--output-file", str(PARTS), str(LOCK)], check=True)
        sys.stdout.write(f"Written: {LICENCES.name}, {PARTS.name}. Known weaknesses:\n")
        sys.stdout.flush()
        audit = [
            str(tool / "pip-audit"),
            "--strict",
            "--disable-pip",
            "--no-deps",
            "--requirement",
            str(LOCK),
        ]
        return min(subprocess.run(audit, check=False).returncode, 1)


if __name__ == "__main__":
    sys.exit(main())

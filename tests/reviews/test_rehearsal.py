"""The rehearsal: three made-up cases go their whole way; what it writes names nobody."""

import email
import email.policy
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.pango import needs_pango

ROOT = Path(__file__).resolve().parents[2]
# Words that stand only in the made-up cases: people, children, places, pseudonyms.
CANARIES = (
    "Synthia",
    "Fictitia",
    "Imagine",
    "Notional",
    "Invented Girl",
    "Made-up Row",
    "Rowan",
    "Hazel",
    "Juniper",
    "Demo ",
)
REFERENCE = re.compile(r"\b[346789BCDFGHJKMNPQRTVWXY]{5}-[346789BCDFGHJKMNPQRTVWXY]{5}\b")


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "rehearse", *arguments],
        cwd=ROOT,
        env=os.environ | {"CSPR_MODE": "test"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.thorough
@pytest.mark.long
@needs_pango
@pytest.mark.once
def test_every_pdf_and_e_mail_is_written_and_no_e_mail_names_anybody(tmp_path):
    done = rehearse("--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    papers = sorted(p.name.split("-")[1] for p in (tmp_path / "out" / "papers").iterdir())
    assert papers == sorted(
        ["referral"] * 3
        + ["decision"] * 6
        + ["rapid_review"] * 2
        + ["chronology_anonymous_pdf", "chronology_roles_pdf", "practice_review_delay", "publication"]
    )
    letters = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (tmp_path / "out" / "emails").iterdir()
    ]
    assert len(letters) > 100
    for letter in letters:
        text = (
            letter["Subject"]
            + letter.get_body(("plain",)).get_content()
            + letter.get_body(("html",)).get_content()
        )
        assert [word for word in CANARIES if word in text] == []
        assert REFERENCE.findall(text) == []
        assert (letter["To"].count("@"), letter["Cc"], letter["Bcc"]) == (1, None, None)
        assert list(letter.iter_attachments()) == []


@pytest.mark.parametrize("arguments", [(), ("--demo", "--out", "x"), ("--out",), ("--nonsense",)])
@pytest.mark.once
def test_nonsense_is_answered_in_a_line_and_exit_2(arguments):
    done = rehearse(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.once
def test_it_does_not_write_into_a_folder_that_holds_something(tmp_path):
    (tmp_path / "kept").write_text("mine")
    done = rehearse("--out", str(tmp_path))
    assert (done.returncode, done.stderr.strip()) == (2, f"CommandError: {tmp_path} is not an empty folder.")


@pytest.mark.once
def test_a_folder_that_cannot_be_made_is_answered_in_a_line_and_exit_2(tmp_path):
    (tmp_path / "file").write_text("mine")
    out = tmp_path / "file" / "out"
    done = rehearse("--out", str(out))
    assert (done.returncode, done.stderr.strip()) == (
        2,
        f"CommandError: Cannot write into {out}: Not a directory.",
    )

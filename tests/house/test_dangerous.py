"""Calls that have no place here: each turns what somebody typed into something that is carried out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("cspr", "referrals", "reviews")
pytestmark = pytest.mark.once

# By the last word of what is called, or by the whole name where the last word alone means something else elsewhere.
CALLS = {
    "eval": "code from text",
    "exec": "code from text",
    "__import__": "code from text",
    "os.system": "a command from text",
    "os.popen": "a command from text",
    "RawSQL": "SQL from text",
    "raw": "SQL from text",
    "extra": "SQL from text",
    "from_string": "a template from text",
    "Template": "a template from text",
    "hashlib.md5": "a hash that is broken",
    "hashlib.sha1": "a hash that is broken",
    "delay": "a message past the outbox",
    "apply_async": "a message past the outbox",
    "send_task": "a message past the outbox",
}
# Where the names of what is asked of the database must not come from whoever asks (CVE-2025-64459).
ASKS = {"filter", "exclude", "get", "create", "update", "Q"}
ASKED = re.compile(r"\brequest\b|\bGET\b|\bPOST\b|cleaned_data")
# Encrypts without noticing a change, or is broken; Fernet and AES-GCM notice.
CIPHERS = {"ECB", "CBC", "CFB", "OFB", "CTR", "PKCS1v15", "ARC4", "TripleDES", "Blowfish"}
MODULES = {"pickle", "marshal", "shelve", "yaml", "xmlrpc", "telnetlib", "ftplib", "ldap", "jwt"}
CHANCE = {"random"}  # predictable: secrets is for what must not be guessed
SQL = {"execute", "executemany"}
# What is right all the same, and why.
FIXED = {
    "cspr/audit/triggers.py": "statements about our own tables, run when the database is built",
    "cspr/mail/writing.py": "a statement about our own table, put together by the names of its columns",
    "cspr/people/work_account.py": "an ID token is read, with the algorithm, issuer and audience that are ours to say",
    "cspr/sealed/migrating.py": "statements about our own tables, run when the database is built",
    "cspr/wall/": "statements about our own tables and roles, put together by their names",
    "reviews/papers/letters.py": "the pattern is one of two sentences of its own table",
    "reviews/management": "chance in made-up cases and measurements",
}


def written_out(node: ast.expr) -> bool:
    """Whether a text stands in the source as it is, or under the name of a constant."""
    return isinstance(node, ast.Constant | ast.Starred) or (isinstance(node, ast.Name) and node.id.isupper())


def dangers(code: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            found = [
                f"import {name.split('.')[0]}" for name in named if name.split(".")[0] in MODULES | CHANCE
            ]
        elif isinstance(node, ast.Call):
            found = list(called(node))
        elif isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node).rpartition(".")[2] in CIPHERS:
            found = ["a weak cipher"]
        else:
            continue
        yield from (f"line {node.lineno}: {what}" for what in found)


def called(node: ast.Call) -> Iterator[str]:
    """What is dangerous in one call."""
    name = ast.unparse(node.func)
    last = name.rpartition(".")[2]
    if what := CALLS.get(name) or CALLS.get(last):
        yield what
    if isinstance(node.func, ast.Attribute) and last == "format" and not written_out(node.func.value):
        yield "a pattern from text"
    spread = [ast.unparse(word.value) for word in node.keywords if word.arg is None]
    if last in ASKS and any(ASKED.search(each) for each in spread):
        yield "a question from what was asked"
    if any(word.arg == "shell" for word in node.keywords):
        yield "a command from text"
    if last in SQL and node.args and not written_out(node.args[0]):
        yield "SQL from text"


def test_nothing_that_was_typed_is_carried_out() -> None:
    files = [p for app in OURS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
    assert len(files) > 100
    found = {str(p.relative_to(ROOT)): list(dangers(p.read_text())) for p in files}
    wrong = {path: places for path, places in found.items() if places}
    assert {path: places for path, places in wrong.items() if not path.startswith(tuple(FIXED))} == {}
    assert [path for path in FIXED if not any(each.startswith(path) for each in wrong)] == []


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("eval(words)", ["line 1: code from text"]),
        ("import pickle", ["line 1: import pickle"]),
        ("from random import choice", ["line 1: import random"]),
        ("subprocess.run(line, shell=True)", ["line 1: a command from text"]),
        ("Case.objects.raw(words)", ["line 1: SQL from text"]),
        ("cursor.execute(f'SELECT {words}')", ["line 1: SQL from text"]),
        ("cursor.execute('SELECT %s', [words])", []),
        ("engines['django'].from_string(words)", ["line 1: a template from text"]),
        ("hashlib.sha1(words)", ["line 1: a hash that is broken"]),
        ("hashlib.sha256(words)", []),
        ("relay.delay(7)", ["line 1: a message past the outbox"]),
        ("Case.objects.filter(**request.GET.dict())", ["line 1: a question from what was asked"]),
        ("Case.objects.filter(**{COLUMN: value})", []),
        ("Cipher(algorithms.AES(key), modes.ECB())", ["line 1: a weak cipher"]),
        ("settings.PATTERN.format(words)", ["line 1: a pattern from text"]),
        ("'{} pages'.format(number)", []),
    ],
)
def test_the_rule_finds_what_it_is_for(code: str, places: list[str]) -> None:
    assert list(dangers(code)) == places


@pytest.mark.parametrize("name", ["app.js", "early.js"])
def test_our_scripts_make_no_page_from_text(name: str) -> None:
    text = (ROOT / "static" / name).read_text()
    for way in (
        "innerHTML =",
        "innerHTML +=",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert way not in text, way
    for way in ("postMessage", 'addEventListener("message"', "__proto__", "document.domain", "WebSocket"):
        assert way not in text, way


def test_the_image_holds_what_it_runs_and_nothing_of_the_workshop() -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert let_in == {
        "manage.py",
        "pyproject.toml",
        "requirements.lock",
        "LICENSE",
        *OURS,
        "templates",
        "static",
    }

"""The lock files: everything that pyproject.toml asks for, pinned and hashed, wherever it is fetched from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)

pytestmark = pytest.mark.once


def pins(name: str) -> dict[str, str]:
    return {
        canonicalize_name(package): version for package, version in PIN.findall((ROOT / name).read_text())
    }


@pytest.mark.parametrize(
    ("asked_for", "lock"),
    [
        (PROJECT["project"]["dependencies"], "requirements.lock"),
        (PROJECT["dependency-groups"]["test"], "requirements-test.lock"),
        (PROJECT["dependency-groups"]["supply"], "requirements-supply.lock"),
    ],
)
def test_the_lock_pins_everything_that_is_asked_for(asked_for: list[str], lock: str) -> None:
    pinned = pins(lock)
    wrong = [
        text
        for text in asked_for
        if (wanted := Requirement(text))
        and pinned.get(canonicalize_name(wanted.name), "0") not in wanted.specifier
    ]
    assert wrong == []


def test_tests_run_with_the_very_versions_that_are_shipped() -> None:
    shipped, tested = pins("requirements.lock"), pins("requirements-test.lock")
    assert {name: tested.get(name) for name in shipped} == shipped


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock", "requirements-supply.lock"])
def test_every_pin_is_hashed_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = text.replace("\\\n", " ").splitlines()
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?://|--index-url|--find-links|--extra-index", text) == []


def test_the_state_machine_is_the_one_with_the_permissive_licence() -> None:
    assert "django-fsm" not in pins("requirements-test.lock")
    assert "django-fsm-2" in pins("requirements.lock")

"""Reads ``docker-compose.yml`` as Compose does, as far as the file goes: anchors, variables, commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("migrate", "web", "worker", "beat")
VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[?-])(?P<rest>[^}]*))?\}")


class Unset(Exception):
    """A variable that the file insists on has no value."""


def services() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return loaded


def variables() -> dict[str, bool]:
    """Every ``${VARIABLE}`` that the file reads, and whether it insists on a value."""
    text = "\n".join(line.split(" #")[0] for line in (ROOT / "docker-compose.yml").read_text().splitlines())
    found: dict[str, bool] = {}
    for match in VARIABLE.finditer(text):
        if match["name"]:
            found[match["name"]] = found.get(match["name"], False) or match["kind"] == "?"
    return found


def filled_in(text: str, values: dict[str, str]) -> str:
    """``text`` with its variables replaced. Raises ``Unset`` where ``:?`` insists and nothing is given."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        given = values.get(match["name"], "")
        if not given and match["kind"] == "?":
            raise Unset(match["name"])
        return given or (match["rest"] or "" if match["kind"] == "-" else "")

    return VARIABLE.sub(value, text)


def environment(service: str, values: dict[str, str]) -> dict[str, str]:
    return {name: filled_in(str(text), values) for name, text in services()[service]["environment"].items()}


def command(service: str, values: dict[str, str]) -> list[str]:
    return shlex.split(filled_in(services()[service]["command"], values))


def health_check(service: str) -> list[str]:
    kind, *line = services()[service]["healthcheck"]["test"]
    return ["sh", "-c", filled_in(line[0], {})] if kind == "CMD-SHELL" else line

"""From the words of a paragraph, a list or a table to the marks our reports are written with."""

from __future__ import annotations

import re
from dataclasses import dataclass

BAR = "\\|"
# What would be read as a mark, and only that, so that prose stays as it is.
MARKUP = re.compile(
    r"(\\(?=[!-/:-@\[-`{-~])|\*(?=\S)|(?<=\S)\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|\[(?=\^)|\](?=\())"
)
LEADING = re.compile(r"^(\s*)(?:(?=[#>|]|[-+]\s)|(\d{1,9})(?=[.)]\s))")


@dataclass
class Run:
    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


def plain(runs: list[Run]) -> str:
    return "".join(run.text for run in runs if not run.text.startswith("\0"))


def marked(runs: list[Run]) -> str:
    """The words of a paragraph with the marks of our reports; neighbours that are set alike are one."""
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and not {last.text[:1], run.text[:1]} & {"\0"} and (last.bold, last.italic, last.link) == (
            run.bold, run.italic, run.link
        ):  # fmt: skip
            last.text += run.text
        else:
            joined.append(Run(run.text, run.bold, run.italic, run.link))
    return "".join(_one(run) for run in joined)


def _one(run: Run) -> str:
    if run.text.startswith("\0"):
        return f"[^{run.text[1:]}]"
    said = MARKUP.sub(r"\\\1", run.text)
    inner = said.strip()
    if not inner or not (run.bold or run.italic or run.link):
        return said
    mark = "*" * (2 * run.bold + run.italic)
    inner = f"{mark}{inner}{mark}"
    if run.link:
        inner = f"<{run.link}>" if said.strip() == run.link else f"[{inner}]({run.link})"
    return said[: len(said) - len(said.lstrip())] + inner + said[len(said.rstrip()) :]


def safe(said: str) -> str:
    """A line of prose that happens to begin like a list, a quotation or a heading stays prose."""
    return "\n".join(LEADING.sub(_stopped, line) for line in said.split("\n"))


def _stopped(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2] or ''}\\"


def table(rows: list[list[str]]) -> str:
    width = max(map(len, rows))
    rows = [[cell.replace("**", "") for cell in rows[0]], *rows[1:]]  # a head is set bold anyhow
    lines = [
        f"| {' | '.join(cell.replace('|', BAR) for cell in [*row, *[''] * (width - len(row))])} |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

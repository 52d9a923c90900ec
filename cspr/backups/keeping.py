"""Which backups are kept: the last of each of the newest 35 days that have one, and of each of the newest 12 months."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

DAYS, MONTHS = 35, 12
NAME = re.compile(r"cspr-(\d{8}T\d{6}Z)\.backup")
STAMP = "%Y%m%dT%H%M%SZ"


def name_at(moment: dt.datetime) -> str:
    """What a backup of that moment is called: in UTC, so that names sort by time."""
    return f"cspr-{moment.astimezone(dt.UTC).strftime(STAMP)}.backup"


def backups_in(folder: Path) -> list[Path]:
    """Every finished backup of a folder, oldest first."""
    return sorted(file for file in folder.iterdir() if NAME.fullmatch(file.name))


def had_their_time(files: Iterable[Path]) -> list[Path]:
    """Those that need not be kept, oldest first."""
    last_of_day: dict[str, Path] = {}
    last_of_month: dict[str, Path] = {}
    for file in sorted(files):
        found = NAME.fullmatch(file.name)
        assert found
        stamp = found[1]
        last_of_day[stamp[:8]] = last_of_month[stamp[:6]] = file
    kept = {*list(last_of_day.values())[-DAYS:], *list(last_of_month.values())[-MONTHS:]}
    return [file for file in sorted(files) if file not in kept]

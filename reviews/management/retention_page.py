"""docs/retention.md, from the schedule: what is kept how long, from when, why, and who ends it."""

from __future__ import annotations

from referrals.retention import SCHEDULE

INTRODUCTION = """Law sets no fixed periods (ICO: "no set time limits … justify and document"). **Every length below is
a default to confirm**: in *People and access*, under *How long records are kept*, the data-protection officer or an
administrator of each partnership confirms it, or says what it is instead and why. Nothing is disposed of by itself,
and a **legal hold** (inquest, criminal proceedings, public inquiry, something else) comes before every period.
"""


def retention(note: str) -> str:
    """The page."""
    lines = [
        "# How long records are kept\n",
        note,
        INTRODUCTION,
        "| record | kept for | counted from | why | who ends it |",
        "|---|---|---|---|---|",
    ]
    for row in SCHEDULE:
        why = f"{row.why} {row.besides}".strip()
        lines.append(
            f"| {row.kind.label} | {row.lasting(row.length)} | {row.moment} | {why} | {row.ends.value} |"
        )
    lines += ["", "What each of them is:", ""]
    lines += [f"- **{row.kind.label}**: {row.what}" for row in SCHEDULE]
    return "\n".join(lines) + "\n"

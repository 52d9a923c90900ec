"""Papers that bring a renderer to its limits, made known to worker and rig alike; the site itself has none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from cspr.documents.pdf import Paper, register_paper

HEAD = '<!doctype html><html lang="en-GB" data-title="t" data-head="" data-marking=""><head><title>t</title></head>'
ROWS, DEEP, PAGES = 2_000, 900, 400


@dataclass(frozen=True)
class Raw(Paper):
    """A paper of just this HTML."""

    body: str = ""

    def html(self) -> str:
        return f"{HEAD}<body>{self.body}"


def table() -> str:
    words = "<td>3 April 2025</td><td>What was seen, at some length.</td>"
    cells = "".join(f"<tr><td>{n}</td>{words}</tr>" for n in range(ROWS))
    return f"<table><tbody>{cells}</tbody></table>"


BODIES = {
    "faults-good": "<p>Some words.</p>",
    "faults-table": table(),
    "faults-deep": "<div>" * DEEP + "deep" + "</div>" * DEEP,
    "faults-long": '<p style="break-after:page">x</p>' * PAGES,
}


def builder_of(kind: str) -> Any:
    def build(subject: Any, user: User) -> Raw:
        return Raw("", {}, title=kind, file_stem=kind, body=BODIES[kind])

    return build


for name in BODIES:
    register_paper(name, builder_of(name), name, subject_label="referrals.referral")

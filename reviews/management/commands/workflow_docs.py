"""``manage.py workflow_docs [--check]``: pages of docs/, from the tables declared in the code."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_fsm import Transition

from cspr.accounts.roles import Role
from cspr.clocks.table import Clock, Every, Unit, registered
from cspr.workflow import Subject, follows, transitions
from referrals.emails import table as emails
from referrals.models import (
    Case,
    Decision,
    Disposal,
    EmergencyAccess,
    Notification,
    ParallelProcess,
    Referral,
)
from reviews.change import CHAIR, CHECKS, EVERY, LEAD, OWNER, SHOWS, Shows
from reviews.change import LADDER as RUNGS
from reviews.emails import BY_LINK, CHASES
from reviews.ladder import LADDER, LATE
from reviews.management.data_map import data_map
from reviews.management.retention_page import retention
from reviews.models import (
    AccessRequest,
    Action,
    ChronologyEntry,
    ChronologyImport,
    FactCheck,
    FamilyContact,
    FamilyPromise,
    IdentityKey,
    InformationRequest,
    Meeting,
    PlanStep,
    PlanTemplate,
    PracticeReview,
    Publication,
    RapidReview,
    Release,
    ReportComment,
    ReportImport,
    RequestLink,
    YearlyPack,
)
from reviews.states import ChaseLevel

NOUNS: tuple[type[Subject], ...] = (
    Referral,
    Case,
    Notification,
    Decision,
    ParallelProcess,
    EmergencyAccess,
    Disposal,
    RapidReview,
    PlanTemplate,
    PlanStep,
    InformationRequest,
    RequestLink,
    ChronologyEntry,
    ChronologyImport,
    Meeting,
    PracticeReview,
    ReportComment,
    ReportImport,
    FactCheck,
    FamilyContact,
    FamilyPromise,
    IdentityKey,
    Release,
    Publication,
    Action,
    YearlyPack,
    AccessRequest,
)
WHO = {OWNER: "the owner", LEAD: "the agency's safeguarding lead", CHAIR: "the sub-group's chair"}
NOTE = "<!-- Written by `manage.py workflow_docs`. Do not edit: change the declaration in the code. -->\n"


class Command(BaseCommand):
    help = "Write the pages of docs/ that follow from the code; --check fails when they are out of date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail when a page is out of date"
        )

    def handle(self, **options: Any) -> None:
        pages = {
            "workflow.md": workflow(),
            "clocks.md": clocks(),
            "chasing.md": chasing(),
            "change.md": change(),
            "data-map.md": data_map(NOTE),
            "retention.md": retention(NOTE),
        }
        docs = Path(settings.BASE_DIR) / "docs"
        stale = [name for name, text in pages.items() if not _says(docs / name, text)]
        if options["check"]:
            if stale:
                raise CommandError(
                    f"Out of date: {', '.join(stale)}. Run manage.py workflow_docs.", returncode=1
                )
            return
        for name in stale:
            (docs / name).write_text(pages[name], encoding="utf-8")
        self.stdout.write(f"Written: {', '.join(stale)}." if stale else "Nothing has changed.")


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def workflow() -> str:
    """Every noun with its states as a diagram and its verbs as a table."""
    lines = [
        "# Workflow\n",
        NOTE,
        "A case moves only by the verbs below, each through `cspr.workflow.perform`. "
        "A verb without an arrow records something and leaves the state as it is.\n",
    ]
    for noun in NOUNS:
        lines += [
            f"## {str(noun._meta.verbose_name).capitalize()}\n",
            (noun.__doc__ or "").split("\n")[0] + "\n",
        ]
        lines += ["```mermaid", "stateDiagram-v2", *_diagram(noun), "```\n"]
        lines += [
            "| verb | what the button says | from | to | who (rule) | e-mails |",
            "|---|---|---|---|---|---|",
        ]
        lines += [*_verbs(noun), ""]
    return "\n".join(lines)


def _state(noun: type[Subject]) -> Any:
    # Subject is abstract: each noun declares its own ``state``.
    concrete: Any = noun
    return concrete._meta.get_field("state")


def _choices(noun: type[Subject]) -> dict[str, str]:
    return dict(_state(noun).choices)


def _diagram(noun: type[Subject]) -> Iterator[str]:
    for value, label in _choices(noun).items():
        yield f"    {value}: {label.replace(':', ' –')}"
    yield f"    [*] --> {_state(noun).get_default()}"
    for name, steps in transitions(noun).items():
        for step in _sorted(steps):
            if step.target is not None and step.source != "*":
                yield f"    {step.source} --> {step.target}: {name}"


def _sorted(steps: list[Transition]) -> list[Transition]:
    return sorted(steps, key=lambda step: str(step.source))


def _verbs(noun: type[Subject]) -> Iterator[str]:
    choices = _choices(noun)
    for name, steps in transitions(noun).items():
        custom = steps[0].custom
        sources = (
            "any" if steps[0].source == "*" else ", ".join(choices[str(s.source)] for s in _sorted(steps))
        )
        target = choices[str(steps[0].target)] if steps[0].target else "–"
        rule = "follows from another verb" if custom["rule"] is follows else f"`{custom['rule'].__name__}`"
        told = ", ".join(tell.kind for tell in emails().get(f"{noun._meta.model_name}.{name}", ())) or "–"
        yield f"| `{name}` | {custom['label']} | {sources} | {target} | {rule} | {told} |"


def clocks() -> str:
    """Every registered clock: what, from when, how long, by what force, and when people are reminded."""
    lines = [
        "# Clocks\n",
        NOTE,
        "Day 0 is the trigger and does not count. A statutory date never moves for a hold or a delay.\n",
    ]
    for code, editions in registered().items():
        lines += [section for clock in editions for section in _clock(code, clock)]
    return "\n".join(lines)


def _clock(code: str, clock: Clock) -> Iterator[str]:
    yield f"## `{code}` – {clock.name}\n"
    yield clock.sentence + "\n"
    yield "| | |\n|---|---|"
    yield f"| starts | {clock.starts} |"
    yield f"| length | {_length(clock)} |"
    yield f"| force | {clock.force.value} |"
    yield f"| owed | {clock.owed_by} → {clock.owed_to} |"
    yield f"| reminders | {', '.join(r.offset for r in clock.reminders) or 'none'}; {_late(clock)} |"
    yield f"| reminded | {_roles(clock.remind)}; when late also: {_roles(clock.escalate)} |"
    yield f"| rule set | {clock.rule_set}, from {clock.effective_from:%-d %B %Y} |"
    yield f"| source | {clock.source} |\n"


def chasing() -> str:
    """The ladder of reminders for agencies that owe an answer, and what each of them says."""
    lines = [
        "# How agencies are reminded\n",
        NOTE,
        "Each step goes out once, on a working day after six in the morning, to each person at most once. The steps "
        "after the date are counted from the last reminder that really went out: a pause or a lost night makes them "
        "later, and nobody higher up hears of it before those below them did. A new date begins the steps anew. They "
        "end with the answer, with a refusal, when the request is withdrawn and when the rapid review ends. What goes "
        "out is checked again at the moment of sending.\n",
        "| step | when | who | what follows |",
        "|---|---|---|---|",
    ]
    for step in LADDER:
        who = "; ".join(level.label for level in step.to)
        follows_ = "the request counts as escalated; the team is told" if step.escalates else "–"
        lines.append(f"| `{step.code}` | {step.when} | {who} | {follows_} |")
    lines += ["\nWhere a level is reached and nobody is named, that is recorded and the team is told.\n"]
    lines += ["| to | when | the sentence of the e-mail |", "|---|---|---|"]
    for (level, late), (_, sentence) in CHASES.items():
        when = LATE if late else "before and on the date"
        lines.append(f"| {ChaseLevel(level).label} | {when} | {sentence} |")
    for late, (_, sentence) in BY_LINK.items():
        when = LATE if late else "before and on the date"
        lines.append(f"| A contact who answers by a link | {when} | {sentence} |")
    return "\n".join(lines) + "\n"


def change() -> str:
    """The steps of an action with the evidence that shows each, and whom its reminders go to."""
    lines = [
        "# Whether anything changed\n",
        NOTE,
        "What is recommended is acted on: each action has one owner and climbs four steps. A step counts only with "
        "evidence of that step, and once somebody has agreed who neither owns the action nor put the evidence there. "
        f"After {', '.join(str(months) for months in CHECKS)} months somebody looks whether it holds.\n",
        "| kind of evidence | the highest step it can show |",
        "|---|---|",
        *(f"| {kind.label} | {SHOWS[kind].label} |" for kind in Shows),
        "\nOwners are reminded by a ladder, on working days, each rung to each person once.\n",
        "| rung | when | who |",
        "|---|---|---|",
        *(
            f"| `{rung.code}` | {rung.when} | {', '.join(WHO[level] for level in rung.to)} |"
            for rung in RUNGS
        ),
        f"| and on | Every {EVERY} working days after that | {', '.join(WHO.values())} |",
    ]
    return "\n".join(lines) + "\n"


def _length(clock: Clock) -> str:
    if clock.unit is Unit.FIXED_DATE and clock.fixed:
        return f"until the next {clock.fixed[0]}.{clock.fixed[1]}. (day, month)"
    if clock.length is None:
        return "as soon as possible; no number is given"
    local = " (a local choice)" if clock.local_length else ""
    rolls = "; if that is no working day, until the next one" if clock.next_working else ""
    return f"{clock.unit.of(clock.length)}{' before' if clock.backwards else ''}{local}{rolls}"


def _late(clock: Clock) -> str:
    words = {
        Every.WORKING_DAY: "every working day when late",
        Every.WEEK: "every week when late",
        Every.NEVER: "no repeat",
    }
    return words[clock.when_late]


def _roles(roles: tuple[str, ...]) -> str:
    return ", ".join(Role(role).label for role in roles) or "nobody else"

"""A place on a person's page for what the domain knows about them, such as which cases they may open.

The platform knows of no case. A domain app registers a panel in ``AppConfig.ready``: a template, and a call
that gives its context, or ``None`` where ``viewer`` may not see it (a technical administrator never may).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User

PanelContext = Callable[[User, User], dict[str, Any] | None]  # (viewer, person)


@dataclass(frozen=True)
class Panel:
    template: str
    context: PanelContext


_panels: list[Panel] = []


def register_panel(template: str, context: PanelContext) -> None:
    """Show ``template`` on every person's page for which ``context(viewer, person)`` gives a context."""
    panel = Panel(template, context)
    if panel not in _panels:
        _panels.append(panel)


def panels_for(viewer: User, person: User) -> list[tuple[str, dict[str, Any]]]:
    """The panels of one person's page that ``viewer`` may see."""
    shown = ((panel.template, panel.context(viewer, person)) for panel in _panels)
    return [(template, context) for template, context in shown if context is not None]

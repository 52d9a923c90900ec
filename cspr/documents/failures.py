"""Why a paper could not be made."""

from __future__ import annotations


class CannotRender(Exception):
    """This paper cannot be made as things are; another attempt would not help. ``str()`` is shown."""


class RenderFailed(Exception):
    """The renderer crashed or hung. Another attempt may help."""

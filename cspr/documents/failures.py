"""Why a paper could not be made."""

from __future__ import annotations


class CannotRender(Exception):
    """This paper cannot be made as things are; another attempt would not help. ``str()`` is shown."""


class Held(Exception):
    """The file waits for the virus check, or did not pass it: nobody opens it. ``str()`` is shown."""

    def __init__(self) -> None:
        super().__init__("A file in it has not passed the virus check yet.")


class RenderFailed(Exception):
    """The renderer crashed or hung. Another attempt may help."""

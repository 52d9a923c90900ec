#!/usr/bin/env python
"""Django's command line. ``./dev`` calls it inside the project's own environment."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cspr.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (settings first)

    from cspr.wall.scope import everything  # noqa: PLC0415  (settings first)

    with everything():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

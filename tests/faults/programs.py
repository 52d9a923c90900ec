"""The site's programs as the rig runs them: started, killed with all their children, started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path

from tests.services.programs import Environment, running


class Program:
    """One program in a process group of its own."""

    def __init__(self, name: str, line: list[str], site: Environment, folder: Path) -> None:
        self.name, self.line, self.site = name, line, site
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._running = contextlib.ExitStack()
        self._more: dict[str, str] = {}

    def start(self, **more: str) -> None:
        """``more``: what it has in its environment besides."""
        assert self.process is None, f"{self.name} runs already"
        self._more = more
        self.process = self._running.enter_context(running(self.line, self.site | more, self.log))

    def stop(self) -> None:
        """Told to end, and waited for."""
        self._running.close()
        self.process = None

    def kill(self) -> None:
        """-9, the whole group."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.stop()

    def start_again_if_ended(self) -> bool:
        """As docker-compose.yml does with a program that ended by itself; whether it had."""
        if self.process is None or self.process.poll() is None:
            return False
        self.stop()
        self.start(**self._more)
        return True

    def freeze(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)

    def children(self) -> list[int]:
        """The process numbers of its children; none when it does not run."""
        if self.process is None:
            return []
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []

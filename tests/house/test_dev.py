"""``./dev`` itself: help, nonsense, and a whole start of the demo from an empty data folder."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest

from tests.machine import unused_port
from tests.services.programs import ROOT, run

pytestmark = pytest.mark.once
DEV = str(ROOT / "dev")


def test_alone_it_says_what_there_is() -> None:
    answer = run([DEV], {})
    assert answer.returncode == 0
    assert re.findall(r"^  \./dev (\w+)", answer.stdout, re.MULTILINE) == ["up", "test", "check"]


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["up", "--port", "x"],
        ["up", "--port", "70000"],
        ["up", "extra"],
        ["check", "extra"],
        ["--up"],
    ],
)
def test_nonsense_gets_one_line_and_exit_code_2(words: list[str]) -> None:
    answer = run([DEV, *words], {})
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert answer.stderr.startswith("./dev: ")


def test_the_demo_starts_from_nothing_and_again_from_what_it_left(tmp_path: Path) -> None:
    port = unused_port()
    first = run([DEV, "up", "--once", "--port", str(port), "--data", str(tmp_path)], {})
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"http://127.0.0.1:{port}/" in first.stdout
    assert first.stdout.endswith("Stopped.\n")
    started = time.monotonic()
    again = run([DEV, "up", "--once", "--port", str(port), "--data", str(tmp_path)], {})
    assert again.returncode == 0, again.stdout + again.stderr
    assert time.monotonic() - started < 30  # a busy test machine; the aim on a quiet one is ten
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_busy_port_is_said_and_the_next_one_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        answer = run([DEV, "up", "--once", "--port", str(port), "--data", str(tmp_path)], {})
    assert answer.returncode == 0, answer.stdout + answer.stderr
    taken = re.search(rf"Port {port} is taken; using (\d+)\.", answer.stdout)
    assert taken is not None
    assert f"http://127.0.0.1:{taken[1]}/" in answer.stdout

"""``./dev`` itself: help, nonsense, and a whole start of the demo from an empty data folder."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from tests.machine import unused_port
from tests.services.programs import ROOT, eventually, run, running

pytestmark = pytest.mark.once
DEV = str(ROOT / "dev")


def test_alone_it_says_what_there_is() -> None:
    answer = run([DEV], {})
    assert answer.returncode == 0
    assert re.findall(r"^  \./dev (\w+)", answer.stdout, re.MULTILINE) == [
        "up",
        "test",
        "check",
        "trust",
        "faults",
        "drill",
        "screens",
        "supply",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["up", "--port", "x"],
        ["up", "--port", "70000"],
        ["up", "extra"],
        ["check", "extra"],
        ["supply", "extra"],
        ["--up"],
    ],
)
def test_nonsense_gets_one_line_and_exit_code_2(words: list[str]) -> None:
    answer = run([DEV, *words], {})
    assert (answer.returncode, answer.stdout, answer.stderr.count("\n")) == (2, "", 1)
    assert answer.stderr.startswith("./dev: ")


@pytest.mark.thorough
@pytest.mark.long
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
    for key in ("secret-key", "field-keys"):
        assert (tmp_path / key).stat().st_mode & 0o077 == 0


@pytest.mark.thorough
@pytest.mark.long
def test_a_busy_port_is_said_and_a_second_start_refused_and_ctrl_c_leaves_nothing_running(
    tmp_path: Path,
) -> None:
    log = tmp_path / "dev.log"
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        line = [DEV, "up", "--port", str(port), "--data", str(tmp_path)]
        with running(line, {}, log) as process:
            eventually(lambda: "Ctrl-C stops it." in log.read_text(), "the demo is up", log, seconds=300)
            second = run(line, {})
            process.send_signal(signal.SIGINT)
            process.wait(timeout=40)
    taken = re.search(rf"Port {port} is taken; using (\d+)\.", log.read_text())
    assert taken is not None
    assert f"http://127.0.0.1:{taken[1]}/" in log.read_text()
    assert (second.returncode, second.stderr.count("\n")) == (1, 1)
    assert f"already running on {tmp_path}" in second.stderr
    assert (process.returncode, log.read_text().splitlines()[-1]) == (0, "Stopped.")
    assert programs_that_mention(str(tmp_path)) == []


def programs_that_mention(word: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # gone since it was listed
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if word in line]


@pytest.mark.parametrize(("required", "code"), [("", 0), ("browser", 1)])
def test_what_is_left_out_is_said_and_fails_only_where_it_is_required(required: str, code: int) -> None:
    line = [sys.executable, "-m", "tests.run", "test", "tests/house/test_packages.py"]
    answer = run(line, {"PATH": "/nowhere", "CSPR_REQUIRE": required})
    assert answer.returncode == code, answer.stdout
    assert "Left out: browser tests. To enable: apt-get install -y chromium" in answer.stdout
    assert ("required here" in answer.stdout) == bool(required)
    assert re.fullmatch(r"\d+ passed, 0 failed", answer.stdout.splitlines()[-1])


def test_a_failing_test_fails_the_run(tmp_path: Path) -> None:
    failing = tmp_path / "test_failing.py"
    failing.write_text("def test_it():\n    assert False\n")
    line = [
        sys.executable,
        "-m",
        "tests.run",
        "test",
        f"--rootdir={ROOT}",
        f"-c={ROOT}/pyproject.toml",
        str(failing),
    ]
    answer = run(line, {"PATH": "/nowhere"})
    assert answer.returncode == 1
    assert re.fullmatch(r"0 passed, [1-9] failed", answer.stdout.splitlines()[-1])

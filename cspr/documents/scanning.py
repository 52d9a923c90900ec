"""Asking ClamAV about a file, over the socket of its daemon (``CSPR_CLAMAV``): its INSTREAM command and nothing else.

What is not plainly said to be clean is not clean: no answer, a late one and nonsense are all ``NoAnswer``.
"""

from __future__ import annotations

import re
import socket
import time

from django.conf import settings

# How long somebody who adds a file waits for it, and how long the worker does.
SECONDS_FOR_A_PERSON = 4
SECONDS_FOR_THE_WORKER = 30
PIECE = 256 * 1024
LONGEST_ANSWER = 4096
FOUND = re.compile(rb"stream: ([^\x00\r\n]{1,200}) FOUND")


class NoAnswer(Exception):
    """The scanner did not say whether the file is clean. ``str()`` says why, and holds nothing of the file."""


def configured() -> bool:
    return bool(settings.CLAMAV)


def virus_in(data: bytes, *, seconds: float) -> str:
    """The name ClamAV has for what it found in ``data``; ``""`` when it says that the file is clean.

    Raises ``NoAnswer`` when it has not said so within ``seconds``, whatever the reason.
    """
    until = time.monotonic() + seconds
    answer = _asked([b"zINSTREAM\0", *_pieces(data), (0).to_bytes(4)], until)
    if answer == b"stream: OK":
        return ""
    found = FOUND.fullmatch(answer)
    if found is None:
        raise NoAnswer("its answer was none that is known")
    return found[1].decode("ascii", "replace")


def answers(*, seconds: float) -> bool:
    """Whether the scanner is there at all."""
    try:
        return _asked([b"zPING\0"], time.monotonic() + seconds) == b"PONG"
    except NoAnswer:
        return False


def _pieces(data: bytes) -> list[bytes]:
    starts = range(0, len(data), PIECE)
    pieces = (data[start : start + PIECE] for start in starts)
    return [len(piece).to_bytes(4) + piece for piece in pieces]


def _asked(parts: list[bytes], until: float) -> bytes:
    """Send ``parts`` and return the one answer, without the zero that ends it. The clock runs over all of it."""
    try:
        with _connected(until) as line:
            for part in parts:
                _send(line, part, until)
            return _answer(line, until)
    except OSError as error:
        raise NoAnswer(f"it cannot be reached or was too slow ({type(error).__name__})") from error


def _connected(until: float) -> socket.socket:
    address: str = settings.CLAMAV
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_left(until))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_left(until))
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, part: bytes, until: float) -> None:
    line.settimeout(_left(until))  # of ``sendall`` this is the limit in all, not for each packet
    line.sendall(part)


def _answer(line: socket.socket, until: float) -> bytes:
    heard = b""
    while b"\0" not in heard:
        line.settimeout(_left(until))
        more = line.recv(1024)
        if not more or len(heard) > LONGEST_ANSWER:
            raise NoAnswer("it broke off, or said too much")
        heard += more
    return heard.partition(b"\0")[0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

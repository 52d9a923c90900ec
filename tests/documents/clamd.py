"""A stand-in for clamd on a socket of its own: it speaks INSTREAM as the real one does, or misbehaves as told."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VIRUS = b"this-is-what-the-stub-calls-a-virus"


class Clamd:
    """``mood``: ``well``, or one of ``MOODS``. ``seen`` holds the length of each file it was asked about."""

    MOODS = {
        "nonsense": b"\xff\xfe<html>502</html>\0",
        "error": b"INSTREAM size limit exceeded. ERROR\0",
        "endless": b"stream: " + b"x" * 10_000,
        "another file": b"other: OK\0",
        "half": b"stream: OK",
    }

    def __init__(self) -> None:
        self.mood, self.seen = "well", list[int]()
        self.let_go = threading.Event()

    def answer(self, line: socket.socket) -> bytes:
        if self.mood == "hangs":
            self.let_go.wait(60)
            return b""
        if self.mood == "one byte at a time":
            for _ in range(40):
                time.sleep(0.25)
                try:
                    line.sendall(b"s")
                except OSError:
                    break
            return b""
        if _exactly(line, 1) == b"z" and (command := _until_zero(line)) == b"PING":
            return b"PONG\0"
        assert command == b"INSTREAM"
        data = b""
        while length := int.from_bytes(_exactly(line, 4)):
            data += _exactly(line, length)
        self.seen.append(len(data))
        if self.mood != "well":
            return self.MOODS[self.mood]
        return b"stream: Stub.Virus-1 FOUND\0" if VIRUS in data else b"stream: OK\0"


def _exactly(line: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        data += line.recv(length - len(data)) or b"\0" * (length - len(data))
    return data


def _until_zero(line: socket.socket) -> bytes:
    data = b""
    while (one := line.recv(1)) not in (b"\0", b""):
        data += one
    return data


@contextmanager
def listening(clamd: Clamd, at: Path | None) -> Iterator[str]:
    """The stand-in at work on a socket at ``at``, or on a free port; yields its address."""

    class Line(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(60)
            self.request.sendall(clamd.answer(self.request))

    class Server(
        socketserver.ThreadingMixIn, socketserver.UnixStreamServer if at else socketserver.TCPServer
    ):  # type: ignore[misc]
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Who asked has gone: that is theirs to notice."""

    with Server(str(at) if at else ("127.0.0.1", 0), Line) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        serving.start()
        try:
            yield str(at) if at else f"127.0.0.1:{server.server_address[1]}"
        finally:
            clamd.let_go.set()
            server.shutdown()
            if at:
                at.unlink(missing_ok=True)

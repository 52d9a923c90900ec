"""A real, tiny mail server on the loopback interface that misbehaves as told."""

from __future__ import annotations

import contextlib
import select
import socketserver
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Fault:
    """At which step of an e-mail the server misbehaves, and how: a reply, ``drop``, ``hang``, or ``slow`` and seconds.

    ``after_data``: the message is kept, as by a server that accepts it; then the connection dies unanswered, say.
    """

    step: str
    how: str


@dataclass
class Received:
    sender: str
    recipients: list[str]
    message: EmailMessage
    at: float = field(default_factory=time.monotonic)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    # Closing must not wait for a connection that a test left hanging.
    block_on_close = False

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.faults: deque[Fault | None] = deque()
        # By the address of the recipient, for whoever sends in no known order. The steps from RCPT on.
        self.for_recipient: dict[str, Fault] = {}
        self.seconds_for_each = 0.0
        self.greeting = "220 ready"
        self.received: list[Received] = []
        self.connections = 0
        self.let_go = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def message_ids(self) -> list[str]:
        return [mail.message["Message-ID"] for mail in self.received]


class Conversation(socketserver.StreamRequestHandler):
    """One client; each MAIL command takes the next fault from the server's script."""

    server: Server
    fault: Fault | None = None

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a client that was killed says no goodbye
            self.converse()

    def converse(self) -> None:
        self.server.connections += 1
        if not self.server.greeting:  # a server that takes the call and says nothing
            self.server.let_go.wait(30)
            return
        self.say(self.server.greeting)
        for raw in self.rfile:
            line = raw.decode().strip()
            word = line.split(" ", 1)[0].split(":")[0].upper()
            if not self.answer(word, line):
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def answer(self, word: str, line: str) -> bool:
        """Reply to one command; False ends the conversation."""
        if word == "MAIL":
            self.fault = self.server.faults.popleft() if self.server.faults else None
            self.sender, self.recipients = line, []
        if word == "RCPT":
            self.fault = self.fault or self.server.for_recipient.get(line.partition("<")[2].partition(">")[0])
        if self.fault and self.fault.step == word:
            return self.misbehave()
        if word == "RCPT":
            self.recipients.append(line)
        if word == "DATA":
            return self.data()
        self.say("221 bye" if word == "QUIT" else "250 ok")
        return word != "QUIT"

    def misbehave(self) -> bool:
        assert self.fault
        if self.fault.how == "hang":
            self.server.let_go.wait(30)
            return False
        if self.fault.how == "drop":
            return False
        if self.fault.how.startswith("slow"):
            time.sleep(float(self.fault.how.split()[1]))
            self.say("250 at last")
            return True
        self.say(self.fault.how)
        return not self.fault.how.startswith("421")

    def data(self) -> bool:
        self.say("354 go on")
        lines = []
        while (raw := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(raw)
        if self.fault and self.fault.step == "end_of_data":
            return self.misbehave()
        if self.server.seconds_for_each and self.hung_up_within(self.server.seconds_for_each):
            return False
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.received.append(Received(self.sender, self.recipients, message))
        if self.fault and self.fault.step == "after_data":
            return self.misbehave()
        self.say("250 accepted")
        return True

    def hung_up_within(self, seconds: float) -> bool:
        """Whether the client is gone before it has been answered: then this server does not take the mail."""
        time.sleep(seconds)
        return bool(select.select([self.connection], [], [], 0)[0])

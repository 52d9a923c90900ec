"""A small OpenID Connect provider on this machine, which says what a test tells it to say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Provider(ThreadingHTTPServer):
    """Answers discovery, token and userinfo; ``claims`` is whom it says has signed in.

    ``elsewhere``: the path that it answers with a redirect to another of its paths, ``/moved``.
    """

    claims: dict[str, Any]
    elsewhere = ""
    moved_to = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self) -> dict[str, Any]:
        return {
            "/tenant/v2.0/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
            },
            "/token": {"access_token": "a-token", "token_type": "Bearer", "expires_in": 60},
            "/userinfo": self.claims,
        }


class Answering(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.server.moved_to += 1
        if self.path == self.server.elsewhere:
            self.send_response(302)
            self.send_header("Location", f"{self.server.url}/moved")
            self.end_headers()
            return
        body = json.dumps(self.server.answers()[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args: Any) -> None:
        """Nothing: the test says what it expects."""


@contextmanager
def provider() -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), Answering)
    server.claims = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()

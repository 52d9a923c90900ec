"""A small OpenID Connect provider on this machine, which says what a test tells it to say."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """Answers discovery, token, userinfo and keys; ``claims`` is whom it says has signed in.

    ``elsewhere``: the path that it answers with a redirect to another of its paths, ``/moved``.
    ``odd``: what its ID token says otherwise than it should; ``signed``: by whom; ``named``: as issuer in its metadata.
    """

    claims: dict[str, Any]
    elsewhere = ""
    moved_to = 0
    named = ""

    def __init__(self, *server: Any) -> None:
        super().__init__(*server)
        self.odd: dict[str, Any] = {}
        self.key = new_key()
        self.signed: rsa.RSAPrivateKey | None = self.key

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}/tenant/v2.0"

    def id_token(self) -> str:
        """For the client that the tests configure, signed with the key that ``/keys`` names."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": "an-id", "iat": now, "exp": now + 60, **self.claims, **self.odd}
        return jwt.encode(said, self.signed, "RS256" if self.signed else "none", {"kid": "the-key"})

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "the-key", "use": "sig", "alg": "RS256"}]}

    def answers(self) -> dict[str, Any]:
        return {
            "/tenant/v2.0/.well-known/openid-configuration": {
                "issuer": self.named or self.issuer,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
            },
            "/token": {
                "access_token": "a-token",
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self.id_token(),
            },
            "/userinfo": self.claims,
            "/keys": self.keys(),
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

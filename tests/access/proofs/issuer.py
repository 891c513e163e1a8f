"""A small issuer of OpenID Connect on this machine: it publishes its keys and signs tokens."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.access.proofs.people import AUDIENCE, NOW


class SmallIssuer:
    """An issuer with keys that rotate. `requests` are the paths that were asked; `away` lets it fail."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys: list[RSAKey | ECKey] = []
        self.requests: list[str] = []
        self.away = False
        self.named = address
        self.redirect: str | None = None
        self.rotate()

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        number = len(self.keys)
        self.keys.append(ECKey.generate_key("P-256", {"kid": f"key-{number}", "use": "sig"}))

    def answer(self, path: str) -> dict[str, Any]:
        self.requests.append(path)
        if path == "/keys":
            return dict(KeySet([*self.keys]).as_dict(private=False))
        return {"issuer": self.named, "jwks_uri": f"{self.address}/keys"}

    def token(self, *, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        """Return an access token for `nurse-li`, with claims or parts of its header replaced; None leaves one out."""
        now = int(NOW.timestamp())
        usual = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": "8f2c",
            "iat": now,
            "exp": now + 300,
            "amr": ["pwd", "mfa"],
            "jti": "t-1",
        }
        said = {name: claim for name, claim in {**usual, **claims}.items() if claim is not None}
        signer = key or self.keys[-1]
        head = {"alg": "ES256", "kid": self.keys[-1].kid, "typ": "at+jwt", **(header or {})}
        head = {name: part for name, part in head.items() if part is not None}
        return jwt.encode(head, said, signer, algorithms=[head["alg"]])


@contextmanager
def small_issuer() -> Iterator[SmallIssuer]:
    """Run an issuer on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if issuer.redirect is not None:
                self.send_response(302)
                self.send_header("Location", issuer.redirect)
                self.end_headers()
                return
            answer = issuer.answer(self.path)
            self.send_response(503 if issuer.away else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = SmallIssuer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join(5)

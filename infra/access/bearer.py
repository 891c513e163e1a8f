"""Bearer tokens of an OpenID Connect issuer: access tokens (RFC 9068), signed by keys that the issuer publishes.

Accepted are tokens of the issuer and audience of the settings, signed with one of `ALGORITHMS` by a key that the issuer
names, within their time and `LEEWAY` seconds aside. The keys are fetched again where a token names an unknown one, once
in `REFETCH` at most, and hourly. What stands in a token's header about where keys are is not looked at.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.decider import Refused
from domain.event import value

ALGORITHMS = ("RS256", "PS256", "ES256")
ACCESS_TOKEN = frozenset({"at+jwt", "application/at+jwt"})
"""Types of tokens that are access tokens: an ID token is for the program that asked for it, not for us."""

LEEWAY = 60
MOST_LETTERS = 8192
MOST_BYTES = 256 * 1024
PATIENCE_SECONDS = 5.0
REFETCH = timedelta(minutes=1)
FRESH, USABLE = timedelta(hours=1), timedelta(hours=24)
"""Keys older than the first are fetched again; where the issuer is away they are used until the second."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

log = logging.getLogger(__name__)


@value
class BearerClaims:
    """What a token that was accepted says: whose it is, how they proved themselves, and its id."""

    subject: str
    methods: tuple[str, ...]
    acr: str | None
    token_id: str | None


class Issuer:
    """An issuer and its keys. Threads share it."""

    def __init__(self, issuer: str, audience: str) -> None:
        """Refused `issuer-insecure` unless the issuer's address is https, or on this machine."""
        require_secure(issuer)
        self.issuer = issuer
        self.audience = audience
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None

    def claims_of(self, token: str, now: datetime) -> BearerClaims:
        """Return what a token says. Refused `token-refused` if it is not acceptable, `issuer-away`."""
        try:
            return self._verified(token, now)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            log.info("a bearer token was refused: %s", type(error).__name__)
            raise Refused("token-refused") from None

    def _verified(self, token: str, now: datetime) -> BearerClaims:
        if len(token) > MOST_LETTERS:
            raise ValueError
        header = jws.extract_compact(token.encode()).headers()
        if header["alg"] not in ALGORITHMS or str(header.get("typ", "")).lower() not in ACCESS_TOKEN:
            raise ValueError
        keys = self._keys_with(str(header["kid"]), now)
        claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(claims)
        methods = claims.get("amr", [])
        if not isinstance(claims["sub"], str) or not isinstance(methods, list):
            raise TypeError
        acr, token_id = claims.get("acr"), claims.get("jti")
        return BearerClaims(
            subject=claims["sub"],
            methods=tuple(str(each) for each in methods),
            acr=acr if isinstance(acr, str) else None,
            token_id=token_id if isinstance(token_id, str) else None,
        )

    def _keys_with(self, kid: str, now: datetime) -> KeySet:
        """Return the issuer's keys, fetched again if they are old or the named one is not among them."""
        with self._lock:
            keys, at = self._keys, self._fetched_at
            known = keys is not None and any(each.kid == kid for each in keys)
            fresh = at is not None and now - at < FRESH
            rested = self._tried_at is None or now - self._tried_at >= REFETCH
            if not (known and fresh) and rested:
                self._tried_at = now
                try:
                    self._keys, self._fetched_at = self._fetched(), now
                except (httpx.HTTPError, msgspec.MsgspecError, JoseError, ValueError, KeyError, TypeError) as error:
                    log.warning("the keys of the token issuer cannot be fetched: %s", type(error).__name__)
            if self._keys is None or self._fetched_at is None or now - self._fetched_at >= USABLE:
                raise Refused("issuer-away")
            return self._keys

    def _fetched(self) -> KeySet:
        with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False, follow_redirects=False) as client:
            described = fetched_json(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if described["issuer"] != self.issuer:
                raise ValueError("the issuer names itself otherwise")
            address = str(described["jwks_uri"])
            require_secure(address)
            published = fetched_json(client, address)
        signing = [each for each in published["keys"] if each.get("use", "sig") == "sig" and each.get("kty") != "oct"]
        return KeySet.import_key_set({"keys": signing})


def fetched_json(client: httpx.Client, address: str) -> Mapping[str, Any]:
    """Return the JSON object at an address; ValueError if it is none or is large."""
    with client.stream("GET", address, headers={"Accept": "application/json"}) as answer:
        answer.raise_for_status()
        body = b""
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ValueError("the answer is too large")
    return msgspec.json.decode(body, type=dict[str, Any])


def require_secure(address: str) -> None:
    """Refuse an address that is neither https nor on this machine: `issuer-insecure`."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise Refused("issuer-insecure") from None
    if url.scheme != "https" and not (url.scheme == "http" and url.host in LOOPBACK):
        raise Refused("issuer-insecure")

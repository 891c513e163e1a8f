"""One request to a routing server: the body of its answer within a time limit, or the rule by which there is none.

The client tries twice where the server was away or failed. It follows no redirection and takes no proxy and no password
from the environment.
"""

import logging
from dataclasses import dataclass, field
from functools import cache
from ssl import SSLContext
from time import monotonic, sleep

import httpx

from infra.travel.fallback import TravelSourceError

TRIES = 2
PAUSE_SECONDS = 0.2

MAX_BYTES = 8 * 2**20

OK, SERVERS_FAULT = 200, 500

RETRIED = {"travel-server-away", "travel-server-failed"}
"""Rules after which the client tries once more; a silent server would be silent for as long again."""

HEADERS = {"User-Agent": "jiayi", "Accept": "application/json", "Accept-Encoding": "identity"}

# Their messages name whole addresses, with places.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class ServerRequest:
    """An address below a server's, the parameters of its query, and a JSON body to POST, or None to GET."""

    path: str
    parameters: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def fetch(address: str, request: ServerRequest, patience: float) -> bytes:
    """Return the body of the answer. TravelSourceError by one of the rules of a server; no error names the address."""
    for attempt in range(1, TRIES + 1):
        try:
            return _fetch_once(address, request, patience)
        except TravelSourceError as error:
            if attempt == TRIES or error.rule not in RETRIED:
                raise
        sleep(PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")


def _fetch_once(address: str, request: ServerRequest, patience: float) -> bytes:
    deadline = monotonic() + patience
    headers = {**HEADERS, **request.headers}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    try:
        with (
            httpx.Client(verify=_certificates(), timeout=patience, trust_env=False) as client,
            client.stream(
                "GET" if request.body is None else "POST",
                address + request.path,
                params=request.parameters or None,
                content=request.body,
                headers=headers,
            ) as response,
        ):
            if response.status_code != OK:
                failed = response.status_code >= SERVERS_FAULT
                raise TravelSourceError("travel-server-failed" if failed else "travel-server-refuses")
            return _whole_body(response, deadline)
    except httpx.TimeoutException:
        raise TravelSourceError("travel-server-silent") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise TravelSourceError("travel-server-away") from None


def _whole_body(response: httpx.Response, deadline: float) -> bytes:
    """Read an answer to its end. TravelSourceError if that takes too long, or is too much."""
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > MAX_BYTES:
            raise TravelSourceError("travel-server-nonsense")
        if monotonic() > deadline:
            raise TravelSourceError("travel-server-silent")
    return bytes(body)


@cache
def _certificates() -> SSLContext:
    """Load the authorities once: that takes 50 ms."""
    return httpx.create_ssl_context(trust_env=False)

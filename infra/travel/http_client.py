"""How routingpy asks here: one answer within so many seconds, read to its end, or the rule by which there is none.

Its own client waits a minute for each read, retries at random and warns on standard error. Ours tries twice where
nobody was there or the server failed, follows no redirection, and takes no proxy and no password from its surroundings.
"""

import json
from time import monotonic, sleep
from typing import Any

import requests
from routingpy import ORS, OSRM, Valhalla
from routingpy.client_base import BaseClient
from urllib3.exceptions import HTTPError

from infra.travel.fallback import Unanswered

TRIES = 2
PAUSE_SECONDS = 0.2

MOST_BYTES = 8 * 2**20
AT_ONCE = 65536

OK, SERVERS_FAULT = 200, 500

AGAIN = {"travel-server-away", "travel-server-failed"}
"""After these the server is asked once more; who is silent would be silent for as long again."""

ROUTERS = {"osrm": OSRM, "valhalla": Valhalla, "ors": ORS}


def routers(kind: str, address: str, key: str | None, patience: float) -> Any:
    """Return routingpy's router of a kind at an address."""
    more = {"api_key": key or ""} if kind == "ors" else {}
    return ROUTERS[kind](base_url=address, timeout=patience, client=OneAnswer, **more)


class OneAnswer(BaseClient):  # type: ignore[misc]  # routingpy has no types
    """Answers a request with a JSON object, or not at all."""

    def _request(
        self,
        url: str,
        get_params: dict[str, Any] | None = None,
        post_params: dict[str, Any] | None = None,
        dry_run: bool | None = None,  # noqa: ARG002 -- routingpy's signature
    ) -> dict[str, Any]:
        """Return the answer. Unanswered by one of the rules of a server; no error names the address."""
        address = self.base_url + self._generate_auth_url(url, get_params or {})
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(address, post_params)
            except Unanswered as failure:
                if attempt == TRIES or failure.rule not in AGAIN:
                    raise
            sleep(PAUSE_SECONDS)
        raise AssertionError("the last try returns or raises")

    def _once(self, address: str, post_params: dict[str, Any] | None) -> dict[str, Any]:
        ends = monotonic() + self.timeout
        headers = {**self.headers, **self.kwargs.get("headers", {}), "Accept-Encoding": "identity"}
        with requests.Session() as session:
            session.trust_env = False
            try:
                with session.request(
                    "GET" if post_params is None else "POST",
                    address,
                    json=post_params,
                    headers=headers,
                    timeout=self.timeout,
                    stream=True,
                    allow_redirects=False,
                ) as response:
                    if response.status_code != OK:
                        failed = response.status_code >= SERVERS_FAULT
                        raise Unanswered("travel-server-failed" if failed else "travel-server-refuses")
                    body = whole(response, ends)
            except requests.Timeout:
                raise Unanswered("travel-server-silent") from None
            except (requests.RequestException, HTTPError, OSError):
                raise Unanswered("travel-server-away") from None
        return an_object(body)


def whole(response: requests.Response, ends: float) -> bytes:
    """Read an answer to its end. Unanswered if that takes too long, or is too much."""
    body = bytearray()
    while part := response.raw.read1(AT_ONCE):
        body += part
        if len(body) > MOST_BYTES:
            raise Unanswered("travel-server-nonsense")
        if monotonic() > ends:
            raise Unanswered("travel-server-silent")
    return bytes(body)


def an_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of an answer."""
    try:
        told = json.loads(body)
    except ValueError:
        raise Unanswered("travel-server-nonsense") from None
    if not isinstance(told, dict):
        raise Unanswered("travel-server-nonsense")
    return told

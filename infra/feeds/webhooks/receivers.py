"""Sending to an address that somebody chose: never into our own network, never on to another address.

The name is looked up, each of its addresses is checked, and the connection goes to an address that was checked: a name
that is another place a moment later (DNS rebinding) leads nowhere.
"""

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 10.0

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv6 behind which stands one of IPv4."""

Resolve = Callable[[str, int], list[str]]
"""Returns the addresses of a host; OSError if it has none."""


class UnreachableReceiver(Exception):  # noqa: N818 -- a state of the world, not a fault
    """A receiver that did not take a message. `goes_on`: the next message may be taken all the same."""

    def __init__(self, reason: str, *, goes_on: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.goes_on = goes_on


class Sends(Protocol):
    """Sends one message."""

    def send(self, address: str, body: bytes, headers: dict[str, str]) -> None:
        """Deliver; UnreachableReceiver."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host."""
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in places))


def is_public(address: str) -> bool:
    """Say whether an address lies outside private, loopback, link-local, shared and reserved networks."""
    parsed: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is None and parsed in NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            parsed = inner
    return parsed.is_global and not parsed.is_multicast


@dataclass(slots=True)
class HttpSender:
    """Sends over HTTP. `hosts` may lie in our own network, and need no https."""

    hosts: Collection[str] = ()
    resolve: Resolve = look_up
    client: "httpx.Client | None" = None

    def send(self, address: str, body: bytes, headers: dict[str, str]) -> None:
        """Deliver one message. UnreachableReceiver: it was not taken, or the address is forbidden."""
        import httpx  # noqa: PLC0415 -- loaded where something is sent

        url = httpx.URL(address)
        checked = self.checked_address(address)
        if self.client is None:
            self.client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        request = self.client.build_request(
            "POST",
            url.copy_with(host=checked),
            content=body,
            headers={**headers, "host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.raw_host.decode("ascii")},  # the certificate is that of the name
        )
        try:
            answer = self.client.send(request, stream=True)  # what it says is not read: only whether it took it
            answer.close()
        except httpx.HTTPError as error:
            raise UnreachableReceiver(type(error).__name__) from error
        if not answer.is_success:
            goes_on = 400 <= answer.status_code < 500 and answer.status_code != 429
            raise UnreachableReceiver(f"HTTP {answer.status_code}", goes_on=goes_on)

    def checked_address(self, address: str) -> str:
        """Return an address to which a message may go. UnreachableReceiver if one of the name's is forbidden."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        if host in self.hosts:
            return self._addresses(host, parts.port or 80)[0]
        if parts.scheme != "https":
            raise UnreachableReceiver("https-needed")
        addresses = self._addresses(host, parts.port or 443)
        if not all(map(is_public, addresses)):
            raise UnreachableReceiver("address-private")
        return addresses[0]

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise UnreachableReceiver("name-unknown") from error
        if not addresses:
            raise UnreachableReceiver("name-unknown")
        return addresses

    def close(self) -> None:
        """Close the connections."""
        if self.client is not None:
            self.client.close()

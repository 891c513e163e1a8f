"""A served community: the application over a data folder, on a real port, with one account for each role.

Until accounts can sign in, `Bearer NAME` signs the account of that name in: `AccountsOfTests` stands for the sessions.
"""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
from starlette.requests import Request

from infra.access.accounts import Access
from infra.access.principal import Grant, Principal, Role
from infra.http.app import app_of
from infra.http.served import Authenticate, ServedSystem
from infra.http.server.draining import DrainingServer, server_config
from infra.system import System
from tests.small_town import centre, run_commands, signed, town

TEAM = Grant(role="leader", scope="team", scope_id="east")

PRINCIPALS = {
    each.account_id: each
    for each in (
        Principal(account_id="leader", grants=(TEAM,), member_id="gp-1", methods=("pwd", "otp")),
        Principal(
            account_id="member",
            grants=(Grant(role="member", scope="team", scope_id="east"),),
            member_id="nurse-1",
            methods=("pwd", "otp"),
        ),
        Principal(
            account_id="clerk",
            grants=(Grant(role="clerk", scope="institution", scope_id="centre"),),
            methods=("pwd", "otp"),
        ),
        Principal(account_id="auditor", grants=(Grant(role="auditor"),), methods=("pwd", "otp")),
        Principal(account_id="operator", grants=(Grant(role="operator"),), methods=("pwd", "otp")),
        Principal(account_id="administrator", grants=(Grant(role="administrator"),), methods=("pwd", "otp")),
        Principal(account_id="resident", grants=(Grant(role="resident"),), resident_id="li", methods=("pwd", "otp")),
        Principal(
            account_id="hospital", grants=(Grant(role="hospital"),), hospital_id="hospital", methods=("pwd", "otp")
        ),
        Principal(account_id="service", grants=(Grant(role="service"),), methods=("pwd",)),
    )
}
"""One account for each role."""

CITY = Principal(account_id="city", grants=tuple(Grant(role=each) for each in get_args(Role)), methods=("pwd", "otp"))
"""An account that holds every role everywhere: for tests that are not about roles."""


def by_name(request: Request) -> Principal | None:
    """Return the account whose name stands in the header."""
    scheme, _, name = request.headers.get("authorization", "").partition(" ")
    return {**PRINCIPALS, CITY.account_id: CITY}.get(name) if scheme == "Bearer" else None


@dataclass(frozen=True)
class Served:
    """A served system and clients for it."""

    system: System
    address: str
    client: httpx.Client

    def get(self, path: str, account: str | None = "leader", **more: Any) -> httpx.Response:
        return self.client.get(path, headers=_headers(account, more.pop("headers", None)), **more)

    def post(self, path: str, content: object = None, account: str | None = "leader", **more: Any) -> httpx.Response:
        headers = _headers(account, more.pop("headers", None))
        if isinstance(content, bytes):
            return self.client.post(path, content=content, headers=headers, **more)
        return self.client.post(path, json=content, headers=headers, **more)

    def events(self) -> int:
        return self.system.store.last_position()


def _headers(account: str | None, more: Mapping[str, str] | None) -> dict[str, str]:
    return {**({"Authorization": f"Bearer {account}"} if account else {}), **(more or {})}


@contextmanager
def served(folder: Path, authenticate: Authenticate = by_name) -> Iterator[Served]:
    """Serve a small town: a centre, a hospital, the team `east` and the resident `li`, who signed with it."""
    with town(folder) as system:
        run_commands(system, *centre(), *signed())
        with serving(system, authenticate) as address, httpx.Client(base_url=address, timeout=20) as client:
            yield Served(system, address, client)


@contextmanager
def serving(system: System, authenticate: Authenticate = by_name, access: Access | None = None) -> Iterator[str]:
    """Serve a system on a free port of this machine, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        shared = ServedSystem(system, authenticate, access)
        server = DrainingServer(server_config(app_of(shared)), shared.feed.close)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
        assert not thread.is_alive()

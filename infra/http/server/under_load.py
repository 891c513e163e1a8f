"""The process under load: the API over a data folder, or a bare endpoint of the same server.

Everybody is one account that may do all: what is measured is the API, with roles and reads on record, without sign-in.
As a program: `python -m infra.http.server.under_load FOLDER`, or without a folder for the bare endpoint.
"""

import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.access.principal import Grant, Principal, Role
from infra.http.app import app_of
from infra.http.served import ServedSystem
from infra.http.server.draining import DrainingServer, server_config
from infra.http.server.serve import embedded_planner
from infra.planning.solver_pool import keep_pool
from infra.settings import Settings
from infra.wiring import Embedded

EVERYBODY = Principal(account_id="bench", grants=tuple(Grant(role=each) for each in get_args(Role)))
ANSWER = b'{"answer": "' + b"x" * 400 + b'"}'


def serve(folder: Path | None) -> None:
    """Serve until the process is stopped; the port is written to standard output."""
    with ExitStack() as held:
        listening = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        if folder is None:
            server = DrainingServer(server_config(_bare()), lambda: None)
        else:
            system = held.enter_context(Embedded(Settings(data=folder)))
            served = ServedSystem(system, lambda _: EVERYBODY)
            held.enter_context(keep_pool())
            held.enter_context(embedded_planner(system, threading.Event()))
            server = DrainingServer(server_config(app_of(served)), served.feed.close)
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        server.run([listening])


def _bare() -> Starlette:
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(ANSWER, media_type="application/json")

    return Starlette(routes=[Route("/{anything:path}", answer, methods=["GET", "POST"])])


if __name__ == "__main__":
    serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

"""A server that drains: live lines are closed first, then requests under way end, then the process does."""

import logging
import socket
from collections.abc import Callable

import uvicorn

DRAIN_SECONDS = 30
"""Requests under way may take so long when the server stops."""

KEEP_ALIVE_SECONDS = 20

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: those with forward secrecy and authenticated encryption. Those of TLS 1.3 all are such."""


class DrainingServer(uvicorn.Server):
    """A uvicorn server that calls `on_stop` before it waits for connections, which open live lines would never end."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the live lines, then stop as uvicorn does."""
        self._on_stop()
        await super().shutdown(sockets)


def server_config(app: object, *, certificate: str | None = None, key: str | None = None) -> uvicorn.Config:
    """Return how Jiayi is served: the guard has the access log, since the server's own would name paths."""
    logging.getLogger("uvicorn.access").disabled = True
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        ssl_ciphers=CIPHERS,
    )

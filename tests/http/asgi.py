"""Requests to an application in this process, without a socket."""

import asyncio

import httpx
from starlette.types import ASGIApp


def get(app: ASGIApp, path: str, **headers: str) -> httpx.Response:
    """Return the answer to a GET; the names of headers are written with `_` for `-`."""

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://jiayi") as client:
            return await client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})

    return asyncio.run(ask())

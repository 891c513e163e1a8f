"""Load: requests at their times whatever the answers take, over kept connections; and live lines that listen."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

CONNECTIONS = 32

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Sending:
    """A request as it goes over the line, and its kind."""

    kind: str
    wire: bytes


def request(kind: str, method: str, path: str, body: bytes = b"", *more: str) -> Sending:
    """Return a request of HTTP/1.1."""
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", *more]
    if body:
        head.append("Content-Type: application/json")
    return Sending(kind, "\r\n".join([*head, "", ""]).encode() + body)


async def send_at_rate(
    port: int, make: Callable[[int], Sending], rate: float, seconds: float
) -> dict[str, list[float]]:
    """Send requests at a rate; return the milliseconds from when each was due to its whole answer, by kind.

    An answer that is no success raises: a figure of refusals says nothing.
    """
    free: asyncio.Queue[Connection] = asyncio.Queue()  # each is used in turn, so that none is idle until it is closed
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    took: dict[str, list[float]] = {}
    began = time.perf_counter() + 0.1

    async def one(number: int) -> None:
        due = began + number / rate
        await asyncio.sleep(due - time.perf_counter())
        sending = make(number)
        connection = await free.get()
        status, body = await exchange(connection, sending.wire)
        free.put_nowait(connection)
        if status not in {200, 304}:
            raise RuntimeError(f"{sending.kind}: {status} {body[:300]!r}")
        took.setdefault(sending.kind, []).append(1000 * (time.perf_counter() - due))

    await asyncio.gather(*(one(number) for number in range(int(rate * seconds))))
    await close([free.get_nowait() for _ in range(CONNECTIONS)])
    return took


async def close(connections: Sequence[Connection]) -> None:
    """Close connections."""
    for _, writer in connections:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def exchange(connection: Connection, wire: bytes) -> tuple[int, bytes]:
    """Send a request and return the status and the body of its answer."""
    reader, writer = connection
    writer.write(wire)
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return status, await reader.readexactly(length)


async def listen(port: int, lines: int) -> list[Connection]:
    """Open live lines."""
    wire = request("live", "GET", "/api/live").wire
    opened: list[Connection] = []
    for _ in range(lines):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(wire)
        await reader.readuntil(b"retry: 1000\n\n")
        opened.append((reader, writer))
    return opened


async def hear(port: int, lines: Sequence[Connection], makes: Sequence[Sending], pause: float) -> list[float]:
    """Record something again and again; return the milliseconds from sending it to hearing of it, of every line."""
    sender = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    for sending in makes:
        began = time.perf_counter()

        async def heard(connection: Connection, began: float = began) -> None:
            await connection[0].readuntil(b"event: recorded")
            await connection[0].readuntil(b"\n\n")
            took.append(1000 * (time.perf_counter() - began))

        listening = [asyncio.ensure_future(heard(each)) for each in lines]
        status, body = await exchange(sender, sending.wire)
        if status != 200:
            raise RuntimeError(f"{status} {body[:300]!r}")
        await asyncio.gather(*listening)
        await asyncio.sleep(pause)
    await close([sender])
    return took

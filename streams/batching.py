"""Batches messages: while one batch is written the next one fills, so no message waits for a clock."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def batched(source: AsyncIterable[T], most: int, within: float) -> AsyncGenerator[list[T], None]:
    """Yield up to `most` at a time, as soon as the first of them has waited for so many seconds.

    Messages that waited longer, while the batch before was written, go at once. Ends as the source does.
    """
    held: deque[tuple[float, T]] = deque()
    there, room = asyncio.Event(), asyncio.Event()
    clock = asyncio.get_running_loop().time

    async def gather() -> None:
        try:
            async for each in source:
                while len(held) >= most:
                    room.clear()
                    await room.wait()
                held.append((clock(), each))
                there.set()
        finally:
            there.set()

    gathering = asyncio.create_task(gather())
    try:
        while held or not gathering.done():
            await there.wait()
            there.clear()
            if held and (left := held[0][0] + within - clock()) > 0:
                await asyncio.sleep(left)
            if held:
                batch = [each for _, each in held]
                held.clear()
                room.set()
                yield batch
        await gathering
    finally:
        gathering.cancel()
        with suppress(asyncio.CancelledError):
            await gathering

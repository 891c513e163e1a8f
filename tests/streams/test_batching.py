"""Batches fill while the one before is written, whole and in order, whatever the source does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from streams.batching import batched


async def numbers(upto: int) -> AsyncIterator[int]:
    for number in range(upto):
        yield number
        await asyncio.sleep(0)


async def batches_of(source: AsyncIterator[int], most: int, turns: int = 100) -> list[list[int]]:
    """Return the batches if writing each takes so many turns of the loop."""
    batches = []
    async with aclosing(batched(source, most, within=0.0)) as arriving:
        async for batch in arriving:
            batches.append(batch)
            for _ in range(turns):
                await asyncio.sleep(0)
    return batches


def test_what_comes_while_a_batch_is_written_is_the_next_one_and_no_larger_than_allowed() -> None:
    batches = asyncio.run(batches_of(numbers(20), most=8))
    assert [number for batch in batches for number in batch] == list(range(20))
    assert len(batches[0]) < 8
    assert batches[1] == list(range(batches[1][0], batches[1][0] + 8))


def test_a_source_that_has_nothing_gives_no_batch() -> None:
    assert asyncio.run(batches_of(numbers(0), most=8)) == []


def test_what_came_before_a_source_broke_is_given_and_then_it_is_told() -> None:
    async def breaks() -> AsyncIterator[int]:
        yield 1
        raise OSError("gone")

    async def run() -> None:
        batches = batched(breaks(), 8, within=0.0)
        assert await anext(batches) == [1]
        with pytest.raises(OSError, match="gone"):
            await anext(batches)

    asyncio.run(run())


def test_whoever_stops_reading_stops_the_source() -> None:
    ended = []

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
                await asyncio.sleep(0)
        finally:
            ended.append(True)

    async def run() -> None:
        async with aclosing(batched(endless(), 8, within=0.0)) as batches:
            async for _ in batches:
                break

    asyncio.run(run())
    assert ended == [True]

"""Parts that begin at the same moment on an empty database do not get into each other's way."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from infra.distributed.relay_progress import PostgresRelayProgress
from infra.rows.postgres import PostgresRows
from infra.store.postgres import PostgresStore

ROUNDS = 10


def test_whoever_comes_first_makes_the_schema_and_the_others_find_it(database_url: str) -> None:
    def store(schema: str) -> None:
        PostgresStore(database_url, schema=schema).close()

    def rows(schema: str) -> None:
        PostgresRows(database_url, schema=f"{schema}_rows", store_schema=schema).close()

    def relay(schema: str) -> None:
        asyncio.run(led(PostgresRelayProgress(database_url, schema)))

    with ThreadPoolExecutor(4) as pool:
        for number in range(ROUNDS):
            together = threading.Barrier(4)

            def begin(open_: Callable[[str], None], schema: str, together: threading.Barrier = together) -> None:
                together.wait()
                open_(schema)

            for begun in [pool.submit(begin, each, f"town_{number}") for each in (store, relay, store, rows)]:
                begun.result()


async def led(relaying: PostgresRelayProgress) -> None:
    await relaying.take()
    await relaying.leave()

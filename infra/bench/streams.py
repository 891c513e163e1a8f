"""The streams beside their limits, over a real Kafka and PostgreSQL."""

import asyncio
from collections.abc import Sequence

from infra.bench import streams_catch_up, streams_live, streams_relay
from infra.bench.figures import Figure, beside
from infra.bench.servers import Servers, database
from infra.bench.streams_log import new_topic, simulated
from infra.store.postgres import PostgresStore
from infra.store.recorded import Recorded
from streams.topics import Topic

SINGLES = 4
"""One event a message is slow: so many times fewer are measured."""


def measure(servers: Servers, rounds: int, events: int, seconds: float) -> list[Figure]:
    """Measure the relay, projection in catch-up, and for so many seconds the way of single events to their rows."""
    log = simulated(events)
    with database(servers.database_url) as url, PostgresStore(url) as store:
        _fill(store, log)
        figures = [asyncio.run(streams_relay.measure(store, log, url, servers.bootstrap_servers, rounds))]
    envelopes = asyncio.run(_topic(servers, log, 100))
    found = streams_catch_up.measure(servers, envelopes, log, rounds, envelopes=True)
    figures.append(beside("projection-envelopes", found, "raw-loop", at_least=0.5, size=len(log)))
    few = log[: len(log) // SINGLES]
    singles = asyncio.run(_topic(servers, few, 1))
    found = streams_catch_up.measure(servers, singles, few, rounds, envelopes=False)
    figures.append(beside("projection-singles", found, "raw-loop", size=len(few)))
    return figures + streams_live.measure(servers, seconds)


def _fill(store: PostgresStore, log: Sequence[Recorded]) -> None:
    with store.writing() as transaction:
        for event in log:
            transaction.insert(event.stream, event.version, event.name, event.state, event.metadata_state)


async def _topic(servers: Servers, log: Sequence[Recorded], most: int) -> Topic:
    topic = await new_topic(servers.bootstrap_servers)
    await streams_relay.sent(log, servers.bootstrap_servers, topic, most)
    return topic

"""The streams beside their limits, over a real Kafka and PostgreSQL."""

import asyncio
from collections.abc import Callable, Sequence

from infra.bench.figures import Figure, beside
from infra.bench.servers import Servers, database
from infra.bench.streams import catch_up, live, relay
from infra.bench.streams.log import new_topic, simulated
from infra.store.postgres import PostgresStore
from infra.store.recorded import StoredEvent
from streams.envelope import MOST_EVENTS
from streams.topics import Topic

SINGLES = 4
"""One event a message is slow: so many times fewer are measured."""


Told = Callable[[str, int, int], None]


def measure(servers: Servers, rounds: int, events: int, seconds: float, told: Told) -> list[Figure]:
    """Measure the relay, projection in catch-up, and for so many seconds the way of single events to their rows."""
    told("measuring", 0, 5)
    log = simulated(events)
    told("measuring", 1, 5)
    with database(servers.database_url) as url, PostgresStore(url) as store:
        _fill(store, log)
        figures = [asyncio.run(relay.measure(store, log, url, servers.bootstrap_servers, rounds))]
    told("measuring", 2, 5)
    envelopes = asyncio.run(_topic(servers, log, MOST_EVENTS))
    found = catch_up.measure(servers, envelopes, log, rounds, envelopes=True)
    figures.append(beside("projection-envelopes", found, "raw-loop", at_least=0.5, size=len(log)))
    told("measuring", 3, 5)
    few = log[: len(log) // SINGLES]
    singles = asyncio.run(_topic(servers, few, 1))
    found = catch_up.measure(servers, singles, few, rounds, envelopes=False)
    figures.append(beside("projection-singles", found, "raw-loop", size=len(few)))
    told("measuring", 4, 5)
    return figures + live.measure(servers, seconds)


def _fill(store: PostgresStore, log: Sequence[StoredEvent]) -> None:
    with store.writing() as transaction:
        for event in log:
            transaction.insert(event.stream, event.version, event.name, event.state, event.metadata_state)


async def _topic(servers: Servers, log: Sequence[StoredEvent], most: int) -> Topic:
    topic = await new_topic(servers.bootstrap_servers)
    await relay.sent(log, servers.bootstrap_servers, topic, most)
    return topic

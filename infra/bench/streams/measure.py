"""The streams and their limits, over a real Kafka and PostgreSQL."""

import asyncio
from collections.abc import Sequence

from infra.bench.figures import Figure, compared
from infra.bench.servers import Servers, database
from infra.bench.store.residents import with_key
from infra.bench.streams import catch_up, live, relay
from infra.bench.streams.log import new_topic, simulated
from infra.simulate.town import OnProgress
from infra.store.postgres import PostgresStore
from infra.store.recorded import StoredEvent
from streams.envelope import MOST_EVENTS
from streams.topics import Topic

SINGLES = 4
"""Messages of one event are slow: this many times fewer are measured."""


def measure(servers: Servers, rounds: int, events: int, seconds: float, on_progress: OnProgress) -> list[Figure]:
    """Measure the relay, catch-up, and for this many seconds the time from single events to their rows."""
    on_progress("measuring", 0, 5)
    log = simulated(events)
    on_progress("measuring", 1, 5)
    with database(servers.database_url) as url, with_key(PostgresStore(url)) as store:
        _fill(store, log)
        figures = [asyncio.run(relay.measure(store, log, url, servers.bootstrap_servers, rounds))]
    on_progress("measuring", 2, 5)
    envelopes = asyncio.run(_topic(servers, log, MOST_EVENTS))
    rates = catch_up.measure(servers, envelopes, log, rounds, envelopes=True)
    figures.append(compared("projection-envelopes", rates, "raw-loop", at_least=0.5, size=len(log)))
    on_progress("measuring", 3, 5)
    few = log[: len(log) // SINGLES]
    singles = asyncio.run(_topic(servers, few, 1))
    rates = catch_up.measure(servers, singles, few, rounds, envelopes=False)
    figures.append(compared("projection-singles", rates, "raw-loop", size=len(few)))
    on_progress("measuring", 4, 5)
    return figures + live.measure(servers, seconds)


def _fill(store: PostgresStore, log: Sequence[StoredEvent]) -> None:
    with store.writing() as transaction:
        for event in log:
            transaction.insert(event.stream, event.version, event.name, event.state, event.metadata_state)


async def _topic(servers: Servers, log: Sequence[StoredEvent], most: int) -> Topic:
    topic = await new_topic(servers.bootstrap_servers)
    await relay.sent(log, servers.bootstrap_servers, topic, most)
    return topic

"""The relay compared with a producer that sends the same prepared messages from memory."""

import asyncio
import time
from collections.abc import Sequence

from infra.bench.figures import Figure, compared
from infra.bench.streams.log import new_topic, packed
from infra.distributed.relay_progress import PostgresRelayProgress, RetryableLog
from infra.store.postgres import PostgresStore
from infra.store.recorded import StoredEvent
from streams.envelope import MOST_EVENTS
from streams.ports import RelayState
from streams.relay import Relay, TopicWriter
from streams.topics import Topic


class StoppingRelayProgress(PostgresRelayProgress):
    """Stops the relay once it has stored that everything is sent."""

    def __init__(self, url: str, schema: str, last: int) -> None:
        super().__init__(url, schema)
        self.last = last
        self.relay: Relay | None = None

    async def write(self, sent: RelayState) -> None:
        """Store the relay's progress."""
        await super().write(sent)
        if sent.position >= self.last and self.relay is not None:
            self.relay.stop()


async def relayed(store: PostgresStore, url: str, bootstrap_servers: str, topic: Topic) -> float:
    """Relay a whole store into a topic; return the seconds."""
    progress = StoppingRelayProgress(url, f"relay_{topic.name}", store.last_position())
    progress.relay = Relay(RetryableLog(store), progress, progress, bootstrap_servers=bootstrap_servers, topic=topic)
    began = time.perf_counter()
    await progress.relay.run()
    return time.perf_counter() - began


async def sent(log: Sequence[StoredEvent], bootstrap_servers: str, topic: Topic, most: int = MOST_EVENTS) -> float:
    """Send a log as messages of up to `most` events; return the seconds."""
    out, never = TopicWriter(bootstrap_servers, topic), asyncio.Event()
    runs = packed(log, most)
    began = time.perf_counter()
    try:
        for run in runs:
            await out.send(run, never)
        return time.perf_counter() - began
    finally:
        await out.close()


async def measure(
    store: PostgresStore, log: Sequence[StoredEvent], url: str, bootstrap_servers: str, rounds: int
) -> Figure:
    """Relay the store, which holds this log, and send the same messages, in turn."""
    rates = []
    for _ in range(rounds):
        ours = await relayed(store, url, bootstrap_servers, await new_topic(bootstrap_servers))
        plain = await sent(log, bootstrap_servers, await new_topic(bootstrap_servers))
        rates.append((len(log) / ours, len(log) / plain))
    return compared("relay-throughput", rates, "plain-producer", size=len(log))

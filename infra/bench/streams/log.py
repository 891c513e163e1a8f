"""The log of a simulated community, and topics for it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from infra.settings import Settings
from infra.simulate import simulate
from infra.store.recorded import StoredEvent
from infra.wiring import open_system
from streams.envelope import Message, pack, partition_batches
from streams.relay import CHUNK
from streams.topics import Topic, create_topic, partition_of

PARTITIONS = 8
DAYS = 5
EVENTS_OF_A_TEAM = 4000
"""A team has at least this many events in these days."""


def simulated(events: int) -> list[StoredEvent]:
    """Return the first events of a community's log."""
    with tempfile.TemporaryDirectory() as folder, open_system(Settings(data=Path(folder))) as system:
        simulate(system, -(-events // EVENTS_OF_A_TEAM), DAYS, seed=1)
        return system.store.select_notifications(1, events)


async def new_topic(bootstrap_servers: str) -> Topic:
    """Create a new topic."""
    topic = Topic(name=f"bench-{uuid4().hex[:12]}", partitions=PARTITIONS)
    await create_topic(bootstrap_servers, topic)
    return topic


def packed(log: Sequence[StoredEvent], most: int) -> list[list[Message]]:
    """Return the log as messages of up to `most` events, in runs as the relay sends them."""
    ends: dict[int, int] = {}
    runs = []
    for first in range(0, len(log), CHUNK):
        run = list(partition_batches(log[first : first + CHUNK], PARTITIONS, ends, most))
        ends |= {batch.partition: batch.position for batch in run}
        runs.append([pack(batch) for batch in run])
    return runs


def positions_of(log: Sequence[StoredEvent]) -> dict[int, list[int]]:
    """Return the positions of events by their partition."""
    positions: dict[int, list[int]] = {}
    for event in log:
        positions.setdefault(partition_of(event.stream, PARTITIONS), []).append(event.position)
    return positions

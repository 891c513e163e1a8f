"""Events as Kafka holds them: reads the whole topic in the order of the log and moves no consumer group's offsets."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable

from infra.cli.log.results import EventRecord
from infra.cli.session import Session
from infra.edges.problems import UsageError
from infra.reactions import as_stored
from infra.store.recorded import StoredEvent
from streams.events import TransportedEvent
from streams.topic_reader import TopicReader, open_topic
from streams.topics import TopicError

NEWEST = 20

Fits = Callable[[StoredEvent], bool]
"""Says whether an event is one of those that are asked for."""

AsRecord = Callable[[StoredEvent], EventRecord]


def tail_topic(
    session: Session,
    after: int | None,
    limit: int | None,
    fits: Fits,
    record: AsRecord,
    *,
    follow: bool,
) -> None:
    """Emit the newest events that are chosen, or those after a position. UsageError: no Kafka, or no topic."""
    _, servers = session.settings.addresses()
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # its messages say what the one line says

    async def run() -> None:
        async with open_topic(servers, session.settings.topic) as topic:
            async for event in _held(topic, after, limit, fits, to_the_end=follow):
                session.emit(record(as_stored(event)))
            if follow:
                async for event in topic.coming():
                    if event.position > (after or 0) and fits(as_stored(event)):
                        session.emit(record(as_stored(event)))

    try:
        asyncio.run(run())
    except TopicError as error:
        raise UsageError(error.rule, **error.values) from error


async def _held(
    topic: TopicReader, after: int | None, limit: int | None, fits: Fits, *, to_the_end: bool
) -> AsyncIterator[TransportedEvent]:
    """Yield the chosen events that the topic holds, the last of them at once; to the end if they are followed."""
    newest: deque[TransportedEvent] = deque(maxlen=limit or NEWEST)
    count = 0
    async for event in topic.held():
        if event.position <= (after or 0) or not fits(as_stored(event)):
            continue
        if after is None:
            newest.append(event)
        elif limit is None or count < limit:
            count += 1
            yield event
        elif not to_the_end:
            return
    for event in newest:
        yield event

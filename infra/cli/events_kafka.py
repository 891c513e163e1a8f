"""Events as Kafka holds them: the whole topic is read, in the order of the log, and nobody's place in it is moved."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping

import click

from infra.cli.problems import Unfit
from infra.cli.session import Session
from infra.distributed.reactions import as_recorded
from infra.store.recorded import Recorded
from streams.envelope import TransportedEvent
from streams.topic_reader import TopicReader, open_topic
from streams.topics import TopicError

NEWEST = 20

Chosen = Mapping[str, str | None]
"""Category, stream and stored name, where one is asked for."""

Line = Callable[[Recorded], str]


def tail_topic(
    session: Session,
    after: int | None,
    limit: int | None,
    chosen: Mapping[str, str | None],
    line: Line,
    *,
    follow: bool,
) -> None:
    """Print the newest events that are chosen, or those after a position. Unfit: Kafka is away, the topic missing."""
    _, servers = session.settings.addresses()
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it has to say, the one line says

    async def run() -> None:
        async with open_topic(servers, session.settings.topic) as topic:
            async for event in _held(topic, after, limit, chosen, to_the_end=follow):
                click.echo(line(as_recorded(event)))
            if follow:
                async for event in topic.coming():
                    if is_chosen(event, after or 0, chosen):
                        click.echo(line(as_recorded(event)))

    try:
        asyncio.run(run())
    except TopicError as error:
        raise Unfit(error.rule, **error.values) from error


async def _held(
    topic: TopicReader, after: int | None, limit: int | None, chosen: Chosen, *, to_the_end: bool
) -> AsyncIterator[TransportedEvent]:
    """Yield what is to be shown of what the topic holds; who goes on from its end reads to it."""
    newest: deque[TransportedEvent] = deque(maxlen=limit or NEWEST)
    count = 0
    async for event in topic.held():
        if not is_chosen(event, after or 0, chosen):
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


def is_chosen(event: TransportedEvent, after: int, chosen: Chosen) -> bool:
    """Tell whether an event is past a position, and of the category, stream and name that were asked for, if any."""
    category, stream, name = (chosen.get(each) for each in ("category", "stream", "name"))
    return (
        event.position > after
        and (category is None or event.stream.startswith(f"{category}-"))
        and stream in {None, event.stream}
        and name in {None, event.name}
    )

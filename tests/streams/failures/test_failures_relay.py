"""What the relay cannot mend ends it, and says why: a topic that is gone, an event that Kafka does not take."""

import asyncio

import pytest

from infra.dev.local import Services
from infra.store.recorded import StoredEvent
from streams.relay import EventTooLarge
from streams.topics import LARGEST_MESSAGE, TopicError, create_topic
from tests.projections.histories import history
from tests.streams.kafka_topics import delete_topic, take_messages_of
from tests.streams.logs import METADATA, GrowingLog, recorded
from tests.streams.test_relay import PATIENCE, Alone, a_topic, positions, relay, travelled, until

EVENTS = recorded(history(3, 20))
SENT = 40


def with_a_huge_one(position: int, size: int) -> list[StoredEvent]:
    """Return the log with one event that an older program has written."""
    events = list(EVENTS)
    old = events[position - 1]
    events[position - 1] = StoredEvent(position, old.stream, old.version, old.name, b"x" * size, METADATA)
    return events


@pytest.mark.parametrize("busy", [False, True], ids=["while nothing happens", "while events are sent"])
def test_a_topic_that_is_deleted_ends_the_relay_and_made_again_it_goes_on(services: Services, busy: bool) -> None:
    async def run() -> None:
        topic, progress, log = await a_topic(services), Alone(), GrowingLog(EVENTS, upto=SENT)
        task = asyncio.create_task(relay(services, log, progress, topic).run())
        await until(lambda: progress.sent.position == SENT, task)
        await delete_topic(services.bootstrap_servers, topic.name)
        log.upto += int(busy)
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(TopicError, match="topic-missing"):
                await task
        assert progress.sent.position == SENT

        await create_topic(services.bootstrap_servers, topic)
        log.upto = len(EVENTS)
        again = relay(services, log, progress, topic)
        task = asyncio.create_task(again.run())
        await until(lambda: progress.sent.position == len(EVENTS), task)
        again.stop()
        await task
        sent_batches = await travelled(services, topic)
        assert sorted(at for each in sent_batches for at in positions(each)) == list(range(SENT + 1, len(EVENTS) + 1))

    asyncio.run(run())


def test_an_event_that_kafka_does_not_take_ends_the_relay_before_it_and_a_wider_topic_takes_it(
    services: Services,
) -> None:
    async def run() -> None:
        huge = LARGEST_MESSAGE + 1
        topic, progress, log = await a_topic(services), Alone(), GrowingLog(with_a_huge_one(SENT + 1, huge), upto=SENT)
        task = asyncio.create_task(relay(services, log, progress, topic).run())
        await until(lambda: progress.sent.position == SENT, task)
        log.upto = len(EVENTS)
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(EventTooLarge, match=rf"the event at position {SENT + 1} makes a message of \d+ bytes"):
                await task
        assert progress.sent.position == SENT

        await take_messages_of(services.bootstrap_servers, topic.name, 2 * huge)
        again = relay(services, log, progress, topic)
        task = asyncio.create_task(again.run())
        await until(lambda: progress.sent.position == len(EVENTS), task)
        again.stop()
        await task
        sent_batches = await travelled(services, topic)
        assert {at for each in sent_batches for at in positions(each)} == {event.position for event in EVENTS}

    asyncio.run(run())

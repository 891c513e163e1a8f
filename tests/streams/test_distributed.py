"""Relay and projector as processes of their own, over the real Kafka and PostgreSQL: rows as without a broker."""

import asyncio
import random
import time
from pathlib import Path

from domain.institution import InstitutionOpened
from infra.rows.catch_up import catch_up
from infra.rows.postgres import PostgresRows
from infra.store.recorded import StoredEvent
from infra.store.sqlite import SqliteStore
from streams.exit_codes import BROKEN
from tests.projections.histories import history
from tests.streams.city import PARTITIONS, PATIENCE, City, rows_of, straight, until, written
from tests.streams.logs import GrowingLog, recorded


def test_rows_are_those_of_the_embedded_system_whoever_is_killed_and_whatever_is_sent_twice(
    city: City, tmp_path: Path
) -> None:
    luck = random.Random(7)
    events = recorded(history(5, 150))
    with SqliteStore(tmp_path / "events.db") as store:
        relay, projector = city.relay(tmp_path / "events.db"), city.projector()
        at, quarter = 0, len(events) // 4
        for goal in (quarter, 2 * quarter, 3 * quarter):
            dies_after = city.taken() + luck.randrange(1, 2 * quarter)  # the sum over four partitions
            give_up = time.monotonic() + PATIENCE
            while city.taken() < dies_after:
                assert time.monotonic() < give_up, "nothing is taken"
                assert relay.poll() is projector.poll() is None
                written(store, events[at : min(at + 40, goal)])
                at = min(at + 40, goal)
            projector.kill()
            projector.wait()
            projector = city.projector()
        relay.kill()
        relay.wait()
        written(store, events[at:])
        relay = city.relay(tmp_path / "events.db")
        until(lambda: city.settled(len(events)), relay, projector)

        with straight(store, tmp_path) as expected:
            assert sum(map(len, expected.values())) > 1000
            assert rows_of(city.url) == expected
            relay.terminate()
            assert relay.wait(PATIENCE) == 0

            city.send_all_again()
            relay = city.relay(tmp_path / "events.db")
            until(lambda: city.relayed() == len(events), relay, projector)
            until(lambda: asyncio.run(consumed(city)), relay, projector)
            assert rows_of(city.url) == expected
        assert city.ask("SELECT * FROM dead_letters") == []
        projector.terminate()
        assert projector.wait(PATIENCE) == 0


async def consumed(city: City) -> bool:
    """Say whether the projector's group has read and committed the whole topic."""
    from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
    from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

    servers = city.services.bootstrap_servers
    places = [TopicPartition(city.topic.name, number) for number in range(PARTITIONS)]
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        async with AIOKafkaConsumer(bootstrap_servers=servers) as consumer:
            ends = await consumer.end_offsets(places)
        committed = await admin.list_consumer_group_offsets(city.topic.name)
        return all(place in committed and committed[place].offset == ends[place] for place in places)
    finally:
        await admin.close()


def test_a_poison_event_and_a_row_that_cannot_be_written_wait_and_the_rest_goes_on(city: City, tmp_path: Path) -> None:
    events = recorded(history(6, 30))
    visits = [event for event in events if event.name == "visit.requested.v1"]
    broken = next(event for event in visits if sum(each.stream == event.stream for each in events) > 2)
    events[broken.position - 1] = StoredEvent(
        broken.position, broken.stream, broken.version, broken.name, b"{", broken.metadata_state
    )
    nul = InstitutionOpened(
        institution_id="nul", name="a\0b", kind="hospital", sector="public", tier=1, district="Futian"
    )
    (unwritable,) = recorded([("institution-nul", nul)])
    events.insert(200, unwritable)
    events = [
        StoredEvent(number, e.stream, e.version, e.name, e.state, e.metadata_state)
        for number, e in enumerate(events, 1)
    ]
    projector = city.projector()
    city.relay_here(GrowingLog(events))
    until(lambda: city.settled(len(events)), projector)

    letters = city.ask("SELECT projection, stream, version, reason FROM dead_letters ORDER BY position, projection")
    poison = [row for row in letters if row[3] == "poison"]
    assert {row[1:3] for row in poison} == {(broken.stream, 1), ("institution-nul", 1)}
    parked = [row for row in letters if row[3] == "parked"]
    assert {row[1] for row in parked} == {broken.stream}
    assert {row[2] for row in parked} == {e.version for e in events if e.stream == broken.stream} - {1}
    good = GrowingLog(recorded([(e.stream, e.event) for e in events if e.stream not in {row[1] for row in letters}]))
    with straight(good, tmp_path) as expected:
        assert rows_of(city.url) == expected


def test_a_projector_that_misses_events_ends_at_once_and_goes_on_behind_rows_made_from_the_store(
    city: City, tmp_path: Path
) -> None:
    """The topic begins in the middle of the log, as after a retention that was too short."""
    events = recorded(history(8, 8))
    city.relay_here(GrowingLog(events[:60]))
    city.take_another_topic()
    city.relay_here(GrowingLog(events))
    assert city.projector().wait(PATIENCE) == BROKEN
    assert city.taken() == 0
    with PostgresRows(city.url) as rows:
        catch_up(GrowingLog(events[:100]), rows)
    projector = city.projector()
    until(lambda: city.settled(len(events)), projector)
    with straight(GrowingLog(events), tmp_path) as expected:
        assert rows_of(city.url) == expected

"""Relay and projector as processes of their own, over the real Kafka and PostgreSQL: rows as without a broker."""

import asyncio
import random
import time
from pathlib import Path

from domain.institution import InstitutionOpened
from infra.rows.model import catch_up
from infra.rows.postgres import PostgresRows
from infra.store.recorded import StoredEvent
from infra.store.sqlite import SqliteStore
from streams.exit_codes import BROKEN
from tests.projections.histories import history
from tests.streams.logs import GrowingLog, recorded
from tests.streams.stream_workers import PARTITIONS, PATIENCE, StreamWorkers, rows_of, straight, until, written


def test_rows_are_those_of_the_embedded_system_whoever_is_killed_and_whatever_is_sent_twice(
    workers: StreamWorkers, tmp_path: Path
) -> None:
    luck = random.Random(7)
    events = recorded(history(5, 150))
    with SqliteStore(tmp_path / "events.db") as store:
        relay, projector = workers.relay(tmp_path / "events.db"), workers.projector()
        at, quarter = 0, len(events) // 4
        for goal in (quarter, 2 * quarter, 3 * quarter):
            dies_after = workers.taken() + luck.randrange(1, 2 * quarter)  # the sum over four partitions
            give_up = time.monotonic() + PATIENCE
            while workers.taken() < dies_after:
                assert time.monotonic() < give_up, "nothing is taken"
                assert relay.poll() is projector.poll() is None
                written(store, events[at : min(at + 40, goal)])
                at = min(at + 40, goal)
            projector.kill()
            projector.wait()
            projector = workers.projector()
        relay.kill()
        relay.wait()
        written(store, events[at:])
        relay = workers.relay(tmp_path / "events.db")
        until(lambda: workers.settled(len(events)), relay, projector)

        with straight(store, tmp_path) as expected:
            assert sum(map(len, expected.values())) > 1000
            assert rows_of(workers.url) == expected
            relay.terminate()
            assert relay.wait(PATIENCE) == 0

            workers.send_all_again()
            relay = workers.relay(tmp_path / "events.db")
            until(lambda: workers.relayed() == len(events), relay, projector)
            until(lambda: asyncio.run(consumed(workers)), relay, projector)
            assert rows_of(workers.url) == expected
        assert workers.ask("SELECT * FROM dead_letters") == []
        projector.terminate()
        assert projector.wait(PATIENCE) == 0


async def consumed(workers: StreamWorkers) -> bool:
    """Say whether the projector's group has read and committed the whole topic."""
    from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]
    from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]

    servers = workers.services.bootstrap_servers
    places = [TopicPartition(workers.topic.name, number) for number in range(PARTITIONS)]
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        async with AIOKafkaConsumer(bootstrap_servers=servers) as consumer:
            ends = await consumer.end_offsets(places)
        committed = await admin.list_consumer_group_offsets(workers.topic.name)
        return all(place in committed and committed[place].offset == ends[place] for place in places)
    finally:
        await admin.close()


READ_NO_REQUEST = {"visit_days_v1", "visit_lengths_v2", "member_visits_v1"}
"""Tables that miss nothing of a visit whose request is poison: they are made from what follows it."""


def test_a_poison_event_and_a_row_that_cannot_be_written_wait_and_the_rest_goes_on(
    workers: StreamWorkers, tmp_path: Path
) -> None:
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
    projector = workers.projector()
    workers.relay_here(GrowingLog(events))
    until(lambda: workers.settled(len(events)), projector)

    letters = workers.ask("SELECT projection, stream, version, reason FROM dead_letters ORDER BY position, projection")
    poison = [row for row in letters if row[3] == "poison"]
    assert {row[1:3] for row in poison} == {(broken.stream, 1), ("institution-nul", 1)}
    parked = [row for row in letters if row[3] == "parked"]
    assert {row[1] for row in parked} == {broken.stream}
    assert {row[2] for row in parked} == {e.version for e in events if e.stream == broken.stream} - {1}
    good = GrowingLog(recorded([(e.stream, e.event) for e in events if e.stream not in {row[1] for row in letters}]))
    (tmp_path / "whole").mkdir()
    with straight(GrowingLog(recorded(history(6, 30))), tmp_path / "whole") as whole:
        by_day = {table: rows for table, rows in whole.items() if table in READ_NO_REQUEST}
    with straight(good, tmp_path) as expected:
        assert rows_of(workers.url) == {**expected, **by_day}


def test_a_projector_that_misses_events_ends_at_once_and_goes_on_behind_rows_made_from_the_store(
    workers: StreamWorkers, tmp_path: Path
) -> None:
    """The topic begins in the middle of the log, as after a retention that was too short."""
    events = recorded(history(8, 8))
    workers.relay_here(GrowingLog(events[:60]))
    workers.take_another_topic()
    workers.relay_here(GrowingLog(events))
    assert workers.projector().wait(PATIENCE) == BROKEN
    assert workers.taken() == 0
    with PostgresRows(workers.url) as rows:
        catch_up(GrowingLog(events[:100]), rows)
    projector = workers.projector()
    until(lambda: workers.settled(len(events)), projector)
    with straight(GrowingLog(events), tmp_path) as expected:
        assert rows_of(workers.url) == expected

"""Relay and projector as processes of their own, over the real Kafka and PostgreSQL: rows as without a broker."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from domain.institution import InstitutionOpened
from infra.dev.local import Services
from infra.read_model import SqliteRows, catch_up
from infra.read_model_postgres import PostgresRows
from infra.relaying import PostgresRelaying, RelayedLog
from infra.store.recorded import Append, Recorded
from infra.store.sqlite import SqliteStore
from projections.registry import PROJECTIONS, TABLES
from streams.projector import BROKEN
from streams.relay import Relay
from streams.topics import Topic, create_topic
from tests.projections.histories import history
from tests.streams.logs import NOON, GrowingLog, recorded

ROOT = Path(__file__).parents[2]
PARTITIONS = 4
PATIENCE = 40.0

Row = tuple[object, ...]


class City:
    """One distributed system: its topic, its database, and the processes that a test started."""

    def __init__(self, services: Services, database_url: str, folder: Path) -> None:
        self.log = folder / "processes.log"
        self.services = services
        self.url = database_url
        self.topic = Topic(name=f"city-{uuid4().hex[:8]}", partitions=PARTITIONS)
        self._processes: list[subprocess.Popen[bytes]] = []
        PostgresRows(database_url).close()

    def make_topic(self) -> None:
        asyncio.run(create_topic(self.services.bootstrap_servers, self.topic))

    def projector(self) -> subprocess.Popen[bytes]:
        member = (
            f"Membership(bootstrap_servers={self.services.bootstrap_servers!r}, topic={self.topic!r},"
            f" group={self.topic.name!r})"
        )
        return self._begin(
            "from infra.worker import run_projector\n"
            "from streams.projector import Membership\nfrom streams.topics import Topic\n"
            f"run_projector({member}, database_url={self.url!r})"
        )

    def relay(self, store: Path) -> subprocess.Popen[bytes]:
        return self._begin(
            "from pathlib import Path\nfrom infra.worker import run_relay\n"
            "from infra.store.sqlite import SqliteStore\nfrom streams.topics import Topic\n"
            f"run_relay(SqliteStore(Path({str(store)!r})), database_url={self.url!r},"
            f" bootstrap_servers={self.services.bootstrap_servers!r}, topic={self.topic!r})"
        )

    def _begin(self, program: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def ask(self, sql: str) -> list[Row]:
        with psycopg.connect(self.url, options="-c search_path=jiayi_rows,jiayi") as link:
            return link.execute(sql.encode()).fetchall()

    def taken(self) -> int:
        """Return the sum of the watermarks of one projection: it grows as long as anything is taken."""
        ((total,),) = self.ask("SELECT coalesce(sum(position), 0)::bigint FROM positions WHERE projection = 'visits'")
        return int(str(total))

    def relayed(self) -> int:
        """Return the relay's position, 0 before it has begun."""
        try:
            return int(str(self.ask("SELECT position FROM relay_position")[0][0]))
        except (psycopg.errors.UndefinedTable, IndexError):
            return 0

    def settled(self, last: int) -> bool:
        """Say whether the relay has sent all and every projection has taken all of it."""
        if self.relayed() < last:
            return False
        ends = {number: end for number, end in self.ask("SELECT partition, position FROM relay_ends")}  # noqa: C416
        marks = self.ask("SELECT partition - 1, position FROM positions WHERE partition > 0")
        return len(marks) == len(PROJECTIONS) * len(ends) and all(at == ends[number] for number, at in marks)

    def relay_here(self, log: GrowingLog) -> None:
        """Relay a log to its end in this process."""

        async def run() -> None:
            relaying = PostgresRelaying(self.url)
            servers = self.services.bootstrap_servers
            relay = Relay(RelayedLog(log), relaying, relaying, bootstrap_servers=servers, topic=self.topic)
            task = asyncio.create_task(relay.run())
            await asyncio.to_thread(until, lambda: self.relayed() == log.last_position())
            relay.stop()
            await task

        asyncio.run(run())


@pytest.fixture
def city(services: Services, database_url: str, tmp_path: Path) -> Iterator[City]:
    found = City(services, database_url, tmp_path)
    try:
        found.make_topic()
        yield found
    finally:
        found.close()
        print(found.log.read_text() if found.log.exists() else "")  # noqa: T201 -- shown where a test failed


def until(holds: Callable[[], bool], *running: subprocess.Popen[bytes]) -> None:
    """Return when it holds; fail if it never does or if what should be running has ended."""
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up, "it never came to be"
        assert all(each.poll() is None for each in running), "a process ended"
        time.sleep(0.02)


def written(store: SqliteStore, events: Sequence[Recorded]) -> None:
    """Append events in one commit."""
    with store.writing() as transaction:
        for event in events:
            append = Append(
                id=event.stream,
                stream=event.stream,
                version=event.version - 1,
                actor="test",
                now=NOON,
                events=(event.event,),
            )
            transaction.append(append)


def rows_of(url: str) -> dict[str, list[Row]]:
    with PostgresRows(url) as rows, rows.reading() as view:
        return {name: list(view.rows_of(table)) for name, table in TABLES.items()}


@contextmanager
def straight(log: SqliteStore | GrowingLog, folder: Path) -> Iterator[dict[str, list[Row]]]:
    """Give the rows of the embedded system."""
    with SqliteRows(folder / "straight.db") as rows:
        catch_up(log, rows)
        with rows.reading() as view:
            yield {name: list(view.rows_of(table)) for name, table in TABLES.items()}


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

            sends_all_again(city)
            relay = city.relay(tmp_path / "events.db")
            until(lambda: city.relayed() == len(events), relay, projector)
            until(lambda: asyncio.run(consumed(city)), relay, projector)
            assert rows_of(city.url) == expected
        assert city.ask("SELECT * FROM dead_letters") == []
        projector.terminate()
        assert projector.wait(PATIENCE) == 0


def sends_all_again(city: City) -> None:
    with psycopg.connect(city.url) as link:
        link.execute("DELETE FROM jiayi.relay_position")
        link.execute("DELETE FROM jiayi.relay_ends")


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
    events[broken.position - 1] = Recorded(
        broken.position, broken.stream, broken.version, broken.name, b"{", broken.metadata_state
    )
    nul = InstitutionOpened(
        institution_id="nul", name="a\0b", kind="hospital", sector="public", tier=1, district="Futian"
    )
    (unwritable,) = recorded([("institution-nul", nul)])
    events.insert(200, unwritable)
    events = [
        Recorded(number, e.stream, e.version, e.name, e.state, e.metadata_state) for number, e in enumerate(events, 1)
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
    asyncio.run(remade(city))
    city.relay_here(GrowingLog(events))
    assert city.projector().wait(PATIENCE) == BROKEN
    assert city.taken() == 0
    with PostgresRows(city.url) as rows:
        catch_up(GrowingLog(events[:100]), rows)
    projector = city.projector()
    until(lambda: city.settled(len(events)), projector)
    with straight(GrowingLog(events), tmp_path) as expected:
        assert rows_of(city.url) == expected


async def remade(city: City) -> None:
    """Let the topic be another, empty one."""
    city.topic = Topic(name=f"{city.topic.name}-anew", partitions=PARTITIONS)
    await create_topic(city.services.bootstrap_servers, city.topic)

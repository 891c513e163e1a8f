"""A distributed system for tests: its topic, its database, and processes of its own that may be killed at any time."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from infra.dev.local import Services
from infra.distributed.relay_progress import PostgresRelayProgress, RetryableLog
from infra.rows.model import EventLog, catch_up
from infra.rows.postgres import PostgresRows
from infra.rows.sqlite import SqliteRows
from infra.store.recorded import Append, StoredEvent
from infra.store.store import EventStore
from projections.registry import PROJECTIONS, TABLES
from streams.relay import Relay
from streams.topics import Topic, create_topic
from tests.streams.logs import NOON, GrowingLog

ROOT = Path(__file__).parents[2]
PARTITIONS = 4
PATIENCE = 120.0

Row = tuple[object, ...]


class StreamWorkers:
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
        return self.begin(
            "from infra.processes.faust_workers import run_projector\n"
            "from streams.agent import Membership\nfrom streams.topics import Topic\n"
            f"run_projector({member}, database_url={self.url!r})"
        )

    def relay(self, store: Path | None = None) -> subprocess.Popen[bytes]:
        """Relay an embedded store, or the one in the workers' own database."""
        opened = f"PostgresStore({self.url!r})" if store is None else f"SqliteStore(Path({str(store)!r}))"
        return self.begin(
            "from pathlib import Path\nfrom infra.processes.faust_workers import run_relay\n"
            "from infra.store.postgres import PostgresStore\n"
            "from infra.store.sqlite import SqliteStore\nfrom streams.topics import Topic\n"
            f"run_relay({opened}, database_url={self.url!r},"
            f" bootstrap_servers={self.services.bootstrap_servers!r}, topic={self.topic!r})"
        )

    def reactor(self, slot: int = 0, patience: float = 60.0) -> subprocess.Popen[bytes]:
        member = (
            f"Membership(bootstrap_servers={self.services.bootstrap_servers!r}, topic={self.topic!r},"
            f" group='{self.topic.name}-reactor', slot={slot}, patience={patience})"
        )
        return self.begin(
            "from infra.processes.faust_workers import run_reactor\n"
            "from streams.agent import Membership\nfrom streams.topics import Topic\n"
            f"run_reactor({member}, database_url={self.url!r}, region='SZ')"
        )

    def begin(self, program: str) -> subprocess.Popen[bytes]:
        """Start a process that runs a program; it is killed at the test's end."""
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

    def reacted(self) -> bool:
        """Say whether the relay has sent the whole store and the reactions to all of it were run."""
        try:
            ((all_,),) = self.ask(
                """SELECT (SELECT last_id FROM tip) = (SELECT position FROM relay_position) AND NOT EXISTS (
                    SELECT FROM relay_ends e LEFT JOIN reactor_marks m USING (partition)
                    WHERE e.position > coalesce(m.position, 0))"""
            )
        except psycopg.errors.UndefinedTable:
            return False
        return bool(all_)

    def send_all_again(self) -> None:
        """Let the next relay begin at the first event."""
        with psycopg.connect(self.url) as link:
            link.execute("DELETE FROM jiayi.relay_position")
            link.execute("DELETE FROM jiayi.relay_ends")

    def take_another_topic(self) -> None:
        """Go on with an empty topic, as after one was deleted."""
        self.topic = Topic(name=f"{self.topic.name}-anew", partitions=PARTITIONS)
        self.make_topic()

    def relay_here(self, log: GrowingLog) -> None:
        """Relay a log to its end in this process."""

        async def run() -> None:
            relaying = PostgresRelayProgress(self.url)
            servers = self.services.bootstrap_servers
            relay = Relay(RetryableLog(log), relaying, relaying, bootstrap_servers=servers, topic=self.topic)
            task = asyncio.create_task(relay.run())
            await asyncio.to_thread(until, lambda: self.relayed() == log.last_position())
            relay.stop()
            await task

        asyncio.run(run())


def until(holds: Callable[[], bool], *running: subprocess.Popen[bytes]) -> None:
    """Return when it holds; fail if it never does or if what should be running has ended."""
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up, "it never came to be"
        assert all(each.poll() is None for each in running), "a process ended"
        time.sleep(0.02)


def written(store: EventStore, events: Sequence[StoredEvent]) -> None:
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
def straight(log: EventLog, folder: Path) -> Iterator[dict[str, list[Row]]]:
    """Give the rows of the embedded system."""
    with SqliteRows(folder / "straight.db") as rows:
        catch_up(log, rows)
        with rows.reading() as view:
            yield {name: list(view.rows_of(table)) for name, table in TABLES.items()}

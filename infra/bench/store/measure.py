"""The SQLite store and its limits: the same bytes, the same rows per commit, the same durability, in one run.

The limit of writing is `executemany` of finished rows on the same layout; the limit of replaying is fetching the rows.
Times are wall-clock seconds. Each figure is the median of several rounds in turn, so that a slow moment of the disk
affects all of them.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eventsourcing.application import Application

from infra.bench.figures import Figure, compared
from infra.bench.store.residents import (
    EACH,
    OPENING,
    REGION,
    CommandSource,
    drained,
    fill_library,
    replayed_by_library,
    save_with_library,
    timed,
    with_key,
)
from infra.command_handler import Answer, CommandRequest, execute, execute_all
from infra.store.sqlite import SqliteStore

INSERT_EVENT = "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)"
INSERT_COMMAND = "INSERT INTO commands VALUES (?, ?, ?)"
PAGE = "SELECT * FROM stored_events WHERE notification_id > ? ORDER BY notification_id LIMIT 4000"

Rows = list[tuple[Any, ...]]


@dataclass
class SqliteBenchmark:
    """The files of our store, of raw inserts and of the library, and the commands for all of them."""

    ours: SqliteStore
    raw: sqlite3.Connection
    library: Application[Any]
    residents: CommandSource

    @classmethod
    def in_folder(cls, folder: Path) -> "SqliteBenchmark":
        """Open all files; the raw one has our layout and our durability."""
        SqliteStore(folder / "raw.db").close()
        raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
        raw.execute("PRAGMA synchronous=FULL")
        environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "library.db")}
        ours = with_key(SqliteStore(folder / "ours.db"))
        execute(ours, OPENING, region=REGION)
        return cls(ours, raw, Application(env=environment), CommandSource())

    def close(self) -> None:
        """Close every file."""
        self.ours.close()
        self.raw.close()
        self.library.factory.close()

    def single(self) -> tuple[float, float, float]:
        """Return commands/s with one commit each: ours end to end, the raw insert of the same rows, the library."""
        batch = self.residents.more(10)  # short turns: the disk's speed changes within seconds
        ours, answers = timed(lambda: [execute(self.ours, each, region=REGION) for each in batch])
        rows = _rows_of(self.ours, batch, answers)
        raw, _ = timed(lambda: self._insert_singly(rows))
        library, _ = timed(lambda: save_with_library(self.library, batch))
        return len(batch) / ours, len(batch) / raw, len(batch) / library

    def together(self, commands: int) -> tuple[float, float]:
        """Return commands/s with one commit for all: ours end to end, the raw insert of the same rows."""
        batch = self.residents.more(commands // EACH)
        ours, answers = timed(lambda: execute_all(self.ours, batch, region=REGION))
        rows = _rows_of(self.ours, batch, [answer for answer in answers if isinstance(answer, Answer)])
        events, commands_of = [event for event, _ in rows], [command for _, command in rows]
        raw, _ = timed(lambda: self._insert(events, commands_of))
        return len(batch) / ours, len(batch) / raw

    def replay(self) -> tuple[float, float, float]:
        """Return events/s over the whole log: ours into objects, the raw SELECT, the library's mapper."""
        total = self.ours.last_position()
        page = self.ours.select_notifications
        ours, _ = timed(lambda: drained(lambda at: [e.position for e in page(at + 1, 4000) if e.event]))
        file = self.ours._database  # noqa: SLF001 -- the limit is measured on the same pages

        def rows(at: int) -> list[int]:
            with file.reading() as cursor:
                fetched = cursor.execute(PAGE, (at,)).fetchall()
            return [fetched[-1][0]] if fetched else []

        raw, _ = timed(lambda: drained(rows))
        return total / ours, total / raw, replayed_by_library(self.library)

    def _insert_singly(self, rows: list[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> None:
        for event, command in rows:
            self._insert([event], [command])

    def _insert(self, events: Rows, commands: Rows) -> None:
        self.raw.execute("BEGIN IMMEDIATE")
        self.raw.executemany(INSERT_EVENT, events)
        self.raw.executemany(INSERT_COMMAND, commands)
        self.raw.execute("COMMIT")


def _rows_of(
    store: SqliteStore, batch: Iterable[CommandRequest], answers: Iterable[Answer]
) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return the stored rows of each command: its event's and its answer's."""
    with store._database.reading() as cursor:  # noqa: SLF001 -- rows as they are, to be written again
        return [
            (
                cursor.execute("SELECT * FROM stored_events WHERE notification_id = ?", (answer.position,)).fetchone(),
                cursor.execute("SELECT * FROM commands WHERE command_id = ?", (request.command_id,)).fetchone(),
            )
            for request, answer in zip(batch, answers, strict=True)
        ]


def measure(folder: Path, rounds: int, commands: int) -> list[Figure]:
    """Run every measurement `rounds` times in turn, large commits with this many commands; return the medians."""
    benchmark = SqliteBenchmark.in_folder(folder)
    try:
        benchmark.together(EACH)
        many = [benchmark.together(commands) for _ in range(rounds)]
        singles = [benchmark.single() for _ in range(rounds * 5)]
        fill_library(benchmark.library, commands)
        replays = [benchmark.replay() for _ in range(rounds)]
    finally:
        benchmark.close()
    return [
        compared("sqlite-one-command", [(ours, raw) for ours, raw, _ in singles], "raw-insert", at_least=0.70),
        compared("sqlite-one-command", [(ours, library) for ours, _, library in singles], "library-default"),
        compared("sqlite-commands-together", many, "raw-insert", size=commands),
        compared("sqlite-replay", [(ours, raw) for ours, raw, _ in replays], "raw-select", at_least=0.35),
        compared("sqlite-replay", [(ours, library) for ours, _, library in replays], "library-mapper", at_least=5),
    ]

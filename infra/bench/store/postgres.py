"""The PostgreSQL store and its limits, in schemas of the benchmark.

The limit of one command is a plain insert: BEGIN, the same rows into the same tables, COMMIT, as prepared statements
of one connection. The limit of many threads is the same with as many rows in a commit as they shared; of a bulk, COPY.
With 16 commands in flight the comparison is the library in its default form, 16 threads on its own pool.
"""

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from eventsourcing.application import Application
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

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
from infra.group_commit import GroupCommit
from infra.store.postgres import PostgresStore

IN_FLIGHT = 16
INSERT_EVENT = "INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s, %s)"
INSERT_COMMAND = "INSERT INTO commands VALUES (%s, %s, %s)"
COPY_EVENTS = "COPY stored_events FROM STDIN (FORMAT BINARY)"
COPY_COMMANDS = "COPY commands FROM STDIN (FORMAT BINARY)"
PAGE = "SELECT * FROM stored_events WHERE notification_id > %s ORDER BY notification_id LIMIT 4000"

Rows = Sequence[tuple[tuple[Any, ...], tuple[Any, ...]]]
"""An event's row and its answer's row for each command."""


class PostgresBenchmark:
    """Our store, a raw copy of its layout, and the library, each in a schema that is dropped at the end."""

    def __init__(self, url: str) -> None:
        self.schemas = [f"bench_{name}_{uuid.uuid4().hex[:8]}" for name in ("ours", "raw", "library")]
        ours, raw, library = self.schemas
        self.residents = CommandSource()
        self.store = with_key(PostgresStore(url, schema=ours))
        self.group_commit = GroupCommit(self.store, region=REGION)
        PostgresStore(url, schema=raw).close()
        self.raw = psycopg.connect(url, autocommit=True)
        self.raw.execute(SQL("CREATE SCHEMA {}").format(Identifier(library)))
        self.raw.execute(SQL("SET search_path TO {}").format(Identifier(raw)))
        self.cursor = self.raw.cursor(binary=True)
        self.library = Application[Any](env=environment(url, library))
        self.threads = ThreadPoolExecutor(IN_FLIGHT)

    def close(self) -> None:
        """Drop all schemas."""
        self.threads.shutdown()
        self.library.close()
        self.store.close()
        for schema in self.schemas:
            self.raw.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
        self.raw.close()

    def single(self) -> tuple[float, float, float]:
        """Return commands/s with one commit each: ours end to end, the plain insert of the same rows, the library."""
        batch = self.residents.more(10)
        ours, answers = timed(lambda: [execute(self.store, each, region=REGION) for each in batch])
        rows = self._rows(batch, answers)
        raw, _ = timed(lambda: self._insert_all(rows, 1))
        library, _ = timed(lambda: save_with_library(self.library, batch))
        return len(batch) / ours, len(batch) / raw, len(batch) / library

    def in_flight(self) -> tuple[float, float, float, float]:
        """Return commands/s of 16 threads: ours in shared commits, raw rows in commits of that size, the library.

        The last number is the mean size of a shared commit. A resident's commands go one after the other.
        """
        batch = self.residents.more(IN_FLIGHT * 6)
        families = [batch[n : n + EACH] for n in range(0, len(batch), EACH)]
        before = self._commits()
        ours, answers = timed(lambda: list(self.threads.map(self._execute, families)))
        shared = len(batch) / (self._commits() - before)
        rows = self._rows(batch, [answer for family in answers for answer in family])
        step = round(shared)
        raw, _ = timed(lambda: self._insert_all(rows, step))
        library, _ = timed(
            lambda: list(self.threads.map(lambda family: save_with_library(self.library, family), families))
        )
        return len(batch) / ours, len(batch) / raw, len(batch) / library, shared

    def _execute(self, family: Sequence[CommandRequest]) -> list[Answer]:
        return [self.group_commit.execute(each) for each in family]

    def bulk(self, commands: int) -> tuple[float, float]:
        """Return commands/s with one commit for all: ours end to end, COPY of the same rows."""
        batch = self.residents.more(commands // EACH)
        ours, answers = timed(lambda: execute_all(self.store, batch, region=REGION))
        rows = self._rows(batch, [answer for answer in answers if isinstance(answer, Answer)])
        raw, _ = timed(lambda: self._copy(rows))
        return len(batch) / ours, len(batch) / raw

    def replay(self) -> tuple[float, float, float]:
        """Return events/s over the whole log: ours into objects, the raw SELECT, the library's mapper."""
        total = self.store.last_position()
        page = self.store.select_notifications
        ours, _ = timed(lambda: drained(lambda at: [e.position for e in page(at + 1, 4000) if e.event]))
        (held,) = self.raw.execute("SELECT count(*) FROM stored_events").fetchone() or (0,)

        def rows(at: int) -> list[int]:
            page = self.cursor.execute(PAGE, (at,)).fetchall()
            return [page[-1][0]] if page else []

        raw, _ = timed(lambda: drained(rows))
        return total / ours, held / raw, replayed_by_library(self.library)

    def _commits(self) -> int:
        with self.store.reading() as view:
            return int(view._cursor.execute("SELECT commits FROM tip").fetchone()[0])  # noqa: SLF001 -- only a count

    def _rows(self, batch: Sequence[CommandRequest], answers: Sequence[Answer]) -> Rows:
        events = "SELECT * FROM stored_events WHERE notification_id BETWEEN ? AND ?"
        positions = [answer.position for answer in answers]
        with self.store.reading() as view:
            ask = view._cursor.execute  # noqa: SLF001 -- rows as they are, to be written again
            stored = {row[0]: row for row in ask(events, (min(positions), max(positions))).fetchall()}
            answered = ask("SELECT * FROM commands WHERE command_id = ANY (?)", ([each.command_id for each in batch],))
            commands = {row[0]: row for row in answered.fetchall()}
        return [
            (stored[answer.position], commands[each.command_id]) for each, answer in zip(batch, answers, strict=True)
        ]

    def _insert_all(self, rows: Rows, per_commit: int) -> None:
        run = self.cursor.execute
        for n in range(0, len(rows), per_commit):
            run("BEGIN")
            if per_commit == 1:
                run(INSERT_EVENT, rows[n][0])
                run(INSERT_COMMAND, rows[n][1])
            else:
                self.cursor.executemany(INSERT_EVENT, [event for event, _ in rows[n : n + per_commit]])
                self.cursor.executemany(INSERT_COMMAND, [command for _, command in rows[n : n + per_commit]])
            run("COMMIT")

    def _copy(self, rows: Rows) -> None:
        self.cursor.execute("BEGIN")
        with self.cursor.copy(COPY_EVENTS) as copy:
            copy.set_types(["int8", "text", "int4", "text", "bytea", "bytea"])
            for event, _ in rows:
                copy.write_row(event)
        with self.cursor.copy(COPY_COMMANDS) as copy:
            copy.set_types(["text", "bytea", "bytea"])
            for _, command in rows:
                copy.write_row(command)
        self.cursor.execute("COMMIT")


def measure(url: str, rounds: int, commands: int) -> list[Figure]:
    """Run every measurement in turn, bulks with this many commands; return the medians."""
    benchmark = PostgresBenchmark(url)
    try:
        execute(benchmark.store, OPENING, region=REGION)
        benchmark.single()
        bulks = [benchmark.bulk(commands) for _ in range(rounds)]
        singles = [benchmark.single() for _ in range(rounds * 5)]
        crowds = [benchmark.in_flight() for _ in range(rounds)]
        fill_library(benchmark.library, commands)
        replays = [benchmark.replay() for _ in range(rounds)]
    finally:
        benchmark.close()
    shared = sum(each[3] for each in crowds) / len(crowds)
    return [
        compared("postgres-one-command", [(ours, raw) for ours, raw, _ in singles], "plain-insert", at_least=0.60),
        compared("postgres-one-command", [(ours, library) for ours, _, library in singles], "library-default"),
        compared("postgres-in-flight", [each[:2] for each in crowds], "raw-insert", size=shared),
        compared(
            "postgres-in-flight", [(each[0], each[2]) for each in crowds], "library-default", at_least=8, size=shared
        ),
        compared("postgres-commands-together", bulks, "raw-copy", size=commands),
        compared("postgres-replay", [(ours, raw) for ours, raw, _ in replays], "raw-select", at_least=0.35),
        compared("postgres-replay", [(ours, library) for ours, _, library in replays], "library-mapper", at_least=5),
    ]


def environment(url: str, schema: str) -> dict[str, str]:
    """Return the library's settings: the place of its tables, and a pool for 16 threads."""
    connection = conninfo_to_dict(url)
    names = {"DBNAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_SCHEMA": schema,
        "POSTGRES_POOL_SIZE": str(IN_FLIGHT),
        **{f"POSTGRES_{ours}": str(connection.get(theirs) or "") for ours, theirs in names.items()},
    }

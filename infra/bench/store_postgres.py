"""The store in PostgreSQL beside its limits, on the server that DATABASE_URL names, in schemas of the bench's own.

The limit of one command is a plain insert: BEGIN, the same rows into the same tables, COMMIT, as prepared statements
of one connection. The rival at 16 in flight is the library as it comes, 16 threads on its own pool.
"""

import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from eventsourcing.application import Application
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from infra.commands import Answer, Asked, execute
from infra.store.postgres import PostgresStore
from infra.together import Together

IN_FLIGHT = 16
INSERT_EVENT = "INSERT INTO stored_events VALUES (%s, %s, %s, %s, %s, %s)"
INSERT_COMMAND = "INSERT INTO commands VALUES (%s, %s, %s)"


class Contest:
    """Our store, a raw copy of its layout, and the library, each in a schema that is dropped at the end."""

    def __init__(self, url: str, region: str) -> None:
        self.schemas = [f"bench_{name}_{uuid.uuid4().hex[:8]}" for name in ("ours", "raw", "library")]
        self.url = url
        self.region = region
        ours, raw, library = self.schemas
        self.store = PostgresStore(url, schema=ours)
        self.together = Together(self.store, region=region)
        PostgresStore(url, schema=raw).close()
        self.raw = psycopg.connect(url, autocommit=True)
        self.raw.execute(SQL("CREATE SCHEMA {}").format(Identifier(library)))
        self.raw.execute(SQL("SET search_path TO {}").format(Identifier(raw)))
        self.cursor = self.raw.cursor(binary=True)
        self.library = Application[Any](env=_environment(url, library))
        self.crew = ThreadPoolExecutor(IN_FLIGHT)

    def close(self) -> None:
        """Drop everything."""
        self.crew.shutdown()
        self.library.close()
        self.store.close()
        for schema in self.schemas:
            self.raw.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
        self.raw.close()

    def one_by_one(self, batch: Sequence[Asked]) -> tuple[float, float]:
        """Return commands/s with one commit each: ours end to end, the plain insert of the same rows."""
        ours, answers = timed(lambda: [execute(self.store, each, region=self.region) for each in batch])
        rows = self._rows(batch, answers)
        raw, _ = timed(lambda: self._insert_singly(rows))
        return len(batch) / ours, len(batch) / raw

    def in_flight(
        self, families: Sequence[Sequence[Asked]], save: Callable[[Sequence[Asked]], None]
    ) -> tuple[float, float]:
        """Return commands/s of 16 threads: ours in shared commits, the library. A family goes one after the other."""

        def give(family: Sequence[Asked]) -> None:
            for each in family:
                self.together.execute(each)

        total = sum(map(len, families))
        ours, _ = timed(lambda: list(self.crew.map(give, families)))
        library, _ = timed(lambda: list(self.crew.map(save, families)))
        return total / ours, total / library

    def _rows(self, batch: Sequence[Asked], answers: Sequence[Answer]) -> list[tuple[Any, Any]]:
        with self.store.reading() as view:
            ask = view._cursor.execute  # noqa: SLF001 -- rows as they are, to be written again
            return [
                (
                    ask("SELECT * FROM stored_events WHERE notification_id = ?", (answer.position,)).fetchone(),
                    ask("SELECT * FROM commands WHERE command_id = ?", (asked.command_id,)).fetchone(),
                )
                for asked, answer in zip(batch, answers, strict=True)
            ]

    def _insert_singly(self, rows: Sequence[tuple[Any, Any]]) -> None:
        run = self.cursor.execute
        for event, command in rows:
            run("BEGIN")
            run(INSERT_EVENT, event)
            run(INSERT_COMMAND, command)
            run("COMMIT")


def measure(
    url: str, rounds: int, region: str, begin: Asked, more: Callable[[int], list[Asked]], save: Callable[..., None]
) -> dict[str, tuple[float, float]]:
    """Run every contest in turn and return each one's median rates: ours, and what stands beside it.

    `more(n)` gives new commands for n residents, three for each; `save` gives a resident's commands to the library.
    """
    contest = Contest(url, region)
    try:
        execute(contest.store, begin, region=region)
        contest.one_by_one(more(10))
        singles = [contest.one_by_one(more(10)) for _ in range(rounds * 6)]
        crowds = []
        for _ in range(rounds):
            batch = more(IN_FLIGHT * 6)
            families = [batch[n : n + 3] for n in range(0, len(batch), 3)]
            crowds.append(contest.in_flight(families, lambda family: save(contest.library, family)))
    finally:
        contest.close()
    one, raw = (median(column) for column in zip(*singles, strict=True))
    many, library = (median(column) for column in zip(*crowds, strict=True))
    return {"one": (one, raw), "in flight": (many, library)}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds the work took, and what it gave."""
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def _environment(url: str, schema: str) -> dict[str, str]:
    told = conninfo_to_dict(url)
    names = {"DBNAME": "dbname", "HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_SCHEMA": schema,
        "POSTGRES_POOL_SIZE": str(IN_FLIGHT),
        **{f"POSTGRES_{ours}": str(told.get(theirs) or "") for ours, theirs in names.items()},
    }

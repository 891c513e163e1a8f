"""Read model in PostgreSQL: the same rows, asked by the same questions.

Positions are kept per projection and partition: that in the whole log, which `catch_up` moves, in row 0; that in
partition n of the topic in row n + 1. An event counts where either of the two has taken it.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Self

from psycopg.sql import SQL, Identifier

from infra.database.advisory_locks import AdvisoryLock, try_lock, unlock, until_commit
from infra.database.errors import UnfitStoreError
from infra.database.postgres import ConnectionPool, PostgresCursor, make_schema
from infra.database.postgres_errors import ROW_ERRORS
from infra.database.postgres_session import idle_limit
from infra.database.tables import DEAD_LETTERS, ROW_POSITIONS
from infra.rows.model import ReadModel, fingerprint
from infra.rows.postgres_sql import (
    SWITCHED,
    WHOLE_LOG,
    replacement,
    row_statements,
    statements,
)
from infra.settings import PARTITIONS
from projections.changes import Change, Projection, Table
from projections.questions import Scalar
from projections.registry import PROJECTIONS
from streams.dead_letters import DeadLetter, ParkedStreams
from streams.errors import Unwritable


class PostgresView:
    """The rows as of one moment."""

    def __init__(self, cursor: PostgresCursor) -> None:
        self._cursor = cursor

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds. Sums are to be cast to bigint."""
        rows = self._cursor.execute(sql, parameters).raw
        names = [column.name for column in rows.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def positions(self) -> dict[str, int]:
        """Return how far each projection is in the whole log."""
        rows = self._cursor.execute("SELECT projection, position FROM positions WHERE partition = ?", (WHOLE_LOG,))
        return dict(rows.fetchall())

    def watermarks(self) -> dict[str, dict[int, int]]:
        """Return all positions of each projection: row 0 that in the whole log, row n + 1 that in partition n."""
        watermarks: dict[str, dict[int, int]] = {}
        for projection, row, position in self._cursor.execute("SELECT projection, partition, position FROM positions"):
            watermarks.setdefault(projection, {})[row] = position
        return watermarks

    def rows_of(self, table: Table) -> Iterator[tuple[Scalar, ...]]:
        """Yield a table's rows, the key first, in the order of their keys, a few thousand at a time."""
        wanted = SQL("SELECT * FROM {} ORDER BY {}").format(Identifier(table.name), Identifier(table.key))
        with self._cursor.connection.cursor(name=f"rows_{uuid.uuid4().hex}") as rows:
            rows.itersize = 5000
            yield from rows.execute(wanted, binary=True)


class PostgresRows(ReadModel):
    """Rows and positions in one schema. Opening creates what is missing and empties what an older program shaped.

    `store_schema` is where the relay says how far it is, `partitions` the topic's count. Without `durable` a crash may
    lose the last commits. UnfitStoreError if the schema is not ours, StoreError if the database is away.
    """

    def __init__(
        self,
        url: str,
        projections: Mapping[str, Projection] = PROJECTIONS,
        *,
        schema: str = "jiayi_rows",
        store_schema: str = "jiayi",
        partitions: int = PARTITIONS,
        durable: bool = True,
    ) -> None:
        super().__init__(projections)
        self.url = url
        self.schema = schema
        self.partitions = partitions
        self.store_schema = store_schema
        self._readers = ConnectionPool(url, schema, read_only=True)
        settings = idle_limit(60) if durable else f"{idle_limit(60)}; SET synchronous_commit = off"
        self._writers = ConnectionPool(url, schema, settings)
        try:
            with self.writing() as cursor:
                self._prepare(cursor)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self._readers.close()
        self._writers.close()

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds; nothing can be written."""
        with self._readers.cursor() as cursor:
            return PostgresView(cursor).ask(sql, **parameters)

    @contextmanager
    def reading(self) -> Iterator[PostgresView]:
        """Ask several questions of one moment, that of the first; writers go on meanwhile."""
        with self._readers.reading() as cursor:
            yield PostgresView(cursor)

    def view_of(self, cursor: PostgresCursor) -> PostgresView:
        """Return the rows as a transaction of `writing` sees them."""
        return PostgresView(cursor)

    def watermarks(self) -> dict[str, dict[int, int]]:
        """Return all positions of each projection: row 0 that in the whole log, row n + 1 that in partition n."""
        with self._readers.cursor() as cursor:
            return PostgresView(cursor).watermarks()

    @property
    def position(self) -> int:
        """A position that all rows have reached: the relay's, or the lowest watermark of a partition behind it.

        Rows that were rebuilt from the store may be further: then it is theirs.
        """
        with self._readers.reading() as cursor:
            relay, ends = self._relayed(cursor)
            marks = PostgresView(cursor).watermarks()
        return min((complete_up_to(each, relay, ends) for each in marks.values()), default=0)

    def relayed(self) -> tuple[int, dict[int, int]]:
        """Return how far the relay is, and the last position that it has sent to each partition."""
        with self._readers.reading() as cursor:
            return self._relayed(cursor)

    def _relayed(self, cursor: PostgresCursor) -> tuple[int, dict[int, int]]:
        schema = Identifier(self.store_schema)
        (there,) = cursor.execute("SELECT to_regclass(?)", (f"{schema.as_string()}.relay_ends",)).fetchone()
        if there is None:
            return 0, {}
        at = self._run(cursor, "SELECT position FROM {}.relay_position", schema).fetchone()
        ends = self._run(cursor, "SELECT partition, position FROM {}.relay_ends", schema).fetchall()
        return at[0] if at else 0, dict(ends)

    # Writing

    @contextmanager
    def writing(self) -> Iterator[PostgresCursor]:
        """Hold a transaction that writes: committed at the end, rolled back if anything is raised.

        Unwritable: the database does not take a row.
        """
        try:
            with self._writers.writing() as cursor:
                yield cursor
        except ROW_ERRORS as error:
            raise Unwritable(type(error).__name__) from error

    def _marks(self, cursor: PostgresCursor) -> tuple[dict[str, int], ParkedStreams]:
        positions = self._lock_positions(cursor)
        return positions, set(cursor.execute("SELECT DISTINCT projection, stream FROM dead_letters").fetchall())

    def _lock_positions(self, cursor: PostgresCursor) -> dict[str, int]:
        rows = cursor.execute(
            "SELECT projection, position FROM positions WHERE partition = ? ORDER BY projection FOR UPDATE",
            (WHOLE_LOG,),
        )
        return dict(rows.fetchall())

    def _write(
        self,
        cursor: PostgresCursor,
        tables: Mapping[str, Mapping[str, Change]],
        positions: Mapping[str, int],
        letters: Sequence[DeadLetter],
    ) -> None:
        for name, rows in tables.items():
            for statement in row_statements(self.tables[name], rows):
                cursor.raw.execute(statement.sql.encode(), statement.values)
        cursor.raw.execute(
            """UPDATE positions SET position = u.position
            FROM unnest(%s::text[], %s::bigint[]) AS u (projection, position)
            WHERE positions.projection = u.projection AND partition = %s""",
            (list(positions), list(positions.values()), WHOLE_LOG),
        )
        if letters:
            self._write_letters(cursor, letters)

    def _write_letters(self, cursor: PostgresCursor, letters: Sequence[DeadLetter]) -> None:
        from streams.topics import partition_of  # noqa: PLC0415 -- loading Kafka's client takes 50 ms

        for e in letters:  # the whole log has one partition, but projectors look in those of the topic
            partition = partition_of(e.stream, self.partitions)
            cursor.execute(
                "INSERT INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (e.projection, e.position, partition, e.stream, e.version, e.name, e.reason, e.error),
            )

    def set_position(self, position: int) -> None:
        """Write how far all projections are in the whole log."""
        with self.writing() as cursor:
            cursor.execute("UPDATE positions SET position = ? WHERE partition = ?", (position, WHOLE_LOG))

    # Tables

    def _prepare(self, cursor: PostgresCursor) -> None:
        cursor.execute(until_commit(self.schema, AdvisoryLock.ROW_TABLES))
        make_schema(cursor, self.schema)
        there = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", (self.schema,))
        held = {name for (name,) in there}
        if held and "positions" not in held:
            raise UnfitStoreError(f"{self.schema} holds tables that this program did not write")
        cursor.connection.execute(ROW_POSITIONS if "dead_letters" in held else ROW_POSITIONS + DEAD_LETTERS)
        known = cursor.execute("SELECT projection, fingerprint, tables FROM projections").fetchall()
        gone = {name: tables for name, shape, tables in known if self._shapes().get(name) != shape}
        if gone:  # projectors lock positions first, tables then
            cursor.execute("SELECT FROM positions WHERE partition = ? ORDER BY projection FOR UPDATE", (WHOLE_LOG,))
        for name, tables in gone.items():
            for table in json.loads(tables):
                cursor.raw.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(table)))
            cursor.execute("DELETE FROM projections WHERE projection = ?", (name,))
        for name in self.projections.keys() - ({name for name, _, _ in known} - gone.keys()):
            self._create(cursor, name, self.projections[name])

    def _shapes(self) -> dict[str, str]:
        return {name: fingerprint(projection, statements) for name, projection in self.projections.items()}

    def _create(self, cursor: PostgresCursor, name: str, projection: Projection) -> None:
        for statement in chain.from_iterable(map(statements, projection.tables)):
            cursor.raw.execute(statement.encode())
        tables = json.dumps([table.name for table in projection.tables])
        shape = fingerprint(projection, statements)
        cursor.execute("INSERT INTO projections VALUES (?, ?, ?)", (name, shape, tables))
        cursor.execute("INSERT INTO positions VALUES (?, ?, 0)", (name, WHOLE_LOG))

    # Rebuilding

    @contextmanager
    def shadow(self, projections: Mapping[str, Projection]) -> Iterator[Self]:
        """Open empty shadow rows in a schema of their own; they are gone at the end, or when the next are opened."""
        schema = f"{self.schema}_anew_{uuid.uuid4().hex[:8]}"
        with self._writers.cursor() as keeper:
            self._clear(keeper)
            keeper.execute(try_lock(schema, AdvisoryLock.SHADOW_ROWS))
            try:
                yield from self._open_shadow(schema, projections)
            finally:
                self._run(keeper, "DROP SCHEMA IF EXISTS {} CASCADE", Identifier(schema))
                keeper.execute(unlock(schema, AdvisoryLock.SHADOW_ROWS))

    def _open_shadow(self, schema: str, projections: Mapping[str, Projection]) -> Iterator[Self]:
        with type(self)(
            self.url,
            projections,
            schema=schema,
            store_schema=self.store_schema,
            partitions=self.partitions,
            durable=False,
        ) as shadow:
            yield shadow

    def _clear(self, cursor: PostgresCursor) -> None:
        """Drop what killed processes left behind: nobody holds its lock."""
        mine = cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, ?)", (f"{self.schema}_anew_",)
        )
        for (schema,) in mine.fetchall():
            (gone,) = cursor.execute(try_lock(schema, AdvisoryLock.SHADOW_ROWS)).fetchone()
            if gone:
                self._run(cursor, "DROP SCHEMA IF EXISTS {} CASCADE", Identifier(schema))
                cursor.execute(unlock(schema, AdvisoryLock.SHADOW_ROWS))

    def switch(self, shadow: Self, last: Callable[[], object]) -> None:
        """Replace these rows by the shadow rows in one transaction; `last` is called under their lock.

        Projectors wait for it and go on behind the new watermarks. Only rows that differ are written, so they do not
        wait long. The shadow's dead letters replace those of before.
        """
        there = Identifier(shadow.schema)
        with self.writing() as cursor:
            self._lock_positions(cursor)
            last()
            for statement in chain.from_iterable(map(replacement, shadow.tables.values())):
                self._run(cursor, statement, there)
            for statement in SWITCHED:
                self._run(cursor, statement, there)

    # Filling for the first time

    def untaken(self) -> list[str]:
        """Return the projections that have taken no event."""
        return [name for name, marks in self.watermarks().items() if not any(marks.values())]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one process at a time in; the others wait, however long it takes."""
        with self._writers.cursor() as cursor:
            while not cursor.execute(try_lock(self.schema, AdvisoryLock.FILL_ROWS)).fetchone()[0]:
                time.sleep(0.1)
            try:
                yield
            finally:
                cursor.execute(unlock(self.schema, AdvisoryLock.FILL_ROWS))

    def _run(self, cursor: PostgresCursor, statement: Any, *names: Identifier) -> PostgresCursor:
        with cursor.translation:
            cursor.raw.execute(SQL(statement).format(*names))
        return cursor


def complete_up_to(marks: Mapping[int, int], relay: int, ends: Mapping[int, int]) -> int:
    """Return a position that a projection has reached, by its watermarks and the relay's position."""
    whole = marks[WHOLE_LOG]
    reached = {number: max(whole, marks.get(number + 1, 0)) for number in ends}
    return min([max(whole, relay), *(at for number, at in reached.items() if at < ends[number])])

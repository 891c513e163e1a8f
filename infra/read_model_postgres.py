"""The read model in PostgreSQL: the same rows, asked by the same questions.

Positions are kept per projection and partition. A projector that reads the whole log, as `catch_up` does, stands at
partition 0; one that reads a partition of the stream has a row of its own.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from infra.rows import ReadModel, Step
from infra.rows_sql import fingerprint
from infra.rows_sql_postgres import POSITIONS, row_statements, statements
from infra.store.postgres_link import Links, PostgresCursor, ensure_schema, lock_key, told_away
from infra.store.recorded import StoreError
from projections.asking import Scalar
from projections.changes import Change, Projection, Table
from projections.registry import PROJECTIONS

WHOLE_LOG = 0
READ_ONLY = "SET default_transaction_read_only = on"
WRITING = "SET idle_in_transaction_session_timeout = '60s'"


class PostgresView:
    """The rows as of one moment."""

    def __init__(self, cursor: PostgresCursor) -> None:
        self._cursor = cursor

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds. Sums are to be cast to bigint."""
        found = self._cursor.execute(sql, parameters).plain
        names = [column.name for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found]

    def positions(self) -> dict[str, int]:
        """Return how far each projection is in the whole log."""
        rows = self._cursor.execute("SELECT projection, position FROM positions WHERE partition = ?", (WHOLE_LOG,))
        return dict(rows.fetchall())

    def rows_of(self, table: Table) -> Iterator[tuple[Scalar, ...]]:
        """Yield a table's rows, the key first, in the order of their keys, a few thousand at a time."""
        wanted = SQL("SELECT * FROM {} ORDER BY {}").format(Identifier(table.name), Identifier(table.key))
        with self._cursor.link.cursor(name=f"rows_{uuid.uuid4().hex}") as found:
            found.itersize = 5000
            yield from found.execute(wanted, binary=True)


class PostgresRows(ReadModel):
    """Rows and positions in one schema. Opening creates what is missing and empties what an older program shaped.

    StoreError if the schema is not ours or the database is away. Without `durable` a crash may lose the last commits.
    """

    def __init__(
        self,
        url: str,
        projections: Mapping[str, Projection] = PROJECTIONS,
        *,
        schema: str = "jiayi_rows",
        durable: bool = True,
    ) -> None:
        super().__init__(projections)
        self.url = url
        self.schema = schema
        self._readers = Links(url, schema, READ_ONLY)
        self._writers = Links(url, schema, WRITING if durable else f"{WRITING}; SET synchronous_commit = off")
        try:
            with self._writing() as cursor:
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
        with self._readers.asking() as cursor:
            return PostgresView(cursor).ask(sql, **parameters)

    @contextmanager
    def reading(self) -> Iterator[PostgresView]:
        """Ask several questions of one moment, that of the first; writers go on beside it."""
        with self._readers.reading() as cursor:
            yield PostgresView(cursor)

    # Writing

    @contextmanager
    def _writing(self) -> Iterator[PostgresCursor]:
        with self._writers.asking() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error, StoreError):
                    cursor.execute("ROLLBACK")
                raise

    def _held_positions(self, cursor: PostgresCursor) -> dict[str, int]:
        rows = cursor.execute(
            "SELECT projection, position FROM positions WHERE partition = ? ORDER BY projection FOR UPDATE",
            (WHOLE_LOG,),
        )
        return dict(rows.fetchall())

    def _write_rows(self, cursor: PostgresCursor, table: Table, rows: Mapping[str, Change]) -> None:
        for statement in row_statements(table, rows):
            cursor.plain.execute(statement.sql.encode(), statement.values)

    def _write_positions(self, cursor: PostgresCursor, steps: Sequence[Step]) -> None:
        cursor.plain.execute(
            """UPDATE positions SET position = u.position
            FROM unnest(%s::text[], %s::bigint[]) AS u (projection, position)
            WHERE positions.projection = u.projection AND partition = %s""",
            ([step.projection for step in steps], [step.position for step in steps], WHOLE_LOG),
        )

    # Tables

    def _prepare(self, cursor: PostgresCursor) -> None:
        cursor.execute(f"SELECT pg_advisory_xact_lock({lock_key(self.schema, 2)})")
        ensure_schema(cursor, self.schema)
        there = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", (self.schema,))
        held = {name for (name,) in there}
        if held and "positions" not in held:
            raise StoreError(f"{self.schema} holds tables that this program did not write")
        cursor.link.execute(POSITIONS)
        known = cursor.execute("SELECT projection, fingerprint, tables FROM projections").fetchall()
        gone = {name: tables for name, shape, tables in known if self._shapes().get(name) != shape}
        for name, tables in gone.items():
            for table in json.loads(tables):
                cursor.plain.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(table)))
            cursor.execute("DELETE FROM projections WHERE projection = ?", (name,))
        for name in self.projections.keys() - ({name for name, _, _ in known} - gone.keys()):
            self._create(cursor, name, self.projections[name])

    def _shapes(self) -> dict[str, str]:
        return {name: fingerprint(projection, statements) for name, projection in self.projections.items()}

    def _create(self, cursor: PostgresCursor, name: str, projection: Projection) -> None:
        for statement in chain.from_iterable(map(statements, projection.tables)):
            cursor.plain.execute(statement.encode())
        tables = json.dumps([table.name for table in projection.tables])
        shape = fingerprint(projection, statements)
        cursor.execute("INSERT INTO projections VALUES (?, ?, ?)", (name, shape, tables))
        cursor.execute("INSERT INTO positions VALUES (?, ?, 0)", (name, WHOLE_LOG))

    # Making anew

    @contextmanager
    def beside(self, projections: Mapping[str, Projection]) -> Iterator["PostgresRows"]:
        """Open empty rows in a schema beside these; they are gone at the end."""
        schema = f"{self.schema}_anew_{uuid.uuid4().hex[:8]}"
        try:
            with PostgresRows(self.url, projections, schema=schema, durable=False) as fresh:
                yield fresh
        finally:
            with self._writers.asking() as cursor, told_away():
                cursor.plain.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))

    def switch(self, fresh: ReadModel, last: Callable[[], object]) -> None:
        """Put the rows of `fresh` in the place of these in one transaction; `last` is called under their lock."""
        assert isinstance(fresh, PostgresRows), "opened by `beside`"
        with self._writing() as cursor:
            self._held_positions(cursor)
            last()
            for name in fresh.tables:
                self._run(cursor, "DELETE FROM {}", Identifier(name))
                here, there = Identifier(name), Identifier(fresh.schema, name)
                self._run(cursor, "INSERT INTO {} SELECT * FROM {}", here, there)
            self._run(
                cursor,
                """UPDATE positions SET position = f.position FROM {} f
                WHERE f.projection = positions.projection AND f.partition = positions.partition""",
                Identifier(fresh.schema, "positions"),
            )

    def _run(self, cursor: PostgresCursor, statement: Any, *names: Identifier) -> None:
        with told_away():
            cursor.plain.execute(SQL(statement).format(*names))

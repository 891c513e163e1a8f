"""Read model in PostgreSQL as the projector writes it: rows, watermarks and dead letters in one transaction.

Watermarks are positions of the read model: that of partition n stands in row n + 1, row 0 is the position in the whole
log. The latter counts for every partition, so rows that were rebuilt from the store go on from there.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress

import psycopg

from infra.database.postgres_async import AsyncConnection, AsyncSession
from infra.database.postgres_errors import ROW_ERRORS
from infra.database.tables import DEAD_LETTERS, RELAY
from infra.rows.postgres_sql import WHOLE_LOG, row_statements
from projections.changes import Projection, Table, folded
from streams.errors import Unwritable
from streams.projecting import ProjectionMarks, ProjectionOutcome, ProjectionPartition

WHOLE = """SELECT projection, position FROM positions WHERE partition = %s AND projection = ANY(%s)
ORDER BY projection FOR SHARE"""

MARK = """INSERT INTO positions SELECT projection, partition, 0
FROM unnest(%s::int[]) partition, unnest(%s::text[]) projection ORDER BY 2, 1 ON CONFLICT DO NOTHING"""

MARKS = """SELECT projection, partition, position FROM positions WHERE partition = ANY(%s) AND projection = ANY(%s)
ORDER BY partition, projection FOR UPDATE"""

BEHIND = """SELECT e.partition, min(m.position) FROM relay_ends e CROSS JOIN LATERAL (
    SELECT coalesce(max(position), 0) AS position
    FROM unnest(%(names)s::text[]) p(projection) LEFT JOIN positions w ON w.projection = p.projection
        AND w.partition IN (%(whole)s, e.partition + 1)
    GROUP BY p.projection) m
GROUP BY e.partition, e.position HAVING min(m.position) < e.position"""


class StreamedRowsWriter:
    """Rows that PostgresRows has opened before. One projector uses it; others have their own.

    A database that is away is Unavailable, rows that it will never take are Unwritable.
    """

    def __init__(
        self,
        url: str,
        projections: Mapping[str, Projection],
        *,
        schema: str = "jiayi_rows",
        store_schema: str = "jiayi",
    ) -> None:
        self._writer = AsyncSession(url, schema, tables=DEAD_LETTERS)
        self._reader = AsyncSession(url, store_schema, schema, tables=RELAY)
        self._projections = sorted(projections)
        self._tables = {table.name: table for each in projections.values() for table in each.tables}
        self._marked: set[int] = set()
        self._marked_in = 0

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        await self._writer.close()
        await self._reader.close()

    @asynccontextmanager
    async def writing(self, partitions: Collection[int]) -> AsyncIterator["_RowsTransaction"]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        async with self._writer.connection() as connection:
            if self._marked_in != self._writer.generation:  # another server, perhaps, without the marked rows
                self._marked, self._marked_in = set(), self._writer.generation
            async with _transaction(connection):
                yield _RowsTransaction(connection, self._tables, await self._lock_marks(connection, partitions))
            self._marked.update(partitions)

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        async with self._reader.connection() as connection:
            cursor = await connection.execute(BEHIND, {"whole": WHOLE_LOG, "names": self._projections})
            return dict(await cursor.fetchall())

    async def _lock_marks(self, connection: AsyncConnection, partitions: Collection[int]) -> ProjectionMarks:
        """Lock and read the watermarks, always in one order, so that two workers cannot wait for each other."""
        numbers = sorted(partitions)
        rows = [number + 1 for number in numbers]
        whole = await connection.execute(WHOLE, (WHOLE_LOG, self._projections))
        if not self._marked.issuperset(numbers):  # a row that is not there cannot be locked
            await connection.execute(MARK, (rows, self._projections))
        marks = await connection.execute(MARKS, (rows, self._projections))
        letters = await connection.execute(
            "SELECT DISTINCT projection, stream FROM dead_letters WHERE partition = ANY(%s)", (numbers,)
        )
        known: dict[str, int] = dict(await whole.fetchall())  # the first answer that is asked for: one round trip
        watermarks: dict[ProjectionPartition, int] = {}
        for projection, row, position in await marks.fetchall():
            watermarks[projection, row - 1] = max(position, known.get(projection, 0))
        return ProjectionMarks(watermarks, set(await letters.fetchall()))


@asynccontextmanager
async def _transaction(connection: AsyncConnection) -> AsyncIterator[None]:
    """Begin, and commit at the end, undo if anything is raised; Unwritable if the database did not take something.

    Nothing waits for an answer that nobody asked for: a transaction is two round trips, to read and to write.
    """
    try:
        async with connection.pipeline():
            await connection.execute("BEGIN")
            yield
            await connection.execute("COMMIT")
    except BaseException as error:
        with suppress(psycopg.Error):
            await connection.rollback()
        if isinstance(error, ROW_ERRORS):
            raise Unwritable(type(error).__name__) from error
        raise


class _RowsTransaction:
    """One transaction."""

    def __init__(self, connection: AsyncConnection, tables: Mapping[str, Table], marks: ProjectionMarks) -> None:
        self._connection = connection
        self._tables = tables
        self.marks = marks

    async def write(self, outcome: ProjectionOutcome) -> None:
        """Write rows, watermarks and dead letters; if they cannot be, the transaction ends in Unwritable."""
        for name, rows in folded(outcome.changes).items():
            for statement in row_statements(self._tables[name], rows):
                await self._connection.execute(statement.sql.encode(), statement.values)
        await self._mark(outcome)
        if outcome.letters:
            async with self._connection.cursor() as cursor:
                await cursor.executemany(
                    "INSERT INTO dead_letters VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                    [
                        (e.projection, e.position, e.partition, e.stream, e.version, e.name, e.reason, e.error)
                        for e in outcome.letters
                    ],
                )

    async def _mark(self, outcome: ProjectionOutcome) -> None:
        moved = [
            (projection, partition + 1, position)
            for (projection, partition), position in outcome.watermarks.items()
            if position > self.marks.watermarks[projection, partition]
        ]
        if moved:
            await self._connection.execute(
                """UPDATE positions p SET position = m.position
                FROM unnest(%s::text[], %s::int[], %s::bigint[]) m(projection, partition, position)
                WHERE p.projection = m.projection AND p.partition = m.partition""",
                [list(column) for column in zip(*moved, strict=True)],
            )

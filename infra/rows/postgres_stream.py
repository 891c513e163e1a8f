"""The read model in PostgreSQL as the projector writes it: rows, watermarks and dead letters in one transaction.

The watermarks stand among the positions of the read model: partition n in its row n + 1, as row 0 is the position of
who reads the whole log. What that one has taken counts for every partition, so rows that were made anew from the store
go on from there.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress

import psycopg

from infra.distributed.relay_progress import TABLES as RELAY_TABLES
from infra.distributed.relay_progress import Link, available, connected
from infra.rows.postgres_sql import DEAD_LETTERS, WHOLE_LOG, row_statements
from projections.changes import Projection, Table, folded
from streams.ports import Unwritable
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
        self._url = url
        self._schema = schema
        self._store_schema = store_schema
        self._projections = sorted(projections)
        self._tables = {table.name: table for each in projections.values() for table in each.tables}
        self._writer: Link | None = None
        self._reader: Link | None = None
        self._marked: set[int] = set()

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        for link in (self._writer, self._reader):
            if link is not None:
                await link.close()
        self._writer = self._reader = None

    @asynccontextmanager
    async def writing(self, partitions: Collection[int]) -> AsyncIterator["_RowsTransaction"]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        async with available():
            if self._writer is None or self._writer.closed:
                self._writer = await connected(self._url, self._schema, DEAD_LETTERS)
                self._marked.clear()
            async with _transaction(self._writer) as link:
                yield _RowsTransaction(link, self._tables, await self._standing(link, partitions))
            self._marked.update(partitions)

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        async with available():
            if self._reader is None or self._reader.closed:
                self._reader = await connected(self._url, self._store_schema, RELAY_TABLES, self._schema)
            found = await self._reader.execute(BEHIND, {"whole": WHOLE_LOG, "names": self._projections})
            return dict(await found.fetchall())

    async def _standing(self, link: Link, partitions: Collection[int]) -> ProjectionMarks:
        """Lock and read the watermarks, always in one order, so that two workers cannot wait for each other."""
        numbers = sorted(partitions)
        rows = [number + 1 for number in numbers]
        whole = await link.execute(WHOLE, (WHOLE_LOG, self._projections))
        if not self._marked.issuperset(numbers):  # a row that is not there cannot be locked
            await link.execute(MARK, (rows, self._projections))
        found = await link.execute(MARKS, (rows, self._projections))
        letters = await link.execute(
            "SELECT DISTINCT projection, stream FROM dead_letters WHERE partition = ANY(%s)", (numbers,)
        )
        known: dict[str, int] = dict(await whole.fetchall())  # the first answer that is asked for: one round trip
        watermarks: dict[ProjectionPartition, int] = {}
        for projection, row, position in await found.fetchall():
            watermarks[projection, row - 1] = max(position, known.get(projection, 0))
        return ProjectionMarks(watermarks, set(await letters.fetchall()))


@asynccontextmanager
async def _transaction(link: Link) -> AsyncIterator[Link]:
    """Begin, and commit at the end, undo if anything is raised; Unwritable if the database did not take something.

    Nothing waits for an answer that nobody asked for: a transaction is two round trips, to read and to write.
    """
    try:
        async with link.pipeline():
            await link.execute("BEGIN")
            yield link
            await link.execute("COMMIT")
    except BaseException as error:
        with suppress(psycopg.Error):
            await link.rollback()
        if isinstance(error, psycopg.DataError | psycopg.IntegrityError):
            raise Unwritable(type(error).__name__) from error
        raise


class _RowsTransaction:
    """One transaction."""

    def __init__(self, link: Link, tables: Mapping[str, Table], standing: ProjectionMarks) -> None:
        self._link = link
        self._tables = tables
        self.standing = standing

    async def write(self, outcome: ProjectionOutcome) -> None:
        """Write rows, watermarks and dead letters; if they cannot be, the transaction ends in Unwritable."""
        for name, rows in folded(outcome.changes).items():
            for statement in row_statements(self._tables[name], rows):
                await self._link.execute(statement.sql.encode(), statement.values)
        await self._mark(outcome)
        if outcome.letters:
            async with self._link.cursor() as cursor:
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
            if position > self.standing.watermarks[projection, partition]
        ]
        if moved:
            await self._link.execute(
                """UPDATE positions p SET position = m.position
                FROM unnest(%s::text[], %s::int[], %s::bigint[]) m(projection, partition, position)
                WHERE p.projection = m.projection AND p.partition = m.partition""",
                [list(column) for column in zip(*moved, strict=True)],
            )

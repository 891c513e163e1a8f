"""The read model in PostgreSQL as the projector writes it: rows, watermarks and dead letters in one transaction."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec
import psycopg

from infra.relaying import Link, available, connected
from projections.asking import Scalar
from projections.changes import Change, Patch, Put, Table, folded
from projections.registry import TABLES
from streams.batch import Outcome, Standing
from streams.database import Unwritable

TYPES = {"text": "text", "int": "bigint", "real": "double precision"}

_to_json = msgspec.json.Encoder().encode

Row = Mapping[str, Scalar]


class StreamedRows:
    """Rows of these tables, which are there already. One projector uses it; others have their own.

    What is away is Unavailable, rows that the database will never take are Unwritable.
    """

    def __init__(
        self, url: str, projections: Collection[str], schema: str = "jiayi", tables: Mapping[str, Table] = TABLES
    ) -> None:
        self._url = url
        self._schema = schema
        self._projections = sorted(projections)
        self._statements = Statements(tables)
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
    async def writing(self, partitions: Collection[int]) -> AsyncIterator["_Writing"]:
        """Hold the watermarks of these partitions: committed at the end, undone if anything is raised."""
        async with available():
            if self._writer is None or self._writer.closed:
                self._writer = await connected(self._url, self._schema)
            async with self._writer.transaction():
                writing = _Writing(self._writer, self._statements, await self._standing(self._writer, partitions))
                yield writing
            self._marked.update(partitions)

    async def behind(self) -> Mapping[int, int]:
        """Return the lowest watermark of each partition that is not at the end that the relay has sent."""
        async with available():
            if self._reader is None or self._reader.closed:
                self._reader = await connected(self._url, self._schema)
            found = await self._reader.execute(
                """SELECT partition, min(coalesce(w.position, 0)) AS lowest
                FROM relay_ends e CROSS JOIN unnest(%s::text[]) p(projection)
                LEFT JOIN watermarks w USING (partition, projection)
                GROUP BY partition, e.position HAVING min(coalesce(w.position, 0)) < e.position""",
                (self._projections,),
            )
            return dict(await found.fetchall())

    async def _standing(self, link: Link, partitions: Collection[int]) -> Standing:
        """Lock and read the watermarks, always in one order, so that two workers cannot wait for each other."""
        numbers = sorted(partitions)
        if not self._marked.issuperset(numbers):  # a row that is not there cannot be locked
            await link.execute(
                """INSERT INTO watermarks SELECT projection, partition, 0
                FROM unnest(%s::int[]) partition, unnest(%s::text[]) projection ORDER BY 2, 1 ON CONFLICT DO NOTHING""",
                (numbers, self._projections),
            )
        marks = await link.execute(
            """SELECT projection, partition, position FROM watermarks
            WHERE partition = ANY(%s) AND projection = ANY(%s) ORDER BY partition, projection FOR UPDATE""",
            (numbers, self._projections),
        )
        watermarks = {(projection, partition): position for projection, partition, position in await marks.fetchall()}
        letters = await link.execute(
            "SELECT DISTINCT projection, stream FROM dead_letters WHERE partition = ANY(%s)", (numbers,)
        )
        return Standing(watermarks, {(projection, stream) for projection, stream in await letters.fetchall()})


class _Writing:
    """One transaction."""

    def __init__(self, link: Link, statements: "Statements", standing: Standing) -> None:
        self._link = link
        self._statements = statements
        self.standing = standing

    async def write(self, outcome: Outcome) -> None:
        """Write rows, watermarks and dead letters; Unwritable if the rows cannot be."""
        try:
            for name, rows in folded(outcome.changes).items():
                for statement, values in self._statements.of(name, rows):
                    await self._link.execute(statement, (_to_json(values).decode(),))
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise Unwritable(type(error).__name__) from error
        await self._mark(outcome)
        if outcome.letters:
            async with self._link.cursor() as cursor:
                await cursor.executemany(
                    "INSERT INTO dead_letters VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now())",
                    [
                        (e.projection, e.position, e.partition, e.stream, e.version, e.name, e.reason, e.error)
                        for e in outcome.letters
                    ],
                )

    async def _mark(self, outcome: Outcome) -> None:
        moved = [
            (projection, partition, position)
            for (projection, partition), position in outcome.watermarks.items()
            if position > self.standing.watermarks[projection, partition]
        ]
        if moved:
            await self._link.execute(
                """UPDATE watermarks w SET position = m.position, taken_at = now()
                FROM unnest(%s::text[], %s::int[], %s::bigint[]) m(projection, partition, position)
                WHERE w.projection = m.projection AND w.partition = m.partition""",
                [list(column) for column in zip(*moved, strict=True)],
            )


class Statements:
    """The SQL of changes. Rows go as one JSON text: measured, it costs Python less than an array for each column."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._puts = {name: _put(table) for name, table in tables.items()}

    def of(self, name: str, rows: Mapping[str, Change]) -> list[tuple[bytes, list[Row | str]]]:
        """Return statements and their rows for the changes of one table, one per key; their order is free."""
        table = self._tables[name]
        puts: list[Row | str] = []
        drops: list[Row | str] = []
        patches: dict[tuple[str, ...], list[Row | str]] = defaultdict(list)
        for key, change in rows.items():
            if isinstance(change, Put):
                puts.append({table.key: key, **change.row})
            elif isinstance(change, Patch):
                patches[tuple(change.columns)].append({table.key: key, **change.columns})
            else:
                drops.append(key)
        found = [(_patch(table, columns), values) for columns, values in patches.items() if columns]
        if puts:
            found.append((self._puts[name], puts))
        if drops:
            found.append((_drop(table), drops))
        return found


def _put(table: Table) -> bytes:
    names = ", ".join(f'"{name}"' for name in (table.key, *table.columns))
    news = ", ".join(f'"{name}" = excluded."{name}"' for name in table.columns)
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {_rows(table, table.columns)}'  # noqa: S608
        f' ON CONFLICT ("{table.key}") DO UPDATE SET {news}'
    ).encode()


def _patch(table: Table, columns: Sequence[str]) -> bytes:
    news = ", ".join(f'"{name}" = r."{name}"' for name in columns)
    return (
        f'UPDATE "{table.name}" t SET {news} FROM {_rows(table, columns)}'  # noqa: S608 -- names come from the program
        f' WHERE t."{table.key}" = r."{table.key}"'
    ).encode()


def _drop(table: Table) -> bytes:
    return (
        f'DELETE FROM "{table.name}" WHERE "{table.key}" IN (SELECT json_array_elements_text(%s::json))'  # noqa: S608
    ).encode()


def _rows(table: Table, columns: Collection[str]) -> str:
    told = ", ".join([f'"{table.key}" text', *(f'"{name}" {TYPES[table.columns[name]]}' for name in columns)])
    return f"json_to_recordset(%s::json) r({told})"

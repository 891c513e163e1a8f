"""Read model: rows in one SQLite file.

Rows can be made again from the log: WAL with `synchronous=NORMAL` may lose the last commits in a power cut, but never
part of one.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.database.errors import UnfitStoreError
from infra.database.sqlite import SqliteConnections
from infra.rows.catch_up import catch_up
from infra.rows.model import EventLog, Progress, ReadModel, RowsView, Step
from infra.rows.sqlite_sql import SqliteView, fingerprint, statements, write_rows
from projections.changes import Change, Projection, Table
from projections.registry import PROJECTIONS

CACHE_KIB = 64 * 1024
CHECKPOINT_PAGES = 8000
"""A write-ahead log of up to 32 MB: filling from 0 spends a third of its time in checkpoints of SQLite's 1000 pages."""

POSITIONS = """CREATE TABLE IF NOT EXISTS positions (
    projection TEXT PRIMARY KEY, position INTEGER NOT NULL, fingerprint TEXT NOT NULL, tables TEXT NOT NULL) STRICT"""


class SqliteRows(ReadModel):
    """Rows and positions in one file. Threads may share it; other processes open their own.

    Opening creates what is missing and empties what an older program shaped; UnfitStoreError if the file is not ours.
    """

    def __init__(
        self, path: Path | str, projections: Mapping[str, Projection] = PROJECTIONS, *, durable: bool = True
    ) -> None:
        super().__init__(projections)
        self.path = Path(path)
        self._file = SqliteConnections(
            self.path,
            self._prepare,
            durability="NORMAL" if durable else "OFF",
            pragmas=(f"cache_size=-{CACHE_KIB}", f"wal_autocheckpoint={CHECKPOINT_PAGES}"),
        )

    def close(self) -> None:
        """Close the file; safe to repeat."""
        self._file.close()

    @contextmanager
    def reading(self) -> Iterator[SqliteView]:
        """Ask several questions of one moment, that of the first; writers go on meanwhile."""
        with self._file.reading() as cursor:
            yield SqliteView(cursor)

    def writing(self) -> AbstractContextManager[sqlite3.Cursor]:
        """Hold the write lock for a transaction: committed at the end, rolled back if anything is raised."""
        return self._file.writing()

    def _writing(self) -> AbstractContextManager[sqlite3.Cursor]:
        return self.writing()

    def _held_positions(self, cursor: sqlite3.Cursor) -> dict[str, int]:
        return SqliteView(cursor).positions()

    def _write_rows(self, cursor: sqlite3.Cursor, table: Table, rows: Mapping[str, Change]) -> None:
        write_rows(cursor, table, rows)

    def _write_positions(self, cursor: sqlite3.Cursor, steps: Sequence[Step]) -> None:
        cursor.executemany(
            "UPDATE positions SET position = ? WHERE projection = ?",
            [(step.position, step.projection) for step in steps],
        )

    @contextmanager
    def beside(self, projections: Mapping[str, Projection]) -> Iterator["SqliteRows"]:
        """Open empty rows in the folder of these; they are gone at the end."""
        with (
            TemporaryDirectory(dir=self.path.parent, prefix="rows-anew-") as folder,
            SqliteRows(Path(folder) / "rows.db", projections, durable=False) as fresh,
        ):
            yield fresh

    def fill(self, log: EventLog, progress: Progress | None = None, like: RowsView | None = None) -> int:
        """Bring these rows up to the log's end, or to the positions of those seen by `like`."""
        catch_up(log, self, progress=progress, until=None if like is None else like.positions())
        return self.position

    def switch(self, fresh: ReadModel, last: Callable[[], object]) -> None:
        """Put the rows of `fresh` in the place of these in one transaction; `last` is called under the write lock."""
        assert isinstance(fresh, SqliteRows), "opened by `beside`"
        with self._file.attached(fresh.path, "fresh"), self.writing() as cursor:
            last()
            for name in fresh.tables:
                cursor.execute(f'DELETE FROM main."{name}"')  # noqa: S608 -- names come from the program
                cursor.execute(f'INSERT INTO main."{name}" SELECT * FROM fresh."{name}"')  # noqa: S608
            cursor.execute(
                """UPDATE main.positions SET position = f.position FROM fresh.positions f
                WHERE f.projection = main.positions.projection"""
            )

    def _prepare(self, cursor: sqlite3.Cursor) -> None:
        held = {name for (name,) in cursor.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if held and "positions" not in held:
            raise UnfitStoreError(f"{self.path} holds tables that this program did not write")
        cursor.execute(POSITIONS)
        for name, shape, tables in cursor.execute("SELECT projection, fingerprint, tables FROM positions").fetchall():
            if name not in self.projections or fingerprint(self.projections[name], statements) != shape:
                for table in json.loads(tables):
                    cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
                cursor.execute("DELETE FROM positions WHERE projection = ?", (name,))
        there = SqliteView(cursor).positions()
        for name, projection in self.projections.items():
            if name not in there:
                for statement in chain.from_iterable(map(statements, projection.tables)):
                    cursor.execute(statement)
                cursor.execute(
                    "INSERT INTO positions VALUES (?, 0, ?, ?)",
                    (
                        name,
                        fingerprint(projection, statements),
                        json.dumps([table.name for table in projection.tables]),
                    ),
                )

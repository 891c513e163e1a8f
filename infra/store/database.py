"""The interface between the store and its databases. Rules stand above it, once and in Python; the SQL below has none.

Statements use `?` for values and only SQL that SQLite and PostgreSQL share.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from infra.database.errors import UnfitStoreError
from infra.database.statements import Values

Owner = str | None
"""Whose events a file or schema holds: an Application's, by its name, or Jiayi's own."""

JIAYI: Owner = None

OWNER_TABLE = "CREATE TABLE application (name text NOT NULL)"
"""Stands in the files and schemas of Applications only, with one row."""


def check_owner(place: object, held_by: Owner, owner: Owner) -> None:
    """Raise UnfitStoreError unless a file or schema belongs to the owner that opens it."""
    if held_by != owner:
        theirs = "Jiayi's own log" if held_by is JIAYI else f"the events of the application {held_by!r}"
        raise UnfitStoreError(f"{place} holds {theirs}: every application needs a file or schema of its own")


class Cursor(Protocol):
    """Runs statements and gives rows as tuples."""

    def execute(self, sql: str, values: Values = ..., /) -> "Cursor":
        """Run one statement."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, None at the end."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class LogEnd(NamedTuple):
    """The highest id ever given (0: none) and the UTC moment at which the newest event was written."""

    last_id: int
    recorded_at: datetime | None


class TeamDayMark(NamedTuple):
    """The new values of a team-day's row; `done` and the lease keep theirs. Moments are microseconds since 1970."""

    team_id: str
    day: str
    requested: int
    plan_from: int
    due_at: int
    first_at: int


class Writes(msgspec.Struct):
    """The rows of one commit. Claims of the named keys are replaced; documents that exist already stay.

    `lives` stands in the first commit: what time the store lives in from then on.
    """

    events: list[tuple[int, str, int, str, bytes, bytes]] = []
    answers: list[tuple[str, bytes, bytes]] = []
    keys: list[str] = []
    claims: list[tuple[str, str, str, str]] = []
    documents: list[tuple[str, bytes]] = []
    marks: list[TeamDayMark] = []
    recorded_at: datetime | None = None
    lives: str | None = None


class ExpectedReads(NamedTuple):
    """Reads that a transaction makes in any case, announced so that one round trip answers them."""

    command_ids: Sequence[str] = ()
    streams: Mapping[str, int] = {}
    """Each stream's known version: events past it are read."""


class Database(Protocol):
    """One writer at a time: from `begin` to `commit` nobody else writes, in this process or another."""

    @property
    def integrity_error(self) -> type[Exception]:
        """The driver's error for a key that is there already."""
        ...

    @property
    def blob_type(self) -> str:
        """The type of a column of bytes."""
        ...

    def begin(self) -> Cursor:
        """Take the write lock; StoreError after 30 s without it. Ends with `commit` or `rollback`."""
        ...

    def newest(self, cursor: Cursor) -> LogEnd:
        """Return the end of the log; under the write lock."""
        ...

    def write(self, cursor: Cursor, writes: Writes) -> None:
        """Write the rows of a commit; under the write lock."""
        ...

    def commit(self) -> None:
        """Make everything since `begin` durable, or nothing of it and raise the error."""
        ...

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        ...

    def writing(self) -> AbstractContextManager[Cursor]:
        """Hold the write lock for a transaction: committed at the end, rolled back if anything is raised."""
        ...

    def reading(self) -> AbstractContextManager[Cursor]:
        """Lend a cursor that sees one moment; writers go on meanwhile."""
        ...

    def cursor(self) -> AbstractContextManager[Cursor]:
        """Lend a cursor for a single statement."""
        ...

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        ...

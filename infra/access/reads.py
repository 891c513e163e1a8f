"""Reads on record: who saw what of which residents, when, why and by which request. Never a personal value.

A record is written before the answer leaves, in a log of its own: `reads.db` of the data folder, or the tables
`access_reads` and `access_read_residents`. Its fields are those of a BALP AuditEvent (IHE BasicAudit 1.1.5): agent,
role, purpose of use, entity, period, outcome, transaction id.
"""

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from domain.decider import Refused
from domain.event import value
from domain.resident import RESIDENT
from infra.access.levels import Purpose
from infra.access.principal import Role
from infra.database.sqlite import Durability, SqliteConnections
from infra.store.recorded import from_micros, to_micros

if TYPE_CHECKING:
    from infra.database.postgres import ConnectionPool
    from infra.system import System

Outcome = Literal["shown", "emergency", "refused"]
"""`emergency`: outside the reader's scope, by breaking glass."""

FOREVER = 2**62
MOST_AT_ONCE = 1000

SQLITE_TABLES = (
    """CREATE TABLE IF NOT EXISTS access_reads (
    read_id INTEGER PRIMARY KEY, at INTEGER NOT NULL, account_id TEXT NOT NULL, session_id TEXT, roles TEXT NOT NULL,
    purpose TEXT, what TEXT NOT NULL, resident_ids TEXT NOT NULL, request_id TEXT, outcome TEXT NOT NULL) STRICT""",
    """CREATE TABLE IF NOT EXISTS access_read_residents (
    resident_id TEXT NOT NULL, read_id INTEGER NOT NULL, PRIMARY KEY (resident_id, read_id)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS access_reads_by_purpose ON access_reads (purpose, read_id)",
)

POSTGRES_TABLES = """
CREATE TABLE IF NOT EXISTS access_reads (
    read_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at bigint NOT NULL, account_id text COLLATE "C" NOT NULL,
    session_id text, roles text NOT NULL, purpose text, what text NOT NULL, resident_ids text NOT NULL,
    request_id text, outcome text NOT NULL);
CREATE TABLE IF NOT EXISTS access_read_residents (
    resident_id text COLLATE "C", read_id bigint, PRIMARY KEY (resident_id, read_id));
CREATE INDEX IF NOT EXISTS access_reads_by_purpose ON access_reads (purpose, read_id);
"""

COLUMNS = "at, account_id, session_id, roles, purpose, what, resident_ids, request_id, outcome"

INSERT = f"INSERT INTO access_reads ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 -- our own names
INSERT_RESIDENT = "INSERT INTO access_read_residents (resident_id, read_id) VALUES (?, ?)"
INSERT_BOTH = f"""WITH read AS ({INSERT} RETURNING read_id)
INSERT INTO access_read_residents SELECT resident_id, read_id FROM read, unnest(?::text[]) AS resident_id"""  # noqa: S608 -- our own names

OF_RESIDENT = f"""SELECT r.read_id, {COLUMNS} FROM access_read_residents s JOIN access_reads r ON r.read_id = s.read_id
WHERE s.resident_id = ? AND s.read_id < ? ORDER BY s.read_id DESC LIMIT ?"""  # noqa: S608 -- our own names
NEWEST = f"SELECT read_id, {COLUMNS} FROM access_reads WHERE read_id < ? ORDER BY read_id DESC LIMIT ?"  # noqa: S608 -- our own names
OF_PURPOSE = f"""SELECT read_id, {COLUMNS} FROM access_reads
WHERE purpose = ? AND read_id < ? ORDER BY read_id DESC LIMIT ?"""  # noqa: S608 -- our own names


@value
class Read:
    """One answer that showed something of residents, or was refused. `what` names the question or the operation."""

    at: datetime
    account_id: str
    session_id: str | None
    roles: tuple[Role, ...]
    purpose: Purpose | None
    what: str
    resident_ids: tuple[str, ...]
    request_id: str | None
    outcome: Outcome
    read_id: int = 0


class Reads(ABC):
    """The log of reads. Threads may share it: reads that arrive during a commit join the next one."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._commit = threading.Lock()
        self._waiting: list[_PendingRead] = []

    def record(self, read: Read) -> None:
        """Write a read; it is on record when this returns. StoreError if the log cannot be written."""
        pending = _PendingRead(read)
        with self._guard:
            self._waiting.append(pending)
        with self._commit:
            if not pending.is_over:
                self._commit_waiting()
        if pending.error is not None:
            raise pending.error

    def _commit_waiting(self) -> None:
        with self._guard:
            batch, self._waiting = self._waiting, []
        try:
            self._write([pending.read for pending in batch])
        except Exception as error:
            for pending in batch:
                pending.error = error
        for pending in batch:
            pending.is_over = True

    @abstractmethod
    def _write(self, reads: Sequence[Read]) -> None:
        """Write reads in one transaction."""

    @abstractmethod
    def _select(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return rows."""

    def of_resident(self, resident_id: str, before: int | None = None, limit: int = 100) -> list[Read]:
        """Return who has seen a resident's record, the newest read first; `before` is the last `read_id` so far."""
        values = (resident_id, before or FOREVER, min(limit, MOST_AT_ONCE))
        return [_read_of(row) for row in self._select(OF_RESIDENT, values)]

    def newest(self, before: int | None = None, limit: int = 100) -> list[Read]:
        """Return all reads, the newest first."""
        return [_read_of(row) for row in self._select(NEWEST, (before or FOREVER, min(limit, MOST_AT_ONCE)))]

    def of_purposes(self, purposes: Iterable[Purpose], before: int | None = None, limit: int = 100) -> list[Read]:
        """Return the reads for some purposes, the newest first."""
        values = (before or FOREVER, min(limit, MOST_AT_ONCE))
        reads = [_read_of(row) for each in purposes for row in self._select(OF_PURPOSE, (each, *values))]
        return sorted(reads, key=lambda read: read.read_id, reverse=True)[:limit]

    @abstractmethod
    def close(self) -> None:
        """Close every file or connection."""


class _PendingRead:
    """A read that waits for its commit."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.error: Exception | None = None
        self.is_over = False


class SqliteReads(Reads):
    """The log in a file of its own."""

    def __init__(self, path: Path, durability: Durability = "FULL") -> None:
        super().__init__()
        self._file = SqliteConnections(path, _make_tables, durability=durability)

    def _write(self, reads: Sequence[Read]) -> None:
        with self._file.writing() as cursor:
            for read in reads:
                read_id = cursor.execute(INSERT, _values(read)).lastrowid
                cursor.executemany(INSERT_RESIDENT, [(resident, read_id) for resident in read.resident_ids])

    def _select(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._file.reading() as cursor:
            return cursor.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class PostgresReads(Reads):
    """The log in PostgreSQL, over connections of its own."""

    def __init__(self, connections: "ConnectionPool") -> None:
        super().__init__()
        self._connections = connections

    def _write(self, reads: Sequence[Read]) -> None:
        with self._connections.writing() as cursor:
            for read in reads:
                cursor.execute(INSERT_BOTH, (*_values(read), list(read.resident_ids)))

    def _select(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._connections.cursor() as cursor:
            return cursor.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()


def _make_tables(cursor: sqlite3.Cursor) -> None:
    for table in SQLITE_TABLES:
        cursor.execute(table)


def _values(read: Read) -> tuple[Any, ...]:
    return (
        to_micros(read.at),
        read.account_id,
        read.session_id,
        " ".join(read.roles),
        read.purpose,
        read.what,
        msgspec.json.encode(read.resident_ids).decode(),
        read.request_id,
        read.outcome,
    )


def _read_of(row: tuple[Any, ...]) -> Read:
    read_id, at, account_id, session_id, roles, purpose, what, resident_ids, request_id, outcome = row
    return Read(
        read_id=read_id,
        at=from_micros(at),
        account_id=account_id,
        session_id=session_id,
        roles=cast("tuple[Role, ...]", tuple(roles.split())),
        purpose=purpose,
        what=what,
        resident_ids=msgspec.json.decode(resident_ids, type=tuple[str, ...]),
        request_id=request_id,
        outcome=outcome,
    )


def reads_of_resident(system: "System", resident_id: str, before: int | None, limit: int) -> list[Read]:
    """Return who has seen a resident's record, the newest read first. Refused `resident-not-registered`."""
    reads = reads_of(system).of_resident(resident_id, before, limit)
    if not reads and not system.store.read(RESIDENT.stream(resident_id)):
        raise Refused("resident-not-registered", resident=resident_id)
    return reads


def reads_of(system: "System") -> Reads:
    """Return the log of reads of a system, opened at the first use."""
    return system.part("reads", lambda: _open(system))


def _open(system: "System") -> Reads:
    if not system.settings.distributed:
        return SqliteReads(system.settings.data / "reads.db")
    url, _ = system.settings.addresses()
    return open_postgres_reads(url)


def open_postgres_reads(database_url: str) -> Reads:
    """Open the log in a PostgreSQL database, making its tables if they are missing."""
    from infra.database.postgres import ConnectionPool, make_tables  # noqa: PLC0415 -- PostgreSQL's driver
    from infra.database.tables import SCHEMA  # noqa: PLC0415 -- likewise

    connections = ConnectionPool(database_url, SCHEMA)
    with connections.cursor() as cursor:
        make_tables(cursor, SCHEMA, POSTGRES_TABLES)
    return PostgresReads(connections)

"""Dead letters in PostgreSQL: found, and redriven with today's program.

The events that wait in one stream are taken in order, as the store has them: rows are written and letters removed in
one transaction, under the lock of the watermark under which a projector adds letters.
"""

from collections.abc import Iterator, Mapping, Sequence

from infra.codec import decode
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.database.postgres_errors import ROW_ERRORS
from infra.database.postgres_session import idle_limit
from infra.distributed import reactions
from infra.distributed.reactions import PostgresReactionRedrive
from infra.rows.postgres_sql import WHOLE_LOG, row_statements
from infra.store.store import EventStore
from projections.changes import Change, Projection, folded
from projections.registry import handlers_of
from streams.dead_letters import REACTIONS, RedriveResult, StoredDeadLetter, redrive_each, redrive_stream
from streams.errors import Unwritable
from streams.events import TransportedEvent
from streams.projecting import BatchProjector, redrive_event

ALL = f"""SELECT * FROM (
    SELECT projection, partition, stream, version, position, name, reason, error, at FROM jiayi_rows.dead_letters
    UNION ALL
    SELECT '{REACTIONS}', partition, stream, version, position, name, reason, error, at FROM jiayi.reaction_letters) l
WHERE (:projection::text IS NULL OR projection = :projection) AND (:stream::text IS NULL OR stream = :stream)
    AND (:position::bigint IS NULL OR position = :position)
ORDER BY position, projection"""  # noqa: S608 -- a name of the program's own

MARK = "INSERT INTO positions VALUES (?, ?, 0) ON CONFLICT DO NOTHING"
HOLD_WHOLE = "SELECT FROM positions WHERE projection = ? AND partition = ? FOR SHARE"
HOLD = "SELECT FROM positions WHERE projection = ? AND partition = ? FOR UPDATE"

PARTITIONS = "SELECT DISTINCT partition FROM dead_letters WHERE projection = ? AND stream = ? ORDER BY partition"
TAKEN = "DELETE FROM dead_letters WHERE projection = ? AND position = ?"
STILL_POISON = "UPDATE dead_letters SET reason = 'poison', error = ? WHERE projection = ? AND position = ?"


class PostgresDeadLetters:
    """Dead letters of projections and reactions. StoreError: the database is away."""

    def __init__(self, url: str, store: EventStore, projections: Mapping[str, Projection], *, region: str) -> None:
        self._store = store
        self._projections = projections
        self._region = region
        self._of_rows = ConnectionPool(url, "jiayi_rows", idle_limit(20))
        self._of_reactions = ConnectionPool(url, "jiayi", idle_limit(20))

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self._of_rows.close()
        self._of_reactions.close()

    def find(
        self, projection: str | None = None, stream: str | None = None, position: int | None = None
    ) -> list[StoredDeadLetter]:
        """Return letters in the order of the log, those of reactions too."""
        with self._of_reactions.cursor() as cursor:
            return find_letters(cursor, projection, stream, position)

    def redrive(self, letters: Sequence[StoredDeadLetter]) -> Iterator[RedriveResult]:
        """Take the events that wait in the streams of these letters, one stream after the other."""
        yield from redrive_each(letters, self, self._redrive)

    def _redrive(self, projection: str, stream: str) -> int:
        events = {event.version: event for event in self._store.read(stream)}
        if projection == REACTIONS:
            with self._of_reactions.cursor() as cursor, cursor.connection.transaction():
                cursor.execute(reactions.HOLD, (stream,))  # nobody parks another one meanwhile
                waiting = find_letters(cursor, projection, stream)
                return redrive_stream(waiting, events, PostgresReactionRedrive(cursor, self._store, self._region))
        with self._of_rows.cursor() as cursor, cursor.connection.transaction():
            for (partition,) in cursor.execute(PARTITIONS, (projection, stream)).fetchall():
                hold(cursor, projection, partition)
            waiting = find_letters(cursor, projection, stream)
            return redrive_stream(waiting, events, _PostgresRowsRedrive(cursor, self._projections[projection]))


def find_letters(
    cursor: PostgresCursor, projection: str | None = None, stream: str | None = None, position: int | None = None
) -> list[StoredDeadLetter]:
    """Return letters in the order of the log."""
    rows = cursor.execute(ALL, {"projection": projection, "stream": stream, "position": position}).fetchall()
    return [StoredDeadLetter(**dict(zip(StoredDeadLetter.__dataclass_fields__, row, strict=True))) for row in rows]


def hold(cursor: PostgresCursor, projection: str, partition: int) -> None:
    """Hold the watermark as a projector does, and in its order: it adds no letter and writes no row meanwhile."""
    cursor.execute(HOLD_WHOLE, (projection, WHOLE_LOG))
    cursor.execute(MARK, (projection, partition + 1))
    cursor.execute(HOLD, (projection, partition + 1))


class _PostgresRowsRedrive:
    """One transaction over one projection's letters of one stream."""

    def __init__(self, cursor: PostgresCursor, projection: Projection) -> None:
        self._cursor = cursor
        self._projector = BatchProjector((projection.name,), handlers_of([projection]), decode)
        self._tables = {table.name: table for table in projection.tables}

    def take(self, letter: StoredDeadLetter, event: TransportedEvent) -> str:  # noqa: ARG002 -- a letter of this projection
        """Write the rows of an event; return what is wrong, and have nothing written, if it cannot be taken."""
        return redrive_event(self._projector, event, self._write)

    def _write(self, changes: Sequence[Change]) -> None:
        try:
            with self._cursor.connection.transaction():
                for name, rows in folded(changes).items():
                    for statement in row_statements(self._tables[name], rows):
                        self._cursor.raw.execute(statement.sql.encode(), statement.values)
        except ROW_ERRORS as error:
            raise Unwritable(type(error).__name__) from error

    def remove(self, letter: StoredDeadLetter) -> None:
        """Remove the letter of an event that was taken."""
        self._cursor.execute(TAKEN, (letter.projection, letter.position))

    def keep(self, letter: StoredDeadLetter, error: str) -> None:
        """Keep a letter as poison, with what is wrong now."""
        self._cursor.execute(STILL_POISON, (error, letter.projection, letter.position))

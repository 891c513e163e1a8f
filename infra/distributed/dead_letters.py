"""Events that a projection or the reactions could not take: looked at, and taken after all when the program is mended.

What waits of one stream is taken in order, by today's program, as the store has it: rows are written and letters taken
away in one transaction, under the lock of the watermark under which a projector adds letters. The first event that
still cannot be taken stays, with what is wrong now, and all behind it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from domain.event import value
from infra.codec import decode
from infra.database.postgres import ConnectionPool, PostgresCursor
from infra.database.postgres_errors import ROW_ERRORS
from infra.database.postgres_session import idle_limit
from infra.distributed.reactions import redrive_reactions
from infra.rows.postgres_sql import WHOLE_LOG, row_statements
from infra.store.recorded import StoredEvent
from infra.store.store import EventStore
from projections.changes import Change, Projection, folded
from projections.registry import handlers_of
from streams.due_reactions import REACTIONS
from streams.envelope import PartitionBatch, TransportedEvent
from streams.projecting import BatchProjector, ProjectionMarks

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

WAITING = "SELECT partition, version, position FROM dead_letters WHERE projection = ? AND stream = ? ORDER BY position"
PARTITIONS = "SELECT DISTINCT partition FROM dead_letters WHERE projection = ? AND stream = ? ORDER BY partition"
TAKEN = "DELETE FROM dead_letters WHERE projection = ? AND position = ?"
STILL_POISON = "UPDATE dead_letters SET reason = 'poison', error = ? WHERE projection = ? AND position = ?"

REFUSED, MISSING = "rows refused by the database", "not in the store"
"""What a letter says of an event that was read, or could not even be found."""


@value
class StoredDeadLetter:
    """One event that was not taken by a projection, or by the reactions. It tells where it is, not what it says."""

    projection: str
    partition: int
    stream: str
    version: int
    position: int
    name: str
    reason: str
    error: str
    at: datetime


@value
class RedriveResult:
    """What became of what waited of one stream: so many were taken, and the one at `position` still cannot be."""

    projection: str
    stream: str
    taken: int
    waiting: int = 0
    position: int | None = None
    error: str = ""


def list_dead_letters(
    connections: ConnectionPool, projection: str | None = None, stream: str | None = None, position: int | None = None
) -> list[StoredDeadLetter]:
    """Return letters in the order of the log, those of reactions too. StoreError: the database is away."""
    with connections.cursor() as cursor:
        found = cursor.execute(ALL, {"projection": projection, "stream": stream, "position": position}).fetchall()
    return [StoredDeadLetter(**dict(zip(StoredDeadLetter.__dataclass_fields__, row, strict=True))) for row in found]


def redrive(
    url: str,
    store: EventStore,
    found: Sequence[StoredDeadLetter],
    *,
    region: str,
    projections: Mapping[str, Projection],
) -> Iterator[RedriveResult]:
    """Take what waits of the streams that letters are of, one after the other. StoreError: the database is away."""
    for projection, stream in dict.fromkeys((each.projection, each.stream) for each in found):
        if projection == REACTIONS:
            yield _redrive_reactions(url, store, stream, region)
        else:
            connections = ConnectionPool(url, "jiayi_rows", idle_limit(20))
            try:
                yield redrive_rows(connections, store, projections[projection], stream)
            finally:
                connections.close()


def _redrive_reactions(url: str, store: EventStore, stream: str, region: str) -> RedriveResult:
    taken = redrive_reactions(store, url, stream, region=region)
    connections = ConnectionPool(url, "jiayi")
    try:
        left = list_dead_letters(connections, REACTIONS, stream)
    finally:
        connections.close()
    return _redriven(REACTIONS, stream, taken, left)


def _redriven(projection: str, stream: str, taken: int, left: Sequence[StoredDeadLetter]) -> RedriveResult:
    first = left[0] if left else None
    return RedriveResult(
        projection=projection,
        stream=stream,
        taken=taken,
        waiting=max(0, len(left) - 1),
        position=first.position if first else None,
        error=first.error if first else "",
    )


def redrive_rows(connections: ConnectionPool, store: EventStore, projection: Projection, stream: str) -> RedriveResult:
    """Take what a projection has waiting of a stream. `links` are to the schema of the rows."""
    name = projection.name
    with connections.cursor() as cursor, cursor.connection.transaction():
        for (partition,) in cursor.execute(PARTITIONS, (name, stream)).fetchall():
            _hold(cursor, name, partition)
        waiting = cursor.execute(WAITING, (name, stream)).fetchall()
        events = {event.version: event for event in store.read(stream)}
        rows = _Rows(cursor, projection)
        taken = 0
        for partition, version, position in waiting:
            error = rows.take(partition, events.get(version))
            if error:
                cursor.execute(STILL_POISON, (error, name, position))
                break
            cursor.execute(TAKEN, (name, position))
            taken += 1
    return _redriven(name, stream, taken, list_dead_letters(connections, name, stream))


def _hold(cursor: PostgresCursor, projection: str, partition: int) -> None:
    """Hold the watermark as a projector does, and in its order: it adds no letter and writes no row meanwhile."""
    cursor.execute(HOLD_WHOLE, (projection, WHOLE_LOG))
    cursor.execute(MARK, (projection, partition + 1))
    cursor.execute(HOLD, (projection, partition + 1))


class _Rows:
    """One projection's rows, as a transaction writes them."""

    def __init__(self, cursor: PostgresCursor, projection: Projection) -> None:
        self._cursor = cursor
        self._reading = BatchProjector((projection.name,), handlers_of([projection]), decode)
        self._tables = {table.name: table for table in projection.tables}

    def take(self, partition: int, event: StoredEvent | None) -> str:
        """Write what an event means; return what is wrong, and have nothing written, if it cannot be taken."""
        if event is None:
            return MISSING
        carried = TransportedEvent(
            event.position, event.stream, event.version, event.name, event.state, event.metadata_state
        )
        outcome = self._reading.outcome([PartitionBatch(partition, 0, (carried,))], ProjectionMarks({}))
        if outcome.letters:
            return outcome.letters[0].error
        try:
            with self._cursor.connection.transaction():
                self._write(outcome.changes)
        except ROW_ERRORS:
            return REFUSED
        return ""

    def _write(self, changes: Sequence[Change]) -> None:
        for name, rows in folded(changes).items():
            for statement in row_statements(self._tables[name], rows):
                self._cursor.raw.execute(statement.sql.encode(), statement.values)

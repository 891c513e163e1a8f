"""Dead letters of the embedded system: those of projections stand with the rows, those of reactions with the reactor.

Events that wait in one stream are taken in order, in one transaction that also removes their letters.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from infra.codec import decode
from infra.embedded.runner import ReactorProgress, ReactorTransaction
from infra.reactions import ReactionCommand, give, give_again
from infra.rows.sqlite import SqliteRows, savepoint, write_rows
from infra.store.store import EventStore
from projections.changes import Change, Projection, folded
from projections.registry import handlers_of
from streams.dead_letters import REACTIONS, RedriveResult, StoredDeadLetter, redrive_each, redrive_stream
from streams.events import TransportedEvent
from streams.projecting import BatchProjector, redrive_event


class SqliteDeadLetters:
    """Dead letters of projections and reactions in a data folder."""

    def __init__(self, rows: SqliteRows, progress: ReactorProgress, store: EventStore, *, region: str) -> None:
        self._rows = rows
        self._progress = progress
        self._store = store
        self._region = region

    def find(
        self, projection: str | None = None, stream: str | None = None, position: int | None = None
    ) -> list[StoredDeadLetter]:
        """Return letters in the order of the log, those of reactions too."""
        of_rows = [] if projection == REACTIONS else self._rows.letters(projection, stream, position)
        of_reactions = self._progress.letters(stream, position) if projection in {None, REACTIONS} else []
        return sorted([*of_rows, *of_reactions], key=lambda letter: (letter.position, letter.projection))

    def redrive(self, letters: Sequence[StoredDeadLetter]) -> Iterator[RedriveResult]:
        """Take the events that wait in the streams of these letters, one stream after the other."""
        yield from redrive_each(letters, self, self._redrive)

    def _redrive(self, projection: str, stream: str) -> int:
        events = {event.version: event for event in self._store.read(stream)}
        if projection == REACTIONS:
            with self._progress.reacting() as transaction:
                redrive = _SqliteReactionRedrive(transaction, self._store, self._region)
                return redrive_stream(self._progress.letters(stream), events, redrive)
        with self._rows.writing() as cursor:
            waiting = self._rows.letters(projection, stream)
            return redrive_stream(waiting, events, _SqliteRowsRedrive(cursor, self._rows.projections[projection]))


class _SqliteReactionRedrive:
    """One transaction over the reactions' letters of one stream."""

    def __init__(self, transaction: ReactorTransaction, store: EventStore, region: str) -> None:
        self._transaction = transaction
        self._store = store
        self._region = region
        self.remove = transaction.remove
        self.keep = transaction.keep

    def take(self, letter: StoredDeadLetter, event: TransportedEvent) -> str:  # noqa: ARG002 -- a letter of the reactions
        """Run the reactions to an event; return what is wrong if they cannot be run."""
        return give_again(self._give, event)

    def _give(self, commands: Sequence[ReactionCommand]) -> None:
        refused = give(self._store, commands, region=self._region, database_errors=(sqlite3.Error,))
        self._transaction.refuse(refused)


class _SqliteRowsRedrive:
    """One transaction over one projection's letters of one stream."""

    def __init__(self, cursor: sqlite3.Cursor, projection: Projection) -> None:
        self._cursor = cursor
        self._projector = BatchProjector((projection.name,), handlers_of([projection]), decode)
        self._tables = {table.name: table for table in projection.tables}

    def take(self, letter: StoredDeadLetter, event: TransportedEvent) -> str:  # noqa: ARG002 -- a letter of this projection
        """Write the rows of an event; return what is wrong, and have nothing written, if it cannot be taken."""
        return redrive_event(self._projector, event, self._write)

    def _write(self, changes: Sequence[Change]) -> None:
        with savepoint(self._cursor):
            for name, rows in folded(changes).items():
                write_rows(self._cursor, self._tables[name], rows)

    def remove(self, letter: StoredDeadLetter) -> None:
        """Remove the letter of an event that was taken."""
        self._cursor.execute(
            "DELETE FROM dead_letters WHERE projection = ? AND position = ?", (letter.projection, letter.position)
        )

    def keep(self, letter: StoredDeadLetter, error: str) -> None:
        """Keep a letter as poison, with what is wrong now."""
        self._cursor.execute(
            "UPDATE dead_letters SET reason = 'poison', error = ? WHERE projection = ? AND position = ?",
            (error, letter.projection, letter.position),
        )

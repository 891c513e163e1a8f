"""Embedded runner: rows, reactions and timers follow the events in batches, in one process, without a broker.

The reactor's progress: how far reactions are, which commands were refused, and their dead letters.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from domain.registry import EVENT_TYPES
from infra.database.errors import NewerStoreError
from infra.database.sqlite import SqliteConnections
from infra.database.sqlite_tables import REACTOR
from infra.reactions import REACTION_RULES, RefusedReaction, fire, give, timer_command
from infra.rows.model import WHOLE_LOG_PARTITION, ReadModel, catch_up
from infra.store.recorded import from_micros, to_micros
from infra.store.store import EventStore
from projections.timers import due_by
from streams.committing import RefusedPositions, commit
from streams.dead_letters import REACTIONS, DeadLetter, StoredDeadLetter
from streams.due_reactions import ReactionMarks
from streams.events import PartitionBatch, UnknownEvent

BATCH = 1000


class Runner:
    """Lets rows, reactions and timers follow the store. Threads may share it: one of them follows at a time.

    Two runners on one data folder are harmless: rows and their position are one transaction, and the commands of
    reactions and timers carry derived ids.
    """

    def __init__(self, store: EventStore, rows: ReadModel, progress: "ReactorProgress", *, region: str) -> None:
        self._store = store
        self._rows = rows
        self._progress = progress
        self._region = region
        self._follows = threading.RLock()
        self._fired: set[str] = set()
        self._commands_followed = False
        self._position: int | None = None
        """How far reactions were when this runner last looked; another runner may have gone further since."""

    def follow(self, now: datetime) -> None:  # noqa: ARG002 -- followers of other processes wait by the time
        """Bring rows and reactions up to the store's end, the events of reactions included."""
        with self._follows:
            catch_up(self._store, self._rows, known=EVENT_TYPES)
            while self._react():
                catch_up(self._store, self._rows, known=EVENT_TYPES)

    def settle(self, now: datetime) -> None:
        """Follow, and fire every timer due up to `now`, until nothing more follows."""
        with self._follows:
            self.follow(now)
            while self._fire(now):
                self.follow(now)

    def _react(self) -> bool:
        """Run the reactions to the next events; False if nothing more can follow from them."""
        position = self._progress.position() if self._position is None else self._position
        events = self._store.select_notifications(position + 1, BATCH)
        if not events:
            return False
        self._commands_followed = False
        commit([PartitionBatch(WHOLE_LOG_PARTITION, position, tuple(events))], self._react_to)
        return self._commands_followed or len(events) == BATCH

    def _react_to(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        """Commit the commands that follow, then store refusals, the position and dead letters."""
        with self._progress.reacting() as transaction:
            try:
                due = REACTION_RULES.due(batches, transaction.marks, refused)
            except UnknownEvent as error:
                raise NewerStoreError(str(error)) from error
            refusals: Sequence[RefusedReaction] = ()
            if commands := due.commands:
                self._commands_followed = True
                refusals = give(self._store, commands, region=self._region, database_errors=(sqlite3.Error,))
            position = due.watermarks[WHOLE_LOG_PARTITION]
            transaction.write(position, refusals, due.letters)
        self._position = position

    def _fire(self, now: datetime) -> bool:
        """Run the commands of the timers that are due; False if each of them was run before."""
        commands = []
        for timer in due_by(self._rows, now):
            timer_id, due_at = str(timer["timer_id"]), str(timer["due_at"])
            key = f"{timer_id}@{due_at}"
            if key in self._fired:  # refused or quiet when it was run: it stays due until its stream moves on
                continue
            self._fired.add(key)
            commands.append(timer_command(timer_id, due_at, str(timer["command"]), now))
        fire(self._store, commands, region=self._region, database_errors=(sqlite3.Error,))
        return bool(commands)


def make_tables(cursor: sqlite3.Cursor) -> None:
    """Make the tables that are missing: older programs made fewer."""
    for table in REACTOR:
        cursor.execute(table)


def position_of(cursor: sqlite3.Cursor) -> int:
    """Return the position of the last event whose reactions were run."""
    row = cursor.execute("SELECT position FROM reactor").fetchone()
    return int(row[0]) if row else 0


class ReactorProgress:
    """One small SQLite file. Losing it loses nothing: reactions run again and are quiet, by their command ids."""

    def __init__(self, path: Path | str) -> None:
        self._file = SqliteConnections(Path(path), make_tables, durability="NORMAL")

    def position(self) -> int:
        """Return the position of the last event whose reactions were run."""
        with self._file.reading() as cursor:
            return position_of(cursor)

    @contextmanager
    def reacting(self) -> Iterator["ReactorTransaction"]:
        """Hold the position and the letters: committed at the end, rolled back if anything is raised."""
        with self._file.writing() as cursor:
            parked = {stream for (stream,) in cursor.execute("SELECT DISTINCT stream FROM reaction_letters")}
            yield ReactorTransaction(cursor, ReactionMarks({0: position_of(cursor)}, parked))

    def letters(self, stream: str | None = None, position: int | None = None) -> list[StoredDeadLetter]:
        """Return the dead letters of reactions in the order of the log."""
        with self._file.reading() as cursor:
            rows = cursor.execute(
                """SELECT partition, stream, version, position, name, reason, error, at FROM reaction_letters
            WHERE (:stream IS NULL OR stream = :stream) AND (:position IS NULL OR position = :position)
            ORDER BY position""",
                {"stream": stream, "position": position},
            ).fetchall()
        return [
            StoredDeadLetter(
                projection=REACTIONS,
                partition=partition,
                stream=of,
                version=version,
                position=place,
                name=name,
                reason=reason,
                error=error,
                at=from_micros(at),
            )
            for partition, of, version, place, name, reason, error, at in rows
        ]

    def refused(self) -> list[RefusedReaction]:
        """Return every refused reaction, by event."""
        names = ("command_id", "event_id", "reaction", "command", "rule", "detail")
        with self._file.reading() as cursor:
            rows = cursor.execute(f"SELECT {', '.join(names)} FROM refusals ORDER BY 2, 3, 1").fetchall()  # noqa: S608 -- our own
        return [RefusedReaction(**dict(zip(names, row, strict=True))) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class ReactorTransaction:
    """One transaction over the reactor's progress."""

    def __init__(self, cursor: sqlite3.Cursor, marks: ReactionMarks) -> None:
        self._cursor = cursor
        self.marks = marks

    def write(self, position: int, refused: Sequence[RefusedReaction], letters: Sequence[DeadLetter]) -> None:
        """Write how far reactions are, never backwards, what was refused on the way, and dead letters."""
        self.refuse(refused)
        if letters:
            now = to_micros(datetime.now(UTC))
            self._cursor.executemany(
                "INSERT OR IGNORE INTO reaction_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(e.position, e.partition, e.stream, e.version, e.name, e.reason, e.error, now) for e in letters],
            )
        self._cursor.execute(
            """INSERT INTO reactor VALUES (1, :position)
            ON CONFLICT (id) DO UPDATE SET position = max(position, :position)""",
            {"position": position},
        )

    def refuse(self, refused: Sequence[RefusedReaction]) -> None:
        """Write refused commands."""
        self._cursor.executemany(
            "INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?, ?, ?)",
            [(r.command_id, r.event_id, r.reaction, r.command, r.rule, r.detail) for r in refused],
        )

    def remove(self, letter: StoredDeadLetter) -> None:
        """Remove the letter of an event whose reactions were run."""
        self._cursor.execute("DELETE FROM reaction_letters WHERE position = ?", (letter.position,))

    def keep(self, letter: StoredDeadLetter, error: str) -> None:
        """Keep a letter as poison, with what is wrong now."""
        self._cursor.execute(
            "UPDATE reaction_letters SET reason = 'poison', error = ? WHERE position = ?", (error, letter.position)
        )

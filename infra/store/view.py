"""Reads of the store as of one moment."""

from collections.abc import Sequence
from datetime import datetime
from itertools import starmap

import msgspec

from domain.decider import Refused
from infra.database.statements import placeholders
from infra.store.database import Cursor
from infra.store.recorded import Answer, StoredEvent, decode_answer

COLUMNS = "notification_id, originator_id, originator_version, topic, state, metadata"


class _When(msgspec.Struct):
    """The one field of the metadata that every command reads."""

    recorded_at: datetime


_when = msgspec.json.Decoder(_When).decode


def recorded_at(metadata: bytes) -> datetime:
    """Return the UTC moment at which an event was written, and decode nothing else."""
    return _when(metadata).recorded_at


class View:
    """Reads inside one transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def read(self, stream: str) -> list[StoredEvent]:
        """Return a stream's events, oldest first; `[]` if it was never begun."""
        rows = self._cursor.execute(
            f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = ? ORDER BY originator_version",  # noqa: S608
            (stream,),
        )
        return list(starmap(StoredEvent, rows))

    def payloads(self, stream: str, version: int = 0) -> list[tuple[str, bytes]]:
        """Return the stored names and bytes of a stream past a version, oldest first, for a fold."""
        return self._cursor.execute(
            "SELECT topic, state FROM stored_events WHERE originator_id = ? AND originator_version > ?"
            " ORDER BY originator_version",
            (stream, version),
        ).fetchall()

    def version(self, stream: str) -> int:
        """Return how many events the stream has."""
        (version,) = self._cursor.execute(
            "SELECT max(originator_version) FROM stored_events WHERE originator_id = ?", (stream,)
        ).fetchone()
        return version or 0

    def select(
        self,
        first: int,
        limit: int,
        *,
        last: int | None = None,
        names: Sequence[str] = (),
        category: str | None = None,
        stream: str | None = None,
    ) -> list[StoredEvent]:
        """Return up to `limit` events in commit order from a position on, up to `last`, of some names or streams."""
        sql = f"SELECT {COLUMNS} FROM stored_events WHERE notification_id >= ?"  # noqa: S608
        values: list[str | int] = [first]
        if last is not None:
            sql += " AND notification_id <= ?"
            values.append(last)
        if names:
            sql += f" AND topic IN ({placeholders(len(names))})"
            values += names
        if category is not None:
            sql += " AND originator_id >= ? AND originator_id < ?"
            values += [f"{category}-", f"{category}."]  # "." follows "-"
        if stream is not None:
            sql += " AND originator_id = ?"
            values.append(stream)
        values.append(limit)
        return list(starmap(StoredEvent, self._cursor.execute(sql + " ORDER BY notification_id LIMIT ?", values)))

    def last_position(self) -> int:
        """Return the id of the newest event; 0 if there is none."""
        (position,) = self._cursor.execute("SELECT max(notification_id) FROM stored_events").fetchone()
        return position or 0

    def last_recorded_at(self) -> datetime | None:
        """Return the UTC moment at which the newest event was written."""
        row = self._cursor.execute(
            "SELECT metadata FROM stored_events ORDER BY notification_id DESC LIMIT 1"
        ).fetchone()
        return recorded_at(row[0]) if row else None

    def first_answer(self, command_id: str, digest: bytes) -> Answer | None:
        """Return the first answer to a command id, None if the id is new.

        Refused `command-id-reused` if it belongs to another command.
        """
        row = self._cursor.execute("SELECT digest, answer FROM commands WHERE command_id = ?", (command_id,)).fetchone()
        if row is None:
            return None
        if row[0] != digest:
            raise Refused("command-id-reused", command_id=command_id)
        return decode_answer(row[1])

    def document(self, digest: str) -> bytes | None:
        """Return a document by the SHA-256 of its body, None if it was never kept."""
        row = self._cursor.execute("SELECT body FROM documents WHERE digest = ?", (digest,)).fetchone()
        return bytes(row[0]) if row else None

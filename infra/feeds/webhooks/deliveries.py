"""Deliveries: what waits for each receiver, what failed and when it is tried again, and what is given up (dead)."""

from collections.abc import Iterable
from datetime import datetime

from domain.event import value
from infra.feeds.tables import FeedTables
from infra.store.recorded import StoredEvent, from_micros, to_micros

AT_ONCE = 500
"""Waiting messages of a receiver that are looked at in one round."""


@value
class Delivery:
    """A message that waits or is dead. `attempts` have failed, the last one with `error`."""

    webhook_id: str
    position: int
    stream: str
    attempts: int
    next_at: datetime
    leased_until: datetime
    error: str


COLUMNS = "webhook_id, position, stream, attempts, next_at, leased_until, error"


class Deliveries:
    """The messages of all receivers."""

    def __init__(self, tables: FeedTables) -> None:
        self._tables = tables

    def position(self, webhook_id: str) -> int | None:
        """Return up to which event the messages of a receiver were made; None: it is new."""
        rows = self._tables.ask("SELECT position FROM webhook_positions WHERE webhook_id = ?", webhook_id)
        return int(rows[0][0]) if rows else None

    def add(self, webhook_id: str, events: Iterable[StoredEvent], position: int, now: datetime) -> None:
        """Let messages of these events wait, and move the position: in one transaction, so none is lost or doubled."""
        with self._tables.writing() as cursor:
            for event in events:
                cursor.execute(
                    """INSERT INTO webhook_deliveries VALUES (?, ?, ?, 0, ?, 0, 0, '')
                    ON CONFLICT (webhook_id, position) DO NOTHING""",
                    (webhook_id, event.position, event.stream, to_micros(now)),
                )
            cursor.execute(
                """INSERT INTO webhook_positions VALUES (?, ?) ON CONFLICT (webhook_id) DO UPDATE
                SET position = CASE WHEN excluded.position > webhook_positions.position
                THEN excluded.position ELSE webhook_positions.position END""",
                (webhook_id, position),
            )

    def waiting(self, webhook_id: str) -> list[Delivery]:
        """Return what waits for a receiver, in the order of the log."""
        rows = self._tables.ask(
            f"SELECT {COLUMNS} FROM webhook_deliveries WHERE webhook_id = ? AND dead = 0"  # noqa: S608 -- our own names
            " ORDER BY position LIMIT ?",
            webhook_id,
            AT_ONCE,
        )
        return [_delivery(row) for row in rows]

    def dead(self, webhook_id: str | None = None) -> list[Delivery]:
        """Return what was given up, of one receiver or of all."""
        rows = self._tables.ask(
            f"SELECT {COLUMNS} FROM webhook_deliveries WHERE dead = 1 ORDER BY webhook_id, position"  # noqa: S608 -- our own names
        )
        return [each for each in map(_delivery, rows) if webhook_id in {None, each.webhook_id}]

    def counts(self, webhook_id: str) -> tuple[int, int]:
        """Return how many messages of a receiver wait, and how many are dead."""
        ((waiting, dead),) = self._tables.ask(
            "SELECT count(*), coalesce(sum(dead), 0) FROM webhook_deliveries WHERE webhook_id = ?", webhook_id
        )
        return int(waiting) - int(dead), int(dead)

    def has_untried(self, webhook_id: str) -> bool:
        """Say whether a message can be sent that was never tried: the receiver has a secret, and none has failed."""
        ((untried, failed, secrets),) = self._tables.ask(
            """SELECT count(CASE WHEN attempts = 0 THEN 1 END), count(CASE WHEN attempts > 0 THEN 1 END),
            (SELECT count(*) FROM webhook_secrets WHERE webhook_id = ?)
            FROM webhook_deliveries WHERE webhook_id = ? AND dead = 0""",
            *(webhook_id, webhook_id),
        )
        return bool(untried and secrets and not failed)

    def lease(self, delivery: Delivery, now: datetime, until: datetime) -> bool:
        """Take a message in hand; False if another process has it."""
        with self._tables.writing() as cursor:
            return bool(
                cursor.execute(
                    """UPDATE webhook_deliveries SET leased_until = ? WHERE webhook_id = ? AND position = ? AND dead = 0
                    AND leased_until <= ? RETURNING position""",
                    (to_micros(until), delivery.webhook_id, delivery.position, to_micros(now)),
                ).fetchall()
            )

    def delivered(self, delivery: Delivery) -> None:
        """Forget a message that was taken."""
        with self._tables.writing() as cursor:
            cursor.execute(
                "DELETE FROM webhook_deliveries WHERE webhook_id = ? AND position = ?",
                (delivery.webhook_id, delivery.position),
            )

    def failed(self, delivery: Delivery, error: str, next_at: datetime, *, dead: bool) -> None:
        """Record a failed attempt."""
        with self._tables.writing() as cursor:
            cursor.execute(
                """UPDATE webhook_deliveries SET attempts = ?, next_at = ?, leased_until = 0, dead = ?, error = ?
                WHERE webhook_id = ? AND position = ?""",
                (
                    *(delivery.attempts + 1, to_micros(next_at), int(dead), error),
                    *(delivery.webhook_id, delivery.position),
                ),
            )

    def revive(self, webhook_id: str, now: datetime) -> int:
        """Let the dead messages of a receiver wait again; return how many there were."""
        with self._tables.writing() as cursor:
            revived = cursor.execute(
                """UPDATE webhook_deliveries SET dead = 0, attempts = 0, next_at = ?, leased_until = 0
                WHERE webhook_id = ? AND dead = 1 RETURNING position""",
                (to_micros(now), webhook_id),
            ).fetchall()
        return len(revived)

    def rewind(self, webhook_id: str, position: int) -> None:
        """Make the messages of all events past a position again."""
        with self._tables.writing() as cursor:
            cursor.execute(
                """INSERT INTO webhook_positions VALUES (?, ?)
                ON CONFLICT (webhook_id) DO UPDATE SET position = excluded.position""",
                (webhook_id, position),
            )

    def forget(self, removed: Iterable[str]) -> None:
        """Forget the messages and positions of receivers that were removed."""
        known = {str(row[0]) for row in self._tables.ask("SELECT webhook_id FROM webhook_positions")}
        for webhook_id in sorted(known.intersection(removed)):
            with self._tables.writing() as cursor:
                for table in ("webhook_deliveries", "webhook_positions"):
                    cursor.execute(f"DELETE FROM {table} WHERE webhook_id = ?", (webhook_id,))  # noqa: S608 -- our own names


def _delivery(row: tuple[object, ...]) -> Delivery:
    webhook_id, position, stream, attempts, next_at, leased_until, error = row
    return Delivery(
        webhook_id=str(webhook_id),
        position=int(str(position)),
        stream=str(stream),
        attempts=int(str(attempts)),
        next_at=from_micros(int(str(next_at))),
        leased_until=from_micros(int(str(leased_until))),
        error=str(error),
    )

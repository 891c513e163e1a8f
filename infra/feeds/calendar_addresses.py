"""Secret addresses of calendars: who has one can read the times of a member's visits, until it is revoked.

A phone fetches a calendar without signing in, so the address is the key: 256 random bits, of which only the digest is
kept. It is shown once.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from domain.decider import Refused
from domain.event import value
from infra.feeds.tables import FeedTables
from infra.store.recorded import from_micros, to_micros

TOKEN_BYTES = 32


@value
class CalendarAddress:
    """An address without its secret; `revoked_at` is None while it works."""

    member_id: str
    made_at: datetime
    made_by: str
    revoked_at: datetime | None
    revoked_by: str | None


class CalendarAddresses:
    """The addresses of all members."""

    def __init__(self, tables: FeedTables, token: Callable[[int], str] = secrets.token_urlsafe) -> None:
        self._tables = tables
        self._token = token

    def add(self, member_id: str, *, at: datetime, by: str) -> str:
        """Make an address and return its token; older addresses of the member go on working."""
        token = self._token(TOKEN_BYTES)
        with self._tables.writing() as cursor:
            cursor.execute(
                "INSERT INTO access_calendar_feeds (digest, member_id, made_at, made_by) VALUES (?, ?, ?, ?)",
                (digest_of(token), member_id, to_micros(at), by),
            )
        return token

    def revoke(self, member_id: str, *, at: datetime, by: str) -> int:
        """Revoke every address of a member and return how many; Refused `calendar-not-shared` if none works."""
        with self._tables.writing() as cursor:
            works = "SELECT count(*) FROM access_calendar_feeds WHERE member_id = ? AND revoked_at IS NULL"
            (many,) = cursor.execute(works, (member_id,)).fetchone()
            cursor.execute(
                """UPDATE access_calendar_feeds SET revoked_at = ?, revoked_by = ?
                WHERE member_id = ? AND revoked_at IS NULL""",
                (to_micros(at), by, member_id),
            )
        if not many:
            raise Refused("calendar-not-shared", member=member_id)
        return int(many)

    def member_of(self, token: str) -> str | None:
        """Return whose calendar a token opens; None if it never did, or was revoked."""
        rows = self._tables.ask(
            "SELECT member_id FROM access_calendar_feeds WHERE digest = ? AND revoked_at IS NULL", digest_of(token)
        )
        return str(rows[0][0]) if rows else None

    def all(self) -> list[CalendarAddress]:
        """Return every address, by member and age."""
        rows = self._tables.ask(
            """SELECT member_id, made_at, made_by, revoked_at, revoked_by FROM access_calendar_feeds
            ORDER BY member_id, made_at, digest"""
        )
        return [
            CalendarAddress(
                member_id=member_id,
                made_at=from_micros(made_at),
                made_by=made_by,
                revoked_at=None if revoked_at is None else from_micros(revoked_at),
                revoked_by=revoked_by,
            )
            for member_id, made_at, made_by, revoked_at, revoked_by in rows
        ]


def digest_of(token: str) -> str:
    """Return what is kept of a token: its 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()

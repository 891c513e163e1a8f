"""Drafts: rosters that were planned in a dry run, kept for a while so that exactly what was read can be published.

A draft is no event: nothing follows from it, and it is deleted when it has expired. It stands under the SHA-256 of its
body, in a table that is made when the first draft is kept.
"""

from datetime import datetime

from infra.store.database import Cursor, Database
from infra.store.recorded import document_digest, to_micros


class Drafts:
    """The store's part for drafts."""

    _database: Database

    def keep_draft(self, body: bytes, expires_at: datetime, now: datetime) -> str:
        """Keep a draft until a moment, delete those that have expired, and return its digest."""
        digest = document_digest(body)
        with self._database.writing() as cursor:
            self._make_table(cursor)
            cursor.execute("DELETE FROM drafts WHERE expires_at <= ? OR digest = ?", (to_micros(now), digest))
            cursor.execute("INSERT INTO drafts VALUES (?, ?, ?)", (digest, body, to_micros(expires_at)))
        return digest

    def drafts(self, prefix: str, now: datetime) -> dict[str, bytes]:
        """Return the drafts that have not expired and whose digests begin with a prefix, by digest."""
        with self._database.writing() as cursor:
            self._make_table(cursor)
            rows = cursor.execute(
                "SELECT digest, body FROM drafts WHERE digest LIKE ? AND expires_at > ?", (f"{prefix}%", to_micros(now))
            ).fetchall()
        return {digest: bytes(body) for digest, body in rows}

    def _make_table(self, cursor: Cursor) -> None:
        blob = self._database.blob_type
        cursor.execute(
            f"""CREATE TABLE IF NOT EXISTS drafts (
            digest TEXT PRIMARY KEY, body {blob} NOT NULL, expires_at BIGINT NOT NULL)"""
        )

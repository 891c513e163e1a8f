"""The SQLite side of the store: its layout, and how finished rows are written.

`synchronous=FULL` makes a commit survive a power cut.
"""

import sqlite3
from pathlib import Path

from infra.database.errors import NewerStoreError, UnfitStoreError
from infra.database.sqlite import SqliteConnections
from infra.store.claims.personal import BEGIN_CLAIMS, PERSONAL_CLAIMS, PHONE_STATEMENTS
from infra.store.database import JIAYI, OWNER_TABLE, Cursor, LogEnd, Owner, Writes, check_owner
from infra.store.recorded import recorded_at
from infra.store.store_time import BEGIN, STORE_TIME

LAYOUT = 1

TABLES = (
    # AUTOINCREMENT: an id is never used twice, even after the last row was deleted. Readers keep it as a position.
    """CREATE TABLE stored_events (
        notification_id INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, metadata BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)) STRICT""",
    """CREATE TABLE claims (key TEXT NOT NULL, holder TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (key, holder)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE commands (command_id TEXT PRIMARY KEY, digest BLOB NOT NULL, answer BLOB NOT NULL)
        STRICT, WITHOUT ROWID""",
    "CREATE TABLE documents (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    # Moments are microseconds since 1970 in UTC, days are ISO 8601.
    """CREATE TABLE team_days (
        team_id TEXT NOT NULL, day TEXT NOT NULL, wanted INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
        plan_from INTEGER NOT NULL, due_at INTEGER NOT NULL, first_at INTEGER NOT NULL, lease_until INTEGER,
        PRIMARY KEY (team_id, day)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX undone_team_days ON team_days (due_at) WHERE wanted > done",
)

NEWEST = """SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'),
    (SELECT metadata FROM stored_events ORDER BY notification_id DESC LIMIT 1)"""

MARK = """INSERT INTO team_days (team_id, day, wanted, plan_from, due_at, first_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (team_id, day) DO UPDATE
    SET wanted = excluded.wanted, first_at = excluded.first_at, due_at = excluded.due_at"""


class SqliteDatabase(SqliteConnections):
    """The store's tables in one file; threads may share it."""

    integrity_error = sqlite3.IntegrityError
    blob_type = "BLOB"

    def __init__(self, path: Path, owner: Owner = JIAYI) -> None:
        """Open or create the file; StoreError if it is foreign, another's or of a newer layout."""
        self._owner = owner
        super().__init__(path, self._prepare, durability="FULL")
        self.cursor = self.reading

    def _prepare(self, cursor: sqlite3.Cursor) -> None:
        (layout,) = cursor.execute("PRAGMA user_version").fetchone()
        if layout > LAYOUT:
            raise NewerStoreError(f"{self.path} has layout {layout}; this program knows layouts up to {LAYOUT}")
        if layout == 0:
            if cursor.execute("SELECT 1 FROM sqlite_schema WHERE name = 'stored_events'").fetchone():
                raise UnfitStoreError(f"{self.path} holds events that this program did not write")
            for statement in TABLES:
                cursor.execute(statement)
            cursor.execute(f"PRAGMA user_version={LAYOUT}")
            if self._owner is not JIAYI:
                cursor.execute(OWNER_TABLE)
                cursor.execute("INSERT INTO application VALUES (?)", (self._owner,))
        check_owner(self.path, self._held_by(cursor), self._owner)
        if self._owner is JIAYI:
            for statement in (STORE_TIME, PERSONAL_CLAIMS, BEGIN_CLAIMS, *PHONE_STATEMENTS):  # older programs made none
                cursor.execute(statement)

    def _held_by(self, cursor: sqlite3.Cursor) -> Owner:
        if not cursor.execute("SELECT 1 FROM sqlite_schema WHERE name = 'application'").fetchone():
            return JIAYI
        (name,) = cursor.execute("SELECT name FROM application").fetchone()
        return str(name)

    def newest(self, cursor: Cursor) -> LogEnd:
        """Return the end of the log; under the write lock."""
        last_id, metadata = cursor.execute(NEWEST).fetchone()
        return LogEnd(last_id or 0, recorded_at(metadata) if metadata else None)

    def write(self, cursor: Cursor, writes: Writes) -> None:  # noqa: ARG002 -- there is one writing cursor
        """Write the rows of a commit, many at a time; under the write lock."""
        many = self._cursor.executemany
        for rows, sql in (
            (writes.events, "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)"),
            (writes.answers, "INSERT INTO commands VALUES (?, ?, ?)"),
            ([(key,) for key in writes.keys], "DELETE FROM claims WHERE key = ?"),
            (writes.claims, "INSERT INTO claims VALUES (?, ?, ?, ?)"),
            (writes.documents, "INSERT OR IGNORE INTO documents VALUES (?, ?)"),
            (writes.marks, MARK),
            ([(writes.lives,)] if writes.lives else [], BEGIN),
        ):
            if rows:
                many(sql, rows)

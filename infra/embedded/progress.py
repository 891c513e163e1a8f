"""What the embedded runner has done: how far reactions are, and which of their commands were refused."""

from collections.abc import Iterable
from pathlib import Path

from infra.database.sqlite import open_sqlite
from infra.reactions import RefusedReaction


class ReactorProgress:
    """One small SQLite file. Losing it loses nothing: reactions run again and are quiet, by their command ids."""

    def __init__(self, path: Path | str) -> None:
        self._db = open_sqlite(path, durability="NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS reactor (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL)"
        )
        self._db.execute(
            """CREATE TABLE IF NOT EXISTS refusals (
            command_id TEXT PRIMARY KEY, event_id TEXT, reaction TEXT, command TEXT, rule TEXT, detail TEXT)"""
        )

    def position(self) -> int:
        """Return the position of the last event whose reactions were run."""
        row = self._db.execute("SELECT position FROM reactor").fetchone()
        return int(row[0]) if row else 0

    def advance(self, position: int, refused: Iterable[RefusedReaction]) -> None:
        """Write how far reactions are and what was refused on the way, in one transaction; never backwards."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(
                "INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?, ?, ?)",
                [(r.command_id, r.event_id, r.reaction, r.command, r.rule, r.detail) for r in refused],
            )
            self._db.execute(
                """INSERT INTO reactor VALUES (1, :position)
                ON CONFLICT (id) DO UPDATE SET position = max(position, :position)""",
                {"position": position},
            )
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def refused(self) -> list[RefusedReaction]:
        """Return every refused reaction, by event."""
        names = ("command_id", "event_id", "reaction", "command", "rule", "detail")
        rows = self._db.execute(f"SELECT {', '.join(names)} FROM refusals ORDER BY 2, 3, 1")  # noqa: S608 -- our own
        return [RefusedReaction(**dict(zip(names, row, strict=True))) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

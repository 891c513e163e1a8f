"""A cache of sources' answers in one small SQLite file: planning a day again asks no source.

The key of a time is a digest of its source, its mode and its two places, so no place is stored in clear. Losing the
file loses nothing; where it cannot be written, nothing is cached and plans go on.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path

from infra.travel.fallback import Table, TravelSource
from schedulers.travel.times import Place

MAX_TIMES = 2_000_000
"""A full file is cleared and starts again. A time takes 27 bytes: 54 MB."""

KEYS_AT_ONCE = 500
"""Keys of one query: SQLite's least limit of variables is 999."""

SCHEMA = "CREATE TABLE IF NOT EXISTS ways (way BLOB PRIMARY KEY, seconds INTEGER NOT NULL) WITHOUT ROWID"


class SqliteTravelCache:
    """A cache file for any number of threads and processes: each call opens a connection of its own."""

    def __init__(self, path: Path, most: int = MAX_TIMES) -> None:
        self.path = path
        self.most = most

    def lookup(self, source: TravelSource, places: Sequence[Place], mode: str) -> Table:
        """Return the cached seconds between all places; none if the file cannot be read."""
        keys = [[key_digest(source.key, mode, a, b) for b in places] for a in places]
        known: dict[bytes, int] = {}
        try:
            with self._open() as file:
                for part in _parts([key for row in keys for key in row]):
                    marks = ", ".join("?" * len(part))
                    known |= dict(file.execute(f"SELECT way, seconds FROM ways WHERE way IN ({marks})", part))  # noqa: S608 -- marks only
        except (sqlite3.Error, OSError):
            known = {}
        return [[known.get(key) for key in row] for row in keys]

    def store(
        self, source: TravelSource, starts: Sequence[Place], ends: Sequence[Place], mode: str, answers: Table
    ) -> None:
        """Store answers in one transaction, or nothing if the file cannot be written.

        A time that the source does not know is not stored, so it is asked for again.
        """
        entries = [
            (key_digest(source.key, mode, a, b), answer)
            for a, row in zip(starts, answers, strict=True)
            for b, answer in zip(ends, row, strict=True)
            if answer is not None and a != b
        ]
        try:
            with self._open() as file, file:
                if self._count(file) + len(entries) > self.most:
                    file.execute("DELETE FROM ways")
                file.executemany("INSERT OR REPLACE INTO ways VALUES (?, ?)", entries)
        except (sqlite3.Error, OSError):
            return

    def count(self) -> int:
        """Return the number of cached times."""
        try:
            with self._open() as file:
                return self._count(file)
        except (sqlite3.Error, OSError):
            return 0

    def clear(self) -> int:
        """Remove all times and return their number. sqlite3.Error if the file cannot be written."""
        with self._open() as file, file:
            return file.execute("DELETE FROM ways").rowcount

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=5)) as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute("PRAGMA synchronous=OFF")  # it may be lost
            file.execute(SCHEMA)
            yield file

    @staticmethod
    def _count(file: sqlite3.Connection) -> int:
        return int(file.execute("SELECT count(*) FROM ways").fetchone()[0])


def key_digest(key: str, mode: str, a: Place, b: Place) -> bytes:
    """Return the key of a time, 16 bytes: places to a tenth of a metre."""
    text = f"{key}|{mode}|{a[0]:.1f},{a[1]:.1f}|{b[0]:.1f},{b[1]:.1f}"
    return blake2b(text.encode(), digest_size=16).digest()


def _parts(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    yield from (keys[start : start + KEYS_AT_ONCE] for start in range(0, len(keys), KEYS_AT_ONCE))

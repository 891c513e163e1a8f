"""What sources answered, in one small SQLite file: a day that is planned again asks nobody.

A way is kept under a digest of its source, its mode and its two places, so no place stands in it in clear. Losing the
file loses nothing; where it cannot be written there is no memory, and plans go on.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path

from infra.travel.fallback import Source, Table
from schedulers.travel.times import Place

MOST_WAYS = 2_000_000
"""More are not kept: a full file begins anew. A way takes 27 bytes: 54 MB."""

TOGETHER = 500
"""Ways of one question: SQLite's least limit of variables is 999."""

SCHEMA = "CREATE TABLE IF NOT EXISTS ways (way BLOB PRIMARY KEY, seconds INTEGER NOT NULL) WITHOUT ROWID"


class WayMemory:
    """Any number of threads and processes may use one file: each asks over a connection of its own."""

    def __init__(self, path: Path, most: int = MOST_WAYS) -> None:
        self.path = path
        self.most = most

    def recall(self, source: Source, places: Sequence[Place], mode: str) -> Table:
        """Return what is known of the ways between all places; nothing if the file cannot be read."""
        ways = [[digest(source.key, mode, a, b) for b in places] for a in places]
        known: dict[bytes, int] = {}
        try:
            with self._open() as file:
                for part in _parts([way for row in ways for way in row]):
                    marks = ", ".join("?" * len(part))
                    known |= dict(file.execute(f"SELECT way, seconds FROM ways WHERE way IN ({marks})", part))  # noqa: S608 -- marks only
        except (sqlite3.Error, OSError):
            known = {}
        return [[known.get(way) for way in row] for row in ways]

    def keep(self, source: Source, starts: Sequence[Place], ends: Sequence[Place], mode: str, found: Table) -> None:
        """Keep an answer in one transaction; what the source does not know is asked again. Nothing if it cannot."""
        told = [
            (digest(source.key, mode, a, b), answer)
            for a, row in zip(starts, found, strict=True)
            for b, answer in zip(ends, row, strict=True)
            if answer is not None and a != b
        ]
        try:
            with self._open() as file, file:
                if self._count(file) + len(told) > self.most:
                    file.execute("DELETE FROM ways")
                file.executemany("INSERT OR REPLACE INTO ways VALUES (?, ?)", told)
        except (sqlite3.Error, OSError):
            return

    def count(self) -> int:
        """Return how many ways are kept."""
        try:
            with self._open() as file:
                return self._count(file)
        except (sqlite3.Error, OSError):
            return 0

    def forget(self) -> int:
        """Forget everything; return how many ways that were. sqlite3.Error if the file cannot be written."""
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


def digest(key: str, mode: str, a: Place, b: Place) -> bytes:
    """Return under what a way is kept: places to a tenth of a metre."""
    told = f"{key}|{mode}|{a[0]:.1f},{a[1]:.1f}|{b[0]:.1f},{b[1]:.1f}"
    return blake2b(told.encode(), digest_size=16).digest()


def _parts(ways: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    yield from (ways[start : start + TOGETHER] for start in range(0, len(ways), TOGETHER))

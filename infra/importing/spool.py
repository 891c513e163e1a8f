"""Keeps the entries and faults of one import outside memory, in a temporary database that goes when it is closed.

No other process can open it: SQLite removes the file's name before anything is written. Entries are read in an order in
which parents stand before children, and all rows about one resident together.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self

import msgspec
import orjson

from infra.edges.commands import COMMANDS
from infra.importing.reading.faults import FileFault
from infra.store.recorded import TakenOver

CACHE_KIB = 8_000

Key = tuple[str, str]
"""A category and an id."""

_LAYOUT = (
    """CREATE TABLE entries (seq INTEGER PRIMARY KEY, stage INTEGER NOT NULL, root TEXT NOT NULL, team TEXT NOT NULL,
    kind INTEGER NOT NULL, category TEXT NOT NULL, id TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
    rows INTEGER NOT NULL, parents BLOB NOT NULL, commands BLOB NOT NULL)""",
    """CREATE TABLE faults (seq INTEGER PRIMARY KEY, file TEXT NOT NULL, line INTEGER, col TEXT, rule TEXT NOT NULL,
    vals BLOB NOT NULL)""",
    "CREATE INDEX faults_by_line ON faults (file, line)",
    "CREATE TABLE bad (category TEXT, id TEXT, file TEXT, line INTEGER, PRIMARY KEY (category, id)) WITHOUT ROWID",
    """CREATE TABLE claims (key TEXT, holder TEXT, since TEXT, until TEXT, PRIMARY KEY (key, holder))
    WITHOUT ROWID""",
)

_ORDER = (
    """CREATE TABLE roots (stage INTEGER, root TEXT, team TEXT, first INTEGER, PRIMARY KEY (stage, root))
    WITHOUT ROWID""",
    "INSERT INTO roots SELECT stage, root, max(team), min(seq) FROM entries GROUP BY stage, root",
    """CREATE TABLE ordered AS SELECT e.seq FROM entries e CROSS JOIN roots r
    ON r.stage = e.stage AND r.root = e.root ORDER BY e.stage, r.team, r.first, e.kind, e.seq""",
)
"""Those of one team stand together, since every signature asks for the contracts of its team."""


class Step(msgspec.Struct, frozen=True):
    """What is known of one command of an entry: how it is marked, and its line where that is not the entry's."""

    taken_over: TakenOver | None = None
    line: int | None = None


PLAIN = Step()


@dataclass(frozen=True, slots=True)
class Entry:
    """Commands that are stored or refused together, where their rows stand, and the ids on which they depend."""

    seq: int
    key: Key
    file: str
    line: int
    rows: int
    root: Key
    commands: tuple[Any, ...]
    steps: tuple[Step, ...]
    parents: tuple[Key, ...]


class Spool:
    """The entries and faults of one import."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
            self._db.execute(f"PRAGMA {pragma}")
        for table in _LAYOUT:
            self._db.execute(table)
        self._pending: list[tuple[Any, ...]] = []
        self.entries = 0

    def close(self) -> None:
        """Remove everything."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def add(
        self, stage: int, root: str, team: str, kind: int, key: Key, place: tuple[str, int, int],
        parents: Sequence[Key], commands: Sequence[object], steps: Sequence[Step] = (),
    ) -> None:  # fmt: skip
        """Add an entry; `place` is its file, line and number of rows."""
        self._pending.append(
            (stage, root, team, kind, *key, *place, orjson.dumps(parents), encode_commands(commands, steps))
        )
        self.entries += 1
        if len(self._pending) >= 1000:
            self._flush()

    def _flush(self) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._pending)
        self._db.execute("COMMIT")
        self._pending.clear()

    def order(self) -> None:
        """Put the entries in their order, once all are there."""
        self._flush()
        for statement in _ORDER:
            self._db.execute(statement)

    def chunks(self, most: int) -> Iterator[list[Entry]]:
        """Yield the entries in order, about so many at a time, those about one resident together."""
        sql = """SELECT e.seq, e.stage, e.root, e.category, e.id, e.file, e.line, e.rows, e.parents, e.commands
            FROM ordered o JOIN entries e ON e.seq = o.seq WHERE o.rowid > ? ORDER BY o.rowid LIMIT ?"""
        after, chunk = 0, []  # type: int, list[Entry]
        while page := self._db.execute(sql, (after, most)).fetchall():
            after += len(page)
            for seq, stage, root, category, identity, file, line, rows, parents, commands in page:
                entry = Entry(
                    seq, (category, identity), file, line, rows, (str(stage), root),
                    *decode_commands(commands), tuple(map(tuple, orjson.loads(parents))),
                )  # fmt: skip
                if len(chunk) >= most and entry.root != chunk[-1].root:
                    yield chunk
                    chunk = []
                chunk.append(entry)
        if chunk:
            yield chunk

    # Faults

    def fault(self, fault: FileFault) -> None:
        """Add a fault."""
        self._db.execute(
            "INSERT INTO faults VALUES (NULL, ?, ?, ?, ?, ?)",
            (fault.file, fault.line, fault.column, fault.rule, orjson.dumps(dict(fault.values), default=str)),
        )

    def counts(self) -> dict[str, int]:
        """Return how many faults each rule found, the most first."""
        sql = "SELECT rule, count(*) FROM faults GROUP BY rule ORDER BY 2 DESC, 1"
        return dict(self._db.execute(sql).fetchall())

    def faults(self, most: int, *, file: str | None = None) -> Iterator[FileFault]:
        """Yield the first faults of each rule, by file and line; those of one file only, if it is named."""
        sql = """SELECT file, line, col, rule, vals FROM (SELECT *, row_number()
            OVER (PARTITION BY rule ORDER BY file, coalesce(line, 0), seq) AS place FROM faults
            WHERE ?2 IS NULL OR file = ?2) WHERE place <= ?1 ORDER BY file, coalesce(line, 0), seq"""
        with closing(self._db.execute(sql, (most, file))) as rows:
            for name, line, column, rule, values in rows:
                yield FileFault(name, line, column, rule, orjson.loads(values))

    def refused_lines(self, file: str) -> list[int]:
        """Return the lines of a file that have a fault, in order."""
        sql = "SELECT DISTINCT line FROM faults WHERE file = ? AND line IS NOT NULL ORDER BY line"
        return [int(line) for (line,) in self._db.execute(sql, (file,))]

    def faults_of(self, file: str, line: int) -> list[FileFault]:
        """Return the faults of one line."""
        sql = "SELECT col, rule, vals FROM faults WHERE file = ? AND line = ? ORDER BY seq"
        return [
            FileFault(file, line, column, rule, orjson.loads(values))
            for column, rule, values in self._db.execute(sql, (file, line))
        ]

    def bad_rows(self) -> int:
        """Return how many lines have a fault."""
        sql = "SELECT count(*) FROM (SELECT DISTINCT file, line FROM faults WHERE line IS NOT NULL)"
        (count,) = self._db.execute(sql).fetchone()
        return int(count)

    def spoil(self, key: Key, file: str, line: int) -> None:
        """Remember that the thing of this id is in a bad row."""
        self._db.execute("INSERT OR IGNORE INTO bad VALUES (?, ?, ?, ?)", (*key, file, line))

    def spoiled(self, keys: Sequence[Key]) -> tuple[str, int] | None:
        """Return file and line of the first of these that is in a bad row."""
        for key in sorted(keys):
            row = self._db.execute("SELECT file, line FROM bad WHERE category = ? AND id = ?", key).fetchone()
            if row:
                return str(row[0]), int(row[1])
        return None

    # Claims of what was judged, and is not recorded

    def keep_claims(self, periods: Mapping[str, Mapping[str, tuple[str, str]]]) -> None:
        """Keep the claims of judged commands."""
        self._db.execute("BEGIN")
        self._db.executemany("DELETE FROM claims WHERE key = ?", [(key,) for key in periods])
        self._db.executemany(
            "INSERT INTO claims VALUES (?, ?, ?, ?)",
            [(key, holder, *period) for key, holders in periods.items() for holder, period in holders.items()],
        )
        self._db.execute("COMMIT")

    def claims_of(self, keys: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
        """Yield what was judged about keys: key, holder, first and last day."""
        marks = ", ".join("?" * len(keys))
        yield from self._db.execute(f"SELECT key, holder, since, until FROM claims WHERE key IN ({marks})", tuple(keys))  # noqa: S608 -- marks

    def claims_under(self, prefix: str, day: str) -> Iterator[str]:
        """Yield the judged keys under a prefix that are held on a day or later."""
        sql = "SELECT DISTINCT key FROM claims WHERE key >= ? AND key < ? AND until >= ?"
        for (key,) in self._db.execute(sql, (prefix, prefix[:-1] + ";", day)):
            yield key


_ENCODE = msgspec.msgpack.Encoder().encode

_Packed = list[tuple[str, bytes, Step]]


def encode_commands(commands: Sequence[object], steps: Sequence[Step]) -> bytes:
    """Return commands, and how they are marked, as bytes that only this import reads."""
    marks = steps or [PLAIN] * len(commands)
    return _ENCODE([(type(each).__name__, _ENCODE(each), mark) for each, mark in zip(commands, marks, strict=True)])


_COMMANDS = msgspec.msgpack.Decoder(_Packed)
_DECODERS: dict[str, msgspec.msgpack.Decoder[Any]] = {}


def decode_commands(packed: bytes) -> tuple[tuple[Any, ...], tuple[Step, ...]]:
    """Return the commands, and how each is marked."""
    unpacked = _COMMANDS.decode(packed)
    return tuple(_decoder(name).decode(state) for name, state, _ in unpacked), tuple(mark for _, _, mark in unpacked)


def _decoder(name: str) -> msgspec.msgpack.Decoder[Any]:
    if name not in _DECODERS:
        _DECODERS[name] = msgspec.msgpack.Decoder(COMMANDS[name].command)
    return _DECODERS[name]

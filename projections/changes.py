"""Row changes are absolute: applied twice they change nothing, and only the last one of a key counts.

A row is written by exactly one stream, so the order between rows is free: a batch may be folded by key and written
table by table. Days are ISO text, moments ISO text in UTC with `Z` and whole seconds (text then sorts like time),
truths 0 or 1, lists JSON text.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec

from domain.visit.commands import Need
from projections.questions import Question, Scalar

Kind = Literal["text", "int", "real"]


@dataclass(frozen=True, slots=True)
class Put:
    """Let the row under this key be this one; a column that is not named is empty."""

    table: str
    key: str
    row: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Patch:
    """Let these columns of the row under this key hold these values; nothing happens if there is no such row."""

    table: str
    key: str
    columns: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Drop:
    """Let there be no row under this key."""

    table: str
    key: str


Change = Put | Patch | Drop


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its versioned name, its key column (text), its other columns, and what it is searched by."""

    name: str
    key: str
    columns: Mapping[str, Kind]
    indexes: tuple[tuple[str, ...], ...] = ()

    def put(self, key: str, **row: Scalar) -> Put:
        """Return the change that writes a whole row; KeyError names columns that the table lacks."""
        self._know(row)
        return Put(self.name, key, row)

    def patch(self, key: str, **columns: Scalar) -> Patch:
        """Return the change that writes some columns; KeyError names columns that the table lacks."""
        self._know(columns)
        return Patch(self.name, key, columns)

    def drop(self, key: str) -> Drop:
        """Return the change that takes a row away."""
        return Drop(self.name, key)

    def _know(self, row: Mapping[str, Scalar]) -> None:
        if not row.keys() <= self.columns.keys():
            raise KeyError(self.name, *sorted(row.keys() - self.columns.keys()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """One read model: its tables, the classes of events it follows, its handler and its questions."""

    name: str
    tables: tuple[Table, ...]
    events: tuple[type, ...]
    project: Callable[[Any], Iterator[Change]]
    questions: tuple[Question[Any], ...] = ()


def folded(changes: Iterable[Change]) -> dict[str, dict[str, Change]]:
    """Return the one change that each key of each table comes to, by table name and key."""
    tables: dict[str, dict[str, Change]] = {}
    for change in changes:
        rows = tables.get(change.table)
        if rows is None:
            rows = tables[change.table] = {}
        before = rows.get(change.key)
        rows[change.key] = change if before is None else _after(before, change)
    return tables


def _after(before: Change, change: Change) -> Change:
    if not isinstance(change, Patch):
        return change
    match before:
        case Put(table, key, row):
            return Put(table, key, {**row, **change.columns})
        case Patch(table, key, columns):
            return Patch(table, key, {**columns, **change.columns})
        case Drop():
            return before


def moment(at: datetime) -> str:
    """Return an aware moment as rows hold it, e.g. `2026-03-02T01:30:00Z`."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()[:19] + "Z"


def day_text(day: date | None) -> str | None:
    """Return a day as rows hold it, e.g. `2026-03-02`."""
    return None if day is None else day.isoformat()


_ENCODE = msgspec.json.Encoder(order="sorted").encode


def needs_json(needs: Sequence[Need]) -> str:
    """Return needs as rows hold them: JSON [{roles, minutes, qualifications, named_id}].

    `preferred_ids` stand there only where there are any: rows of visits without them are as they always were.
    """
    listed = json.loads(as_json(needs))
    return as_json(
        [{name: value for name, value in each.items() if value or name != "preferred_ids"} for each in listed]
    )


def as_json(value: object) -> str:
    """Return lists and domain values as rows hold them: compact JSON text with sorted names, moments in UTC."""
    return _ENCODE(value).decode()

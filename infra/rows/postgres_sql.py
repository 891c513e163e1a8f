"""SQL of rows in PostgreSQL: makes tables, and writes changes as a few statements.

Each statement has all of its rows in one JSON text. With an array for each column Python would spend most of its time
on quoting elements: of the same batches on one machine 15 thousand events a second were projected as JSON, 10 thousand
as arrays.

Text sorts by its bytes, as in SQLite. The statements are plain values, so that blocking and asynchronous connections
can run the same ones.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from projections.changes import Change, Kind, Patch, Put, Table
from projections.questions import Scalar

TYPES: Mapping[Kind, str] = {"text": "text", "int": "bigint", "real": "double precision"}

WHOLE_LOG = 0
"""The row of the position in the whole log; partition n has row n + 1."""

SWITCHED = (
    """UPDATE positions p SET position = 0 WHERE partition > 0
    AND EXISTS (SELECT FROM {0}.projections f WHERE f.projection = p.projection)
    AND NOT EXISTS (SELECT FROM {0}.positions f WHERE (f.projection, f.partition) = (p.projection, p.partition))""",
    """INSERT INTO positions AS p SELECT projection, partition, position FROM {0}.positions
    ON CONFLICT (projection, partition) DO UPDATE SET position =
        CASE WHEN p.partition = 0 THEN greatest(p.position, excluded.position) ELSE excluded.position END""",
    "DELETE FROM dead_letters WHERE projection IN (SELECT projection FROM {0}.projections)",
    "INSERT INTO dead_letters SELECT * FROM {0}.dead_letters",
)
"""Moves positions and letters from the schema `{0}`. A watermark that it lacks becomes 0: workers need its row."""

Rows = list[dict[str, Scalar]]

_to_json = msgspec.json.Encoder().encode


class Statement(NamedTuple):
    """A statement with `%s` for its values."""

    sql: str
    values: Sequence[Any]


def statements(table: Table) -> Iterator[str]:
    """Yield the SQL that makes a table and its indexes."""
    collated = {name: TYPES[kind] + (' COLLATE "C"' if kind == "text" else "") for name, kind in table.columns.items()}
    columns = ", ".join(f'"{name}" {how}' for name, how in collated.items())
    yield f'CREATE TABLE "{table.name}" ("{table.key}" text COLLATE "C" PRIMARY KEY, {columns})'
    for index in table.indexes:
        named = ", ".join(f'"{name}"' for name in index)
        yield f'CREATE INDEX "{table.name}_by_{"_".join(index)}" ON "{table.name}" ({named})'


def row_statements(table: Table, rows: Mapping[str, Change]) -> Iterator[Statement]:
    """Yield the statements that write the changes of one table, one per key; their order is free."""
    puts: Rows = []
    drops: list[str] = []
    patches: dict[tuple[str, ...], Rows] = {}
    for key, change in rows.items():
        if isinstance(change, Put):
            puts.append({**change.row, table.key: key})
        elif isinstance(change, Patch):
            patches.setdefault(tuple(change.columns), []).append({**change.columns, table.key: key})
        else:
            drops.append(key)
    if puts:
        yield Statement(_put(table), [_text(table, puts)])
    for columns, values in patches.items():
        if columns:
            yield Statement(_patch(table, columns), [_text(table, values)])
    if drops:
        gone = f'DELETE FROM "{table.name}" WHERE "{table.key}" IN (SELECT json_array_elements_text(%s))'  # noqa: S608
        yield Statement(gone, [_to_json(drops).decode()])


def _text(table: Table, rows: Rows) -> str:
    """Return rows as JSON; truths in number columns become 0 and 1, as SQLite does by itself."""
    text = _to_json(rows)
    if b"true" in text or b"false" in text:  # seldom, so only then each value is checked
        numbers = {name for name, kind in table.columns.items() if kind != "text"}
        text = _to_json(
            [{name: _number(value) if name in numbers else value for name, value in row.items()} for row in rows]
        )
    return text.decode()


def _number(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, bool) else value


def replacement(table: Table) -> Iterator[str]:
    """Yield the statements that replace rows of a table that differ from the table of that name in the schema `{}`."""
    key, columns = f'"{table.key}"', [f'"{name}"' for name in table.columns]
    here, there = (f"ROW({', '.join(f'{which}.{name}' for name in columns)})" for which in "lf")
    yield (
        f'DELETE FROM "{table.name}" l WHERE NOT EXISTS'  # noqa: S608 -- names come from the program
        f' (SELECT FROM {{}}."{table.name}" f WHERE f.{key} = l.{key})'
    )
    yield (
        f'INSERT INTO "{table.name}" SELECT f.* FROM {{}}."{table.name}" f WHERE NOT EXISTS'  # noqa: S608 -- likewise
        f' (SELECT FROM "{table.name}" l WHERE l.{key} = f.{key} AND {here} IS NOT DISTINCT FROM {there})'
        f" ON CONFLICT ({key}) DO UPDATE SET {_excluded(table)}"
    )


def _excluded(table: Table) -> str:
    return ", ".join(f'"{name}" = excluded."{name}"' for name in table.columns)


def _put(table: Table) -> str:
    names = ", ".join(f'"{name}"' for name in (table.key, *table.columns))
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM {_rows(table, table.columns)}'  # noqa: S608
        f' ON CONFLICT ("{table.key}") DO UPDATE SET {_excluded(table)}'
    )


def _patch(table: Table, columns: Sequence[str]) -> str:
    news = ", ".join(f'"{name}" = r."{name}"' for name in columns)
    return (
        f'UPDATE "{table.name}" t SET {news} FROM {_rows(table, columns)}'  # noqa: S608 -- names come from the program
        f' WHERE t."{table.key}" = r."{table.key}"'
    )


def _rows(table: Table, columns: Collection[str]) -> str:
    columns_of = ", ".join([f'"{table.key}" text', *(f'"{name}" {TYPES[table.columns[name]]}' for name in columns)])
    return f"json_to_recordset(%s) r({columns_of})"

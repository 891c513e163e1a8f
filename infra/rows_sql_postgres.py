"""The SQL of rows in PostgreSQL: how tables are made, and changes written as a few statements over arrays.

Text sorts by its bytes, as in SQLite. The statements are plain values, so that blocking and asynchronous connections
can run the same ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from infra.rows_sql import sorted_out
from projections.asking import Scalar
from projections.changes import Change, Kind, Table

TYPES: Mapping[Kind, str] = {"text": "text", "int": "bigint", "real": "double precision"}

POSITIONS = """
CREATE TABLE IF NOT EXISTS projections (projection text COLLATE "C" PRIMARY KEY, fingerprint text NOT NULL,
    tables text NOT NULL);
CREATE TABLE IF NOT EXISTS positions (projection text COLLATE "C" REFERENCES projections ON DELETE CASCADE,
    partition integer DEFAULT 0, position bigint NOT NULL, PRIMARY KEY (projection, partition))
    WITH (fillfactor = 50)
"""


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
    """Yield what writes the changes of one table, one per key; their order is free."""
    puts, drops, patches = sorted_out(table, rows)
    if puts:
        columns = tuple(table.columns)
        news = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
        yield Statement(
            f'INSERT INTO "{table.name}" SELECT * FROM unnest({_arrays(table, (table.key, *columns))})'  # noqa: S608
            f' ON CONFLICT ("{table.key}") DO UPDATE SET {news}',
            _columns(table, (table.key, *columns), puts),
        )
    for names, values in patches.items():
        news = ", ".join(f'"{name}" = u."{name}"' for name in names)
        given = ", ".join(f'"{name}"' for name in (*names, "the key"))
        yield Statement(
            f'UPDATE "{table.name}" AS t SET {news}'  # noqa: S608 -- names come from the program
            f' FROM unnest({_arrays(table, (*names, table.key))}) AS u ({given}) WHERE t."{table.key}" = u."the key"',
            _columns(table, (*names, table.key), values),
        )
    if drops:
        yield Statement(f'DELETE FROM "{table.name}" WHERE "{table.key}" = ANY (%s::text[])', (drops,))  # noqa: S608


def _arrays(table: Table, names: Sequence[str]) -> str:
    return ", ".join(f"%s::{TYPES[table.columns.get(name, 'text')]}[]" for name in names)


def _columns(table: Table, names: Sequence[str], rows: Sequence[tuple[Scalar, ...]]) -> list[list[Scalar]]:
    """Return rows as columns; truths become 0 and 1, and numbers of a real column real, as SQLite does by itself."""
    turned: list[list[Scalar]] = []
    for name, column in zip(names, zip(*rows, strict=True), strict=True):
        kind = table.columns.get(name, "text")
        if kind == "int":
            turned.append([int(each) if isinstance(each, bool) else each for each in column])
        elif kind == "real":
            turned.append([float(each) if isinstance(each, int) else each for each in column])
        else:
            turned.append(list(column))
    return turned

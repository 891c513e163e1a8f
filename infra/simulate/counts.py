"""Counts of rows, of any table or of one state."""

from projections.changes import Table
from projections.questions import Rows, Scalar, whole


def count_rows(rows: Rows, table: Table, **where: Scalar) -> int:
    """Return how many rows a table has whose columns hold these values."""
    conditions = " AND ".join(f"{column} = :{column}" for column in where)
    sql = f"SELECT count(*) AS n FROM {table.name}{' WHERE ' if where else ''}{conditions}"  # noqa: S608 -- our own names
    return whole(rows.ask(sql, **where)[0]["n"])


def count_by(rows: Rows, table: Table, column: str) -> dict[str, int]:
    """Return how many rows a table has for each value of a column, in the order of the values."""
    sql = f"SELECT {column} AS state, count(*) AS n FROM {table.name} GROUP BY {column} ORDER BY {column}"  # noqa: S608 -- our own names
    return {str(row["state"]): whole(row["n"]) for row in rows.ask(sql)}

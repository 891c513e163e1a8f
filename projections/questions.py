"""Questions: SQL that SQLite and PostgreSQL read alike; JSON columns are decoded in Python."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

Q = TypeVar("Q")

Scalar = str | int | float | None
"""What a column holds."""

Row = dict[str, Any]
"""A row of an answer: columns, and the values of JSON columns, ready to be written as JSON again."""

Answer = list[Row] | Row | None
"""Rows, one row, or None where nothing is known."""


class Rows(Protocol):
    """A place that holds rows and can be asked."""

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[Q]):
    """What may be asked: the class of its parameters, who answers it, and an example for readers of the schema."""

    asks: type[Q]
    answer: Callable[[Q, Rows], Answer]
    example: Q

    @property
    def name(self) -> str:
        """The name under which edges know it."""
        return self.asks.__name__


def ask_where(
    rows: Rows, select: str, conditions: Iterable[str], then: str, **parameters: Scalar
) -> list[dict[str, Scalar]]:
    """Ask under all conditions that are not empty."""
    wanted = [condition for condition in conditions if condition]
    return rows.ask(" ".join([select, *(["WHERE", " AND ".join(wanted)] if wanted else []), then]), **parameters)


def opened_json(rows: Iterable[dict[str, Scalar]], *columns: str) -> list[Row]:
    """Return the rows with these JSON columns taken apart; an empty column becomes `[]`."""
    return [{**row, **{name: parsed(row[name]) for name in columns}} for row in rows]


def parsed(text: Scalar) -> Any:
    """Return what a JSON column holds; `[]` if it is empty."""
    return json.loads(text) if isinstance(text, str) and text else []


def parsed_moment(text: Scalar) -> datetime | None:
    """Return the UTC moment that a column holds."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if isinstance(text, str) else None


def whole(number: object) -> int:
    """Return a count that a row holds."""
    assert isinstance(number, int)
    return number


def share(part: int, of: int) -> float | None:
    """Return a share of 1; None of nothing."""
    return None if of == 0 else round(part / of, 4)

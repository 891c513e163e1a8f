"""Reports: a result as people read it, in lines and tables, apart from what shows them (a terminal, a page).

A view is a function that makes a report of a result in one language.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.edges.phrases import Translator


@dataclass(slots=True)
class Table:
    """A table. `numeric` are the columns that are aligned to the right, counted from 0."""

    headings: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    title: str | None = None
    numeric: Collection[int] = ()

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that is no part of the answer: a terminal writes it to standard error."""

    text: str


Block = str | Table | Notice
"""A part of a report; a string is a line."""

View = Callable[[Any, Translator], Iterable[Block]]
"""Makes the report of one kind of result."""

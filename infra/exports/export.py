"""An export: the answer to a question as a table, with what a reader must know of it.

Columns are the answer's fields in the order in which they first appear; a nested value is one cell of JSON.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec
import orjson

from domain.event import value
from domain.local_time import LOCAL
from projections.questions import Answer, Row

Format = Literal["csv", "xlsx"]
"""The formats of files, which are also their endings."""

StoreTime = Literal["simulated", "live"]
"""Whether the recorded moments are those of a simulation or of the world."""

Cell = str | int | float | bool | None


@value
class Export:
    """An answer as a table.

    `parameters` are those of the question. `made_by` is the account that asked, `made_at` the store's time.
    """

    question: str
    parameters: Mapping[str, object]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    made_at: datetime
    made_by: str
    store_time: StoreTime

    def file_name(self, ending: Format) -> str:
        """Return a name that says what the file holds and no personal value, e.g. `Teams.simulated.2026-03-02.csv`."""
        return f"{self.question}.{self.store_time}.{self.made_at.astimezone(LOCAL).date().isoformat()}.{ending}"


def export_of(question: object, answer: Answer, *, made_at: datetime, made_by: str, store_time: StoreTime) -> Export:
    """Return the export of an answer; an answer of one row is a table of one line, no answer a table without lines."""
    rows: list[Row] = [answer] if isinstance(answer, dict) else answer or []
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Export(
        question=type(question).__name__,
        parameters=msgspec.to_builtins(question),
        columns=columns,
        rows=tuple(tuple(cell_of(row.get(name)) for name in columns) for row in rows),
        made_at=made_at,
        made_by=made_by,
        store_time=store_time,
    )


def cell_of(content: object) -> Cell:
    """Return a value as one cell: a list of plain values joined by `; `, another nested one as JSON."""
    match content:
        case None | bool() | int() | float() | str():
            return content
        case list() if all(isinstance(each, str) and ";" not in each for each in content):
            return "; ".join(content)
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def text_of(cell: Cell) -> str:
    """Return a cell as text: nothing for None, truths as in JSON."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
    return str(cell)


def widths(export: Export, headings: Iterable[str], *, looked_at: int = 200, most: int = 40) -> list[int]:
    """Return how wide each column is in signs, by its heading and its first cells; a Chinese sign counts twice."""
    signs = [_width(heading) for heading in headings]
    for row in export.rows[:looked_at]:
        signs = [max(width, _width(text_of(cell))) for width, cell in zip(signs, row, strict=True)]
    return [min(width, most) + 2 for width in signs]


def _width(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)

"""What a kind of files is, and how its columns are declared."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from infra.importing import cells
from infra.importing.cells import Cells, Column, words_of
from infra.store.recorded import TakenOver

if TYPE_CHECKING:
    from infra.words.catalogue import Kind

CommandInput = tuple[str, dict[str, Any]]
"""A command's name and data."""

DAY = "day like 2026-03-02"
CLOCK = "time like 09:30"
HOME = "metres on the city's grid; without: a rough place"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file. `commands` takes the rows of one id and the day of the import.

    Only teams and histories have several rows of one id (`grouped`).
    `parents` names the columns that hold ids of other aggregates, with their categories.
    """

    name: str
    category: str
    columns: tuple[Column, ...]
    commands: Callable[[Sequence[Cells], date], Iterator[CommandInput]]
    parents: Mapping[str, str]
    grouped: bool = False
    made_from: tuple[str, ...] = ()
    """The columns from which an id is made where the file has none; empty: it must have one."""

    taken_over: Callable[[Cells], TakenOver] | None = None
    """Marks the one command of a row that is a step of a history."""

    @property
    def id_column(self) -> str:
        """The column of the id."""
        return self.columns[0].name


def id_column(name: str, example: str, *, required: bool = True) -> Column:
    """Return a column of ids."""
    return Column(name, "id", example, cells.identity, required, form="id")


def word_column(name: str, literal: Any, example: str, *, required: bool = True, label: "Kind | None" = None) -> Column:
    """Return a column of the words of a Literal."""
    codes = get_args(literal)
    return Column(name, words_of(literal), example, cells.one_of(literal), required, "word", label, codes)


def yes_no_column(name: str, example: str, *, required: bool = True) -> Column:
    """Return a column of truth values."""
    return Column(name, "yes or no", example, cells.yes_no, required, form="yes-no")


def clock_column(name: str, example: str, *, required: bool = True) -> Column:
    """Return a column of times of day."""
    return Column(name, CLOCK, example, cells.clock, required, form="clock")


def day_column(name: str, example: str, *, required: bool = True) -> Column:
    """Return a column of days."""
    return Column(name, DAY, example, cells.day, required, form="day")


def whole_column(name: str, example: str, *, required: bool = True) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "whole number", example, cells.whole, required, form="whole")


def some(row: Cells, *names: str) -> dict[str, Any]:
    """Return those of the named columns that the row has."""
    return {name: row[name] for name in names if name in row}

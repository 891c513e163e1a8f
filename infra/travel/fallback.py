"""A source is asked for what is not known yet; what it does not know either is a straight line, and told.

Whoever reads a roster sees in its stored problem how many ways were straight lines, and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from schedulers.problem import TravelFrom
from schedulers.travel.times import Place, Times, seconds, ways

Table = list[list[int | None]]
"""Seconds from row to column; None where the source knows no way."""


class Unanswered(Exception):  # noqa: N818 -- straight lines answer in its place
    """A source has no answer now, by a rule in kebab case. No place is told: a log is no place for homes."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class Source(Protocol):
    """Knows ways. `name` is told with the roster; `key` tells apart all that may answer otherwise.

    `lacks` is the rule behind a way it does not know.
    """

    name: str
    key: str
    lacks: str

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end. Unanswered if it cannot say now."""
        ...


class Memory(Protocol):
    """Keeps what was answered, by key of the source, mode and pair of places."""

    def recall(self, source: Source, places: Sequence[Place], mode: str) -> Table:
        """Return what is known of the ways between all places."""
        ...

    def keep(self, source: Source, starts: Sequence[Place], ends: Sequence[Place], mode: str, found: Table) -> None:
        """Keep an answer."""
        ...


@dataclass(frozen=True, slots=True)
class Asking:
    """Gives the times of a source, asks it for no way twice, and fills in what it lacks."""

    source: Source
    memory: Memory | None = None

    def times(self, places: Sequence[Place], mode: str) -> Times:
        """Return the times between all places. ValueError if the mode is not known."""
        distinct = list(dict.fromkeys(places))
        known, because = self._known(distinct, mode)
        at = {place: number for number, place in enumerate(distinct)}
        rows = tuple(tuple(filled(known[at[a]][at[b]], a, b, mode) for b in places) for a in places)
        straight = sum(known[at[a]][at[b]] is None for a in places for b in places)
        because = (because or self.source.lacks) if straight else None
        told = TravelFrom(source=self.source.name, ways=ways(places), straight=straight, because=because)
        return Times(seconds=rows, told=told)

    def _known(self, places: Sequence[Place], mode: str) -> tuple[Table, str | None]:
        """Return all that is known after asking, and the rule by which the source did not answer, if it did not."""
        if self.memory is not None:
            known = self.memory.recall(self.source, places, mode)
        else:
            known = [[None] * len(places) for _ in places]
        for number in range(len(places)):
            known[number][number] = 0
        try:
            for rows, columns in blocks(known):
                starts, ends = [places[row] for row in rows], [places[column] for column in columns]
                found = self.source.table(starts, ends, mode)
                if self.memory is not None:
                    self.memory.keep(self.source, starts, ends, mode, found)
                for row, told in zip(rows, found, strict=True):
                    for column, answer in zip(columns, told, strict=True):
                        known[row][column] = 0 if row == column else answer
        except Unanswered as reason:
            return known, reason.rule
        return known, None


def filled(known: int | None, a: Place, b: Place, mode: str) -> int:
    """Return the seconds that are known, or else those of the straight line."""
    return seconds(a, b, mode, "line") if known is None else known


def blocks(known: Table) -> Iterator[tuple[list[int], list[int]]]:
    """Yield rows and columns that hold every unknown way: a new place is one row and one column, and not the whole."""
    lacking = [[column for column, answer in enumerate(row) if answer is None] for row in known]
    new = [row for row, columns in enumerate(lacking) if 2 * len(columns) > len(known) - 1]
    rest = [row for row, columns in enumerate(lacking) if columns and row not in set(new)]
    columns = sorted({column for row in rest for column in lacking[row]})
    if new:
        yield new, list(range(len(known)))
    if rest:
        yield rest, columns

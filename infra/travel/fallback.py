"""Asks a source for the travel times that the cache lacks, and fills the rest with straight lines.

A roster's stored problem counts its straight lines and names the reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from schedulers.problem import TravelFrom
from schedulers.travel.times import Place, Times, pair_count, seconds

Table = list[list[int | None]]
"""Seconds from row to column; None where the source knows no time."""


class TravelSourceError(Exception):
    """A source cannot answer now, by a rule in kebab case. It carries no place: homes do not belong in a log."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class TravelSource(Protocol):
    """Knows travel times.

    `name` is stored with the roster; `key` differs between sources that may answer differently; `missing_rule` is the
    reason of a single time that the source does not know.
    """

    name: str
    key: str
    missing_rule: str

    def table(self, starts: Sequence[Place], ends: Sequence[Place], mode: str) -> Table:
        """Return the seconds from each start to each end. TravelSourceError if it cannot answer now."""
        ...


class TravelCache(Protocol):
    """Keeps answers by the source's key, the mode and the pair of places."""

    def lookup(self, source: TravelSource, places: Sequence[Place], mode: str) -> Table:
        """Return the cached seconds between all places."""
        ...

    def store(
        self, source: TravelSource, starts: Sequence[Place], ends: Sequence[Place], mode: str, answers: Table
    ) -> None:
        """Store the seconds from each start to each end."""
        ...


@dataclass(frozen=True, slots=True)
class FallbackTravel:
    """Gives a source's times, asks it for no pair of places twice, and fills gaps with straight lines."""

    source: TravelSource
    cache: TravelCache | None = None

    def times(self, places: Sequence[Place], mode: str) -> Times:
        """Return the times between all places. ValueError if the mode is not known."""
        distinct = list(dict.fromkeys(places))
        known, because = self._known(distinct, mode)
        at = {place: number for number, place in enumerate(distinct)}
        rows = tuple(tuple(or_straight_line(known[at[a]][at[b]], a, b, mode) for b in places) for a in places)
        straight = sum(known[at[a]][at[b]] is None for a in places for b in places)
        because = (because or self.source.missing_rule) if straight else None
        travel_from = TravelFrom(source=self.source.name, ways=pair_count(places), straight=straight, because=because)
        return Times(seconds=rows, travel_from=travel_from)

    def _known(self, places: Sequence[Place], mode: str) -> tuple[Table, str | None]:
        """Return the known seconds after asking, and the source's rule if it could not answer."""
        if self.cache is not None:
            known = self.cache.lookup(self.source, places, mode)
        else:
            known = [[None] * len(places) for _ in places]
        for number in range(len(places)):
            known[number][number] = 0
        try:
            for rows, columns in unknown_blocks(known):
                starts, ends = [places[row] for row in rows], [places[column] for column in columns]
                answers = self.source.table(starts, ends, mode)
                if self.cache is not None:
                    self.cache.store(self.source, starts, ends, mode, answers)
                for row, answered in zip(rows, answers, strict=True):
                    for column, answer in zip(columns, answered, strict=True):
                        known[row][column] = 0 if row == column else answer
        except TravelSourceError as error:
            return known, error.rule
        return known, None


def or_straight_line(known: int | None, a: Place, b: Place, mode: str) -> int:
    """Return the known seconds, or else those of the straight line."""
    return seconds(a, b, mode, "line") if known is None else known


def unknown_blocks(known: Table) -> Iterator[tuple[list[int], list[int]]]:
    """Yield rows and columns that cover every unknown pair: a new place is one row and one column, not the whole."""
    lacking = [[column for column, answer in enumerate(row) if answer is None] for row in known]
    new = [row for row, columns in enumerate(lacking) if 2 * len(columns) > len(known) - 1]
    rest = [row for row, columns in enumerate(lacking) if columns and row not in set(new)]
    columns = sorted({column for row in rest for column in lacking[row]})
    if new:
        yield new, list(range(len(known)))
    if rest:
        yield rest, columns

"""Results of reports. Rows are those of the read models' questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.edges.results import Result
from projections.questions import Row


@dataclass(frozen=True, slots=True)
class CoverageReport(Result):
    """Signed residents against the targets of a pack: of everybody, by district and by institution."""

    day: str
    pack: str
    public_health: Row | None
    total: Row
    districts: Sequence[Row]
    institutions: Sequence[Row]


@dataclass(frozen=True, slots=True)
class OutreachList(Result):
    """Residents to ask next, the most pressing first."""

    residents: Sequence[Row]

    def documents(self) -> Iterable[object]:
        """Return one list."""
        return (self.residents,)


@dataclass(frozen=True, slots=True)
class FulfilmentReport(Result):
    """What contracts grant and what was served of it, a row for each team, on a day."""

    day: str
    teams: Sequence[Row]

    def documents(self) -> Iterable[object]:
        """Return the rows as one list."""
        return (self.teams,)


@dataclass(frozen=True, slots=True)
class PackHeading(Result):
    """A policy pack: its version, its region and the day from which it is in force."""

    version: str
    region: str
    effective_from: str


@dataclass(frozen=True, slots=True)
class ListedPack(PackHeading):
    """The same, with the pack on which it is based."""

    based_on: str | None


@dataclass(frozen=True, slots=True)
class PackNumber(Result):
    """A number of a pack. `told_by` is the pack whose file has it; empty for a default."""

    chapter: str
    number: str
    value: Any
    told_by: str


@dataclass(frozen=True, slots=True)
class PackInFull(PackHeading):
    """A policy pack with all its numbers, chapter by chapter."""

    numbers: Sequence[PackNumber]


@dataclass(frozen=True, slots=True)
class NumberDifference(Result):
    """A number in which two packs differ."""

    number: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PackDifference(Result):
    """The numbers in which two packs differ."""

    first: str
    second: str
    numbers: Sequence[NumberDifference]

    def documents(self) -> Iterable[object]:
        """Return a document for each number, with its values under the names of the packs."""
        return ({"number": each.number, self.first: each.before, self.second: each.after} for each in self.numbers)

"""Results of benches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from infra.bench.figures import Figure
from infra.edges.exit_codes import UNEQUAL
from infra.edges.results import Result

if TYPE_CHECKING:
    from infra.bench.solver.measure import InstanceResult
    from infra.bench.solver.proofs import ProvedClass, ProvedDay


@dataclass(frozen=True, slots=True)
class BenchFigures(Result):
    """Figures of one bench; `failed`: an event was missed or rows differ, an error of ours and not a slow machine."""

    figures: Sequence[Figure]
    failed: bool = False

    def documents(self) -> Iterable[object]:
        """Return the figures as one list."""
        return ([each.as_json() for each in self.figures],)

    @property
    def exit_code(self) -> int:
        """Return 1 if it failed."""
        return UNEQUAL if self.failed else 0


@dataclass(frozen=True, slots=True)
class YearFigures(Result):
    """Figures of a simulated year, and what came of it."""

    figures: Mapping[str, object]
    fine: bool

    def documents(self) -> Iterable[object]:
        """Return the figures."""
        return (self.figures,)

    @property
    def exit_code(self) -> int:
        """Return 1 if the rebuild differs, or a figure lies outside its range."""
        return 0 if self.fine else UNEQUAL


@dataclass(frozen=True, slots=True)
class ProofFigures(Result):
    """Days that were proved, and how far days of each size were at each moment, in seconds."""

    classes: "Sequence[ProvedClass]"
    days: "Sequence[ProvedDay]"
    moments: Sequence[float]

    def documents(self) -> Iterable[object]:
        """Return both as plain data."""
        return ({"classes": [asdict(each) for each in self.classes], "days": [each.as_json() for each in self.days]},)


@dataclass(frozen=True, slots=True)
class InstanceRows(Result):
    """Rows of the benchmark's instances; people have read them while they were measured."""

    rows: "Sequence[InstanceResult]"

    def documents(self) -> Iterable[object]:
        """Return the rows as one list."""
        return ([asdict(each) for each in self.rows],)

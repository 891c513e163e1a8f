"""Results of operations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from infra.cli.roster.results import ProvedRoster
from infra.edges.exit_codes import UNEQUAL
from infra.edges.results import Result


@dataclass(frozen=True, slots=True)
class ProofOnTheWay(Result):
    """A proof of a published roster, found while the system runs, and the roster's cost in the tier of the bound."""

    proof: ProvedRoster
    cost: int | None

    def documents(self) -> Iterable[object]:
        """Return the proof."""
        return (self.proof,)


@dataclass(frozen=True, slots=True)
class SimulatedFigure(Result):
    """A figure of a simulated time and the range in which it belongs."""

    name: str
    figure: float | None
    unit: str
    least: float
    most: float
    fits: bool


@dataclass(frozen=True, slots=True)
class SimulatedTime(Result):
    """What a simulation made, and what came of it."""

    teams: int
    residents: int
    contracts: int
    first_day: date
    last_day: date
    events: int
    rosters: int
    visits_done: int
    outcomes: Sequence[SimulatedFigure]


@dataclass(frozen=True, slots=True)
class SimulatedSideBySide(Result):
    """Figures of the same community under several packs, by pack."""

    figures: Mapping[str, Mapping[str, int]]

    def documents(self) -> Iterable[object]:
        """Return the figures by pack."""
        return (self.figures,)


@dataclass(frozen=True, slots=True)
class ImportedNetwork(Result):
    """Streets for one mode of travel."""

    mode: str
    nodes: int
    edges: int
    dropped_nodes: int
    dropped_edges: int


@dataclass(frozen=True, slots=True)
class ImportedStreets(Result):
    """Streets from an extract: the file they are in, the box that holds them, and settings that use them."""

    file: str
    bounds: tuple[float, float, float, float]
    modes: Sequence[ImportedNetwork]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckedMode(Result):
    """A mode of travel, tried: the seconds of 500 m, and the rule by which they are a straight line.

    `unknown` of all registered places are not known to the source; None where only asking outside would tell.
    """

    mode: str
    source: str
    seconds: int
    because: str | None
    places: int
    unknown: int | None


@dataclass(frozen=True, slots=True)
class CheckedTravel(Result):
    """The chosen source of travel times, tried; and how many of its answers are kept."""

    ways_kept: int
    modes: Sequence[CheckedMode]


@dataclass(frozen=True, slots=True)
class ForgottenWays(Result):
    """How many answers of sources were forgotten."""

    forgotten: int


@dataclass(frozen=True, slots=True)
class ServiceState(Result):
    """A local service: `stopped`, `starting` or `answering`."""

    service: str
    state: str
    pid: int | None
    address: str | None
    log: str


@dataclass(frozen=True, slots=True)
class ServiceStates(Result):
    """The local services."""

    services: Sequence[ServiceState]

    def documents(self) -> Iterable[object]:
        """Return one list."""
        return (self.services,)

    @property
    def exit_code(self) -> int:
        """Return 1 if a service does not answer."""
        return 0 if all(each.state == "answering" for each in self.services) else UNEQUAL


@dataclass(frozen=True, slots=True)
class BrokenRule(Result):
    """A rule of the benchmark that a solution breaks."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class CheckedSolution(Result):
    """A solution of a benchmark instance, judged. Extended instances have components, but no single cost."""

    instance: str
    cost: float | None
    components: Mapping[str, float]
    feasible: bool
    violations: Sequence[BrokenRule]

    @property
    def exit_code(self) -> int:
        """Return 1 if it breaks a rule."""
        return 0 if self.feasible else UNEQUAL


@dataclass(frozen=True, slots=True)
class Solution(CheckedSolution):
    """A solution that was found just now."""

    bound: float | None
    proved: bool
    iterations: int
    seed: int

    @property
    def exit_code(self) -> int:
        """Return 0."""
        return 0

"""Parameters of the search and of the proof, as part of a problem.

The defaults give the rosters of all problems stored so far. A stored problem names parameters only where they differ
from the defaults, so that its document, and with it its digest, stays as it was.
"""

from dataclasses import dataclass

from schedulers.tiers import FIRST_ORDER, Order, require_every_tier

FIRST_WEIGHTS = (200_000, 200_000, 2_000, 100, 20, 2, 1)
"""Weights of the first order. They give the rosters of all problems that were stored under it."""

WEIGHTS = (600_000, 100_000, 4_000, 100, 20, 2, 1, 300, 60)
"""Weights of every other order, by column."""
require_every_tier(range(len(WEIGHTS)), "weight in SearchParameters")


FILLING = (8_000, 500, 10, 2, 2, 0, 0, 2, 1)
"""Weights, by column, that try which visits fill a day on which not all have room.

To leave out a visit of the day's mean urgency costs as much as an hour of travel, so that a few small ones may change
places with a large one; the first weight is divided by that mean.
"""

FILLING_TEMPERATURES = (2_500.0, 300.0)
"""The first and the last temperature of filling."""

FILLING_SHARE = 0.7
"""Part of the iterations that fill a day; the rest goes on from the filled day, with the weights of its order."""


STRICT_URGENT = 20
"""How many times as much urgent lateness weighs in every second quick restart.

Otherwise it weighs less than the disruption below it, and the restarts of a changed day would agree too soon.
"""


def weights_of(order: Order) -> tuple[int, ...]:
    """Return the weights of a problem's order; a tier behind the last one weighs nothing."""
    return FIRST_WEIGHTS if order == FIRST_ORDER else WEIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParameters:
    """How simulated annealing spends its iterations.

    `weights` are the energy of one unit of each tier, by column; one second of travel is 20. None: those of the
    problem's order (`weights_of`). Temperatures, in units of
    energy, fall geometrically from `first_temperature` (a quarter of an hour of travel) to `last_temperature` (three
    seconds) in two or more steps, `temperatures`. The last `polish_share` of an annealing accepts moves by tier order
    alone. A budget is split into one restart for each `iterations_per_restart`, at most `most_restarts`.
    Before these come `quick_restarts` of `quick_iterations` each. If `agreeing` restarts have found the same least
    costs (0: never), the quick ones end, and so does a search without a proof. A proof is tried after the quick ones
    already, and the budget is spent if it fails.
    """

    weights: tuple[int, ...] | None = None
    first_temperature: float = 20_000.0
    last_temperature: float = 60.0
    temperatures: int = 100
    polish_share: float = 0.25
    iterations_per_restart: int = 20_000
    most_restarts: int = 20
    quick_restarts: int = 0
    quick_iterations: int = 5_000
    agreeing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofParameters:
    """How large the structures of a proof may grow, and how finely it looks.

    Columns: a member's columns are enumerated if they need no more than `most_labels` labels (8 million are a second of
    work and 200 MB) over at most `most_services` services; the first try stops at `first_labels`, which is enough for
    most bounds. At most `labels_per_second` labels are allowed for a deterministic second of the budget.
    Relaxation: `rounds` of pricing at most, each adding up to `columns_per_round` columns of a member. They end when
    the bound can rise by no more than `gap_tolerance` times the gap to the incumbent.
    Ng-routes: time in ticks of `tick_seconds`; each service remembers its `neighbours` nearest, fewer where ticks,
    services and memories exceed `most_states` (8 bytes each).
    Partitions: the first enumeration covers one `first_gap_part`-th of the gap between bound and incumbent, each
    further one `gap_growth` times as much; it gives up at `most_partitions`. Below the visits left out, with
    `gap_slack` an enumeration of a part of the gap also gives up at that many times this part of the work, since the
    whole gap would exceed it; with `partition_slack` so does the solving of partitions that would take that many times
    the work, if all are like the first ones. A route has `most_route_labels` labels at most. With `keep_groups`, groups
    that are solved stay known when a proof goes on. Start windows of a synchronised group are narrowed `narrowings`
    times.
    CP-SAT: members with at most `most_hinted_columns` columns get a literal for each. With `columns_alone` it is not
    tried where partitions were, and failed. The wishes get `wish_work` deterministic seconds at most (0: what is left).
    With `quick_wishes`, a group whose schedule meets its wishes already keeps it.
    A proof that is tried before the search has ended gets `first_work` deterministic seconds. With `symmetry`, members
    who are alike do not change places in partitions. With `warm_lp`, the linear programme goes on from its last basis
    after columns are added; without, each solution starts from presolve and has other duals.
    """

    first_labels: int = 300_000
    most_labels: int = 8_000_000
    labels_per_second: int = 3_000_000
    most_services: int = 22
    rounds: int = 80
    columns_per_round: int = 40
    tick_seconds: int = 60
    neighbours: int = 5
    most_states: int = 4_000_000
    first_gap_part: int = 64
    gap_growth: int = 8
    most_partitions: int = 250_000
    most_route_labels: int = 400_000
    narrowings: int = 4
    most_hinted_columns: int = 1500
    first_work: float = 0.0
    symmetry: bool = False
    warm_lp: bool = False
    gap_tolerance: float = 0.0
    gap_slack: float = 0.0
    wish_work: float = 0.0
    keep_groups: bool = False
    partition_slack: float = 0.0
    columns_alone: bool = False
    quick_wishes: bool = False


DEFAULT_SEARCH = SearchParameters()
DEFAULT_PROOF = ProofParameters()

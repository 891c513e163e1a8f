"""A day under another policy pack: other overtime, and visits as long as that pack says.

Events carry every number that was decided. A day that is planned asks its pack for the numbers of planning only; a
what-if asks for more: how long the visits would last, had they been requested under the other pack.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from domain.planning.weights import call_costs, cost_limits, tier_order
from domain.planning.working_time import overtime_under
from domain.policy_pack import PolicyPack
from domain.policy_pack.visit_minutes import seconds_under
from projections.questions import Rows
from projections.roster_board import visits_of
from schedulers.problem import Calls, Demand, Limits, Problem


class Weights(TypedDict):
    """The parts of a problem that say what its costs weigh."""

    order: tuple[str, ...]
    limits: Limits
    calls: Calls


def weights_of(pack: PolicyPack) -> Weights:
    """Return what costs weigh under a pack."""
    limits, (minutes, beyond) = cost_limits(pack), call_costs(pack)
    return {
        "order": tier_order(pack),
        "limits": Limits(
            urgent_from=limits.urgent_from, late=limits.late, overtime=limits.overtime, imbalance=limits.imbalance
        ),
        "calls": Calls(minutes=minutes, beyond=beyond),
    }


def purposes_of(rows: Rows, problem: Problem) -> dict[str, str]:
    """Return the purposes of the problem's visits by id, as far as the rows know them; a purpose never changes."""
    visits = visits_of(rows, {demand.id for demand in problem.demands})
    return {visit_id: str(row["purpose"]) for visit_id, row in visits.items() if row["purpose"]}


def with_other_pack(problem: Problem, purposes: Mapping[str, str], ruling: PolicyPack, other: PolicyPack) -> Problem:
    """Return the problem under another pack than the one that rules its day; a pinned visit stays as it is.

    An older problem that does not name the order of its tiers keeps its own.
    """

    def lasting(demand: Demand) -> Demand:
        if demand.pins:
            return demand
        purpose = purposes.get(demand.id)
        services = (
            replace(each, seconds=seconds_under(each.seconds, purpose, ruling, other)) for each in demand.services
        )
        return replace(demand, services=tuple(services))

    weighed = problem if problem.limits is None else replace(problem, **weights_of(other))
    return replace(
        weighed,
        members=tuple(replace(each, overtime=overtime_under(each.overtime, ruling, other)) for each in problem.members),
        demands=tuple(lasting(demand) for demand in problem.demands),
    )

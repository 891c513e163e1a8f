"""A plan of the search as a roster."""

from typing import TYPE_CHECKING

from schedulers.problem import Assignment, Roster, Unplaced

if TYPE_CHECKING:
    from schedulers.search.search import DaySearch, Plan

SEARCH_NAME = "jiayi-search-1"


def roster_of(state: "DaySearch", incumbent: "Plan") -> Roster:
    """Return a plan as a roster without a proof and without reasons of demands left out."""
    problem = state.problem
    assignments = tuple(
        Assignment(
            demand_id=problem.demands[d].id,
            service=j,
            member_id=problem.members[each.member].id,
            start=each.start,
            end=each.start + problem.demands[d].services[j].seconds,
            travel=each.travel,
        )
        for each in incumbent.placed
        for d, j in (state.services[each.service],)
    )
    placed = {each.demand_id for each in assignments}
    left = [demand.id for demand in problem.demands if demand.id not in placed]
    return Roster(
        team_id=problem.team_id,
        day=problem.day,
        assignments=assignments,
        unplaced=tuple(Unplaced(demand_id=demand_id, rule="") for demand_id in left),
        costs=incumbent.costs,
        proof="unknown",
        iterations=problem.budget.iterations,
        solver=SEARCH_NAME,
        order=problem.order,
    )

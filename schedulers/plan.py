"""From a problem to a roster: search, prove where the budget says so, explain what was left out, and pass the gate.

A pure function: the same problem, with its seed and its counted budget, has the same roster in any process.
"""

from dataclasses import replace
from functools import cache
from importlib.metadata import version
from itertools import product
from typing import TYPE_CHECKING

from schedulers.check import RosterRejected, check, costs
from schedulers.problem import Assignment, Demand, Problem, Proof, Roster, Unplaced
from schedulers.rules import HARD_RULES, kept_apart, pin_of

if TYPE_CHECKING:
    from schedulers.proof.prove import Watch
    from schedulers.search.search import DaySearch, Plan

__all__ = ["HARD_RULES", "UNPLACED_RULES", "MoreMustMove", "RosterRejected", "plan", "roster_of"]

SEARCH_NAME = "jiayi-search-1"
SETS_NAME = "sets-2"
"""How proofs begin: another way to bound may end at another roster of the same cost."""

PINNED_AWAY = "pinned-member-not-in-team"
NO_ROLE = "no-member-has-the-role"
NO_QUALIFICATION = "no-member-has-the-qualification"
NOT_AT_WORK = "nobody-with-the-role-works-that-day"
FORBIDDEN = "forbidden-members"
NO_PAIR = "no-pair-of-members"
NO_WINDOW = "window-cannot-be-met"
NO_ROOM_PINNED = "no-room-beside-pinned-visits"
NO_ROOM_UNMOVED = "no-room-without-moving-more-visits"
NO_ROOM = "no-room-beside-more-pressing-visits"

UNPLACED_RULES = (
    PINNED_AWAY,
    NO_ROLE,
    NO_QUALIFICATION,
    NOT_AT_WORK,
    FORBIDDEN,
    NO_PAIR,
    NO_WINDOW,
    NO_ROOM_PINNED,
    NO_ROOM_UNMOVED,
    NO_ROOM,
)
"""Every reason for which a demand is left out; the first that holds is told."""


FEWEST = 1.0
"""Deterministic seconds of CP-SAT for the fewest visits that must move, where the search begins with too many."""


class MoreMustMove(Exception):  # noqa: N818 -- the answer to a limit that cannot hold
    """More published visits must move or be left out than the problem allows: `least`, as far as is known."""

    def __init__(self, most: int, least: int) -> None:
        super().__init__(most, least)
        self.most, self.least = most, least


@cache
def exact_name() -> str:
    """Return the name of the solver that searches, then proves."""
    return f"{SEARCH_NAME} + cp-sat {'.'.join(version('ortools').split('.')[:2])} + {SETS_NAME}"


def plan(problem: Problem, watch: "Watch | None" = None) -> Roster:
    """The roster of a team-day; `watch` is told how far its proof has come.

    Raises:
        MoreMustMove: no roster moves as few published visits as the problem allows.
        RosterRejected: the answer broke a hard rule; it must not be published (a fault of the solver, never seen).
    """
    roster = _searched(problem, watch) if problem.demands and problem.members else _nothing_to_search(problem)
    violations = check(problem, roster)
    if violations:
        raise RosterRejected(violations)
    return roster


def _nothing_to_search(problem: Problem) -> Roster:
    published = sum(bool(demand.previous) for demand in problem.demands)
    if problem.most_moved is not None and published > problem.most_moved:
        raise MoreMustMove(problem.most_moved, published)
    unplaced = tuple(
        Unplaced(demand_id=demand.id, rule=_lacking(problem, demand) or NO_ROLE) for demand in problem.demands
    )
    bare = Roster(
        team_id=problem.team_id,
        day=problem.day,
        assignments=(),
        unplaced=unplaced,
        costs=(),
        proof="proved",
        iterations=0,
        solver=SEARCH_NAME,
    )
    return replace(bare, costs=costs(problem, bare))


def _searched(problem: Problem, watch: "Watch | None") -> Roster:
    from schedulers.search.search import DaySearch, search  # noqa: PLC0415 -- compiled code is loaded by who plans only

    state = DaySearch(problem)
    found = state.settle(search(state, _begun(state)))
    proof: Proof = "unknown"
    bound_tier, bound, solver = None, None, SEARCH_NAME
    if problem.budget.deterministic > 0:
        from schedulers.proof.prove import prove  # noqa: PLC0415 -- likewise OR-Tools

        proved = prove(state, found, problem.budget.deterministic, watch)
        found, solver = state.settle(proved.plan), exact_name()
        proof, bound_tier, bound = proved.proof, proved.bound_tier, proved.bound
    roster = replace(roster_of(state, found), proof=proof, bound_tier=bound_tier, bound=bound, solver=solver)
    return replace(roster, unplaced=_reasons(state, roster))


def _begun(state: "DaySearch") -> "Plan":
    """Where the search begins: it moves no more published visits than it may, nor does the search from there on."""
    begin, most = state.start(), state.problem.most_moved
    if most is not None and state.moved > most:
        from schedulers.proof.prove import fewest_moved  # noqa: PLC0415 -- OR-Tools is loaded where it is needed

        begin, least = fewest_moved(state, begin, FEWEST)
        state.lay_plan(begin)
        if state.moved > most:
            raise MoreMustMove(most, least)
    state.may_move(most)
    return begin


def roster_of(state: "DaySearch", found: "Plan") -> Roster:
    """A plan as a roster: nothing is claimed of it, and the rules that kept demands out are not looked for."""
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
        for each in found.placed
        for d, j in (state.services[each.service],)
    )
    placed = {each.demand_id for each in assignments}
    left = [demand.id for demand in problem.demands if demand.id not in placed]
    return Roster(
        team_id=problem.team_id,
        day=problem.day,
        assignments=assignments,
        unplaced=tuple(Unplaced(demand_id=demand_id, rule="") for demand_id in left),
        costs=found.costs,
        proof="unknown",
        iterations=problem.budget.iterations,
        solver=SEARCH_NAME,
    )


def _lacking(problem: Problem, demand: Demand) -> str | None:
    """What the team as it stands cannot give the demand, service by service."""
    members = {member.id: member for member in problem.members}
    able = []
    for j, service in enumerate(demand.services):
        pin = pin_of(demand, j)
        if pin is not None:
            if pin.member_id not in members:
                return PINNED_AWAY
            able.append({pin.member_id})
            continue
        by_role = [member for member in problem.members if set(member.roles) & set(service.roles)]
        qualified = [member for member in by_role if not set(service.qualifications) - set(member.qualifications)]
        at_work = [member for member in qualified if member.works]
        allowed = {member.id for member in at_work} - set(demand.not_with)
        for left, rule in (
            (by_role, NO_ROLE), (qualified, NO_QUALIFICATION), (at_work, NOT_AT_WORK), (allowed, FORBIDDEN),
        ):  # fmt: skip
            if not left:
                return rule
        able.append(allowed)
    apart = kept_apart(problem)
    if len(able) == 2 and all(a == b or frozenset((a, b)) in apart for a, b in product(*able)):
        return NO_PAIR
    return None


def _reasons(state: "DaySearch", roster: Roster) -> tuple[Unplaced, ...]:
    """What was left out, each with its rule; where the leader's limit on moves is used up, it may be that."""
    state.may_move(None)
    left = {each.demand_id for each in roster.unplaced}
    told = {demand.id: _reason(state, d) for d, demand in enumerate(state.problem.demands) if demand.id in left}
    if NO_ROOM in told.values() and state.problem.most_moved is not None:
        from schedulers.search.search import search  # noqa: PLC0415 -- loaded already

        freely = roster_of(state, search(state, state.start()))
        out = {each.demand_id for each in freely.unplaced}
        told |= {name: NO_ROOM_UNMOVED for name, rule in told.items() if rule == NO_ROOM and name not in out}
    return tuple(Unplaced(demand_id=demand_id, rule=rule) for demand_id, rule in told.items())


def _reason(state: "DaySearch", d: int) -> str:
    """Why a demand was left out: the team cannot, the hours cannot, the pinned visits or the others stand before it."""
    lacking = _lacking(state.problem, state.problem.demands[d])
    if lacking is not None:
        return lacking
    if not state.alone(d):
        return NO_WINDOW
    return NO_ROOM if state.alone(d, state.pinned()) else NO_ROOM_PINNED

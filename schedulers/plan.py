"""Plans a team-day: search, proof if the budget allows, reasons of demands left out, and the checker's gate.

A pure function: the same problem, with its seed and its counted budget, has the same roster in any process.
"""

from dataclasses import replace
from functools import cache
from importlib.metadata import version
from itertools import product
from typing import TYPE_CHECKING

from schedulers.check import RosterRejected, check, costs
from schedulers.counterfactual import is_feasible_alone, least_change, prioritised
from schedulers.problem import Demand, Problem, Proof, Roster, Unplaced
from schedulers.rules import HARD_RULES, incompatible_pairs, pin_of, urgency
from schedulers.search.as_roster import SEARCH_NAME, roster_of
from schedulers.tiers import FIRST_ORDER, in_order

if TYPE_CHECKING:
    from schedulers.proof.prove import OnProgress, Proved
    from schedulers.search.search import DaySearch, Plan

__all__ = ["HARD_RULES", "UNPLACED_RULES", "MoreMustMove", "RosterRejected", "plan", "reason_left_out", "roster_of"]

COLUMNS_NAME = "sets-2"
"""Version of the proof by columns: another bound may end at another roster of the same cost."""

DAY_OFF = ("national-day-off", "team-day-off", "nobody-works")
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
NO_ROOM_TOGETHER = "no-room-beside-visits-more-pressing-together"

UNPLACED_RULES = (
    *DAY_OFF,
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
    NO_ROOM_TOGETHER,
)
"""Every reason for which a demand is left out; the first that holds is the reason."""


FEWEST_MOVED_WORK = 1.0
"""Deterministic seconds of CP-SAT to find the fewest visits that must move, if the initial plan moves too many."""


class MoreMustMove(Exception):  # noqa: N818 -- the answer to an infeasible limit
    """More published visits must move or be left out than the problem allows: at least `least`."""

    def __init__(self, most: int, least: int) -> None:
        super().__init__(most, least)
        self.most, self.least = most, least


@cache
def proving_solver() -> str:
    """Return the stored name of the solver that searches, then proves."""
    return f"{SEARCH_NAME} + cp-sat {'.'.join(version('ortools').split('.')[:2])} + {COLUMNS_NAME}"


def plan(problem: Problem, on_progress: "OnProgress | None" = None) -> Roster:
    """Plan a team-day; `on_progress` is called with the progress of the proof.

    Raises:
        MoreMustMove: every roster moves more published visits than the problem allows.
        RosterRejected: the roster breaks a hard rule and must not be published (a fault of the solver, never seen).
    """
    roster = _searched(problem, on_progress) if problem.demands and problem.members else _nothing_to_search(problem)
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
    roster = Roster(
        team_id=problem.team_id,
        day=problem.day,
        assignments=(),
        unplaced=unplaced,
        costs=(),
        proof="proved",
        iterations=0,
        solver=SEARCH_NAME,
        order=problem.order,
    )
    return replace(roster, costs=costs(problem, roster))


def _searched(problem: Problem, on_progress: "OnProgress | None") -> Roster:
    from schedulers.search.restarts import search  # noqa: PLC0415 -- compiled code is loaded only where a day is planned
    from schedulers.search.search import DaySearch  # noqa: PLC0415 -- compiled code is loaded only where a day is planned

    state = DaySearch(problem)
    initial = _initial_plan(state)
    proof: Proof = "unknown"
    bound_tier, bound, solver = None, None, SEARCH_NAME
    if problem.budget.deterministic > 0:
        proved = _proved(state, initial, on_progress)
        incumbent, solver = state.left_shift(proved.plan), proving_solver()
        proof, bound_tier, bound = proved.proof, proved.bound_tier, proved.bound
    else:
        incumbent = state.left_shift(search(state, initial))
    roster = roster_of(state, incumbent)
    if proof == "within" and state.order != FIRST_ORDER:
        roster = _challenged(problem, roster)
    roster = replace(roster, proof=proof, bound_tier=bound_tier, bound=bound, solver=solver)
    return replace(roster, unplaced=_reasons(state, roster))


def _proved(state: "DaySearch", initial: "Plan", on_progress: "OnProgress | None") -> "Proved":
    """Search and prove; where the parameters say so, try the proof before the whole search."""
    from schedulers.proof.prove import DayProof  # noqa: PLC0415 -- OR-Tools is loaded only where a day is proved
    from schedulers.search.restarts import Restarts  # noqa: PLC0415 -- loaded already

    restarts = Restarts(state, initial)
    work, parameters = state.problem.budget.deterministic, state.problem.proof
    proof: DayProof | None = None
    if parameters.first_work > 0:
        proof = DayProof(state, state.left_shift(restarts.run_quick()))
        proved = proof.run(min(work, parameters.first_work), on_progress, by_columns_only=True)
        if proved.proof == "proved":
            return proved
    best = state.left_shift(restarts.run(until_they_agree=False))
    proof = proof or DayProof(state, best)
    proof.improve(best)
    return proof.run(work, on_progress)


MOST_CHALLENGES = 100
"""Visits that challenge one roster at most."""


def _challenged(problem: Problem, roster: Roster) -> Roster:
    """Return a roster that no visit without a place makes better by having one, as far as a search for each finds.

    An explanation makes the same searches, so it never knows a better roster than the published one. The first order is
    never challenged, nor is a roster that is proved.
    """
    waiting = [each.demand_id for each in roster.unplaced]
    for _ in range(MOST_CHALLENGES):
        if not waiting:
            break
        demand_id = waiting.pop(0)
        if not is_feasible_alone(problem, demand_id):
            continue
        other = least_change(problem, roster, prioritised(problem, demand_id))
        if in_order(other.costs, problem.tiers) < in_order(roster.costs, problem.tiers) and not check(problem, other):
            roster = other
            waiting = [each.demand_id for each in roster.unplaced]
    return roster


def _initial_plan(state: "DaySearch") -> "Plan":
    """Return the plan where the search begins, and limit the published visits that may move from it on."""
    initial, most = state.initial_plan(), state.problem.most_moved
    if most is not None and state.moved > most:
        from schedulers.proof.prove import fewest_moved  # noqa: PLC0415 -- OR-Tools is loaded where it is needed

        initial, least = fewest_moved(state, initial, FEWEST_MOVED_WORK)
        state.decode_plan(initial)
        if state.moved > most:
            raise MoreMustMove(most, least)
    state.limit_moved(most)
    return initial


def _lacking(problem: Problem, demand: Demand) -> str | None:
    """Return the first reason by which the team cannot serve a demand, None if it can."""
    members = {member.id: member for member in problem.members}
    able = []
    for j, service in enumerate(demand.services):
        pin = pin_of(demand, j)
        if pin is not None:
            if pin.member_id not in members:
                return PINNED_AWAY
            able.append({pin.member_id})
            continue
        if problem.day_off:
            return problem.day_off
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
    apart = incompatible_pairs(problem)
    if len(able) == 2 and all(a == b or frozenset((a, b)) in apart for a, b in product(*able)):
        return NO_PAIR
    return None


def _reasons(state: "DaySearch", roster: Roster) -> tuple[Unplaced, ...]:
    """Return demands left out with their reasons; the limit of moved visits may be one."""
    state.limit_moved(None)
    left = {each.demand_id for each in roster.unplaced}
    rules = {
        demand.id: reason_left_out(state, d) for d, demand in enumerate(state.problem.demands) if demand.id in left
    }
    if state.order != FIRST_ORDER:
        rules = _by_urgency(state.problem, rules)
    if {NO_ROOM, NO_ROOM_TOGETHER} & set(rules.values()) and state.problem.most_moved is not None:
        from schedulers.search.restarts import search  # noqa: PLC0415 -- loaded already

        freely = roster_of(state, search(state, state.initial_plan()))
        out = {each.demand_id for each in freely.unplaced}
        rules |= {
            name: NO_ROOM_UNMOVED
            for name, rule in rules.items()
            if rule in {NO_ROOM, NO_ROOM_TOGETHER} and name not in out
        }
    return tuple(Unplaced(demand_id=demand_id, rule=rule) for demand_id, rule in rules.items())


def _by_urgency(problem: Problem, rules: dict[str, str]) -> dict[str, str]:
    """Return the reasons; a visit that is more pressing than one in place has no room because several are together."""
    fixed = {demand.id for demand in problem.demands if any(demand.pins)}
    placed = [urgency(each) for each in problem.demands if each.id not in rules and each.id not in fixed]
    least = min(placed, default=0)
    return {
        each.id: NO_ROOM_TOGETHER if rules[each.id] == NO_ROOM and urgency(each) > least else rules[each.id]
        for each in problem.demands
        if each.id in rules
    }


def reason_left_out(state: "DaySearch", d: int) -> str:
    """Return why a demand was left out: team, hours, pinned visits, or more urgent ones."""
    lacking = _lacking(state.problem, state.problem.demands[d])
    if lacking is not None:
        return lacking
    if not state.is_feasible_alone(d):
        return NO_WINDOW
    return NO_ROOM if state.is_feasible_alone(d, state.pinned_services()) else NO_ROOM_PINNED

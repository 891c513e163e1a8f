"""A published day is planned again on its leader's terms: the most visits that may move, and until when none does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day, seconds_into
from domain.planning.visit_hours import is_held
from domain.roster import roster_id_of
from infra.planning.day_problem import pins_at_work
from infra.planning.plan_day import ATTEMPTS, FULL, LIVE, PlannedDay, Terms, conclude, draft, prepare, require_revision
from infra.planning.published_roster import read_published
from infra.store.recorded import StaleBasis
from schedulers.counterfactual import placements
from schedulers.plan import MoreMustMove
from schedulers.problem import Demand, Problem
from schedulers.replan import Move, moves

if TYPE_CHECKING:
    from infra.system import System


@value
class Replanned:
    """The result of planning a day again: visits that moved and why, new visits, and visits that are gone."""

    planned: PlannedDay
    moves: tuple[Move, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def replan_day(
    system: "System",
    team_day: TeamDay,
    *,
    most_moved: int | None = None,
    freeze: datetime | None = None,
    dry_run: bool = False,
    if_revision: int | None = None,
) -> Replanned:
    """Plan a published day again, and publish unless it is a dry run.

    Refused `roster-not-published`, `roster-day-over`, `roster-changed` if another revision than `if_revision` is the
    newest, or `more-must-move` if no roster moves so few visits.
    """
    now = prepare(system, team_day.day, team_day.team_id, dry_run=dry_run)
    budget = FULL if team_day.day > local_day(now) else LIVE
    terms = terms_of(most_moved, None if freeze is None else seconds_into(team_day.day, freeze))
    with ThreadPoolExecutor(1) as executor:
        for _ in range(ATTEMPTS):
            require_revision(system.store, team_day, if_revision)
            before = placements(read_published(system.store, team_day).roster)
            drafted = draft(system, executor, team_day, now, budget, terms)
            try:
                planned = conclude(system, drafted, now, dry_run=dry_run, if_revision=if_revision)
            except StaleBasis:
                continue
            except MoreMustMove as limit:
                roster = roster_id_of(team_day.team_id, team_day.day)
                raise Refused("more-must-move", roster=roster, most=limit.most, least=limit.least) from limit
            if planned.roster is None or drafted.problem is None:
                return Replanned(planned=planned, moves=(), new=(), gone=tuple(sorted(before)))
            after = placements(planned.roster)
            demanded = {demand.id for demand in drafted.problem.demands}
            return Replanned(
                planned=planned,
                moves=moves(drafted.problem, planned.roster),
                new=tuple(sorted(after.keys() - before.keys())),
                gone=tuple(sorted(before.keys() - demanded)),
            )
    raise Refused("stale-basis", team_id=team_day.team_id, day=team_day.day)


def terms_of(most_moved: int | None, held_until: int | None) -> Terms:
    """Return the leader's terms: the most visits that may move, and the second before which none does."""

    def with_hold(problem: Problem, demand: Demand) -> Demand:
        if demand.pins or len(demand.previous) != len(demand.services):
            return demand
        starts = [pin.start for pin in demand.previous]
        held = is_held(starts, held_until or 0, at_work=pins_at_work(problem.members, demand.previous))
        return replace(demand, pins=demand.previous) if held else demand

    def with_terms(problem: Problem) -> Problem:
        demands = tuple(with_hold(problem, each) for each in problem.demands)
        return replace(problem, most_moved=most_moved, demands=demands)

    return with_terms

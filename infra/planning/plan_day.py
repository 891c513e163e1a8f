"""The planner: a touched team-day is claimed, read into a problem, solved in a process pool, checked and published.

A roster is published only if nothing touched its day since it was read: the basis is compared in the transaction that
appends. The solver has its own limit, so a plan always ends by itself.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day
from domain.policy_pack import in_force
from domain.roster import ROSTER, RosterAnswer, RosterRevised, roster_id_of
from infra.command_handler import CommandRequest, execute
from infra.planning.day_problem import (
    is_published,
    next_working_day,
    problem_document,
    publish_command,
    read_day,
    with_travel,
)
from infra.planning.solver_pool import pool, solve
from infra.planning.spread_week import spread_weeks
from infra.store.recorded import StaleBasis
from infra.store.store import EventStore
from projections.places import team_base
from projections.teams import team_ids
from schedulers.problem import Budget, Problem, Roster, TravelFrom

if TYPE_CHECKING:
    from infra.wiring import System

LIVE = Budget(iterations=200_000)
"""For a change on the day: search and checker only."""

FULL = Budget(iterations=400_000, deterministic=3.0)
"""For the night before: search, then proof."""

LEASE = timedelta(minutes=2)
ATTEMPTS = 5
Progress = Callable[[int, int], None]


@value
class PlannedDay:
    """What planning a team-day came to, as of the touch at `basis`; without a `roster` there was nothing to plan.

    `travel_from` says for each way of travel where its times are from.
    """

    team_id: str
    day: date
    roster: Roster | None
    published: bool
    basis: int
    revision: int | None = None
    moved: int = 0
    travel_from: dict[str, TravelFrom] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A team-day as it was read, being solved. `basis` is the position of the last event that had touched it.

    Without a problem there is nothing to plan and nothing was published; on a day off what waits is planned `later`.
    """

    team_day: TeamDay
    basis: int
    later: date | None = None
    problem: Problem | None = None
    answer: "Future[Roster] | None" = None


Terms = Callable[[Problem], Problem]
"""What the leader asks of a day beyond its rules: no more moves than so many, nothing before an hour."""


def plan_day(
    system: "System",
    day: date,
    *,
    team_id: str | None = None,
    dry_run: bool = False,
    budget: Budget = FULL,
    progress: Progress | None = None,
) -> list[PlannedDay]:
    """Plan a day for one team or all, and publish unless it is a dry run. Refused `team-not-formed`, or a day over."""
    now = ready(system, day, team_id, dry_run=dry_run)
    wanted = [TeamDay(team, day) for team in team_ids(system.rows) if team_id in {None, team}]
    planned: list[PlannedDay] = []
    with pool() as executor:
        if not dry_run:
            spread_weeks(system, executor, wanted, now)
        for read in [draft(system, executor, team_day, now, budget) for team_day in wanted]:
            planned.append(finish(system, executor, read, now, budget, dry_run=dry_run))
            if progress is not None:
                progress(len(planned), len(wanted))
    return planned


def ready(system: "System", day: date, team_id: str | None, *, dry_run: bool) -> datetime:
    """Have everything done that comes before planning a day, and return the moment as of which it is planned.

    Refused `roster-day-over` or `team-not-formed`.
    """
    now = system.now()
    system.check_clock(now)
    if day < local_day(now):
        raise Refused("roster-day-over", roster=roster_id_of(team_id or "*", day))
    if dry_run:
        system.runner.follow(now)  # what would fall due is not made to: a dry run leaves no event behind
    else:
        system.settle(now)
    if team_id is not None and team_base(system.rows, team_id) is None:
        raise Refused("team-not-formed", team=team_id)
    return now


def plan_touched(
    system: "System", executor: Executor, now: datetime, budget: Budget, *, weeks: bool = True
) -> list[PlannedDay]:
    """Plan every touched team-day that may be planned by now, without waiting for a pause in the touching.

    Each team's earliest day comes first, and what its roster decides is known before the next day is read. Without
    `weeks` none is spread: a visit is wanted from its first day on, or from the day that it was given.
    """
    planned: list[PlannedDay] = []
    while True:
        claimed = []
        while (each := system.store.claim_team_day(now, LEASE, settle=True)) is not None:
            claimed.append(each.team_day)
        if not claimed:
            return planned
        if weeks:
            spread_weeks(system, executor, claimed, now)
        drafts = [draft(system, executor, team_day, now, budget) for team_day in claimed]
        planned += [finish(system, executor, read, now, budget) for read in drafts]


def draft(
    system: "System",
    executor: Executor,
    team_day: TeamDay,
    now: datetime,
    budget: Budget,
    terms: Terms = lambda problem: problem,
) -> Draft:
    """Read a team-day as of now and begin to solve it, on the leader's terms."""
    basis = system.store.requested_position(team_day)
    system.runner.follow(now)
    pack = in_force(system.settings.packs, team_day.day)
    with system.rows.reading() as rows:  # of one moment, whoever writes beside
        day = read_day(rows, team_day, pack, now, budget)
        published = is_published(rows, team_day)
        if day is None or not (day.problem.demands or published):
            return Draft(team_day, basis)
        if not any(member.works for member in day.problem.members) and not published:
            return Draft(team_day, basis, later=next_working_day(rows, team_day, pack))
    asked = terms(with_travel(day, system.travel))
    return Draft(team_day, basis, problem=asked, answer=executor.submit(solve, asked))


def finish(
    system: "System", executor: Executor, read: Draft, now: datetime, budget: Budget, *, dry_run: bool = False
) -> PlannedDay:
    """Publish what was solved; a day that was touched meanwhile is read and solved again."""
    for _ in range(ATTEMPTS):
        try:
            return conclude(system, read, now, dry_run=dry_run)
        except StaleBasis:
            read = draft(system, executor, read.team_day, now, budget)
    raise Refused("stale-basis", team_id=read.team_day.team_id, day=read.team_day.day)


def conclude(system: "System", read: Draft, now: datetime, *, dry_run: bool = False) -> PlannedDay:
    """Wait for the solver and publish; StaleBasis if the day was touched since it was read."""
    team_day = read.team_day
    roster = read.answer.result() if read.answer else None
    if roster is not None and read.problem is not None and not dry_run:
        return publish(system, read, read.problem, roster, now)
    if not dry_run:
        if read.later is not None:
            system.store.mark(TeamDay(team_day.team_id, read.later), now)
        system.store.settle_team_day(team_day, read.basis)
    return PlannedDay(
        team_id=team_day.team_id,
        day=team_day.day,
        roster=roster,
        published=False,
        basis=read.basis,
        travel_from=read.problem.travel_from if read.problem else {},
    )


def publish(system: "System", read: Draft, problem: Problem, roster: Roster, now: datetime) -> PlannedDay:
    """Append the roster if the day was not touched since it was read. Raises StaleBasis."""
    pack = in_force(system.settings.packs, read.team_day.day)
    carried = next_working_day(system.rows, read.team_day, pack) if any_can_wait(problem, roster) else None
    answer = execute(
        system.store,
        CommandRequest(
            command=publish_command(problem, roster, carried),
            command_id=None,
            actor="planner",
            now=now,
            documents=(problem_document(problem),),
            publishes=(read.team_day, read.basis),
            follows=True,
        ),
        region=system.settings.packs,
    )
    system.followed(now)
    newest = newest_answer(system.store, read.team_day)
    return PlannedDay(
        team_id=read.team_day.team_id,
        day=read.team_day.day,
        roster=roster,
        published=bool(answer.events),
        basis=read.basis,
        revision=newest.revision if isinstance(newest, RosterRevised) else 1,
        moved=len(newest.moved) if isinstance(newest, RosterRevised) and answer.events else 0,
        travel_from=problem.travel_from,
    )


def any_can_wait(problem: Problem, roster: Roster) -> bool:
    """Say whether any visit without a place may still be made on a later day of its window."""
    slack = {demand.id: demand.slack_days for demand in problem.demands}
    return any(slack[left.demand_id] > 0 for left in roster.unplaced)


def newest_answer(store: EventStore, team_day: TeamDay) -> RosterAnswer | None:
    """Return the newest answer that was published for a team-day, None if there is none."""
    recorded = store.read(ROSTER.stream(roster_id_of(team_day.team_id, team_day.day)))
    facts = (each.event for each in reversed(recorded))
    return next((fact for fact in facts if isinstance(fact, RosterAnswer)), None)

"""The planner: a touched team-day is claimed, read into a problem, solved in a process pool, checked and published.

A roster is published only if no event touched its day since it was read: the transaction that appends compares the
positions. The solver has its own limit, so a plan always ends by itself.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.day_terms.events import Term
from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local, local_day
from domain.policy_pack import in_force
from domain.roster import ROSTER
from domain.roster.changes import differ_only_in_record
from domain.roster.commands import PublishRoster
from domain.roster.events import RosterAnswer, RosterRevised
from domain.roster.publication import check_revision, is_over
from domain.roster.state import Roster as PublishedState
from domain.roster.state import roster_id_of
from infra.command_handler import Answer, CommandRequest, execute_all
from infra.planning.day_problem import (
    is_published,
    next_working_day,
    problem_document,
    publish_command,
    read_day,
    with_stuck_only,
    with_travel,
)
from infra.planning.day_reality import visits_begun
from infra.planning.day_terms import read_terms, roster_state
from infra.planning.on_terms import NO_TERMS, BrokenTerm, Solved, Terms, solve_on_terms
from infra.planning.published_roster import require_formed
from infra.planning.solver_pool import WORKERS, Solvers, pool
from infra.planning.spread_week import assign_visit_days, look_ahead
from infra.reactions import PLANNER, in_one_act
from infra.store.recorded import StaleBasis
from infra.store.store import EventStore
from infra.store.team_days import ClaimedTeamDay
from projections.teams import team_ids
from schedulers.lateness import Lateness, lateness
from schedulers.problem import Budget, Problem, Roster, TravelFrom

if TYPE_CHECKING:
    from infra.system import System

LIVE = Budget(iterations=200_000)
"""For a change on the day: search and checker only."""

FULL = Budget(iterations=400_000, deterministic=3.0)
"""For the night before: search, then proof."""

LEASE = timedelta(minutes=2)
ATTEMPTS = 5
"""How often a day is planned again that is touched while it is solved."""

OnProgress = Callable[[int, int], None]
"""Called with the days that are planned and all days to plan."""


@value
class PlannedDay:
    """The result of planning a team-day as of position `basis`; without a `roster` there was nothing to plan.

    `travel_from` names the source of the travel times by mode; `broken` are the leader's terms that gave way.
    Visits that can still be made later wait on a day off: for the day `waits_for`. `late` are visits and members. A dry
    run has the `read_revision`, that of the newest roster (0 if none is published), and what was `solved`.
    """

    team_id: str
    day: date
    roster: Roster | None
    published: bool
    basis: int
    revision: int | None = None
    moved: int = 0
    travel_from: dict[str, TravelFrom] = field(default_factory=dict)
    broken: tuple[BrokenTerm, ...] = ()
    waits_for: date | None = None
    late: Lateness = Lateness()
    read_revision: int = 0
    solved: Solved | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A team-day that is being solved. `as_of_position` is that of the last event that had touched it.

    Without a problem there is nothing to plan and nothing was published; on a day off, visits that can still be made on
    a later day are planned `later`, and the others are left out.
    """

    team_day: TeamDay
    as_of_position: int
    later: date | None = None
    problem: Problem | None = None
    answer: "Future[Solved] | None" = None
    terms: Terms = NO_TERMS


@dataclass(frozen=True, slots=True)
class MoreTerms:
    """Terms of the day that are not recorded yet; with `strict` a roster that moves more visits is refused."""

    terms: tuple[Term, ...] = ()
    strict: bool = False


NO_MORE = MoreTerms()


def plan_day(
    system: "System",
    day: date,
    *,
    team_id: str | None = None,
    dry_run: bool = False,
    if_revision: int | None = None,
    budget: Budget = FULL,
    on_progress: OnProgress | None = None,
    solvers: Solvers = pool,
) -> list[PlannedDay]:
    """Plan a day for one team or all, and publish unless it is a dry run.

    `if_revision` is the revision of the team's roster that was read, 0 if there was none. Refused `roster-day-over`,
    `team-not-formed` or `roster-changed`.
    """
    planned: list[PlannedDay] = []
    with solvers(WORKERS) as executor:
        with system.rehearsal() if dry_run else nullcontext(system) as there:
            now = prepare(there, day, team_id, dry_run=dry_run)
            if team_id is not None:
                require_revision(there.store, TeamDay(team_id, day), if_revision)
            wanted = [TeamDay(team, day) for team in team_ids(there.rows) if team_id in {None, team}]
            if wanted:
                look_ahead(there, executor, wanted, now)
            drafts = [draft(there, executor, team_day, now, budget) for team_day in wanted]
        for drafted in drafts:
            planned.append(finish(system, executor, drafted, now, budget, dry_run=dry_run, if_revision=if_revision))
            if on_progress is not None:
                on_progress(len(planned), len(wanted))
    return planned


def prepare(system: "System", day: date, team_id: str | None, *, dry_run: bool) -> datetime:
    """Bring rows, timers and reactions up to date, and return the moment as of which a day is planned.

    Refused `team-not-formed` or `roster-day-over`.
    """
    now = system.now()
    system.check_clock(now)
    if team_id is not None:
        require_formed(system.store, team_id)
    if day < local_day(now) and not lasts_into_the_night(system.store, day, team_id, now):
        raise Refused("roster-day-over", roster=roster_id_of(team_id or "*", day))
    if system.is_rehearsal:
        system.follower.settle(system.due_until(now))
    elif dry_run:
        system.follower.follow(now)  # timers do not fire: a dry run leaves no event behind
    else:
        system.settle(now)
    return now


def lasts_into_the_night(store: EventStore, day: date, team_id: str | None, now: datetime) -> bool:
    """Say whether a team's roster of a day has visits to come after the midnight that ended the day."""
    return team_id is not None and not is_over(day, roster_state(store, TeamDay(team_id, day)).slots, now)


def claim_to_plan(
    store: EventStore, now: datetime, lease: timedelta, *, settle: bool = False, held_at: datetime | None = None
) -> ClaimedTeamDay | None:
    """Claim the next team-day that has something to plan; the day before is settled, unless its night still lasts.

    Where the day before ended without a roster, today is planned instead: its visits may still be wanted.
    """
    today = local_day(now)
    while (claimed := store.claim_team_day(now, lease, settle=settle, held_at=held_at)) is not None:
        if claimed.day >= today or lasts_into_the_night(store, claimed.day, claimed.team_id, now):
            return claimed
        if not roster_state(store, claimed.team_day).revision:
            store.mark(TeamDay(claimed.team_id, today), at_local(today))
        try:
            store.settle_team_day(claimed.team_day, claimed.requested)
        except StaleBasis:
            store.postpone_team_day(claimed, now)
    return None


def plan_touched(
    system: "System", executor: Executor, now: datetime, budget: Budget, *, weeks: bool = True
) -> list[PlannedDay]:
    """Plan every touched team-day that may be planned by now, without waiting for a pause in the events.

    Each team's earliest day comes first, and its roster is published before the next day is read. Without `weeks` no
    week is spread: a visit is wanted from its first day on, or from a day that an earlier week gave it.
    """
    planned: list[PlannedDay] = []
    while True:
        claimed = []
        while (each := claim_to_plan(system.store, now, LEASE, settle=True)) is not None:
            claimed.append(each.team_day)
        if not claimed:
            return planned
        if weeks:
            assign_visit_days(system, executor, claimed, now)
        drafts = [draft(system, executor, team_day, now, budget) for team_day in claimed]
        planned += [finish(system, executor, drafted, now, budget) for drafted in drafts]


def draft(
    system: "System",
    executor: Executor,
    team_day: TeamDay,
    now: datetime,
    budget: Budget,
    more: MoreTerms = NO_MORE,
) -> Draft:
    """Read a team-day as of now and begin to solve it, on the leader's terms."""
    position = system.store.requested_position(team_day)
    system.follower.follow(now)
    pack = in_force(system.settings.packs, team_day.day)
    with system.rows.reading() as rows:  # of one moment, though others write meanwhile
        day = read_day(rows, team_day, pack, now, budget)
        published = is_published(rows, team_day)
        if day is None or not (day.problem.demands or published):
            return Draft(team_day, position)
        later = None
        if not any(member.works for member in day.problem.members) and not published:
            day, later = with_stuck_only(day), next_working_day(rows, team_day, pack)
            if not day.problem.demands:
                return Draft(team_day, position, later=later)
        terms = read_terms(system.store, rows, day.problem, team_day, now, more.terms)
    problem = with_travel(day, system.travel)
    answer = executor.submit(solve_on_terms, problem, replace(terms, strict=more.strict))
    return Draft(team_day, position, later=later, problem=problem, answer=answer, terms=terms)


def finish(
    system: "System",
    executor: Executor,
    drafted: Draft,
    now: datetime,
    budget: Budget,
    *,
    dry_run: bool = False,
    if_revision: int | None = None,
) -> PlannedDay:
    """Publish the roster of a draft; a day that was touched meanwhile is read and solved again."""
    for _ in range(ATTEMPTS):
        try:
            return conclude(system, drafted, now, dry_run=dry_run, if_revision=if_revision)
        except StaleBasis:
            drafted = draft(system, executor, drafted.team_day, now, budget)
    raise Refused("stale-basis", team_id=drafted.team_day.team_id, day=drafted.team_day.day)


def conclude(
    system: "System",
    drafted: Draft,
    now: datetime,
    *,
    dry_run: bool = False,
    if_revision: int | None = None,
    terms: Sequence[CommandRequest] = (),
) -> PlannedDay:
    """Wait for the solver and publish, with commands about terms. Raises StaleBasis if the day was touched meanwhile.

    Refused `roster-changed` if another revision than `if_revision` is the newest.
    """
    team_day = drafted.team_day
    solved = drafted.answer.result() if drafted.answer else None
    if not dry_run and drafted.later is not None:
        system.store.mark(TeamDay(team_day.team_id, drafted.later), now)
    if solved is not None and not dry_run:
        return publish(system, drafted, solved, now, if_revision, terms)
    if not dry_run:
        system.store.settle_team_day(team_day, drafted.as_of_position)
    return PlannedDay(
        team_id=team_day.team_id,
        day=team_day.day,
        roster=solved.roster if solved else None,
        published=False,
        basis=drafted.as_of_position,
        travel_from=solved.problem.travel_from if solved else {},
        broken=solved.broken if solved else (),
        waits_for=drafted.later,
        late=lateness(solved.problem, solved.roster) if solved else Lateness(),
        read_revision=roster_state(system.store, team_day).revision,
        solved=solved,
    )


def publish(
    system: "System",
    drafted: Draft,
    solved: Solved,
    now: datetime,
    if_revision: int | None = None,
    terms: Sequence[CommandRequest] = (),
    *,
    actor: str = PLANNER,
) -> PlannedDay:
    """Append the roster, and commands about terms, if the day was not touched since it was read. Raises StaleBasis.

    `actor` is who read the roster and publishes it.
    """
    problem, roster, team_day = solved.problem, solved.roster, drafted.team_day
    pack = in_force(system.settings.packs, team_day.day)
    carried = next_working_day(system.rows, team_day, pack) if any_can_wait(problem, roster) else None
    command = replace(publish_command(problem, roster, carried), if_revision=if_revision)
    request = CommandRequest(
        command=unless_on_record(command, problem, roster_state(system.store, team_day), now),
        command_id=None,
        actor=actor,
        now=now,
        documents=(problem_document(problem),),
        publishes=(team_day, drafted.as_of_position),
        follows=True,
    )
    answer = publish_together(system, [request, *terms])
    newest = newest_answer(system.store, team_day)
    return PlannedDay(
        team_id=team_day.team_id,
        day=team_day.day,
        roster=roster,
        published=bool(answer.events),
        basis=drafted.as_of_position,
        revision=newest.revision if isinstance(newest, RosterRevised) else 1,
        moved=len(newest.moved) if isinstance(newest, RosterRevised) and answer.events else 0,
        travel_from=problem.travel_from,
        broken=solved.broken,
        waits_for=drafted.later,
        late=lateness(problem, roster),
    )


def unless_on_record(
    command: PublishRoster, problem: Problem, published: PublishedState, now: datetime
) -> PublishRoster:
    """Return the command, with the published slots where only times that are on record differ from them."""
    begun = visits_begun(problem)
    same = published.unplaced == command.unplaced and differ_only_in_record(published.slots, command.slots, begun, now)
    return replace(command, slots=published.slots) if same else command


def publish_together(system: "System", requests: Sequence[CommandRequest]) -> Answer:
    """Run the commands in one commit, all or none, and return the answer of the first. Raises the first refusal."""
    together = in_one_act(system.store, requests)
    verdicts = execute_all(system.store, together, region=system.settings.packs, keep_good=False)
    refusals = [each for each in verdicts if isinstance(each, Refused) and each.rule != "rolled-back-with-batch"]
    if refusals:
        raise refusals[0]
    system.follow_command(requests[0].now)
    first = verdicts[0]
    assert isinstance(first, Answer)
    return first


def require_revision(store: EventStore, team_day: TeamDay, read: int | None) -> None:
    """Refuse `roster-changed` unless the revision that was read is the newest; before a day is solved for nothing."""
    if read is not None:
        check_revision(roster_id_of(*team_day), roster_state(store, team_day), read)


def any_can_wait(problem: Problem, roster: Roster) -> bool:
    """Say whether a visit without a place can still be made on a later day of its window."""
    slack = {demand.id: demand.slack_days for demand in problem.demands}
    return any(slack[left.demand_id] > 0 for left in roster.unplaced)


def newest_answer(store: EventStore, team_day: TeamDay) -> RosterAnswer | None:
    """Return the newest published answer of a team-day, None if there is none."""
    recorded = store.read(ROSTER.stream(roster_id_of(team_day.team_id, team_day.day)))
    events = (each.event for each in reversed(recorded))
    return next((event for event in events if isinstance(event, RosterAnswer)), None)

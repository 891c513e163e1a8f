"""A published day is planned again on its leader's terms: the most visits that may move, and until when none does.

The terms last until the day ends: they are recorded with the roster, in one commit.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from domain.day_terms import DAY_TERMS
from domain.day_terms.commands import HoldDay, LimitMoves
from domain.day_terms.events import Term
from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day, seconds_into
from domain.roster.state import roster_id_of
from domain.team import TEAM
from domain.team.events import TeamEvent
from infra.command_handler import CommandRequest
from infra.planning.day_reality import visits_begun
from infra.planning.day_terms import day_terms
from infra.planning.plan_day import (
    ATTEMPTS,
    FULL,
    LIVE,
    MoreTerms,
    PlannedDay,
    conclude,
    draft,
    prepare,
    require_revision,
)
from infra.planning.published_roster import read_published
from infra.reactions import PLANNER
from infra.store.recorded import StaleBasis
from projections.questions import Rows
from projections.teams import TeamMembers, team_members
from schedulers.counterfactual import placements
from schedulers.plan import MoreMustMove
from schedulers.problem import Problem
from schedulers.replan import Move, Places, moves

if TYPE_CHECKING:
    from infra.system import System


@value
class Absence:
    """An absence of a member that touches the day."""

    member_id: str
    reason: str
    starts_at: datetime
    ends_at: datetime


@value
class Replanned:
    """The result of planning a day again: visits that moved and why, new visits, visits that are gone, and absences.

    `commands` set the leader's terms that go with it.
    """

    planned: PlannedDay
    moves: tuple[Move, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    absences: tuple[Absence, ...] = ()
    commands: tuple[HoldDay | LimitMoves, ...] = ()


def replan_day(
    system: "System",
    team_day: TeamDay,
    *,
    most_moved: int | None = None,
    freeze: datetime | None = None,
    dry_run: bool = False,
    if_revision: int | None = None,
    actor: str = PLANNER,
) -> Replanned:
    """Plan a published day again, and publish unless it is a dry run.

    Refused `roster-not-published`, `roster-day-over`, `roster-changed` if another revision than `if_revision` is the
    newest, or `more-must-move` if no roster moves so few visits. `actor` sets the terms.
    """
    with ExitStack() as rehearsing:
        there = rehearsing.enter_context(system.rehearsal()) if dry_run else system
        now = prepare(there, team_day.day, team_day.team_id, dry_run=dry_run)
        budget = FULL if team_day.day > local_day(now) else LIVE
        with ThreadPoolExecutor(1) as executor:
            for _ in range(ATTEMPTS):
                require_revision(system.store, team_day, if_revision)
                published = read_published(system.store, team_day)
                before = placements(published.roster)
                commands = terms_of(team_day, most_moved, freeze, published.revision)
                more = MoreTerms(new_terms(system, team_day, commands, now), strict=most_moved is not None)
                requests = [
                    CommandRequest(command=each, command_id=None, actor=actor, now=now, follows=True)
                    for each in commands
                ]
                drafted = draft(there, executor, team_day, now, budget, more)
                rehearsing.close()  # its rows are free while the day is solved
                try:
                    planned = conclude(system, drafted, now, dry_run=dry_run, if_revision=if_revision, terms=requests)
                except StaleBasis:
                    continue
                except MoreMustMove as limit:
                    roster = roster_id_of(team_day.team_id, team_day.day)
                    raise Refused("more-must-move", roster=roster, most=limit.most, least=limit.least) from limit
                if planned.roster is None or drafted.answer is None:
                    return Replanned(planned=planned, moves=(), new=(), gone=tuple(sorted(before)))
                solved, after = drafted.answer.result(), placements(planned.roster)
                problem = solved.problem
                demanded = {demand.id for demand in problem.demands}
                gone = {name: pins for name, pins in before.items() if name not in demanded}
                return Replanned(
                    planned=planned,
                    moves=(
                        *parts_moved(problem, before, after, seconds_into(team_day.day, now)),
                        *moves(problem, planned.roster, gone, drafted.terms.pinned(solved.broken)),
                    ),
                    new=tuple(sorted(after.keys() - before.keys())),
                    gone=tuple(sorted(gone)),
                    absences=tuple(absences_on(system.rows, team_day)),
                    commands=tuple(commands),
                )
        raise Refused("stale-basis", team_id=team_day.team_id, day=team_day.day)


def parts_moved(problem: Problem, before: Places, after: Places, now: int) -> Iterator[Move]:
    """Yield visits that have begun where somebody else came, or where who is still to come has another time."""
    for visit in sorted(visits_begun(problem) & before.keys() & after.keys()):
        expected = {pin.member_id for pin in before[visit]}
        came = next((pin.member_id for pin in after[visit] if pin.member_id not in expected), None)
        if came is not None:
            yield Move(
                demand_id=visit, before=before[visit], after=after[visit], cause="move-other-came", member_id=came
            )
        elif any(pin.start > now and pin not in before[visit] for pin in after[visit]):
            yield Move(demand_id=visit, before=before[visit], after=after[visit], cause="move-time-passed")


def absences_on(rows: Rows, team_day: TeamDay) -> Iterator[Absence]:
    """Yield the absences that touch a team-day, by member and start."""
    for member in team_members(TeamMembers(team_id=team_day.team_id, day=team_day.day), rows):
        for away in member["absences"]:
            starts, ends = (datetime.fromisoformat(str(away[name])) for name in ("starts_at", "ends_at"))
            yield Absence(member_id=member["member_id"], reason=away["reason"], starts_at=starts, ends_at=ends)


def terms_of(
    team_day: TeamDay, most_moved: int | None, freeze: datetime | None, revision: int
) -> list[HoldDay | LimitMoves]:
    """Return the commands by which the leader's terms last until the day ends."""
    commands: list[HoldDay | LimitMoves] = []
    if freeze is not None:
        commands.append(HoldDay(team_id=team_day.team_id, day=team_day.day, before=freeze))
    if most_moved is not None:
        commands.append(
            LimitMoves(team_id=team_day.team_id, day=team_day.day, most=most_moved, since_revision=revision)
        )
    return commands


def new_terms(
    system: "System", team_day: TeamDay, commands: Sequence[HoldDay | LimitMoves], now: datetime
) -> tuple[Term, ...]:
    """Return the terms that the commands would add. Refused by a rule of a command."""
    team = TEAM.fold(
        each.event for each in system.store.read(TEAM.stream(team_day.team_id)) if isinstance(each.event, TeamEvent)
    )
    state = day_terms(system.store, team_day)
    events = [event for each in commands for event in DAY_TERMS.decide(each, state, now=now, team=team)]
    return tuple(event for event in events if isinstance(event, Term))

"""A team's week on request: spread as of now, and recorded where a visit's day changes."""

from datetime import date
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day
from domain.policy_pack import in_force
from domain.team_week import SpreadWeek, week_id_of
from infra.planning.plan_day import prepare
from infra.planning.spread_week import record_week
from infra.planning.week_problem import Week, read_week, week_command
from schedulers.week.problem import WeekPlan
from schedulers.week.rules import WeekIndex
from schedulers.week.spread import spread

if TYPE_CHECKING:
    from infra.system import System

ON_REQUEST = 1.0
"""Deterministic seconds of a week that somebody asks for."""


@value
class Load:
    """The minutes of work of a role on an open day, 0 to 6, and the minutes that it may be given."""

    role: str
    day: int
    minutes: int
    of_minutes: int


@value
class WeekResult:
    """The week and its plan. `recorded` says whether an event was recorded, since a visit's day changed."""

    week: Week
    plan: WeekPlan
    command: SpreadWeek
    recorded: bool
    revision: int | None = None

    @property
    def loads(self) -> tuple[Load, ...]:
        """How full each role is on each open day, by role and day."""
        sheet = WeekIndex(self.week.problem, {target.item_id: target.day for target in self.plan.targets})
        return tuple(
            Load(role=role, day=day, minutes=minutes, of_minutes=sheet.hours.minutes[role, day])
            for (role, day), minutes in sorted(sheet.load.items())
        )

    @property
    def moved(self) -> tuple[str, ...]:
        """The visits that had another day before."""
        known = self.week.previous
        return tuple(
            each.visit_id
            for each in self.command.visits
            if each.visit_id in known and known[each.visit_id].day != each.day
        )


def spread_week(system: "System", team_id: str, day: date, *, dry_run: bool = False) -> WeekResult:
    """Spread the rest of a day's week, and record it unless it is a dry run. Refused `week-over`, `team-not-formed`."""
    today = local_day(system.now())
    if day < today and week_id_of(team_id, day) != week_id_of(team_id, today):
        raise Refused("week-over", week=week_id_of(team_id, day))
    now = prepare(system, max(day, today), team_id, dry_run=dry_run)
    pack = in_force(system.settings.packs, max(day, today))
    with system.rows.reading() as rows:
        week = read_week(rows, TeamDay(team_id, day), pack, now, ON_REQUEST)
    plan = spread(week.problem)
    command = week_command(week, plan)
    if dry_run:
        return WeekResult(week=week, plan=plan, command=command, recorded=False)
    answer = record_week(system, week, command, now)
    return WeekResult(week=week, plan=plan, command=command, recorded=bool(answer.events), revision=answer.version)

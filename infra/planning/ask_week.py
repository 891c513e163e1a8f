"""A team's weeks on request: spread as of now, and recorded where a visit's day changes."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day
from domain.planning.visit_days import is_in_sight
from domain.policy_pack import in_force
from domain.team_week import DAYS, SpreadWeek, monday_of, week_id_of
from infra.planning.plan_day import prepare
from infra.planning.published_roster import require_formed
from infra.planning.spread_week import record_week, spread_earlier_weeks
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
    return plan_weeks(system, team_id, day, dry_run=dry_run)[0]


def plan_weeks(system: "System", team_id: str, day: date, weeks: int = 1, *, dry_run: bool = False) -> list[WeekResult]:
    """Spread several weeks from a day's on, one after the other, and record them unless it is a dry run.

    The weeks before them are spread first, where they are not. Refused `week-over`, `team-not-formed`.
    """
    today = local_day(system.now())
    require_formed(system.store, team_id)
    if day < today and week_id_of(team_id, day) != week_id_of(team_id, today):
        raise Refused("week-over", week=week_id_of(team_id, day))
    with system.rehearsal() if dry_run else nullcontext(system) as there:
        now = prepare(there, max(day, today), team_id, dry_run=dry_run)
        if is_in_sight(monday_of(day), now, in_force(there.settings.packs, day)):
            with ThreadPoolExecutor(1) as executor:
                spread_earlier_weeks(there, executor, [TeamDay(team_id, day)], now)
        days = (day, *(monday_of(day) + timedelta(days=DAYS * number) for number in range(1, weeks)))
        results = [spread_there(there, TeamDay(team_id, each), now) for each in days]
    return [replace(each, recorded=False, revision=None) for each in results] if dry_run else results


def spread_there(system: "System", team_day: TeamDay, now: datetime) -> WeekResult:
    """Spread the rest of a day's week in the system itself, or in its rehearsal."""
    pack = in_force(system.settings.packs, max(team_day.day, local_day(now)))
    with system.rows.reading() as rows:
        week = read_week(rows, team_day, pack, now, ON_REQUEST)
    plan = spread(week.problem)
    command = week_command(week, plan)
    answer = record_week(system, week, command, now)
    return WeekResult(week=week, plan=plan, command=command, recorded=bool(answer.events), revision=answer.version)

"""A team's week is spread before any of its days is planned: each visit that may wait gets its day.

The planner looks at the week on the eve of each day, and when a new visit that may wait comes up on the day itself. The
first time the week is spread as a whole; later a visit keeps its day as long as it can, so a day that is planned twice
records nothing twice.
"""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.local_time import local_day
from domain.planning.visit_days import is_in_sight
from domain.policy_pack import PolicyPack, in_force
from domain.team_week import DAYS, SpreadWeek, monday_of, next_monday
from infra.command_handler import Answer, CommandRequest
from infra.planning.day_problem import is_published
from infra.planning.week_problem import Week, has_newcomers, read_week, week_command, week_document
from infra.reactions import PLANNER, timer_command
from projections.questions import Rows
from projections.timers import falling_due_at_home
from schedulers.week.spread import spread

if TYPE_CHECKING:
    from infra.system import System

ON_THE_EVE = 0.05
"""Deterministic seconds of a week that is spread because one of its days is about to be planned."""

log = logging.getLogger(__name__)


def look_ahead(system: "System", executor: Executor, team_days: Sequence[TeamDay], now: datetime) -> None:
    """Prepare one day of several teams: what will be due by then falls due, and the weeks up to it are spread.

    A day that is not in sight has its own week spread only.
    """
    day = team_days[0].day
    pack = in_force(system.settings.packs, day)
    if not is_in_sight(day, now, pack):
        assign_visit_days(system, executor, team_days, now)
        return
    let_fall_due(system, [team_id for team_id, _ in team_days], day, now)
    spread_earlier_weeks(system, executor, team_days, now)
    assign_visit_days(system, executor, team_days, now)


def spread_earlier_weeks(system: "System", executor: Executor, team_days: Sequence[TeamDay], now: datetime) -> None:
    """Spread the weeks from the present one to that before one day of several teams, each after the one before it."""
    today, day = local_day(now), monday_of(team_days[0].day)
    sunday = next_monday(monday_of(today)) - timedelta(days=1)
    while sunday < day:
        if sunday > today:
            assign_visit_days(system, executor, [TeamDay(team_id, sunday) for team_id, _ in team_days], now)
        sunday += timedelta(days=DAYS)


def let_fall_due(system: "System", team_ids: Sequence[str], day: date, now: datetime) -> None:
    """Let the care tasks at home of teams fall due whose windows begin by a day, before their timers do."""
    system.follower.follow(now)
    with system.rows.reading() as rows:
        timers = [timer for team_id in team_ids for timer in falling_due_at_home(rows, team_id, day)]
    timers.sort(key=lambda timer: (str(timer["due_at"]), str(timer["timer_id"])))
    commands = [
        timer_command(str(timer["timer_id"]), str(timer["due_at"]), str(timer["command"]), now) for timer in timers
    ]
    system.recorder.fire(commands)
    system.follower.follow(now)


def assign_visit_days(system: "System", executor: Executor, team_days: Iterable[TeamDay], now: datetime) -> None:
    """Spread the weeks of days that are about to be planned, where that is due, as of what is recorded by now."""
    system.follower.follow(now)
    pending = []
    for team_day in team_days:
        pack = in_force(system.settings.packs, team_day.day)
        with system.rows.reading() as rows:  # of one moment, though others write meanwhile
            week = week_to_spread(rows, team_day, pack, now)
        if week is not None:
            pending.append((week, executor.submit(spread, week.problem)))
    for week, answer in pending:
        command = week_command(week, answer.result())
        try:
            record_week(system, week, command, now)
        except Refused as refusal:  # e.g. somebody chose a day meanwhile: the next planned day spreads the week again
            log.warning("week of %s %s is left as it is: %s", command.team_id, command.monday, refusal)


def week_to_spread(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime) -> Week | None:
    """Return the week of a day if one of its visits needs a day; None if all that may wait have theirs."""
    is_eve = team_day.day > local_day(now) and not is_published(rows, team_day)
    if not is_eve and not has_newcomers(rows, team_day, pack, now):
        return None
    week = read_week(rows, team_day, pack, now, ON_THE_EVE)
    if week.previous:
        week = week.keeping_days()
    return None if week.is_settled else week


def record_week(system: "System", week: Week, command: SpreadWeek, now: datetime) -> Answer:
    """Record the days of a week's visits, if any changed, and store the problem that was solved."""
    request = CommandRequest(
        command=command,
        command_id=None,
        actor=PLANNER,
        now=now,
        documents=(week_document(week.problem),),
        follows=True,
    )
    answer = system.recorder.record(request)
    system.follow_command(now)
    return answer

"""Weeks are spread before their days are planned: as a whole at first, then for newcomers and what must move.

It is looked at on the eve of each day, and when a visit that may wait comes up on the day itself. A week is told only
where a visit's day changes, so a day that is planned twice tells nothing twice.
"""

import logging
from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import datetime
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.local_time import local_day
from domain.policy_pack import PolicyPack, in_force
from domain.team_week import SpreadWeek
from infra.command_handler import Answer, CommandRequest, execute
from infra.planning.day_problem import is_published
from infra.planning.week_problem import Week, has_newcomers, read_week, week_command, week_document
from projections.questions import Rows
from schedulers.week.spread import spread

if TYPE_CHECKING:
    from infra.wiring import System

IN_PASSING = 0.05
"""Deterministic seconds of a week that is spread because a day of it is about to be planned."""

log = logging.getLogger(__name__)


def spread_weeks(system: "System", executor: Executor, team_days: Iterable[TeamDay], now: datetime) -> None:
    """Spread the weeks of days that are about to be planned, where that is due, by all that is recorded by now."""
    system.runner.follow(now)
    asked = []
    for team_day in team_days:
        pack = in_force(system.settings.packs, team_day.day)
        with system.rows.reading() as rows:  # of one moment, whoever writes beside
            week = due(rows, team_day, pack, now)
        if week is not None:
            asked.append((week, executor.submit(spread, week.problem)))
    for week, answer in asked:
        command = week_command(week, answer.result())
        try:
            record(system, week, command, now)
        except Refused as reason:  # a day was chosen meanwhile, say: the next day that is planned spreads it again
            log.warning("week of %s %s is left as it is: %s", command.team_id, command.monday, reason)


def due(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime) -> Week | None:
    """Return the week of a day if a visit is to be given a day of it, None if all that may wait have theirs.

    A week that was never spread is spread as a whole. In one that was, each visit keeps its day as long as it can.
    """
    eve = team_day.day > local_day(now) and not is_published(rows, team_day)
    if not eve and not has_newcomers(rows, team_day, pack, now):
        return None
    week = read_week(rows, team_day, pack, now, IN_PASSING)
    if week.previous:
        week = week.keeping_days()
    return None if week.is_settled else week


def record(system: "System", week: Week, command: SpreadWeek, now: datetime) -> Answer:
    """Append the days of a week's visits, if any changed, with the problem that was solved."""
    answer = execute(
        system.store,
        CommandRequest(
            command=command,
            command_id=None,
            actor="planner",
            now=now,
            documents=(week_document(week.problem),),
            follows=True,
        ),
        region=system.settings.packs,
    )
    system.followed(now)
    return answer

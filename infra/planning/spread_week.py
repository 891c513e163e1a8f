"""A team's week is spread before any of its days is planned: each visit that may wait gets its day.

The planner looks at the week on the eve of each day, and when a new visit that may wait comes up on the day itself. The
first time the week is spread as a whole; later a visit keeps its day as long as it can, so a day that is planned twice
records nothing twice.
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
    from infra.system import System

ON_THE_EVE = 0.05
"""Deterministic seconds of a week that is spread because one of its days is about to be planned."""

log = logging.getLogger(__name__)


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
        actor="planner",
        now=now,
        documents=(week_document(week.problem),),
        follows=True,
    )
    answer = execute(system.store, request, region=system.settings.packs)
    system.follow_command(now)
    return answer

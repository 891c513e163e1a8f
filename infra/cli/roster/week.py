"""Weeks of a team: which day each visit is meant for and why, and how full the days are."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from domain.team_week import DAYS
from infra.cli.roster.results import Presented
from infra.cli.roster.week_results import DayLoad, PlannedVisitDay, PlannedWeek, PlannedWeeks
from infra.cli.roster.wording import visit_names
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.phrases import Translator
from infra.edges.warnings import day_warnings, holiday_of
from infra.planning.ask_week import WeekResult, plan_weeks
from projections.questions import Rows
from projections.team_weeks import owed_names
from schedulers.week.problem import WEEK_TIERS


def week(session: Session, team_id: str, date: str, weeks: int, *, dry_run: bool) -> PlannedWeeks:
    """Plan the rest of a week and those after it, and record them unless it is a dry run."""
    wanted = day(date, "date")
    with session.open() as system, session.working("planning"):
        spread = plan_weeks(system, team_id, wanted, weeks, dry_run=dry_run)
        names = _names(session.words, system.rows, team_id, spread)
    return PlannedWeeks(tuple(_presented(each, names, session.settings.packs, dry_run=dry_run) for each in spread))


def _presented(spread: WeekResult, names: dict[str, str], region: str, *, dry_run: bool) -> Presented[PlannedWeek]:
    previous = {visit_id: each.day for visit_id, each in spread.week.previous.items()}
    planned = _planned_week(spread, region, dry_run=dry_run)
    return Presented(result=planned, names=names, previous_days=previous)


def _planned_week(spread: WeekResult, region: str, *, dry_run: bool) -> PlannedWeek:
    plan, monday = spread.plan, dt.date.fromisoformat(spread.plan.monday)
    days = [monday + dt.timedelta(days=number) for number in range(DAYS)]
    return PlannedWeek(
        team_id=plan.team_id,
        monday=plan.monday,
        dry_run=dry_run,
        recorded=spread.recorded,
        revision=spread.revision,
        visits=msgspec.convert(msgspec.to_builtins(spread.command.visits), tuple[PlannedVisitDay, ...]),
        moved=spread.moved,
        loads=msgspec.convert(msgspec.to_builtins(spread.loads), tuple[DayLoad, ...]),
        reserve_percent=spread.week.problem.reserve,
        costs=dict(zip(WEEK_TIERS, plan.costs, strict=True)),
        proof=plan.proof,
        bound_tier=plan.bound_tier,
        bound=plan.bound,
        solver=plan.solver,
        days_off={each.isoformat(): holiday for each in days if (holiday := holiday_of(each, region))},
        warnings=tuple(day_warnings(days[-1], region)),
    )


def _names(words: Translator, rows: Rows, team_id: str, spread: Sequence[WeekResult]) -> dict[str, str]:
    wanted = {visit.visit_id for each in spread for visit in each.command.visits}
    owed = {
        name: f"{name} · {words.label('care-task', each['kind'])} · {each['name'] or each['resident_id']}"
        for name, each in owed_names(rows, team_id).items()
        if name in wanted
    }
    return {**owed, **visit_names(words, rows, wanted)}

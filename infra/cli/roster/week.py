"""A team's week: which day each visit is meant for and why, and how full the days are."""

import msgspec

from infra.cli.roster.results import Presented
from infra.cli.roster.week_results import DayLoad, PlannedVisitDay, PlannedWeek
from infra.cli.roster.wording import visit_names
from infra.cli.session import Session
from infra.edges.moments import day
from infra.edges.phrases import Translator
from infra.planning.ask_week import WeekResult, spread_week
from projections.questions import Rows
from projections.team_weeks import owed_names
from schedulers.week.problem import WEEK_TIERS


def week(session: Session, team_id: str, date: str, *, dry_run: bool) -> Presented[PlannedWeek]:
    """Plan the rest of a week, and record it unless it is a dry run."""
    wanted = day(date, "date")
    with session.open() as system, session.working("planning"):
        spread = spread_week(system, team_id, wanted, dry_run=dry_run)
        names = _names(session.words, system.rows, spread)
    previous = {visit_id: each.day for visit_id, each in spread.week.previous.items()}
    return Presented(result=_planned_week(spread, dry_run=dry_run), names=names, previous_days=previous)


def _planned_week(spread: WeekResult, *, dry_run: bool) -> PlannedWeek:
    plan = spread.plan
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
    )


def _names(words: Translator, rows: Rows, spread: WeekResult) -> dict[str, str]:
    wanted = {visit.visit_id for visit in spread.command.visits}
    owed = {
        name: f"{name} · {words.label('care-task', each['kind'])} · {each['name'] or each['resident_id']}"
        for name, each in owed_names(rows, spread.plan.team_id).items()
        if name in wanted
    }
    return {**owed, **visit_names(words, rows, wanted)}

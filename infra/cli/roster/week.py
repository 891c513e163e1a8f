"""A team's week: which day each visit is meant for and why, and how full the days are."""

from typing import TYPE_CHECKING, Any

import click

from infra.cli.roster.wording import few, visit_names
from infra.cli.with_session import Session, progress, table, with_session
from infra.edges.moments import day
from infra.edges.results import to_json

if TYPE_CHECKING:
    from domain.team_week import VisitDay
    from infra.planning.ask_week import WeekResult
    from projections.questions import Rows


@click.command()
@click.argument("team_id", metavar="TEAM")
@click.argument("date")
@click.option("--dry-run", is_flag=True, help="Spread, but record nothing.")
@with_session()
def week(session: Session, team_id: str, date: str, *, dry_run: bool) -> None:
    """Spread the rest of a day's week: the day of each visit that may wait, with its reason."""
    wanted = day(date, "date")
    from infra.planning.ask_week import spread_week  # noqa: PLC0415 -- solvers are loaded when a week is spread

    with session.open() as system, progress() as bar:
        bar.add_task(session.say("planning"), total=None)
        told = spread_week(system, team_id, wanted, dry_run=dry_run)
        named = _names(session, system.rows, told)
    if session.as_json:
        click.echo(to_json(_plain(told, dry_run=dry_run)))
        return
    state = "week-recorded" if told.recorded else "dry-run" if dry_run else "unchanged"
    number = f" · {session.say('revision')} {told.revision}" if told.revision else ""
    click.echo(f"{team_id} {told.plan.monday} · {session.say(state)}{number}")
    _show_loads(session, told)
    _show_visits(session, told, named)
    click.echo(_proof(session, told))


def _plain(told: "WeekResult", *, dry_run: bool) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415 -- loaded with the domain

    from schedulers.week.problem import WEEK_TIERS  # noqa: PLC0415 -- loaded with the solver

    return {
        "team_id": told.plan.team_id,
        "monday": told.plan.monday,
        "dry_run": dry_run,
        "recorded": told.recorded,
        "revision": told.revision,
        "visits": msgspec.to_builtins(told.command.visits),
        "moved": msgspec.to_builtins(told.moved),
        "loads": msgspec.to_builtins(told.loads),
        "reserve_percent": told.week.problem.reserve,
        "costs": dict(zip(WEEK_TIERS, told.plan.costs, strict=True)),
        "proof": told.plan.proof,
        "bound_tier": told.plan.bound_tier,
        "bound": told.plan.bound,
        "solver": told.plan.solver,
    }


def _names(session: Session, rows: "Rows", told: "WeekResult") -> dict[str, str]:
    from projections.team_weeks import owed_names  # noqa: PLC0415 -- read models are loaded when one is asked

    wanted = {visit.visit_id for visit in told.command.visits}
    owed = {
        name: f"{name} · {session.label('care-task', each['kind'])} · {each['name'] or each['resident_id']}"
        for name, each in owed_names(rows, told.plan.team_id).items()
        if name in wanted
    }
    return {**owed, **visit_names(session, rows, wanted)}


def _show_loads(session: Session, told: "WeekResult") -> None:
    """Show how full each role is on each day, of its hours less the reserve."""
    days = [session.label("weekday", str(number)) for number in range(7)]
    rows = table(session.say("role"), *days)
    shares = {(each.role, each.day): each for each in told.loads}
    for role in dict.fromkeys(each.role for each in told.loads):
        cells = [_share(shares.get((role, number))) for number in range(7)]
        rows.add_row(session.label("role", role), *cells)
    session.show(rows)


def _share(load: Any) -> str:
    if load is None:
        return "—"
    if not load.of_minutes:
        return f"{load.minutes} min" if load.minutes else ""
    return f"{100 * load.minutes // load.of_minutes} %"


def _show_visits(session: Session, told: "WeekResult", named: dict[str, str]) -> None:
    if not told.command.visits:
        click.echo(session.say("no-visit-may-wait"))
        return
    rows = table(*(session.say(word) for word in ("day", "visit", "was-meant-for", "reason")))
    for visit in sorted(told.command.visits, key=lambda each: (each.day is None, each.day, each.visit_id)):
        before = told.week.previous.get(visit.visit_id)
        was = _day(session, before) if before is not None and before.day != visit.day else ""
        rows.add_row(
            _day(session, visit),
            named.get(visit.visit_id, visit.visit_id),
            was,
            session.label("week-reason", visit.because),
        )
    session.show(rows)
    if told.moved:
        click.echo(session.say("would-move", {"visits": few(told.moved), "count": len(told.moved)}))


def _day(session: Session, visit: "VisitDay") -> str:
    if visit.day is None:
        return session.say("put-off")
    return f"{visit.day} {session.label('weekday', str(visit.day.weekday()))}"


def _proof(session: Session, told: "WeekResult") -> str:
    from schedulers.week.problem import WEEK_TIERS  # noqa: PLC0415 -- loaded with the solver

    plan = told.plan
    if plan.proof == "proved":
        return session.say("week-proved")
    cost = dict(zip(WEEK_TIERS, plan.costs, strict=True)).get(plan.bound_tier or "", 0)
    values = {"tier": session.label("week-tier", plan.bound_tier or ""), "cost": cost, "bound": plan.bound}
    return session.say("week-within", values)

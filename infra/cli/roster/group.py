"""A team's day: planned, published and shown, with what had no place and why."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from infra.cli.roster.explain import explain
from infra.cli.roster.replan import replan, what_if
from infra.cli.roster.stored import prove, replay, verify
from infra.cli.roster.week import week
from infra.cli.roster.wording import told_proof, told_travel
from infra.cli.with_session import Session, console, progress, table, with_session
from infra.edges.moments import day, shown
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.planning.plan_day import PlannedDay


@click.group()
def roster() -> None:
    """Plan, change and question a team's day."""


for command in (week, replan, explain, what_if, verify, replay, prove):
    roster.add_command(command)


@roster.command()
@click.argument("words", metavar="[TEAM] DATE", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Plan, but publish nothing.")
@with_session()
def plan(session: Session, words: tuple[str, ...], *, dry_run: bool) -> None:
    """Plan the day of one team, or of all, and publish the rosters."""
    if len(words) > 2:
        raise click.UsageError("roster plan takes a team, if any, and a day")
    wanted = day(words[-1], "date")
    from infra.planning.plan_day import plan_day  # noqa: PLC0415 -- solvers are loaded when a day is planned

    team_id = words[0] if len(words) == 2 else None
    with session.open() as system, progress() as bar:
        task = bar.add_task(session.say("planning"), total=None)
        planned = plan_day(
            system,
            wanted,
            team_id=team_id,
            dry_run=dry_run,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if session.as_json:
        for each in planned:
            click.echo(to_json(told_of(each)))
        return
    columns = ("team", "day", "roster", "visits", "unplaced", "travel", "proof")
    rows = table(*(session.say(word) for word in columns))
    for each in planned:
        rows.add_row(*_summary(session, each, dry_run=dry_run))
    session.show(rows)
    for each in planned:
        for line in told_travel(session, each.travel_from, faults=True):
            click.echo(f"{each.team_id} {each.day} · {line}")


def told_of(planned: "PlannedDay") -> dict[str, Any]:
    """Return what planning a day came to, as JSON."""
    import msgspec  # noqa: PLC0415 -- loaded with the domain

    told: dict[str, Any] = msgspec.to_builtins(planned)
    return told


def _summary(session: Session, planned: "PlannedDay", *, dry_run: bool) -> list[str]:
    found = planned.roster
    if found is None:
        return [planned.team_id, planned.day.isoformat(), session.say("nothing-to-plan"), "0", "0", "0", ""]
    state = "dry-run" if dry_run else "published" if planned.published else "unchanged"
    revision = f" {planned.revision}" if planned.revision else ""
    travel = sum(part.travel for part in found.assignments)
    return [
        planned.team_id,
        planned.day.isoformat(),
        session.say(state) + revision,
        str(len({part.demand_id for part in found.assignments})),
        str(len(found.unplaced)),
        f"{travel // 60} min",
        told_proof(session, found.proof, found.bound_tier, found.bound, _cost_at(found)),
    ]


def _cost_at(found: Any) -> int | None:
    from schedulers.tiers import TIERS  # noqa: PLC0415 -- loaded with the planner

    return found.costs[TIERS.index(found.bound_tier)] if found.bound_tier in TIERS else None


@roster.command()
@click.argument("team_id", metavar="TEAM")
@click.argument("date")
@with_session()
def show(session: Session, team_id: str, date: str) -> None:
    """Show the newest roster of a team's day."""
    wanted = day(date, "date")
    from domain.decider import Refused  # noqa: PLC0415 -- read models are loaded when one is asked
    from infra.planning.published_roster import travel_of_document  # noqa: PLC0415 -- likewise
    from projections.registry import answer  # noqa: PLC0415 -- likewise
    from projections.roster_board import TeamRoster  # noqa: PLC0415 -- likewise

    with session.open(asks=True) as system:
        told: Any = answer(TeamRoster(team_id=team_id, day=wanted), system.rows)
        travel = travel_of_document(system.store.document(told["problem_digest"])) if told else {}
    if told is None:
        raise Refused("roster-not-published", team=team_id, day=wanted)
    if session.as_json:
        click.echo(to_json({**told, "travel_from": travel}))
        return
    click.echo(f"{team_id} {wanted} · {session.say('revision')} {told['revision']}")
    _show_slots(session, told["slots"], set(told["moved"]))
    _show_unplaced(session, told["unplaced"])
    costs = {each["tier"]: each["cost"] for each in told["costs"]}
    click.echo(", ".join(f"{session.label('tier', tier)} {cost}" for tier, cost in costs.items()))
    click.echo(told_proof(session, told["proof"], told["bound_tier"], told["bound"], costs.get(told["bound_tier"])))
    for line in told_travel(session, travel):
        click.echo(line)


def _show_slots(session: Session, slots: list[dict[str, Any]], moved: set[str]) -> None:
    members = dict.fromkeys(slot["member_id"] for slot in slots)
    for member_id in members:
        parts = sorted((s for s in slots if s["member_id"] == member_id), key=lambda slot: str(slot["starts_at"]))
        role = parts[0].get("role")
        title = f"{member_id} ({session.label('role', role)})" if role else member_id
        columns = ("time", "visit", "resident", "address", "travel", "status")
        rows = table(*(session.say(word) for word in columns), title=title)
        for part in parts:
            rows.add_row(*_slot(session, part, moved=part["visit_id"] in moved))
        console().print(rows)


def _slot(session: Session, part: dict[str, Any], *, moved: bool) -> list[str]:
    starts, ends = (shown(datetime.fromisoformat(part[name]), seconds=False)[11:] for name in ("starts_at", "ends_at"))
    return [
        f"{starts}–{ends}",
        session.label("care-task", part["purpose"]) or part["visit_id"],
        part["name"] or part["resident_id"] or "",
        part["address"] or "",
        f"{round(part['travel_seconds'] / 60)} min",
        session.label("status", part["status"]) + (f" · {session.say('moved')}" if moved else ""),
    ]


def _show_unplaced(session: Session, unplaced: list[dict[str, Any]]) -> None:
    if not unplaced:
        click.echo(session.say("every-visit-has-a-place"))
        return
    columns = ("unplaced", "resident", "priority", "reason")
    rows = table(*(session.say(word) for word in columns))
    for left in unplaced:
        purpose = session.label("care-task", left["purpose"]) or left["visit_id"]
        rows.add_row(
            purpose, left["name"] or left["resident_id"] or "", str(left["priority"]), session.say(left["rule"])
        )
    session.show(rows)

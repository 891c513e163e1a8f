"""PublishedRoster rosters from the log: held against their stored problems, and solved again."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import click

from infra.cli.roster.wording import amount, few, told_proof, told_travel
from infra.cli.with_session import Session, progress, table, with_session
from infra.edges.moments import day, shown
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.planning.published_roster import CostCheck, PublishedRoster

F = TypeVar("F", bound=Callable[..., object])

NOT_SO = 1
"""The exit code where a roster is not what it says it is, or is not found again."""


def of_revision(function: F) -> F:
    """Give a command the arguments that name a revision of a team-day's roster."""
    for option in (
        click.option("--revision", type=click.IntRange(min=1), help="This revision (default: the newest)."),
        click.argument("date"),
        click.argument("team_id", metavar="TEAM"),
    ):
        function = option(function)
    return function


@click.command()
@of_revision
@with_session()
def verify(session: Session, team_id: str, date: str, revision: int | None) -> int:
    """Check a published roster against its stored problem. Exit code 1 if it is not what it says it is."""
    found = _published(session, team_id, date, revision)
    from infra.planning.published_roster import verify as verified  # noqa: PLC0415 -- loaded with the solver

    verdict = verified(found)
    if session.as_json:
        click.echo(to_json({"verified": not verdict.faults, "verdict": verdict}))
    else:
        click.echo(_head(session, found))
        for fault in verdict.faults:
            click.echo(f"{session.say(fault.rule)} [{fault.rule}] {fault.detail}")
        _show_costs(session, verdict.costs)
        for line in told_travel(session, verdict.travel_from):
            click.echo(line)
        click.echo(session.say("roster-not-verified" if verdict.faults else "roster-verified"))
    return NOT_SO if verdict.faults else 0


@click.command()
@of_revision
@with_session()
def replay(session: Session, team_id: str, date: str, revision: int | None) -> int:
    """Solve a published roster's stored problem again, with its seed and budget. Exit code 1 if the answer differs."""
    found = _published(session, team_id, date, revision)
    from infra.planning.published_roster import replay as replayed  # noqa: PLC0415 -- loaded with the solver

    told = replayed(found)
    if session.as_json:
        click.echo(to_json(told))
    else:
        click.echo(_head(session, found))
        if told.solver != told.solver_now:
            click.echo(session.say("other-solver", {"then": told.solver, "now": told.solver_now}))
        _show_costs(session, told.costs)
        values = {"visits": few(told.differing), "count": len(told.differing)}
        click.echo(session.say("replay-identical") if told.identical else session.say("replay-differs", values))
        if told.bound_identical is not None:
            click.echo(session.say("bound-identical" if told.bound_identical else "bound-differs"))
    return 0 if told.identical and told.bound_identical is not False else NOT_SO


@click.command()
@click.argument("team_id", metavar="TEAM")
@click.argument("date")
@click.option(
    "--deterministic",
    type=click.FloatRange(min=0, min_open=True),
    help="Counted seconds of the proof (default: those of the night before).",
)
@with_session()
def prove(session: Session, team_id: str, date: str, deterministic: float | None) -> None:
    """Prove the newest roster from its stored problem, or bound it, and record that. Its assignments stay."""
    wanted = day(date, "date")
    from domain.decider import TeamDay  # noqa: PLC0415 -- the domain is loaded when a roster is looked for
    from infra.planning.prove_rosters import DETERMINISTIC, prove_newest  # noqa: PLC0415 -- loaded with the solver

    with session.open() as system, progress() as bar:
        bar.add_task(session.say("proving"), total=None)
        found, told = prove_newest(system, TeamDay(team_id, wanted), deterministic or DETERMINISTIC)
    if session.as_json:
        click.echo(to_json({"team_id": team_id, "day": wanted, "revision": found.revision, **asdict(told)}))
        return
    click.echo(_head(session, found))
    costs = {each.tier: each.cost for each in found.event.solution.costs}
    click.echo(told_proof(session, told.proof, told.bound_tier, told.bound, costs.get(told.bound_tier or "")))


def _published(session: Session, team_id: str, date: str, revision: int | None) -> "PublishedRoster":
    wanted = day(date, "date")
    from domain.decider import TeamDay  # noqa: PLC0415 -- the domain is loaded when a roster is looked for
    from infra.planning.published_roster import read_published  # noqa: PLC0415 -- likewise

    with session.open() as system:
        return read_published(system.store, TeamDay(team_id, wanted), revision)


def _head(session: Session, found: "PublishedRoster") -> str:
    told = found.event.solution
    return (
        f"{found.team_day.team_id} {found.team_day.day} · {session.say('revision')} {found.revision}"
        f" · {shown(found.recorded_at)} · {told.solver} · {told.problem_digest[:16]}"
    )


def _show_costs(session: Session, costs: tuple["CostCheck", ...]) -> None:
    rows = table(*(session.say(word) for word in ("tier", "published", "counted-again")))
    for each in costs:
        again = "—" if each.counted is None else amount(each.tier, each.counted)
        rows.add_row(session.label("tier", each.tier), amount(each.tier, each.told), again)
    session.show(rows)

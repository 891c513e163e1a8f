"""Why her, and why not at all: a visit of a published roster, explained."""

from typing import TYPE_CHECKING, Any

import click

from infra.cli.roster.wording import clock, told_difference, visit_names
from infra.cli.with_session import Session, table, with_session
from infra.edges.moments import day
from infra.edges.results import to_json

if TYPE_CHECKING:
    from schedulers.explain import Alternative, Explanation, Option


@click.command()
@click.argument("team_id", metavar="TEAM")
@click.argument("date")
@click.argument("visit_id", metavar="VISIT")
@click.option("--revision", type=click.IntRange(min=1), help="Of this revision of the roster (default: the newest).")
@with_session()
def explain(session: Session, team_id: str, date: str, visit_id: str, revision: int | None) -> None:
    """Tell why a visit is with her, and what others would have cost; or why it has no place, and the cheapest way."""
    wanted = day(date, "date")
    from domain.decider import Refused, TeamDay  # noqa: PLC0415 -- solvers are loaded when something is explained
    from infra.planning.published_roster import read_published  # noqa: PLC0415 -- likewise
    from schedulers import explain as why  # noqa: PLC0415 -- likewise

    with session.open() as system:
        found = read_published(system.store, TeamDay(team_id, wanted), revision)
        named = visit_names(session, system.rows, {visit_id})
    problem = found.problem()
    if visit_id not in {demand.id for demand in problem.demands}:
        raise Refused("visit-not-on-the-day", visit=visit_id, day=wanted)
    told = why.explain(problem, found.roster, visit_id)
    if session.as_json:
        import msgspec  # noqa: PLC0415 -- loaded with the domain

        plain = as_named(msgspec.to_builtins(told))
        click.echo(to_json({"team_id": team_id, "day": wanted, "revision": found.revision, **plain}))
        return
    click.echo(f"{team_id} {wanted} · {session.say('revision')} {found.revision}")
    click.echo(named.get(visit_id, visit_id))
    for part in told.places:
        click.echo(f"{part.member_id} {clock(part.start)}–{clock(part.end)}")
    if told.rule:
        click.echo(session.say(told.rule))
    click.echo(session.say("days-of-slack", {"days": told.slack_days}))
    _show_options(session, told) if told.places else _show_ways(session, told)


def as_named(value: Any) -> Any:
    """Return plain data with every list of costs under the names of the tiers."""
    from schedulers.tiers import TIERS  # noqa: PLC0415 -- loaded with the solver

    if isinstance(value, dict):
        return {
            name: dict(zip(TIERS, each, strict=True)) if name == "costs" else as_named(each)
            for name, each in value.items()
        }
    return [as_named(each) for each in value] if isinstance(value, list) else value


def _show_options(session: Session, told: "Explanation") -> None:
    rows = table(*(session.say(word) for word in ("member", "person", "time", "instead-of-her")))
    for option in told.options:
        rows.add_row(option.member_id, str(option.service + 1), _when(option), _told_option(session, option))
    session.show(rows)


def _when(option: "Option") -> str:
    places = option.way.places if option.way else ()
    return next((clock(part.start) for part in places if part.service == option.service), "")


def _told_option(session: Session, option: "Option") -> str:
    if option.way is None:
        return session.say("she-may-not", {"rule": session.say(option.rule or "")})
    return _told_way(session, option.way)


def _told_way(session: Session, way: "Alternative") -> str:
    broken = [session.say("would-break", {"rule": session.say(rule)}) for rule in way.breaks]
    return "\n".join([told_difference(session, way.difference), *broken])


def _show_ways(session: Session, told: "Explanation") -> None:
    if not told.ways:
        click.echo(session.say("no-way"))
        return
    rows = table(*(session.say(word) for word in ("member", "time", "way-to-place-it")))
    for way in told.ways:
        members = ", ".join(part.member_id for part in way.places)
        rows.add_row(members, ", ".join(clock(part.start) for part in way.places), _told_way(session, way))
    session.show(rows)

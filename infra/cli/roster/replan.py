"""A team's day planned again on the leader's terms, and what it would be with other people or visits."""

from typing import TYPE_CHECKING, Any

import click

from infra.cli.roster.wording import amount, clock, few, told_difference, told_travel, visit_names
from infra.cli.with_session import Session, progress, table, with_session
from infra.edges.moments import day, moment, span
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.planning.replan_day import Replanned
    from infra.planning.what_if import WhatIf
    from schedulers.problem import Pin, Roster
    from schedulers.replan import Move


@click.command()
@click.argument("team_id", metavar="TEAM")
@click.argument("date")
@click.option("--max-moved", "most_moved", type=click.IntRange(min=0), help="Move or leave out no more visits.")
@click.option("--freeze", metavar="TIME", help="Move nothing that begins before: 10:30 of the day, or a full time.")
@click.option("--dry-run", is_flag=True, help="Plan, but publish nothing.")
@with_session()
def replan(
    session: Session, team_id: str, date: str, most_moved: int | None, freeze: str | None, *, dry_run: bool
) -> None:
    """Plan a published day again, moving as little as the leader allows; each moved visit with its reason."""
    wanted = day(date, "date")
    until = None if freeze is None else moment(f"{wanted}T{freeze}" if len(freeze) <= 5 else freeze, "freeze")
    from domain.decider import TeamDay  # noqa: PLC0415 -- solvers are loaded when a day is planned
    from infra.planning.replan_day import replan_day  # noqa: PLC0415 -- likewise

    with session.open() as system, progress() as bar:
        bar.add_task(session.say("planning"), total=None)
        told = replan_day(system, TeamDay(team_id, wanted), most_moved=most_moved, freeze=until, dry_run=dry_run)
        named = visit_names(session, system.rows, {move.demand_id for move in told.moves})
    if session.as_json:
        click.echo(to_json(_replanned(told)))
        return
    found = told.planned
    state = "nothing-to-plan" if found.roster is None else "dry-run" if dry_run else "unchanged"
    number = f" · {session.say('revision')} {found.revision}" if found.revision else ""
    click.echo(f"{team_id} {wanted} · {session.say('published' if found.published else state)}{number}")
    for line in told_travel(session, found.travel_from, faults=True):
        click.echo(line)
    _show_moves(session, told, named)


def _replanned(told: "Replanned") -> dict[str, Any]:
    import msgspec  # noqa: PLC0415 -- loaded with the domain

    from infra.cli.roster.explain import as_named  # noqa: PLC0415 -- likewise

    plain: dict[str, Any] = msgspec.to_builtins(told)
    return {**plain.pop("planned"), **as_named(plain)}


def _show_moves(session: Session, told: "Replanned", named: dict[str, str]) -> None:
    for key, visits in (("new-visits", told.new), ("visits-gone", told.gone)):
        if visits:
            click.echo(session.say(key, {"visits": few(visits), "count": len(visits)}))
    if told.planned.roster is not None:
        for left in told.planned.roster.unplaced:
            click.echo(f"{session.say('unplaced')}: {left.demand_id}: {session.say(left.rule)}")
    if not told.moves:
        click.echo(session.say("nothing-moved"))
        return
    rows = table(*(session.say(word) for word in ("visit", "before", "after", "reason")))
    for move in told.moves:
        rows.add_row(
            named.get(move.demand_id, move.demand_id), _at(move.before), _at(move.after) or "—", reason(session, move)
        )
    session.show(rows)


def _at(places: "tuple[Pin, ...]") -> str:
    return ", ".join(f"{place.member_id} {clock(place.start)}" for place in places)


def reason(session: Session, move: "Move") -> str:
    """Return why a visit moved, in words."""
    rule = session.say(move.rule) if move.rule else ""
    values = {"member": move.member_id, "rule": rule, "visit": move.other_id}
    if move.tier is not None and move.cost is not None:
        values |= {"tier": session.label("tier", move.tier), "cost": amount(move.tier, move.cost, signed=True)}
    if move.cause == "move-cost" and move.difference is not None and move.difference.left_out:
        return session.say("move-would-leave-out", values | {"visits": few(move.difference.left_out)})
    return session.say(move.cause, values)


@click.command("what-if")
@click.argument("team_id", metavar="TEAM")
@click.argument("date")
@click.option("--add", metavar="ROLE", multiple=True, help="One more member of this role. May be repeated.")
@click.option("--ill", metavar="MEMBER", multiple=True, help="She is away from now on. May be repeated.")
@click.option("--without", metavar="VISIT", multiple=True, help="It is not made. May be repeated.")
@click.option(
    "--window", nargs=2, metavar="VISIT FROM-TO", multiple=True, help="It starts then, as 09:30-11:00. May be repeated."
)
@click.option("--policy", metavar="PACK", help="Another policy pack.")
@click.option(
    "--stored", is_flag=True, help="From the published roster's stored problem, not from the rows as they are."
)
@click.option("--revision", type=click.IntRange(min=1), help="From this revision's stored problem.")
@click.option("--fresh", is_flag=True, help="Today, too, as if nothing had been published yet.")
@with_session()
def what_if(
    session: Session,
    team_id: str,
    date: str,
    add: tuple[str, ...],
    ill: tuple[str, ...],
    without: tuple[str, ...],
    window: tuple[tuple[str, str], ...],
    policy: str | None,
    *,
    stored: bool,
    revision: int | None,
    fresh: bool,
) -> None:
    """Tell what a day would be with one more member, without one, and so on. Nothing is published."""
    wanted, windows = day(date, "date"), tuple((visit, *span(told, "window")) for visit, told in window)
    from domain.decider import TeamDay  # noqa: PLC0415 -- solvers are loaded when a day is planned
    from infra.cli.policy import known_pack  # noqa: PLC0415 -- likewise
    from infra.planning.what_if import Changes, what_if  # noqa: PLC0415 -- likewise

    pack = known_pack(policy) if policy else None
    changes = Changes(add=add, ill=ill, without=without, windows=windows, pack=pack)
    with session.open() as system, progress() as bar:
        bar.add_task(session.say("planning"), total=None)
        told = what_if(system, TeamDay(team_id, wanted), changes, stored=stored, revision=revision, fresh=fresh)
    if session.as_json:
        click.echo(to_json(_compared(told)))
        return
    present = f"{session.say('revision')} {told.revision}" if told.revision else session.say("as-it-would-be-planned")
    source = session.say("from-the-stored-problem" if told.stored else "from-the-rows")
    click.echo(f"{team_id} {wanted} · {present} · {source}")
    _show_compared(session, told)


def _compared(told: "WhatIf") -> dict[str, Any]:
    import msgspec  # noqa: PLC0415 -- loaded with the domain

    from infra.cli.roster.explain import as_named  # noqa: PLC0415 -- likewise

    plain: dict[str, Any] = as_named(msgspec.to_builtins(told))
    return {**plain.pop("compared"), **plain}


def _show_compared(session: Session, told: "WhatIf") -> None:
    from schedulers.tiers import TIERS  # noqa: PLC0415 -- loaded with the solver

    found = told.compared
    rows = table("", *(session.say(word) for word in ("present", "what-if")))
    for tier, here, there in zip(TIERS, found.present.costs, found.other.costs, strict=True):
        rows.add_row(session.label("tier", tier), amount(tier, here), amount(tier, there))
    counts = [_counts(roster) for roster in (found.present, found.other)]
    for word, each in zip(("visits-placed", "visits-left-out"), zip(*counts, strict=True), strict=True):
        rows.add_row(session.say(word), *(str(count) for count in each))
    session.show(rows)
    click.echo(told_difference(session, found.difference))
    for left in found.other.unplaced:
        click.echo(f"{session.say('unplaced')}: {left.demand_id}: {session.say(left.rule)}")


def _counts(roster: "Roster") -> tuple[int, int]:
    return len({part.demand_id for part in roster.assignments}), len(roster.unplaced)

"""Fulfilment: what was signed and what was served of it, by team."""

from typing import Any

import click

from infra.cli.with_session import Session, table, with_session
from infra.edges.moments import day
from infra.edges.results import to_json

COUNTS = ("contracts", "granted", "used", "beyond", "overdue", "unserved")


@click.command()
@click.option("--at", metavar="DAY", help="On this day (default today).")
@click.option("--since", metavar="DAY", help="Count services from this day on only.")
@click.option("--team", help="Only this one.")
@with_session()
def fulfilment(session: Session, at: str | None, since: str | None, team: str | None) -> None:
    """Show what running contracts grant, what was served of it, what is overdue, and who was never served."""
    from domain.local_time import local_day  # noqa: PLC0415 -- the domain is loaded when it is asked
    from projections.entitlements import Fulfilment  # noqa: PLC0415 -- likewise
    from projections.registry import answer  # noqa: PLC0415 -- likewise

    wanted = day(at, "at") if at else None
    begun = day(since, "since") if since else None
    with session.open(asks=True) as system:
        asked = Fulfilment(day=wanted or local_day(system.now()), since=begun, team_id=team)
        told: Any = answer(asked, system.rows)
    if session.as_json:
        click.echo(to_json(told))
        return
    words = [
        session.say(word)
        for word in ("team", "contracts", "granted", "used", "beyond", "overdue", "unserved", "unserved_share")
    ]
    rows = table(*words, title=f"{session.say('fulfilment')} {asked.day}")
    for column in rows.columns[1:]:
        column.justify = "right"
    for line in told:
        rows.add_row(line["team_id"], *(f"{line[name]:,}" for name in COUNTS), f"{line['unserved_share']:.1%}")
    session.show(rows)

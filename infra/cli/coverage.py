"""Coverage: how many of the people are signed, beside the targets of the policy pack."""

from typing import Any

import click

from infra.cli.with_session import Session, table, with_session
from infra.edges.moments import day
from infra.edges.results import to_json


@click.command()
@click.option("--at", metavar="DAY", help="On this day (default today).")
@click.option("--institution", help="Only this one.")
@with_session()
def coverage(session: Session, at: str | None, institution: str | None) -> None:
    """Show signed residents and key groups against the targets, by district, institution and team."""
    from domain.local_time import local_day  # noqa: PLC0415 -- the domain is loaded when it is asked
    from projections.coverage import Coverage  # noqa: PLC0415 -- likewise
    from projections.registry import answer  # noqa: PLC0415 -- likewise

    wanted = day(at, "at") if at else None
    with session.open(asks=True) as system:
        asked = Coverage(
            day=wanted or local_day(system.now()), institution_id=institution, region=session.settings.packs
        )
        told: Any = answer(asked, system.rows)
    if session.as_json:
        click.echo(to_json(told))
        return
    rows = table(
        *(session.say(word) for word in ("institution", "part", "population", "signed", "rate", "target", "met")),
        title=f"{session.say('coverage')} {told['day']} ({told['pack']})",
    )
    for column in rows.columns[2:6]:
        column.justify = "right"
    for each in told["institutions"]:
        _lines(session, rows, f"{each['institution_id']} {each['name'] or ''}".strip(), each)
    for district in told["districts"] if len(told["districts"]) > 1 else ():
        _lines(session, rows, f"{session.say('district')} {district['district']}", district)
    if len(told["institutions"]) != 1:
        _lines(session, rows, session.say("total"), told["total"])
    session.show(rows)


def _lines(session: Session, rows: Any, title: str, told: dict[str, Any]) -> None:
    rows.add_row(title, session.say("everybody"), *_part(session, told))
    for group in told["groups"]:
        rows.add_row("", session.label("key-group", group["group_name"]), *_part(session, group))
    for team in told.get("teams", ()):
        rows.add_row("", f"{session.say('team')} {team['team_id']}", *_part(session, team))


def _part(session: Session, told: dict[str, Any]) -> list[str]:
    rate, target = told["rate"], told["target"]
    met = "" if rate is None or target is None else session.say("yes" if rate >= target else "no")
    return [_whole(told["population"]), _whole(told["signed"]), _share(rate), _share(target), met]


def _whole(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.1%}"


@click.command("who-next")
@click.option("--at", metavar="DAY", help="On this day (default today).")
@click.option("--institution", help="Only its people.")
@click.option("--team", help="Only those whom this team signed, or signed before.")
@click.option("--limit", default=50, show_default=True, help="So many at most.")
@with_session()
def who_next(session: Session, at: str | None, institution: str | None, team: str | None, limit: int) -> None:
    """Show who should be asked next to sign: renewals that are due, then key groups that are not signed."""
    from domain.local_time import local_day  # noqa: PLC0415 -- the domain is loaded when it is asked
    from projections.outreach import WhoNext  # noqa: PLC0415 -- likewise
    from projections.registry import answer  # noqa: PLC0415 -- likewise

    wanted = day(at, "at") if at else None
    with session.open(asks=True) as system:
        asked = WhoNext(
            day=wanted or local_day(system.now()),
            institution_id=institution,
            team_id=team,
            region=session.settings.region,
            limit=limit,
        )
        told: Any = answer(asked, system.rows)
    if session.as_json:
        click.echo(to_json(told))
        return
    rows = table(
        *(session.say(word) for word in ("resident", "name", "phone", "reason", "ends_on", "groups")),
        title=session.say("who-next"),
    )
    for row in told:
        groups = ", ".join(session.label("key-group", group) for group in row.get("groups", ()))
        rows.add_row(
            *(str(row[name] or "") for name in ("resident_id", "name", "phone")),
            session.say(row["reason"]),
            str(row.get("ends_on", "")),
            groups,
        )
    session.show(rows)

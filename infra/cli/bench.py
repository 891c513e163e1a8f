"""Figures beside their limits. Each bench starts servers of its own, and stops them, unless some are named."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from domain.decider import Refused
from infra.cli.dev import one_line
from infra.cli.with_session import Session, steps, table, with_session
from infra.edges.results import to_json

if TYPE_CHECKING:
    from infra.bench.figures import Figure

F = TypeVar("F", bound=Callable[..., Any])

MISSED = 1
"""The exit code where an event was missed, or rows differ: an error of ours, not a slow machine."""

database = click.option("--database-url", metavar="URL", help="Measure on this PostgreSQL (default: one of its own).")

kafka = click.option(
    "--bootstrap-servers", metavar="HOST:PORT,...", help="Measure over this Kafka (default: one of its own)."
)


def rounds(default: int) -> Callable[[F], F]:
    """Return the option of how often each figure is measured."""
    return click.option(
        "--rounds", type=click.IntRange(min=1), default=default, show_default=True, help="The median of so many."
    )


@click.group()
def bench() -> None:
    """Figures beside their limits, in one run."""


@bench.command()
@rounds(5)
@click.option("--events", type=click.IntRange(min=30), default=3000, show_default=True, help="Of one large commit.")
@click.option(
    "--tail-events", type=click.IntRange(min=0), default=30_000, show_default=True, help="Six writers', read."
)
@database
@with_session()
@one_line
def store(session: Session, rounds: int, events: int, tail_events: int, database_url: str | None) -> int:
    """The event store against raw inserts, a raw SELECT and the library as it comes."""
    from infra.bench.servers import servers  # noqa: PLC0415 -- likewise

    try:
        from infra.bench.store import measure, postgres, projection, tail  # noqa: PLC0415 -- loaded when measured
    except ModuleNotFoundError as error:
        raise Refused("library-recorder-missing", module=error.name or "psycopg_pool") from error
    figures, missed = [], []
    with servers(database_url, kafka=False) as found, steps(session) as told:
        told("measuring", 0, 4)
        figures += measure.measure(found.folder, rounds, events)
        told("measuring", 1, 4)
        figures += postgres.measure(found.database_url, rounds, events)
        told("measuring", 2, 4)
        figures.append(projection.measure(found.database_url, min(rounds, 3), events))
        told("measuring", 3, 4)
        if tail_events:
            missed += tail.measure(found.folder, found.database_url, tail_events)
    tell(session, [*figures, *missed])
    return MISSED if any(each.met is False for each in missed) else 0


@bench.command()
@rounds(3)
@click.option("--events", type=click.IntRange(min=100), default=20_000, show_default=True, help="Relayed, projected.")
@click.option("--seconds", type=click.FloatRange(min=1), default=20.0, show_default=True, help="Of single commands.")
@database
@kafka
@with_session()
@one_line
def streams(
    session: Session,
    rounds: int,
    events: int,
    seconds: float,
    database_url: str | None,
    bootstrap_servers: str | None,
) -> None:
    """Relay and projection against a plain producer and a raw loop; how soon an event's rows are there."""
    from infra.bench.servers import servers  # noqa: PLC0415 -- likewise
    from infra.bench.streams import measure  # noqa: PLC0415 -- likewise

    with servers(database_url, bootstrap_servers) as found, steps(session) as told:
        figures = measure.measure(found, rounds, events, seconds, told)
    tell(session, figures)


@bench.command()
@click.option("--teams", type=click.IntRange(min=1), default=4, show_default=True, help="Whose days change one by one.")
@click.option("--seconds", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Of single changes.")
@click.option("--team-days", type=click.IntRange(min=1), default=300, show_default=True, help="Under the storm.")
@click.option(
    "--changes", type=click.IntRange(min=0), default=10_000, show_default=True, help="Of the storm; 0: there is none."
)
@database
@kafka
@with_session()
@one_line
def planner(
    session: Session,
    teams: int,
    seconds: float,
    team_days: int,
    changes: int,
    database_url: str | None,
    bootstrap_servers: str | None,
) -> int:
    """From a change to the published roster, and a storm of changes; embedded and distributed.

    Exit code 1 if a day is left unplanned.
    """
    from infra.bench.planner import measure  # noqa: PLC0415 -- likewise
    from infra.bench.servers import servers  # noqa: PLC0415 -- likewise

    with servers(database_url, bootstrap_servers) as found:
        figures = measure.measure(found, teams, seconds, team_days, changes)
    tell(session, figures)
    return MISSED if any(each.unit == "team-days" and each.met is False for each in figures) else 0


@bench.command()
@click.option("--teams", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--days", type=click.IntRange(min=1), default=60, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@database
@kafka
@with_session()
@one_line
def scenario(
    session: Session, teams: int, days: int, seed: int, database_url: str | None, bootstrap_servers: str | None
) -> int:
    """One scenario, embedded and distributed: times, and the rows compared. Exit code 1 if they differ."""
    from infra.bench import scenario  # noqa: PLC0415 -- likewise
    from infra.bench.servers import servers  # noqa: PLC0415 -- likewise

    with servers(database_url, bootstrap_servers) as found, steps(session) as told:
        figures, compared = scenario.measure(found, teams, days, seed, told)
    tell(session, figures)
    differing = [each for each in compared if each.different]
    for each in differing:
        values = {"table": each.table, "embedded": each.embedded, "distributed": each.distributed}
        click.echo(session.say("table-differs", {**values, "different": each.different}), err=True)
    return MISSED if differing else 0


@bench.command()
@click.option("--teams", type=click.IntRange(min=1), default=4, show_default=True)
@click.option("--days", type=click.IntRange(min=1), default=365, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def year(teams: int, days: int, seed: int) -> int:
    """A simulated year: how fast it loads, is rebuilt and compared, and what came of it; JSON.

    Exit code 1 if the rebuild differs, or a figure lies outside its range.
    """
    from infra.bench.year import run  # noqa: PLC0415 -- likewise

    figures, found = run(teams, days, seed)
    click.echo(to_json({**figures, "outcomes": [each.as_json() for each in found]}))
    return MISSED if figures["differences"] or not all(each.fits for each in found) else 0


@bench.command()
@click.option("--changes", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--teams", type=click.IntRange(min=1), default=4, show_default=True)
@click.option("--days", type=click.IntRange(min=1), default=21, show_default=True, help="Of the simulated community.")
@click.option("--seed", type=int, default=1, show_default=True)
@with_session()
def replan(session: Session, changes: int, teams: int, days: int, seed: int) -> None:
    """Random changes of simulated team-days: what moves, what that costs beside a fresh plan, how long it takes."""
    from infra.bench.planner import replan  # noqa: PLC0415 -- likewise

    with steps(session) as told:
        figures = replan.measure(changes, teams, days, seed, told)
    tell(session, figures)


@bench.command()
@rounds(5)
@with_session()
def start(session: Session, rounds: int) -> None:
    """The first plan of a new process: its processor time, imports and all, once the set-up has compiled."""
    from infra.bench import start  # noqa: PLC0415 -- likewise

    tell(session, start.measure(rounds))


@bench.command()
@click.option("--days", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@with_session()
def streets(session: Session, days: int, seed: int) -> None:
    """Days planned on straight lines and on the real streets of Helsinki, both valued on the streets."""
    from infra.bench.solver import streets  # noqa: PLC0415 -- likewise

    with steps(session) as told:
        figures = streets.measure(days, seed, told)
    tell(session, figures)


@bench.command()
@click.option("--teams", type=click.IntRange(min=1), default=4, show_default=True)
@click.option(
    "--weeks", type=click.IntRange(min=1), default=10, show_default=True, help="Whole ones, that are counted."
)
@click.option("--seed", type=int, default=1, show_default=True)
@with_session()
def week(session: Session, teams: int, weeks: int, seed: int) -> None:
    """Weeks that are spread before their days are planned beside the same community without: load, lateness, ways."""
    from infra.bench.planner import week  # noqa: PLC0415 -- likewise

    with steps(session) as told:
        figures = week.measure(teams, weeks, seed, told)
    tell(session, figures)


@bench.command()
@click.option("--days", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--deterministic", type=click.FloatRange(min=0, min_open=True), help="Work of CP-SAT for a day (default: 20 s)."
)
@with_session()
def proofs(session: Session, days: int, seed: int, deterministic: float | None) -> None:
    """How many team-days are proved, or within 1 %, after 1, 2, 5 and 20 seconds of the processor."""
    from infra.bench.solver import proofs  # noqa: PLC0415 -- likewise
    from infra.planning.solver_pool import pool  # noqa: PLC0415 -- likewise

    with pool() as executor, steps(session) as told:
        found = proofs.measure(executor, days, seed, told, deterministic or proofs.DETERMINISTIC)
    classes = proofs.classes(found)
    if session.as_json:
        click.echo(to_json({"classes": [asdict(each) for each in classes], "days": [each.as_json() for each in found]}))
        return
    heads = (session.say("visits"), session.say("team-days"), *(f"{moment} s" for moment in proofs.MOMENTS))
    shown = table(*heads, session.say("seconds-to-one-per-cent"))
    for each in classes:
        shares = (" / ".join(f"{100 * n / each.days:.0f}" for n in told.values()) for told in each.at.values())
        near = "-" if each.near is None else number(each.near)
        shown.add_row(each.visits or session.say("all-days"), str(each.days), *shares, near)
    session.show(shown)
    click.echo(session.say("proofs-are-told"))


@bench.command()
@click.option("--instances", type=click.Path(path_type=Path), required=True, help="A folder with one for each set.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True)
@click.option("--set", "sets", multiple=True, help="Once or more (default: all).")
@click.option("--against", multiple=True, help="Once or more: routing, cpsat.")
@click.option("--seed", type=int, default=1, show_default=True, help="The first seed.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="How many; the median counts.")
@click.option("--curve", is_flag=True, help="Also with a tenth, a fifth and a half of the work.")
@with_session()
def solver(
    session: Session,
    instances: Path,
    seconds: float,
    sets: Sequence[str],
    against: Sequence[str],
    seed: int,
    seeds: int,
    curve: bool,
) -> None:
    """The roster solver beside its baselines on the public instances; with --json one row for each instance."""
    from infra.bench.solver.measure import SETS, run  # noqa: PLC0415 -- likewise

    try:
        rows = run(
            instances,
            sets or SETS,
            seconds,
            against,
            range(seed, seed + seeds),
            curve,
            write=lambda text: click.echo(text, nl=False, err=session.as_json),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if session.as_json:
        click.echo(to_json([asdict(row) for row in rows]))


def tell(session: Session, figures: Sequence["Figure"]) -> None:
    """Show figures as a table, or as JSON."""
    if session.as_json:
        click.echo(to_json([each.as_json() for each in figures]))
        return
    heads = [session.say(head) for head in ("figure", "ours", "limit", "ratio", "goal", "met")]
    shown = table(*heads)
    for each in figures:
        named = session.say(each.limit_name) if each.limit_name else ""
        limit = "" if each.limit is None else f"{number(each.limit)} {named}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        met = "" if each.met is None else session.say("yes" if each.met else "no")
        unit = session.say(each.unit)
        ours = f"{number(each.ours)} {unit}"
        shown.add_row(
            session.say(each.name, {"size": number(each.size)}), ours, limit, ratio, str(each.goal or ""), met
        )
    session.show(shown)


def number(figure: float) -> str:
    """Return three digits that count, or all before the point."""
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.3g}"

"""Declarations of the benches. Each starts servers of its own, and stops them, unless some are named."""

from pathlib import Path

import click

from infra.cli.declaring import command, group

_AT_LEAST_1 = click.IntRange(min=1)
_FIGURES = "infra.cli.bench.views:figures"
_SEED = click.Option(["--seed"], type=int, default=1, show_default=True)
_DATABASE = click.Option(["--database-url"], metavar="URL", help="Measure on this PostgreSQL (default: its own).")
_KAFKA = click.Option(
    ["--bootstrap-servers"], metavar="HOST:PORT,...", help="Measure over this Kafka (default: its own)."
)


def _rounds(default: int) -> click.Option:
    """Return the option of how often each figure is measured."""
    return click.Option(
        ["--rounds"], type=_AT_LEAST_1, default=default, show_default=True, help="Rounds; the median counts."
    )


def _number(name: str, default: int, text: str | None = None, *, least: int = 1) -> click.Option:
    return click.Option([name], type=click.IntRange(min=least), default=default, show_default=True, help=text)


store = command(
    "store",
    "infra.cli.bench.store:store",
    "The event store against raw inserts, a raw SELECT and the library as it comes.",
    _rounds(5),
    _number("--events", 3000, "Of one large commit.", least=30),
    _number("--tail-events", 30_000, "Six writers', read.", least=0),
    _DATABASE,
    view=_FIGURES,
)

streams = command(
    "streams",
    "infra.cli.bench.streams:streams",
    "Relay and projection against a plain producer and a raw loop; the delay from an event to its rows.",
    _rounds(3),
    _number("--events", 20_000, "Relayed, projected.", least=100),
    click.Option(
        ["--seconds"], type=click.FloatRange(min=1), default=20.0, show_default=True, help="Of single commands."
    ),
    _DATABASE,
    _KAFKA,
    view=_FIGURES,
)

http = command(
    "http",
    "infra.cli.bench.http:http",
    "Requests at a rate beside a bare endpoint of the same server; live lines: memory, and the time to hear.",
    _number("--rate", 200, "Requests a second, one in four a command."),
    click.Option(["--seconds"], type=click.FloatRange(min=1), default=60.0, show_default=True),
    _number("--lines", 300, "Live lines."),
    _number("--residents", 1500, "Of the team."),
    view=_FIGURES,
)

import_ = command(
    "import",
    "infra.cli.bench.importing:importing",
    "A register imported with commands beside it: seconds, memory, the longest wait; then killed and repeated.",
    _number("--residents", 200_000, "With a contract each.", least=100),
    view=_FIGURES,
)

planner = command(
    "planner",
    "infra.cli.bench.planner:planner",
    """The delay from a change to the published roster, and a storm of changes; embedded and distributed.

    Exit code 1 if a day is left unplanned.
    """,
    _number("--teams", 4, "Teams whose days change one by one."),
    click.Option(
        ["--seconds"], type=click.FloatRange(min=0), default=60.0, show_default=True, help="Of single changes."
    ),
    _number("--team-days", 300, "Under the storm."),
    _number("--changes", 10_000, "Of the storm; 0: there is none.", least=0),
    _DATABASE,
    _KAFKA,
    view=_FIGURES,
)

scenario = command(
    "scenario",
    "infra.cli.bench.simulated:scenario",
    "One scenario, embedded and distributed: times, and the rows compared. Exit code 1 if they differ.",
    _number("--teams", 20),
    _number("--days", 60),
    _SEED,
    _DATABASE,
    _KAFKA,
    view=_FIGURES,
)

year = command(
    "year",
    "infra.cli.bench.simulated:year",
    """A simulated year: how fast it loads, is rebuilt and compared, and what came of it; JSON.

    Exit code 1 if the rebuild differs, or a figure lies outside its range.
    """,
    _number("--teams", 4),
    _number("--days", 365),
    _SEED,
    json=False,
    session=False,
)

replan = command(
    "replan",
    "infra.cli.bench.planner:replan",
    "Random changes of simulated team-days: what moves, what that costs more than a fresh plan, how long it takes.",
    _number("--changes", 200),
    _number("--teams", 4),
    _number("--days", 21, "Of the simulated community."),
    _SEED,
    view=_FIGURES,
)

weights = command(
    "weights",
    "infra.cli.bench.planner:weights",
    "The order of costs of the packs against the first one: moves, calls, named members, balance and travel.",
    _number("--changes", 40),
    _number("--teams", 2),
    _number("--days", 14, "Of the simulated community."),
    _SEED,
    view=_FIGURES,
)

offer = command(
    "offer",
    "infra.cli.bench.planner:offer",
    "Times offered for one more visit: how long an answer takes, and how the first one compares with a full plan.",
    _number("--visits", 60, "Each on a random team-day of its own."),
    _number("--answers", 40, "Whole answers to residents of a simulated team."),
    _SEED,
    view=_FIGURES,
)

cover = command(
    "cover",
    "infra.cli.bench.planner:cover",
    "Cover for an ill member: how long an answer takes, and how the first way compares with a full plan.",
    _number("--cases", 60, "Each on a random team-day of its own."),
    _SEED,
    view=_FIGURES,
)

start = command(
    "start",
    "infra.cli.bench.solver:start",
    "The processor time of help and of the first plan in a new process, once the set-up has compiled.",
    _rounds(5),
    view=_FIGURES,
)

streets = command(
    "streets",
    "infra.cli.bench.solver:streets",
    "Days planned on straight lines and on the real streets of Helsinki, both valued on the streets.",
    _number("--days", 20),
    _SEED,
    view=_FIGURES,
)

week = command(
    "week",
    "infra.cli.bench.planner:week",
    "Weeks that are planned before their days, against the same community without: load, lateness, travel.",
    _number("--teams", 4),
    _number("--weeks", 10, "Whole weeks that are counted."),
    _SEED,
    view=_FIGURES,
)

proofs = command(
    "proofs",
    "infra.cli.bench.solver:proofs",
    "How many team-days are proved, or within 1 %, after 1, 2, 5 and 20 seconds of the processor.",
    _number("--days", 200),
    _SEED,
    click.Option(
        ["--deterministic"],
        type=click.FloatRange(min=0, min_open=True),
        help="Work of CP-SAT for a day (default: 20 s).",
    ),
    view="infra.cli.bench.views:proofs",
)

night = command(
    "night",
    "infra.cli.bench.solver:night",
    """The plans of a night: seconds of the processor for a team-day of 5-11 and of 12-25 visits, and days proved.

    Exit code 1 if a day is worse above travel than with the whole search before the proof.
    """,
    _number("--days", 353, "Of each size; a city of 3,528 is extrapolated."),
    _number("--compared", 40, "Of each size, also planned with the whole search first.", least=0),
    _SEED,
    view=_FIGURES,
)

solver = command(
    "solver",
    "infra.cli.bench.solver:solver",
    "The roster solver against its baselines on the public instances; with --json one row for each instance.",
    click.Option(
        ["--instances"],
        type=click.Path(path_type=Path),
        required=True,
        help="A folder with one for each set.",
    ),
    click.Option(["--seconds"], type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True),
    click.Option(["--set", "sets"], multiple=True, help="Once or more (default: all)."),
    click.Option(["--against"], multiple=True, help="Once or more: routing, cpsat."),
    click.Option(["--seed"], type=int, default=1, show_default=True, help="The first seed."),
    _number("--seeds", 1, "How many; the median counts."),
    click.Option(["--curve"], is_flag=True, help="Also with a tenth, a fifth and a half of the work."),
    view="infra.cli.bench.views:instances",
)

bench = group(
    "bench",
    "Figures next to their limits, in one run.",
    *(
        store,
        streams,
        http,
        import_,
        planner,
        scenario,
        year,
        replan,
        weights,
        offer,
        cover,
        start,
        streets,
        week,
        proofs,
        night,
        solver,
    ),
)

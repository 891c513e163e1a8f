"""Declarations of the commands that keep the system running, simulate it, or prepare what it needs."""

from pathlib import Path

import click

from infra.cli.declaring import command, group

PARTS = ("relay", "projector", "reactor", "planner", "timers", "webhooks")
"""Parts of the distributed system; a test compares them with the parts that can run."""

_AT_LEAST_1 = click.IntRange(min=1)
_SEED = click.Option(["--seed"], type=int, default=1, show_default=True)

run = command(
    "run",
    "infra.cli.operations.run:run",
    """Keep the system running until it is stopped: reactions, timers and the planner.

    With DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS it runs all parts, each in processes of its own, or only one PART.
    """,
    click.Argument(["part"], required=False, type=click.Choice(PARTS)),
    click.Option(["--until-idle"], is_flag=True, help="Do what is due up to --now, plan changed days, and end."),
    click.Option(
        ["--workers"],
        type=_AT_LEAST_1,
        default=1,
        show_default=True,
        help="Processes of each part; of the planner, days at once.",
    ),
    click.Option(["--slot"], type=click.IntRange(min=0), default=0, help="Which of its part's workers this is."),
    click.Option(["--ends-with-input"], is_flag=True, hidden=True, help="End when standard input does."),
    view="infra.cli.operations.views:planner_line",
)

serve = command(
    "serve",
    "infra.http.server.serve:serve",
    """Serve the API until it is stopped; the embedded system runs beside it in the same process.

    With DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS it serves the distributed system, whose parts run on their own.
    """,
    click.Option(["--host"], default="127.0.0.1", show_default=True, help="The address to listen at."),
    click.Option(
        ["--port"], type=click.IntRange(0, 65535), default=8600, show_default=True, help="0: a free one is chosen."
    ),
    click.Option(["--certificate"], type=click.Path(path_type=Path, exists=True), help="For https, with --key."),
    click.Option(["--key"], type=click.Path(path_type=Path, exists=True), help="The certificate's private key."),
    click.Option(
        ["--workers"], type=_AT_LEAST_1, default=1, show_default=True, help="Processes that serve; on PostgreSQL only."
    ),
    click.Option(
        ["--demo"], is_flag=True, help="Fill an empty store with a demo community and an account for each role."
    ),
    click.Option(["--shares-port"], is_flag=True, hidden=True, help="Other processes listen at the port, too."),
    click.Option(["--ends-with-input"], is_flag=True, hidden=True, help="End when standard input does."),
    view="infra.http.server.results:shown",
)

simulate = command(
    "simulate",
    "infra.cli.operations.simulate:simulate",
    """Make a community through ordinary commands and let days pass, the same for the same seed.

    Several packs make several communities, each in a folder named by its pack, and show their figures side by side.
    """,
    click.Option(["--teams"], type=_AT_LEAST_1, required=True),
    click.Option(["--days"], type=_AT_LEAST_1, required=True),
    _SEED,
    click.Option(["--from", "first_day"], metavar="DAY", help="The first day (default: a fixed one)."),
    click.Option(["--policy", "packs"], metavar="PACK", multiple=True, help="Under this pack; several: side by side."),
    view="infra.cli.operations.views:simulated",
)

travel = group(
    "travel",
    "Travel times: import streets, try the chosen source (JIAYI_TRAVEL), forget what sources answered.",
    command(
        "import",
        "infra.cli.operations.streets:import_streets",
        "Import streets from FILE, an extract of OpenStreetMap (.osm.pbf): on foot, by e-bike, by car.",
        click.Argument(["file"], type=click.Path(path_type=Path)),
        click.Option(["--box"], metavar="W,S,E,N", help="Only streets between these degrees."),
        view="infra.cli.operations.views:imported_streets",
    ),
    command(
        "check",
        "infra.cli.operations.travel:check",
        """Try the chosen source, and count the registered places that it does not know.

        No home is sent to a routing server: it is asked for the way from the first team's base to 500 m east of it.
        """,
        view="infra.cli.operations.views:checked_travel",
    ),
    command(
        "forget",
        "infra.cli.operations.travel:forget",
        "Forget all answers of sources, e.g. because a server has a new map. Published rosters keep their times.",
        view="infra.cli.operations.views:forgotten",
    ),
)

store = command(
    "store",
    "infra.cli.operations.store:store",
    """Show what time the store lives in, its last moment and its region; `store live` lets it go live.

    With `store claim` the identity numbers are claimed again, under another key file than before.

    In a live store the database's clock is the time, and neither --now nor --actor may be given. It never goes back.
    """,
    click.Argument(["action"], required=False, type=click.Choice(["live", "claim"])),
    click.Option(["--yes"], is_flag=True, help="Do it; without it what would happen is shown."),
    view="infra.cli.operations.store:shown_store",
)

_FOLDER = click.Option(
    ["--data", "folder"], metavar="DIR", type=click.Path(path_type=Path), default=Path(".jiayi/dev"), show_default=True
)

dev = group(
    "dev",
    "A local Kafka and PostgreSQL for development and tests.",
    command(
        "up",
        "infra.cli.operations.dev:up",
        'Start what is missing: eval "$(jiayi dev up)".',
        _FOLDER,
        json=False,
        session=False,
    ),
    command(
        "down",
        "infra.cli.operations.dev:down",
        "Stop both in good order.",
        _FOLDER,
        click.Option(["--erase"], is_flag=True, help="Delete their data too."),
        json=False,
        session=False,
    ),
    command(
        "status",
        "infra.cli.operations.dev:status",
        "Show whether each service answers; exit code 1 if one does not.",
        _FOLDER,
        session=False,
        view="infra.cli.operations.views:services",
    ),
)

hhcrsp = group(
    "hhcrsp",
    "Solve and check instances of the public benchmark.",
    command(
        "solve",
        "infra.cli.operations.hhcrsp:solve",
        "Solve the instance FILE; the last line is JSON with cost, components, bound, proved and iterations.",
        click.Argument(["file"], type=click.Path(path_type=Path)),
        click.Option(["--seconds"], type=click.FloatRange(min=0, min_open=True), help="Wall time (default: 10)."),
        click.Option(["--iterations"], type=_AT_LEAST_1, help="Work instead of time: repeatable to the byte."),
        _SEED,
        click.Option(["--out"], type=click.Path(path_type=Path), help="Where the solution is written."),
        view="infra.cli.operations.views:benchmark_solution",
    ),
    command(
        "check",
        "infra.cli.operations.hhcrsp:check",
        "Check a SOLUTION of the instance FILE; exit code 1 if it breaks a rule.",
        click.Argument(["file"], type=click.Path(path_type=Path)),
        click.Argument(["solution"], type=click.Path(path_type=Path)),
        click.Option(["--tolerance"], type=float, help="Minutes by which times may differ (default: 0.01)."),
        view="infra.cli.operations.views:benchmark_solution",
    ),
)

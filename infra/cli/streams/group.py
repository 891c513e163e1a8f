"""Declarations of the commands of the distributed system's streams."""

import click

from infra.cli.declaring import command, group

PARTS = ("relay", "projector", "reactor", "timers", "planner", "webhooks")

_PROJECTION = click.Option(["--projection"], metavar="NAME", help="Only of this read model, or of the `reactions`.")
_STREAM = click.Option(["--stream"], help="Only of this stream, e.g. visit-8f2c.")
_AT_LEAST_1 = click.IntRange(min=1)

status = command(
    "status",
    "infra.cli.streams.status:status",
    "Show the system's health at one moment: which part lags, by how much and since when, and what is wrong.",
    click.Option(["--check"], is_flag=True, help="Exit code 1 if something is wrong or has waited for too long."),
    click.Option(
        ["--older-than"],
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Too long.",
    ),
    click.Option(["--part"], type=click.Choice(PARTS), help="Check one part only: that it runs and makes progress."),
    view="infra.cli.streams.views:status",
)

dead_letters = group(
    "dead-letters",
    "Events that a read model or the reactions could not process, and those that wait behind them.",
    command(
        "list",
        "infra.cli.streams.dead_letters:list_letters",
        "List dead letters in the order of the log; with --json one line for each.",
        _PROJECTION,
        _STREAM,
        view="infra.cli.streams.views:letters",
    ),
    command(
        "show",
        "infra.cli.streams.dead_letters:show",
        "Show what is wrong with the event at a position, and what waits behind it; never a personal value.",
        click.Argument(["position"], type=_AT_LEAST_1),
        view="infra.cli.streams.views:letters_in_full",
    ),
    command(
        "redrive",
        "infra.cli.streams.dead_letters:redrive",
        """Process what waits again, by today's program: of one event's stream, of those that are named, or of all.

        Exit code 1 if an event still cannot be processed; the others of its stream wait behind it.
        """,
        click.Argument(["position"], type=_AT_LEAST_1, required=False),
        _PROJECTION,
        _STREAM,
        view="infra.cli.streams.views:redriven",
    ),
)

create_topics = command(
    "create-topics",
    "infra.cli.streams.topics:create_topics",
    "Create the topic of events; a topic that already has the right shape is left alone.",
    click.Option(["--bootstrap-servers"], metavar="HOST:PORT,...", help="Kafka (default: KAFKA_BOOTSTRAP_SERVERS)."),
    click.Option(["--topic", "name"], metavar="NAME", help="Its name (default: JIAYI_TOPIC, or jiayi.events.v1)."),
    click.Option(["--partitions"], type=_AT_LEAST_1, help="Fixed once created (default: JIAYI_PARTITIONS, or 8)."),
    click.Option(["--replicas"], type=_AT_LEAST_1, help="Copies of each partition (default: the brokers')."),
    click.Option(["--retention-days"], type=_AT_LEAST_1, help="Delete events after this time (default: never)."),
    view="infra.cli.streams.views:topic",
)

clock = command(
    "clock",
    "infra.cli.streams.clock:clock",
    "Show the time of all parts, and whether the clock was set by hand.",
    click.Option(["--release"], is_flag=True, help="Return to the machines' time."),
    view="infra.cli.streams.views:clock",
)

streams = group(
    "streams",
    "The topic that carries the events, the system's health, dead letters, the clock of all parts.",
    status,
    dead_letters,
    create_topics,
    clock,
)

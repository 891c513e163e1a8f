"""Declarations of the commands that look at the log, and of those that rebuild rows from it."""

import click

from infra.cli.declaring import command, group

_SOURCE = click.Choice(["store", "kafka"])
_PERSONAL = click.Option(["--personal"], is_flag=True, help="Show personal values.")

events = group(
    "events",
    "Look at the recorded events.",
    command(
        "tail",
        "infra.cli.log.tail:tail",
        "Show the newest events, oldest first, or those after a position; from the store, or as Kafka holds them.",
        click.Option(["--after"], type=click.IntRange(min=0), help="From the event after this position on."),
        click.Option(["--limit"], type=click.IntRange(min=1), help="At most this many (20 without --after)."),
        click.Option(["--category"], help="Only of this kind of aggregate, e.g. contract."),
        click.Option(["--stream"], help="Only of this stream, e.g. contract-c1."),
        click.Option(["--name"], help="Only of this stored name, e.g. contract.signed.v1."),
        click.Option(["--actor"], help="Only what this person, or this part, gave."),
        click.Option(["--correlation"], metavar="ID", help="Only what began with the same act."),
        click.Option(["--team", "team_id"], help="Only of this team, its visits, contracts, beds and referrals."),
        click.Option(["--from", "recorded_from"], metavar="MOMENT", help="Only what was recorded then or later."),
        click.Option(["--until", "recorded_until"], metavar="MOMENT", help="Only what was recorded until then."),
        click.Option(["--follow"], is_flag=True, help="Wait for more until interrupted."),
        _PERSONAL,
        click.Option(["--source"], type=_SOURCE, default="store", help="Where they are read."),
        view="infra.cli.log.views:event_line",
    ),
    command(
        "show",
        "infra.cli.log.tail:show",
        "Show one event with its metadata.",
        click.Argument(["event"], metavar="STREAM:VERSION|POSITION"),
        _PERSONAL,
        view="infra.cli.log.views:event_in_full",
    ),
)

projections = group(
    "projections",
    "Rebuild or check the read models.",
    command(
        "rebuild",
        "infra.cli.log.rebuild:rebuild",
        "Rebuild the rows of one read model, or of all, from the events of the store or of Kafka's topic.",
        click.Argument(["name"], required=False),
        click.Option(
            ["--check", "only_check"],
            is_flag=True,
            help="Rebuild into shadow tables and compare row by row; change nothing.",
        ),
        click.Option(["--from", "source"], type=_SOURCE, default="store", show_default=True),
        view="infra.cli.log.views:rebuilt",
    ),
)

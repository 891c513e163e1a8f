"""Declarations of the commands of feeds."""

import click

from infra.cli.declaring import command, group
from infra.cli.records.history.declared import history_command
from infra.cli.records.named_commands import named_group

_ACTOR = click.Option(
    ["--actor"], default="cli", show_default=True, help="The person or system that gives the command."
)
_MEMBER = click.Argument(["member_id"], metavar="MEMBER_ID")

calendar = group(
    "calendar",
    "Secret addresses under which members' phones fetch their visits.",
    command(
        "add",
        "infra.cli.feeds.calendar:add",
        "Make an address for a member and show it once; older ones go on working.",
        _MEMBER,
        _ACTOR,
        view="infra.cli.feeds.views:made",
    ),
    command(
        "revoke",
        "infra.cli.feeds.calendar:revoke",
        "Revoke every address of a member.",
        _MEMBER,
        _ACTOR,
        view="infra.cli.feeds.views:revoked",
    ),
    command(
        "list",
        "infra.cli.feeds.calendar:list_addresses",
        "List addresses without their secrets; with --json one line for each.",
        view="infra.cli.feeds.views:addresses",
    ),
)

REASONS = ("set-up", "new-duty", "changed-duty", "end-of-duty", "cover", "request", "review", "incident", "correction")
_WEBHOOK = click.Argument(["webhook_id"], metavar="WEBHOOK_ID")

webhook = named_group(
    "webhook",
    "Receivers of events: signed messages to other systems.",
    command(
        "add",
        "infra.cli.feeds.webhook:add",
        """Send events to an address of another system, and show once the secret that signs them.

        Without --event all events are sent. They tell ids, days and moments; with `--level codes` codes too.
        """,
        _WEBHOOK,
        click.Option(["--address"], required=True, metavar="URL", help="Without user, password and query."),
        click.Option(["--event", "event_names"], multiple=True, metavar="NAME", help="A stored name or an aggregate."),
        click.Option(["--level"], type=click.Choice(["ids", "codes"]), default="ids", show_default=True),
        click.Option(["--reason"], type=click.Choice(REASONS), required=True),
        _ACTOR,
        view="infra.cli.feeds.views:secret",
    ),
    command(
        "list",
        "infra.cli.feeds.webhook:list_webhooks",
        "List the active receivers, and how many messages wait for them or were given up.",
        view="infra.cli.feeds.views:webhooks",
    ),
    command(
        "secret",
        "infra.cli.feeds.webhook:replace_secret",
        "Replace the secret of a receiver, and show the new one once.",
        _WEBHOOK,
        view="infra.cli.feeds.views:secret",
    ),
    history_command("webhook", "Show who added and removed a receiver, and why.", "webhook_id", name="history"),
    command(
        "dead",
        "infra.cli.feeds.webhook:list_dead",
        "List the messages that were given up.",
        click.Argument(["webhook_id"], metavar="WEBHOOK_ID", required=False),
        view="infra.cli.feeds.views:dead",
    ),
    command(
        "replay",
        "infra.cli.feeds.webhook:replay",
        "Send again what was given up; with --since everything past a position of the log.",
        _WEBHOOK,
        click.Option(["--since"], type=click.IntRange(min=0), metavar="POSITION"),
        view="infra.cli.feeds.views:replayed",
    ),
)

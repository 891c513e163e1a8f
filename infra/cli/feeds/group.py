"""Declarations of the commands of feeds."""

import click

from infra.cli.declaring import command, group

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

"""Declarations of the commands that report figures."""

import click

from infra.cli.declaring import command
from infra.cli.records.history.declared import history_command
from infra.cli.records.named_commands import named_group

_AT = click.Option(["--at"], metavar="DAY", help="On this day (default today).")

coverage = command(
    "coverage",
    "infra.cli.reports.coverage:coverage",
    "Show signed residents and key groups against the targets, by district, institution and team.",
    _AT,
    click.Option(["--institution"], help="Only this one."),
    view="infra.cli.reports.views:coverage",
)

who_next = command(
    "who-next",
    "infra.cli.reports.coverage:who_next",
    "Show which residents to ask next: renewals that are due, then key groups that are not signed.",
    _AT,
    click.Option(["--institution"], help="Only its residents."),
    click.Option(["--team"], help="Only residents whom this team has signed, or signed before."),
    click.Option(["--limit"], default=50, show_default=True, help="At most this many."),
    view="infra.cli.reports.views:who_next",
)

fulfilment = command(
    "fulfilment",
    "infra.cli.reports.coverage:fulfilment",
    "Show what running contracts grant, what was served of it, what is overdue, and who was never served.",
    _AT,
    click.Option(["--since"], metavar="DAY", help="Count services from this day on only."),
    click.Option(["--team"], help="Only this one."),
    view="infra.cli.reports.views:fulfilment",
)

policy = named_group(
    "policy",
    "Show policy packs, the numbers that differ by city and by date; adopt them.",
    command(
        "show",
        "infra.cli.reports.policy:show",
        "Show a pack chapter by chapter; without a name, list the packs and the days from which they are in force.",
        click.Argument(["version"], metavar="PACK", required=False),
        view="infra.cli.reports.views:packs",
    ),
    history_command("policy", "Show which packs were adopted, by whom and why.", name="history"),
    command(
        "diff",
        "infra.cli.reports.policy:diff",
        "Show the numbers in which two packs differ.",
        click.Argument(["first"], metavar="PACK"),
        click.Argument(["second"], metavar="PACK"),
        view="infra.cli.reports.views:pack_difference",
    ),
)

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

capacity = command(
    "capacity",
    "infra.cli.reports.capacity:capacity",
    """Forecast contracts, renewals, residents a practitioner, and visits against shifts, month by month.

    With --more-gps a second line of each month says what so many more practitioners would change.
    """,
    _AT,
    click.Option(["--institution", "institution_id"], metavar="ID", help="Only its teams."),
    click.Option(["--team", "team_id"], metavar="ID", help="Only this one."),
    click.Option(["--months"], type=click.IntRange(1, 36), default=12, show_default=True, help="Whole months."),
    click.Option(["--more-gps"], type=click.IntRange(0, 1000), default=0, help="What if there were so many more?"),
    click.Option(
        ["--renewed", "renewed_percent"],
        type=click.IntRange(0, 100),
        default=100,
        show_default=True,
        help="Per cent of contracts that run out which are renewed.",
    ),
    view="infra.cli.reports.capacity:shown_capacity",
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

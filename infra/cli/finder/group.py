"""Declaration of `jiayi find`."""

import click

from infra.cli.declaring import command

find = command(
    "find",
    "infra.cli.finder.search:search_for",
    """Find residents by an identity number, a phone, a name or a part of an address, and anything by its id.

    Several words must all fit one resident. What who signed in may see is looked through, and the read is on record.
    """,
    click.Argument(["text"], metavar="TEXT"),
    click.Option(["--team", "team_id"], metavar="ID", help="Look for words among this team's residents."),
    click.Option(["--institution", "institution_id"], metavar="ID", help="Look among this institution's residents."),
    click.Option(
        ["--limit"], type=click.IntRange(1, 200), default=20, show_default=True, help="Residents to show at most."
    ),
    view="infra.cli.finder.search:shown_answer",
    schema="infra.finder.search:SearchAnswer",
)

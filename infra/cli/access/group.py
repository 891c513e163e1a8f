"""Declarations of the commands that sign in and keep accounts."""

from pathlib import Path

import click

from infra.cli.declaring import command, group

ROLES = ("member", "leader", "clerk", "auditor", "operator", "administrator", "resident", "hospital", "service")
SCOPES = ("everywhere", "district", "institution", "team")
"""As in the domain; a test compares them."""

_ACTOR = click.Option(
    ["--actor"], default="cli", show_default=True, help="The person or system that gives the command."
)

login = command(
    "login",
    "infra.cli.access.sign_in:login",
    """Sign in as ACCOUNT. Password and code are read from the terminal, or from standard input, a line each.

    A first password is changed and a second factor added on the way. The session is kept in a file of mode 0600.
    """,
    click.Argument(["account_id"], metavar="ACCOUNT"),
    view="infra.cli.access.views:signed_in",
)

logout = command(
    "logout",
    "infra.cli.access.sign_in:logout",
    "End the session that is kept on this machine.",
    view="infra.cli.access.views:signed_out",
)

ACCOUNTS = (
    command(
        "add",
        "infra.cli.access.sign_in:add",
        """Open an account with a role and a first password, which is shown once and changed at its first use.

        The first account of a live store is its administrator.
        """,
        click.Argument(["account_id"], metavar="ACCOUNT"),
        click.Option(["--role"], type=click.Choice(ROLES), help="What the account may be."),
        click.Option(["--scope"], type=click.Choice(SCOPES), default="everywhere", show_default=True),
        click.Option(["--scope-id"], metavar="ID", help="The district, institution or team of the scope."),
        click.Option(["--member-id"], metavar="ID", help="The member for whom the account stands."),
        click.Option(["--resident-id"], metavar="ID", help="The resident for whom it stands."),
        click.Option(["--hospital-id"], metavar="ID", help="The hospital for which it stands."),
        _ACTOR,
        view="infra.cli.access.views:added",
    ),
    command(
        "list",
        "infra.cli.access.sign_in:list_accounts",
        "List every account with its roles of now.",
        view="infra.cli.access.views:accounts",
    ),
    command(
        "password",
        "infra.cli.access.sign_in:password",
        "Change your own password; of another ACCOUNT, set a first password again, which is shown once.",
        click.Argument(["account_id"], metavar="ACCOUNT", required=False),
        _ACTOR,
        view="infra.cli.access.views:added",
    ),
    command(
        "token",
        "infra.cli.access.sign_in:token",
        "Write the session of the service account ACCOUNT into FILE, which JIAYI_TOKEN_FILE then names.",
        click.Argument(["account_id"], metavar="ACCOUNT"),
        click.Option(["--to", "file"], type=click.Path(path_type=Path), metavar="FILE", required=True),
        click.Option(
            ["--days"], type=click.IntRange(1, 366), default=90, show_default=True, help="It ends after these."
        ),
        view="infra.cli.access.views:service_token",
    ),
)
"""The commands of `jiayi account` beside those that the table of commands makes."""

_BEFORE = click.Option(
    ["--before"], type=click.IntRange(min=1), metavar="READ_ID", help="Only reads older than this one."
)
_LIMIT = click.Option(
    ["--limit"], type=click.IntRange(1, 1000), default=50, show_default=True, help="At most this many."
)

reads = group(
    "reads",
    "Who has seen a resident's record, when, in which role and why.",
    command(
        "of",
        "infra.cli.access.reads:of_resident",
        "Show who has seen the record of a resident, the newest first. That you asked is on record too.",
        click.Argument(["resident_id"], metavar="RESIDENT"),
        _BEFORE,
        _LIMIT,
        view="infra.cli.access.views:reads",
    ),
    command(
        "exceptional",
        "infra.cli.access.reads:list_exceptional",
        "Show who read in an emergency, or in full for an audit; not of whom.",
        _BEFORE,
        _LIMIT,
        view="infra.cli.access.views:exceptional_reads",
    ),
)

"""Declares the commands that tell histories."""

import click

from infra.cli.declaring import command

CALLS = "infra.cli.records.history.calls"
VIEWS = "infra.cli.records.history.views"
STEPS = "infra.cli.records.history.steps"


def history_command(
    of: str,
    help: str,  # noqa: A002 -- click's name for it
    *arguments: str,
    name: str,
    view: str = "recorded_history",
    schema: str = "HistoryStep",
    versions: bool = True,
) -> click.Command:
    """Declare the history of a kind of record, named by its arguments; with `versions` up to one of them, too."""
    version = click.Option(["--version"], type=click.IntRange(min=1), help="As of this version.")
    metavars = {"team_id": "TEAM", "date": "DATE"}
    return command(
        name,
        f"{CALLS}:{of.replace('-', '_')}_history",
        help,
        *(click.Argument([each], metavar=metavars.get(each, "ID")) for each in arguments),
        click.Option(["--at"], metavar="TIME", help="As recorded at this time; a day alone is its end."),
        *([version] if versions else []),
        click.Option(["--to", "file"], metavar="FILE", help="Write it to FILE, which ends in .csv or .xlsx."),
        constants={} if versions else {"version": None},
        view=f"{VIEWS}:{view}",
        schema=f"{STEPS}:{schema}",
    )

"""Declarations of the commands that take any command, any question or whole files."""

import click

from infra.cli.declaring import command

KINDS = ("institutions", "teams", "residents", "contracts", "beds", "visits")
"""Kinds of CSV files."""

do = command(
    "do",
    "infra.cli.records.give:give",
    """Give the command NAME with its data in JSON, or with NAME `-` one command for each line of standard input.

    A line is {"name": ..., "id": ..., "actor": ..., "now": ..., "data": {...}}; only name and data are needed.
    """,
    click.Argument(["name"], required=False),
    click.Argument(["data_json"], metavar="JSON", required=False),
    click.Option(["--id", "command_id"], metavar="ID", help="The command's id: given twice, it is done once."),
    click.Option(["--actor"], default="cli", show_default=True, help="The person or system that gives the command."),
    click.Option(["--list", "list_names"], is_flag=True, help="List every command."),
    click.Option(["--schema"], is_flag=True, help="Print the JSON Schema of NAME, or of every command."),
)

ask = command(
    "ask",
    "infra.cli.records.ask:ask",
    "Ask the question NAME with its data in JSON; the answer is JSON, or a table in a file.",
    click.Argument(["name"], required=False),
    click.Argument(["data_json"], metavar="JSON", required=False, default="{}"),
    click.Option(["--to", "file"], metavar="FILE", help="Write the answer to FILE, which ends in .csv or .xlsx."),
    click.Option(["--list", "list_names"], is_flag=True, help="List every question."),
    click.Option(["--schema"], is_flag=True, help="Print the JSON Schema of NAME, or of every question."),
)

import_ = command(
    "import",
    "infra.cli.records.importing:import_files",
    "Import CSV FILEs of institutions, teams, residents, contracts, beds and visits, all together or none.",
    click.Argument(["files"], metavar="FILE...", nargs=-1),
    click.Option(["--as", "kind"], type=click.Choice(KINDS), help="The kind of every file (else by its header)."),
    click.Option(["--encoding"], default="utf-8", show_default=True, help="E.g. gb18030."),
    click.Option(["--keep-good"], is_flag=True, help="Import the good rows and leave the bad ones out (exit code 1)."),
    click.Option(["--schema"], type=click.Choice(KINDS), help="Print the columns of a kind."),
    click.Option(["--actor"], default="import", show_default=True, help="The person or system that imports."),
    click.Option(["--on-word-of", "word_of"], metavar="ID", help="The member or account whose word the files are."),
    view="infra.cli.records.views:imported",
)

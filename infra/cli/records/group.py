"""Declarations of the commands that take any command, any question or whole files."""

import click

from infra.cli.declaring import command

KINDS = ("institutions", "teams", "residents", "contracts", "histories", "beds", "visits")
"""Kinds of files."""

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
    "infra.cli.importing.files:import_files",
    """Import FILEs of institutions, teams, residents, contracts, beds and visits, all together or none.

    A file is CSV or other text, or a spreadsheet (.xlsx). Encoding, separator, header and kind are found out and told.
    """,
    click.Argument(["files"], metavar="FILE...", nargs=-1),
    click.Option(["--as", "kind"], type=click.Choice(KINDS), help="The kind of every file (else by its header)."),
    click.Option(["--encoding"], help="E.g. gb18030 (else found out)."),
    click.Option(["--map", "mapping"], metavar="FILE", help="How columns and words are read, as --suggest prints it."),
    click.Option(
        ["--set", "constants"], metavar="COLUMN=VALUE", multiple=True, help="What every row has and no file says."
    ),
    click.Option(["--addresses"], metavar="FILE", help="Places by address or community, for homes without one."),
    click.Option(["--suggest", "suggests"], is_flag=True, help="Print a mapping of the first file, to save and edit."),
    click.Option(["--dry-run"], is_flag=True, help="Judge every row and count what would happen; import nothing."),
    click.Option(["--update"], is_flag=True, help="Correct residents who are known, and tell what differs."),
    click.Option(["--keep-good"], is_flag=True, help="Import the good rows and leave the bad ones out (exit code 1)."),
    click.Option(["--rejects"], metavar="FILE", help="Write refused rows with their reasons, to correct and import."),
    click.Option(["--schema"], type=click.Choice(KINDS), help="Print the columns of a kind."),
    click.Option(["--actor"], default="import", show_default=True, help="The person or system that imports."),
    click.Option(["--on-word-of", "word_of"], metavar="ID", help="The member or account whose word the files are."),
    view="infra.cli.importing.views:imported",
)

export = command(
    "export",
    "infra.cli.importing.export:export_register",
    "Write institutions, teams, residents and histories of contracts into FOLDER, in the columns of an import.",
    click.Argument(["folder"], metavar="FOLDER"),
    view="infra.cli.importing.views:exported",
)

"""Any command by its name, from the table that all edges share: one, or a line of JSON for each."""

import click

from infra.cli.problems import to_json
from infra.cli.session import Session, with_session

ACTOR = "cli"


@click.command()
@click.argument("name", required=False)
@click.argument("data_json", metavar="JSON", required=False)
@click.option("--id", "command_id", metavar="ID", help="The command's id: given twice, it is done once.")
@click.option("--actor", default=ACTOR, show_default=True, help="Who asks.")
@click.option("--list", "listed", is_flag=True, help="List every command.")
@click.option("--schema", "schema", is_flag=True, help="Print the JSON Schema of NAME, or of every command.")
@with_session()
def do(
    session: Session,
    name: str | None,
    data_json: str | None,
    command_id: str | None,
    actor: str,
    *,
    listed: bool,
    schema: bool,
) -> int:
    """Give the command NAME with its data in JSON, or with NAME `-` one command for each line of standard input.

    A line is {"name": ..., "id": ..., "actor": ..., "now": ..., "data": {...}}; only name and data are needed.
    """
    from infra import edges  # noqa: PLC0415 -- the domain is loaded when a command is given
    from infra.cli.answers import answered, first_answer, read_object  # noqa: PLC0415 -- likewise
    from infra.cli.lines import run_lines  # noqa: PLC0415 -- likewise

    if listed:
        for each in edges.COMMANDS:
            click.echo(each)
        return 0
    if schema:
        click.echo(
            to_json(edges.command_schema(name) if name else {n: edges.command_schema(n) for n in edges.COMMANDS})
        )
        return 0
    if name == "-":
        with session.open(repeats=True) as system:
            return run_lines(system, session.language, actor)
    if name is None or data_json is None:
        raise click.UsageError("a command needs its name and its data in JSON")
    command = edges.command(name, read_object(data_json))
    with session.open(repeats=True) as system:
        known = first_answer(system, command, command_id)
        answer = known or system.execute(command, actor=actor, command_id=command_id)
    click.echo(to_json(answered(answer, command_id)))
    return 0

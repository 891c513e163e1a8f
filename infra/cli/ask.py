"""Any question by its name, from the table that all edges share."""

import click

from infra.cli.problems import to_json
from infra.cli.session import Session, with_session


@click.command()
@click.argument("name", required=False)
@click.argument("data_json", metavar="JSON", required=False, default="{}")
@click.option("--list", "listed", is_flag=True, help="List every question.")
@click.option("--schema", "schema", is_flag=True, help="Print the JSON Schema of NAME, or of every question.")
@with_session()
def ask(session: Session, name: str | None, data_json: str, *, listed: bool, schema: bool) -> None:
    """Ask the question NAME with its data in JSON; the answer is JSON."""
    from infra import edges  # noqa: PLC0415 -- read models are loaded when one is asked
    from infra.cli.answers import read_object  # noqa: PLC0415 -- likewise
    from projections.registry import answer  # noqa: PLC0415 -- likewise

    if listed:
        for each in edges.questions():
            click.echo(each)
    elif schema:
        names = [name] if name else list(edges.questions())
        told = {each: edges.question_schema(each) for each in names}
        click.echo(to_json(told[name] if name else told))
    elif name is None:
        raise click.UsageError("a question needs its name")
    else:
        question = edges.question(name, read_object(data_json))
        with session.open(asks=True) as system:
            click.echo(to_json(answer(question, system.rows)))

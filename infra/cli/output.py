"""Results on standard output: as JSON, or as the report that a view makes of them."""

import click

from infra.edges.loading import load
from infra.edges.phrases import Translator
from infra.edges.reports import Notice, Table, View
from infra.edges.results import Result, render_json, to_json


def write(result: Result, *, as_json: bool, view: View | None, words: Translator) -> None:
    """Write a result: as JSON, or as the report that its view makes; without a view people read the JSON, too."""
    if as_json or view is None:
        if text := render_json(result):
            click.echo(text)
        for document in result.problem_documents():
            click.echo(to_json(document), err=True)
        return
    for block in view(result, words):
        match block:
            case Table():
                load("infra.cli.terminal:show_table")(block)
            case Notice():
                click.echo(block.text, err=True)
            case _:
                click.echo(block)

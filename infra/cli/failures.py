"""Failures: an error that is an answer is one line on standard error, for people a sentence, for programs JSON."""

import click

from infra.edges.problems import problem_of, wrong_options
from infra.edges.results import to_json
from infra.settings import Language


def report(error: Exception, language: Language, *, as_json: bool) -> bool:
    """Report an error in one line; False if it is no answer but a fault of the program."""
    problem = (
        wrong_options(error.format_message()) if isinstance(error, click.UsageError) else problem_of(error, language)
    )
    if problem is None:
        return False
    click.echo(to_json(problem.payload()) if as_json else problem.line(), err=True)
    return True

"""Failures: an error that is an answer is one line on standard error, for people a sentence, for programs JSON."""

import click

from infra.edges.exit_codes import REFUSED
from infra.edges.problems import Problem, ServiceAway, problem_of, wrong_options
from infra.edges.results import to_json
from infra.settings import Language
from streams.exit_codes import AWAY


def report(error: Exception, language: Language, *, as_json: bool) -> int | None:
    """Report an error in one line and return the exit code; None if it is no answer but a fault of the program."""
    code = REFUSED
    if isinstance(error, ServiceAway) and isinstance(error.__cause__, Exception):
        error, code = error.__cause__, AWAY
    if isinstance(error, click.UsageError):
        problem: Problem | None = wrong_options(error.format_message())
    else:
        problem = problem_of(error, language)
    if problem is None:
        return None
    click.echo(to_json(problem.payload()) if as_json else problem.line(), err=True)
    return code

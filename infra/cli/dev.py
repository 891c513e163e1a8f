"""A local Kafka and PostgreSQL: standard output is for the shell, all else is told on standard error."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from domain.decider import Scalar
from infra.cli.declaring import output_options
from infra.edges.phrases import phrase
from infra.edges.problems import UsageError
from infra.edges.results import to_json

NOT_ALL = 1
"""The exit code of `status` where a service does not answer."""

P = ParamSpec("P")
R = TypeVar("R")

data = click.option(
    "--data", "folder", metavar="DIR", type=click.Path(path_type=Path), default=Path(".jiayi/dev"), show_default=True
)


def one_line(command: Callable[P, R]) -> Callable[P, R]:
    """Let what is missing be one line, as every refusal is."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from infra.dev.processes import ServiceNotReady  # noqa: PLC0415 -- only who starts services loads them

        try:
            return command(*args, **kwargs)
        except ServiceNotReady as error:
            raise UsageError(error.rule, **error.values) from error

    return run


@click.group()
def dev() -> None:
    """A local Kafka and PostgreSQL for development and tests."""


@dev.command()
@data
@one_line
def up(folder: Path) -> None:
    """Start what is missing: eval "$(jiayi dev up)"."""
    from infra.dev import local  # noqa: PLC0415 -- likewise

    up = local.up(folder, on_progress=_tell)
    click.echo(f"export DATABASE_URL={up.database_url}")
    click.echo(f"export KAFKA_BOOTSTRAP_SERVERS={up.bootstrap_servers}")


@dev.command()
@data
@click.option("--erase", is_flag=True, help="Delete their data too.")
@one_line
def down(folder: Path, *, erase: bool) -> None:
    """Stop both in good order."""
    from infra.dev import local  # noqa: PLC0415 -- likewise

    (local.erase if erase else local.down)(folder)


@dev.command()
@data
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def status(folder: Path, *, as_json: bool) -> int:
    """Say of each whether it answers; exit code 1 if one does not."""
    from infra.dev.local import services_in  # noqa: PLC0415 -- likewise

    states = []
    for each in services_in(folder).all():
        state = each.state()
        address = None if state == "stopped" else each.address
        states.append({"service": each.name, "state": state, "pid": each.pid, "address": address, "log": str(each.log)})
    for told in states:
        if not as_json:
            click.echo(" ".join(str(value) for value in told.values() if value is not None))
    if as_json:
        click.echo(to_json(states))
    return 0 if all(told["state"] == "answering" for told in states) else NOT_ALL


def _tell(key: str, /, **values: Scalar) -> None:
    language = output_options(click.get_current_context()).language
    click.echo(phrase(key, values, language), err=True)

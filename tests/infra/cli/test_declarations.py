"""Commands are declared apart from what they do: both agree, and nothing is loaded before it is needed."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest

from infra.cli.main import cli
from infra.edges.commands import COMMANDS as EDGES
from infra.edges.loading import load
from infra.edges.results import to_json
from tests.infra.cli.desk import NOW, Desk

ROOT = Path(__file__).parents[3]

SHARED = {"data", "now", "language", "as_json"}
"""Parameters of a session, which no command's function takes."""

SOLVERS = {"numba", "ortools", "numpy", "scipy"}
STREAMS = {"faust", "aiokafka"}
DATABASES = {"psycopg"}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_options_are_the_parameters_of_the_function_that_does_it(name: str) -> None:
    command = COMMANDS[name]
    assert isinstance(command.callback, partial)
    does, view, constants = command.callback.args
    options = {param.name for param in command.params if param.expose_value} | set(constants)
    session = {param for param in options if param in SHARED}
    accepted = inspect.signature(load(does)).parameters
    named = {each.name for each in accepted.values() if each.kind is not each.VAR_KEYWORD}
    assert "session" in named
    if len(named) == len(accepted):
        assert options - session == named - {"session"}
    else:
        assert named - {"session"} <= options
    assert view is None or callable(load(view))


def modules_after(*words: str) -> set[str]:
    """Return the names of the modules that a run of the command line has loaded when it ends."""
    code = f"import sys; sys.argv[1:] = {list(words)!r}\nfrom infra.cli.main import main\n"
    code += "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_neither_domain_nor_terminal() -> None:
    loaded = modules_after("--help")
    assert not loaded & {*SOLVERS, *STREAMS, *DATABASES, "rich", "msgspec", "babel", "eventsourcing", "sqlite3"}
    assert not {name for name in loaded if name.partition(".")[0] in {"domain", "projections", "schedulers", "streams"}}
    assert not loaded & {"infra.settings", "infra.wiring", "infra.cli.records.group"}


def test_help_of_a_command_loads_its_declaration_alone() -> None:
    loaded = modules_after("roster", "show", "--help")
    assert not loaded & {*SOLVERS, *STREAMS, *DATABASES, "rich", "msgspec", "babel", "domain.registry"}
    assert "infra.cli.roster.group" in loaded
    declared = {"infra.cli.roster.group", "infra.cli.roster.moment", "infra.cli.roster.moment.group"}
    assert not {name for name in loaded if name.startswith("infra.cli.roster.")} - declared


def test_giving_an_embedded_command_loads_no_solver_no_streams_no_postgresql_and_no_terminal(desk: Desk) -> None:
    session = ("--data", str(desk.data), "--now", NOW)
    loaded = modules_after("do", "SignContract", _example("SignContract"), *session)
    assert "infra.cli.records.give" in loaded
    assert not loaded & {*SOLVERS, *STREAMS, *DATABASES, "rich", "infra.cli.bench.group", "infra.cli.roster.group"}


def test_showing_a_roster_as_json_loads_no_solver_no_streams_no_postgresql_and_no_terminal(desk: Desk) -> None:
    desk.do("SignContract")
    desk.do("RequestVisit", purpose="dressing", window_from="2026-03-03", window_to="2026-03-05")
    assert desk("roster", "plan", "t1", "2026-03-03").exit_code == 0
    session = ("--data", str(desk.data), "--now", NOW, "--json")
    loaded = modules_after("roster", "show", "t1", "2026-03-03", *session)
    assert "infra.cli.roster.board.show" in loaded
    assert not loaded & {*SOLVERS, *STREAMS, *DATABASES, "rich", "babel"}
    assert not loaded & {"infra.cli.roster.plan", "infra.cli.roster.views"}


def _example(name: str) -> str:
    return to_json(EDGES[name].example)


@pytest.mark.parametrize("package", ["infra.edges", "infra.cli.roster.results", "infra.cli.records.results"])
def test_tables_results_and_reports_know_no_terminal(package: str) -> None:
    code = (
        "import sys, importlib, pkgutil\n"
        f"module = importlib.import_module({package!r})\n"
        "for each in pkgutil.iter_modules(getattr(module, '__path__', ())):\n"
        "    importlib.import_module(f'{module.__name__}.{each.name}')\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"click", "rich"}

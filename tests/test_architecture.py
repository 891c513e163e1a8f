"""The house's own law: who may see whom, what is never there, and how long a file may be."""

import ast
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from projections.registry import TABLES

ROOT = Path(__file__).parents[1]

MAY_SEE = {
    "domain": set[str](),
    "projections": {"domain"},
    "schedulers": {"domain"},
    "streams": {"domain", "projections", "schedulers"},
    "infra": {"domain", "projections", "schedulers", "streams"},
}
"""The rooms, and which others each may import."""

BEYOND_THE_STANDARD_LIBRARY: dict[str, set[str] | None] = {
    "domain": set(),
    "projections": {"msgspec"},  # rows' JSON: filling from the log is twice as fast
    "schedulers": {"numpy", "numba", "ortools", "scipy"},  # scipy: shortest times on streets
    "streams": None,
    "infra": None,
}
"""What a room may import that is neither ours nor Python's; None: any dependency."""

SOLVERS = {"ortools", "numba"}
SEES_SOLVERS = {"schedulers": "the room of solvers", "infra/bench": "measures them"}

NEVER = {"services", "repositories", "dtos", "utils", "common", "helpers"}

LINES = 400
LONGER: dict[str, str] = {}
"""Files of more than 400 lines, and why."""

READS_ENVIRONMENT = {
    "infra/settings.py": "the only reader",
    "schedulers/search/compiled.py": "tells numba where its cache is: numba can only be told through the environment",
    "schedulers/warm.py": "says where compiled.py put that cache",
}

FILES = sorted(file for room in MAY_SEE for file in (ROOT / room).rglob("*.py"))
NAMES = [file.relative_to(ROOT).as_posix() for file in FILES]


def tree_of(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> set[str]:
    """Return the full names of all imported modules, also of imports inside functions."""
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return plain | froms


def tops(tree: ast.Module) -> set[str]:
    return {name.split(".")[0] for name in imports(tree)}


def beyond(name: str, tree: ast.Module) -> set[str]:
    """Return what a module imports that its room may not."""
    room = name.split("/", maxsplit=1)[0]
    foreign = tops(tree) - {room} - MAY_SEE[room] - sys.stdlib_module_names
    allowed = BEYOND_THE_STANDARD_LIBRARY[room]
    return foreign & MAY_SEE.keys() if allowed is None else foreign - allowed


def sees_solver(name: str, tree: ast.Module) -> bool:
    return bool(tops(tree) & SOLVERS) and not any(name.startswith(f"{place}/") for place in SEES_SOLVERS)


def reads_environment(tree: ast.Module) -> bool:
    """Say whether a module names the environment, however it was imported."""
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return bool(named & {"environ", "environb", "getenv", "getenvb", "putenv"})


@pytest.mark.parametrize("name", NAMES)
def test_a_module_sees_only_what_its_room_may_see(name):
    assert not beyond(name, tree_of(name)), f"{name} may not import {sorted(beyond(name, tree_of(name)))}"


@pytest.mark.parametrize("name", NAMES)
def test_only_schedulers_know_the_solvers(name):
    assert not sees_solver(name, tree_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_imports_say_the_whole_name(name):
    relative = [node for node in ast.walk(tree_of(name)) if isinstance(node, ast.ImportFrom) and node.level]
    assert not relative


@pytest.mark.parametrize("name", NAMES)
def test_only_the_settings_read_the_environment(name):
    assert not reads_environment(tree_of(name)) or name in READS_ENVIRONMENT


@pytest.mark.parametrize("name", NAMES)
def test_a_module_says_what_it_is(name):
    assert ast.get_docstring(tree_of(name)), f"{name} has no docstring"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_short(name):
    lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
    assert lines <= LINES or name in LONGER, f"{name} has {lines} lines: divide it, or give the reason here"


@pytest.mark.parametrize("name", [*LONGER, *READS_ENVIRONMENT])
def test_an_exception_is_for_a_file_that_is_there(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("room", MAY_SEE)
def test_a_rooms_name_is_ours(room):
    """A dependency that ships a top-level `domain` would shadow ours."""
    found = find_spec(room)
    assert found is not None
    places = [found.origin] if found.origin else list(found.submodule_search_locations or [])
    assert [Path(place).is_relative_to(ROOT / room) for place in places] == [True]


def test_there_are_five_rooms():
    beside = {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith((".", "_")) and any(folder.glob("*.py"))
    }
    assert beside - {"tests", "build"} == MAY_SEE.keys()


def test_there_is_no_room_for_anything_at_all():
    found = [
        path.relative_to(ROOT).as_posix()
        for room in MAY_SEE
        for path in (ROOT / room).rglob("*")
        if path.stem in NEVER and (path.is_dir() or path.suffix == ".py")
    ]
    assert not found


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("domain/x.py", "import infra.codec"),
        ("domain/x.py", "import numpy"),
        ("domain/x.py", "def f():\n    from projections import changes"),
        ("projections/x.py", "import orjson"),
        ("schedulers/x.py", "import projections.changes"),
        ("schedulers/x.py", "import pandas"),
        ("streams/x.py", "from infra.settings import Settings"),
    ],
)
def test_an_import_that_is_not_allowed_is_found(name, code):
    assert beyond(name, ast.parse(code))


def test_solvers_and_the_environment_are_found_wherever_they_hide():
    assert sees_solver("infra/cli/x.py", ast.parse("def f():\n    from ortools.sat.python import cp_model"))
    assert not sees_solver("infra/bench/x.py", ast.parse("import numba"))
    for code in ("import os\nos.environ['A']", "from os import environ as e", "import os as o\no.getenv('A')"):
        assert reads_environment(ast.parse(code))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("projections/")])
def test_only_projections_name_the_tables_of_read_models(name):
    texts = [node.value for node in ast.walk(tree_of(name)) if isinstance(node, ast.Constant)]
    named = {table for table in TABLES for text in texts if isinstance(text, str) and re.search(rf"\b{table}\b", text)}
    assert not named, f"{name} asks {sorted(named)}: put the query into its projection"

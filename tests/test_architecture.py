"""The architecture: who may import whom, no circles, how large folders and files are, and what is never there."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
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

FILES_IN_A_FOLDER = {"infra": 15, "schedulers": 15}
FILES_ELSEWHERE = 30
"""At most so many modules directly in a folder; `__init__.py` does not count."""

CROWDED: dict[str, str] = {}
"""Folders that may have more, and why."""

SAME_CLASS_NAME: dict[str, str] = {}
"""Names that two classes of one room share, and why: the field has one word for both."""

READS_ENVIRONMENT = {
    "infra/settings.py": "the only reader",
    "schedulers/search/compiled.py": "tells numba where its cache is: numba can only be told through the environment",
    "schedulers/warm.py": "says where compiled.py put that cache",
}

FILES = sorted(file for room in MAY_SEE for file in (ROOT / room).rglob("*.py"))
NAMES = [file.relative_to(ROOT).as_posix() for file in FILES]


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(text_of(name))


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


def module_of(name: str) -> tuple[str, ...]:
    """Return a file's module as a path: `("infra", "store", "view")`; a package is `(..., "__init__")`."""
    return Path(name).with_suffix("").parts


def edges(trees: Mapping[str, ast.Module]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield each import of one of these modules by another, both as paths."""
    modules = {module_of(name) for name in trees}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                wanted = [tuple(alias.name.split(".")) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                package = tuple(node.module.split("."))
                named = [(*package, alias.name) for alias in node.names]
                wanted = [path if path in modules else package for path in named]
            else:
                continue
            for path in wanted:
                target = path if path in modules else (*path, "__init__")
                if target in modules and target != module_of(name):
                    yield module_of(name), target


def circles(trees: Mapping[str, ast.Module]) -> list[str]:
    """Return the circles among the files and folders of each folder, e.g. `infra: rows -> store -> rows`.

    In each folder its files and its folders are the nodes: an import between two of them counts wherever below them
    it stands. A package's own `__init__` belongs to the folder, so a package may export what its modules hold.
    """
    graphs: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source, target in edges(trees):
        depth = next((i for i, (a, b) in enumerate(zip(source, target, strict=False)) if a != b), None)
        if depth and "__init__" not in (source[depth], target[depth]):
            graphs[source[:depth]][source[depth]].add(target[depth])
    circular = []
    for folder, graph in graphs.items():
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circular.append(f"{'/'.join(folder)}: {' -> '.join(reversed(error.args[1]))}")
    return circular


def names_of_tables(text: str) -> set[str]:
    """Return the tables of read models that a text names."""
    return TABLES.keys() & set(re.findall(r"\w+", text))


def texts(tree: ast.Module) -> Iterator[str]:
    """Yield every string of a module that is no docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def classes(names: Set[str]) -> dict[str, list[str]]:
    """Return where each class name of these files is defined; a leading underscore makes no difference."""
    places = defaultdict(list)
    for name in sorted(names):
        for node in ast.walk(tree_of(name)):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(name)
    return places


def test_a_module_imports_only_what_its_room_may():
    assert {name: wrong for name in NAMES if (wrong := beyond(name, tree_of(name)))} == {}


def test_no_files_or_folders_import_each_other_in_a_circle():
    assert circles({name: tree_of(name) for name in NAMES}) == []


def test_only_schedulers_know_the_solvers():
    assert [name for name in NAMES if sees_solver(name, tree_of(name))] == []


def test_imports_use_absolute_names():
    relative = [
        name for name in NAMES for node in ast.walk(tree_of(name)) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_only_the_settings_read_the_environment():
    assert {name for name in NAMES if reads_environment(tree_of(name))} == READS_ENVIRONMENT.keys()


def test_every_module_has_a_docstring():
    assert [name for name in NAMES if not ast.get_docstring(tree_of(name))] == []


def test_a_file_is_short():
    """Divide a longer file, or give the reason in LONGER."""
    assert {name for name in NAMES if len(text_of(name).splitlines()) > LINES} == LONGER.keys()


def test_a_folder_has_few_files():
    folders = defaultdict(list)
    for file in [*FILES, *(ROOT / "tests").rglob("*.py")]:
        if file.stem != "__init__":
            folders[file.parent.relative_to(ROOT)].append(file.name)
    crowded = {
        folder.as_posix()
        for folder, files in folders.items()
        if len(files) > FILES_IN_A_FOLDER.get(folder.parts[0], FILES_ELSEWHERE)
    }
    assert crowded <= CROWDED.keys()


def test_a_read_models_table_is_named_in_projections_alone():
    named = {
        name: tables
        for name in NAMES
        if not name.startswith("projections/")
        if (tables := {table for text in texts(tree_of(name)) for table in names_of_tables(text)})
    }
    assert named == {}


@pytest.mark.parametrize("room", MAY_SEE)
def test_a_class_name_stands_once_in_a_room(room):
    places = classes({name for name in NAMES if name.startswith(f"{room}/")})
    assert {name: files for name, files in places.items() if len(files) > 1 and name not in SAME_CLASS_NAME} == {}


@pytest.mark.parametrize("name", [*LONGER, *READS_ENVIRONMENT, *CROWDED])
def test_an_exception_is_for_a_file_that_is_there(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("room", MAY_SEE)
def test_a_rooms_name_is_ours(room):
    """A dependency that ships a top-level `domain` would shadow ours."""
    spec = find_spec(room)
    assert spec is not None
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
    assert [Path(place).is_relative_to(ROOT / room) for place in places] == [True]


def test_there_are_five_rooms():
    folders = {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith((".", "_")) and any(folder.glob("*.py"))
    }
    assert folders - {"tests", "build"} == MAY_SEE.keys()


def test_there_is_no_room_for_anything_at_all():
    drawers = [
        path.relative_to(ROOT).as_posix()
        for room in MAY_SEE
        for path in (ROOT / room).rglob("*")
        if path.stem in NEVER and (path.is_dir() or path.suffix == ".py")
    ]
    assert not drawers


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


@pytest.mark.parametrize(
    ("modules", "circle"),
    [
        ({"infra/a.py": "import infra.b", "infra/b.py": "from infra import a"}, ["infra: a -> b -> a"]),
        (
            {
                "infra/x/a.py": "from infra.y.b import f",
                "infra/y/b.py": "def f(): import infra.z",
                "infra/z.py": "from infra.x import a",
            },
            ["infra: x -> y -> z -> x"],
        ),
        ({"infra/x/a.py": "from infra.b import f", "infra/b.py": "", "infra/c.py": "from infra.x.a import g"}, []),
        (
            {
                "domain/x/__init__.py": "from domain.x.a import f",
                "domain/x/a.py": "from domain.y import g",
                "domain/y.py": "",
            },
            [],
        ),
    ],
)
def test_a_circle_is_seen(modules, circle):
    seen = circles({name: ast.parse(code) for name, code in modules.items()})
    assert [set(each.split()) for each in seen] == [set(each.split()) for each in circle]


def test_a_table_is_seen_in_sql_and_not_in_a_docstring():
    table = next(iter(TABLES))
    code = ast.parse(f'"""Reads {table}."""\nSQL = "SELECT * FROM {table} WHERE id = ?"')
    assert [names_of_tables(text) for text in texts(code)] == [{table}]


def test_solvers_and_the_environment_are_found_wherever_they_hide():
    assert sees_solver("infra/cli/x.py", ast.parse("def f():\n    from ortools.sat.python import cp_model"))
    assert not sees_solver("infra/bench/x.py", ast.parse("import numba"))
    for code in ("import os\nos.environ['A']", "from os import environ as e", "import os as o\no.getenv('A')"):
        assert reads_environment(ast.parse(code))

"""Compile time is paid once: a new process loads what was compiled, and never what was compiled from other sources."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest

ROOT = Path(__file__).parents[3]
KERNELS = sorted((ROOT / "schedulers").rglob("*_kernel.py"))

EVERYTHING = """
import sys
from schedulers.search.compiled import numba
from numba.core import event

compiled = []

class Listener(event.Listener):
    def on_start(self, told):
        compiled.append(told.data["dispatcher"].py_func.__name__)
    def on_end(self, told):
        pass

with event.install_listener("numba:compile", Listener()):
    from dataclasses import replace
    from schedulers.benchmark import hhcrsp
    from schedulers.explain import explain
    from schedulers.plan import plan
    from schedulers.replan import moves
    from schedulers.what_if import compare, with_ill
    from tests.schedulers.test_rules import DAY
    day = replace(DAY, budget=replace(DAY.budget, deterministic=0.1))
    roster = plan(day)
    for demand in day.demands:
        explain(day, roster, demand.id)
    moves(day, roster)
    compare(day, roster, with_ill(replace(day, most_moved=None), "bea"), fresh=False)
    instance = hhcrsp.read(sys.argv[1])
    hhcrsp.solve(instance, hhcrsp.MaxIterations(2000), seed=1)
print(sorted(set(compiled)))
"""


COLD = """
from importlib import import_module
from pathlib import Path
from schedulers.warm import warm
from numba.core.dispatcher import Dispatcher
warm()
cold = []
for source in Path("schedulers").rglob("*_kernel.py"):
    module = import_module(".".join(source.with_suffix("").parts))
    cold += [
        name
        for name, each in vars(module).items()
        if isinstance(each, Dispatcher) and each.py_func.__module__ == module.__name__ and not each.signatures
    ]
print(sorted(cold))
"""


def run(code: str, *words: object, cwd: Path = ROOT, **environment: str) -> str:
    shown = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        check=True,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    return shown.stdout.strip()


def test_after_the_set_up_a_new_process_compiles_nothing() -> None:
    run("import schedulers.warm as w; w.warm()")
    instance = ROOT / "tests" / "data" / "hhcrsp" / "mankowska" / "InstanzCPLEX_HCSRP_10_1.json"
    assert run(EVERYTHING, instance) == "[]"


def test_the_set_up_leaves_no_function_to_be_compiled_later() -> None:
    assert run(COLD) == "[]"


def test_questions_do_not_load_the_solvers() -> None:
    modules = "schedulers.plan, schedulers.prove_published, infra.planning.plan_day"
    code = f"import {modules}, sys; print({{'numba', 'ortools'}} & set(sys.modules))"
    assert run(code) == "set()"


def test_a_solver_process_loads_nothing_that_it_does_not_need() -> None:
    code = (
        "from infra.planning.solver_pool import SMALLEST, solve; solve(SMALLEST); import sys;"
        "print(sorted({each.split('.')[0] for each in sys.modules} & {'domain', 'projections', 'psycopg', 'faust'}))"
    )
    assert run(code) == "[]"


def test_a_solver_process_loads_no_linear_algebra_and_a_street_network_can_load_it_afterwards() -> None:
    code = (
        "from infra.planning.solver_pool import SMALLEST, solve; solve(SMALLEST); import sys;"
        "print('scipy.linalg' in sys.modules); import scipy.linalg; print('scipy.linalg' in sys.modules)"
    )
    assert run(code).split() == ["False", "True"]


def test_every_compiled_function_stands_in_a_source_that_the_digest_covers() -> None:
    for source in (ROOT / "schedulers").rglob("*.py"):
        tree = ast.parse(source.read_text(encoding="utf-8"))
        decorated = [
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            and any(ast.unparse(each) in {"compiled", "inner"} for each in node.decorator_list)
        ]
        assert not decorated or source in KERNELS or source.name == "compiled.py", (source.name, decorated)
    for source in (
        each for room in ("domain", "projections", "schedulers", "infra") for each in (ROOT / room).rglob("*.py")
    ):
        named = source.name == "compiled.py" or "import numba" not in source.read_text(encoding="utf-8")
        assert named, f"{source.name} imports numba itself"


INNER = (
    "from schedulers.search.compiled import inner\nSTEP = {step}\n"
    "@inner\ndef stepped(x: int) -> int:\n    return x + STEP\n"
)
OUTER = (
    "from schedulers.search.compiled import compiled\nfrom schedulers.inner_kernel import stepped\n"
    "@compiled\ndef outer(x: int) -> int:\n    return 8 * stepped(x) + stepped(0) + stepped(2)\n"
)
COUNT = """
from schedulers.search.compiled import numba
from numba.core import event
listener = event.RecordingListener()
with event.install_listener("numba:compile", listener):
    from schedulers.outer_kernel import outer
    from schedulers.inner_kernel import stepped
    print(outer(1), stepped(1))
print(*(told.data["dispatcher"].py_func.__name__ for _, told in listener.buffer if told.is_start))
"""
ASK = "from schedulers.outer_kernel import outer; import os; print(outer(1), os.environ['NUMBA_CACHE_DIR'])"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of what compiles, with two small kernels of which one calls the other."""
    rooms = tmp_path / "copy" / "schedulers"
    (rooms / "search").mkdir(parents=True)
    (rooms / "__init__.py").touch()
    (rooms / "search" / "__init__.py").touch()
    copy(ROOT / "schedulers" / "search" / "compiled.py", rooms / "search")
    copy(ROOT / "schedulers" / "tiers.py", rooms)
    (rooms / "outer_kernel.py").write_text(OUTER)
    (rooms / "inner_kernel.py").write_text(INNER.format(step=1))
    return rooms


@pytest.mark.parametrize("shown", ["XDG_CACHE_HOME", "NUMBA_CACHE_DIR"])
def test_a_changed_source_never_runs_with_what_was_compiled_before(package: Path, tmp_path: Path, shown: str) -> None:
    def ask() -> list[str]:
        environment = {"NUMBA_CACHE_DIR": "", shown: str(tmp_path / "cache")}
        return run(ASK, cwd=package.parent, **environment).split()

    first = ask()
    assert first == ask()
    (package / "inner_kernel.py").write_text(INNER.format(step=2))
    changed = ask()
    assert (first[0], changed[0]) == ("20", "30")
    assert first[1] != changed[1]
    assert {Path(first[1]), Path(changed[1])} == set((tmp_path / "cache").rglob("numba-*"))


def test_an_inner_function_is_compiled_once_for_all_constants_and_runs_in_python_too(package: Path) -> None:
    shown = run(COUNT, cwd=package.parent, NUMBA_CACHE_DIR="", XDG_CACHE_HOME=str(package))
    assert shown.splitlines() == ["20 2", "outer stepped"]


def test_without_the_digest_the_old_answer_would_come(package: Path, tmp_path: Path) -> None:
    source = package / "search" / "compiled.py"
    source.write_text(source.read_text().replace('f"numba-{sources_digest()}"', '"numba-always"'))
    answers = []
    for step in (1, 2):
        (package / "inner_kernel.py").write_text(INNER.format(step=step))
        answers.append(run(ASK, cwd=package.parent, NUMBA_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path)).split()[0])
    assert answers == ["20", "20"]


def test_a_cache_that_nobody_used_for_a_month_is_thrown_away_and_no_other(tmp_path: Path) -> None:
    old, recent, strange = (tmp_path / name for name in ("numba-" + "a" * 16, "numba-" + "b" * 16, "numba-of-others"))
    for each in (old, recent, strange):
        each.mkdir()
        (each / "index").touch()
    for each in (old, strange):
        os.utime(each, (0, 0))
    code = "from schedulers.search.compiled import prune; print([each.name for each in prune()])"
    assert run(code, NUMBA_CACHE_DIR=str(tmp_path)) == f"['{old.name}']"
    assert (old.exists(), recent.exists(), strange.exists()) == (False, True, True)

"""The wheel: it carries everything that the program reads, and runs where no clone is."""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from zipfile import ZipFile

import pytest
from numba.core.caching import UserProvidedCacheLocator

from infra.edges.commands import COMMANDS
from schedulers.search.compiled import cache_folder
from tests.infra.deploy.described import ROOT

ROOMS = ("domain", "projections", "schedulers", "streams", "infra")
DAY = "2026-03-03"
OFFLINE = ("--no-deps", "--no-index", "--no-cache-dir", "--disable-pip-version-check", "--quiet")

Program = Callable[..., subprocess.CompletedProcess[str]]


def pip(*words: str) -> None:
    settings = {"PIP_CONFIG_FILE": os.devnull, "PIP_CONSTRAINT": ""}
    subprocess.run([sys.executable, "-m", "pip", *words, *OFFLINE], check=True, env={**os.environ, **settings})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of a copy, so that the clone keeps no build folder."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        copy(ROOT / name, source)
    for room in ROOMS:
        copytree(ROOT / room, source / room, ignore=ignore_patterns("__pycache__"))
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(built), str(source))
    (path,) = built.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Install the wheel alone; its dependencies are those of the tests."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv, cache = home / "venv", home / cache_folder().name
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv)}))
    pip("--python", str(venv / "bin" / "python"), "install", "--no-compile", str(wheel))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    take_over_compiled_code(packages, cache)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIAYI_", "PYTHON"))}
    environment = {**kept, "NUMBA_CACHE_DIR": str(cache), "LANG": "C.UTF-8"}

    def run(*words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(venv / "bin" / words[0]), *words[1:]]
        return subprocess.run(
            command, input=stdin, cwd=home, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    return run


def take_over_compiled_code(packages: Path, cache: Path) -> None:
    """Spare the compiling: numba keeps code by its source's folder, time and size. Without it only the time differs."""
    for source in (ROOT / "schedulers").rglob("*.py"):
        target = packages / source.relative_to(ROOT)
        os.utime(target, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))
        compiled, taken = (kept / cache_subpath(path) for kept, path in ((cache_folder(), source), (cache, target)))
        if compiled.is_dir():
            copytree(compiled, taken, dirs_exist_ok=True)


def cache_subpath(source: Path) -> str:
    subpath: str = UserProvidedCacheLocator.get_suitable_cache_subpath(str(source))  # type: ignore[no-untyped-call]  # numba has no types
    return subpath


def test_every_file_of_the_rooms_is_in_the_wheel(wheel: Path) -> None:
    here = {
        file.relative_to(ROOT).as_posix()
        for room in ROOMS
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and "infra/deploy" not in file.as_posix()
    }
    with ZipFile(wheel) as parts:
        assert {name for name in parts.namelist() if ".dist-info/" not in name} == here


def test_it_runs_from_its_own_files(installed: Program) -> None:
    answer = installed("python", "-c", "import domain, infra.wiring; print(domain.__file__, infra.wiring.__file__)")
    assert answer.stderr == ""
    assert all("elsewhere" in path for path in answer.stdout.split())


def test_help_packs_and_words_are_there(installed: Program) -> None:
    assert installed("jiayi", "--help").stdout.startswith("Usage: jiayi")
    assert "CN-2022" in installed("jiayi", "policy", "show", "CN-2022").stdout
    refusal = installed("jiayi", "roster", "plan", "t1", DAY, "--language", "en", "--now", "2026-03-02T07:00")
    assert refusal.stderr.endswith("[team-not-formed]\n")


def test_a_team_is_formed_and_its_day_planned(installed: Program) -> None:
    visit = {
        "visit_id": "v1", "contract_id": "c1", "team_id": "t1", "resident_id": "r1", "purpose": "dressing",
        "needs": [{"roles": ["nurse"], "minutes": 30}], "window_from": DAY, "window_to": DAY,
        "opens_at": None, "closes_at": None,
    }  # fmt: skip
    names = ("OpenInstitution", "FormTeam", "RegisterResident", "SignContract")
    commands = [{"name": name, "data": COMMANDS[name].example} for name in names]
    commands.append({"name": "RequestVisit", "data": {**COMMANDS["RequestVisit"].example, **visit}})
    where = ("--data", "office", "--now", "2026-03-02T07:00")
    done = installed("jiayi", "do", "-", *where, stdin="\n".join(map(json.dumps, commands)))
    assert done.returncode == 0, done.stderr
    planned = installed("jiayi", "roster", "plan", "t1", DAY, "--json", *where)
    assert planned.returncode == 0, planned.stderr
    shown = json.loads(installed("jiayi", "roster", "show", "t1", DAY, "--json", *where).stdout)
    assert [slot["visit_id"] for slot in shown["slots"]] == ["v1"]

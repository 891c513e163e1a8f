"""A published roster is found again byte for byte, by other processes, after a restart, from the log alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.cli.desk import NOW, Desk
from tests.infra.cli.test_rosters import DAY, MORNING, NEXT, ask, away, visit

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day planned the evening before, with a proof, and planned again in the morning, without one; rows are gone."""
    desk = Desk(tmp_path_factory.mktemp("restart") / "data")
    for name in ("OpenInstitution", "FormTeam", "RegisterResident", "SignContract"):
        desk.do(name)
    pair = [{"roles": ["gp"], "minutes": 20}, {"roles": ["nurse"], "minutes": 20}]
    for number in range(4):
        desk.do("RequestVisit", NOW, **visit(f"v{number}"))
    desk.do("RequestVisit", NOW, **visit("both", purpose="home-call", needs=pair, sync="simultaneous"))
    assert desk("roster", "plan", "t1", DAY).exit_code == 0
    away(desk, f"{DAY}T08:00:00+08:00", f"{DAY}T11:00:00+08:00")
    assert ask(desk, "replan", "t1", DAY)["published"]
    assert ask(desk, "prove", "t1", DAY, now=MORNING)["revision"] == 2
    return desk.data


def output_of(data: Path, *words: str, order: int) -> bytes:
    """Ask a new process, in which sets and hashes have another order."""
    return subprocess.run(
        [sys.executable, "-m", "infra.cli.main", "roster", *words, "--json", "--data", str(data), "--now", NEXT],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(order)},
    ).stdout


@pytest.mark.parametrize("revision", ["1", "2"])
def test_two_new_processes_solve_yesterdays_problem_and_find_the_published_roster(data: Path, revision: str) -> None:
    words = ("replay", "t1", DAY, "--revision", revision)
    one, other = output_of(data, *words, order=1), output_of(data, *words, order=2)
    assert one == other
    assert json.loads(one)["identical"]
    assert json.loads(one)["bound_identical"] == {"1": None, "2": True}[revision]


def test_a_restarted_program_verifies_yesterdays_roster_without_its_tables(data: Path) -> None:
    (data / "rows.db").unlink()
    verdict = json.loads(output_of(data, "verify", "t1", DAY, order=3))
    assert (verdict["verified"], verdict["verdict"]["revision"]) == (True, 2)

"""The ways that ARCHITECTURE.md tells: the files it names are there, and are entered when the way is gone embedded.

`python -m tests.test_ways` counts the files of each way and the moves from one file to another.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec, TypeVar

import pytest

from domain.visit.commands import Need, RequestVisit
from infra.planning.plan_day import plan_touched
from infra.system import System
from schedulers.problem import Budget
from tests import small_town

P = ParamSpec("P")
T = TypeVar("T")

ROOT = Path(__file__).parents[1]
ROOM_FOLDERS = tuple(f"{ROOT}/{room}/" for room in ("domain", "projections", "schedulers", "streams", "infra"))
PAGE = ROOT / "ARCHITECTURE.md"

COMMAND, STREAMS, ROSTER = "A command", "An event over Kafka to rows", "A change to a roster"

NOT_ENTERED = {
    "infra/edges/commands.py": "a table",
    "domain/inputs.py": "used at import",
    "domain/reactions.py": "nothing follows from a visit that is requested by hand",
    "infra/reactions.py": "likewise",
    "infra/planning/solver_pool.py": "the test solves in this process",
    "infra/processes/planner.py": "another process",
    "infra/processes/embedded.py": "the process around",
}
"""Files that the pages of the embedded ways name although a call does not enter them, and why."""


class InThisProcess(Executor):
    """Solves at once and here, so that the solver's files are seen."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class Trace:
    """The files of Jiayi that a call enters, and the moves from one of them to another."""

    files: set[str] = field(default_factory=set)
    moves: int = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:  # noqa: ARG002 -- sys.setprofile's signature
        """Count a call whose caller stands in another file."""
        entered = frame.f_code.co_filename
        if event != "call" or not entered.startswith(ROOM_FOLDERS):
            return
        self.files.add(entered.removeprefix(f"{ROOT}/"))
        if frame.f_back is not None and frame.f_back.f_code.co_filename != entered:
            self.moves += 1


def traced(call: Callable[[], object]) -> Trace:
    """Return what a call enters."""
    trace = Trace()
    sys.setprofile(trace)
    try:
        call()
    finally:
        sys.setprofile(None)
    return trace


def request(visit_id: str) -> RequestVisit:
    return RequestVisit(
        visit_id=visit_id,
        resident_id="li",
        team_id="east",
        contract_id="contract-of-li",
        purpose="home-call",
        needs=(Need(roles=("gp",), minutes=20),),
        window_from=small_town.MONDAY,
        window_to=small_town.MONDAY,
    )


def plan(system: System) -> None:
    plan_touched(system, InThisProcess(), system.now(), Budget(iterations=2_000, deterministic=0.1))


def ways(folder: Path) -> Mapping[str, Trace]:
    """Go both embedded ways in a small town in which they were gone before."""
    with small_town.town(folder) as system:
        for command in (*small_town.centre(), *small_town.signed(), request("v1")):
            system.execute(command, actor="test")
        plan(system)
        command = traced(lambda: system.execute(request("v2"), actor="test"))
        return {COMMAND: command, ROSTER: traced(lambda: plan(system))}


def named_files(heading: str) -> set[str]:
    """Return the source files that a section of the page names."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"`((?:domain|projections|schedulers|streams|infra)/[\w/]+\.py)`", section))


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Trace]:
    return ways(tmp_path_factory.mktemp("ways") / "data")


@pytest.mark.parametrize("heading", [COMMAND, STREAMS, ROSTER])
def test_a_way_names_files_that_are_there(heading):
    files = named_files(heading)
    assert files
    assert sorted(file for file in files if not (ROOT / file).exists()) == []


@pytest.mark.parametrize("heading", [COMMAND, ROSTER])
def test_a_way_enters_the_files_that_it_names(heading, gone):
    assert sorted(named_files(heading) - gone[heading].files - NOT_ENTERED.keys()) == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for way, trace in ways(Path(temporary) / "data").items():
            print(f"{way}: {len(trace.files)} files, {trace.moves} moves")  # noqa: T201

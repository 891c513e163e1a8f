"""A part that is told to end ends with 0, whatever it is doing at that moment."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.streams.full_system import PATIENCE, FullSystem
from tests.streams.stream_workers import ROOT

BEGUN = """
import threading, time
from infra.processes import faust_workers as workers
stop = threading.Event()
shutdown = workers.GracefulShutdown(stop)
"""


def ended(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BEGUN + program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_who_has_not_begun_to_work_ends_at_once():
    assert ended("stop.set(); time.sleep(60)").returncode == 0


def test_who_works_ends_in_good_order():
    done = ended(
        "shutdown.in_good_order = lambda: print('good'); workers.GOOD_ORDER_SECONDS = 0.1; stop.set(); time.sleep(60)"
    )
    assert (done.returncode, done.stdout) == (0, "good\n")


def test_who_cannot_end_in_good_order_ends_as_it_is():
    program = "def never(): raise RuntimeError\nshutdown.in_good_order = never; workers.GOOD_ORDER_SECONDS = 0.1\n"
    assert ended(f"{program}stop.set(); time.sleep(60)").returncode == 0


@pytest.mark.parametrize("part", ["relay", "projector", "reactor"])
def test_a_part_that_is_told_while_it_begins_ends_too(full_system: FullSystem, part) -> None:
    full_system.begin(part)
    while not Path(full_system.log).stat().st_size:
        assert full_system.running[part, 0].poll() is None
    assert full_system.end(part) == 0

"""A part that is told to end ends with 0, whatever it is doing at that moment."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.streams.city import ROOT
from tests.streams.district import PATIENCE, District

TOLD = "import threading, time\nfrom infra import worker\nstop = threading.Event()\nending = worker.Ending(stop)\n"


def ended(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", TOLD + program]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_who_has_not_begun_to_work_ends_at_once():
    assert ended("stop.set(); time.sleep(60)").returncode == 0


def test_who_works_ends_in_good_order():
    done = ended(
        "ending.in_good_order = lambda: print('good'); worker.GOOD_ORDER_SECONDS = 0.1; stop.set(); time.sleep(60)"
    )
    assert (done.returncode, done.stdout) == (0, "good\n")


def test_who_cannot_end_in_good_order_ends_as_it_is():
    program = "def never(): raise RuntimeError\nending.in_good_order = never; worker.GOOD_ORDER_SECONDS = 0.1\n"
    assert ended(f"{program}stop.set(); time.sleep(60)").returncode == 0


@pytest.mark.parametrize("part", ["relay", "projector", "reactor"])
def test_a_part_that_is_told_while_it_begins_ends_too(district: District, part) -> None:
    district.begin(part)
    while not Path(district.log).stat().st_size:
        assert district.running[part, 0].poll() is None
    assert district.end(part) == 0

"""Processes killed at random moments: the store opens, nothing is half written, rows equal a rebuild."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from infra.settings import Settings
from infra.wiring import open_system

SIMULATE = ("simulate", "--teams", "1", "--seed", "3", "--from", "2026-03-02", "--days")
PLAN = ("roster", "plan", "2026-03-05", "--now", "2026-03-05T07:00")
KILLS = 5
"""Of each kind; a process that ends before its time has come is no kill, and another one is begun."""


def jiayi(folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "infra.cli.main", *words, "--data", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def killed(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Kill a process after so many seconds; False if it had ended by itself."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.send_signal(signal.SIGKILL)
    _, errors = process.communicate()
    if process.returncode != -signal.SIGKILL:
        assert process.returncode == 0, errors
    return process.returncode == -signal.SIGKILL


def ended_well(process: "subprocess.Popen[bytes]") -> bool:
    """Wait for a process to end by itself; its words are shown if it failed."""
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return True


def is_whole(folder: Path) -> bool:
    """Every stream counts from 1 without a gap, every event can be read, and the rows are what the events say."""
    with open_system(Settings(data=folder)) as system:
        versions: Counter[str] = Counter()
        for each in system.store.after(0, 10**6):
            versions[each.stream] += 1
            assert each.version == versions[each.stream]
            assert each.event is not None
        system.follower.follow(system.now())
        return system.check_rows() == []


def written(folder: Path) -> int:
    """Return how many bytes the store has."""
    total = 0
    for each in folder.glob("*.db*"):
        with suppress(FileNotFoundError):  # a journal that was there a moment ago
            total += each.stat().st_size
    return total


def test_a_simulation_killed_at_random_moments_leaves_nothing_half_written(tmp_path: Path) -> None:
    dice = random.Random(5)
    for number in range(KILLS):
        folder = tmp_path / str(number)
        simulating = jiayi(folder, *SIMULATE, "200")
        while not written(folder) and simulating.poll() is None:
            time.sleep(0.01)
        assert killed(simulating, dice.uniform(0.0, 3.0))
        assert is_whole(folder)


def test_planning_killed_at_random_moments_leaves_a_whole_roster_or_none(tmp_path: Path) -> None:
    dice = random.Random(6)
    assert ended_well(jiayi(tmp_path / "made", *SIMULATE, "4"))
    shutil.copytree(tmp_path / "made", tmp_path / "whole")
    began = time.monotonic()
    assert ended_well(jiayi(tmp_path / "whole", *PLAN))
    whole_run = time.monotonic() - began
    deaths = 0
    for number in range(4 * KILLS):
        folder = tmp_path / str(number)
        shutil.copytree(tmp_path / "made", folder)
        began = time.monotonic()
        if killed(jiayi(folder, *PLAN), whole_run * dice.uniform(0.3, 1.0)):
            deaths += 1
        else:  # the machine has less to do than before
            whole_run = min(whole_run, time.monotonic() - began)
        assert is_whole(folder)
        with open_system(Settings(data=folder)) as system:
            published = system.rows.ask("SELECT revision FROM rosters_v1 WHERE day = '2026-03-05'")
            assert published in ([], [{"revision": 1}])
        if deaths == KILLS:
            break
    assert deaths == KILLS
    assert ended_well(jiayi(folder, *PLAN))

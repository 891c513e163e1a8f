"""Processes killed at random moments: the store opens, nothing is half written, rows equal a rebuild."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from infra.rebuild import check
from infra.settings import Settings
from infra.wiring import open_system

KILLS = 20


def jiayi(folder: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "infra.cli.main", *words, "--data", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_twenty_times_nothing_is_half_written(tmp_path: Path) -> None:
    dice = random.Random(5)
    survivors = 0
    for number in range(KILLS):
        folder = tmp_path / str(number % 4)
        if number < KILLS // 2 or not (folder / "events.db").exists():
            process = jiayi(folder, "simulate", "--teams", "1", "--days", "3", "--seed", "3")
        else:
            process = jiayi(folder, "roster", "plan", "2026-03-05", "--now", "2026-03-05T07:00")
        time.sleep(dice.uniform(0.2, 4.0))
        process.send_signal(signal.SIGKILL)
        survivors += process.wait() != -signal.SIGKILL
        with open_system(Settings(data=folder)) as system:
            assert whole(system.store.after(0, 10**6))
            assert check(system.store, system.rows) == []
        if number < KILLS // 2 and number % 2:
            for file in folder.glob("*.db*"):
                file.unlink()
    assert survivors < KILLS // 2  # most were killed at work, not after it


def whole(recorded: list) -> bool:  # type: ignore[type-arg]
    """Every stream counts from 1 without a gap, every event can be read, every contract stands with its claim."""
    versions: Counter[str] = Counter()
    for each in recorded:
        versions[each.stream] += 1
        assert each.version == versions[each.stream]
        assert each.event is not None
    return True

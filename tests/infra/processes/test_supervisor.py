"""One command keeps the processes of a system running, whoever is killed, and leaves none behind."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.dev.local import Services
from infra.settings import Settings
from tests.streams.full_system import PATIENCE, ROOT, FullSystem
from tests.streams.kafka_topics import delete_topic
from tests.streams.stream_workers import until

UNFIT = 2
NOBODY_THERE = "postgresql://jiayi@127.0.0.1:1/jiayi"


class Supervised:
    """`jiayi run` in a process group of its own, so that whoever is left of it can be found."""

    def __init__(self, settings: Settings, folder: Path, *words: str) -> None:
        self.full_system = FullSystem(*settings.addresses(), folder)
        self.full_system.settings = settings
        with self.full_system.log.open("ab") as log:
            command = [sys.executable, "-m", "infra.cli.main", "run", *words]
            self.supervisor = subprocess.Popen(
                command, cwd=ROOT, env=self.full_system.environment, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.full_system.log.read_text()

    def pids(self, words: str) -> list[int]:
        """Return the processes that were started with these words, in their order."""
        return [int(pid) for pid in re.findall(rf"{words}[^:\n]*: process (\d+)", self.said)]

    def left(self) -> list[str]:
        """Return the command lines of the group's processes that still run."""
        listed = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
        return [row[2] for row in rows if int(row[0]) == self.supervisor.pid and not row[1].startswith("Z")]

    def close(self) -> None:
        if self.left():
            os.killpg(self.supervisor.pid, signal.SIGKILL)
        self.supervisor.wait()
        print(self.said)  # noqa: T201 -- shown where a test failed


@pytest.fixture
def settings(services: Services, database_url: str, tmp_path: Path) -> Settings:
    """An empty database and a new topic."""
    full_system = FullSystem(database_url, services.bootstrap_servers, tmp_path)
    full_system.make_topic()
    return full_system.settings


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Iterator[Supervised]:
    """All parts, at work."""
    supervised = Supervised(settings, tmp_path)
    try:
        until(lambda: working(supervised), supervised.supervisor)
        yield supervised
    finally:
        supervised.close()


def working(town: Supervised) -> bool:
    signs = ("relay: leading", "timers: leading", "[^-projector 0]: Starting", "[^-reactor 0]: Starting")
    return all(sign in town.said for sign in signs)


def test_who_is_killed_begins_again_and_all_end_in_good_order_when_they_are_told_to(town: Supervised) -> None:
    (relay,), (projector,) = town.pids("run relay"), town.pids("run projector")
    os.kill(relay, signal.SIGKILL)
    os.kill(projector, signal.SIGKILL)
    until(lambda: len(town.pids("run relay")) == len(town.pids("run projector")) == 2, town.supervisor)
    until(lambda: town.said.count("relay: leading") == 2, town.supervisor)
    assert re.search(r"run relay .*: ended with -9, begins again in (0.5|1.0) s", town.said)  # 0.5 after a long life
    assert len(town.pids("run timers")) == len(town.pids("run planner")) == 1
    town.supervisor.terminate()
    assert town.supervisor.wait(PATIENCE) == 0
    assert town.left() == []
    assert "killed" not in town.said


def test_where_one_can_never_do_better_all_end(town: Supervised) -> None:
    _, servers = town.full_system.settings.addresses()
    asyncio.run(delete_topic(servers, town.full_system.settings.topic))
    assert town.supervisor.wait(PATIENCE) == UNFIT
    assert "[topic-missing]" in town.said
    assert re.search(r"run relay .*: ended with 2, and would again: all end", town.said)
    assert town.left() == []


def test_the_processes_of_a_supervisor_that_is_killed_end_by_themselves(town: Supervised) -> None:
    town.supervisor.kill()
    town.supervisor.wait()
    until(lambda: town.left() == [])


def test_several_workers_of_one_part_have_slots_of_their_own(settings: Settings, tmp_path: Path) -> None:
    workers = Supervised(settings, tmp_path, "projector", "--workers", "2", "--slot", "3")
    try:
        until(lambda: all(f"[^-projector {slot}]: Starting" in workers.said for slot in (3, 4)), workers.supervisor)
        assert [len(workers.pids(f"run projector --slot {slot}")) for slot in (3, 4)] == [1, 1]
        workers.supervisor.send_signal(signal.SIGINT)
        assert workers.supervisor.wait(PATIENCE) == 0
        assert workers.left() == []
    finally:
        workers.close()


def test_whose_database_is_away_is_tried_again_after_a_growing_pause(services: Services, tmp_path: Path) -> None:
    away = Settings(database_url=NOBODY_THERE, bootstrap_servers=services.bootstrap_servers)
    workers = Supervised(away, tmp_path, "timers", "--workers", "2")
    try:
        for pause in ("1.0", "2.0"):
            line = rf"run timers --slot 1 .*: ended with 75, begins again in {pause} s"
            until(lambda line=line: re.search(line, workers.said) is not None, workers.supervisor)  # type: ignore[misc]
        workers.supervisor.terminate()
        assert workers.supervisor.wait(PATIENCE) == 0
    finally:
        workers.close()


def test_the_whole_system_ends_as_a_part_does_where_the_database_is_away(settings: Settings, tmp_path: Path) -> None:
    system = Supervised(replace(settings, database_url=NOBODY_THERE), tmp_path)
    try:
        assert system.supervisor.wait(PATIENCE) == 75
        assert (system.said.count("\n"), "[store-failed]" in system.said) == (1, True)
    finally:
        system.close()


def test_who_is_told_to_end_while_they_look_whether_to_end_does_not_wait_for_themselves() -> None:
    program = (
        "import signal\n"
        "from infra.processes.supervisor import stop_on_signal\n"
        "stop = stop_on_signal()\n"
        "with stop._cond:  # as `stop.wait` holds it for a moment\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "assert stop.wait(10)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT, timeout=20).returncode == 0

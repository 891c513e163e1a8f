"""A whole distributed system: every part a process of its own, started as users start it, to be killed at any time."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from infra.dev.local import Services
from infra.distributed.topic import topic_of
from infra.distributed_system import Distributed
from infra.processes.parts import Part
from infra.settings import Settings
from streams.topics import create_topic
from tests.simulated import simulated

ROOT = Path(__file__).parents[2]
PARTS: tuple[Part, ...] = ("relay", "projector", "reactor", "timers", "planner")
PATIENCE = 120.0


class FullSystem:
    """Settings of its own, and the processes that a test started; their words stand in one log."""

    def __init__(self, database_url: str, bootstrap_servers: str, folder: Path, partitions: int = 4) -> None:
        self.log = folder / "parts.log"
        self.settings = Settings(
            database_url=database_url,
            bootstrap_servers=bootstrap_servers,
            topic=f"district-{uuid4().hex[:8]}",
            partitions=partitions,
        )
        self.running: dict[tuple[Part, int], subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a shell that uses this system."""
        database_url, servers = self.settings.addresses()
        variables = {
            "DATABASE_URL": database_url,
            "KAFKA_BOOTSTRAP_SERVERS": servers,
            "JIAYI_TOPIC": self.settings.topic,
        }
        return {**os.environ, **variables, "JIAYI_PARTITIONS": str(self.settings.partitions)}

    def make_topic(self) -> None:
        """Make the topic."""
        _, servers = self.settings.addresses()
        asyncio.run(create_topic(servers, topic_of(self.settings)))

    def system(self) -> Distributed:
        """Open the system in this process, with a store in which nobody signs in."""
        return simulated(Distributed(self.settings))

    def begin(self, part: Part, slot: int = 0) -> "subprocess.Popen[bytes]":
        """Start one worker of a part."""
        process = self.jiayi("run", part, "--slot", str(slot), *(("--workers", "2") if part == "planner" else ()))
        self.running[part, slot] = process
        return process

    def begin_all(self) -> None:
        """Start one worker of every part."""
        for part in PARTS:
            self.begin(part)

    def jiayi(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command of the command line."""
        return self._started(["-m", "infra.cli.main", *words])

    def _started(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def run_knowing(self, part: Part, event: str) -> "subprocess.Popen[bytes]":
        """Start a worker of a program that knows one more event, of the shape that stands in its first version."""
        first = re.sub(r"v\d+$", "v1", event)
        program = (
            "from domain.registry import EVENT_TYPES\nfrom infra.cli.main import cli\n"
            f"EVENT_TYPES[{event!r}] = EVENT_TYPES[{first!r}]\ncli.main(['run', {part!r}])"
        )
        self.running[part, 0] = process = self._started(["-c", program])
        return process

    def kill(self, part: Part, slot: int = 0) -> None:
        """End a worker without a warning."""
        process = self.running.pop((part, slot))
        process.send_signal(signal.SIGCONT)  # one that was frozen
        process.kill()
        process.wait()

    def end(self, part: Part, slot: int = 0) -> int:
        """Let a worker end in good order; return its exit code."""
        process = self.running.pop((part, slot))
        process.terminate()
        return process.wait(PATIENCE)

    def close(self) -> None:
        """Kill whoever still runs."""
        for part, slot in list(self.running):
            self.kill(part, slot)


@pytest.fixture
def full_system(services: Services, database_url: str, tmp_path: Path) -> Iterator[FullSystem]:
    """A whole system with a new topic and an empty database; nothing runs yet."""
    system = FullSystem(database_url, services.bootstrap_servers, tmp_path)
    try:
        system.make_topic()
        yield system
    finally:
        system.close()
        print(system.log.read_text() if system.log.exists() else "")  # noqa: T201

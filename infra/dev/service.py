"""A service that is up when it answers: begun once, found again by its pid, on ports that are remembered."""

import fcntl
import random
import re
import shutil
import signal
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Literal

from infra.dev.processes import LOOK_EVERY, Unready, is_running, send
from infra.dev.tools import Told, quiet

State = Literal["answering", "silent", "stopped"]

HOST = "127.0.0.1"
PORTS = range(20000, 32000)
"""Below the ports that systems give to outgoing connections. Of those, a client that knocks while the service is away
may be given the service's own port, is then connected with itself and keeps the service from coming back."""

READY_WITHIN = 60.0
"""Seconds in which a service must answer."""

STOPPED_WITHIN = 20.0
"""Seconds for an orderly end, before it is killed."""


class Service(ABC):
    """One service, with its data, log, ports and pid in `folder`. Calls block: from an event loop, use a thread."""

    name: ClassVar[str]
    ports: ClassVar[int] = 1
    ends_on: ClassVar[signal.Signals] = signal.SIGTERM
    """The signal on which it ends in good order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / f"{self.name}.log"
        self._pid_file = self.folder / f"{self.name}.pid"
        self._ports_file = self.folder / f"{self.name}.ports"

    @property
    @abstractmethod
    def address(self) -> str:
        """What a client connects to."""

    @abstractmethod
    def provide(self, told: Told) -> None:
        """Find or get the programs; Unready if that cannot be."""

    @abstractmethod
    def answers(self) -> bool:
        """Say whether it answers a real question, within a few seconds."""

    @abstractmethod
    def _mark(self) -> str:
        """Return what tells this service's process from all others: the path of its data in the command line."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make its data if there are none, and its configuration."""

    @abstractmethod
    def _begin(self) -> int:
        """Begin the process; return its pid."""

    def _settle(self) -> None:
        """Do what can only be done when it answers."""
        return

    def _may_begin_again(self, said: str) -> bool:
        """Say whether it ended for a reason that passes, by what it said: a port that was free is a stranger's now."""
        return "Address already in use" in said

    @property
    def pid(self) -> int | None:
        """The running process; None if it does not run."""
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if is_running(pid, self._mark()) else None

    @property
    def port(self) -> int:
        """The port for clients; LookupError before the first start."""
        return self._known_ports()[0]

    def state(self) -> State:
        """Look at it."""
        if self.pid is None:
            return "stopped"
        return "answering" if self.answers() else "silent"

    def start(self, told: Told = quiet) -> None:
        """Begin it unless it runs, and wait until it answers; Unready if it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            since = self._logged()
            if self.pid is None:
                self.provide(told)
                self._launch(told)
            self._wait(since, told)
            self._settle()

    def stop(self, limit: float = STOPPED_WITHIN) -> None:
        """End it in good order, or after `limit` seconds without."""
        pid = self.pid
        if pid is not None and not send(pid, self._mark(), self.ends_on, limit):
            send(pid, self._mark(), signal.SIGKILL, limit)
        self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """Kill it at once (SIGKILL) and wait until it is gone."""
        pid = self.pid
        if pid is not None:
            send(pid, self._mark(), signal.SIGKILL, STOPPED_WITHIN)

    def restart(self) -> None:
        """Kill it and start it again: what was acknowledged is there afterwards."""
        self.kill()
        self.start()

    def erase(self) -> None:
        """Stop it and delete its data."""
        self.stop()
        for file in (self.log, self._ports_file):
            file.unlink(missing_ok=True)
        shutil.rmtree(self.folder / self.name, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two at once start it one after the other: the second finds it running."""
        with (self.folder / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _launch(self, told: Told) -> None:
        self._choose_ports(told)
        self._prepare()
        self._pid_file.write_text(f"{self._begin()}\n")

    def _wait(self, since: int, told: Told) -> None:
        until = time.monotonic() + READY_WITHIN
        while not (_listens(self.port) and self.answers()):
            pid = self.pid
            if pid is None and self._may_begin_again(self._said(since)):
                time.sleep(4 * LOOK_EVERY)
                since = self._logged()
                self._launch(told)
            elif pid is None or time.monotonic() > until:
                detail = last_fault(self._said(since))
                raise Unready("dev-service-silent", service=self.name, detail=detail, log=str(self.log))
            time.sleep(LOOK_EVERY)

    def _logged(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _said(self, since: int) -> str:
        """Return what it said after this place in its log."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def _known_ports(self) -> Sequence[int]:
        try:
            return [int(port) for port in self._ports_file.read_text().split()]
        except OSError as error:
            raise LookupError(f"{self.name} was never started in {self.folder}") from error

    def _choose_ports(self, told: Told) -> None:
        """Keep the ports of the last time; others if a stranger took one meanwhile."""
        try:
            known = self._known_ports()
        except LookupError:
            known = []
        if len(known) == self.ports and all(map(_is_free, known)):
            return
        if known:
            told("dev-port-taken", service=self.name, port=known[0])
        free = (port for port in random.sample(PORTS, len(PORTS)) if _is_free(port))
        self._ports_file.write_text(" ".join(str(next(free)) for _ in range(self.ports)) + "\n")


def _is_free(port: int) -> bool:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the services do: old connections do not count
        try:
            door.bind((HOST, port))
        except OSError:
            return False
    return True


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def last_fault(said: str) -> str:
    """Return the last line that tells of a fault, or else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    faults = [line for line in lines if re.search(r"FATAL|ERROR|Exception|Error:", line)]
    return (faults or lines or ["it said nothing"])[-1]

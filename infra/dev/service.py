"""The base of both services: started once, recognised by its pid, on ports that are kept, ready when it answers."""

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

from infra.dev.processes import POLL_SECONDS, ServiceNotReady, is_running, send
from infra.dev.tools import ProgressReporter, quiet

State = Literal["answering", "silent", "stopped"]

HOST = "127.0.0.1"
PORTS = range(20000, 32000)
"""Below the ephemeral ports of outgoing connections: a client that retries while the service is down could be given the
service's own port, connect to itself and keep the port from the service."""

READY_WITHIN = 60.0
"""Seconds within which a service must answer."""

STOPPED_WITHIN = 20.0
"""Seconds for an orderly end, before it is killed."""


class Service(ABC):
    """One service, with its data, log, ports and pid in `folder`. Calls block: from an event loop, use a thread."""

    name: ClassVar[str]
    ports: ClassVar[int] = 1
    ends_on: ClassVar[signal.Signals] = signal.SIGTERM
    """The signal for an orderly end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / f"{self.name}.log"
        self._pid_file = self.folder / f"{self.name}.pid"
        self._ports_file = self.folder / f"{self.name}.ports"

    @property
    @abstractmethod
    def address(self) -> str:
        """The address for clients."""

    @abstractmethod
    def provide(self, on_progress: ProgressReporter) -> None:
        """Find or install the programs; ServiceNotReady if that fails."""

    @abstractmethod
    def answers(self) -> bool:
        """Return whether it answers a real request within a few seconds."""

    @abstractmethod
    def _mark(self) -> str:
        """Return the part of the command line that only this service's process has: the path of its data."""

    @abstractmethod
    def _prepare(self) -> None:
        """Create its data if there are none, and write its configuration."""

    @abstractmethod
    def _begin(self) -> int:
        """Start the process; return its pid."""

    def _complete(self) -> None:
        """Finish the set-up that needs an answering service."""
        return

    def _may_begin_again(self, output: str) -> bool:
        """Return whether its output names a passing reason for its end, as a port that another process took."""
        return "Address already in use" in output

    @property
    def pid(self) -> int | None:
        """The running process's id; None if it does not run."""
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
        """Return whether it runs and answers."""
        if self.pid is None:
            return "stopped"
        return "answering" if self.answers() else "silent"

    def start(self, on_progress: ProgressReporter = quiet) -> None:
        """Start it unless it runs, and wait until it answers; ServiceNotReady if it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            since = self._logged()
            if self.pid is None:
                self.provide(on_progress)
                self._launch(on_progress)
            self._wait(since, on_progress)
            self._complete()

    def stop(self, limit: float = STOPPED_WITHIN) -> None:
        """End it in good order; kill it after `limit` seconds."""
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
        """Kill it and start it again; acknowledged writes survive."""
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
        """Hold the folder's lock: of two concurrent starts the second sees a running service."""
        with (self.folder / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _launch(self, on_progress: ProgressReporter) -> None:
        self._choose_ports(on_progress)
        self._prepare()
        self._pid_file.write_text(f"{self._begin()}\n")

    def _wait(self, since: int, on_progress: ProgressReporter) -> None:
        until = time.monotonic() + READY_WITHIN
        while not (_listens(self.port) and self.answers()):
            pid = self.pid
            if pid is None and self._may_begin_again(self._output(since)):
                time.sleep(4 * POLL_SECONDS)
                since = self._logged()
                self._launch(on_progress)
            elif pid is None or time.monotonic() > until:
                detail = last_fault(self._output(since))
                raise ServiceNotReady("dev-service-silent", service=self.name, detail=detail, log=str(self.log))
            time.sleep(POLL_SECONDS)

    def _logged(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _output(self, since: int) -> str:
        """Return its log from a byte offset on."""
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

    def _choose_ports(self, on_progress: ProgressReporter) -> None:
        """Keep the ports of the last start; choose others if another process has taken one."""
        try:
            known = self._known_ports()
        except LookupError:
            known = []
        if len(known) == self.ports and all(map(_is_free, known)):
            return
        if known:
            on_progress("dev-port-taken", service=self.name, port=known[0])
        free = (port for port in random.sample(PORTS, len(PORTS)) if _is_free(port))
        self._ports_file.write_text(" ".join(str(next(free)) for _ in range(self.ports)) + "\n")


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the services do
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def last_fault(output: str) -> str:
    """Return the last line that reports a fault, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    faults = [line for line in lines if re.search(r"FATAL|ERROR|Exception|Error:", line)]
    return (faults or lines or ["it said nothing"])[-1]

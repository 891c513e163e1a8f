"""Runs the parts of a system in processes by the benchmark's clock, and collects the planner's reports."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from infra.bench.distributed_system import WORKERS, running_parts, running_process
from infra.bench.planner.team_changes import RunningClock
from infra.distributed.timers import Timers
from infra.distributed_system import Distributed
from infra.planning.plan_day import PlannedDay
from infra.planning.solver_pool import pool
from infra.processes.embedded import run as run_embedded
from infra.processes.planner import Planner
from infra.settings import Settings
from infra.wiring import Embedded

PATIENCE_SECONDS = 30.0


@dataclass
class PlannerReports:
    """The reports of a planner so far. Moments are of the machine's monotonic clock, which all processes share."""

    planned: list[tuple[str, int, float]] = field(default_factory=list)
    """Team, basis and moment of each day that was planned."""

    late: list[float] = field(default_factory=list)
    solves: int = 0

    def collect(self, receiver: Connection) -> None:
        """Receive reports until all senders are closed."""
        while True:
            try:
                report = receiver.recv()
            except EOFError:
                return
            match report:
                case ("late", seconds):
                    self.late.append(seconds)
                case ("planned", team_id, basis, moment):
                    self.planned.append((team_id, basis, moment))
                case ("solve",):
                    self.solves += 1


class PlannerReporter:
    """Sends a planner's reports. Threads may share it."""

    def __init__(self, sender: Connection) -> None:
        self._sender = sender
        self._guard = threading.Lock()

    def send(self, *report: object) -> None:
        """Send one report."""
        with self._guard:
            self._sender.send(report)

    def planned(self, day: PlannedDay) -> None:
        """Report a planned day."""
        self.send("planned", day.team_id, day.basis, time.perf_counter())

    def late(self, seconds: float) -> None:
        """Report the delay of the planner's loop."""
        self.send("late", seconds)

    @contextmanager
    def solvers(self, workers: int) -> Iterator[Executor]:
        """Yield solvers that report each of their problems."""
        with pool(workers) as executor:
            yield ReportingExecutor(executor, lambda: self.send("solve"))


class ReportingExecutor(Executor):
    """Passes every call on to an executor, and reports it."""

    def __init__(self, executor: Executor, on_submit: Callable[[], None]) -> None:
        self._executor = executor
        self._on_submit = on_submit

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        """Pass one call on."""
        self._on_submit()
        return self._executor.submit(work, *arguments, **options)


@contextmanager
def running_system(settings: Settings, ahead: timedelta) -> Iterator[PlannerReports]:
    """Run all parts that these settings need until the end of the block; yield the planner's reports."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    reports = PlannerReports()
    listening = threading.Thread(target=reports.collect, args=(receiver,), name="reports")
    with ExitStack() as stack:
        stack.callback(listening.join, PATIENCE_SECONDS)
        if settings.distributed:
            stack.enter_context(running_parts(settings, "relay", "projector", "reactor"))
            stack.enter_context(running_process(timers, settings, ahead))
        stack.enter_context(running_process(planner if settings.distributed else embedded, settings, ahead, sender))
        sender.close()
        listening.start()
        yield reports


def planner(settings: Settings, ahead: timedelta, sender: Connection, stop: threading.Event) -> None:
    """Plan touched team-days."""
    reporter = PlannerReporter(sender)
    with Distributed(settings) as system:
        system.clock = RunningClock(ahead)
        Planner(system, WORKERS, on_planned=reporter.planned, on_late=reporter.late, solvers=reporter.solvers).run(stop)


def timers(settings: Settings, ahead: timedelta, stop: threading.Event) -> None:
    """Fire due timers."""
    with Distributed(settings) as system:
        Timers(system.store, system.connections, RunningClock(ahead), region=settings.packs).run(stop)


def embedded(settings: Settings, ahead: timedelta, sender: Connection, stop: threading.Event) -> None:
    """Run reactions, timers and the planner, as `jiayi run` does."""
    reporter = PlannerReporter(sender)
    with Embedded(settings) as system:
        system.clock = RunningClock(ahead)
        run_embedded(system, stop=stop, on_planned=reporter.planned, solvers=reporter.solvers)

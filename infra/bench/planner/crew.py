"""Who works in the bench of the planner: the parts as processes, by the bench's clock, and what the planner tells."""

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

from infra.bench.district import WORKERS, parts, working
from infra.bench.planner.town import RunningClock
from infra.distributed.timers import Timers
from infra.planning.plan_day import PlannedDay
from infra.planning.solver_pool import pool
from infra.processes.embedded import run as run_embedded
from infra.processes.planner import Planner
from infra.settings import Settings
from infra.wiring import Distributed, Embedded

PATIENCE_SECONDS = 30.0


@dataclass
class Heard:
    """What a planner has told so far. Moments are those of the machine's steady clock, the same for all processes."""

    planned: list[tuple[str, int, float]] = field(default_factory=list)
    """Team, basis and moment of each day that was found done."""

    late: list[float] = field(default_factory=list)
    solves: int = 0

    def listen(self, ear: Connection) -> None:
        """Take what is told until nobody is left who could tell."""
        while True:
            try:
                told = ear.recv()
            except EOFError:
                return
            match told:
                case ("late", seconds):
                    self.late.append(seconds)
                case ("planned", team_id, basis, moment):
                    self.planned.append((team_id, basis, moment))
                case ("solve",):
                    self.solves += 1


class Teller:
    """The planner's end of the pipe. Threads may share it."""

    def __init__(self, mouth: Connection) -> None:
        self._mouth = mouth
        self._guard = threading.Lock()

    def tell(self, *what: object) -> None:
        """Tell one thing."""
        with self._guard:
            self._mouth.send(what)

    def planned(self, day: PlannedDay) -> None:
        """Tell that a day is done."""
        self.tell("planned", day.team_id, day.basis, time.perf_counter())

    def late(self, seconds: float) -> None:
        """Tell how late the loop was."""
        self.tell("late", seconds)

    @contextmanager
    def solvers(self, workers: int) -> Iterator[Executor]:
        """Give solvers, and tell of each problem that they get."""
        with pool(workers) as executor:
            yield Counted(executor, lambda: self.tell("solve"))


class Counted(Executor):
    """Hands everything on, and tells that it did."""

    def __init__(self, to: Executor, told: Callable[[], None]) -> None:
        self._to = to
        self._told = told

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        """Hand one call on."""
        self._told()
        return self._to.submit(work, *given, **named)


@contextmanager
def crew(settings: Settings, ahead: timedelta) -> Iterator[Heard]:
    """Let everybody work whom these settings need, until the end; give what the planner tells."""
    ear, mouth = multiprocessing.Pipe(duplex=False)
    heard = Heard()
    listening = threading.Thread(target=heard.listen, args=(ear,), name="heard")
    with ExitStack() as stack:
        stack.callback(listening.join, PATIENCE_SECONDS)
        if settings.distributed:
            stack.enter_context(parts(settings, "relay", "projector", "reactor"))
            stack.enter_context(working(timers, settings, ahead))
        stack.enter_context(working(planner if settings.distributed else embedded, settings, ahead, mouth))
        mouth.close()
        listening.start()
        yield heard


def planner(settings: Settings, ahead: timedelta, mouth: Connection, stop: threading.Event) -> None:
    """Plan what is touched."""
    teller = Teller(mouth)
    with Distributed(settings) as system:
        system.clock = RunningClock(ahead)
        Planner(system, WORKERS, told=teller.planned, late=teller.late, solvers=teller.solvers).run(stop)


def timers(settings: Settings, ahead: timedelta, stop: threading.Event) -> None:
    """Fire what falls due."""
    with Distributed(settings) as system:
        Timers(system.store, system.connections, RunningClock(ahead), region=settings.packs).run(stop)


def embedded(settings: Settings, ahead: timedelta, mouth: Connection, stop: threading.Event) -> None:
    """Do all that follows, and plan, as `jiayi run` does beside a command line."""
    teller = Teller(mouth)
    with Embedded(settings) as system:
        system.clock = RunningClock(ahead)
        run_embedded(system, stop=stop, told=teller.planned, solvers=teller.solvers)

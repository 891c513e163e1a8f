"""Planner: claims touched team-days, solves them in a process pool and publishes them, several at a time.

A day is claimed under a lease that is renewed while it is solved, so the day of a killed planner goes to another
within seconds. It is read only when the rows have reached its last touch.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from domain.decider import Refused
from infra.clock import ClockReading
from infra.database.errors import StoreError
from infra.distributed.catch_up_wait import ProgressWaiter
from infra.distributed_system import Distributed
from infra.planning.plan_day import LIVE, PlannedDay, claim_to_plan, conclude, draft
from infra.planning.prove_rosters import RosterProver
from infra.planning.solver_pool import Solvers, pool, warm_up
from infra.planning.spread_week import assign_visit_days
from infra.store.recorded import StaleBasis
from infra.store.team_days import ClaimedTeamDay
from infra.system import System

LEASE = timedelta(seconds=10)
RENEW_SECONDS = 2.0
PAUSE_SECONDS = 0.1
ROWS_WITHIN_SECONDS = 15.0

HANDS = 2
"""Days in hand for each solver: one is solved while another is read or published."""

DayOutcome = Literal["planned", "touched", "left"]
"""The outcome of a day in hand: it is done, something touched it meanwhile, or it cannot be planned now."""

log = logging.getLogger(__name__)


class RowsBehind(Exception):  # noqa: N818 -- the rows come, later
    """The rows did not reach the day's last touch in time."""


@dataclass
class RecordedSoFar:
    """Follower of a planner: waits until rows and reactions have reached what is recorded by now."""

    following: ProgressWaiter
    position: Callable[[], int]

    def follow(self, now: datetime) -> None:  # noqa: ARG002 -- what is recorded is recorded
        """Wait for the rows of what is recorded by now and of what follows from it; RowsBehind if they do not come."""
        if not (self._reach() and self._reach(rows_only=True)):
            raise RowsBehind

    settle = follow

    def _reach(self, *, rows_only: bool = False) -> bool:
        return self.following.reach(self.position(), rows_only=rows_only, patience=ROWS_WITHIN_SECONDS)


@dataclass
class Planner:
    """Runs until `stop` is set. Any number of planners may run; `workers` days are solved at a time in this one.

    As many again are read or published meanwhile, so that no solver waits for the database. `on_late` is called with
    how many seconds late the loop looks at the queue. Where `proving` is given, rosters of changes on the day
    are proved later, while no day is in hand and the clock is the machine's.
    """

    system: Distributed
    workers: int = 2
    on_planned: Callable[[PlannedDay], None] | None = None
    on_late: Callable[[float], None] | None = None
    solvers: Solvers = pool
    proving: RosterProver | None = None
    _held: dict[Future[DayOutcome], ClaimedTeamDay] = field(default_factory=dict)
    _renewed: float = 0.0
    _hand_free: threading.Event = field(default_factory=threading.Event)

    def run(self, stop: threading.Event) -> None:
        """Claim and plan. A solver that dies ends the run with its error: BrokenProcessPool."""
        _ = self.system.travel  # a setting that cannot be used is refused now, and not on some day
        with self.solvers(self.workers) as executor, ThreadPoolExecutor(HANDS * self.workers) as slots:
            warm_up(executor, self.workers)
            try:
                while not stop.is_set():
                    self._look(slots, executor)
            finally:
                if self.proving is not None:
                    self.proving.end()

    @cached_property
    def _recorded_so_far(self) -> System:
        """The system whose rows and reactions are waited for up to what is recorded."""
        return self.system.with_follower(RecordedSoFar(self.system.follower, self.system.store.last_position))

    def _look(self, slots: Executor, executor: Executor) -> None:
        looked = time.monotonic()
        pause = self._turn(slots, executor)
        self._hand_free.wait(pause)
        self._hand_free.clear()
        lateness = time.monotonic() - looked - pause
        if self.on_late is not None and lateness >= 0.0:
            self.on_late(lateness)

    def _turn(self, slots: Executor, executor: Executor) -> float:
        """Reap finished days and begin due ones; return for how many seconds there is nothing more to do."""
        self._reap_finished()
        try:
            self._renew()
            pause = self._begin(slots, executor)
            self._prove()
        except StoreError as error:
            log.warning("planner: %s", error)
            return 1.0
        return pause

    def _prove(self) -> None:
        """Advance the proofs, which come after every day."""
        if self.proving is None or self.proving.is_resting:
            return
        clock = self.system.clock.read()
        if not clock.moved or clock.recorded is not None:  # else all wait until the clock is set again
            self.proving.step(clock.now, free=not self._held)

    def _begin(self, slots: Executor, executor: Executor) -> float:
        """Claim a day and begin it; return how long to pause before the next look."""
        if len(self._held) >= HANDS * self.workers:
            return PAUSE_SECONDS
        clock = self.system.clock.read()
        if clock.moved and clock.budget is None:
            return PAUSE_SECONDS
        claimed = claim_to_plan(self.system.store, clock.now, LEASE, settle=clock.moved, held_at=clock.machine)
        if claimed is None:
            due = self.system.store.next_due(clock.now)
            return PAUSE_SECONDS if due is None else min(PAUSE_SECONDS, (due - clock.now).total_seconds())
        future = slots.submit(self._plan, executor, claimed, clock)
        self._held[future] = claimed
        future.add_done_callback(lambda _: self._hand_free.set())
        return 0.0

    def _plan(self, executor: Executor, claimed: ClaimedTeamDay, clock: ClockReading) -> DayOutcome:
        """Plan one day, its week before it."""
        try:
            assign_visit_days(self._recorded_so_far, executor, [claimed.team_day], clock.now)
            read = draft(self._recorded_so_far, executor, claimed.team_day, clock.now, clock.budget or LIVE)
            planned = conclude(self._recorded_so_far, read, clock.now)
        except StaleBasis:
            log.info("planner: %s %s was touched meanwhile", claimed.team_id, claimed.day)
            return "touched"
        except (RowsBehind, Refused, StoreError) as reason:
            log.warning("planner: %s %s is left for later: %r", claimed.team_id, claimed.day, reason)
            time.sleep(PAUSE_SECONDS)
            return "left"
        log.info("planner: %s %s revision %s", planned.team_id, planned.day, planned.revision)
        for mode, source in planned.travel_from.items():
            if source.straight:
                log.warning("planner: %s: straight lines instead of %s: %s", mode, source.source, source.because)
        if self.on_planned is not None:
            self.on_planned(planned)
        return "planned"

    def _renew(self) -> None:
        """Hold the days in hand for longer."""
        if self._held and time.monotonic() - self._renewed > RENEW_SECONDS:
            self._renewed = time.monotonic()
            clock = self.system.clock.read()
            until = (clock.machine or clock.now) + LEASE
            self._held = {future: self.system.store.renew_team_day(each, until) for future, each in self._held.items()}

    def _reap_finished(self) -> None:
        """Give back the days that are not planned; an error that nobody expected ends the run."""
        for future in [each for each in self._held if each.done()]:
            claimed = self._held.pop(future)
            outcome = future.result()
            try:
                if outcome == "touched":
                    self.system.store.postpone_team_day(claimed, self.system.now())
                elif outcome == "left":
                    self.system.store.release_team_day(claimed)
            except StoreError as error:
                log.warning("planner: a lease must run out: %s", error)

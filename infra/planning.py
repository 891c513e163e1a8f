"""The planner's part: touched team-days are claimed, solved in a process pool and published, several at a time.

A day is claimed under a lease that is renewed while it is solved, so the day of a planner that was killed goes to
another within seconds. It is read only when the rows tell everything up to its last touch.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.decider import Refused
from infra.clock import Told
from infra.following import Following
from infra.planner import LIVE, PlannedDay, draft, finish, pool
from infra.store.recorded import StoreError
from infra.store.team_days import Claimed
from infra.wiring import Distributed
from schedulers.problem import Budget

LEASE = timedelta(seconds=10)
RENEW_SECONDS = 2.0
PAUSE_SECONDS = 0.1
ROWS_WITHIN_SECONDS = 15.0

log = logging.getLogger(__name__)


class Behind(Exception):  # noqa: N818 -- the rows come, later
    """The rows did not reach the day's last touch in time."""


@dataclass
class Upto:
    """Lets a planner read once rows and reactions have reached what is recorded by now."""

    following: Following
    position: Callable[[], int]

    def follow(self, now: datetime) -> None:  # noqa: ARG002 -- what is recorded is recorded
        """Wait for what is recorded by now, and for the rows of what followed from it; Behind if they do not come."""
        if not (self._reach() and self._reach(rows_only=True)):
            raise Behind

    settle = follow

    def _reach(self, *, rows_only: bool = False) -> bool:
        return self.following.reach(self.position(), rows_only=rows_only, patience=ROWS_WITHIN_SECONDS)


@dataclass
class Planner:
    """Runs until `stop` is set. Any number of planners may run; `workers` days are in hand at a time in this one."""

    system: Distributed
    workers: int = 2
    told: Callable[[PlannedDay], None] | None = None
    _held: dict[Future[bool], Claimed] = field(default_factory=dict)
    _renewed: float = 0.0

    def run(self, stop: threading.Event) -> None:
        """Claim and plan. A solver that dies ends the run with its error: BrokenProcessPool."""
        upto = Upto(self.system.runner, self.system.store.last_position)
        self.system.runner = upto  # type: ignore[assignment]  # it waits for less than a Following
        with pool(self.workers) as executor, ThreadPoolExecutor(self.workers) as slots:
            while not stop.is_set():
                try:
                    if not self._begin(slots, executor):
                        stop.wait(PAUSE_SECONDS)
                    self._renew()
                except StoreError as error:
                    log.warning("planner: %s", error)
                    stop.wait(1.0)
                self._bury()

    def _begin(self, slots: Executor, executor: Executor) -> bool:
        """Claim a day and put it to work; False if there is none or no hand is free."""
        if len(self._held) >= self.workers:
            return False
        clock = self.system.clock.told()
        if clock.moved and clock.budget is None:
            return False
        held_at = datetime.now(UTC)
        claimed = self.system.store.claim_team_day(clock.now, LEASE, settle=clock.moved, held_at=held_at)
        if claimed is None:
            return False
        self._held[slots.submit(self._plan, executor, claimed, clock)] = claimed
        return True

    def _plan(self, executor: Executor, claimed: Claimed, clock: Told) -> bool:
        """Plan one day; False if it cannot be planned now."""
        budget: Budget = clock.budget or LIVE
        try:
            read = draft(self.system, executor, claimed.team_day, clock.now, budget)
            planned = finish(self.system, executor, read, clock.now, budget)
        except (Behind, Refused, StoreError) as reason:
            log.warning("planner: %s %s is left for later: %r", claimed.team_id, claimed.day, reason)
            time.sleep(PAUSE_SECONDS)
            return False
        log.info("planner: %s %s revision %s", planned.team_id, planned.day, planned.revision)
        if self.told is not None:
            self.told(planned)
        return True

    def _renew(self) -> None:
        """Hold the days in hand for longer."""
        if self._held and time.monotonic() - self._renewed > RENEW_SECONDS:
            self._renewed = time.monotonic()
            until = datetime.now(UTC) + LEASE
            self._held = {future: self.system.store.renew_team_day(each, until) for future, each in self._held.items()}

    def _bury(self) -> None:
        """Give back the days that could not be planned; an error that nobody expected ends the run."""
        for future in [each for each in self._held if each.done()]:
            claimed = self._held.pop(future)
            if not future.result():
                try:
                    self.system.store.release_team_day(claimed)
                except StoreError as error:
                    log.warning("planner: a lease must run out: %s", error)

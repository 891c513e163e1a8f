"""The embedded system alive: reactions, timers and the planner, until it is stopped or nothing is left to do."""

import threading
from collections.abc import Callable

from infra.planner import FULL, LEASE, LIVE, PlannedDay, draft, finish, plan_touched, pool
from infra.wiring import System
from schedulers.problem import Budget

PAUSE_SECONDS = 0.5
"""How long the loop sleeps at most when nothing wakes it: timers and debounced days are looked at this often."""


def run(
    system: System,
    *,
    until_idle: bool = False,
    stop: threading.Event | None = None,
    told: Callable[[PlannedDay], None] | None = None,
    budget: Budget | None = None,
) -> list[PlannedDay]:
    """Run until `stop` is set. `until_idle` fires what is due by now, plans what was touched, and ends.

    Until idle the whole budget is spent on each day; alive, a touched day gets the budget for changes on the day.
    """
    stop = stop or threading.Event()
    planned: list[PlannedDay] = []
    with pool() as executor:
        if until_idle:
            now = system.now()
            system.check_clock(now)
            system.runner.settle(now)
            planned = plan_touched(system, executor, now, budget or FULL)
            system.runner.settle(now)
            if told is not None:
                for each in planned:
                    told(each)
            return planned
        while not stop.is_set():
            now = system.now()
            system.runner.settle(now)
            claimed = system.store.claim_team_day(now, LEASE)
            if claimed is None:
                system.store.wait(system.store.last_position(), PAUSE_SECONDS)
                continue
            read = draft(system, executor, claimed.team_day, now, budget or LIVE)
            each = finish(system, executor, read, system.now(), budget or LIVE)
            planned.append(each)
            if told is not None:
                told(each)
    return planned

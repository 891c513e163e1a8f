"""Runs the embedded system: reactions, timers and the planner, until it is stopped or nothing is left to do."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import datetime

from domain.decider import Refused
from infra.planning.plan_day import FULL, LEASE, LIVE, Draft, PlannedDay, claim_to_plan, conclude, draft, plan_touched
from infra.planning.prove_rosters import RosterProver
from infra.planning.solver_pool import WORKERS, Solvers, pool, warm_up
from infra.planning.spread_week import assign_visit_days
from infra.store.recorded import StaleBasis
from infra.store.team_days import ClaimedTeamDay
from infra.system import System
from schedulers.problem import Budget

PAUSE_SECONDS = 0.5
"""The loop sleeps at most this long when nothing wakes it, so timers are checked this often."""

END_SECONDS = 15.0
"""Time for a message that is under way when all ends."""

log = logging.getLogger(__name__)


def run(
    system: System,
    *,
    until_idle: bool = False,
    stop: threading.Event | None = None,
    on_planned: Callable[[PlannedDay], None] | None = None,
    budget: Budget | None = None,
    solvers: Solvers = pool,
    proving: RosterProver | None = None,
) -> list[PlannedDay]:
    """Run until `stop` is set. `until_idle` fires what is due by now, plans what was touched, sends webhooks, and ends.

    Until idle the whole budget is spent on each day; alive, a touched day gets the budget for changes on the day, and
    where `proving` is given its roster is proved later, when nothing else is in hand.
    """
    stop = stop or threading.Event()
    system = system.in_recorded_time()
    _ = system.travel  # a setting that cannot be used is refused now, and not on some day
    with solvers(WORKERS) as executor:
        if not until_idle:
            try:
                with sending_webhooks(system, stop):
                    return _alive(system, executor, stop, on_planned, budget or LIVE, proving)
            finally:
                if proving is not None:
                    proving.end()
        now = system.now()
        system.check_clock(now)
        system.follower.settle(now)
        planned = plan_touched(system, executor, now, budget or FULL)
        system.follower.settle(now)
    if on_planned is not None:
        for each in planned:
            on_planned(each)
    from infra.feeds.webhooks.dispatcher import send_due  # noqa: PLC0415 -- loaded where something runs

    send_due(system)
    return planned


@contextmanager
def sending_webhooks(system: System, stop: threading.Event) -> Iterator[None]:
    """Send webhooks in a thread beside, until `stop` is set or this ends."""
    over = threading.Event()

    def work() -> None:
        from infra.feeds.webhooks.dispatcher import dispatch  # noqa: PLC0415 -- loaded where something runs

        try:
            dispatch(system, lambda: stop.is_set() or over.is_set())
        except Exception:
            log.exception("webhooks failed: nothing is sent until the next start")

    thread = threading.Thread(target=work, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        system.store.wake()
        thread.join(END_SECONDS)


def _alive(
    system: System,
    executor: Executor,
    stop: threading.Event,
    on_planned: Callable[[PlannedDay], None] | None,
    budget: Budget,
    proving: RosterProver | None,
) -> list[PlannedDay]:
    """Plan what is touched: while one day is solved, the next is read; a day touched meanwhile waits for a pause."""
    planned: list[PlannedDay] = []
    held: deque[tuple[ClaimedTeamDay, Draft]] = deque()
    warm_up(executor, WORKERS)
    while not stop.is_set():
        known, clock = system.store.last_position(), system.clock.read()
        now, held_at = clock.now, clock.machine if clock.moved else None
        system.follower.settle(now)
        if len(held) < WORKERS and (
            claimed := claim_to_plan(system.store, now, LEASE, settle=clock.moved, held_at=held_at)
        ):
            with _left_for_later(system, claimed):
                assign_visit_days(system, executor, [claimed.team_day], now)
                held.append((claimed, draft(system, executor, claimed.team_day, now, budget)))
            continue
        if proving is not None:
            proving.step(now, free=not held)
        if not held:
            system.store.wait_past(known, _pause(system, now))
            continue
        claimed, read = held.popleft()
        with _left_for_later(system, claimed):
            planned.append(conclude(system, read, system.now()))
            if on_planned is not None:
                on_planned(planned[-1])
    for claimed, _ in held:
        system.store.release_team_day(claimed)
    return planned


@contextmanager
def _left_for_later(system: System, claimed: ClaimedTeamDay) -> Iterator[None]:
    """Leave a day for later that was touched while it was solved, or that is refused, e.g. as it ended meanwhile."""
    try:
        yield
    except (StaleBasis, Refused) as reason:
        if isinstance(reason, Refused):
            log.warning("planner: %s %s is left for later: %s", claimed.team_id, claimed.day, reason.rule)
        system.store.postpone_team_day(claimed, system.now())


def _pause(system: System, now: datetime) -> float:
    """Return for how many seconds nothing known falls due."""
    due = system.store.next_due(now)
    return PAUSE_SECONDS if due is None else min(PAUSE_SECONDS, (due - system.now()).total_seconds())

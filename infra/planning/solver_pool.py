"""Solver processes. Each imports this file and the solver, and nothing else of ours, so that it starts fast."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from multiprocessing.connection import wait

from schedulers.parameters import ProofParameters, SearchParameters
from schedulers.problem import Budget, Demand, Member, Problem, Roster, Service

WORKERS = 2
"""The number of processes that solve at a time."""

Solvers = Callable[[int], AbstractContextManager[Executor]]
"""Opens a pool of that many solver processes."""

SMALLEST = Problem(
    team_id="",
    day="2026-03-02",
    members=(Member(id="m", roles=("gp",), works=((0, 3600),), start_place=0, end_place=0),),
    demands=(Demand(id="d", place=0, services=(Service(roles=("gp",), seconds=60),), opens=0, closes=3600),),
    travel={"walk": ((0,),)},
    budget=Budget(iterations=1),
)
"""A problem that makes a worker load everything that any problem needs."""


LARGE_DAY = 40
"""Services of a day from which on columns are too many: its search is longer, and its proof coarser."""

LARGE_SEARCH = 4
"""How many times as many iterations a large day is searched for."""

SEARCH = SearchParameters(quick_restarts=8, agreeing=4)
PROOF = ProofParameters(
    labels_per_second=10_000_000,
    first_work=0.1,
    symmetry=True,
    warm_lp=True,
    gap_tolerance=0.01,
    gap_slack=4.0,
    keep_groups=True,
    partition_slack=2.0,
    columns_alone=True,
    wish_work=0.5,
    quick_wishes=True,
)
"""A day is searched and proved no longer than it needs: for most, quick restarts and a little proof are enough."""

PROOF_WORK = 1 / 3
"""Part of the proof's work that a day gets: of 24 full days, more proves none."""

SMALL_DAY = 4
"""Services of a day up to which quick restarts save nothing; of equal rosters they would take another."""

SMALL_RESTARTS = SearchParameters(agreeing=4)

LARGE_RESTARTS = SearchParameters(agreeing=3)
LARGE_PROOF = ProofParameters(tick_seconds=300, neighbours=3, warm_lp=True)
LARGE_PROOF_WORK = 0.034
"""Part of the proof's work that a large day gets: more would find no more."""


def sized(problem: Problem) -> Problem:
    """Return the problem of a day with its work fit to its size."""
    services = sum(len(demand.services) for demand in problem.demands)
    if services <= LARGE_DAY:
        budget = replace(problem.budget, deterministic=PROOF_WORK * problem.budget.deterministic)
        return replace(problem, budget=budget, search=SMALL_RESTARTS if services <= SMALL_DAY else SEARCH, proof=PROOF)
    budget = replace(
        problem.budget,
        iterations=LARGE_SEARCH * problem.budget.iterations,
        deterministic=LARGE_PROOF_WORK * problem.budget.deterministic,
    )
    return replace(problem, budget=budget, search=LARGE_RESTARTS, proof=LARGE_PROOF)


def solve(problem: Problem) -> Roster:
    """Solve in a worker process; the import compiles the kernels, or loads them from the cache."""
    from schedulers.plan import plan  # noqa: PLC0415 -- only a worker needs the solver

    return plan(problem)


@contextmanager
def pool(workers: int = WORKERS) -> Iterator[Executor]:
    """Open a pool of solver processes, or lend the one that this process keeps."""
    if _kept.is_open:
        yield _kept.executor()
        return
    with _spawned(workers) as executor:
        yield executor


@contextmanager
def keep_pool() -> Iterator[None]:
    """Keep one pool for all who plan in this process: a pool takes a second to start. Inside another, that one's."""
    if _kept.is_open:
        yield
        return
    _kept.is_open = True
    try:
        yield
    finally:
        _kept.close()


class _KeptPool:
    """The pool that a process keeps. It is started at its first use, and again after one of its workers was killed."""

    def __init__(self) -> None:
        self.is_open = False
        self._guard = threading.Lock()
        self._open = ExitStack()
        self._executor: Executor | None = None

    def executor(self) -> Executor:
        """Return the pool, ready for work."""
        with self._guard:
            try:
                if self._executor is not None:
                    self._executor.submit(int)
            except BrokenExecutor:
                self._executor = None
            if self._executor is None:
                self._executor = self._open.enter_context(_spawned(WORKERS))
            return self._executor

    def close(self) -> None:
        """End the workers at once: what they still solve, nobody waits for any more."""
        with self._guard:
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)
                for worker in multiprocessing.active_children():
                    worker.kill()
            self.is_open, self._executor = False, None
            self._open.close()


_kept = _KeptPool()


@contextmanager
def _spawned(workers: int) -> Iterator[Executor]:
    """Open a pool of solver processes. They are spawned: a fork would share the database's connections."""
    with ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=serve_one_parent
    ) as executor:
        yield executor


def serve_one_parent() -> None:
    """Ignore the terminal's signals, which the parent handles, and exit when the parent is killed."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def exit_with_parent() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=exit_with_parent, daemon=True).start()


def warm_up(executor: Executor, workers: int) -> None:
    """Start the workers and let them load the solver, so that the first touched day does not wait for it."""
    for _ in range(workers):
        executor.submit(solve, SMALLEST)

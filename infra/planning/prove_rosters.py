"""Rosters are proved in the background: one at a time, in a process of the lowest priority.

A change on the day is searched and checked only, so its roster is published before anybody knows how good it is. A
background process proves the stored problem with counted work, and an event records the bound; the assignments stay.
The proof of a roster that is revised meanwhile is ended.
"""

import logging
import multiprocessing
import os
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.local_time import local_day
from domain.roster.commands import RecordBound
from domain.roster.state import roster_id_of
from infra.command_handler import Answer, CommandRequest, execute
from infra.planning.plan_day import FULL
from infra.planning.published_roster import PublishedRoster, read_published
from infra.planning.solver_pool import serve_one_parent
from infra.reactions import PLANNER
from projections.roster_board import unproved_rosters
from schedulers.check import RosterRejected
from schedulers.problem import Problem, Roster
from schedulers.prove_published import PublishedProof, prove_published

if TYPE_CHECKING:
    from infra.system import System

DETERMINISTIC = FULL.deterministic
"""Deterministic seconds of one proof: as many as on the night before."""

POLL_SECONDS = 1.0
"""How often the rows are asked for a roster without a proof."""

NICENESS = 19
"""The lowest priority: the process gets the processor time that no other wants."""

log = logging.getLogger(__name__)

OnProved = Callable[[PublishedRoster, PublishedProof], None]


class ProverProcess:
    """A process that proves one roster after the other; started when it is first needed."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def begin(self, problem: Problem, roster: Roster, deterministic: float) -> None:
        """Begin to prove a roster of the problem. OSError if the process cannot be started."""
        if self._process is None or not self._process.is_alive():
            spawn = multiprocessing.get_context("spawn")  # a fork would share the database's connections
            self._pipe, remote_end = spawn.Pipe()
            self._process = spawn.Process(target=serve_proofs, args=(remote_end,), daemon=True)
            self._process.start()
            remote_end.close()
        assert self._pipe is not None
        self._pipe.send((problem, roster, deterministic))

    @property
    def is_ready(self) -> bool:
        """Is there an answer?"""
        return self._pipe is not None and self._pipe.poll()

    def answer(self) -> PublishedProof | str | None:
        """Return the bound, or the error in words; None as long as the proof goes on."""
        if self._pipe is None or not self.is_ready:
            return None
        try:
            answer: PublishedProof | str = self._pipe.recv()
        except EOFError:
            self.end()
            return "the process is gone"
        return answer

    def end(self) -> None:
        """Kill the process, also in the middle of a proof."""
        if self._process is not None and self._pipe is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def serve_proofs(pipe: Connection) -> None:
    """Prove each roster that comes through the pipe, until its other end is closed."""
    serve_one_parent()
    os.nice(NICENESS)
    while True:
        try:
            problem, roster, deterministic = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(prove_published(problem, roster, deterministic))
        except Exception as error:  # the parent logs it, and goes on with the next roster
            pipe.send(repr(error))


class RosterProver:
    """Proves the newest rosters of today and later that have no proof yet, the earliest day first."""

    def __init__(
        self, system: "System", on_proved: OnProved | None = None, deterministic: float = DETERMINISTIC
    ) -> None:
        self.system, self.on_proved, self.deterministic = system, on_proved, deterministic
        self._prover = ProverProcess()
        self._current: PublishedRoster | None = None
        self._unprovable: set[tuple[TeamDay, int]] = set()
        self._polled_at = -POLL_SECONDS

    @property
    def is_resting(self) -> bool:
        """Is there nothing to do yet?"""
        return time.monotonic() - self._polled_at < POLL_SECONDS and not self._prover.is_ready

    def step(self, now: datetime, *, free: bool) -> None:
        """Record a proof that has ended; begin the next one if the planner is `free`. Raises StoreError."""
        if self.is_resting:
            return
        self._polled_at = time.monotonic()
        if self._current is not None and (answer := self._prover.answer()) is not None:
            proved, self._current = self._current, None
            self._record(proved, answer, now)
        if self._current is not None and self._is_outdated(self._current):
            self.end()
        if self._current is None and free:
            self._begin(now)

    def end(self) -> None:
        """End the current proof; a later step begins it again."""
        self._prover.end()
        self._current = None

    def _is_outdated(self, published: PublishedRoster) -> bool:
        return read_published(self.system.store, published.team_day).revision != published.revision

    def _begin(self, now: datetime) -> None:
        for team_id, day in unproved_rosters(self.system.rows, local_day(now)):
            published = read_published(self.system.store, TeamDay(team_id, day))
            if published.bound is not None or (published.team_day, published.revision) in self._unprovable:
                continue  # its row is not up to date yet, or it cannot be proved
            try:
                self._prover.begin(published.problem(), published.roster, self.deterministic)
            except Refused as refusal:
                self._give_up(published, refusal.rule)
                continue
            self._current = published
            return

    def _record(self, published: PublishedRoster, answer: PublishedProof | str, now: datetime) -> None:
        if isinstance(answer, str):
            self._give_up(published, answer)
            return
        record_bound(self.system, published, answer, self.deterministic, now)
        if self.on_proved is not None:
            self.on_proved(published, answer)

    def _give_up(self, published: PublishedRoster, reason: str) -> None:
        self._unprovable.add((published.team_day, published.revision))
        log.warning("planner: %s %s is not proved: %s", *published.team_day, reason)


def prove_newest(system: "System", team_day: TeamDay, deterministic: float) -> tuple[PublishedRoster, PublishedProof]:
    """Prove the newest roster of a team-day in this process, and record its bound.

    Refused `roster-not-published`, by a rule of the stored problem, or `roster-disproved` if it breaks a hard rule.
    """
    now = system.now()
    system.check_clock(now)
    published = read_published(system.store, team_day)
    try:
        bound = prove_published(published.problem(), published.roster, deterministic)
    except RosterRejected as broken:
        roster = roster_id_of(team_day.team_id, team_day.day)
        raise Refused("roster-disproved", roster=roster, detail=str(broken)) from broken
    record_bound(system, published, bound, deterministic, now)
    return published, bound


def record_bound(
    system: "System", published: PublishedRoster, bound: PublishedProof, deterministic: float, now: datetime
) -> Answer:
    """Record the bound of a published roster; the domain says nothing if the roster was revised meanwhile."""
    command = RecordBound(
        team_id=published.team_day.team_id,
        day=published.team_day.day,
        revision=published.revision,
        proof=bound.proof,
        bound_tier=bound.bound_tier,
        bound=bound.bound,
        solver=bound.solver,
        deterministic=deterministic,
    )
    request = CommandRequest(command=command, command_id=None, actor=PLANNER, now=now, follows=True)
    answer = execute(system.store, request, region=system.settings.packs)
    system.follow_command(now)
    return answer

"""Published rosters that nobody has proved yet are proved behind everything else, one at a time.

A change on the day is searched and checked only. How good its roster is becomes known later: one process of the lowest
priority proves the stored problem with counted work, and what it finds is recorded beside the roster, whose
assignments stay. A roster that is revised meanwhile is not worth proving any more: its proof is ended.
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
from domain.roster import RecordBound, roster_id_of
from infra.command_handler import Answer, CommandRequest, execute
from infra.planning.plan_day import FULL
from infra.planning.published_roster import Published, published
from infra.planning.solver_pool import serve_one_parent
from projections.roster_board import unproved_rosters
from schedulers.check import RosterRejected
from schedulers.problem import Problem, Roster
from schedulers.prove_published import Bounded, bounded

if TYPE_CHECKING:
    from infra.wiring import System

DETERMINISTIC = FULL.deterministic
"""Deterministic seconds of one proof: as much as the night before."""

LOOK_SECONDS = 1.0
"""How often the rows are asked for a roster that nobody has proved."""

LOWEST = 19
"""What is added to the priority's number: the process gets the time that nobody else wants."""

log = logging.getLogger(__name__)

Told = Callable[[Published, Bounded], None]


def bound_command(found: Published, told: Bounded, deterministic: float) -> RecordBound:
    """Return the command that records what is known of a published roster."""
    return RecordBound(
        team_id=found.team_day.team_id,
        day=found.team_day.day,
        revision=found.revision,
        proof=told.proof,
        bound_tier=told.bound_tier,
        bound=told.bound,
        solver=told.solver,
        deterministic=deterministic,
    )


class Prover:
    """A process that proves one roster after the other; it is made when it is first needed."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def begin(self, problem: Problem, roster: Roster, deterministic: float) -> None:
        """Begin to prove a roster of the problem; OSError if the process cannot be had."""
        if self._process is None or not self._process.is_alive():
            spawn = multiprocessing.get_context("spawn")  # a fork would share the database's connections
            self._pipe, theirs = spawn.Pipe()
            self._process = spawn.Process(target=prove_for, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        assert self._pipe is not None
        self._pipe.send((problem, roster, deterministic))

    @property
    def ready(self) -> bool:
        """Is there an answer?"""
        return self._pipe is not None and self._pipe.poll()

    def answer(self) -> Bounded | str | None:
        """Return what was found, what went wrong, or None as long as it is not known."""
        if self._pipe is None or not self.ready:
            return None
        try:
            told: Bounded | str = self._pipe.recv()
        except EOFError:
            self.end()
            return "the process is gone"
        return told

    def end(self) -> None:
        """End the process, whatever it is at."""
        if self._process is not None and self._pipe is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def prove_for(pipe: Connection) -> None:
    """Prove what comes through the pipe until its other end is closed."""
    serve_one_parent()
    os.nice(LOWEST)
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(bounded(*asked))
        except Exception as error:  # whatever it is, the parent shall hear of it
            pipe.send(repr(error))


class Proving:
    """The newest rosters of today and later that nobody has proved, one after the other, the earliest day first."""

    def __init__(self, system: "System", told: Told | None = None, deterministic: float = DETERMINISTIC) -> None:
        self.system, self.told, self.deterministic = system, told, deterministic
        self._prover = Prover()
        self._in_hand: Published | None = None
        self._given_up: set[tuple[TeamDay, int]] = set()
        self._looked = -LOOK_SECONDS

    @property
    def resting(self) -> bool:
        """Is there nothing to be done yet?"""
        return time.monotonic() - self._looked < LOOK_SECONDS and not self._prover.ready

    def turn(self, now: datetime, *, free: bool) -> None:
        """Record what is known by now; begin the next proof if the planner is `free`. Raises StoreError."""
        if self.resting:
            return
        self._looked = time.monotonic()
        if self._in_hand is not None and (answer := self._prover.answer()) is not None:
            found, self._in_hand = self._in_hand, None
            self._record(found, answer, now)
        if self._in_hand is not None and self._outdated(self._in_hand):
            self.end()
        if self._in_hand is None and free:
            self._begin(now)

    def _outdated(self, found: Published) -> bool:
        return published(self.system.store, found.team_day).revision != found.revision

    def end(self) -> None:
        """End the proof in hand; it is begun again when somebody next looks."""
        self._prover.end()
        self._in_hand = None

    def _begin(self, now: datetime) -> None:
        for team_id, day in unproved_rosters(self.system.rows, local_day(now)):
            found = published(self.system.store, TeamDay(team_id, day))
            if found.bound is not None or (found.team_day, found.revision) in self._given_up:
                continue  # the rows do not tell it yet, or it cannot be proved
            try:
                self._prover.begin(found.problem(), found.roster, self.deterministic)
            except Refused as refusal:
                self._give_up(found, refusal.rule)
                continue
            self._in_hand = found
            return

    def _record(self, found: Published, answer: Bounded | str, now: datetime) -> None:
        if isinstance(answer, str):
            self._give_up(found, answer)
            return
        record(self.system, found, answer, self.deterministic, now)
        if self.told is not None:
            self.told(found, answer)

    def _give_up(self, found: Published, why: str) -> None:
        self._given_up.add((found.team_day, found.revision))
        log.warning("planner: %s %s is not proved: %s", *found.team_day, why)


def prove_newest(system: "System", team_day: TeamDay, deterministic: float) -> tuple[Published, Bounded]:
    """Prove the newest roster of a team-day here and now, and record it.

    Refused `roster-not-published`, by a rule of the stored problem, or `roster-disproved` by its own rules.
    """
    now = system.now()
    system.check_clock(now)
    found = published(system.store, team_day)
    try:
        told = bounded(found.problem(), found.roster, deterministic)
    except RosterRejected as broken:
        roster = roster_id_of(team_day.team_id, team_day.day)
        raise Refused("roster-disproved", roster=roster, detail=str(broken)) from broken
    record(system, found, told, deterministic, now)
    return found, told


def record(system: "System", found: Published, told: Bounded, deterministic: float, now: datetime) -> Answer:
    """Record what became known of a published roster; nothing is said of one that is revised meanwhile."""
    asked = CommandRequest(
        command=bound_command(found, told, deterministic), command_id=None, actor="planner", now=now, follows=True
    )
    answer = execute(system.store, asked, region=system.settings.packs)
    system.followed(now)
    return answer

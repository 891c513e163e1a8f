"""The time from a change to the published roster: changes come one by one, and each waits for its roster's event."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from domain.decider import TeamDay
from domain.policy_pack import in_force
from domain.roster import ROSTER
from domain.roster.events import RosterPublished, RosterRevised
from domain.roster.state import roster_id_of
from domain.visit.commands import CancelVisit
from infra.bench.planner.team_changes import DAY, TeamDayChanges
from infra.planning.day_problem import read_day, with_travel
from infra.planning.plan_day import LIVE
from infra.system import System
from schedulers.plan import plan

POLL_SECONDS = 0.003
PATIENCE_SECONDS = 60.0
SOLVES = 5
"""Solves of each team's day, for the duration of one."""


@dataclass
class LiveTeamDay:
    """One team's day, whose changes wait for the new roster. `random` spreads them over the phases of the loops."""

    system: System
    town: TeamDayChanges
    random: Random

    def round(self) -> list[float]:
        """Request a visit, let a member be ill during another, cancel the first; return the seconds of each wait."""
        request = self.town.request_visit()
        waits = [self.waited(request)]
        roster = self.roster()
        slot = roster.slots[self.random.randrange(len(roster.slots))]
        waits.append(self.waited(self.town.record_absence(slot.member_id, slot.starts_at, slot.ends_at)))
        waits.append(self.waited(CancelVisit(visit_id=request.visit_id, reason="resident-asked")))
        self.system.execute(self.town.withdraw_absence(), actor="bench")
        settled(self.system)
        return waits

    def waited(self, command: object) -> float:
        """Return the seconds from the command's answer to the first roster that includes it."""
        answer = self.system.execute(command, actor="bench")
        answered = time.perf_counter()
        until(lambda: bool(self.system.store.after(answer.position, 1, stream=self.stream)))
        waited = time.perf_counter() - answered
        settled(self.system)
        time.sleep(self.random.uniform(0.0, 0.2))
        return waited

    def roster(self) -> RosterPublished | RosterRevised:
        """Return the newest roster."""
        newest = self.system.store.read(self.stream)[-1].event
        assert isinstance(newest, RosterPublished | RosterRevised)
        return newest

    @property
    def stream(self) -> str:
        """The stream of the roster."""
        return ROSTER.stream(roster_id_of(self.town.team.team_id, DAY))


def measure(system: System, towns: Sequence[TeamDayChanges], seconds: float) -> list[float]:
    """Change one day after the other for this many seconds; return the seconds of each wait after a warm-up round."""
    settled(system)
    lives = [LiveTeamDay(system, town, Random(number)) for number, town in enumerate(towns)]  # noqa: S311 -- no secret
    for each in lives:
        each.round()
    ends = time.monotonic() + seconds
    waits: list[float] = []
    while not waits or time.monotonic() < ends:
        for each in lives:
            waits += each.round()
    return waits


def solved(system: System, towns: Sequence[TeamDayChanges]) -> list[float]:
    """Return the seconds of solving these days as they are now, each several times."""
    seconds = []
    for town in towns:
        team_day = TeamDay(town.team.team_id, DAY)
        with system.rows.reading() as rows:
            day = read_day(rows, team_day, in_force(system.settings.packs, DAY), system.now(), LIVE)
        assert day is not None
        problem = with_travel(day, system.travel)
        plan(problem)  # the first solve loads compiled code
        for _ in range(SOLVES):
            began = time.perf_counter()
            plan(problem)
            seconds.append(time.perf_counter() - began)
    return seconds


def settled(system: System) -> None:
    """Wait until every touched day is planned, as long as their number falls."""
    left = system.store.undone_team_days(system.now())
    while left:
        before = left

        def fewer(before: int = before) -> bool:
            return system.store.undone_team_days(system.now()) < before

        until(fewer)
        left = system.store.undone_team_days(system.now())


def until(holds: Callable[[], bool]) -> None:
    """Poll until a condition holds; TimeoutError if it never does."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError("a day was not planned: what do the parts say?")
        time.sleep(POLL_SECONDS)

"""Runs a simulated day: the morning's changes, the visits, the centre's work, and tomorrow's rosters in the evening."""

from concurrent.futures import Executor
from datetime import date, datetime

from domain.local_time import at_local
from domain.team.commands import FormTeam
from infra.planning.plan_day import plan_touched
from infra.simulate.commands import execute_at_moments
from infra.simulate.days.life import Life
from infra.simulate.people.residents import ResidentGenerator
from infra.simulate.town import Town
from infra.system import System
from schedulers.problem import Budget

BUDGET = Budget(iterations=20_000)
"""Small and without proof: a simulated year plans a thousand days."""


class DayRunner:
    """Runs a community's days, one after the other."""

    def __init__(
        self,
        system: System,
        executor: Executor,
        teams: list[FormTeam],
        newcomers: ResidentGenerator,
        seed: int,
        *,
        weeks: bool = True,
    ) -> None:
        self._system = system
        self._executor = executor
        self._weeks = weeks
        self._life = Life(Town(system, teams, seed), newcomers)

    def run(self, day: date, *, days_left: int) -> None:
        """Run one day. The last one ends in the morning: due visits are requested, and none is planned."""
        morning = at_local(day, 7 * 60)
        self._settle(morning)
        execute_at_moments(self._system, self._life.morning(day, morning))
        self._settle(morning)
        if days_left == 0:
            return
        self._plan(at_local(day, 7 * 60 + 30))
        execute_at_moments(self._system, self._life.day(day))
        evening = at_local(day, 20 * 60)
        self._settle(evening)
        if days_left > 1:
            self._plan(evening)

    def _settle(self, now: datetime) -> None:
        self._system.clock.set(now)
        self._system.follower.settle(now)

    def _plan(self, now: datetime) -> None:
        if not self._system.plan_elsewhere(now, BUDGET):
            plan_touched(self._system, self._executor, now, BUDGET, weeks=self._weeks)
        self._settle(now)

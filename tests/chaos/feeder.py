"""The life of a small community, command by command, as it comes: each is given until it is answered, under one id.

A command whose answer was lost is given again, so whatever fell in between must answer it as it did the first time.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from domain.decider import Refused
from domain.local_time import at_local
from domain.team.commands import FormTeam
from infra.command_handler import Answer, CommandRequest, execute
from infra.database.errors import StoreError
from infra.distributed_system import Distributed
from infra.planning.plan_day import LIVE
from infra.simulate.community import FIRST_DAY
from infra.simulate.days.life import Life
from infra.simulate.founding import CommunityBuilder
from infra.simulate.people.residents import ResidentGenerator
from infra.simulate.town import Town

T = TypeVar("T")

AWAY_SECONDS = 180.0


@dataclass
class Feeder:
    """Lives day after day until told to stop. The clock of all parts goes with it, and planners plan all the time."""

    system: Distributed
    teams: int
    seed: int
    pause: float
    """Seconds between two commands."""
    planning: float = 15.0
    """Seconds of a morning in which rosters are made, at most."""
    answers: dict[str, Answer] = field(default_factory=dict)
    refused: int = 0
    repeated: int = 0
    days: int = 0

    def create_community(self) -> list[FormTeam]:
        """Make the community; nothing is killed meanwhile."""
        return CommunityBuilder(self.system, self.teams, self.seed, FIRST_DAY, None).build()

    def live(self, founded: list[FormTeam], stop: threading.Event) -> None:
        """Give one day's commands after the other."""
        life = Life(Town(self.system, founded, self.seed), ResidentGenerator(self.seed, FIRST_DAY, prefix="N"))
        while not stop.is_set():
            self._live_day(life, FIRST_DAY + timedelta(days=self.days), stop)
            self.days += 1

    def _live_day(self, life: Life, day: date, stop: threading.Event) -> None:
        morning = at_local(day, 7 * 60)
        self._stand(morning)
        self._give(lambda: life.morning(day, morning), stop)
        self._stand(at_local(day, 7 * 60 + 30))
        self._wait_for_rosters(stop)
        self._give(lambda: life.day(day), stop)
        self._stand(at_local(day, 20 * 60))

    def _wait_for_rosters(self, stop: threading.Event) -> None:
        give_up = time.monotonic() + self.planning
        while time.monotonic() < give_up and not stop.wait(0.2):
            if not insisting(lambda: self.system.follower.progress(self.system.now())).days_undone:
                return

    def _stand(self, now: datetime) -> None:
        insisting(lambda: self.system.clock.set(now, LIVE))

    def _give(self, steps: Callable[[], Iterable[tuple[datetime, object]]], stop: threading.Event) -> None:
        for number, (moment, command) in enumerate(sorted(insisting(steps), key=lambda each: each[0])):
            if stop.is_set():
                return
            self._ask(f"{self.days}:{moment:%H}:{number}:{type(command).__name__}", moment, command)
            time.sleep(self.pause)

    def _ask(self, command_id: str, moment: datetime, command: object) -> None:
        """Give one command until it is answered."""
        request = CommandRequest(command=command, command_id=command_id, actor="chaos", now=moment, follows=True)
        tries = iter(self._tries())

        def once() -> Answer:
            next(tries)
            return execute(self.system.store, request, region=self.system.settings.region)

        try:
            self.answers[command_id] = insisting(once)
        except Refused:
            self.refused += 1

    def _tries(self) -> Iterator[int]:
        yield 1
        while True:
            self.repeated += 1
            yield self.repeated


def insisting(ask: Callable[[], T]) -> T:
    """Return what is answered once the database is there again."""
    give_up = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            return ask()
        except StoreError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)

"""The state that all parts of a simulation share: the system, its teams, random numbers, ids and queries."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from domain.team.commands import FormTeam
from domain.working_calendar import NATION, working_calendar
from infra.system import System
from projections.caseload import running_past
from projections.questions import Row
from projections.visits import assigned_visits

TimedCommand = tuple[datetime, object]
"""The moment of a command, and the command."""

OnProgress = Callable[[str, int, int], None]
"""Takes the name of a phase, and how many of how many steps are done."""

T = TypeVar("T")


class Chance:
    """A part's own random numbers: another part may draw more without changing this one."""

    def __init__(self, seed: int, part: str) -> None:
        self.random = Random(f"{seed}:{part}")  # noqa: S311 -- a simulation, not a secret

    def happens(self, share: float) -> bool:
        """Return true with this probability."""
        return self.random.random() < share

    def pick(self, several: Sequence[T]) -> T | None:
        """Return one of several with equal probability; None if there is none."""
        return self.random.choice(several) if several else None

    def among(self, shares: dict[T, float]) -> T:
        """Return one of several, each with the probability of its share."""
        return self.random.choices(list(shares), list(shares.values()))[0]


class Town:
    """A community at work: its teams, and queries of its rows."""

    def __init__(self, system: System, teams: list[FormTeam], seed: int) -> None:
        self.system = system
        self.teams = teams
        self.seed = seed
        self._numbers: dict[str, int] = defaultdict(int)

    def chance(self, part: str, *occasion: object) -> Chance:
        """Return the random numbers of a part, or of one occasion in it, such as a visit.

        Two compared simulations plan differently. An occasion draws the same numbers in both, whatever happened before.
        """
        return Chance(self.seed, ":".join((part, *map(str, occasion))))

    def number(self, prefix: str) -> str:
        """Return the next id with this prefix."""
        self._numbers[prefix] += 1
        return f"{prefix}-{self._numbers[prefix]:04d}"

    def assigned(self, day: date) -> list[Row]:
        """Return the visits in a day's rosters."""
        return assigned_visits(self.system.rows, day)

    def homebound(self, team: FormTeam, day: date) -> list[Row]:
        """Return a team's contracts of homebound residents that run for another month."""
        return running_past(self.system.rows, team.team_id, day + timedelta(days=30), homebound=True)

    def signed(self, team: FormTeam, day: date) -> list[Row]:
        """Return a team's contracts that run for another two months."""
        return running_past(self.system.rows, team.team_id, day + timedelta(days=60))


def works_on(day: date) -> bool:
    """Return whether teams work on a day of the nation's calendar."""
    return working_calendar(NATION).is_working_day(day)

"""What all parts of a simulated life share: the system, its teams, chance, numbers, and what the rows tell."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar

from domain.team.commands import FormTeam
from infra.wiring import System
from projections.caseload import running_past
from projections.questions import Row
from projections.visits import assigned_visits

Told = tuple[datetime, object]
"""A command and its moment."""

T = TypeVar("T")


class Chance:
    """One part's own dice: another part may be thrown more often without changing this one's life."""

    def __init__(self, seed: int, part: str) -> None:
        self.random = Random(f"{seed}:{part}")  # noqa: S311 -- a simulation, not a secret

    def happens(self, share: float) -> bool:
        """Say whether something happens that happens with this chance."""
        return self.random.random() < share

    def pick(self, several: Sequence[T]) -> T | None:
        """Return one of several, None of none."""
        return self.random.choice(several) if several else None

    def among(self, shares: dict[T, float]) -> T:
        """Return one of several by its share."""
        return self.random.choices(list(shares), list(shares.values()))[0]


class Town:
    """A community at work: what exists, and what is written about it."""

    def __init__(self, system: System, teams: list[FormTeam], seed: int) -> None:
        self.system = system
        self.teams = teams
        self.seed = seed
        self._numbers: dict[str, int] = defaultdict(int)

    def chance(self, part: str, *occasion: object) -> Chance:
        """Return the dice of one part, or of one occasion in it: a visit, say.

        What is planned differs between two lives that are compared. Where the dice are thrown for what was planned,
        those of an occasion fall the same in both, whatever came before.
        """
        return Chance(self.seed, ":".join((part, *map(str, occasion))))

    def number(self, prefix: str) -> str:
        """Return the next id with this prefix."""
        self._numbers[prefix] += 1
        return f"{prefix}-{self._numbers[prefix]:04d}"

    def assigned(self, day: date) -> list[Row]:
        """Return the visits that stand in the rosters of a day."""
        return assigned_visits(self.system.rows, day)

    def homebound(self, team: FormTeam, day: date) -> list[Row]:
        """Return contracts of homebound residents that run another month."""
        return running_past(self.system.rows, team.team_id, day + timedelta(days=30), homebound=True)

    def signed(self, team: FormTeam, day: date) -> list[Row]:
        """Return contracts that run another two months."""
        return running_past(self.system.rows, team.team_id, day + timedelta(days=60))


def works_on(day: date) -> bool:
    """Say whether teams work on that day: not on Saturdays and Sundays."""
    return day.weekday() < 5

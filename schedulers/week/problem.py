"""What the spreading of a week is told and what it answers: plain data in integers, ids only, no solver types.

A week has seven days, Monday is 0; `LATER` is the day of what is put off to another week.
"""

from dataclasses import dataclass
from enum import IntEnum

from schedulers.problem import Proof

DAYS = 7
LATER = DAYS

Days = dict[str, int]
"""The day of each item, by its id."""


class WeekTier(IntEnum):
    """A cost tier of a week, most important first; its value is its place in costs, which compare tier by tier."""

    NOBODY = 0
    OVERFULL = 1
    PUT_OFF = 2
    CONTINUITY = 3
    LAST_CHANCE = 4
    PEAK = 5
    LAST_DAY = 6
    UNEVENNESS = 7
    SPACING = 8
    CHANGE = 9
    NEIGHBOURS = 10
    SOONER = 11

    @property
    def label(self) -> str:
        """The name under which a tier is stored, and by which words are looked up."""
        return self.name.lower().replace("_", "-")


WEEK_TIERS = tuple(tier.label for tier in WeekTier)
"""Stored names of the tiers, most important first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekMember:
    """A person of the team: `seconds` are what shifts, less breaks and absences, leave on each of the seven days."""

    id: str
    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekNeed:
    """One person's part of a visit: any of `roles`, all of `qualifications`, `seconds` long with a rough way there."""

    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    seconds: int
    named: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekItem:
    """A visit of the week. `days` are those on which it may be made, sorted, `LATER` among them if it may wait.

    One day alone: it stands there already, or has no other. What is `owed` is late behind its days: its
    window is the law's, not a wish. `area` numbers the homes that lie together. Items of one `apart` keep a distance:
    the rounds of a family bed, or one kind of service to one resident. Members in `not_with` do not go there. `before`
    is the day that an earlier plan of the week gave it.
    """

    id: str
    days: tuple[int, ...]
    needs: tuple[WeekNeed, ...]
    area: int
    owed: bool = False
    apart: str | None = None
    not_with: tuple[str, ...] = ()
    priority: int = 5
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProblem:
    """A team's week from `monday` on. Days that are not `open` are over, or take nothing new.

    Of everybody's hours, `reserve` percent are kept for what nobody knows of yet. `deterministic` seconds of CP-SAT
    bound the work: counted, never timed, so that the same problem has the same answer.
    """

    team_id: str
    monday: str
    open: tuple[bool, ...]
    members: tuple[WeekMember, ...]
    items: tuple[WeekItem, ...]
    reserve: int
    seed: int = 1
    deterministic: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The day that a visit is meant for, `LATER` if it is put off."""

    item_id: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """The answer for a team's week: a day for every item, by id.

    `costs` follow WEEK_TIERS. `bound_tier` is the first tier that is not proved optimal and `bound` a lower bound of
    its cost, given the tiers above; both None when all are proved.
    """

    team_id: str
    monday: str
    targets: tuple[Target, ...]
    costs: tuple[int, ...]
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None
    solver: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The days found, and how far the proof came."""

    day_of: Days
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None

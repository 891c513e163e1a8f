"""The problem of a week and its plan: plain data in integers, ids only, no solver types.

A week has seven days, Monday is 0; `LATER` is the day of visits that are put off to another week.
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
    """A person of the team: `seconds` of work on each of the seven days, shifts less breaks and absences."""

    id: str
    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    seconds: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekNeed:
    """One member's part of a visit: any of `roles`, all of `qualifications`, `seconds` with estimated travel.

    The member who is `named`, or one of the `preferred`, knows the resident.
    """

    roles: tuple[str, ...]
    qualifications: tuple[str, ...] = ()
    seconds: int
    named: str | None = None
    preferred: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """The members who know the resident."""
        return self.preferred if self.named is None else (self.named, *self.preferred)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekItem:
    """A visit of the week. `days` are its possible days, sorted, `LATER` among them if it may wait.

    A single day is fixed already or the only one. An `owed` visit is late behind its days: its window is legal, not
    wished. `area` numbers homes near each other. Items with one `apart` keep a distance: rounds of a family bed, or one
    kind of service to one resident. Members in `not_with` do not go there. `before` is the day in an earlier plan.
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
    """A team's week from `monday` on. Days that are not `open` are over, or take no new visits.

    `reserve` percent of all hours are kept for visits not known yet. `deterministic` seconds of CP-SAT limit the work:
    counted, never timed, so that the same problem has the same plan.
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
    """The day of a visit, `LATER` if it is put off."""

    item_id: str
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlan:
    """The plan of a team's week: a day for every item, by id.

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
    """The day of each item, and how far the proof came."""

    day_of: Days
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None

"""The result of planning a team's week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from msgspec import Meta

from infra.cli.roster.results import Bound, BoundTier, Presented, Proof, Rule
from infra.edges.results import Listing, Result
from infra.edges.warnings import Warned


@dataclass(frozen=True, slots=True)
class PlannedVisitDay(Result):
    """The day of a week that a visit is meant for, null if it is put off, and why."""

    visit_id: str
    day: date | None
    because: Rule


@dataclass(frozen=True, slots=True)
class DayLoad(Result):
    """How much work a role has on a day of the week (0 is Monday), of its hours less the reserve."""

    role: str
    day: Annotated[int, Meta(ge=0, le=6)]
    minutes: int
    of_minutes: int


@dataclass(frozen=True, slots=True)
class PlannedWeek(Result):
    """A team's week: the day of each visit that may wait, and how full the days are."""

    team_id: str
    monday: str
    dry_run: bool
    recorded: Annotated[bool, Meta(description="Recorded just now; false if the week was so already.")]
    revision: int | None
    visits: tuple[PlannedVisitDay, ...]
    moved: Annotated[tuple[str, ...], Meta(description="Visits that are meant for another day than before.")]
    loads: tuple[DayLoad, ...]
    reserve_percent: int
    costs: Annotated[dict[str, int], Meta(description="Costs under the names of the week's tiers.")]
    proof: Proof
    bound_tier: BoundTier
    bound: Bound
    solver: str
    days_off: Annotated[dict[str, str], Meta(description="Holidays of the week by day, as `spring-festival`.")]
    warnings: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class PlannedWeeks(Listing[Presented[PlannedWeek]]):
    """Weeks one after the other, each with what people read next to it."""

    def documents(self) -> Iterable[object]:
        """Return the weeks alone."""
        return tuple(each.result for each in self.items)

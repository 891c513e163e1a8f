"""The result of looking at the newest roster of a team's day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from infra.cli.roster.results import Bound, BoundTier, Lateness, Proof, Rule, TravelTimesSource
from infra.edges.results import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Result):
    """One service of a visit on the board of a day, with what became of the visit. Moments are in UTC."""

    ends_at: datetime
    member_id: str
    service: int
    starts_at: datetime
    travel_seconds: int
    visit_id: str
    role: str | None
    status: str | None
    purpose: str | None
    priority: int | None
    resident_id: str | None
    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedVisit(Result):
    """A visit without a place on the board of a day, and the rule that kept it out."""

    rule: Rule
    visit_id: str
    status: str | None
    purpose: str | None
    priority: int | None
    resident_id: str | None
    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class StoredCost(Result):
    """A tier and its cost."""

    cost: int
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterView(Result):
    """The newest roster of a team's day."""

    roster_id: str
    team_id: str
    day: date
    revision: int
    slots: Annotated[tuple[Slot, ...], Meta(description="By member and start.")]
    unplaced: tuple[UnplacedVisit, ...]
    costs: tuple[StoredCost, ...]
    proof: Proof
    bound_tier: BoundTier
    bound: Bound
    seed: int
    iterations: int
    deterministic: float
    solver: str
    problem_digest: str
    carried_over_to: Annotated[date | None, Meta(description="The day to which unplaced visits were carried over.")]
    moved: Annotated[tuple[str, ...], Meta(description="Visits that moved since the last revision.")]
    travel_from: Annotated[dict[str, TravelTimesSource], Meta(description="By mode of travel.")]
    late: Lateness
    holiday: Annotated[str | None, Meta(description="The holiday for which the day is off, as `spring-festival`.")]

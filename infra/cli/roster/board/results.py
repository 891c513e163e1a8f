"""The result of looking at the newest roster of a team's day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from infra.cli.roster.results import Bound, BoundTier, Lateness, Proof, Rule, TravelTimesSource, UnkeptTerm
from infra.edges.results import Result

Phone = Annotated[
    str | None, Meta(description="Only where the leader may have to call: late, moved, left out or without a member.")
]
OpensAt = Annotated[int | None, Meta(description="The first minute of the day at which it may begin.")]
ClosesAt = Annotated[int | None, Meta(description="The last minute of the day at which it is not late.")]
SlackDays = Annotated[int | None, Meta(description="Days left to the legal window after this day.")]


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
    phone: Phone
    opens_at: OpensAt
    closes_at: ClosesAt
    slack_days: SlackDays
    part: Annotated[int, Meta(description="1, or 2 for the second person of a visit by two.")]
    parts: Annotated[int, Meta(description="How many people make the visit.")]
    stay: Annotated[int, Meta(description="Services of a member in one home, without leaving it, have one number.")]
    minutes_late: Annotated[
        int, Meta(description="Minutes behind the start that was planned in good time; 0 if not late.", ge=0)
    ] = 0
    ends_by_forecast: Annotated[bool, Meta(description="The visit is under way: its end is a forecast.")] = False


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
    phone: Phone
    opens_at: OpensAt
    closes_at: ClosesAt
    slack_days: SlackDays


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfDay(Result):
    """Something that has changed since the roster was published: about a member, or about a visit."""

    kind: Literal[
        "away", "back", "joined", "left", "cancelled", "missed", "missed-again", "elsewhere", "requested", "altered"
    ]
    member_id: str | None
    visit_id: str | None
    reason: Annotated[str | None, Meta(description="Why a member is away, or a visit was missed.")]
    begins: Annotated[int | None, Meta(description="The first second of the absence; null for the whole day.")]
    ends: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMember(Result):
    """A member's day on the roster, in seconds of the day."""

    member_id: str
    role: str
    works: Annotated[tuple[tuple[int, int], ...], Meta(description="Working hours as they are now.")]
    visits: int
    service_seconds: int
    last_ends: Annotated[int | None, Meta(description="When the last visit ends.")]
    way_home: Annotated[int | None, Meta(description="Seconds of the way home.")]
    back: Annotated[int | None, Meta(description="When the member is back.")]
    reason: Annotated[str | None, Meta(description="Why the member is away on this day, all of it or in part.")]
    rests: Annotated[tuple[tuple[int, int], ...], Meta(description="Breaks and rests between the working hours.")]


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
    published_at: datetime
    changes: Annotated[
        tuple[ChangeOfDay, ...], Meta(description="What has changed since: the day must be planned again.")
    ]
    without_member: Annotated[tuple[str, ...], Meta(description="Visits still to come whose member is away by now.")]
    members: tuple[DayOfMember, ...]
    broken: Annotated[tuple[UnkeptTerm, ...], Meta(description="The leader's terms that cannot be kept.")]

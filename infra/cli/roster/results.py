"""Results about rosters. Their fields are the fields of their JSON, documented in docs/json.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import Meta

from infra.edges.exit_codes import UNEQUAL
from infra.edges.results import Listing, Result
from infra.edges.warnings import Warned

R = TypeVar("R", bound=Result)

Second = Annotated[int, Meta(description="A second of the day, counted from local midnight.")]
Costs = Annotated[
    tuple[int, ...],
    Meta(
        description="Costs by tier: unplaced, continuity, disruption, tardiness, travel, fairness, wish, urgent, "
        "imbalance; `order` says which is above which. Unplaced and continuity are counts, disruption is in minutes, "
        "the others are in seconds."
    ),
]
TierOrder = Annotated[tuple[str, ...], Meta(description="The tiers that count, most important first.")]
NamedCosts = Annotated[dict[str, int], Meta(description="Costs under the names of their tiers.")]
Proof = Annotated[
    Literal["proved", "within", "unknown"],
    Meta(description="proved: no roster is better; within: the bound says how much better one could be."),
]
BoundTier = Annotated[str | None, Meta(description="The first tier that is not proved optimal.")]
Bound = Annotated[int | None, Meta(description="A lower bound of that tier's cost, the tiers above being as they are.")]
Rule = Annotated[str, Meta(description="A rule in kebab case; infra/words has its sentence.")]


@dataclass(frozen=True, slots=True)
class TravelTimesSource(Result):
    """The source of travel times for one mode of travel."""

    source: Annotated[str, Meta(description="As `grid` or `streets:3f2a91c0`.")]
    ways: Annotated[int, Meta(description="Ways from one place to another.")]
    straight: Annotated[int, Meta(description="Those of them that are straight lines instead.")]
    because: Annotated[str | None, Meta(description="The rule by which they are.")]


@dataclass(frozen=True, slots=True)
class PlacedService(Result):
    """One service of a visit in a roster: the member, start and end, and the travel before it in seconds."""

    demand_id: Annotated[str, Meta(description="The visit.")]
    service: Annotated[int, Meta(description="0, or 1 for the second person of a double visit.")]
    member_id: str
    start: Second
    end: Second
    travel: int


@dataclass(frozen=True, slots=True)
class LeftOutVisit(Result):
    """A visit without a place, and the rule that kept it out."""

    demand_id: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class RosterDocument(Result):
    """A roster, sorted by member and start."""

    team_id: str
    day: str
    assignments: tuple[PlacedService, ...]
    unplaced: tuple[LeftOutVisit, ...]
    costs: Costs
    proof: Proof
    bound_tier: BoundTier
    bound: Bound
    iterations: int
    solver: str
    order: TierOrder


@dataclass(frozen=True, slots=True)
class UnkeptTerm(Result):
    """A term of the leader that gave way: to a hard rule, or because more visits had to move."""

    term_id: str
    rule: Rule
    visit_id: str | None
    least: Annotated[int | None, Meta(description="Of a limit: at least so many visits had to move.")]


@dataclass(frozen=True, slots=True)
class DraftToken(Result):
    """The name of a dry run, with which `jiayi roster publish` publishes exactly what was read."""

    token: str
    problem_digest: Annotated[str, Meta(description="The digest of the problem that it answers.")]
    expires_at: datetime


Urgent = Annotated[bool, Meta(description="An urgent visit, or beyond the limit: it counts as urgent lateness.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateVisit(Result):
    """A service that starts after its window closes, by `seconds`."""

    demand_id: str
    service: int
    member_id: str
    start: Second
    opens: Second
    closes: Second
    seconds: int
    urgent: Urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberOvertime(Result):
    """A member who is back after the end of their shift, by `seconds`."""

    member_id: str
    shift_ends: Second
    ends: Second
    seconds: int
    urgent: Urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness(Result):
    """What is late on a roster: visits by start, members who work overtime by id."""

    visits: tuple[LateVisit, ...] = ()
    overtime: tuple[MemberOvertime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTeamDay(Result):
    """A planned team-day. Without a roster there was nothing to plan."""

    team_id: str
    day: date
    roster: RosterDocument | None
    published: Annotated[bool, Meta(description="Published just now; false if it was so already, or for a dry run.")]
    basis: Annotated[int, Meta(description="The position of the last event that had touched the day.")]
    revision: int | None
    moved: Annotated[int, Meta(description="Visits that have another place than in the last revision.")]
    travel_from: Annotated[dict[str, TravelTimesSource], Meta(description="By mode of travel.")]
    broken: Annotated[tuple[UnkeptTerm, ...], Meta(description="The leader's terms that gave way.")]
    waits_for: Annotated[date | None, Meta(description="The next working day, for visits that wait on a day off.")]
    holiday: Annotated[str | None, Meta(description="The holiday for which the day is off, as `spring-festival`.")]
    late: Lateness
    warnings: tuple[Warned, ...]
    draft: Annotated[DraftToken | None, Meta(description="Of a dry run: how exactly it can be published.")]


@dataclass(frozen=True, slots=True)
class PlannedDays(Listing[PlannedTeamDay]):
    """Team-days that were planned together."""

    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Placement(Result):
    """A member and a start."""

    member_id: str
    start: Second


@dataclass(frozen=True, slots=True)
class RosterDifference(Result):
    """What another roster costs more, and the visits that it leaves out, moves and places."""

    costs: Costs
    left_out: tuple[str, ...]
    moved: tuple[str, ...]
    placed: tuple[str, ...]
    order: TierOrder


@dataclass(frozen=True, slots=True)
class MovedVisit(Result):
    """A visit with another place than before, and why. Which of the fields below `cause` are set depends on it."""

    demand_id: str
    before: tuple[Placement, ...]
    after: Annotated[tuple[Placement, ...], Meta(description="Empty: the visit has no place now.")]
    cause: Rule
    member_id: str | None
    rule: Annotated[str | None, Meta(description="The rule that the old place breaks.")]
    other_id: Annotated[str | None, Meta(description="The fixed visit next to which it does.")]
    tier: Annotated[str | None, Meta(description="The first tier that the old place would cost more in.")]
    cost: Annotated[int | None, Meta(description="How much more.")]
    difference: RosterDifference | None
    because: Annotated[str | None, Meta(description="What changed the day, as `because-new-visit`.")]
    because_id: Annotated[str | None, Meta(description="The member or visit that did.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAway(Result):
    """An absence that touches the day."""

    member_id: str
    reason: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplannedTeamDay(PlannedTeamDay):
    """A published team-day that was planned again."""

    moves: tuple[MovedVisit, ...]
    new: Annotated[tuple[str, ...], Meta(description="Visits that the last revision did not have.")]
    gone: Annotated[tuple[str, ...], Meta(description="Visits that the day has no more.")]
    absences: tuple[MemberAway, ...]


@dataclass(frozen=True, slots=True)
class Alternative(Result):
    """Another way to make a visit: its places, the difference to the roster, and the rules that it would break."""

    places: tuple[PlacedService, ...]
    difference: RosterDifference
    breaks: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class MemberOption(Result):
    """Another member for one service of a visit: the rule that forbids it, or what it would cost."""

    service: int
    member_id: str
    rule: Annotated[str | None, Meta(description="The rule by which the member is not eligible.")]
    way: Alternative | None


@dataclass(frozen=True, slots=True)
class VisitExplanation(Result):
    """Why a visit is where it is in a roster, or why it has no place."""

    team_id: str
    day: date
    revision: int
    demand_id: str
    slack_days: Annotated[int, Meta(description="Working days left to the legal window after this day.")]
    places: Annotated[tuple[PlacedService, ...], Meta(description="Empty: the visit has no place.")]
    options: Annotated[tuple[MemberOption, ...], Meta(description="Of a placed visit: every other member.")]
    rule: Annotated[str | None, Meta(description="The rule that kept the visit out.")]
    holiday: Annotated[str | None, Meta(description="The holiday for which the day is off, as `spring-festival`.")]
    ways: Annotated[tuple[Alternative, ...], Meta(description="Of a visit without a place: the cheapest first.")]


@dataclass(frozen=True, slots=True)
class NamedRoster(Result):
    """A roster whose costs stand under the names of their tiers."""

    team_id: str
    day: str
    assignments: tuple[PlacedService, ...]
    unplaced: tuple[LeftOutVisit, ...]
    costs: NamedCosts
    proof: Proof
    bound_tier: BoundTier
    bound: Bound
    iterations: int
    solver: str


@dataclass(frozen=True, slots=True)
class NamedDifference(Result):
    """The same as a roster's difference, the costs under the names of their tiers."""

    costs: NamedCosts
    left_out: tuple[str, ...]
    moved: tuple[str, ...]
    placed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIfComparison(Result):
    """The present roster of a day and the one that a changed day would have."""

    present: NamedRoster
    other: NamedRoster
    difference: NamedDifference
    team_id: str
    day: str
    stored: Annotated[bool, Meta(description="From the published roster's stored problem, not from the rows.")]
    revision: int | None


@dataclass(frozen=True, slots=True)
class TierCost(Result):
    """A tier's cost as it was published, and as counted again."""

    tier: str
    told: int
    counted: int | None


@dataclass(frozen=True, slots=True)
class RosterFault(Result):
    """A rule that a published roster breaks."""

    rule: Rule
    detail: str
    values: Annotated[Mapping[str, str], Meta(description="The values of the rule's sentence.")]


@dataclass(frozen=True, slots=True)
class VerifiedRoster(Result):
    """A published roster, checked against its stored problem."""

    team_id: str
    day: date
    revision: int
    recorded_at: datetime
    solver: str
    problem_digest: str
    faults: tuple[RosterFault, ...]
    costs: tuple[TierCost, ...]
    travel_from: dict[str, TravelTimesSource]


@dataclass(frozen=True, slots=True)
class Verification(Result):
    """Whether a published roster is what it says it is."""

    verified: bool
    verdict: VerifiedRoster

    @property
    def exit_code(self) -> int:
        """Return 1 if it is not."""
        return 0 if self.verified else UNEQUAL


@dataclass(frozen=True, slots=True)
class ReplayedRoster(Result):
    """A published roster, solved again from its stored problem with its seed and budget."""

    team_id: str
    day: date
    revision: int
    identical: bool
    solver: str
    solver_now: str
    differing: tuple[str, ...]
    costs: tuple[TierCost, ...]
    bound_identical: bool | None

    @property
    def exit_code(self) -> int:
        """Return 1 if the answer differs."""
        return 0 if self.identical and self.bound_identical is not False else UNEQUAL


@dataclass(frozen=True, slots=True)
class ProvedRoster(Result):
    """What is known of a published roster: proved, or within a bound."""

    team_id: str
    day: date
    revision: int
    proof: Proof
    bound_tier: BoundTier
    bound: Bound
    solver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented(Result, Generic[R]):
    """A result with what people read next to it: names of its visits, what is known of the roster, earlier days."""

    result: R
    names: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    heading: str = ""
    cost_of_bound_tier: int | None = None
    previous_days: Mapping[str, date | None] = field(default_factory=dict)

    def documents(self) -> Iterable[Any]:
        """Return the result alone."""
        return (self.result,)

    @property
    def exit_code(self) -> int:
        """Return the exit code of the result."""
        return self.result.exit_code

"""Commands of a roster. These are the shapes of what may be asked, and of the values that are stored in events."""

from datetime import date, datetime
from typing import Literal

from domain.event import command, value

Proof = Literal["proved", "within", "unknown"]


@value
class RosterSlot:
    """One person's part of one visit, with the travel before it in seconds."""

    visit_id: str
    service: int
    member_id: str
    starts_at: datetime
    ends_at: datetime
    travel_seconds: int


@value
class UnplacedVisit:
    """A visit without a place, and the rule or cost that kept it out."""

    visit_id: str
    rule: str


@value
class TierCost:
    """The cost of one tier, in that tier's unit."""

    tier: str
    cost: int


@value
class Solution:
    """The search that made a roster, with all that reproduces it.

    `problem_digest` names the stored problem; `iterations` and `deterministic` are the budget that was spent.
    """

    problem_digest: str
    solver: str
    seed: int
    iterations: int
    deterministic: float
    costs: tuple[TierCost, ...]
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None


@command
class PublishRoster:
    """Publish the roster of a team's day, or revise a published one.

    `carried_over_to` is the team's next working day, which gets the unplaced visits. `if_revision` is the revision that
    was read, 0 if none was published: another one is not replaced unseen.
    """

    team_id: str
    day: date
    slots: tuple[RosterSlot, ...]
    unplaced: tuple[UnplacedVisit, ...]
    solution: Solution
    carried_over_to: date | None = None
    if_revision: int | None = None


@command
class RecordBound:
    """Record a proof of a published revision that was completed after its publication.

    `bound` is a lower bound of the cost at `bound_tier`, the first tier that is not proved; None where all are.
    """

    team_id: str
    day: date
    revision: int
    proof: Proof
    bound_tier: str | None = None
    bound: int | None = None
    solver: str
    deterministic: float


RosterCommand = PublishRoster | RecordBound

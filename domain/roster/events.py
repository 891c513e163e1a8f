"""Events of a roster. These are the stored shapes: changing one is a new version."""

from datetime import date

from domain.event import event
from domain.roster.commands import Proof, RosterSlot, Solution, UnplacedVisit


@event("roster.published.v1")
class RosterPublished:
    """The team's day is planned."""

    roster_id: str
    team_id: str
    day: date
    slots: tuple[RosterSlot, ...]
    unplaced: tuple[UnplacedVisit, ...]
    solution: Solution
    carried_over_to: date | None


@event("roster.revised.v1")
class RosterRevised:
    """The roster changed; `moved` are visits whose members or times differ from the revision before."""

    roster_id: str
    team_id: str
    day: date
    revision: int
    slots: tuple[RosterSlot, ...]
    unplaced: tuple[UnplacedVisit, ...]
    moved: tuple[str, ...]
    solution: Solution
    carried_over_to: date | None


@event("roster.bounded.v1")
class RosterBounded:
    """A published revision has a better proof; its assignments stay.

    `deterministic` are the seconds of counted work that the proof was allowed.
    """

    roster_id: str
    team_id: str
    day: date
    revision: int
    proof: Proof
    bound_tier: str | None
    bound: int | None
    solver: str
    deterministic: float


RosterAnswer = RosterPublished | RosterRevised
"""Events that contain a whole roster."""

RosterEvent = RosterPublished | RosterRevised | RosterBounded

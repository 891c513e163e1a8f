"""The state of a roster."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from domain.decider import TeamDay
from domain.event import value
from domain.roster.commands import Proof, RosterSlot, TierCost, UnplacedVisit
from domain.roster.events import RosterBounded, RosterEvent, RosterPublished, RosterRevised


@value
class Roster:
    """The state of a roster."""

    revision: int = 0
    slots: tuple[RosterSlot, ...] = ()
    unplaced: tuple[UnplacedVisit, ...] = ()
    costs: tuple[TierCost, ...] = ()
    known: tuple[int, int] = (-1, 0)
    """The number of proved tiers, and the bound of the next; a greater pair is a better proof, -1 is none."""
    earlier: tuple[tuple[RosterSlot, ...], ...] = ()
    """The slots of each revision before the newest, the first one first."""


def evolve(roster: Roster, event: RosterEvent) -> Roster:
    """Return the state after an event."""
    match event:
        case RosterPublished() | RosterRevised():
            solution = event.solution
            return replace(
                roster,
                revision=event.revision if isinstance(event, RosterRevised) else 1,
                slots=event.slots,
                unplaced=event.unplaced,
                costs=solution.costs,
                known=known(solution.costs, solution.proof, solution.bound_tier, solution.bound),
                earlier=(*roster.earlier, roster.slots) if roster.revision else (),
            )
        case RosterBounded():
            return replace(roster, known=known(roster.costs, event.proof, event.bound_tier, event.bound))


def known(costs: tuple[TierCost, ...], proof: Proof, bound_tier: str | None, bound: int | None) -> tuple[int, int]:
    """Return the number of proved tiers, and the bound of the next; (-1, 0) without a proof."""
    if proof == "proved":
        return len(costs), 0
    tiers = [each.tier for each in costs]
    if proof == "unknown" or bound_tier not in tiers:
        return -1, 0
    return tiers.index(bound_tier), bound or 0


def touches(roster: Roster, event: RosterEvent) -> Iterable[TeamDay]:  # noqa: ARG001 -- shared signature
    """Yield the team's next working day, which gets the unplaced visits."""
    if not isinstance(event, RosterBounded) and event.carried_over_to is not None:
        yield TeamDay(event.team_id, event.carried_over_to)


def roster_id_of(team_id: str, day: date) -> str:
    """Return the identity of a team-day's roster."""
    return f"{team_id}.{day.isoformat()}"

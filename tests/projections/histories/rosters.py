"""Rosters, the leader's terms and the week of a team."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from domain.day_terms.events import DayHeld, MovesLimited, PairForbidden, TermWithdrawn, VisitPinned
from domain.roster.commands import RosterSlot, Solution, TierCost, UnplacedVisit
from domain.roster.events import RosterBounded, RosterPublished, RosterRevised
from domain.team_week import CHOSEN, VisitDay, VisitDayChosen, VisitDayReleased, WeekSpread
from tests.domain import builders as b
from tests.projections.histories.cutting import cut


def published(team_id: str = "team-1", day: date = b.TODAY) -> RosterPublished:
    """Return a roster with one slot and one visit left over."""
    return RosterPublished(
        roster_id=f"{team_id}.{day.isoformat()}",
        team_id=team_id,
        day=day,
        slots=(
            RosterSlot(
                visit_id="v1",
                service=0,
                member_id="li",
                starts_at=b.at(day, 8),
                ends_at=b.at(day, 8, 20),
                travel_seconds=300,
            ),
        ),
        unplaced=(UnplacedVisit(visit_id="v2", rule="no-time-left"),),
        solution=Solution(
            problem_digest="5f",
            solver="search",
            seed=1,
            iterations=9,
            deterministic=0.5,
            costs=(TierCost(tier="unplaced", cost=5),),
            proof="unknown",
        ),
        carried_over_to=day + timedelta(days=1),
    )


def revised(first: RosterPublished) -> RosterRevised:
    """Return a second answer for the same day, with nothing left over."""
    return RosterRevised(
        roster_id=first.roster_id,
        team_id=first.team_id,
        day=first.day,
        revision=2,
        slots=first.slots,
        unplaced=(),
        moved=("v1",),
        solution=first.solution,
        carried_over_to=None,
    )


def bounded(first: RosterPublished, revision: int) -> RosterBounded:
    """Return what became known of a revision later."""
    return RosterBounded(
        roster_id=first.roster_id,
        team_id=first.team_id,
        day=first.day,
        revision=revision,
        proof="within",
        bound_tier="unplaced",
        bound=4,
        solver="search",
        deterministic=3.0,
    )


def roster(luck: Random, team_id: str, day: date) -> Iterator[tuple[str, object]]:
    first = published(team_id, day)
    return cut(luck, f"roster-{first.roster_id}", [first, bounded(first, 1), revised(first), bounded(first, 2)])


def day_terms() -> list[object]:
    """Return the terms of a day, of each kind, and one that is withdrawn."""
    day: dict[str, Any] = {"team_id": "team-1", "day": b.TODAY}
    until = b.at(b.TOMORROW, 0)
    return [
        VisitPinned(
            **day,
            term_id="pin:v1",
            visit_id="v1",
            service=0,
            member_id="li",
            starts_at=b.at(b.TODAY, 10),
            until=until,
        ),
        DayHeld(**day, term_id="hold", before=b.at(b.TODAY, 10), until=until),
        MovesLimited(**day, term_id="limit", most=3, since_revision=1, until=until),
        PairForbidden(
            **day,
            term_id="apart:he:li",
            member_id="li",
            other_member_id="he",
            resident_id=None,
            visit_id=None,
            until=until,
        ),
        TermWithdrawn(**day, term_id="hold"),
    ]


def week() -> list[object]:
    """Return a week that is spread, and in which a day is chosen and released."""
    visits = (VisitDay(visit_id="v1", day=b.TOMORROW, because="first-day"),)
    rows_of: dict[str, Any] = {"week_id": "team-1.2026-03-02", "team_id": "team-1", "monday": b.TODAY}
    chosen = (VisitDay(visit_id="v1", day=b.TODAY, because=CHOSEN),)
    return [
        WeekSpread(**rows_of, revision=1, visits=visits, moved=("v1",), solution=published().solution),
        VisitDayChosen(**rows_of, revision=2, visit_id="v1", day=b.TODAY, visits=chosen),
        VisitDayReleased(**rows_of, revision=3, visit_id="v1", day=b.TODAY, plan_from=b.TODAY, visits=()),
    ]

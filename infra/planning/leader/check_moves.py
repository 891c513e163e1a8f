"""Visits are moved on a board, and the checker answers while they are dragged: what that costs, or every rule broken.

Nothing is written. The day is read once for all questions about it until something touches it.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from domain.decider import TeamDay
from domain.event import value
from domain.local_time import at_local
from infra.planning.leader.place_visit import (
    current_places,
    day_by_hand,
    open_demand,
    require_members,
    roster_by_hand,
    whole_place,
)
from infra.planning.published_roster import read_published
from schedulers.check import Violation, check
from schedulers.counterfactual import Difference, difference, with_demand
from schedulers.problem import Pin, Problem, Roster

if TYPE_CHECKING:
    from infra.system import System

KEPT_SECONDS = 60
"""A day that was read is read again after so long: what has begun by then is held."""

MOST_DAYS = 16


@value
class Move:
    """A part of a visit held over another place; parts are counted from 1."""

    visit_id: str
    member_id: str
    starts_at: datetime
    part: int = 1


@value
class MovesChecked:
    """What moves come to: the difference to the published roster of a revision, and every rule that they break."""

    revision: int
    difference: Difference
    broken: tuple[Violation, ...]


@value
class ReadDay:
    """A day as it is published."""

    revision: int
    problem: Problem
    published: Roster
    reasons: Mapping[str, str]


class BoardChecks:
    """Checks moves on days that were read. Threads may share it."""

    def __init__(self, system: "System") -> None:
        self._system = system
        self._guard = Lock()
        self._days: OrderedDict[tuple[TeamDay, int, int], ReadDay] = OrderedDict()

    def check(self, team_day: TeamDay, moves: Sequence[Move]) -> MovesChecked:
        """Return what moves come to.

        Refused `roster-not-published`, `visit-not-on-the-day`, `visit-not-open`, `part-unknown`, `part-needed` or
        `member-not-in-team`.
        """
        day = self._read(team_day)
        problem, midnight = day.problem, at_local(team_day.day)
        places = current_places(problem)
        for visit_id in dict.fromkeys(move.visit_id for move in moves):
            demand = open_demand(self._system, problem, visit_id)
            parts = {
                move.part - 1: Pin(member_id=move.member_id, start=int((move.starts_at - midnight).total_seconds()))
                for move in moves
                if move.visit_id == visit_id
            }
            places[visit_id] = whole_place(demand, parts)
            require_members(problem, places[visit_id])
            problem = with_demand(problem, visit_id, lambda each: replace(each, pins=()))
        roster = roster_by_hand(problem, places, day.reasons)
        return MovesChecked(
            revision=day.revision, difference=difference(day.published, roster), broken=check(problem, roster)
        )

    def _read(self, team_day: TeamDay) -> ReadDay:
        system, now = self._system, self._system.now()
        key = team_day, system.store.requested_position(team_day), int(now.timestamp()) // KEPT_SECONDS
        with self._guard:
            known = self._days.get(key)
        if known is not None:
            return known
        published = read_published(system.store, team_day)
        problem = day_by_hand(system, team_day, now)
        reasons = {each.demand_id: each.rule for each in published.roster.unplaced}
        day = ReadDay(
            revision=published.revision,
            problem=problem,
            published=roster_by_hand(problem, current_places(problem), reasons),
            reasons=reasons,
        )
        with self._guard:
            self._days[key] = day
            while len(self._days) > MOST_DAYS:
                self._days.popitem(last=False)
        return day

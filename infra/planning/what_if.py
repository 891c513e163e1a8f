"""What a team's day would be with other people, visits, windows, or another policy pack. Nothing is published.

The day is read from the rows as they are now; a day that is over, or on demand, from the stored problem of its roster.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day, seconds_into
from domain.planning.visit_hours import frozen_until
from domain.policy_pack import PolicyPack, in_force
from infra.planning.day_problem import read_day, with_travel
from infra.planning.other_pack import purposes_of, with_other_pack
from infra.planning.plan_day import FULL
from infra.planning.published_roster import published
from infra.planning.solver_pool import solve
from schedulers.problem import Problem, Roster
from schedulers.what_if import Compared, compare, with_ill, with_one_more, with_window, without_visit

if TYPE_CHECKING:
    from infra.wiring import System


@value
class Changes:
    """What is asked: roles of members more, members who are ill, visits not made, other windows, and another pack.

    A window is (visit, first, last second of the day at which it may start).
    """

    add: tuple[str, ...] = ()
    ill: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    windows: tuple[tuple[str, int, int], ...] = ()
    pack: PolicyPack | None = None


@value
class WhatIf:
    """The answer beside the present roster. `revision` is the published roster's, None if the day has none yet."""

    team_id: str
    day: str
    stored: bool
    revision: int | None
    compared: Compared


def what_if(
    system: "System",
    team_day: TeamDay,
    changes: Changes,
    *,
    stored: bool = False,
    revision: int | None = None,
    fresh: bool = False,
) -> WhatIf:
    """Plan the day as it would be; afresh unless it is today. Refused if the team, a member or a visit is not there."""
    now = system.now()
    stored = stored or revision is not None or team_day.day < local_day(now)
    if stored:
        found = published(system.store, team_day, revision)
        problem, now = found.problem(), found.recorded_at
        present: Roster = found.roster
        number: int | None = found.revision
    else:
        system.check_clock(now)
        system.runner.follow(now)
        problem = read(system, team_day, now)
        present, number = newest(system, team_day, problem)
    changed = problem
    ruling = in_force(system.settings.packs, team_day.day)
    if changes.pack is not None:
        changed = with_other_pack(problem, purposes_of(system.rows, problem), ruling, changes.pack)
    changed = change(changed, changes, team_day, now, changes.pack or ruling)
    fresh = fresh or stored or team_day.day > local_day(now)
    compared = compare(problem, present, changed, fresh=fresh)
    return WhatIf(team_id=team_day.team_id, day=problem.day, stored=stored, revision=number, compared=compared)


def read(system: "System", team_day: TeamDay, now: datetime) -> Problem:
    """Return the day's problem as the rows tell it. Refused `team-not-formed`."""
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, in_force(system.settings.packs, team_day.day), now, FULL)
    if day is None:
        raise Refused("team-not-formed", team=team_day.team_id)
    return with_travel(day, system.travel)


def newest(system: "System", team_day: TeamDay, problem: Problem) -> tuple[Roster, int | None]:
    """Return the published roster and its revision, or the one that would be published now."""
    try:
        found = published(system.store, team_day)
    except Refused as refusal:
        if refusal.rule != "roster-not-published":
            raise
        return solve(problem), None
    return found.roster, found.revision


def change(problem: Problem, changes: Changes, team_day: TeamDay, now: datetime, pack: PolicyPack) -> Problem:
    """Return the changed problem as of a moment: members are ill from then on, no window opens in the frozen part."""
    since, frozen = seconds_into(team_day.day, now), frozen_until(team_day.day, now, pack)
    for role in changes.add:
        try:
            problem = with_one_more(problem, role)
        except KeyError:
            raise Refused("nobody-works-that-day", team=problem.team_id, day=problem.day) from None
    for member_id in changes.ill:
        try:
            problem = with_ill(problem, member_id, since)
        except KeyError:
            raise Refused("member-not-in-team", member=member_id, team=problem.team_id) from None
    for visit_id in changes.without:
        try:
            problem = without_visit(problem, visit_id)
        except KeyError:
            raise Refused("visit-not-on-the-day", visit=visit_id, day=problem.day) from None
    for visit_id, opens, closes in changes.windows:
        try:
            problem = with_window(problem, visit_id, max(opens, frozen), max(closes, frozen), since)
        except KeyError:
            raise Refused("visit-not-on-the-day", visit=visit_id, day=problem.day) from None
    return problem

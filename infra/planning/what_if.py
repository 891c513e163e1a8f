"""What-if: a team's day with other members, visits, windows, or another policy pack. Nothing is published.

The problem comes from the rows as they are now; for a day that is over, or on request, from the stored problem of its
roster.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import local_day, seconds_into
from domain.planning.visit_hours import frozen_until
from domain.policy_pack import PolicyPack, in_force
from domain.team.commands import Role
from infra.planning.day_problem import is_published, read_day, with_stuck_only, with_travel
from infra.planning.day_terms import read_terms
from infra.planning.on_terms import put_terms
from infra.planning.other_pack import purposes_of, with_other_pack
from infra.planning.plan_day import FULL, prepare
from infra.planning.published_roster import read_published
from infra.planning.solver_pool import solve
from infra.planning.spread_week import look_ahead
from schedulers.check import check
from schedulers.problem import Problem, Roster
from schedulers.rules import pinned_stays, rule_name, service_takes_its_time
from schedulers.what_if import Comparison, compare, with_ill, with_one_more, with_window, without_visit

HAPPENED = frozenset({rule_name(pinned_stays), rule_name(service_takes_its_time)})
"""Rules that a published roster breaks where a visit began or ended at another time than planned."""

if TYPE_CHECKING:
    from infra.system import System


@value
class Changes:
    """The changes: roles of additional members, members who are ill, visits left out, other windows, another pack.

    A window is (visit, first, last second of the day at which it may start).
    """

    add: tuple[str, ...] = ()
    ill: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    windows: tuple[tuple[str, int, int], ...] = ()
    pack: PolicyPack | None = None


@value
class WhatIf:
    """The changed day and the present roster, compared. `revision` is None if nothing is published yet."""

    team_id: str
    day: str
    stored: bool
    revision: int | None
    compared: Comparison


@value
class WhatIfProblems:
    """A day's problem, the present roster and the changed problem. `fresh`: the changed day is planned from nothing."""

    problem: Problem
    present: Roster
    changed: Problem
    stored: bool
    revision: int | None
    fresh: bool


def what_if(
    system: "System",
    team_day: TeamDay,
    changes: Changes,
    *,
    stored: bool = False,
    revision: int | None = None,
    fresh: bool = False,
) -> WhatIf:
    """Plan the changed day: today with least change to its roster, any other day, or a `fresh` one, from nothing.

    Refused if the team, a member or a visit is not there.
    """
    each = what_if_problems(system, team_day, changes, stored=stored, revision=revision, fresh=fresh)
    compared = compare(each.problem, each.present, each.changed, fresh=each.fresh)
    return WhatIf(
        team_id=team_day.team_id, day=each.problem.day, stored=each.stored, revision=each.revision, compared=compared
    )


def what_if_problems(
    system: "System",
    team_day: TeamDay,
    changes: Changes,
    *,
    stored: bool = False,
    revision: int | None = None,
    fresh: bool = False,
) -> WhatIfProblems:
    """Return a day's problem, its present roster and the changed problem.

    Refused if the team, a member or a visit is not there.
    """
    now = system.now()
    stored = stored or revision is not None or team_day.day < local_day(now)
    if stored:
        published = read_published(system.store, team_day, revision)
        problem, now = published.problem(), published.recorded_at
        present: Roster = published.roster
        number: int | None = published.revision
    else:
        with system.rehearsal() as there:
            now = prepare(there, team_day.day, team_day.team_id, dry_run=True)
            if team_day.day > local_day(now):
                with ThreadPoolExecutor(1) as executor:
                    look_ahead(there, executor, [team_day], now)
            problem = read_problem(there, team_day, now)
        present, number = present_roster(system, team_day, problem)
    changed = problem
    ruling = in_force(system.settings.packs, team_day.day)
    if changes.pack is not None:
        changed = with_other_pack(problem, purposes_of(system.rows, problem), ruling, changes.pack)
    changed = change(changed, changes, team_day, now, changes.pack or ruling)
    return WhatIfProblems(
        problem=problem,
        present=present,
        changed=changed,
        stored=stored,
        revision=number,
        fresh=fresh or stored or team_day.day > local_day(now),
    )


def read_problem(system: "System", team_day: TeamDay, now: datetime) -> Problem:
    """Return the day's problem as of now, on the leader's terms. Refused `team-not-formed`."""
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, in_force(system.settings.packs, team_day.day), now, FULL)
        if day is None:
            raise Refused("team-not-formed", team=team_day.team_id)
        if day.problem.day_off and not is_published(rows, team_day):
            day = with_stuck_only(day)
        terms = read_terms(system.store, rows, day.problem, team_day, now)
    return put_terms(with_travel(day, system.travel), terms)[0]


def present_roster(system: "System", team_day: TeamDay, problem: Problem) -> tuple[Roster, int | None]:
    """Return the published roster and its revision, or the one that would be published now.

    A published roster of which something has happened otherwise is shown as it would be now, under its revision.
    """
    try:
        published = read_published(system.store, team_day)
    except Refused as refusal:
        if refusal.rule != "roster-not-published":
            raise
        return solve(problem), None
    has_happened = any(each.rule in HAPPENED for each in check(problem, published.roster))
    return solve(problem) if has_happened else published.roster, published.revision


def change(problem: Problem, changes: Changes, team_day: TeamDay, now: datetime, pack: PolicyPack) -> Problem:
    """Return the changed problem as of a moment: members are ill from then on, no window opens in the frozen part."""
    since, frozen = seconds_into(team_day.day, now), frozen_until(team_day.day, now, pack)
    for role in changes.add:
        if role not in get_args(Role):
            raise Refused("role-unknown", field="add", role=role, known=", ".join(sorted(get_args(Role))))
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

"""What a leader must know beside a published roster: what has changed since, and how each member's day is.

The roster is compared with the rows as they are now, without its stored problem by its visits only.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import seconds_into
from domain.policy_pack import in_force
from domain.visit import VISIT
from domain.visit.events import VisitMissed
from infra.planning.day_problem import read_day
from infra.planning.plan_day import LIVE
from infra.planning.published_roster import PublishedRoster
from projections.questions import Row
from projections.roster_board import board_of_visits
from projections.teams import TeamMembers, team_members
from schedulers.problem import Assignment, Demand, Member, Problem, Roster
from schedulers.rules import RosterIndex, earliest_begin

if TYPE_CHECKING:
    from infra.system import System

ChangeKind = Literal[
    "away", "back", "joined", "left", "cancelled", "missed", "missed-again", "elsewhere", "requested", "altered"
]


@value
class DayChange:
    """Something that has changed since a roster was published: about a member, or about a visit.

    A member who is away and a visit that was missed have the `reason`, the member also the hours in seconds that are
    lost; whole days have none. A visit `missed-again` was not made on the day and is requested again.
    """

    kind: ChangeKind
    member_id: str | None = None
    visit_id: str | None = None
    reason: str | None = None
    begins: int | None = None
    ends: int | None = None


@value
class MemberDay:
    """A member's day on a roster, in seconds: `back` is when they are back after the last visit and the way home.

    An absent member has the `reason`; the `works` are those of now, and `rests` the breaks and rests between them.
    """

    member_id: str
    role: str
    works: tuple[tuple[int, int], ...]
    visits: int
    service_seconds: int
    last_ends: int | None = None
    way_home: int | None = None
    back: int | None = None
    reason: str | None = None
    rests: tuple[tuple[int, int], ...] = ()


@value
class Board:
    """What has changed since the publication, each member's day, and visits that nobody can make any more.

    `visits` are the columns of each visit on the roster, its telephone and window among them; `slack_days` those that
    were left to its legal window.
    """

    changes: tuple[DayChange, ...]
    members: tuple[MemberDay, ...]
    without_member: tuple[str, ...]
    visits: Mapping[str, Row]
    slack_days: Mapping[str, int]


def board_of(system: "System", published: PublishedRoster) -> Board:
    """Return what is to be seen beside a roster."""
    team_day, now, roster = published.team_day, system.now(), published.roster
    try:
        problem: Problem | None = published.problem()
    except Refused:
        problem = None
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, in_force(system.settings.packs, team_day.day), now, LIVE)
        people = team_members(TeamMembers(team_id=team_day.team_id, day=team_day.day, region=system.region), rows)
        ids = {each.demand_id for each in roster.assignments} | {each.demand_id for each in roster.unplaced}
        visits = board_of_visits(rows, ids)
    missed = misses_of(system, visits, team_day)
    current = day.problem if day else None
    away = absences_of(people, team_day)
    changes: list[DayChange] = []
    if not system.store.is_planned(team_day):  # else a plan has seen what changed, and kept the roster
        if problem is not None and current is not None:
            changes += changes_of_members(problem.members, current.members, away)
        changes += changes_of_visits(ids, visits, missed, problem, current, team_day)
    works = {each.id: each.works for each in (current.members if current else ())}
    hours = {each.id: with_overtime(each) for each in (current.members if current else ())}
    return Board(
        changes=tuple(changes),
        members=tuple(member_day(person, roster, problem, works, away) for person in people),
        without_member=tuple(sorted(visits_without_member(roster, hours, visits))) if current else (),
        visits=visits,
        slack_days={each.id: each.slack_days for each in (problem.demands if problem else ())},
    )


def absences_of(people: Sequence[Row], team_day: TeamDay) -> dict[str, list[tuple[str, int, int]]]:
    """Return the absences of each member that touch the day: reason, first and last second."""
    away: dict[str, list[tuple[str, int, int]]] = {}
    for person in people:
        for absence in person["absences"]:
            begins, ends = (
                seconds_into(team_day.day, datetime.fromisoformat(str(absence[name])))
                for name in ("starts_at", "ends_at")
            )
            if begins < ends:
                away.setdefault(str(person["member_id"]), []).append((str(absence["reason"]), begins, ends))
    return away


def changes_of_members(
    before: Sequence[Member], after: Sequence[Member], away: Mapping[str, Sequence[tuple[str, int, int]]]
) -> Iterator[DayChange]:
    """Yield members who are away since, are back, have joined or have left."""
    old, new = ({each.id: each for each in members} for members in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield DayChange(kind="left", member_id=name)
        elif name not in old:
            yield DayChange(kind="joined", member_id=name)
        elif old[name].works != new[name].works:
            lost = total(new[name].works) < total(old[name].works)
            reason, begins, ends = away.get(name, [("", 0, 0)])[-1]
            hours = (begins, ends) if new[name].works and reason else (None, None)
            yield DayChange(
                kind="away" if lost else "back",
                member_id=name,
                reason=(reason or None) if lost else None,
                begins=hours[0] if lost else None,
                ends=hours[1] if lost else None,
            )


def total(works: Sequence[tuple[int, int]]) -> int:
    """Return the seconds of working hours."""
    return sum(ends - begins for begins, ends in works)


def misses_of(system: "System", visits: Mapping[str, Row], team_day: TeamDay) -> dict[str, str]:
    """Return the reasons of visits that were missed on a day, those that have been requested again since among them."""
    missed: dict[str, str] = {}
    for name, visit in visits.items():
        if visit["status"] == "missed" or not is_on_the_day(visit, team_day):
            for each in system.store.read(VISIT.stream(name)):
                if isinstance(each.event, VisitMissed) and each.event.was_on == team_day.day:
                    missed[name] = each.event.reason
    return missed


def changes_of_visits(
    ids: set[str],
    visits: Mapping[str, Row],
    missed: Mapping[str, str],
    before: Problem | None,
    after: Problem | None,
    team_day: TeamDay,
) -> Iterator[DayChange]:
    """Yield visits that are cancelled, missed or elsewhere since, that are new, and that were altered.

    `missed` has the reasons of those that were missed on the day.
    """
    for name in sorted(ids):
        visit = visits.get(name)
        status = str(visit["status"]) if visit else "elsewhere"
        if status == "cancelled":
            yield DayChange(kind="cancelled", visit_id=name)
        elif status == "missed":
            yield DayChange(kind="missed", visit_id=name, reason=missed.get(name, "other"))
        elif name in missed:
            yield DayChange(kind="missed-again", visit_id=name, reason=missed[name])
        elif visit is None or not is_on_the_day(visit, team_day):
            yield DayChange(kind="elsewhere", visit_id=name)
    if after is None:
        return
    known = {each.id: each for each in (before.demands if before else ())}
    for demand in after.demands:
        if demand.id not in ids:
            yield DayChange(kind="requested", visit_id=demand.id)
        elif demand.id in known and not has_begun(visits[demand.id]) and is_altered(known[demand.id], demand):
            yield DayChange(kind="altered", visit_id=demand.id)


def has_begun(visit: Row) -> bool:
    """Say whether a visit has begun: its roster holds the length that it really has."""
    return visit["status"] in {"started", "completed"}


def is_on_the_day(visit: Row, team_day: TeamDay) -> bool:
    """Say whether a visit still belongs to a team's day: it has its place there, or a window that holds the day."""
    day = team_day.day.isoformat()
    if visit["team_id"] != team_day.team_id:
        return False
    return visit["day"] == day or (visit["day"] is None and visit["window_from"] <= day <= visit["window_to"])


def is_altered(before: Demand, after: Demand) -> bool:
    """Say whether other people, lengths or hours are asked for than before."""

    def requested_of(demand: Demand) -> tuple[object, ...]:
        return tuple((each.roles, each.seconds) for each in demand.services), demand.closes, demand.priority

    return requested_of(before) != requested_of(after)


def with_overtime(member: Member) -> tuple[tuple[int, int], ...]:
    """Return the hours in which a member works, the overtime after the last one included."""
    *before, last = member.works or ((0, 0),)
    return (*before, (last[0], last[1] + (member.overtime if member.works else 0)))


def visits_without_member(
    roster: Roster, hours: Mapping[str, Sequence[tuple[int, int]]], visits: Mapping[str, Row]
) -> set[str]:
    """Return the visits still to come of which a member does not work at that time any more.

    The `hours` of each member hold their overtime.
    """
    return {
        each.demand_id
        for each in roster.assignments
        if visits.get(each.demand_id, {}).get("status") in {"assigned", "requested"}
        and not any(begins <= each.start < ends for begins, ends in hours.get(each.member_id, ()))
    }


def member_day(
    person: Row,
    roster: Roster,
    problem: Problem | None,
    works: Mapping[str, tuple[tuple[int, int], ...]],
    away: Mapping[str, Sequence[tuple[str, int, int]]],
) -> MemberDay:
    """Return how a member's day is."""
    name = str(person["member_id"])
    mine = sorted((each for each in roster.assignments if each.member_id == name), key=lambda each: each.start)
    way, back = way_home(problem, roster, name, mine) if problem is not None and mine else (None, None)
    return MemberDay(
        member_id=name,
        role=str(person["role"]),
        works=works.get(name, ()),
        visits=len(mine),
        service_seconds=sum(each.end - each.start for each in mine),
        last_ends=max((each.end for each in mine), default=None),
        way_home=way,
        back=back,
        reason=away[name][-1][0] if name in away else None,
        rests=rests_between(works.get(name, ()), away.get(name, ())),
    )


def rests_between(
    works: Sequence[tuple[int, int]], away: Sequence[tuple[str, int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return the breaks and rests of a day: what lies between the hours of work and is no absence."""
    gaps = [(before, after) for (_, before), (after, _) in pairwise(works)]
    return tuple(
        (before, after)
        for before, after in gaps
        if not any(begins < after and before < ends for _, begins, ends in away)
    )


def way_home(
    problem: Problem, roster: Roster, member_id: str, mine: Sequence[Assignment]
) -> tuple[int | None, int | None]:
    """Return the seconds of the way home behind the last visit, and when the member is back."""
    index = RosterIndex(problem, roster)
    member = index.members.get(member_id)
    if member is None:
        return None, None
    seconds = next((leg for leg, before, after in index.legs(member) if before is not None and after is None), None)
    if seconds is None:
        return None, None
    free = max(each.end for each in mine)
    begins = earliest_begin(member, free, seconds)
    return seconds, (free if begins is None else begins) + seconds

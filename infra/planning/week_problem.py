"""Rows to a week's problem, and its answer to commands: visits that may wait get their day before a day is planned.

A week is spread on the eve of a day, and for newcomers, who get their day beside those that have one. It is told only
where a visit's day changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import mode
from typing import Any

import orjson

from domain.decider import TeamDay
from domain.local_time import LOCAL, local_day
from domain.policy_pack import PolicyPack
from domain.roster import Solution, TierCost
from domain.team_week import CHOSEN, DAYS, SpreadWeek, VisitDay, monday_of, next_monday
from infra.planning.day_problem import MINUTE, kept_from, team_members
from infra.store.recorded import document_digest
from projections.incompatibilities import KeptApartOn, kept_apart_on
from projections.places import team_base
from projections.questions import Rows
from projections.team_weeks import TeamWeekPlan, WeekAhead, meant_for, team_week_plan, week_ahead
from projections.teams import guest_ids
from schedulers.travel.times import matrix
from schedulers.week.problem import LATER, WEEK_TIERS, WeekItem, WeekMember, WeekNeed, WeekPlan, WeekProblem
from schedulers.week.spread import keeping, why

RESERVE = 20
"""Percent of everybody's hours that are kept for calls and what takes longer [GK]."""

MAY_WAIT_DAYS = 4
"""A visit on request with a window of so many days may wait like a care task; a shorter one is a call [GK]."""

TAKES_NEW_UNTIL = 12
"""The local hour from which on a day takes no more visits that may wait [GK]."""

DAYS_LEFT = 3
"""A visit is put off only if its window leaves so many days of the next week [GK]."""

NEAR_SECONDS = 300
"""Homes so far apart, on the team's way of travel, lie together [GK]."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Week:
    """A team's week as the rows tell it: the problem, and what an earlier plan said of each visit.

    `waiting` are the visits with a choice of days; the others stand already, or have one day only.
    """

    problem: WeekProblem
    known: dict[str, VisitDay]
    waiting: frozenset[str]

    def kept(self) -> "Week":
        """Return the week in which each visit keeps its day as long as it can, so that newcomers get one."""
        return replace(self, problem=keeping(self.problem))

    @property
    def settled(self) -> bool:
        """Whether no visit has a choice of days."""
        return all(len(item.days) == 1 for item in self.problem.items)


def read_week(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime, deterministic: float) -> Week:
    """Return the week of a day, as the rows tell it now, to be solved with so much work."""
    monday = monday_of(team_day.day)
    first = first_open(monday, now)
    told = team_week_plan(TeamWeekPlan(team_id=team_day.team_id, day=monday), rows)
    known = {each.visit_id: each for each in map(visit_day, told["visits"] if told else ())}
    visits = week_ahead(WeekAhead(team_id=team_day.team_id, day=max(monday, local_day(now))), rows)
    sooner = meant_before(rows, team_day.team_id, monday, now)
    visits = [visit for visit in visits if visit["visit_id"] not in sooner]
    members, travels = members_of(rows, TeamDay(team_day.team_id, monday), first, pack)
    apart = kept_apart_on(KeptApartOn(team_id=team_day.team_id, day=next_monday(monday)), rows)
    ways = home_ways(rows, team_day.team_id, visits, travels)
    worked = frozenset(day for day in range(first, DAYS) if any(member.seconds[day] for member in members))
    items = [
        week_item(
            visit, days, way, area, known.get(str(visit["visit_id"])), monday, kept_from(apart, visit["resident_id"])
        )
        for visit, (way, area) in zip(visits, ways, strict=True)
        if (days := days_of(visit, known.get(str(visit["visit_id"])), monday, first, worked))
    ]
    problem = WeekProblem(
        team_id=team_day.team_id,
        monday=monday.isoformat(),
        open=tuple(number >= first for number in range(DAYS)),
        members=members,
        items=tuple(items),
        reserve=RESERVE,
        deterministic=deterministic,
    )
    chosen = {name for name, each in known.items() if each.because == CHOSEN}
    waiting = {item.id for item in items if len(item.days) > 1 or item.id in chosen}
    return Week(problem, known, frozenset(waiting))


def meant_before(rows: Rows, team_id: str, monday: date, now: datetime) -> set[str]:
    """Return the visits that are to be made this week already, if the one asked for is a later one."""
    today = local_day(now)
    if monday <= today:
        return set()
    return {name for name, day in meant_for(rows, team_id, today).items() if day is not None and day >= today}


def newcomers(rows: Rows, team_day: TeamDay, now: datetime) -> bool:
    """Say whether a week has any visit that may wait and was not given a day yet."""
    known = meant_for(rows, team_day.team_id, team_day.day)
    ahead = week_ahead(WeekAhead(team_id=team_day.team_id, day=max(monday_of(team_day.day), local_day(now))), rows)
    return any(each["visit_id"] not in known and each["day"] is None and may_wait(each) for each in ahead)


def visit_day(told: Row) -> VisitDay:
    """Return a visit's day as a row tells it."""
    day = date.fromisoformat(told["day"]) if told["day"] else None
    return VisitDay(visit_id=told["visit_id"], day=day, because=told["because"])


def first_open(monday: date, now: datetime) -> int:
    """Return the first day of the week, 0 to 7, that takes new visits: today in the morning, else tomorrow."""
    today = local_day(now) + timedelta(days=now.astimezone(LOCAL).hour >= TAKES_NEW_UNTIL)
    return max(0, min(DAYS, (today - monday).days))


def members_of(rows: Rows, week: TeamDay, first: int, pack: PolicyPack) -> tuple[tuple[WeekMember, ...], str]:
    """Return who is in the team on the open days, with her hours on each, and how most of them travel.

    Guests are not counted: how long they are here is settled day by day.
    """
    guests = guest_ids(rows, week.team_id)
    hours: dict[str, list[int]] = {}
    found: dict[str, WeekMember] = {}
    travels: list[str] = []
    for number in range(first, DAYS):
        for member in team_members(rows, TeamDay(week.team_id, week.day + timedelta(days=number)), pack):
            if member.id not in guests:
                told = hours.setdefault(member.id, [0] * DAYS)
                told[number] = sum(ends - starts for starts, ends in member.works)
                found[member.id] = WeekMember(
                    id=member.id, roles=member.roles, qualifications=member.qualifications, seconds=tuple(told)
                )
                travels.append(member.mode)
    return tuple(found[name] for name in sorted(found)), mode(travels) if travels else "walk"


def home_ways(rows: Rows, team_id: str, visits: Sequence[Row], travels: str) -> list[tuple[int, int]]:
    """Return for each visit the rough way to it in seconds, and the number of its area.

    The way is that from the nearest other home or the team's base, along a grid of streets: rough is enough for a week,
    and asks no server. An area is what lies near its first home.
    """
    base = team_base(rows, team_id)
    places = [] if base is None else [base]
    places += [(float(visit["home_x"] or 0), float(visit["home_y"] or 0)) for visit in visits]
    seconds = matrix(places, travels)
    firsts: list[int] = []
    areas: list[int] = []
    for place in range(1, len(places)):
        area = next((area for area, first in enumerate(firsts) if seconds[first][place] <= NEAR_SECONDS), len(firsts))
        if area == len(firsts):
            firsts.append(place)
        areas.append(area)
    ways = [min((way for way in seconds[place] if way), default=0) for place in range(1, len(places))]
    return list(zip(ways, areas, strict=True))


def days_of(visit: Row, known: VisitDay | None, monday: date, first: int, worked: frozenset[int]) -> tuple[int, ...]:
    """Return the days of the week on which a visit may be made, none if it is no matter of this week.

    What stands in a roster stays. A call, and what was meant for a day that has passed, comes on the next day. A day
    that was chosen is the only one, while it lasts. On a day off nobody comes: a window that leaves no other day of
    this week is a matter of the next one.
    """
    if visit["status"] in {"assigned", "started", "completed"}:
        return ((date.fromisoformat(visit["day"]) - monday).days,)
    opens, closes = ((date.fromisoformat(visit[name]) - monday).days for name in ("window_from", "window_to"))
    days = list(range(max(first, opens), min(DAYS, closes + 1)))
    meant = None if known is None or known.day is None else (known.day - monday).days
    if known is not None and known.because == CHOSEN and meant in days:
        return (meant,)
    days = [day for day in days if day in worked] or ([] if closes >= DAYS else days)
    if not may_wait(visit) or (meant is not None and meant < first):
        return tuple(days[:1])
    return (*days, LATER) if closes >= DAYS + DAYS_LEFT - 1 else tuple(days)


def may_wait(visit: Row) -> bool:
    """Say whether a visit is a round or a follow-up, or has so many days that it is no call.

    Where nobody opened, the visit is asked for again with new days. What is owed has not got them: it does not wait.
    """
    if visit["attempt"] > 1:
        return False
    window = date.fromisoformat(visit["window_to"]) - date.fromisoformat(visit["window_from"])
    return visit["care_task_id"] is not None or window.days + 1 >= MAY_WAIT_DAYS


def week_item(
    visit: Row,
    days: tuple[int, ...],
    way: int,
    area: int,
    known: VisitDay | None,
    monday: date,
    not_with: tuple[str, ...],
) -> WeekItem:
    """Return a visit as the week's solver sees it."""
    before = None if known is None else LATER if known.day is None else (known.day - monday).days
    return WeekItem(
        id=visit["visit_id"],
        days=days,
        needs=tuple(
            WeekNeed(
                roles=tuple(need["roles"]),
                qualifications=tuple(need["qualifications"]),
                seconds=need["minutes"] * MINUTE + way,
                named=need["named_id"],
            )
            for need in visit["needs"]
        ),
        area=area,
        owed=visit["care_task_id"] is not None,
        apart=visit["family_bed_id"] or f"{visit['resident_id']}.{visit['purpose']}",
        not_with=not_with,
        priority=visit["priority"],
        before=before,
    )


def week_document(problem: WeekProblem) -> bytes:
    """Return the canonical bytes of a week's problem: ids, hours and numbers of areas, no names and no coordinates."""
    return orjson.dumps(problem, option=orjson.OPT_SORT_KEYS)


def week_command(week: Week, plan: WeekPlan) -> SpreadWeek:
    """Return the command that tells the days of all visits that have a choice."""
    problem, monday = week.problem, date.fromisoformat(plan.monday)
    because = dict(why(problem, plan))
    visits = []
    for target in plan.targets:
        if target.item_id not in week.waiting:
            continue
        day = None if target.day == LATER else monday + timedelta(days=target.day)
        known = week.known.get(target.item_id)
        if known is None or known.day != day:
            known = VisitDay(visit_id=target.item_id, day=day, because=because[target.item_id])
        visits.append(known)
    return SpreadWeek(
        team_id=plan.team_id,
        monday=monday,
        visits=tuple(visits),
        solution=Solution(
            problem_digest=document_digest(week_document(problem)),
            solver=plan.solver,
            seed=problem.seed,
            iterations=0,
            deterministic=problem.deterministic,
            costs=tuple(TierCost(tier=tier, cost=cost) for tier, cost in zip(WEEK_TIERS, plan.costs, strict=True)),
            proof=plan.proof,
            bound_tier=plan.bound_tier,
            bound=plan.bound,
        ),
    )

"""A team's week: its rows become a problem for the solver, and the solver's plan becomes a command.

Visits that may wait get their day before any day of the week is planned: on the eve of each day, and when a new visit
comes up on the day itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import mode

import orjson

from domain.decider import TeamDay
from domain.local_time import MINUTE, local_day
from domain.planning.neighbourhoods import areas_of_homes, rough_ways
from domain.planning.visit_days import (
    OpenDays,
    first_open_day,
    may_wait,
    open_days,
    reserve_percent,
)
from domain.policy_pack import PolicyPack
from domain.roster.commands import Solution, TierCost
from domain.team_week import CHOSEN, DAYS, SpreadWeek, VisitDay, monday_of, next_monday
from infra.planning.day_problem import kept_from_resident, team_members, week_visit, without_sooner, worked_days
from infra.store.recorded import document_digest
from projections.incompatibilities import KeptApartOn, kept_apart_on
from projections.places import team_base
from projections.questions import Row, Rows
from projections.team_weeks import TeamWeekPlan, WeekAhead, meant_for, team_week_plan, visit_day_of, week_ahead
from projections.teams import guest_ids
from schedulers.travel.times import matrix
from schedulers.week.problem import LATER, WEEK_TIERS, WeekItem, WeekMember, WeekNeed, WeekPlan, WeekProblem
from schedulers.week.spread import keeping, why


@dataclass(frozen=True, slots=True)
class Week:
    """A team's week: the problem, and the day of each visit by an earlier plan of the week.

    `waiting` are the visits with a choice of days; each other visit is in a roster, or has one day only.
    """

    problem: WeekProblem
    previous: dict[str, VisitDay]
    waiting: frozenset[str]

    def keeping_days(self) -> "Week":
        """Return the week in which each visit keeps its day if it can, so that only new visits get one."""
        return replace(self, problem=keeping(self.problem))

    @property
    def is_settled(self) -> bool:
        """Has no visit a choice of days?"""
        return all(len(item.days) == 1 for item in self.problem.items)


def read_week(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime, deterministic: float) -> Week:
    """Return the week of a day as of now; `deterministic` seconds bound the solver's work."""
    monday = monday_of(team_day.day)
    first = first_open_day(monday, now, pack)
    plan = team_week_plan(TeamWeekPlan(team_id=team_day.team_id, day=monday), rows)
    previous = {each.visit_id: each for each in map(visit_day_of, plan["visits"] if plan else ())}
    visits = week_ahead(WeekAhead(team_id=team_day.team_id, day=max(monday, local_day(now))), rows)
    visits = without_sooner(rows, TeamDay(team_day.team_id, monday), visits, pack, now)
    members, travels_by = week_members(rows, TeamDay(team_day.team_id, monday), first, pack)
    apart = kept_apart_on(KeptApartOn(team_id=team_day.team_id, day=next_monday(monday)), rows)
    seconds = matrix(places_of(rows, team_day.team_id, visits), travels_by)
    worked = {day for day in range(first, DAYS) if any(member.seconds[day] for member in members)}
    worked |= {(day - monday).days for day in worked_behind(rows, TeamDay(team_day.team_id, monday), visits, pack)}
    items = []
    for visit, way, area in zip(visits, rough_ways(seconds), areas_of_homes(seconds, pack), strict=True):
        known = previous.get(str(visit["visit_id"]))
        if days := open_days(week_visit(visit), known, monday, first, worked, pack):
            not_with = kept_from_resident(apart, visit["resident_id"])
            items.append(week_item(visit, days, way, area, day_number(known, monday), not_with))
    problem = WeekProblem(
        team_id=team_day.team_id,
        monday=monday.isoformat(),
        open=tuple(number >= first for number in range(DAYS)),
        members=members,
        items=tuple(items),
        reserve=reserve_percent(pack),
        deterministic=deterministic,
    )
    chosen = {visit_id for visit_id, each in previous.items() if each.because == CHOSEN}
    waiting = {item.id for item in items if len(item.days) > 1 or item.id in chosen}
    return Week(problem, previous, frozenset(waiting))


def worked_behind(rows: Rows, week: TeamDay, visits: Sequence[Row], pack: PolicyPack) -> list[date]:
    """Return the days behind a week, up to the end of the longest window, on which the team works."""
    last = max((date.fromisoformat(visit["window_to"]) for visit in visits), default=week.day)
    return worked_days(rows, week, next_monday(week.day), last, pack)


def has_newcomers(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime) -> bool:
    """Say whether the week of a day has a visit that may wait and has no day yet."""
    known = meant_for(rows, team_day.team_id, team_day.day)
    ahead = week_ahead(WeekAhead(team_id=team_day.team_id, day=max(monday_of(team_day.day), local_day(now))), rows)
    return any(
        each["visit_id"] not in known and each["day"] is None and may_wait(week_visit(each), pack) for each in ahead
    )


def week_members(rows: Rows, week: TeamDay, first: int, pack: PolicyPack) -> tuple[tuple[WeekMember, ...], str]:
    """Return the team's members with their hours on each open day, and the way by which most of them travel.

    Guests are not counted: their hours depend on other teams, day by day.
    """
    guests = guest_ids(rows, week.team_id)
    hours: dict[str, list[int]] = {}
    members: dict[str, WeekMember] = {}
    modes: list[str] = []
    for number in range(first, DAYS):
        for member in team_members(rows, TeamDay(week.team_id, week.day + timedelta(days=number)), pack):
            if member.id not in guests:
                seconds = hours.setdefault(member.id, [0] * DAYS)
                seconds[number] = sum(ends - starts for starts, ends in member.works)
                members[member.id] = WeekMember(
                    id=member.id, roles=member.roles, qualifications=member.qualifications, seconds=tuple(seconds)
                )
                modes.append(member.mode)
    return tuple(members[member_id] for member_id in sorted(members)), mode(modes) if modes else "walk"


def places_of(rows: Rows, team_id: str, visits: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the team's base and the home of each visit, in metres."""
    base = team_base(rows, team_id)
    places = [] if base is None else [base]
    return places + [(float(visit["home_x"] or 0), float(visit["home_y"] or 0)) for visit in visits]


def day_number(planned: VisitDay | None, monday: date) -> int | None:
    """Return the day of the week that a visit has by an earlier plan, `LATER` if it was put off."""
    if planned is None:
        return None
    return LATER if planned.day is None else (planned.day - monday).days


def week_item(
    visit: Row, days: OpenDays, way: int, area: int, before: int | None, not_with: tuple[str, ...]
) -> WeekItem:
    """Return the item of a visit's row; `way` in seconds is added to each of its parts."""
    return WeekItem(
        id=visit["visit_id"],
        days=(*days.days, LATER) if days.put_off else days.days,
        needs=tuple(
            WeekNeed(
                roles=tuple(need["roles"]),
                qualifications=tuple(need["qualifications"]),
                seconds=need["minutes"] * MINUTE + way,
                named=need["named_id"],
                preferred=tuple(need.get("preferred_ids", ())),
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
    """Return the command that records the days of all visits that have a choice."""
    problem, monday = week.problem, date.fromisoformat(plan.monday)
    because = dict(why(problem, plan))
    visits = []
    for target in plan.targets:
        if target.item_id not in week.waiting:
            continue
        day = None if target.day == LATER else monday + timedelta(days=target.day)
        visit_day = week.previous.get(target.item_id)
        if visit_day is None or visit_day.day != day:
            visit_day = VisitDay(visit_id=target.item_id, day=day, because=because[target.item_id])
        visits.append(visit_day)
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

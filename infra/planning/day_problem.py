"""A team's day: its rows become a problem for the solver, and the solver's roster becomes a command."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec
import orjson

from domain.decider import TeamDay
from domain.local_time import MINUTE, at_local, local_day, seconds_into
from domain.planning.visit_days import WeekVisit, days_to_carry_to, is_made_sooner, slack_days, takes_visits
from domain.planning.visit_hours import earliest_start, latest_start, latest_start_alone, wished_time
from domain.planning.working_time import (
    Interval,
    after_midnight,
    all_at_work,
    booked_elsewhere,
    day_hours,
    reaches_next_day,
)
from domain.policy_pack import PolicyPack
from domain.roster.commands import PublishRoster, RosterSlot, Solution, TierCost, UnplacedVisit
from domain.team.commands import Shift
from domain.team.working_days import weekdays_worked, why_off
from infra.planning.day_reality import Reality, as_it_happens, read_reality
from infra.planning.other_pack import weights_of
from infra.planning.solver_pool import sized
from infra.store.recorded import document_digest
from projections import roster_board
from projections.incompatibilities import KeptApartOn, kept_apart_on
from projections.places import team_base
from projections.questions import Row, Rows
from projections.roster_board import published_days, slots_of, slots_with_other_teams
from projections.stations import StationsOn, stations_on
from projections.team_days import own_days, worked_as
from projections.team_weeks import held_back, meant_for, newest_days
from projections.teams import absences_of, members_on
from projections.visits import OpenVisits, open_visits
from schedulers.problem import Budget, Demand, Member, Pin, Problem, Roster, Service
from schedulers.travel.times import Place, Travel

IN_A_ROSTER = frozenset({"assigned", "started", "completed"})
"""States of visits that people are to make, or have made."""


@dataclass(frozen=True, slots=True)
class DayProblem:
    """A team's day before its travel times are known: the problem, its places in metres, and what has happened.

    The base is the first place; `visits` are the rows of the others, in their order.
    """

    problem: Problem
    places: tuple[Place, ...]
    reality: Reality
    visits: tuple[Row, ...] = ()


def read_day(
    rows: Rows,
    team_day: TeamDay,
    pack: PolicyPack,
    now: datetime,
    budget: Budget,
    *,
    more: Sequence[Row] = (),
    away: Mapping[str, Interval] | None = None,
) -> DayProblem | None:
    """Return a team's day as of now, with `more` visits and members `away` that are no rows yet; None if unknown."""
    base = team_base(rows, team_day.team_id)
    if base is None:
        return None
    visits = [*still_wanted(rows, team_day, pack, now), *more]
    places = [base]
    places += [(float(visit["home_x"] or 0), float(visit["home_y"] or 0)) for visit in visits]
    members = team_members(rows, team_day, pack, away)
    apart = kept_apart_on(KeptApartOn(team_id=team_day.team_id, day=team_day.day), rows)
    worked = worked_later(rows, team_day, visits, pack)
    demands = tuple(
        by_day_if_alone(
            demand_of(visit, place, team_day.day, worked, kept_from_resident(apart, visit["resident_id"])),
            members,
            pack,
        )
        for place, visit in enumerate(visits, start=1)
    )
    stations = stations_on(StationsOn(team_id=team_day.team_id, day=team_day.day), rows)
    members, places = with_stations(members, places, {row["member_id"]: (row["x"], row["y"]) for row in stations})
    problem = Problem(
        team_id=team_day.team_id,
        day=team_day.day.isoformat(),
        members=members,
        demands=demands,
        travel={},
        apart=tuple((row["member_id"], row["other_member_id"]) for row in apart if row["other_member_id"]),
        day_off="" if any(member.works for member in members) else reason_of_day_off(rows, team_day, pack),
        seed=1,
        budget=budget,
        **weights_of(pack),
    )
    return DayProblem(sized(problem), tuple(places), read_reality(rows, team_day, visits, pack, now), tuple(visits))


def with_stations(
    members: Sequence[Member], places: Sequence[Place], stations: Mapping[str, tuple[int, int]]
) -> tuple[tuple[Member, ...], list[Place]]:
    """Return the members with the places at which their days begin and end, and all places, the stations last."""
    numbers = {
        station: len(places) + number
        for number, station in enumerate(sorted({stations[each.id] for each in members if each.id in stations}))
    }
    at_their_station = tuple(
        replace(each, start_place=place, end_place=place)
        for each in members
        for place in (numbers[stations[each.id]] if each.id in stations else each.start_place,)
    )
    return at_their_station, [*places, *((float(x), float(y)) for x, y in numbers)]


def kept_from_resident(apart: Sequence[Row], resident_id: str) -> tuple[str, ...]:
    """Return the members who must not go to a resident."""
    return tuple(row["member_id"] for row in apart if row["resident_id"] == resident_id)


def with_stuck_only(day: DayProblem) -> DayProblem:
    """Return a day off with those visits only that no later working day of their windows is left for."""
    stuck = tuple(demand for demand in day.problem.demands if demand.slack_days == 0)
    return replace(day, problem=replace(day.problem, demands=stuck))


def with_travel(day: DayProblem, travel: Travel) -> Problem:
    """Return the problem with its travel times, as the day really happens.

    The source of travel times may be a server: hold no rows while it answers.
    """
    modes = sorted({member.mode for member in day.problem.members}) or ["walk"]
    times = {mode: travel.times(day.places, mode) for mode in modes}
    problem = replace(
        day.problem,
        travel={mode: each.seconds for mode, each in times.items()},
        travel_from={mode: each.travel_from for mode, each in times.items()},
    )
    return as_it_happens(problem, day.reality)


def wanted_visits(rows: Rows, team_day: TeamDay) -> list[Row]:
    """Return the visits that a day must hold; a visit that its week gives a later day is left out."""
    visits = open_visits(OpenVisits(team_id=team_day.team_id, day=team_day.day), rows)
    waiting = held_back(visits, meant_for(rows, team_day.team_id, team_day.day), team_day.day)
    return [visit for visit in visits if visit["visit_id"] not in waiting]


def still_wanted(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime) -> list[Row]:
    """Return the visits that no earlier day makes; where only its night is left, those that no later day can make."""
    visits, day = wanted_visits(rows, team_day), team_day.day
    if day < local_day(now):
        return [visit for visit in visits if visit["status"] != "requested" or visit["window_to"] == str(day)]
    return without_sooner(rows, team_day, visits, pack, now)


def without_sooner(rows: Rows, team_day: TeamDay, visits: Sequence[Row], pack: PolicyPack, now: datetime) -> list[Row]:
    """Return the visits of a day, or of the week that begins on it, that will not be made before it."""
    today = local_day(now)
    if team_day.day <= today + timedelta(days=not takes_visits(today, now, pack)):
        return list(visits)
    between = (today, team_day.day - timedelta(days=1))
    published = published_days(rows, team_day.team_id, *between)
    sooner = [
        day
        for day in worked_days(rows, team_day, *between, pack)
        if day not in published and takes_visits(day, now, pack)
    ]
    if not sooner:
        return list(visits)
    known = newest_days(rows, team_day.team_id, today, team_day.day)
    return [
        visit
        for visit in visits
        if not is_made_sooner(week_visit(visit), known.get(visit["visit_id"]), team_day.day, sooner)
    ]


def week_visit(row: Row) -> WeekVisit:
    """Return the visit of a row, with the fields on which the choice of its day depends."""
    return WeekVisit(
        window_from=date.fromisoformat(row["window_from"]),
        window_to=date.fromisoformat(row["window_to"]),
        planned_on=date.fromisoformat(row["day"]) if row["status"] in IN_A_ROSTER else None,
        attempt=row["attempt"],
        owed=row["care_task_id"] is not None,
    )


def team_members(
    rows: Rows, team_day: TeamDay, pack: PolicyPack, away: Mapping[str, Interval] | None = None
) -> tuple[Member, ...]:
    """Return the members who hold a seat on the day and may practise, with their hours; `away` is no row yet."""
    absences: dict[str, list[Interval]] = defaultdict(list)
    for member_id, absence in (away or {}).items():
        absences[member_id].append(absence)
    for row in absences_of(rows, team_day.team_id):
        starts, ends = (datetime.fromisoformat(str(row[name])) for name in ("starts_at", "ends_at"))
        absences[str(row["member_id"])].append((seconds_into(team_day.day, starts), seconds_into(team_day.day, ends)))
    seats = [row for row in members_on(rows, team_day.team_id, team_day.day) if row["practises"]]
    for row in seats:
        if row["guest"]:
            absences[str(row["member_id"])] += guest_bookings(rows, str(row["member_id"]), team_day)
    for member_id, night in worked_until_now(rows, team_day, pack):
        absences[member_id].append(night)
    weekdays = worked_as(rows, team_day.team_id, team_day.day, pack)
    tomorrow = team_day.day + timedelta(days=1)
    at_night = any(reaches_next_day(shifts_of(row), pack) for row in seats)
    then = worked_as(rows, team_day.team_id, tomorrow, pack) if at_night else ()
    return tuple(member_of(row, weekdays, absences[str(row["member_id"])], pack, then) for row in seats)


def worked_until_now(rows: Rows, team_day: TeamDay, pack: PolicyPack) -> Iterator[tuple[str, Interval]]:
    """Yield members with the hours after midnight that belong to the roster of the day before: shifts, and visits."""
    before = TeamDay(team_day.team_id, team_day.day - timedelta(days=1))
    seats = [row for row in members_on(rows, *before) if reaches_next_day(shifts_of(row), pack)]
    if not seats:
        return
    weekdays = worked_as(rows, *before, pack)
    for row in seats:
        for night in after_midnight(shifts_of(row), weekdays):
            yield str(row["member_id"]), night
    for slot in slots_of(rows, *before):
        starts, ends = (datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at"))
        if ends > at_local(team_day.day):
            yield slot["member_id"], booked_elsewhere(team_day.day, starts, ends, slot["travel_seconds"])


def reason_of_day_off(rows: Rows, team_day: TeamDay, pack: PolicyPack) -> str:
    """Return why nobody of the team works on a day; empty where shifts are worked, but everybody is absent."""
    own = own_days(rows, team_day.team_id, team_day.day, team_day.day).get(team_day.day)
    weekdays = weekdays_worked(team_day.day, own, pack)
    seats = members_on(rows, team_day.team_id, team_day.day)
    has_shifts = any(each["weekday"] in weekdays for row in seats for each in row["shifts"])
    return "" if has_shifts else why_off(team_day.day, own, pack)


def worked_later(rows: Rows, team_day: TeamDay, visits: Sequence[Row], pack: PolicyPack) -> list[date]:
    """Return the later days up to the end of the longest window that the team works.

    Hours are those of the day itself; absences to come are not counted.
    """
    last = max((date.fromisoformat(visit["window_to"]) for visit in visits), default=team_day.day)
    return worked_days(rows, team_day, team_day.day + timedelta(days=1), last, pack)


def worked_days(rows: Rows, team_day: TeamDay, first: date, last: date, pack: PolicyPack) -> list[date]:
    """Return the days between two, both included, on which any of the team's own members has a shift."""
    seats = [row for row in members_on(rows, team_day.team_id, team_day.day) if not row["guest"]]
    shifts = {each["weekday"] for row in seats for each in row["shifts"]}
    own = own_days(rows, team_day.team_id, first, last)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if shifts.intersection(weekdays_worked(day, own.get(day), pack))]


def guest_bookings(rows: Rows, member_id: str, team_day: TeamDay) -> Iterator[Interval]:
    """Yield when the rosters of other teams book a guest that day, or after midnight that of the day before."""
    for day in (team_day.day - timedelta(days=1), team_day.day):
        for slot in slots_with_other_teams(rows, member_id, team_day.team_id, day):
            starts, ends = (datetime.fromisoformat(slot[name]) for name in ("starts_at", "ends_at"))
            if ends > at_local(team_day.day):
                yield booked_elsewhere(team_day.day, starts, ends, slot["travel_seconds"])


def member_of(
    row: Row, weekdays: Sequence[int], absences: Sequence[Interval], pack: PolicyPack, tomorrow: Sequence[int] = ()
) -> Member:
    """Return the member of a seat's row, with the hours that the absences leave.

    `tomorrow` are the weekdays whose shifts are worked on the next day, where a shift or its overtime may reach there.
    """
    hours = day_hours(shifts_of(row), weekdays, tomorrow, absences, pack)
    return Member(
        id=str(row["member_id"]),
        roles=(str(row["role"]),),
        qualifications=tuple(row["qualifications"]),
        works=hours.works,
        overtime=hours.overtime,
        start_place=0,
        end_place=0,
        mode=str(row["travels_by"]),
    )


def shifts_of(row: Row) -> tuple[Shift, ...]:
    """Return the shifts of a seat's row."""
    return msgspec.convert(row["shifts"], tuple[Shift, ...])


def by_day_if_alone(demand: Demand, members: Sequence[Member], pack: PolicyPack) -> Demand:
    """Return a demand that is late at night where one person makes it, and its hours are those of the whole day."""
    if len(demand.services) > 1:
        return demand
    until = max((member.works[-1][1] for member in members if member.works), default=0)
    return replace(demand, closes=latest_start_alone(demand.closes, until, pack))


def demand_of(
    visit: Row,
    place: int,
    day: date,
    worked: Sequence[date],
    not_with: tuple[str, ...] = (),
) -> Demand:
    """Return the demand of a visit's row, as it was requested and published.

    `worked` are the later days on which the team works.
    """
    slots = visit["slots"] if visit["status"] != "requested" else []
    published = tuple(
        Pin(member_id=slot["member_id"], start=seconds_into(day, datetime.fromisoformat(slot["starts_at"])))
        for slot in slots
    )
    return Demand(
        id=visit["visit_id"],
        place=place,
        services=tuple(
            Service(
                roles=tuple(need["roles"]),
                qualifications=tuple(need["qualifications"]),
                seconds=need["minutes"] * MINUTE,
                named=need["named_id"],
                preferred=tuple(need.get("preferred_ids", ())),
            )
            for need in visit["needs"]
        ),
        sync=visit["sync"],
        gap=(visit["least_gap"] * MINUTE, visit["most_gap"] * MINUTE),
        opens=earliest_start(visit["opens_at"], 0),
        closes=latest_start(visit["closes_at"], visit["opens_at"]),
        priority=visit["priority"],
        wish=wished_time(infectious=bool(visit["infectious"])),
        slack_days=slack_days(date.fromisoformat(visit["window_to"]), worked),
        not_with=not_with,
        previous=published,
    )


def pins_at_work(members: Sequence[Member], pins: Sequence[Pin]) -> bool:
    """Say whether each pinned member works when the pin begins."""
    return all_at_work({each.id: each.works for each in members}, [(pin.member_id, pin.start) for pin in pins])


def problem_document(problem: Problem) -> bytes:
    """Return the canonical bytes of a problem: ids, windows and travel times, no names and no coordinates."""
    return orjson.dumps(problem.stored())


def publish_command(problem: Problem, roster: Roster, carried_over_to: date | None) -> PublishRoster:
    """Return the command that publishes a problem's roster; visits without a place are planned on `carried_over_to`."""
    day = date.fromisoformat(problem.day)
    midnight = at_local(day)
    return PublishRoster(
        team_id=problem.team_id,
        day=day,
        slots=tuple(
            RosterSlot(
                visit_id=part.demand_id,
                service=part.service,
                member_id=part.member_id,
                starts_at=midnight + timedelta(seconds=part.start),
                ends_at=midnight + timedelta(seconds=part.end),
                travel_seconds=part.travel,
            )
            for part in roster.assignments
        ),
        unplaced=tuple(UnplacedVisit(visit_id=left.demand_id, rule=left.rule) for left in roster.unplaced),
        solution=Solution(
            problem_digest=document_digest(problem_document(problem)),
            solver=roster.solver,
            seed=problem.seed,
            iterations=roster.iterations,
            deterministic=problem.budget.deterministic,
            costs=tuple(TierCost(tier=tier.label, cost=roster.costs[tier]) for tier in problem.tiers),
            proof=roster.proof,
            bound_tier=roster.bound_tier,
            bound=roster.bound,
        ),
        carried_over_to=carried_over_to,
    )


def next_working_day(rows: Rows, team_day: TeamDay, pack: PolicyPack) -> date | None:
    """Return the team's next day on which anybody works, None if it is too far ahead."""
    days = days_to_carry_to(team_day.day, pack)
    return next(
        (day for day in days if any(each.works for each in team_members(rows, TeamDay(team_day.team_id, day), pack))),
        None,
    )


def is_published(rows: Rows, team_day: TeamDay) -> bool:
    """Say whether a team-day has a roster."""
    return roster_board.is_published(rows, team_day.team_id, team_day.day)

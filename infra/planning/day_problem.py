"""Rows to a planning problem: what the solver is told about one team's day, and what its answer means in commands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from domain.decider import TeamDay
from domain.local_time import at_local, local_day
from domain.policy_pack import PolicyPack
from domain.roster import PublishRoster, RosterSlot, Solution, TierCost, UnplacedVisit
from infra.store.recorded import document_digest
from projections import roster_board
from projections.incompatibilities import KeptApartOn, kept_apart_on
from projections.places import team_base
from projections.questions import Rows
from projections.roster_board import slots_with_other_teams
from projections.stations import StationsOn, stations_on
from projections.team_weeks import held_back, meant_for
from projections.teams import absences_of, members_on
from projections.visits import OpenVisits, open_visits
from schedulers.problem import TIERS, Budget, Demand, Member, Pin, Problem, Roster, Service
from schedulers.travel.times import Place, Travel

MINUTE = 60
DAY_SECONDS = 24 * 60 * MINUTE

FREEZE = timedelta(minutes=30)
"""A visit that begins sooner than this is not moved any more [GK]."""

LAST_OF_THE_DAY = DAY_SECONDS - MINUTE
"""An infectious visit is wished for at the end of the day, so that the others come before it (A6) [GK]."""

LOOK_AHEAD_DAYS = 14
"""How far ahead the next working day is looked for."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayAsRead:
    """A team's day as the rows tell it: its problem, still without times on the way, and where its places are."""

    problem: Problem
    places: tuple[Place, ...]


def read_day(rows: Rows, team_day: TeamDay, pack: PolicyPack, now: datetime, budget: Budget) -> DayAsRead | None:
    """Return a team's day as the rows tell it now; None if the team is not known."""
    base = team_base(rows, team_day.team_id)
    if base is None:
        return None
    visits = wanted_visits(rows, team_day)
    places = [base]
    places += [(float(visit["home_x"] or 0), float(visit["home_y"] or 0)) for visit in visits]
    members = team_members(rows, team_day, pack)
    frozen = frozen_until(team_day.day, now)
    apart = kept_apart_on(KeptApartOn(team_id=team_day.team_id, day=team_day.day), rows)
    demands = tuple(
        demand(visit, place, team_day.day, members, frozen, not_with=kept_from(apart, visit["resident_id"]))
        for place, visit in enumerate(visits, start=1)
    )
    stations = stations_on(StationsOn(team_id=team_day.team_id, day=team_day.day), rows)
    members, places = departing(members, places, {row["member_id"]: (row["x"], row["y"]) for row in stations})
    problem = Problem(
        team_id=team_day.team_id,
        day=team_day.day.isoformat(),
        members=members,
        demands=demands,
        travel={},
        apart=tuple((row["member_id"], row["other_member_id"]) for row in apart if row["other_member_id"]),
        seed=1,
        budget=budget,
    )
    return DayAsRead(problem, tuple(places))


def departing(
    members: Sequence[Member], places: Sequence[Place], stations: Mapping[str, tuple[int, int]]
) -> tuple[tuple[Member, ...], list[Place]]:
    """Return the members with the places at which their days begin and end, and all places, those of stations last."""
    at = {
        station: len(places) + number
        for number, station in enumerate(sorted({stations[each.id] for each in members if each.id in stations}))
    }

    def from_hers(member: Member) -> Member:
        place = at[stations[member.id]] if member.id in stations else member.start_place
        return replace(member, start_place=place, end_place=place)

    seated = tuple(from_hers(member) for member in members)
    return seated, [*places, *((float(x), float(y)) for x, y in at)]


def kept_from(apart: Sequence[Row], resident_id: str) -> tuple[str, ...]:
    """Return the members who must not go to a resident."""
    return tuple(row["member_id"] for row in apart if row["resident_id"] == resident_id)


def with_travel(read: DayAsRead, travel: Travel) -> Problem:
    """Return the problem with its times on the way. A source may be far away: no rows are held while it is asked."""
    modes = sorted({member.mode for member in read.problem.members}) or ["walk"]
    times = {mode: travel.times(read.places, mode) for mode in modes}
    return replace(
        read.problem,
        travel={mode: each.seconds for mode, each in times.items()},
        travel_from={mode: each.travel_from for mode, each in times.items()},
    )


def wanted_visits(rows: Rows, team_day: TeamDay) -> list[Row]:
    """Return the visits that a day must hold; those that its week means for a later day are not wanted yet."""
    visits = open_visits(OpenVisits(team_id=team_day.team_id, day=team_day.day), rows)
    waiting = held_back(visits, meant_for(rows, team_day.team_id, team_day.day), team_day.day)
    return [visit for visit in visits if visit["visit_id"] not in waiting]


def team_members(rows: Rows, team_day: TeamDay, pack: PolicyPack) -> tuple[Member, ...]:
    """Return who holds a seat on the day and may practise, with the hours that shifts, breaks and absences leave."""
    absences: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in absences_of(rows, team_day.team_id):
        starts = second_of(team_day.day, str(row["starts_at"]))
        absences[str(row["member_id"])].append((starts, second_of(team_day.day, str(row["ends_at"]))))
    most = pack.most_overtime_minutes * MINUTE
    seats = [row for row in members_on(rows, team_day.team_id, team_day.day) if row["practises"]]
    for row in seats:
        if row["guest"]:
            absences[str(row["member_id"])] += booked_elsewhere(rows, str(row["member_id"]), team_day)
    return tuple(seated(row, team_day.day, absences[str(row["member_id"])], most) for row in seats)


def booked_elsewhere(rows: Rows, member_id: str, team_day: TeamDay) -> list[tuple[int, int]]:
    """Return when a guest is on the way or at work for other teams that day, as their rosters tell."""
    return [
        (second_of(team_day.day, slot["starts_at"]) - slot["travel_seconds"], second_of(team_day.day, slot["ends_at"]))
        for slot in slots_with_other_teams(rows, member_id, team_day.team_id, team_day.day)
    ]


def seated(row: Row, day: date, absences: Sequence[tuple[int, int]], most_overtime: int) -> Member:
    """Return a member as her seat's row and her absences tell of her on the day."""
    works = working_time(row["shifts"], day, absences)
    return Member(
        id=str(row["member_id"]),
        roles=(str(row["role"]),),
        qualifications=tuple(row["qualifications"]),
        works=works,
        overtime=overtime(works, working_time(row["shifts"], day, ()), absences, most_overtime),
        start_place=0,
        end_place=0,
        mode=str(row["travels_by"]),
    )


def overtime(
    works: tuple[tuple[int, int], ...],
    shift: tuple[tuple[int, int], ...],
    absences: Sequence[tuple[int, int]],
    most: int,
) -> int:
    """Return the seconds that may be worked behind the shift: none where she leaves before its end, none on leave."""
    if not works or works[-1][1] != shift[-1][1]:
        return 0
    leaves = [starts - works[-1][1] for starts, ends in absences if ends > works[-1][1]]
    return max(0, min([most, *leaves]))


def working_time(shifts: Sequence[Row], day: date, absences: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the seconds of the day in which a member works: her shift less break and absences, sorted."""
    shift = next((shift for shift in shifts if shift["weekday"] == day.weekday()), None)
    if shift is None:
        return ()
    free = [(shift["starts"] * MINUTE, shift["ends"] * MINUTE)]
    away = list(absences)
    if shift.get("break_starts") is not None:
        away.append((shift["break_starts"] * MINUTE, shift["break_ends"] * MINUTE))
    for gone_from, gone_to in away:
        free = [
            part
            for starts, ends in free
            for part in ((starts, min(ends, gone_from)), (max(starts, gone_to), ends))
            if part[0] < part[1]
        ]
    return tuple(sorted(free))


def demand(
    visit: Row, place: int, day: date, members: Sequence[Member], frozen: int, not_with: tuple[str, ...] = ()
) -> Demand:
    """Return one visit as the solver sees it; what has begun, or is about to, stays where it is."""
    slots = visit["slots"] if visit["status"] != "requested" else []
    pins = tuple(Pin(member_id=slot["member_id"], start=second_of(day, slot["starts_at"])) for slot in slots)
    works = {member.id: member.works for member in members}
    begun = visit["status"] in {"started", "completed"}
    fixed = bool(pins) and (
        begun or (min(pin.start for pin in pins) <= frozen and all(at_work(works, pin) for pin in pins))
    )
    opens = 0 if visit["opens_at"] is None else visit["opens_at"] * MINUTE
    return Demand(
        id=visit["visit_id"],
        place=place,
        services=tuple(
            Service(
                roles=tuple(need["roles"]),
                qualifications=tuple(need["qualifications"]),
                seconds=need["minutes"] * MINUTE,
                named=need["named_id"],
            )
            for need in visit["needs"]
        ),
        sync=visit["sync"],
        gap=(visit["least_gap"] * MINUTE, visit["most_gap"] * MINUTE),
        opens=opens if fixed else max(opens, frozen),
        closes=DAY_SECONDS if visit["closes_at"] is None else visit["closes_at"] * MINUTE,
        priority=visit["priority"],
        wish=(LAST_OF_THE_DAY, DAY_SECONDS) if visit["infectious"] else None,
        slack_days=max(0, (date.fromisoformat(visit["window_to"]) - day).days),
        not_with=not_with,
        pins=pins if fixed else (),
        previous=pins,
    )


def at_work(works: dict[str, tuple[tuple[int, int], ...]], pin: Pin) -> bool:
    """Say whether a member works at the moment at which she is pinned."""
    return any(starts <= pin.start < ends for starts, ends in works.get(pin.member_id, ()))


def frozen_until(day: date, now: datetime) -> int:
    """Return the second of the day before which nothing new begins; 0 for a day to come."""
    if day > local_day(now):
        return 0
    return max(0, min(DAY_SECONDS, int((now + FREEZE - at_local(day)).total_seconds())))


def second_of(day: date, moment: str) -> int:
    """Return the seconds from the local midnight of the day to a stored moment, cut to the day."""
    told = datetime.fromisoformat(moment)
    return max(0, min(DAY_SECONDS, int((told - at_local(day)).total_seconds())))


def problem_document(problem: Problem) -> bytes:
    """Return the canonical bytes of a problem: ids, windows and travel times, no names and no coordinates."""
    return orjson.dumps(problem, option=orjson.OPT_SORT_KEYS)


def publication(problem: Problem, roster: Roster, carried_over_to: date | None) -> PublishRoster:
    """Return the command that publishes a roster found for a problem."""
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
            costs=tuple(TierCost(tier=tier, cost=cost) for tier, cost in zip(TIERS, roster.costs, strict=True)),
            proof=roster.proof,
            bound_tier=roster.bound_tier,
            bound=roster.bound,
        ),
        carried_over_to=carried_over_to,
    )


def next_working_day(rows: Rows, team_day: TeamDay, pack: PolicyPack) -> date | None:
    """Return the team's next day on which anybody works, None if there is none in two weeks."""
    for ahead in range(1, LOOK_AHEAD_DAYS + 1):
        later = TeamDay(team_day.team_id, team_day.day + timedelta(days=ahead))
        if any(member.works for member in team_members(rows, later, pack)):
            return later.day
    return None


def is_published(rows: Rows, team_day: TeamDay) -> bool:
    """Say whether a team-day has a roster."""
    return roster_board.is_published(rows, team_day.team_id, team_day.day)

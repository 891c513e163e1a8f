"""A team's day as it really happens: what has begun is where it is, what ended frees its members, the rest follows.

A visit that has begun is pinned to its real members and times, one under way to the end that is forecast. A visit that
begins soon is pinned to its members, at the time at which they can come. No rule of the solver is changed for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.decider import TeamDay
from domain.local_time import MINUTE, seconds_into
from domain.planning.forecast import (
    DayMember,
    DayPart,
    PartKey,
    begins_of_stay,
    by_entering,
    ends_of_stay,
    forecast,
    lengths_that_count,
)
from domain.planning.visit_hours import Status, frozen_until, is_frozen
from domain.planning.working_time import Interval, all_at_work
from domain.policy_pack import PolicyPack
from domain.visit.commands import Sync
from projections.notices import newest_notices
from projections.questions import Row, Rows
from projections.visit_days import VisitsOn, lengths_of, visits_on
from schedulers.problem import Demand, Notified, Pin, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSoFar:
    """A visit of the day's roster, its parts as published and as they happened, without those of absent members."""

    visit_id: str
    status: Status
    parts: tuple[DayPart, ...]
    is_settled: bool = False
    """It has begun, or one of its members does not come: no roster moves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reality:
    """What has happened on a day by `now`; nothing new begins before `frozen`. Residents know what was `notified`."""

    visits: tuple[VisitSoFar, ...]
    now: int
    frozen: int
    notified: Mapping[str, Notified] = field(default_factory=dict)


def read_reality(rows: Rows, team_day: TeamDay, visits: Sequence[Row], pack: PolicyPack, now: datetime) -> Reality:
    """Return what has happened on a day; `visits` are its rows, at the places from 1 on."""
    on_day = {row["visit_id"]: row for row in visits_on(VisitsOn(team_id=team_day.team_id, day=team_day.day), rows)}
    second = seconds_into(team_day.day, now)
    so_far = tuple(
        visit_so_far(visit, on_day.get(visit["visit_id"]), place, team_day)
        for place, visit in enumerate(visits, start=1)
        if visit["status"] != "requested"
    )
    purposes = {visit["visit_id"]: visit["purpose"] for visit in visits}
    ends = ends_under_way(rows, team_day.team_id, so_far, purposes, second, pack)
    forecast_so_far = tuple(replace(each, parts=tuple(with_end(part, ends) for part in each.parts)) for each in so_far)
    notified = {
        name: Notified(start=second_of(team_day.day, notice["starts_at"]), member_ids=tuple(notice["member_ids"]))
        for name, notice in newest_notices(rows, {each.visit_id for each in so_far}).items()
        if notice["starts_at"] is not None
    }
    frozen = frozen_until(team_day.day, now, pack)
    return Reality(visits=forecast_so_far, now=second, frozen=frozen, notified=notified)


def with_end(part: DayPart, ends: Mapping[PartKey, int]) -> DayPart:
    """Return a part with its end that is forecast, if it is under way."""
    return replace(part, ends=ends.get((part.visit_id, part.service), part.ends))


def ends_under_way(
    rows: Rows,
    team_id: str,
    visits: Sequence[VisitSoFar],
    purposes: Mapping[str, str],
    now: int,
    pack: PolicyPack,
) -> dict[PartKey, int]:
    """Return when parts under way will end; what a member has begun in one home is one stay."""
    left: dict[str, int] = {}
    there: dict[str, list[DayPart]] = {}
    for part in (part for visit in visits for part in visit.parts if part.entered is not None):
        if part.ends is None:
            there.setdefault(part.member_id, []).append(part)
        else:
            left[part.member_id] = max(left.get(part.member_id, 0), part.ends)
    ends: dict[PartKey, int] = {}
    for member_id, parts in there.items():
        parts.sort(key=by_entering)
        begins, last = begins_of_stay(parts, left.get(member_id, 0)), parts[-1]
        is_overrun = now - begins[-1] > last.seconds
        count = lengths_that_count(pack)
        lengths = lengths_of(rows, team_id, purposes[last.visit_id], member_id, count) if is_overrun else ()
        for part, end in zip(parts, ends_of_stay(parts, begins, now, lengths, pack), strict=True):
            ends[part.visit_id, part.service] = end
    return ends


def visit_so_far(visit: Row, on_day: Row | None, place: int, team_day: TeamDay) -> VisitSoFar:
    """Return a visit as it has happened."""
    came = parts_that_came(visit, on_day)
    absent = set(on_day["absent"]) if on_day else set()
    parts = []
    for service, (need, slot) in enumerate(zip(visit["needs"], visit["slots"], strict=False)):
        if service in absent:
            continue
        part = DayPart(
            visit_id=visit["visit_id"],
            service=service,
            member_id=slot["member_id"],
            place=place,
            starts=second_of(team_day.day, slot["starts_at"]),
            seconds=need["minutes"] * MINUTE,
        )
        parts.append(with_presence(part, came.get(service), team_day.day))
    return VisitSoFar(
        visit_id=visit["visit_id"],
        status=visit["status"],
        parts=tuple(parts),
        is_settled=visit["status"] != "assigned" or bool(absent),
    )


def parts_that_came(visit: Row, on_day: Row | None) -> dict[int, Row]:
    """Return who came, by need; in a visit from before parts were recorded all came together."""
    known = on_day["parts"] if on_day else []
    if known or visit["entered_at"] is None or visit["status"] not in {"started", "completed"}:
        return {each["service"]: each for each in known}
    times = {"entered_at": visit["entered_at"], "left_at": visit["left_at"]}
    return {service: {"member_id": slot["member_id"], **times} for service, slot in enumerate(visit["slots"])}


def with_presence(part: DayPart, came: Row | None, day: date) -> DayPart:
    """Return a part as it happened: who came, when, and when they left."""
    if came is None:
        return part
    ends = None if came["left_at"] is None else second_of(day, came["left_at"])
    return replace(part, member_id=came["member_id"], entered=second_of(day, came["entered_at"]), ends=ends)


def second_of(day: date, moment: str) -> int:
    """Return the second of the day of a moment that a row holds."""
    return seconds_into(day, datetime.fromisoformat(moment))


def as_it_happens(problem: Problem, reality: Reality) -> Problem:
    """Return a day's problem, with its travel times, as it really happens."""
    members = {each.id for each in problem.members}
    visits = {
        each.visit_id: replace(each, parts=tuple(part for part in each.parts if part.member_id in members))
        if each.is_settled
        else each
        for each in reality.visits
    }
    times = times_of(problem, reality, visits.values())
    demands = (as_visited(problem, each, visits.get(each.id), times, reality) for each in problem.demands)
    return replace(problem, demands=tuple(each for each in demands if each is not None))


def times_of(
    problem: Problem, reality: Reality, visits: Iterable[VisitSoFar], *, as_planned: bool = True
) -> dict[PartKey, Interval]:
    """Return when each part of the day's roster begins and ends, as it happened or will happen."""
    together: dict[str, tuple[Sync, int]] = {each.id: (each.sync, each.gap[0]) for each in problem.demands}
    parts = [part for visit in visits for part in visit.parts]
    return forecast(parts, day_members(problem), together, reality.now, as_planned=as_planned)


def day_members(problem: Problem) -> dict[str, DayMember]:
    """Return the members of a problem with their ways."""
    return {
        each.id: DayMember(
            works=each.works,
            overtime=each.overtime,
            start_place=each.start_place,
            ways=problem.travel.get(each.mode, ()),
        )
        for each in problem.members
    }


def as_visited(
    problem: Problem, demand: Demand, visit: VisitSoFar | None, times: Mapping[PartKey, Interval], reality: Reality
) -> Demand | None:
    """Return a demand as it happens; None if nobody of the team has a part of it."""
    if visit is None:
        return replace(demand, opens=max(demand.opens, reality.frozen))
    pins = tuple(Pin(member_id=part.member_id, start=times[part.visit_id, part.service][0]) for part in visit.parts)
    if visit.is_settled:
        return settled(demand, visit, pins, times)
    demand = replace(demand, notified=reality.notified.get(demand.id))
    works = {each.id: each.works for each in problem.members}
    at_work = all_at_work(works, [(pin.member_id, pin.start) for pin in pins])
    if is_frozen(visit.status, [pin.start for pin in pins], reality.frozen, at_work=at_work):
        return replace(demand, pins=pins)
    return replace(demand, opens=max(demand.opens, reality.frozen))


def visits_begun(problem: Problem) -> set[str]:
    """Return the visits of a problem that no roster moves: they are pinned to where they are, as if published there."""
    return {each.id for each in problem.demands if each.pins and each.pins == each.previous}


def settled(
    demand: Demand, visit: VisitSoFar, pins: tuple[Pin, ...], times: Mapping[PartKey, Interval]
) -> Demand | None:
    """Return the demand of a visit that no roster moves, with the parts that are made and their real lengths."""
    if not pins:
        return None
    services = []
    for part in visit.parts:
        start, end = times[part.visit_id, part.service]
        seconds = part.seconds if part.entered is None else end - start
        services.append(replace(demand.services[part.service], seconds=seconds))
    alone = len(services) == 1
    return replace(
        demand,
        services=tuple(services),
        sync="single" if alone else demand.sync,
        gap=(0, 0) if alone else demand.gap,
        pins=pins,
        previous=pins,
        notified=None,
    )

"""A team's day as the record alone shows it: what was planned, what is forecast, what is done, and what is not closed.

A visit that is not recorded as begun begins now at the earliest, unlike in the planner, which trusts the roster where
nothing of a member's day is recorded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from domain.decider import Refused, TeamDay
from domain.event import value
from domain.local_time import at_local
from domain.planning.forecast import (
    DayPart,
    PartKey,
    is_late,
    lengths_that_count,
    minutes_late,
    planned_starts,
    usual_length,
)
from domain.planning.working_time import Interval
from domain.policy_pack import PolicyPack, in_force
from infra.planning.day_problem import read_day, with_travel
from infra.planning.day_reality import Reality, VisitSoFar, times_of
from infra.planning.plan_day import LIVE
from infra.planning.today.behind_plan import revisions_of
from projections.questions import Row, Rows
from projections.roster_board import visits_of
from projections.visit_days import VisitsOn, lengths_of, visits_nobody_left, visits_on
from schedulers.problem import Problem

if TYPE_CHECKING:
    from infra.system import System

Unclosed = Literal["never-started", "never-left", "part-never-started"]
"""What is missing of a visit when the day's work is over."""


@value
class PartOfDay:
    """One member's part: as planned, and from when until when by record or forecast.

    `minutes_late` is set for a member who is late and still to come to a visit that others have begun.
    """

    member_id: str
    service: int
    planned_starts_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    entered_at: datetime | None
    left_at: datetime | None
    minutes_late: int = 0


@value
class VisitOfDay:
    """A visit on its day. `minutes_late` is behind its planned start, or its window; `alarm`: nobody has left."""

    visit_id: str
    resident_id: str
    purpose: str | None
    status: str
    reason: str | None = None
    parts: tuple[PartOfDay, ...]
    minutes_late: int = 0
    late: bool = False
    alarm: bool = False
    short: bool = False
    far_shorter: bool = False
    unclosed: Unclosed | None = None


@value
class DayForecast:
    """A team's day as of a moment, the visits in the order in which a leader reads them."""

    team_id: str
    day: date
    as_of: datetime
    revision: int | None
    visits: tuple[VisitOfDay, ...]


def forecast_day(system: "System", team_day: TeamDay) -> DayForecast:
    """Return the day as it happens. Refused `team-not-formed`."""
    now = system.now()
    pack = in_force(system.settings.packs, team_day.day)
    with system.rows.reading() as rows:
        day = read_day(rows, team_day, pack, now, LIVE)
        if day is None:
            raise Refused("team-not-formed", team=team_day.team_id)
        on_day = {row["visit_id"]: row for row in visits_on(VisitsOn(**team_day._asdict()), rows)}
        purposes = {row["visit_id"]: str(row["purpose"]) for row in day.visits}
        reality = with_usual_lengths(rows, team_day.team_id, day.reality, purposes, pack)
    problem = with_travel(day, system.travel)
    times = times_of(problem, reality, reality.visits, as_planned=False)
    revisions = revisions_of(system.store, team_day)
    planned = planned_starts([(when, starts) for _, when, starts in revisions], begun_at(reality), pack)
    is_over = work_is_over(problem, reality.now)
    visits = [
        visit_of_day(visit, on_day.get(visit.visit_id), problem, times, planned, team_day.day, pack, is_over=is_over)
        for visit in reality.visits
        if visit.parts
    ]
    known = {each.visit_id for each in visits}
    visits += [
        missed(row, planned, team_day.day) for name, row in on_day.items() if name not in known and is_missed(row)
    ]
    labels = visits_of(system.rows, {each.visit_id for each in visits})
    alarming = {each["visit_id"] for each in visits_nobody_left(system.rows, now)}
    visits = [
        replace(each, purpose=str(labels[each.visit_id]["purpose"]), alarm=each.visit_id in alarming) for each in visits
    ]
    return DayForecast(
        team_id=team_day.team_id,
        day=team_day.day,
        as_of=now,
        revision=revisions[-1][0] if revisions else None,
        visits=tuple(sorted(visits, key=by_urgency)),
    )


def with_usual_lengths(
    rows: Rows, team_id: str, reality: Reality, purposes: Mapping[str, str], pack: PolicyPack
) -> Reality:
    """Return what has happened, the visits to come with the lengths that such visits really took."""

    def lasting(part: DayPart) -> DayPart:
        if part.entered is not None:
            return part
        lengths = lengths_of(rows, team_id, purposes[part.visit_id], part.member_id, lengths_that_count(pack))
        return replace(part, seconds=usual_length(part.seconds, lengths, pack))

    visits = (replace(each, parts=tuple(map(lasting, each.parts))) for each in reality.visits)
    return replace(reality, visits=tuple(visits))


def begun_at(reality: Reality) -> dict[str, int]:
    """Return when each visit began that has."""
    entered = {each.visit_id: [p.entered for p in each.parts if p.entered is not None] for each in reality.visits}
    return {visit_id: min(moments) for visit_id, moments in entered.items() if moments}


def work_is_over(problem: Problem, now: int) -> bool:
    """Say whether nobody of the team works any more on the day."""
    return now >= max((member.works[-1][1] for member in problem.members if member.works), default=0)


def visit_of_day(
    visit: VisitSoFar,
    row: Row | None,
    problem: Problem,
    times: Mapping[PartKey, Interval],
    planned: Mapping[str, int],
    day: date,
    pack: PolicyPack,
    *,
    is_over: bool,
) -> VisitOfDay:
    """Return a visit of the day's roster as it happens."""
    closes = next(each.closes for each in problem.demands if each.id == visit.visit_id)
    start = min(times[part.visit_id, part.service][0] for part in visit.parts)
    there = [part for part in visit.parts if part.entered is not None and not has_left(part, row)]
    return VisitOfDay(
        visit_id=visit.visit_id,
        resident_id=row["resident_id"] if row else "",
        purpose=None,
        status=visit.status,
        parts=tuple(parts_of_day(visit, row, times, planned.get(visit.visit_id), day, pack)),
        minutes_late=minutes_late(start, planned.get(visit.visit_id), closes),
        late=is_late(start, planned.get(visit.visit_id), closes, pack),
        short=bool(row and row["short"]),
        far_shorter=bool(row and row["far_shorter"]),
        unclosed=unclosed(visit.status, there) if is_over else None,
    )


def has_left(part: DayPart, row: Row | None) -> bool:
    """Say whether a leaving is recorded for a part."""
    known = row["parts"] if row else []
    return any(each["service"] == part.service and each["left_at"] is not None for each in known)


def unclosed(status: str, there: Sequence[DayPart]) -> Unclosed | None:
    """Return what is missing of a visit; None if it was closed."""
    if status == "started":
        return "never-left" if there else "part-never-started"
    return "never-started" if status == "assigned" else None


def parts_of_day(
    visit: VisitSoFar,
    row: Row | None,
    times: Mapping[PartKey, Interval],
    planned: int | None,
    day: date,
    pack: PolicyPack,
) -> Iterator[PartOfDay]:
    """Yield the parts of a visit, with each part's share of the planned time."""
    midnight = at_local(day)
    first = min(part.starts for part in visit.parts)
    for part in visit.parts:
        start, end = (midnight + timedelta(seconds=second) for second in times[part.visit_id, part.service])
        begins, _ = times[part.visit_id, part.service]
        own = None if planned is None else planned + part.starts - first
        waits = own is not None and visit.status == "started" and part.entered is None
        is_done = visit.status == "completed" or has_left(part, row)
        yield PartOfDay(
            member_id=part.member_id,
            service=part.service,
            planned_starts_at=None if own is None else midnight + timedelta(seconds=own),
            starts_at=start,
            ends_at=end,
            entered_at=None if part.entered is None else start,
            left_at=end if part.entered is not None and is_done else None,
            minutes_late=minutes_late(begins, own, begins) if waits and is_late(begins, own, begins, pack) else 0,
        )


def is_missed(row: Row) -> bool:
    """Say whether a visit was missed on the day."""
    return bool(row["status"] == "missed")


def missed(row: Row, planned: Mapping[str, int], day: date) -> VisitOfDay:
    """Return a visit that did not take place; one that nobody began was never closed."""
    start = planned.get(row["visit_id"])
    at = None if start is None else at_local(day) + timedelta(seconds=start)
    return VisitOfDay(
        visit_id=row["visit_id"],
        resident_id=row["resident_id"],
        purpose=None,
        status="missed",
        reason=row["reason"],
        parts=tuple(
            PartOfDay(
                member_id=slot["member_id"],
                service=service,
                planned_starts_at=at,
                starts_at=datetime.fromisoformat(slot["starts_at"]),
                ends_at=datetime.fromisoformat(slot["ends_at"]),
                entered_at=moment_of(row, service, "entered_at"),
                left_at=moment_of(row, service, "left_at"),
            )
            for service, slot in enumerate(row["slots"])
        ),
        unclosed="never-started" if row["reason"] == "not-started" else None,
    )


def moment_of(row: Row, service: int, column: str) -> datetime | None:
    """Return when a member of a missed visit entered or left, if they came."""
    moments = (part[column] for part in row["parts"] if part["service"] == service)
    moment = next(moments, None)
    return None if moment is None else datetime.fromisoformat(moment)


def by_urgency(visit: VisitOfDay) -> tuple[int, int, datetime, str]:
    """Sort by what the leader must look at first: alarms, late visits that are not over, then the time."""
    is_open = visit.status in {"assigned", "started"}
    rank = 0 if visit.alarm else 1 if visit.late and is_open else 2
    return rank, -visit.minutes_late if rank == 1 else 0, min(p.starts_at for p in visit.parts), visit.visit_id

"""What is late on a roster: visits that start after their window closes, and members who end after their shift."""

from dataclasses import dataclass

from schedulers.limits import urgent_closes
from schedulers.problem import Problem, Roster
from schedulers.rules import RosterIndex, overtime_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LateVisit:
    """A service that starts `seconds` after its window, which is open from `opens` to `closes`.

    It is `urgent` where the problem's order counts it as urgent lateness.
    """

    demand_id: str
    service: int
    member_id: str
    start: int
    opens: int
    closes: int
    seconds: int
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberOvertime:
    """A member who is back `seconds` after the end of their shift, and whether that is beyond the limit."""

    member_id: str
    shift_ends: int
    ends: int
    seconds: int
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """The late visits of a roster, by start, and the members who work overtime, by id."""

    visits: tuple[LateVisit, ...] = ()
    overtime: tuple[MemberOvertime, ...] = ()


def lateness(problem: Problem, roster: Roster) -> Lateness:
    """Return what is late on a roster of a problem."""
    index, limits = RosterIndex(problem, roster), problem.limits
    late = [
        LateVisit(
            demand_id=each.demand_id,
            service=each.service,
            member_id=each.member_id,
            start=each.start,
            opens=demand.opens,
            closes=demand.closes,
            seconds=each.start - demand.closes,
            urgent=limits is not None and each.start > urgent_closes(demand, limits),
        )
        for parts in index.placed.values()
        for each in parts.values()
        for demand in (index.demands[each.demand_id],)
        if each.start > demand.closes
    ]
    overtime = [
        MemberOvertime(
            member_id=member.id,
            shift_ends=member.works[-1][1],
            ends=member.works[-1][1] + seconds,
            seconds=seconds,
            urgent=limits is not None and seconds > limits.overtime,
        )
        for member in problem.members
        if (seconds := overtime_of(index, member))
    ]
    return Lateness(
        visits=tuple(sorted(late, key=lambda each: (each.start, each.demand_id, each.service))),
        overtime=tuple(sorted(overtime, key=lambda each: each.member_id)),
    )

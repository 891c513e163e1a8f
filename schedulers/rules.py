"""The rules of a team-day, each one a named function over a problem and a roster, independent of the search.

A hard rule yields a line for every violation. A soft rule returns its cost, an integer in the unit of the tier of the
same name. A pinned service has happened or was decided by the leader: it need not keep roles, windows and hours, but no
unpinned service may collide with it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from schedulers.limits import minutes_to_call, most_ahead, sharing, urgent_closes
from schedulers.problem import Assignment, Demand, Member, Pin, Problem, Roster, Service
from schedulers.tiers import MEMBER_CHANGE, MINUTE, Tier, require_every_tier


def urgency(demand: Demand) -> int:
    """Return a demand's urgency: its priority, times 16 on the last legal day, 4 within 2 days, 2 within 6 [GK]."""
    slack = demand.slack_days
    return demand.priority * (16 if slack <= 0 else 4 if slack <= 2 else 2 if slack <= 6 else 1)


def pin_of(demand: Demand, service: int) -> Pin | None:
    """Return the pin of a service, None if it has none."""
    return demand.pins[service] if service < len(demand.pins) else None


def is_stranger(service: Service, member_id: str) -> bool:
    """Say whether a member is neither named nor preferred for a service for which somebody is."""
    known = (service.named, *service.preferred) if service.named is not None else service.preferred
    return bool(known) and member_id not in known


def gap_of(demand: Demand) -> tuple[int, int]:
    """Return the least and the most seconds from each start of a demand to the next."""
    return demand.gap if demand.sync == "sequential" else (0, 0)


def work_intervals(member: Member) -> tuple[tuple[int, int], ...]:
    """Return the member's working intervals, the end of the last one with the overtime allowed."""
    if not member.works:
        return ()
    *before, (begins, ends) = member.works
    return (*before, (begins, ends + member.overtime))


def earliest_begin(member: Member, free: int, seconds: int) -> int | None:
    """Return the earliest begin from `free` on of an activity of `seconds` inside one working interval.

    The same rule as `schedulers.search.time_kernel.earliest_begin`, which is compiled.
    """
    for begins, ends in work_intervals(member):
        begin = max(free, begins)
        if begin + seconds <= ends:
            return begin
    return None


@dataclass(frozen=True)
class RosterIndex:
    """A problem and its roster, indexed for the rules."""

    problem: Problem
    roster: Roster

    @cached_property
    def members(self) -> dict[str, Member]:
        """Members by id."""
        return {member.id: member for member in self.problem.members}

    @cached_property
    def demands(self) -> dict[str, Demand]:
        """Demands by id."""
        return {demand.id: demand for demand in self.problem.demands}

    @cached_property
    def placed(self) -> dict[str, dict[int, Assignment]]:
        """Assignments by demand and service, without those of unknown ids."""
        placed: dict[str, dict[int, Assignment]] = {}
        for each in self.roster.assignments:
            demand = self.demands.get(each.demand_id)
            if demand and each.member_id in self.members and 0 <= each.service < len(demand.services):
                placed.setdefault(each.demand_id, {})[each.service] = each
        return placed

    @cached_property
    def routes(self) -> dict[str, list[Assignment]]:
        """Assignments of each member, by start."""
        routes: dict[str, list[Assignment]] = {member.id: [] for member in self.problem.members}
        for each in sorted(self.roster.assignments, key=lambda each: each.start):
            if self.placed.get(each.demand_id, {}).get(each.service) is each:
                routes[each.member_id].append(each)
        return routes

    def service(self, each: Assignment) -> Service:
        """Return the service of an assignment."""
        return self.demands[each.demand_id].services[each.service]

    def pinned(self, each: Assignment) -> bool:
        """Is this assignment pinned?"""
        return pin_of(self.demands[each.demand_id], each.service) is not None

    def unpinned(self) -> Iterator[tuple[Demand, Service, Member, Assignment]]:
        """Yield every assignment that is not pinned."""
        for demand_id, parts in self.placed.items():
            for each in parts.values():
                if not self.pinned(each):
                    yield self.demands[demand_id], self.service(each), self.members[each.member_id], each

    def legs(self, member: Member) -> Iterator[tuple[int, Assignment | None, Assignment | None]]:
        """Yield (seconds, before, after) along a member's route and back; nothing if it is empty."""
        matrix, place, before = self.problem.travel.get(member.mode, ()), member.start_place, None
        for each in self.routes[member.id]:
            there = self.demands[each.demand_id].place
            yield matrix[place][there], before, each
            place, before = there, each
        if before is not None:
            yield matrix[place][member.end_place], before, None


def every_demand_answered(index: RosterIndex) -> Iterator[str]:
    """Each demand is placed with each of its services once, or left out once; there are no others."""
    counts = Counter((each.demand_id, each.service) for each in index.roster.assignments)
    left = Counter(each.demand_id for each in index.roster.unplaced)
    for demand in index.problem.demands:
        parts = [counts.pop((demand.id, j), 0) for j in range(len(demand.services))]
        if (left.pop(demand.id, 0), parts) not in ((0, [1] * len(parts)), (1, [0] * len(parts))):
            yield f"{demand.id}: neither placed as a whole nor left out"
    yield from (f"{demand_id}: not in the problem" for demand_id, _ in counts)
    yield from (f"{demand_id}: not in the problem" for demand_id in left)
    yield from (f"{a.member_id}: not of the team" for a in index.roster.assignments if a.member_id not in index.members)


def service_takes_its_time(index: RosterIndex) -> Iterator[str]:
    """A visit lasts as long as its service."""
    for parts in index.placed.values():
        for each in parts.values():
            if each.end - each.start != index.service(each).seconds:
                yield f"{each.demand_id}/{each.service}: lasts {each.end - each.start} s"


def member_has_the_role(index: RosterIndex) -> Iterator[str]:
    """The member has one of the required roles."""
    for demand, service, member, _ in index.unpinned():
        if not set(service.roles) & set(member.roles):
            yield f"{demand.id}: {member.id}"


def member_has_the_qualifications(index: RosterIndex) -> Iterator[str]:
    """The member has all required qualifications."""
    for demand, service, member, _ in index.unpinned():
        if set(service.qualifications) - set(member.qualifications):
            yield f"{demand.id}: {member.id}"


def member_is_not_forbidden(index: RosterIndex) -> Iterator[str]:
    """No member goes to a resident with whom they are incompatible."""
    for demand, _, member, _ in index.unpinned():
        if member.id in demand.not_with:
            yield f"{demand.id}: {member.id}"


def not_before_opening(index: RosterIndex) -> Iterator[str]:
    """No visit starts before its window opens."""
    for demand, _, _, each in index.unpinned():
        if each.start < demand.opens:
            yield f"{demand.id}: {each.start} before {demand.opens}"


def inside_working_time(index: RosterIndex) -> Iterator[str]:
    """A visit lies wholly in one working interval; only the last may be overrun, by the overtime allowed."""
    for demand, service, member, each in index.unpinned():
        if earliest_begin(member, each.start, service.seconds) != each.start:
            yield f"{demand.id}: {member.id} at {each.start}"


def time_to_travel(index: RosterIndex) -> Iterator[str]:
    """A member travels within working time and is back by their latest end; the seconds of each leg are right."""
    for member in index.problem.members:
        for seconds, before, after in index.legs(member):
            if after is not None and after.travel != seconds:
                yield f"{after.demand_id}: travel stated as {after.travel} s, not {seconds} s"
            if (before is None or index.pinned(before)) and (after is None or index.pinned(after)):
                continue
            begin = earliest_begin(member, 0 if before is None else _free_from(index, member, before), seconds)
            if begin is None or (after is not None and begin + seconds > after.start):
                yield f"{member.id}: {before.demand_id if before else 'start'} to {after.demand_id if after else 'end'}"


def _free_from(index: RosterIndex, member: Member, before: Assignment) -> int:
    """Return when a member is free behind a visit; pinned visits may overlap."""
    return max(each.end for each in index.routes[member.id] if each.start <= before.start)


def two_different_members(index: RosterIndex) -> Iterator[str]:
    """The services of a joint demand are done by different people."""
    for _, first, second in _unpinned_pairs(index):
        if first.member_id == second.member_id:
            yield f"{first.demand_id}: {first.member_id} twice"


def pair_may_go_together(index: RosterIndex) -> Iterator[str]:
    """The members of a joint demand are compatible."""
    apart = incompatible_pairs(index.problem)
    for _, first, second in _unpinned_pairs(index):
        if frozenset((first.member_id, second.member_id)) in apart:
            yield f"{first.demand_id}: {first.member_id} and {second.member_id}"


def incompatible_pairs(problem: Problem) -> frozenset[frozenset[str]]:
    """Return the pairs of members who must not do one demand together."""
    return frozenset(frozenset(pair) for pair in problem.apart)


def starts_agree(index: RosterIndex) -> Iterator[str]:
    """Simultaneous services start together; each further service of a sequential demand starts inside the gap."""
    for demand, first, second in _unpinned_pairs(index):
        gap, (least, most) = second.start - first.start, gap_of(demand)
        if second.service == first.service + 1 and not least <= gap <= most:
            yield f"{demand.id}: {gap} s from {ORDINALS[first.service]} to {ORDINALS[second.service]} start"


ORDINALS = ("first", "second", "third")


def _unpinned_pairs(index: RosterIndex) -> Iterator[tuple[Demand, Assignment, Assignment]]:
    """Yield each two services of a joint demand that are not both pinned."""
    for demand_id, parts in index.placed.items():
        for j, k in combinations(sorted(parts), 2):
            if not (index.pinned(parts[j]) and index.pinned(parts[k])):
                yield index.demands[demand_id], parts[j], parts[k]


def pinned_stays(index: RosterIndex) -> Iterator[str]:
    """A pinned service keeps its member and start; a demand that is pinned as a whole is not left out."""
    for demand in index.problem.demands:
        pins = [pin_of(demand, j) for j in range(len(demand.services))]
        placed = index.placed.get(demand.id, {})
        for j, pin in enumerate(pins):
            each = placed.get(j)
            if pin and each and (each.member_id, each.start) != (pin.member_id, pin.start):
                yield f"{demand.id}/{j}: {each.member_id} at {each.start}"
        if not placed and pins and all(pin is not None and pin.member_id in index.members for pin in pins):
            yield f"{demand.id}: left out"


def is_moved(index: RosterIndex, demand: Demand) -> bool:
    """Has a published demand another place now, or none?"""
    placed = index.placed.get(demand.id, {})
    return any(
        (each := placed.get(j)) is None or (each.member_id, each.start) != (previous.member_id, previous.start)
        for j, previous in enumerate(demand.previous[: len(demand.services)])
    )


def no_more_moved_than_allowed(index: RosterIndex) -> Iterator[str]:
    """No more published visits move or are left out than the leader allows."""
    moved = [demand.id for demand in index.problem.demands if is_moved(index, demand)]
    most = index.problem.most_moved
    if most is not None and len(moved) > most:
        yield f"{len(moved)} moved, {most} allowed: {', '.join(moved)}"


def unplaced(index: RosterIndex) -> int:
    """Return the urgency of the demands left out."""
    return sum(urgency(demand) for demand in index.problem.demands if demand.id not in index.placed)


def continuity(index: RosterIndex) -> int:
    """Return the number of placed services that are with a stranger, not with their named or a preferred member."""
    parts = [each for parts in index.placed.values() for each in parts.values()]
    return sum(is_stranger(index.service(each), each.member_id) for each in parts)


def disruption(index: RosterIndex) -> int:
    """Return the minutes by which published starts moved, an hour for every service with another member, and calls."""
    cost = 0
    for demand in index.problem.demands:
        parts = index.placed.get(demand.id, {})
        cost += minutes_to_call(demand, index.problem.calls, [parts[j] for j in sorted(parts)])
        for j, previous in enumerate(demand.previous[: len(demand.services)]):
            each = parts.get(j)
            if each is not None:
                cost += abs(each.start - previous.start) // MINUTE
            if each is None or each.member_id != previous.member_id:
                cost += MEMBER_CHANGE
    return cost


def urgent(index: RosterIndex) -> int:
    """Return the seconds of urgent lateness: that of urgent visits, and all lateness and overtime beyond the limits.

    It is a part of `tardiness`, so a tier of its own above it leaves the other lateness to the lower tier.
    """
    limits = index.problem.limits
    if limits is None or Tier.URGENT not in index.problem.tiers:
        return 0
    parts = [each for parts in index.placed.values() for each in parts.values()]
    late = sum(max(0, each.start - urgent_closes(index.demands[each.demand_id], limits)) for each in parts)
    return late + sum(max(0, overtime_of(index, member) - limits.overtime) for member in index.problem.members)


def tardiness(index: RosterIndex) -> int:
    """Return the seconds by which services start after their window closes, plus the members' overtime."""
    parts = [each for parts in index.placed.values() for each in parts.values()]
    late = sum(max(0, each.start - index.demands[each.demand_id].closes) for each in parts)
    return late + sum(overtime_of(index, member) for member in index.problem.members)


def overtime_of(index: RosterIndex, member: Member) -> int:
    """Return the seconds by which a member is back after the end of their shift."""
    if not member.works:
        return 0
    for seconds, before, after in index.legs(member):
        if before is not None and after is None:
            free = _free_from(index, member, before)
            begin = earliest_begin(member, free, seconds)
            return max(0, (free if begin is None else begin) + seconds - member.works[-1][1])
    return 0


def travel(index: RosterIndex) -> int:
    """Return the seconds of travel, from each member's start place and back."""
    return sum(seconds for member in index.problem.members for seconds, _, _ in index.legs(member))


def fairness(index: RosterIndex) -> int:
    """Return the seconds of service between the busiest and the least busy working member of each role, summed."""
    roles = {role for member in index.problem.members if member.works for role in member.roles}
    cost = 0
    for role in roles:
        sharing = [member for member in index.problem.members if member.works and role in member.roles]
        loads = [sum(index.service(each).seconds for each in index.routes[member.id]) for member in sharing]
        cost += max(loads) - min(loads)
    return cost


def imbalance(index: RosterIndex) -> int:
    """Return the seconds by which two working members of a role are out of balance, the worst pair, over all roles.

    It is not more than `fairness`: what stays within the limits is left to that lower tier.
    """
    limits, members = index.problem.limits, index.problem.members
    if limits is None or Tier.IMBALANCE not in index.problem.tiers:
        return 0
    loads = [sum(index.service(each).seconds for each in index.routes[member.id]) for member in members]
    return sum(
        max(0, *(loads[c] - loads[e] - most_ahead(members[c], members[e], limits) for c in mine for e in mine))
        for mine in sharing(members)
    )


def wish(index: RosterIndex) -> int:
    """Return the seconds by which first starts are outside of the residents' wished spans."""
    cost = 0
    for demand_id, parts in index.placed.items():
        wished = index.demands[demand_id].wish
        if wished is not None and 0 in parts:
            cost += max(0, wished[0] - parts[0].start, parts[0].start - wished[1])
    return cost


HARD: tuple[Callable[[RosterIndex], Iterator[str]], ...] = (
    every_demand_answered,
    service_takes_its_time,
    member_has_the_role,
    member_has_the_qualifications,
    member_is_not_forbidden,
    not_before_opening,
    inside_working_time,
    time_to_travel,
    two_different_members,
    pair_may_go_together,
    starts_agree,
    pinned_stays,
    no_more_moved_than_allowed,
)

SOFT: dict[Tier, Callable[[RosterIndex], int]] = {
    Tier.UNPLACED: unplaced,
    Tier.CONTINUITY: continuity,
    Tier.DISRUPTION: disruption,
    Tier.TARDINESS: tardiness,
    Tier.TRAVEL: travel,
    Tier.FAIRNESS: fairness,
    Tier.WISH: wish,
    Tier.URGENT: urgent,
    Tier.IMBALANCE: imbalance,
}
require_every_tier(SOFT, "soft rule")


def rule_name(rule: Callable[[RosterIndex], object]) -> str:
    """Return the stored name of a rule, in kebab case."""
    return str(getattr(rule, "__name__", "")).replace("_", "-")


HARD_RULES = tuple(rule_name(rule) for rule in HARD)

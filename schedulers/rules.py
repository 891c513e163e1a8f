"""The rules of a team-day, each one named function over a problem and a roster; the search is not asked.

A hard rule yields a line for every place where the roster breaks it. A soft rule tells its cost, a whole number, in the
tier of the same name. A pinned service is a fact or the leader's word: it is not held to the roles, windows and hours
that everything else keeps, but nothing unpinned may collide with it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from schedulers.problem import Assignment, Demand, Member, Pin, Problem, Roster, Service
from schedulers.tiers import MEMBER_CHANGE, MINUTE, Tier


def urgency(demand: Demand) -> int:
    """Cost of leaving a demand out: its priority, times 16 on the last legal day, 4 within 2 days, 2 within 6 [GK]."""
    slack = demand.slack_days
    return demand.priority * (16 if slack <= 0 else 4 if slack <= 2 else 2 if slack <= 6 else 1)


def pin_of(demand: Demand, service: int) -> Pin | None:
    """The pin of a service, if it has one."""
    return demand.pins[service] if service < len(demand.pins) else None


def gap_of(demand: Demand) -> tuple[int, int]:
    """Least and most seconds from the first start to the second."""
    return demand.gap if demand.sync == "sequential" else (0, 0)


def work_intervals(member: Member) -> tuple[tuple[int, int], ...]:
    """Return the member's working intervals, the end of the last one with the overtime allowed."""
    if not member.works:
        return ()
    *before, (begins, ends) = member.works
    return (*before, (begins, ends + member.overtime))


def leg_begin(member: Member, free: int, seconds: int) -> int | None:
    """Earliest begin from `free` on of what takes `seconds` inside one working interval, overtime included.

    The same rule as `schedulers.search.time_kernel.earliest_begin`, which is compiled.
    """
    for begins, ends in work_intervals(member):
        begin = max(free, begins)
        if begin + seconds <= ends:
            return begin
    return None


@dataclass(frozen=True)
class Sheet:
    """A problem with a roster, laid out for the rules."""

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
        """Assignments by demand and service; only those whose ids are known."""
        found: dict[str, dict[int, Assignment]] = {}
        for each in self.roster.assignments:
            demand = self.demands.get(each.demand_id)
            if demand and each.member_id in self.members and 0 <= each.service < len(demand.services):
                found.setdefault(each.demand_id, {})[each.service] = each
        return found

    @cached_property
    def routes(self) -> dict[str, list[Assignment]]:
        """Assignments of each member by start."""
        routes: dict[str, list[Assignment]] = {member.id: [] for member in self.problem.members}
        for each in sorted(self.roster.assignments, key=lambda each: each.start):
            if self.placed.get(each.demand_id, {}).get(each.service) is each:
                routes[each.member_id].append(each)
        return routes

    def service(self, each: Assignment) -> Service:
        """The service that was placed."""
        return self.demands[each.demand_id].services[each.service]

    def pinned(self, each: Assignment) -> bool:
        """Is this service pinned?"""
        return pin_of(self.demands[each.demand_id], each.service) is not None

    def free_to_place(self) -> Iterator[tuple[Demand, Service, Member, Assignment]]:
        """Every placed service that is not pinned."""
        for demand_id, parts in self.placed.items():
            for each in parts.values():
                if not self.pinned(each):
                    yield self.demands[demand_id], self.service(each), self.members[each.member_id], each

    def legs(self, member: Member) -> Iterator[tuple[int, Assignment | None, Assignment | None]]:
        """(seconds, before, after) along a member's route, from her start and back; nothing when she stays."""
        matrix, place, before = self.problem.travel.get(member.mode, ()), member.start_place, None
        for each in self.routes[member.id]:
            there = self.demands[each.demand_id].place
            yield matrix[place][there], before, each
            place, before = there, each
        if before is not None:
            yield matrix[place][member.end_place], before, None


def every_demand_answered(sheet: Sheet) -> Iterator[str]:
    """Each demand is placed with each of its services once, or left out once; nothing else is told."""
    counts = Counter((each.demand_id, each.service) for each in sheet.roster.assignments)
    left = Counter(each.demand_id for each in sheet.roster.unplaced)
    for demand in sheet.problem.demands:
        parts = [counts.pop((demand.id, j), 0) for j in range(len(demand.services))]
        if (left.pop(demand.id, 0), parts) not in ((0, [1] * len(parts)), (1, [0] * len(parts))):
            yield f"{demand.id}: neither placed as a whole nor left out"
    yield from (f"{demand_id}: not asked for" for demand_id, _ in counts)
    yield from (f"{demand_id}: not asked for" for demand_id in left)
    yield from (f"{a.member_id}: not of the team" for a in sheet.roster.assignments if a.member_id not in sheet.members)


def service_takes_its_time(sheet: Sheet) -> Iterator[str]:
    """A visit lasts as long as its service."""
    for parts in sheet.placed.values():
        for each in parts.values():
            if each.end - each.start != sheet.service(each).seconds:
                yield f"{each.demand_id}/{each.service}: lasts {each.end - each.start} s"


def member_has_the_role(sheet: Sheet) -> Iterator[str]:
    """Who goes has one of the roles asked for."""
    for demand, service, member, _ in sheet.free_to_place():
        if not set(service.roles) & set(member.roles):
            yield f"{demand.id}: {member.id}"


def member_has_the_qualifications(sheet: Sheet) -> Iterator[str]:
    """Who goes has all the qualifications asked for."""
    for demand, service, member, _ in sheet.free_to_place():
        if set(service.qualifications) - set(member.qualifications):
            yield f"{demand.id}: {member.id}"


def member_is_not_forbidden(sheet: Sheet) -> Iterator[str]:
    """Nobody goes to a resident with whom she must not be."""
    for demand, _, member, _ in sheet.free_to_place():
        if member.id in demand.not_with:
            yield f"{demand.id}: {member.id}"


def not_before_opening(sheet: Sheet) -> Iterator[str]:
    """No visit starts before its window opens."""
    for demand, _, _, each in sheet.free_to_place():
        if each.start < demand.opens:
            yield f"{demand.id}: {each.start} before {demand.opens}"


def inside_working_time(sheet: Sheet) -> Iterator[str]:
    """A visit lies wholly in one working interval; only the last may be overrun, by the overtime allowed."""
    for demand, service, member, each in sheet.free_to_place():
        if leg_begin(member, each.start, service.seconds) != each.start:
            yield f"{demand.id}: {member.id} at {each.start}"


def time_to_travel(sheet: Sheet) -> Iterator[str]:
    """A member gets from place to place within working time, and home by her latest end; legs are told right."""
    for member in sheet.problem.members:
        for seconds, before, after in sheet.legs(member):
            if after is not None and after.travel != seconds:
                yield f"{after.demand_id}: travel told as {after.travel} s, not {seconds} s"
            if (before is None or sheet.pinned(before)) and (after is None or sheet.pinned(after)):
                continue
            begin = leg_begin(member, 0 if before is None else _free(sheet, member, before), seconds)
            if begin is None or (after is not None and begin + seconds > after.start):
                yield f"{member.id}: {before.demand_id if before else 'start'} to {after.demand_id if after else 'end'}"


def _free(sheet: Sheet, member: Member, before: Assignment) -> int:
    """When she is free behind a visit; pinned visits may overlap."""
    return max(each.end for each in sheet.routes[member.id] if each.start <= before.start)


def two_different_members(sheet: Sheet) -> Iterator[str]:
    """The two services of a double demand are done by two people."""
    for demand in _doubles(sheet):
        first, second = sheet.placed[demand.id][0], sheet.placed[demand.id][1]
        if first.member_id == second.member_id:
            yield f"{demand.id}: {first.member_id} twice"


def pair_may_go_together(sheet: Sheet) -> Iterator[str]:
    """The two of a double demand are not kept apart."""
    apart = kept_apart(sheet.problem)
    for demand in _doubles(sheet):
        first, second = sheet.placed[demand.id][0].member_id, sheet.placed[demand.id][1].member_id
        if frozenset((first, second)) in apart:
            yield f"{demand.id}: {first} and {second}"


def kept_apart(problem: Problem) -> frozenset[frozenset[str]]:
    """The pairs of members who must not do one demand together."""
    return frozenset(frozenset(pair) for pair in problem.apart)


def starts_agree(sheet: Sheet) -> Iterator[str]:
    """A simultaneous demand starts at once; the second service of a sequential one starts inside its gap."""
    for demand in _doubles(sheet):
        gap, (least, most) = sheet.placed[demand.id][1].start - sheet.placed[demand.id][0].start, gap_of(demand)
        if not least <= gap <= most:
            yield f"{demand.id}: {gap} s from first to second start"


def _doubles(sheet: Sheet) -> Iterator[Demand]:
    for demand_id, parts in sheet.placed.items():
        if set(parts) == {0, 1} and not all(sheet.pinned(each) for each in parts.values()):
            yield sheet.demands[demand_id]


def pinned_stays(sheet: Sheet) -> Iterator[str]:
    """A pinned service is with its member at its start; a demand that is pinned as a whole is not left out."""
    for demand in sheet.problem.demands:
        pins = [pin_of(demand, j) for j in range(len(demand.services))]
        placed = sheet.placed.get(demand.id, {})
        for j, pin in enumerate(pins):
            each = placed.get(j)
            if pin and each and (each.member_id, each.start) != (pin.member_id, pin.start):
                yield f"{demand.id}/{j}: {each.member_id} at {each.start}"
        if not placed and pins and all(pin is not None and pin.member_id in sheet.members for pin in pins):
            yield f"{demand.id}: left out"


def is_moved(sheet: Sheet, demand: Demand) -> bool:
    """Has a demand that was published another place now, or none?"""
    placed = sheet.placed.get(demand.id, {})
    return any(
        (each := placed.get(j)) is None or (each.member_id, each.start) != (previous.member_id, previous.start)
        for j, previous in enumerate(demand.previous[: len(demand.services)])
    )


def no_more_moved_than_allowed(sheet: Sheet) -> Iterator[str]:
    """Of what was published, the leader lets so many visits be moved or left out."""
    moved = [demand.id for demand in sheet.problem.demands if is_moved(sheet, demand)]
    most = sheet.problem.most_moved
    if most is not None and len(moved) > most:
        yield f"{len(moved)} moved, {most} allowed: {', '.join(moved)}"


def unplaced(sheet: Sheet) -> int:
    """Urgency of the demands left out."""
    return sum(urgency(demand) for demand in sheet.problem.demands if demand.id not in sheet.placed)


def continuity(sheet: Sheet) -> int:
    """Placed services that are not with the named member."""
    parts = [each for parts in sheet.placed.values() for each in parts.values()]
    return sum(sheet.service(each).named not in (None, each.member_id) for each in parts)


def disruption(sheet: Sheet) -> int:
    """Whole minutes by which published starts moved, and an hour for every published service with another member."""
    cost = 0
    for demand in sheet.problem.demands:
        for j, previous in enumerate(demand.previous[: len(demand.services)]):
            each = sheet.placed.get(demand.id, {}).get(j)
            if each is not None:
                cost += abs(each.start - previous.start) // MINUTE
            if each is None or each.member_id != previous.member_id:
                cost += MEMBER_CHANGE
    return cost


def tardiness(sheet: Sheet) -> int:
    """Seconds by which services start after their window closes, and seconds of overtime until the members are back."""
    parts = [each for parts in sheet.placed.values() for each in parts.values()]
    late = sum(max(0, each.start - sheet.demands[each.demand_id].closes) for each in parts)
    return late + sum(_overtime(sheet, member) for member in sheet.problem.members)


def _overtime(sheet: Sheet, member: Member) -> int:
    if not member.works:
        return 0
    for seconds, before, after in sheet.legs(member):
        if before is not None and after is None:
            free = _free(sheet, member, before)
            begin = leg_begin(member, free, seconds)
            return max(0, (free if begin is None else begin) + seconds - member.works[-1][1])
    return 0


def travel(sheet: Sheet) -> int:
    """Seconds on the way, from each member's start and back."""
    return sum(seconds for member in sheet.problem.members for seconds, _, _ in sheet.legs(member))


def fairness(sheet: Sheet) -> int:
    """Seconds of service between the busiest and the least busy of those who share a role and work, over all roles."""
    roles = {role for member in sheet.problem.members if member.works for role in member.roles}
    cost = 0
    for role in roles:
        sharing = [member for member in sheet.problem.members if member.works and role in member.roles]
        loads = [sum(sheet.service(each).seconds for each in sheet.routes[member.id]) for member in sharing]
        cost += max(loads) - min(loads)
    return cost


def wish(sheet: Sheet) -> int:
    """Seconds by which first starts are outside of the residents' wished spans."""
    cost = 0
    for demand_id, parts in sheet.placed.items():
        wished = sheet.demands[demand_id].wish
        if wished is not None and 0 in parts:
            cost += max(0, wished[0] - parts[0].start, parts[0].start - wished[1])
    return cost


HARD: tuple[Callable[[Sheet], Iterator[str]], ...] = (
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

SOFT: dict[Tier, Callable[[Sheet], int]] = {
    Tier.UNPLACED: unplaced,
    Tier.CONTINUITY: continuity,
    Tier.DISRUPTION: disruption,
    Tier.TARDINESS: tardiness,
    Tier.TRAVEL: travel,
    Tier.FAIRNESS: fairness,
    Tier.WISH: wish,
}


def rule_name(rule: Callable[[Sheet], object]) -> str:
    """The rule's name as catalogues know it, in kebab case."""
    return str(getattr(rule, "__name__", "")).replace("_", "-")


HARD_RULES = tuple(rule_name(rule) for rule in HARD)

"""The limits of a problem: when a start is urgently late, a resident is called, two of a role are out of balance."""

from collections.abc import Iterator, Sequence

from schedulers.problem import Assignment, Calls, Demand, Limits, Member, Notified


def urgent_closes(demand: Demand, limits: Limits) -> int:
    """Return the latest start of a demand that is not urgently late."""
    return demand.closes if demand.priority >= limits.urgent_from else demand.closes + limits.late


def known_place(demand: Demand) -> Notified | None:
    """Return what the resident of a demand knows: what they were told, else the published place; None if nothing."""
    if demand.notified is not None or not demand.previous:
        return demand.notified
    return Notified(start=demand.previous[0].start, member_ids=tuple(each.member_id for each in demand.previous))


def minutes_to_call(demand: Demand, calls: Calls | None, parts: Sequence[Assignment] = ()) -> int:
    """Return the minutes of a call about a demand with these parts, or with no place; 0 if none is due."""
    known = known_place(demand)
    if calls is None or known is None:
        return 0
    is_in_time = bool(parts) and abs(parts[0].start - known.start) <= calls.beyond
    return 0 if is_in_time and {each.member_id for each in parts} <= set(known.member_ids) else calls.minutes


def hours_of(member: Member) -> int:
    """Return the seconds that a member is at work."""
    return sum(ends - begins for begins, ends in member.works)


def most_ahead(one: Member, other: Member, limits: Limits) -> int:
    """Return the most seconds of service that one may do more than the other without being out of balance."""
    return limits.imbalance + max(0, hours_of(one) - hours_of(other))


def sharing(members: Sequence[Member]) -> Iterator[list[int]]:
    """Yield for each role that two or more share the indices of those at work, roles in their order by name."""
    for role in sorted({role for member in members for role in member.roles}):
        mine = [c for c, member in enumerate(members) if member.works and role in member.roles]
        if len(mine) > 1:
            yield mine

"""The limits of a problem: from where on a start is urgently late, and two members of a role are out of balance."""

from collections.abc import Iterator, Sequence

from schedulers.problem import Demand, Limits, Member


def urgent_closes(demand: Demand, limits: Limits) -> int:
    """Return the latest start of a demand that is not urgently late."""
    return demand.closes if demand.priority >= limits.urgent_from else demand.closes + limits.late


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

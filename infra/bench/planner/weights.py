"""Compares the order of costs of the policy packs with the first one, on the same changed days of a community.

Each day is planned the evening before under both orders, changed at random in the same way, and planned again.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from random import Random
from statistics import fmean

from infra.bench.figures import Figure, Unit
from infra.bench.planner.replan import KINDS, moved, stored
from infra.planning.plan_day import LIVE
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.town import OnProgress
from infra.wiring import open_system
from schedulers.counterfactual import as_published, placements
from schedulers.limits import sharing
from schedulers.plan import plan
from schedulers.problem import Problem, Roster
from schedulers.rules import RosterIndex
from schedulers.tiers import FIRST_ORDER, Tier, labels_of

CALL_SECONDS = 30 * 60
"""A resident is called if a start moves by more, with another member, or if the visit has no place any more."""

MEASURES: dict[str, Unit] = {
    "weights-moved": "visits",
    "weights-calls": "visits",
    "weights-named": "share",
    "weights-named-changed": "share",
    "weights-balance": "minutes",
    "weights-travel": "minutes",
    "weights-late": "minutes",
    "weights-left-out": "visits",
}
"""The measures of a day, and their units."""


@dataclass(frozen=True, slots=True)
class WeighedDay:
    """The measures of one changed day, under the order of the packs and under the first one."""

    ours: dict[str, float]
    first: dict[str, float]


def measure(changes: int, teams: int, days: int, seed: int, on_progress: OnProgress) -> list[Figure]:
    """Simulate, plan, change and plan again under both orders; return the mean of each measure."""
    with tempfile.TemporaryDirectory() as folder, open_system(Settings(data=Path(folder))) as system:
        simulate(system, teams, days, seed)
        problems = list(stored(system))
    dice = Random(seed)  # noqa: S311 -- the benchmark's own dice
    compared = []
    for number in range(changes):
        on_progress("measuring", number, changes)
        kind, problem, draw = list(KINDS)[number % len(KINDS)], dice.choice(problems), dice.random()
        first = replace(problem, order=labels_of(FIRST_ORDER), limits=None, calls=None)
        ours, before = (measured(each, kind, Random(draw)) for each in (problem, first))  # noqa: S311 -- likewise
        compared.append(WeighedDay(ours, before))
    return [
        Figure(
            name=name,
            ours=fmean(each.ours[name] for each in compared),
            limit_name="first-order",
            limit=fmean(each.first[name] for each in compared),
            unit=unit,
            size=len(compared),
        )
        for name, unit in MEASURES.items()
    ]


def measured(problem: Problem, kind: str, dice: Random) -> dict[str, float]:
    """Plan a day, change it, plan it again, and return its measures."""
    evening = plan(replace(problem, budget=LIVE))
    changed = KINDS[kind](as_published(replace(problem, budget=LIVE), evening), dice)
    again = plan(changed)
    return {
        "weights-moved": moved(changed, again),
        "weights-calls": calls(changed, again),
        "weights-named": named(problem, evening),
        "weights-named-changed": named(changed, again),
        "weights-balance": max(differences(problem, evening), default=0) / 60,
        "weights-travel": evening.costs[Tier.TRAVEL] / 60,
        "weights-late": again.costs[Tier.TARDINESS] / 60,
        "weights-left-out": len(again.unplaced),
    }


def calls(problem: Problem, roster: Roster) -> int:
    """Return how many residents must be called about a published visit."""
    places = placements(roster)
    return sum(
        any(
            pin.member_id != old.member_id or abs(pin.start - old.start) > CALL_SECONDS
            for pin, old in zip(places[demand.id], demand.previous, strict=False)
        )
        if demand.id in places
        else True
        for demand in problem.demands
        if demand.previous
    )


def named(problem: Problem, roster: Roster) -> float:
    """Return the share of placed services with a named member that this member does; 1 if none is named."""
    index = RosterIndex(problem, roster)
    wanted = [
        index.service(each).named == each.member_id
        for parts in index.placed.values()
        for each in parts.values()
        if index.service(each).named is not None
    ]
    return fmean(wanted) if wanted else 1.0


def differences(problem: Problem, roster: Roster) -> Iterator[int]:
    """Yield by how many seconds of visits two members of a role differ, hours that only one works set aside."""
    index = RosterIndex(problem, roster)
    loads = [sum(index.service(each).seconds for each in index.routes[member.id]) for member in problem.members]
    hours = [sum(ends - begins for begins, ends in member.works) for member in problem.members]
    for mine in sharing(problem.members):
        for c, e in permutations(mine, 2):
            yield max(0, loads[c] - loads[e] - max(0, hours[c] - hours[e]))

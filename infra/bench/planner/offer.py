"""Measures offers: seconds of an answer, and how the first time compares with a full plan of the day with the visit.

Days are random, of 10 to 25 visits, and published; one of their visits is taken out and offered again. Whole answers,
from the rows to the checked times, are measured for residents of a simulated team.
"""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from domain.decider import Refused
from domain.local_time import at_local, local_day
from domain.planning.offers import MOST_OFFERS
from domain.team.events import TeamFormed
from infra.bench.figures import Figure, Goal, quantile
from infra.bench.solver.team_days import team_days, weighed
from infra.planning.moment.offer import OfferRequest, offers
from infra.planning.plan_day import FULL, LIVE, plan_day
from infra.settings import Settings
from infra.simulate import simulate
from infra.simulate.town import OnProgress
from infra.system import System
from infra.wiring import open_system
from projections.caseload import TeamCaseload, team_caseload
from schedulers.check import costs
from schedulers.counterfactual import as_published
from schedulers.moment.offer import OfferSearch, apart
from schedulers.plan import plan
from schedulers.problem import Problem, Roster
from schedulers.search.search import DaySearch
from schedulers.tiers import MINUTE, Order, Tier, in_order

GAP = 30 * MINUTE
MOST_MORE_TRAVEL = 0.01
PURPOSES = ("home-call", "postpartum-visit", "bed-round", "blood-test-and-doctor")


@dataclass(frozen=True, slots=True)
class MeasuredOffer:
    """One visit offered: seconds, and whether the first time is as good as a full plan; None if no plan places it."""

    seconds: float
    is_equal: bool | None


def measure(visits: int, answers: int, seed: int, on_progress: OnProgress) -> list[Figure]:
    """Offer this many visits on days of their own, and answer this many residents; return the figures."""
    measured = []
    for number, day in enumerate(map(weighed, team_days(visits, seed, FULL))):
        on_progress("measuring", number, visits + answers)
        measured.append(once(day, Random(f"{seed}:{number}")))  # noqa: S311 -- the benchmark's own dice
    return figures(measured, answered(answers, seed))


def once(day: Problem, dice: Random) -> MeasuredOffer:
    """Publish a day without one of its visits, as in the evening; offer that, and plan the day with it in full."""
    visit = dice.choice(day.demands)
    others = replace(day, demands=tuple(each for each in day.demands if each is not visit))
    roster = plan(others)
    problem = as_published(others, roster)
    problem = replace(problem, demands=(*problem.demands, visit), budget=LIVE)
    began = process_time()
    search = OfferSearch(problem, visit.id, frozenset(each.demand_id for each in roster.unplaced))
    times = [search.repaired(each) for each in apart(search.insertions, GAP, MOST_OFFERS)]
    rosters = [search.roster(each) for each in sorted(times, key=search.rank)]
    seconds = process_time() - began
    full = plan(problem)
    if visit.id in {each.demand_id for each in full.unplaced}:
        return MeasuredOffer(seconds, None)
    return MeasuredOffer(seconds, bool(rosters) and is_as_good(problem, rosters[0], full))


def is_as_good(problem: Problem, ours: Roster, full: Roster) -> bool:
    """Say whether a roster costs no more than another in the tiers above travel, and 1 % more travel at most."""
    above = above_travel(problem)
    here, there = costs(problem, ours), full.costs
    if (mine := in_order(here, above)) != (theirs := in_order(there, above)):
        return mine < theirs
    return here[Tier.TRAVEL] <= there[Tier.TRAVEL] * (1 + MOST_MORE_TRAVEL)


def above_travel(problem: Problem) -> Order:
    """Return the tiers of a problem above travel, most important first."""
    order = DaySearch(problem).order
    return order[: order.index(Tier.TRAVEL)]


def answered(answers: int, seed: int) -> list[float]:
    """Return the seconds of whole answers on the published day after a simulated fortnight."""
    with tempfile.TemporaryDirectory() as folder:
        with open_system(Settings(data=Path(folder))) as system:
            simulate(system, 1, 10, seed)
            last = system.store.last_recorded_at()
            teams = [each.event for each in system.store.after(0, 10**6, category="team")]
        team_id = next(each.team_id for each in teams if isinstance(each, TeamFormed))
        assert last is not None
        morning = next_morning(last)
        with open_system(Settings(data=Path(folder), now=morning)) as system:
            plan_day(system, local_day(morning), team_id=team_id)
            signed = team_caseload(TeamCaseload(team_id=team_id, day=local_day(morning)), system.rows)
            dice = Random(seed)  # noqa: S311 -- likewise
            residents = [str(dice.choice(signed)["resident_id"]) for _ in range(answers)]
            return [whole(system, each, dice.choice(PURPOSES)) for each in residents]


def whole(system: System, resident_id: str, purpose: str) -> float:
    """Return the seconds of one answer for one day."""
    began = process_time()
    with suppress(Refused):
        offers(system, OfferRequest(resident_id=resident_id, purpose=purpose, days=1))
    return process_time() - began


def next_morning(last: datetime) -> datetime:
    """Return seven o'clock of the next weekday."""
    day = local_day(last) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return at_local(day, 7 * 60)


def figures(measured: Sequence[MeasuredOffer], answers: Sequence[float]) -> list[Figure]:
    """Return the figures."""
    seconds = [each.seconds for each in measured]
    placed = [each.is_equal for each in measured if each.is_equal is not None]
    share = sum(placed) / len(placed) if placed else 1.0
    lines = [
        Figure(name="offer-p50", ours=median(seconds), unit="seconds", size=len(seconds)),
        Figure(
            name="offer-p95", ours=quantile(seconds, 0.95), unit="seconds", goal=Goal(less_than=0.3), size=len(seconds)
        ),
        Figure(name="offer-as-good", ours=share, unit="share", size=len(placed)),
    ]
    if answers:
        lines += [
            Figure(name="offer-answer-p50", ours=median(answers), unit="seconds", size=len(answers)),
            Figure(
                name="offer-answer-p95",
                ours=quantile(answers, 0.95),
                unit="seconds",
                goal=Goal(less_than=0.3),
                size=len(answers),
            ),
        ]
    return lines

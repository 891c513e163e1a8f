"""The planner under load: changes to many team-days as fast as they are accepted, until every day is planned again."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from domain.event import value
from infra.bench.planner.live import settled
from infra.bench.planner.processes import PlannerReports
from infra.bench.planner.team_changes import TeamDayChanges, request_of
from infra.group_commit import GroupCommit
from infra.system import System

THREADS = 16
"""Threads that execute commands; one thread executes all commands of a team, in their order."""

AnsweredCommand = tuple[str, int, float]
"""Team, position and moment of a command's answer."""


@value
class StormResult:
    """The result of a storm of changes; times are seconds."""

    changes: int
    giving: float
    until_planned: float
    solves: int
    plans: int
    waits: tuple[float, ...]
    """For each team, the longest time from a touch to the plan that includes it."""

    left: int
    late: tuple[float, ...]


def measure(system: System, towns: Sequence[TeamDayChanges], changes: int, reports: PlannerReports) -> StormResult:
    """Execute this many changes, and wait until no day is left to plan."""
    settled(system)
    time.sleep(0.5)  # earlier reports are still on their way
    solves, late, plans = reports.solves, len(reports.late), len(reports.planned)
    began = time.perf_counter()
    answered = execute_changes(system, towns, changes)
    ended = time.perf_counter()
    settled(system)
    planned = time.perf_counter()
    time.sleep(0.5)  # likewise
    return StormResult(
        changes=len(answered),
        giving=ended - began,
        until_planned=planned - began,
        solves=reports.solves - solves,
        plans=len(reports.planned) - plans,
        waits=tuple(longest_waits(answered, reports.planned)),
        left=system.store.undone_team_days(system.now()),
        late=tuple(reports.late[late:]),
    )


def execute_changes(system: System, towns: Sequence[TeamDayChanges], changes: int) -> list[AnsweredCommand]:
    """Execute changes of all teams in turn, as fast as they are accepted; return the moment of each answer."""
    group_commit = GroupCommit(system.store, region=system.settings.packs)
    threads = min(THREADS, len(towns))

    def by_one(thread: int) -> list[AnsweredCommand]:
        mine = [(town, town.changes()) for town in towns[thread::threads]]
        answered = []
        for town, command in islice(in_turn(mine), changes // threads + (thread < changes % threads)):
            answer = group_commit.execute(request_of(command, system.now()))
            answered.append((town.team.team_id, answer.position, time.perf_counter()))
        return answered

    with ThreadPoolExecutor(threads) as pool:
        return [each for answered in pool.map(by_one, range(threads)) for each in answered]


def in_turn(lives: Sequence[tuple[TeamDayChanges, Iterator[object]]]) -> Iterator[tuple[TeamDayChanges, object]]:
    """Yield the next change of each team, round after round."""
    while True:
        for town, changes in lives:
            yield town, next(changes)


def longest_waits(commands: Sequence[AnsweredCommand], planned: Sequence[tuple[str, int, float]]) -> Iterator[float]:
    """Yield for each team the longest wait from a touch to the first plan that includes it."""
    done: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for team_id, basis, moment in planned:
        done[team_id].append((basis, moment))
    longest: dict[str, float] = defaultdict(float)
    for team_id, position, answered in commands:
        moment = min(moment for basis, moment in done[team_id] if basis >= position)
        longest[team_id] = max(longest[team_id], moment - answered)
    yield from longest.values()

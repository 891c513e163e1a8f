"""The planner under a storm: changes to many team-days as fast as they are taken, until every day is planned again."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from domain.event import value
from infra.bench.planner.crew import Heard
from infra.bench.planner.live import settled
from infra.bench.planner.town import Visits, asked_for
from infra.group_commit import GroupCommit
from infra.wiring import System

HANDS = 16
"""Threads that give commands; a team's come from one, in their order."""

Given = tuple[str, int, float]
"""Team, position and moment of a command's answer."""


@value
class Storm:
    """What a storm came to; seconds."""

    changes: int
    giving: float
    until_planned: float
    solves: int
    plans: int
    waits: tuple[float, ...]
    """Of each team, the longest from a touch to the day's being done with it."""

    left: int
    late: tuple[float, ...]


def measure(system: System, towns: Sequence[Visits], changes: int, heard: Heard) -> Storm:
    """Give so many changes, and wait until no day is left to plan."""
    settled(system)
    time.sleep(0.5)  # what was told until now is on its way
    solves, late, plans = heard.solves, len(heard.late), len(heard.planned)
    began = time.perf_counter()
    given = give(system, towns, changes)
    ended = time.perf_counter()
    settled(system)
    planned = time.perf_counter()
    time.sleep(0.5)  # likewise
    return Storm(
        changes=len(given),
        giving=ended - began,
        until_planned=planned - began,
        solves=heard.solves - solves,
        plans=len(heard.planned) - plans,
        waits=tuple(longest_waits(given, heard.planned)),
        left=system.store.undone_team_days(system.now()),
        late=tuple(heard.late[late:]),
    )


def give(system: System, towns: Sequence[Visits], changes: int) -> list[Given]:
    """Give changes to all teams in turn, as fast as they are taken; return when each was answered."""
    together = GroupCommit(system.store, region=system.settings.packs)
    hands = min(HANDS, len(towns))

    def by_one(hand: int) -> list[Given]:
        mine = [(town, town.changes()) for town in towns[hand::hands]]
        answered = []
        for town, command in islice(in_turn(mine), changes // hands + (hand < changes % hands)):
            answer = together.execute(asked_for(command, system.now()))
            answered.append((town.team.team_id, answer.position, time.perf_counter()))
        return answered

    with ThreadPoolExecutor(hands) as crew:
        return [each for answered in crew.map(by_one, range(hands)) for each in answered]


def in_turn(lives: Sequence[tuple[Visits, Iterator[object]]]) -> Iterator[tuple[Visits, object]]:
    """Yield the next change of each team, round after round."""
    while True:
        for town, changes in lives:
            yield town, next(changes)


def longest_waits(given: Sequence[Given], planned: Sequence[tuple[str, int, float]]) -> Iterator[float]:
    """Yield for each team the longest wait of a touch for the first plan that knows of it."""
    done: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for team_id, basis, moment in planned:
        done[team_id].append((basis, moment))
    longest: dict[str, float] = defaultdict(float)
    for team_id, position, answered in given:
        moment = min(moment for basis, moment in done[team_id] if basis >= position)
        longest[team_id] = max(longest[team_id], moment - answered)
    yield from longest.values()

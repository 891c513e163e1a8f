"""Kills at random moments: workers and services die without a warning, are frozen, join and leave, and come back.

python -m tests.chaos.storm --kills 100
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infra.dev.local import Services, erase, up
from infra.planning.plan_day import FULL
from infra.processes.parts import Part
from tests.chaos import invariants
from tests.chaos.feeder import Feeder, insisting
from tests.streams.full_system import FullSystem

SESSION_SECONDS = 10.0
"""After so long without a sign of life a worker's partitions go to the others."""

VICTIMS = {"relay": 4, "projector": 6, "reactor": 5, "planner": 5, "timers": 4, "postgres": 2, "kafka": 2}
"""Who is killed how often, as shares."""

VERDICT = "nothing lost, nothing applied twice, rows equal a replay, every roster on the newest basis, idle"

EXPECTED = {-signal.SIGKILL, 75}
"""How a worker may end: killed by us, or because a service was away when it began."""


@dataclass
class Report:
    """What was done, and what it came to."""

    kills: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    freezes: int = 0
    waited: Counter[str] = field(default_factory=Counter)
    figures: dict[str, float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Tell it, a line each."""
        for name, count in sorted(self.kills.items()):
            yield f"killed {name}: {count}"
        yield f"killed in all: {self.kills.total()}"
        for name, count in sorted(self.restarts.items()):
            yield f"started again after {name}: {count}"
        yield f"frozen past the session: {self.freezes}"
        for name, seconds in sorted(self.waited.items()):
            yield f"at the end waited for {name}: {seconds / 10:.1f} s"
        for name, figure in self.figures.items():
            yield f"{name}: {figure}"


@dataclass
class Plan:
    """How much chaos."""

    kills: int
    freezes: int
    workers: int
    teams: int
    seed: int
    between: tuple[float, float] = (0.5, 6.0)
    pause: float = 0.02


class Storm:
    """One run over a system of its own."""

    def __init__(self, full_system: FullSystem, services: Services, plan: Plan) -> None:
        self._system = full_system
        self._services = services
        self._plan = plan
        self._luck = random.Random(plan.seed)
        self._away: dict[tuple[Part, int], float] = {}
        self.report = Report()

    def run(self) -> Report:
        """Let the community live while its processes die; then let all come to rest and judge."""
        for part, slot in self._places(1):
            self._system.begin(part, slot)
        with self._system.system() as system:
            feeder = Feeder(system, self._plan.teams, self._plan.seed, self._plan.pause)
            founded = feeder.create_community()
            stop, failed = threading.Event(), list[BaseException]()
            life = threading.Thread(target=_guarded, args=(feeder, founded, stop, failed))
            life.start()
            try:
                self._kill_all(failed)
            finally:
                stop.set()
                life.join()
            if failed:
                raise failed[0]
            self._away.clear()
            self._come_back(self._plan.workers)
            self._rest(feeder)
            return self._judge(feeder)

    def _places(self, workers: int) -> list[tuple[Part, int]]:
        several: list[tuple[Part, int]] = [(part, slot) for part in ("projector", "reactor") for slot in range(workers)]
        return [("relay", 0), ("timers", 0), ("planner", 0), *several]

    def _kill_all(self, failed: list[BaseException]) -> None:
        """Kill so many, and freeze some in between; from the middle on all workers take part."""
        freezes = {
            round((number + 1) * self._plan.kills / (self._plan.freezes + 1)) for number in range(self._plan.freezes)
        }
        frozen: dict[tuple[Part, int], float] = {}
        while (number := self.report.kills.total()) < self._plan.kills:
            time.sleep(self._luck.uniform(*self._plan.between))
            assert not failed, failed
            self._come_back(1 if number < self._plan.kills // 4 else self._plan.workers)
            self._thaw(frozen)
            if number in freezes:
                freezes.remove(number)
                self._freeze(frozen)
            self._kill(self._luck.choices(list(VICTIMS), list(VICTIMS.values()))[0])
        while frozen:
            time.sleep(0.5)
            self._thaw(frozen)

    def _kill(self, victim: str) -> None:
        if victim in {"postgres", "kafka"}:
            service = self._services.postgres if victim == "postgres" else self._services.kafka
            pid = service.pid
            assert pid is not None, victim
            service.kill()
            time.sleep(self._luck.uniform(0, 3))
            up(self._services.postgres.folder)
        else:
            chosen = [place for place in self._system.running if place[0] == victim]
            if not chosen:
                return
            place = self._luck.choice(chosen)
            self._system.kill(*place)
            if self._luck.random() < 0.15:  # long enough that its partitions go to others
                self._away[place] = time.monotonic() + 1.2 * SESSION_SECONDS
        self.report.kills[victim] += 1

    def _freeze(self, frozen: dict[tuple[Part, int], float]) -> None:
        place = self._luck.choice([each for each in self._system.running if each[0] in {"projector", "reactor"}])
        self._system.running[place].send_signal(signal.SIGSTOP)
        frozen[place] = time.monotonic() + 1.5 * SESSION_SECONDS
        self.report.freezes += 1

    def _thaw(self, frozen: dict[tuple[Part, int], float]) -> None:
        for place in [each for each, until in frozen.items() if until < time.monotonic()]:
            del frozen[place]
            if place in self._system.running:  # else it was killed while it was frozen
                self._system.running[place].send_signal(signal.SIGCONT)

    def _come_back(self, workers: int) -> None:
        """Start whoever is not there, as a supervisor does; a worker that ended for another reason fails the run."""
        for place, process in list(self._system.running.items()):
            code = process.poll()
            if code is not None:
                assert code in EXPECTED, f"{place} ended with {code}"
                del self._system.running[place]
                self.report.restarts[f"{place[0]} exit {code}"] += 1
        for place in self._places(workers):
            if place not in self._system.running and self._away.get(place, 0) < time.monotonic():
                self._system.begin(*place)

    def _rest(self, feeder: Feeder) -> None:
        """Wait until nothing is left to do; whoever ends meanwhile is started again."""
        now = feeder.system.clock.read().now
        insisting(lambda: feeder.system.clock.set(now, FULL))
        began = time.monotonic()
        while not insisting(lambda: feeder.system.follower.progress(now)).idle:
            standing = insisting(lambda: feeder.system.follower.progress(now))
            self.report.waited[standing.waits_for()] += 2  # tenths of a second
            assert time.monotonic() - began < 240, f"never at rest: {standing}"
            self._come_back(self._plan.workers)
            time.sleep(0.2)
        self.report.figures["seconds to rest"] = round(time.monotonic() - began, 1)

    def _judge(self, feeder: Feeder) -> Report:
        system = feeder.system
        events = invariants.log_of(system)
        invariants.nothing_is_lost_or_doubled(events, feeder.answers)
        reactions = invariants.every_reaction_was_run(system, events)
        invariants.rows_equal_a_replay(system)
        rosters = invariants.rosters_stand_on_what_was_newest(events)
        _, servers = self._system.settings.addresses()
        carried, twice = invariants.carried_twice(servers, self._system.settings.topic)
        assert carried - twice == len(events), "an event was never carried"
        self.report.figures |= {
            "days lived": feeder.days,
            "commands answered": len(feeder.answers),
            "commands refused": feeder.refused,
            "commands repeated": feeder.repeated,
            "events": len(events),
            "events carried twice, caught": twice,
            "reactions": reactions,
            "rosters": rosters,
        }
        return self.report


def _guarded(feeder: Feeder, founded: list, stop: threading.Event, failed: list[BaseException]) -> None:  # type: ignore[type-arg]
    try:
        feeder.live(founded, stop)
    except BaseException as error:
        failed.append(error)


def main() -> None:
    """Run on services of its own and print what came of it; an assertion ends it with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--freezes", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--teams", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="Keep what the processes said.")
    arguments = parser.parse_args()
    plan = Plan(arguments.kills, arguments.freezes, arguments.workers, arguments.teams, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="jiayi-chaos-") as place:
        folder = Path(place)
        services = up(folder / "services")
        full_system = FullSystem(services.database_url, services.bootstrap_servers, folder)
        try:
            full_system.make_topic()
            report = Storm(full_system, services, plan).run()
        except BaseException:
            sys.stderr.write(full_system.log.read_text()[-20000:] if full_system.log.exists() else "")
            raise
        finally:
            full_system.close()
            if arguments.log is not None and full_system.log.exists():
                shutil.copy(full_system.log, arguments.log)
            erase(folder / "services")
    sys.stdout.write("\n".join([*report.lines(), "", VERDICT, ""]))


if __name__ == "__main__":
    main()

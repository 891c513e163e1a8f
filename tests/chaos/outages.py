"""The database and the broker are away while a community lives, and nobody but a supervisor does anything about it.

python -m tests.chaos.outages            the database for 60 s, the broker for 120 s
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

from domain.institution import OpenInstitution
from infra.command_handler import Answer, CommandRequest, execute
from infra.dev.local import Services, erase, up
from infra.distributed_system import Distributed
from infra.planning.plan_day import FULL
from tests.chaos import invariants
from tests.chaos.feeder import Feeder, insisting
from tests.streams.full_system import ROOT, FullSystem

Away = Literal["database", "broker"]

LONG: tuple[tuple[Away, float], ...] = (("database", 60.0), ("broker", 120.0))

VERDICT = "commands went on as soon as they could, nothing lost, rows equal a replay, idle"

PATIENCE = 120.0

SERVICE_AWAY = 75
"""How a part may end whose database or broker is away while it begins."""


class Life(Protocol):
    """Gives commands, each until it is answered, and keeps the answers."""

    system: Distributed
    answers: dict[str, Answer]

    def create_community(self) -> object:
        """Give what must be there first; nothing is away meanwhile."""
        ...

    def live(self, founded: Any, stop: threading.Event) -> None:
        """Go on until told to stop."""
        ...


def community(system: Distributed) -> Life:
    """Return a community of one team."""
    return Feeder(system, teams=1, seed=1, pause=0.02)


@dataclass
class Outages:
    """Services are killed, one after the other, under the life of a community; all parts run under one supervisor."""

    full_system: FullSystem
    services: Services
    of: Sequence[tuple[Away, float]]
    life: Callable[[Distributed], Life] = community
    figures: dict[str, float] = field(default_factory=dict)
    ended: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Kill, wait, start again, let all come to rest, and judge; AssertionError if something does not hold."""
        supervisor = self.full_system.jiayi("run")
        try:
            with self.full_system.system() as system:
                life = self.life(system)
                founded = life.create_community()
                _until(lambda: system.follower.progress(system.now()).settled)  # everybody has begun
                stop, failed = threading.Event(), list[BaseException]()
                living = threading.Thread(target=_guarded, args=(life, founded, stop, failed))
                living.start()
                try:
                    for away, seconds in self.of:
                        self._interrupt(life, away, seconds)
                finally:
                    stop.set()
                    living.join()
                assert not failed, failed
                self._rest(life)
                self._judge(life)
            assert supervisor.poll() is None
            supervisor.terminate()
            assert supervisor.wait(PATIENCE) == 0
        finally:
            supervisor.kill()  # its processes end when it is gone
            supervisor.wait()
        self._read_log()

    def _interrupt(self, life: Life, away: Away, seconds: float) -> None:
        service = self.services.postgres if away == "database" else self.services.kafka
        before = len(life.answers)
        _until(lambda: len(life.answers) > before + 10)
        service.kill()
        began = time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            if away == "database":
                self._status_names_the_database()
            else:
                self._status_names_the_broker(life)
            time.sleep(min(left, 5.0))
        service.start()
        back = time.monotonic()
        self.figures[f"{away} away, seconds"] = round(back - began, 1)
        after = len(life.answers)
        _until(lambda: len(life.answers) > after + 10)
        self.figures["from then on to ten more answers"] = round(time.monotonic() - back, 1)

    def _status_names_the_database(self) -> None:
        result = self._status()
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1), result
        assert "[store-failed]" in result.stderr

    def _status_names_the_broker(self, life: Life) -> None:
        """The store takes commands all the time, and the status says what is wrong."""
        number = self.figures["commands while the broker was away"] = (
            self.figures.get("commands while the broker was away", 0) + 1
        )
        command = OpenInstitution(
            institution_id=f"away-{number}", name="x", kind="hospital", sector="public", tier=1, district="Futian"
        )
        now = life.system.now()
        arguments = CommandRequest(command=command, command_id=f"away-{number}", actor="chaos", now=now, follows=True)
        life.answers[f"away-{number}"] = execute(life.system.store, arguments, region="SZ")
        status = json.loads(self._status("--json").stdout)
        assert status["idle"] is False
        assert "kafka-unreachable" in {each["rule"] for each in status["troubles"]}

    def _status(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "infra.cli.main", "streams", "status", *words]
        environment = self.full_system.environment
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def _rest(self, life: Life) -> None:
        began = time.monotonic()
        clock = life.system.clock
        now = insisting(lambda: clock.read().now) + timedelta(minutes=1)
        insisting(lambda: clock.set(now, FULL))
        _until(lambda: insisting(lambda: life.system.follower.progress(now)).idle)
        self.figures["seconds to rest"] = round(time.monotonic() - began, 1)
        status = json.loads(self._status("--json").stdout)
        assert (status["idle"], status["troubles"]) == (True, []), status

    def _judge(self, life: Life) -> None:
        events = invariants.log_of(life.system)
        invariants.nothing_is_lost_or_doubled(events, life.answers)
        invariants.every_reaction_was_run(life.system, events)
        invariants.rows_equal_a_replay(life.system)
        self.figures["rosters"] = invariants.rosters_stand_on_what_was_newest(events)
        self.figures |= {"commands answered": len(life.answers), "events": len(events)}

    def _read_log(self) -> None:
        """Count who ended with what: services that are away end a part with 75 at most."""
        log = self.full_system.log.read_text()
        for words, code in re.findall(r"run (\w+) [^:]*: ended with (-?\d+)", log):
            self.ended[f"{words} ended with {code}"] += 1
            assert int(code) == SERVICE_AWAY, f"{words} ended with {code}"
        self.figures["lines of log"] = log.count("\n")


def _guarded(life: Life, founded: object, stop: threading.Event, failed: list[BaseException]) -> None:
    try:
        life.live(founded, stop)
    except BaseException as error:
        failed.append(error)


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up, "it never came to be"
        time.sleep(0.05)


def main() -> None:
    """Run on services of its own and print what came of it; an assertion ends it with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, help="Instead of 60 and 120.")
    parser.add_argument("--log", type=Path, help="Keep what the processes said.")
    arguments = parser.parse_args()
    wanted = [(away, arguments.seconds or seconds) for away, seconds in LONG]
    with tempfile.TemporaryDirectory(prefix="jiayi-outages-") as place:
        folder = Path(place)
        services = up(folder / "services")
        full_system = FullSystem(services.database_url, services.bootstrap_servers, folder)
        outages = Outages(full_system, services, wanted)
        try:
            full_system.make_topic()
            outages.run()
        except BaseException:
            sys.stderr.write(full_system.log.read_text()[-20000:] if full_system.log.exists() else "")
            raise
        finally:
            if arguments.log is not None and full_system.log.exists():
                shutil.copy(full_system.log, arguments.log)
            erase(folder / "services")
    lines = [f"{name}: {number:g}" for name, number in outages.figures.items()]
    lines += [f"{name}: {number}" for name, number in sorted(outages.ended.items())]
    sys.stdout.write("\n".join([*lines, "", VERDICT, ""]))


if __name__ == "__main__":
    main()

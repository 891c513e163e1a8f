"""Kills `jiayi serve` under load, again and again: no answered command is lost, and none is done twice.

As a program, twenty times: `python -m tests.http.kills --kills 20`.
"""

import argparse
import random
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from infra.settings import Settings
from infra.wiring import Embedded
from tests.http.process import serve_process
from tests.simulated import simulated
from tests.small_town import centre, run_commands, signed

SENDERS = 6
AT_LEAST = 15
"""Commands that are answered between two kills."""

ABSENCE = {
    "team_id": "east",
    "member_id": "nurse-2",
    "starts_at": "2027-03-02T08:00:00+08:00",
    "ends_at": "2027-03-02T17:00:00+08:00",
    "reason": "ill",
}


@dataclass
class Load:
    """Commands that are sent under their keys, and those that were answered."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    repeated: int = 0
    guard: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0

    def send(self, address: str, stop: threading.Event) -> None:
        """Send commands until the process is gone; those that nobody answered are sent again by the next one."""
        with httpx.Client(base_url=address, timeout=10, headers={"Authorization": "Bearer leader"}) as client:
            while not stop.is_set():
                key = self._next()
                try:
                    answer = client.post(
                        "/api/commands/RecordAbsence",
                        json={**ABSENCE, "absence_id": key},
                        headers={"Idempotency-Key": key},
                    )
                except httpx.TransportError:
                    with self.guard:
                        self.unanswered.add(key)
                    return
                assert answer.status_code == 200, answer.text
                with self.guard:
                    self.answers[key] = answer.json()

    def wait_for_answers(self, more: int) -> None:
        """Wait until so many more commands were answered."""
        wanted, give_up = len(self.answers) + more, time.monotonic() + 60
        while len(self.answers) < wanted:
            assert time.monotonic() < give_up, "nothing is answered"
            time.sleep(0.01)

    def _next(self) -> str:
        with self.guard:
            if self.unanswered:
                self.repeated += 1
                return self.unanswered.pop()
            self.number += 1
            return f"absence-{self.number}"


@dataclass(frozen=True)
class Report:
    """What came of the kills."""

    kills: int
    answered: int
    sent_again: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    differences: int


def run_kills(folder: Path, kills: int, *, seed: int = 1, between: tuple[float, float] = (0.0, 1.0)) -> Report:
    """Serve, send, kill, and so on; then compare what was answered with what is recorded."""
    chance = random.Random(seed)
    with simulated(Embedded(Settings(data=folder))) as system:
        run_commands(system, *centre(), *signed())
    load = Load()
    for number in range(kills + 1):
        with serve_process(folder) as (process, address):
            stop = threading.Event()
            senders = [threading.Thread(target=load.send, args=(address, stop)) for _ in range(SENDERS)]
            for each in senders:
                each.start()
            load.wait_for_answers(AT_LEAST)
            time.sleep(chance.uniform(*between))
            if number < kills:
                process.kill()
            stop.set()
            for each in senders:
                each.join()
    return compare(folder, kills, load)


def compare(folder: Path, kills: int, load: Load) -> Report:
    """Compare the answers with the log, and the rows with rows that are rebuilt from it."""
    with Embedded(Settings(data=folder)) as system:
        system.follower.follow(system.now())
        recorded = {
            (event.stream, event.version, event.position): event.metadata.command_id
            for event in system.store.read("team-east")
        }
        differences = len(system.check_rows())
    times = Counter(key for key in recorded.values() if key is not None)
    lost = [
        key
        for key, answer in load.answers.items()
        if recorded.get((answer["stream"], answer["version"], answer["position"])) != key
    ]
    return Report(
        kills=kills,
        answered=len(load.answers),
        sent_again=load.repeated,
        lost=tuple(lost),
        doubled=tuple(key for key, count in times.items() if count > 1),
        differences=differences,
    )


def main() -> None:
    """Kill many times and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run_kills(Path(folder), arguments.kills, seed=arguments.seed)
    print(report)  # noqa: T201 -- the program's answer
    if report.lost or report.doubled or report.differences:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

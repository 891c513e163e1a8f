"""A small town to which people come, one after the other: the life of a distributed system that costs a test little."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from infra.command_handler import Answer, CommandRequest, execute
from infra.distributed_system import Distributed
from infra.planning.plan_day import LIVE
from tests.chaos.feeder import insisting
from tests.small_town import SEVEN, bed, centre, signed

BEDS = 8
"""So many of the first have a family bed, and are visited."""


@dataclass
class GrowingTown:
    """Each signs; each command is given until it is answered, under one id. The clock of all parts goes with them."""

    system: Distributed
    pause: float = 0.2
    answers: dict[str, Answer] = field(default_factory=dict)

    def create_community(self) -> None:
        """Open the centre."""
        self._give("founding", SEVEN, centre())

    def live(self, _: object, stop: threading.Event) -> None:
        """Let people come until told to stop."""
        for number in count():
            if stop.wait(self.pause):
                return
            name = f"n{number}"
            commands = signed(name, ["hypertension"]) + (bed(name) if number < BEDS else [])
            self._give(name, SEVEN + timedelta(seconds=number + 1), commands)

    def _give(self, name: str, now: datetime, commands: list[object]) -> None:
        insisting(lambda: self.system.clock.set(now, LIVE))
        for number, command in enumerate(commands):
            self._ask(
                CommandRequest(command=command, command_id=f"{name}-{number}", actor="test", now=now, follows=True)
            )
            time.sleep(0.01)

    def _ask(self, request: CommandRequest) -> None:
        answer = insisting(lambda: execute(self.system.store, request, region=self.system.settings.region))
        self.answers[str(request.command_id)] = answer

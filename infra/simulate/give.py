"""How the simulation speaks to the system: through commands at their moments, and in no other way."""

from datetime import datetime

from domain.decider import Refused
from infra.command_handler import CommandRequest
from infra.wiring import System


def give(system: System, commands: list[tuple[datetime, object]]) -> int:
    """Give commands in the order of their moments, in one commit, and wait for what follows; return the refused."""
    asked = [
        CommandRequest(command=command, command_id=None, actor="simulator", now=moment)
        for moment, command in sorted(commands, key=lambda each: each[0])
    ]
    if not asked:
        return 0
    refused = sum(isinstance(verdict, Refused) for verdict in system.execute_all(asked))
    system.runner.follow(asked[-1].now)
    return refused

"""How the simulation speaks to the system: through commands at their moments, and in no other way."""

from datetime import datetime

from domain.decider import Refused
from infra.commands import Asked
from infra.wiring import System


def give(system: System, commands: list[tuple[datetime, object]]) -> int:
    """Give commands in the order of their moments, in one commit; return how many were refused."""
    asked = [
        Asked(command=command, command_id=None, actor="simulator", now=moment)
        for moment, command in sorted(commands, key=lambda each: each[0])
    ]
    return sum(isinstance(verdict, Refused) for verdict in system.execute_all(asked)) if asked else 0

"""Executes the simulation's commands: it changes the system in no other way."""

from datetime import datetime

from domain.decider import Refused
from infra.command_handler import CommandRequest
from infra.system import System


def execute_at_moments(system: System, commands: list[tuple[datetime, object]]) -> int:
    """Execute commands in the order of their moments in one commit, wait for reactions, and count the refusals."""
    requests = [
        CommandRequest(command=command, command_id=None, actor="simulator", now=moment)
        for moment, command in sorted(commands, key=lambda each: each[0])
    ]
    if not requests:
        return 0
    refused = sum(isinstance(verdict, Refused) for verdict in system.execute_all(requests))
    system.follower.follow(requests[-1].now)
    return refused

"""A rehearsal of the distributed system: what a dry run would record is decided, and nothing of it is appended."""

from collections.abc import Sequence
from datetime import datetime

from domain.decider import Refused
from domain.event import stored_name
from domain.reactions import REACTIONS
from infra.command_handler import Answer, CommandRequest, rehearse_in_turn
from infra.rows.rehearsed import RehearsedRows
from infra.store.store import EventStore


class RehearsalRecorder:
    """Decides commands and what follows from them, and shows their events to the rows of the rehearsal."""

    def __init__(self, store: EventStore, rows: RehearsedRows, *, region: str) -> None:
        self._store = store
        self._rows = rows
        self._region = region

    def record(self, request: CommandRequest) -> Answer:
        """Return the answer that the command would have. Raises Refused."""
        (verdict,) = self._rehearse([request])
        if isinstance(verdict, Refused):
            raise verdict
        names = tuple(stored_name(type(event)) for event in verdict)
        return Answer(id="", stream="", version=0, position=0, events=names)

    def fire(self, commands: Sequence[CommandRequest]) -> None:
        """Run the commands of timers; a refused one leaves nothing."""
        self._rehearse(commands)

    def _rehearse(self, requests: Sequence[CommandRequest]) -> list[tuple[object, ...] | Refused]:
        verdicts = rehearse_in_turn(self._store, requests, following, region=self._region)
        own, followed = verdicts[: len(requests)], verdicts[len(requests) :]
        for verdict in (*own, *followed):
            if not isinstance(verdict, Refused):
                self._rows.take(verdict)
        return own


def following(event: object) -> list[object]:
    """Return the commands that follow from an event."""
    return [command for reaction in REACTIONS.get(type(event), ()) for command in reaction(event)]


class StandingStill:
    """The follower of a rehearsal: its rows have followed already, and its timers are others'."""

    def follow(self, now: datetime) -> None:
        """Do nothing."""

    def settle(self, now: datetime) -> None:
        """Do nothing."""

"""A rehearsal of the system: what a dry run would record is decided and shown to its rows, and nothing of it remains.

Commands are decided as ever, and their events appended nowhere. The rows are written in a transaction that is rolled
back: nobody else sees them, and those that the rehearsal wrote stay locked until it ends, so it must not last.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, cast

from domain.decider import Refused
from domain.event import stored_name
from domain.reactions import REACTIONS
from infra.command_handler import Answer, CommandRequest, Verdicts, rehearse_in_turn
from infra.reactions import timer_command
from infra.rows.model import ReadModel, RowsView
from infra.store.store import EventStore
from projections.questions import Scalar
from projections.timers import due_by


class _Over(Exception):  # noqa: N818 -- a signal to roll back, never seen outside
    """The rehearsal is over."""


class RehearsedRows:
    """The rows as they would be after some more events."""

    def __init__(self, rows: ReadModel, cursor: Any) -> None:
        self._rows = rows
        self._cursor = cursor

    def ask(self, sql: str, **parameters: Scalar) -> list[dict[str, Scalar]]:
        """Return the rows that a SELECT with `:name` parameters finds."""
        return self._rows.view_of(self._cursor).ask(sql, **parameters)

    @contextmanager
    def reading(self) -> Iterator[RowsView]:
        """Ask several questions."""
        yield self._rows.view_of(self._cursor)

    def take(self, events: Sequence[object]) -> None:
        """Write the row changes of events."""
        for event in events:
            for _, project in self._rows.handlers.get(stored_name(type(event)), ()):
                self._rows.write_changes(self._cursor, project(event))


@contextmanager
def rehearsing(rows: ReadModel) -> Iterator[RehearsedRows]:
    """Lend the rows for a rehearsal; what is written into them is gone at the end."""
    with suppress(_Over), rows.writing() as cursor:
        yield RehearsedRows(rows, cursor)
        raise _Over


class RehearsalRecorder:
    """Decides commands and what follows from them, and shows their events to the rows of the rehearsal.

    Earlier commands are decided again each time: nothing else remembers them.
    """

    def __init__(self, store: EventStore, rows: RehearsedRows, *, region: str) -> None:
        self._store = store
        self._rows = rows
        self._region = region
        self._groups: list[Sequence[CommandRequest]] = []

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

    def _rehearse(self, requests: Sequence[CommandRequest]) -> Verdicts:
        self._groups.append(requests)
        verdicts = rehearse_in_turn(self._store, self._groups, following, region=self._region)[-1]
        for verdict in verdicts:
            if not isinstance(verdict, Refused):
                self._rows.take(verdict)
        return verdicts[: len(requests)]


def following(event: object) -> list[object]:
    """Return the commands that follow from an event."""
    return [command for reaction in REACTIONS.get(type(event), ()) for command in reaction(event)]


class RehearsalFollower:
    """The follower of a rehearsal, whose rows have followed already. Without `fires` the timers are others'."""

    def __init__(self, recorder: RehearsalRecorder, rows: RehearsedRows, *, fires: bool) -> None:
        self._recorder = recorder
        self._rows = rows
        self._fires = fires
        self._fired: set[tuple[str, str]] = set()

    def follow(self, now: datetime) -> None:
        """Do nothing."""

    def settle(self, now: datetime) -> None:
        """Fire every timer due up to `now`, until nothing more follows."""
        while self._fires and (due := self._due(now)):
            self._recorder.fire(due)

    def _due(self, now: datetime) -> list[CommandRequest]:
        with self._rows.reading() as rows:
            timers = [(str(row["timer_id"]), str(row["due_at"]), str(row["command"])) for row in due_by(rows, now)]
        new = [timer for timer in timers if timer[:2] not in self._fired]
        self._fired.update((timer_id, due_at) for timer_id, due_at, _ in new)
        return [timer_command(timer_id, due_at, command, now) for timer_id, due_at, command in new]


def as_read_model(rows: RehearsedRows) -> ReadModel:
    """Return the rows as a system holds them: a dry run asks them, and does nothing else with them."""
    return cast(ReadModel, rows)

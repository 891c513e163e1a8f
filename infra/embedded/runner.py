"""Embedded runner: rows, reactions and timers follow the events in batches, in one process, without a broker."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from domain.registry import EVENT_TYPES
from infra.database.errors import NewerStoreError
from infra.embedded.progress import ReactorProgress
from infra.reactions import REACTION_RULES, fire, give, timer_command
from infra.rows.catch_up import catch_up
from infra.rows.model import ReadModel
from infra.store.store import EventStore
from projections.timers import due_by
from streams.committing import RefusedPositions, commit
from streams.events import PartitionBatch, UnknownEvent, whole_log_batch

BATCH = 1000


class Runner:
    """Lets rows, reactions and timers follow the store.

    Two runners on one data folder are harmless: rows and their position are one transaction, and the commands of
    reactions and timers carry derived ids.
    """

    def __init__(self, store: EventStore, rows: ReadModel, progress: ReactorProgress, *, region: str) -> None:
        self._store = store
        self._rows = rows
        self._progress = progress
        self._region = region
        self._fired: set[str] = set()
        self._commands_followed = False

    def follow(self, now: datetime) -> None:  # noqa: ARG002 -- followers of other processes wait by the time
        """Bring rows and reactions up to the store's end, the events of reactions included."""
        while True:
            catch_up(self._store, self._rows, known=EVENT_TYPES)
            if not self._react():
                return

    def settle(self, now: datetime) -> None:
        """Follow, and fire every timer due up to `now`, until nothing more follows."""
        self.follow(now)
        while self._fire(now):
            self.follow(now)

    def _react(self) -> bool:
        """Run the reactions to the next events; False if nothing more can follow from them."""
        position = self._progress.position()
        events = self._store.select_notifications(position + 1, BATCH)
        if not events:
            return False
        self._commands_followed = False
        commit([whole_log_batch(position, events)], self._react_to)
        return self._commands_followed or len(events) == BATCH

    def _react_to(self, batches: Sequence[PartitionBatch], refused: RefusedPositions) -> None:
        """Commit the commands that follow, then store refusals, the position and dead letters."""
        with self._progress.reacting() as transaction:
            try:
                due = REACTION_RULES.due(batches, transaction.marks, refused)
            except UnknownEvent as error:
                raise NewerStoreError(str(error)) from error
            self._commands_followed = self._commands_followed or bool(due.commands)
            refusals = give(self._store, due.commands, region=self._region, database_errors=(sqlite3.Error,))
            transaction.write(batches[-1].position, refusals, due.letters)

    def _fire(self, now: datetime) -> bool:
        """Run the commands of the timers that are due; False if each of them was run before."""
        commands = []
        for timer in due_by(self._rows, now):
            timer_id, due_at = str(timer["timer_id"]), str(timer["due_at"])
            key = f"{timer_id}@{due_at}"
            if key in self._fired:  # refused or quiet when it was run: it stays due until its stream moves on
                continue
            self._fired.add(key)
            commands.append(timer_command(timer_id, due_at, str(timer["command"]), now))
        fire(self._store, commands, region=self._region, database_errors=(sqlite3.Error,))
        return bool(commands)

"""The embedded runner: rows, reactions and timers follow the events in batches, in one process, without a broker."""

from datetime import datetime

from domain.registry import EVENT_TYPES
from infra.command_handler import execute_all
from infra.embedded.progress import ReactorProgress
from infra.reactions import give, reactions_to, timer_command
from infra.rows.catch_up import catch_up
from infra.rows.model import ReadModel
from infra.store.store import EventStore
from projections.timers import due_by

BATCH = 1000


class Runner:
    """Lets rows, reactions and timers follow the store. One runner works on a data folder at a time; two are harmless:

    rows and their position are one transaction, and the commands of reactions and timers carry derived ids.
    """

    def __init__(self, store: EventStore, rows: ReadModel, work: ReactorProgress, *, region: str) -> None:
        self._store = store
        self._rows = rows
        self._work = work
        self._region = region
        self._fired: set[str] = set()

    def follow(self, now: datetime) -> None:  # noqa: ARG002 -- whoever waits for other processes tells them by the time
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
        """Run the reactions to the next events; False if there were none."""
        events = self._store.select_notifications(self._work.position() + 1, BATCH)
        if not events:
            return False
        following = [each for event in events for each in reactions_to(event)]
        self._work.advance(events[-1].position, give(self._store, following, region=self._region))
        return True

    def _fire(self, now: datetime) -> bool:
        """Give the commands of the timers that are due; False if there are none that were not given yet."""
        commands = []
        for timer in due_by(self._rows, now):
            timer_id, due_at = str(timer["timer_id"]), str(timer["due_at"])
            key = f"{timer_id}@{due_at}"
            if key in self._fired:  # refused or quiet when it was given: it stays due until its stream moves on
                continue
            self._fired.add(key)
            commands.append(timer_command(timer_id, due_at, str(timer["command"]), now))
        execute_all(self._store, commands, region=self._region)
        return bool(commands)

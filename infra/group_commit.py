"""Group commit: commands that arrive during a commit join the next one.

The store has one writer at a time, and a commit costs one disk write, whether it holds one command or sixty-four.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence

from infra.command_handler import Answer, CommandRequest, execute_all
from infra.database.errors import StoreError
from infra.store.store import EventStore
from infra.system import System

LOOK_EVERY = 0.0001

SHARE, LONGEST = 0.5, 0.003
"""Threads that were just answered often send their next command at once. The next commit therefore waits for as many
commands as the last one held: at most this share of the last commit's time, and at most this many seconds. With 16
threads, commits then hold 15 commands instead of 8.
"""


class _PendingCommand:
    """A waiting command and its verdict."""

    def __init__(self, request: CommandRequest) -> None:
        self.request = request
        self.verdict: Answer | BaseException | None = None
        self.called = threading.Event()

    def result(self) -> Answer:
        if isinstance(self.verdict, BaseException):
            raise self.verdict
        assert self.verdict is not None, "a command that was committed"
        return self.verdict


class GroupCommit:
    """Executes the commands of many threads in shared commits. A lone command costs no more than `execute`."""

    def __init__(self, store: EventStore, *, region: str, most: int = 64) -> None:
        self._store = store
        self._region = region
        self._most = most
        self._guard = threading.Lock()
        self._waiting: deque[_PendingCommand] = deque()
        self._led = False
        self._expected = 0
        self._took = 0.0

    def execute(self, request: CommandRequest) -> Answer:
        """Run one command, perhaps in one commit with those of other threads, and return its own answer.

        Raises Refused (StaleBasis too), CorruptEvent or StoreError as `execute` does; then nothing of it was written.
        """
        pending = _PendingCommand(request)
        with self._guard:
            self._waiting.append(pending)
            leads, self._led = not self._led, True
        if not leads:
            pending.called.wait()
        while pending.verdict is None:  # called without a verdict: this thread leads and commits for all waiting ones
            self._commit(self._taken())
            if pending.verdict is not None:
                self._hand_over()
        return pending.result()

    def _taken(self) -> list[_PendingCommand]:
        give_up = time.perf_counter() + min(self._took * SHARE, LONGEST)
        while len(self._waiting) < self._expected and time.perf_counter() < give_up:
            time.sleep(LOOK_EVERY)
        with self._guard:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]

    def _hand_over(self) -> None:
        with self._guard:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].called.set()

    def _commit(self, batch: list[_PendingCommand]) -> None:
        began = time.perf_counter()
        verdicts: Sequence[Answer | BaseException]
        try:
            verdicts = self._execute_all([each.request for each in batch])
        except StoreError as error:  # whether the commit stands is not known: nothing is repeated
            verdicts = [error] * len(batch)
        except BaseException:
            verdicts = [self._alone(each.request) for each in batch]
        self._took = time.perf_counter() - began
        self._expected = min(len(batch) + len(self._waiting), self._most)
        for each, verdict in zip(batch, verdicts, strict=True):
            each.verdict = verdict
            each.called.set()

    def _execute_all(self, requests: Sequence[CommandRequest]) -> Sequence[Answer | BaseException]:
        """Run commands in one commit; a verdict for each."""
        return execute_all(self._store, requests, region=self._region)

    def _alone(self, request: CommandRequest) -> Answer | BaseException:
        try:
            (verdict,) = self._execute_all([request])
        except BaseException as error:
            return error
        return verdict


class FollowedCommits(GroupCommit):
    """Executes the commands of many threads in shared commits; rows and reactions follow before they are answered."""

    def __init__(self, system: System) -> None:
        super().__init__(system.store, region=system.region)
        self._system = system

    def _execute_all(self, requests: Sequence[CommandRequest]) -> Sequence[Answer | BaseException]:
        return self._system.execute_all(requests)

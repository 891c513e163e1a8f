"""Jiayi as one process sees it: events, rows, their follower, the clock and the dead letters, behind ports.

`infra/wiring.py` opens the embedded system or the distributed one.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from copy import copy
from datetime import datetime, timedelta
from functools import cached_property
from importlib import import_module
from time import monotonic, sleep
from typing import TYPE_CHECKING, Protocol, Self, TypeVar, cast

import msgspec

from domain.day_terms.commands import PinVisit
from domain.decider import Refused
from domain.policy import POLICY, THIS_STORE, PacksAdopted, Policy, require_adopted
from domain.roster.commands import PublishRoster, RecordBound
from domain.visit.commands import AssignVisit, ReleaseVisit
from infra.clock import Clock, RecordedTime
from infra.command_handler import Answer, CommandRequest, execute, execute_all
from infra.reactions import fire
from infra.rehearsal import RehearsalFollower, RehearsalRecorder, RehearsedRows, as_read_model
from infra.rows.lag import RowsLag, rows_lag
from infra.rows.model import Progress, ReadModel
from infra.rows.rebuild import Difference
from infra.settings import Settings
from infra.store.claims.personal import Digests, PersonalKeys
from infra.store.store import EventStore
from infra.store.store_time import Lives
from infra.store.team_days import DebouncePolicy
from infra.travel.sources import open_travel
from schedulers.problem import Budget
from schedulers.travel.times import Travel
from streams.dead_letters import DeadLetters

if TYPE_CHECKING:
    from infra.monitoring.health import Status

DEBOUNCE = DebouncePolicy(debounce=timedelta(seconds=0.3), longest_wait=timedelta(seconds=2))
"""A touched day is planned after a pause this long, and never waits longer than that."""


POLL_SECONDS = 0.01
"""Rows of another process are looked at this often."""

BYPASS_THE_PLANNER = frozenset({PublishRoster, RecordBound, AssignVisit, ReleaseVisit, PinVisit})
"""Commands that would put members and times past the checker of rosters if they were given by hand."""


def key_file(settings: Settings) -> Digests:
    """Open the key file of the settings, made at first need."""
    module = import_module("infra.access.key_file")  # loads cryptography: only where it is needed
    open_keys: Callable[[Settings], Digests] = module.open_keys
    return open_keys(settings)


class Closeable(Protocol):
    """Holds files or connections."""

    def close(self) -> None:
        """Close them; safe to repeat."""
        ...


P = TypeVar("P", bound=Closeable)


class Follower(Protocol):
    """Lets rows, reactions and timers follow the events, or waits until other processes have done so."""

    def follow(self, now: datetime) -> None:
        """Bring rows and reactions up to the store's end, the events of reactions included."""
        ...

    def settle(self, now: datetime) -> None:
        """Follow, and have every timer fired that is due up to `now`."""
        ...


class Recorder(Protocol):
    """Records what the planner prepares before it reads a day."""

    def record(self, request: CommandRequest) -> Answer:
        """Run one command. Raises Refused."""
        ...

    def fire(self, commands: Sequence[CommandRequest]) -> None:
        """Run commands of timers; a refused one leaves nothing."""
        ...


class LogRecorder:
    """Records in the log."""

    def __init__(self, store: EventStore, *, region: str) -> None:
        self._store = store
        self._region = region

    def record(self, request: CommandRequest) -> Answer:
        """Run one command. Raises Refused."""
        return execute(self._store, request, region=self._region)

    def fire(self, commands: Sequence[CommandRequest]) -> None:
        """Run commands of timers; a refused one leaves nothing."""
        fire(self._store, commands, region=self._region)


class System(ABC):
    """Jiayi as one process sees it, through ports: events, rows, their follower, the clock, the dead letters."""

    is_rehearsal = False
    """Is this the system of a dry run, in which what is recorded leaves nothing behind?"""

    admission: Callable[[object], None] | None = None
    """Refuses a command that who signed in may not give; None where the edge checks that."""

    is_lent = False
    """Does somebody else close it?"""

    def __init__(
        self,
        settings: Settings,
        *,
        store: EventStore,
        rows: ReadModel,
        follower: Follower,
        clock: Clock,
        dead_letters: DeadLetters,
    ) -> None:
        self.settings = settings
        self.region = settings.packs
        self.store = store
        self.rows = rows
        self.follower = follower
        self.clock = clock
        self.dead_letters = dead_letters
        self.recorder: Recorder = LogRecorder(store, region=settings.packs)
        store.begins = lambda: "simulated" if self.clock.stands else "live"
        store.personal_keys = PersonalKeys(lambda: key_file(settings))
        self._parts: dict[str, Closeable] = {}
        self._parts_guard = threading.Lock()

    def part(self, name: str, opens: Callable[[], P]) -> P:
        """Return a part that not every process needs: opened at its first use, closed with this system."""
        with self._parts_guard:
            if name not in self._parts:
                self._parts[name] = opens()
            return cast(P, self._parts[name])

    def with_follower(self, follower: Follower) -> "System":
        """Return the same system with another follower; it is closed with this one."""
        other = copy(self)
        other.follower = follower
        return other

    def lent(self, settings: Settings) -> Self:
        """Return the same system under other settings of answers, for a user who does not close it."""
        _ = self.travel  # one source for all: it remembers what it was asked
        other = copy(self)
        other.settings = settings
        other.is_lent = True
        return other

    def in_recorded_time(self, budget: Budget | None = None) -> Self:
        """Return the same system as timers and planners see it; it is closed with this one.

        In a simulated store whose clock was not set, it is the moment of the newest event, whatever the machine says.
        """
        other = copy(self)
        other.clock = RecordedTime(self.clock, budget)
        return other

    @property
    def lives(self) -> Lives:
        """What time the store lives in; of an empty one, what its first commit would make it."""
        return self.store.lives() or ("simulated" if self.clock.stands else "live")

    @cached_property
    def travel(self) -> Travel:
        """The source of travel times. Refused if the setting's file, network or extra is not there."""
        return open_travel(self.settings)

    def now(self) -> datetime:
        """Return the moment at which commands run, in UTC. Refused `clock-fixed` or `clock-ahead` in a live store."""
        return self.clock.read().now

    def due_until(self, now: datetime) -> datetime:
        """Return the moment up to which timers fire when it is `now`: no later than their clock says."""
        recorded = self.clock.read().recorded
        return now if recorded is None else min(now, recorded)

    def require_admitted(self, command: object) -> None:
        """Refuse a command that who signed in may not give."""
        if self.admission is not None:
            self.admission(command)

    def require_adopted_packs(self) -> None:
        """Refuse `packs-not-adopted` in a live store whose settings name other packs than an administrator adopted."""
        if self.store.lives() != "live":
            return
        newest = self.store.read(POLICY.stream(THIS_STORE))[-1:]
        require_adopted(Policy(adopted=cast(PacksAdopted, newest[0].event) if newest else None), self.settings.packs)

    def require_own_time(self, *, names_time: bool = False, names_actor: bool = False) -> None:
        """Refuse `clock-fixed` or `actor-fixed` in a live store: neither time nor actor is the caller's to choose.

        An empty store becomes simulated with a command whose time is given.
        """
        names_time = names_time or self.settings.now is not None
        if not (names_time or names_actor):
            return
        lives = self.store.lives()
        if lives == "live":
            raise Refused("clock-fixed" if names_time else "actor-fixed")
        if lives is None and names_time:
            self.store.begins = lambda: "simulated"

    def execute(self, command: object, *, actor: str, command_id: str | None = None) -> Answer:
        """Run one command, then let rows and reactions follow. Raises Refused."""
        self.require_admitted(command)
        now = self.now()
        self.check_clock(now)
        request = self.checked(CommandRequest(command=command, command_id=command_id, actor=actor, now=now))
        answer = execute(self.store, request, region=self.region)
        self.follow_command(now)
        return answer

    def execute_all(self, requests: Sequence[CommandRequest], *, keep_good: bool = True) -> list[Answer | Refused]:
        """Run many commands in one commit, then let rows and reactions follow; one verdict for each.

        With `keep_good`, a command that the checker of rosters sees first begins a commit behind those before it.
        """
        verdicts: list[Answer | Refused] = []
        batch: list[CommandRequest] = []
        for each in requests:
            if type(each.command) in BYPASS_THE_PLANNER and keep_good:
                verdicts += self._commit(batch, keep_good=keep_good)
                batch = []
            batch.append(self.checked(each))
        verdicts += self._commit(batch, keep_good=keep_good)
        self.follow_command(max((each.now for each in requests), default=self.now()))
        return verdicts

    def _commit(self, requests: Sequence[CommandRequest], *, keep_good: bool) -> list[Answer | Refused]:
        return execute_all(self.store, requests, region=self.region, keep_good=keep_good) if requests else []

    def checked(self, request: CommandRequest) -> CommandRequest:
        """Return a command by hand with the objection of the checker of rosters, if it has one."""
        if type(request.command) not in BYPASS_THE_PLANNER:
            return request
        checker = import_module("infra.planning.leader.check_commands")  # loads the solver's rules: only where needed
        objection: Callable[[System, object], Refused | None] = checker.objection
        return msgspec.structs.replace(request, objection=objection(self, request.command))

    def follow_command(self, now: datetime) -> None:
        """Let rows and reactions follow before a command is answered."""
        self.follower.follow(now)

    def settle(self, now: datetime) -> None:
        """Have everything done that follows, or is due up to `now`."""
        self.follower.settle(self.due_until(now))

    def rows_are_current(self) -> bool:
        """Wait a little until the rows hold all that is recorded by now; False if they do not yet."""
        return True

    def rows_lag(self) -> RowsLag:
        """Return how far rows are behind the log; what is read from them afterwards is at least as new."""
        return rows_lag(self.store, self.rows, self.now())

    def rows_reach(self, position: int, patience: float) -> bool:
        """Wait at most so many seconds until the rows hold all events up to a position; False if they do not yet."""
        give_up = monotonic() + patience
        while self.rows.position < position:
            if monotonic() > give_up:
                return False
            sleep(POLL_SECONDS)
        return True

    @abstractmethod
    def rehearsal(self) -> AbstractContextManager["System"]:
        """Open the system in which a dry run records what the run would record; nothing of it remains."""

    def rehearsed(self, rows: RehearsedRows, *, fires: bool) -> "System":
        """Return this system as a dry run sees it, over the rows of a rehearsal."""
        rehearsal = copy(self)
        recorder = RehearsalRecorder(self.store, rows, region=self.region)
        rehearsal.is_rehearsal = True
        rehearsal.rows = as_read_model(rows)
        rehearsal.recorder = recorder
        rehearsal.follower = RehearsalFollower(recorder, rows, fires=fires)
        return rehearsal

    def plan_elsewhere(self, now: datetime, budget: Budget) -> bool:  # noqa: ARG002 -- the arguments are for planners
        """Have all touched days planned by planners elsewhere; False if there are none, so the caller plans."""
        return False

    @abstractmethod
    def shared_clock(self) -> Clock:
        """Return the clock of all processes, whatever time this one has."""

    @abstractmethod
    def status(self, older_than: float) -> "Status":
        """Return the health of the system; what has waited for longer than so many seconds is looked at twice."""

    @abstractmethod
    def rebuild_rows(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows of one projection, or of all, from the store; return the position they are at."""

    @abstractmethod
    def check_rows(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows of one projection, or of all, differ from rows rebuilt from the store."""

    @abstractmethod
    def rebuild_from_topic(self, name: str | None = None, progress: Progress | None = None) -> int:
        """Rebuild the rows from Kafka's topic; return the position they are at. TopicError; Refused without Kafka."""

    @abstractmethod
    def check_against_topic(self, name: str | None = None, progress: Progress | None = None) -> list[Difference]:
        """Return where the rows differ from rows rebuilt from Kafka's topic. TopicError; Refused without Kafka."""

    def check_clock(self, now: datetime) -> None:
        """Refuse a clock that was set before the last recorded event."""
        if self.settings.now is None:
            return
        last = self.store.last_recorded_at()
        if last is not None and now < last:
            raise Refused("now-before-last-event", now=now.isoformat(), last=last.isoformat())

    def close(self) -> None:
        """Close every file or connection."""
        for part in self._parts.values():
            part.close()
        self.rows.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if not self.is_lent:
            self.close()
